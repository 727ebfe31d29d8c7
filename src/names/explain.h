/* Why two names are alike, word by word. */
#ifndef SERAI_NAMES_EXPLAIN_H
#define SERAI_NAMES_EXPLAIN_H

#include "base/arena.h"
#include "names/pair.h"

/* One line of the table that is shown: words of the name asked for, of the candidate, and why. */
struct names_reason {
    struct span query, candidate; /* UTF-8; one of them empty: it has no counterpart */
    const char *key;              /* for programs: "same", "variant", "script", "initial", "slip", "ending",
                                     "known", "joined", "number", "form"; "missing", "minor", "number-differs" */
    const char *text;             /* for people, in English; catalogues have it under name-rule.KEY */
    float likeness;               /* 0 to 1; 0 without a counterpart */
};

enum { NAMES_REASONS = 3 * NAMES_WORDS };

/* Matched words in the order of the query, then what only the query has, then what only the candidate has.
 * The spans live in a. */
size_t names_explain(struct arena *a, const struct names_name *query, const struct names_name *candidate,
                     const struct names_match *m, struct names_reason out[NAMES_REASONS]);

#endif
