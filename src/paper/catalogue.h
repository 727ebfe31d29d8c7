/* The words of the console, for what is printed: po/, in a language. */
#ifndef SERAI_PAPER_CATALOGUE_H
#define SERAI_PAPER_CATALOGUE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"
#include "wire/po.h"

struct catalogue {
    struct po own, english; /* english: the template */
    struct arena *a;
    bool right_to_left;
};

/* The language's, or the English one alone when it has none; the folder holds po/. */
MUST_USE bool catalogue_open(const char *folder, const char *language, struct arena *a, struct catalogue *out,
                             struct why *w);

/* The text of a key; the key itself when nothing has it. Never NULL. */
const char *catalogue_text(const struct catalogue *c, const char *key);
/* The text of a key, else the English one; of plural forms the last, which is the one for many. NULL: none.
 */
const char *catalogue_find(const struct catalogue *c, const char *key);
/* "purpose" and "pilgrimage" -> the text of purpose.pilgrimage; the word itself when there is none. */
const char *catalogue_word(const struct catalogue *c, const char *kind, struct span word);

/* The text of a key with each {name} replaced; pairs of name and value, ended by NULL. Into the arena. */
const char *catalogue_fill(const struct catalogue *c, const char *key, const char *const *pair);

#endif
