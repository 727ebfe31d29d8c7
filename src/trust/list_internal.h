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
    size_t chain; /* the first of them that follow each other from number 1, up to one that ends the key */
    size_t whole; /* and with what stands behind that one: of it a report of the key itself is heard */
    size_t depth; /* of a named key: how many successions lead to it, at most; 0: of the operator's file */
    bool stood;   /* it counts, or counted until it or what it rests on was silenced */
};

/* Who named whose key in acts of a chain. By place in the rows; sorted by `of`, then verb, then `by`. */
struct trust_naming {
    size_t by, of;
    bool admits; /* by another member; else the key's predecessor */
};

struct trust_rows {
    size_t n;
    struct trust_row *row;
    struct trust_member *member;
    size_t n_namings;
    struct trust_naming *naming;
    unsigned decisions; /* how many others admit */
};

static inline bool row_counts(const struct trust_row *r)
{
    return r->m->standing == MEMBER_KEY_COUNTS;
}

/* Fills the namings of rows whose chains are known, and the depth of named keys. */
MUST_USE bool trust_namings_make(struct trust_rows *rows, struct arena *a);

/*
 * Which of the eligible rows stand: those of the operator's file, and, from there on, what standing rows
 * name: a successor by one, another member's key by enough members. The least such set, so no order matters.
 * in and eligible: one for each row.
 */
void trust_stand(const struct trust_rows *rows, const bool *eligible, bool *in);

/* How many other members admit it by rows that are in. */
unsigned trust_admissions(const struct trust_rows *rows, size_t of, const bool *in);

/* Whether one key comes from another of its member by successions. */
bool trust_descends(const struct trust_rows *rows, size_t from, size_t of);

/* Rows with their standing. Reason "too-large". */
MUST_USE bool trust_rows_make(const struct trust_input *in, struct arena *a, struct trust_rows *out,
                              struct why *w);

#endif
