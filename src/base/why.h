/*
 * Why something was refused: a stable reason word, the offset in the input, the clause that was broken
 * and one sentence of detail, in English unless why_words said otherwise. Libraries fill it and return; the
 * caller prints it, once.
 */
#ifndef SERAI_BASE_WHY_H
#define SERAI_BASE_WHY_H

#include <stdarg.h>

#include "base/span.h"

#define WHY_NO_OFFSET ((size_t)-1)
#define WHY_DETAIL    200

struct why {
    const char *reason; /* static, kebab-case, never translated: "check-digit"; NULL: nothing wrong yet */
    const char *clause; /* static: "Doc 9303-3 4.9"; NULL: none applies */
    size_t offset;      /* bytes from the start of the input; WHY_NO_OFFSET: of the whole */
    char detail[WHY_DETAIL]; /* UTF-8, cut at a character; holds no personal data of the input */
};

/*
 * Records the first failure and keeps it: later calls on a used why change nothing, so that the cause
 * is reported and not its consequences. Always returns false, to be returned. w may be NULL.
 */
bool why_set(struct why *w, const char *reason, size_t offset, const char *clause, const char *fmt, ...)
    PRINTF_LIKE(5, 6);

/* The same with the arguments of fmt in a list. */
bool why_vset(struct why *w, const char *reason, size_t offset, const char *clause, const char *fmt,
              va_list ap) PRINTF_LIKE(5, 0);

/* From now on lookup gives each text as its one reader reads it, with the same conversions; NULL, as at
 * first: as it is. Before threads. */
typedef const char *why_lookup(const char *english);
void why_words(why_lookup *lookup);

/* The text as the reader reads it; NULL and "" as they are. tools/command-words takes each literal that is
 * given for a parameter that ends here into the catalogues. */
const char *why_text(const char *english) __attribute__((format_arg(1)));
/* Marks a literal that why_text gets later, such as one of a table. */
#define WHY_TEXT(literal) literal

/* Empties w for another use. */
void why_clear(struct why *w);

/* Adds base to the offset of a failure found in a part of the input. */
void why_shift(struct why *w, size_t base);

#endif
