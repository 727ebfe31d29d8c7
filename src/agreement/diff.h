/* Two versions side by side: what was changed in the text, and which travellers gain or lose by it. */
#ifndef SERAI_AGREEMENT_DIFF_H
#define SERAI_AGREEMENT_DIFF_H

#include "agreement/affected.h"
#include "agreement/change.h"

/* A piece of text at the left margin with what stands under it; lines as laid out. */
struct diff_block {
    struct span key;   /* "article 5" */
    struct span title; /* its first line */
    unsigned line;     /* in the new text, or, when it is gone, in the old one */
    struct span *removed, *added;
    size_t n_removed, n_added;
    bool gone, new_;
};

struct diff_text {
    struct diff_block *block;
    size_t n;
};

/* Blocks in which lines differ, in the order of the new text. False: the arena is at its ceiling. */
MUST_USE bool diff_text_of(struct span old, struct span new_, struct arena *arena, struct diff_text *out);

/* Whether what differs can matter to whom the two evaluations describe; adds what that turns on to *open. */
bool diff_matters(const struct change *x, struct eval e[2], uint64_t *open);

struct diff_result {
    struct change change;
    struct affected entries, licences;
    bool has_licences;
    /* Every case of the facts told apart was looked at, and of what happens in it one thing is told, and what
     * happens otherwise to the same traveller with a permission: with still other facts another may. False:
     * what is told is true, but more may be affected. */
    bool whole;
};

/* On one day. c and the results live in the arena of c. */
MUST_USE bool diff_travellers(struct cases *c, struct diff_result *out);

#endif
