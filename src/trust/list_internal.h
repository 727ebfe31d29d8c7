/* Between members.c and list.c: the chains of the members' keys. */
#ifndef SERAI_TRUST_LIST_INTERNAL_H
#define SERAI_TRUST_LIST_INTERNAL_H

#include "trust/list.h"

/* One row of the list: a key of a party, or a party without key. */
struct trust_row {
    struct trust_member *m;
    size_t party;
    const struct trust_act *const *act; /* by number, then digest; no two equal */
    size_t n_act;
    size_t chain; /* the first of them that follow each other from number 1 */
};

struct trust_rows {
    size_t n;
    struct trust_row *row;
    struct trust_member *member;
};

static inline bool row_counts(const struct trust_row *r)
{
    return r->m->standing == MEMBER_KEY_COUNTS;
}

/* Rows with their standing. Reason "too-large". */
MUST_USE bool trust_rows_make(const struct trust_input *in, struct arena *a, struct trust_rows *out,
                              struct why *w);

#endif
