/*
 * Who gains and who loses: single cases taken together into sentences. Cases with the same change that differ
 * in one fact only become one; who enters where is told by what is left out when that is shorter.
 */
#ifndef SERAI_AGREEMENT_AFFECTED_H
#define SERAI_AGREEMENT_AFFECTED_H

#include "agreement/judge.h"
#include "agreement/tongue.h"

enum { AFFECTED_STATES = 64, AFFECTED_FACTS = 12, AFFECTED_GROUPS = 4096, AFFECTED_CHANGES = 256 };

struct affected_change {
    struct standing before, after;
};

/* Those to whom the same happens for the same values of the facts; row[i] bit k: nationals of i entering k.
 */
struct affected_group {
    unsigned change;
    uint64_t set[AFFECTED_FACTS]; /* classes of the facts of interest */
    uint64_t row[AFFECTED_STATES];
    uint64_t count;
    struct traveller example;
};

struct affected {
    struct cases *c;
    unsigned fact[AFFECTED_FACTS]; /* of interest, besides nationality and the state entered */
    size_t n_facts;
    bool by_nationality, by_entering;
    struct span state[AFFECTED_STATES]; /* parties first; the last may stand for all others */
    size_t n_states, n_parties;
    struct affected_change *change;
    size_t n_changes;
    struct affected_group *group;
    size_t n_groups;
    uint64_t lost; /* cases beyond the room there is */
    bool licence;
    bool sample; /* of single travellers: who does not occur may be affected as well */
};

/* facts: of interest. False: the arena is at its ceiling. */
MUST_USE bool affected_init(struct affected *x, struct cases *c, uint64_t facts);
/* count travellers as t, who represents his classes (whole) or himself. */
void affected_add(struct affected *x, const struct traveller *t, const struct standing *before,
                  const struct standing *after, bool whole, uint64_t count);
/* Adds what another one of the same agreements and facts holds. */
void affected_take(struct affected *x, const struct affected *from);
/* Takes together what can be, the most travellers first. */
void affected_merge(struct affected *x);

/* The parts of the sentence on one group. */
void affected_who(const struct affected *x, const struct affected_group *g, const struct tongue *t,
                  struct buffer *out);
void affected_change_text(const struct affected *x, const struct affected_group *g, const struct tongue *t,
                          struct buffer *out);
/* +1 gain, -1 loss, 0 neither. */
int affected_sign(const struct affected *x, const struct affected_group *g);
/* "nationality PK, entering IR, …": what is said of a traveller, as an example of the language says it. */
void traveller_put(const struct traveller *t, struct date on, uint64_t facts, struct buffer *out);
/* The value of one fact, as an example says it. */
void cases_put_value(const struct traveller *t, unsigned fact, struct buffer *out);
/* The values of the classes in the set (bit 63: of all beyond), neighbouring ranges as one. */
void cases_put_set(const struct cases *c, unsigned fact, uint64_t set, const struct tongue *t,
                   struct buffer *out);
/* "60 days in any 180 days", "an officer decides (…)" */
void standing_put(const struct standing *s, const struct tongue *t, struct buffer *out);

#endif
