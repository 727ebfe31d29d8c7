/* What a bracket needs of a record to hold. For the pattern_*.c files alone. */
#ifndef SERAI_STIX_PATTERN_NEED_H
#define SERAI_STIX_PATTERN_NEED_H

#include "stix/pattern_index.h"

enum need_kind { NEED_NOTHING, NEED_FIELD, NEED_NUMBER, NEED_PART, NEED_WHOLE };

struct need {
    enum need_kind kind;
    uint32_t comparison;
    struct span text;
    double number;
    struct need *next;
};

/* One of these must be met; never: the bracket cannot hold whatever the record says. */
struct needs {
    struct need *first, *last;
    uint32_t n;
    unsigned worth; /* of the least: the more, the rarer it is thought to be */
    bool never;
};

/* fields: comparisons without a field (field[i] == PATTERN_NONE) never hold; NULL: all may. False past the
 * arena's ceiling. */
MUST_USE bool pattern_needs(const struct pattern *p, uint32_t bracket, const uint32_t *field, struct arena *a,
                            struct needs *out);

/* The longest run of ASCII that every match of a regular expression has in it; empty if none is certain. The
 * text is the arena's. */
struct span pattern_regex_literal(struct span regex, struct arena *a);
/* The same of LIKE. */
struct span pattern_like_literal(struct span like);

#endif
