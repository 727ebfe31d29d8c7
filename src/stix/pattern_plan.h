/*
 * A pattern over observations as a problem of choice. For the pattern_*.c files alone.
 *
 * The tree becomes one of leaves that need so many observations out of a set (REPEATS multiplies the need),
 * of AND, and of three kinds of decisions: OR (which side), FOLLOWEDBY (a moment T: all on the left began by
 * T, nothing on the right ended before T) and WITHIN (a moment T: nothing ended before T, all began by T +
 * s). When all is decided each leaf has its observations, and whether they suffice without using one twice is
 * a flow.
 */
#ifndef SERAI_STIX_PATTERN_PLAN_H
#define SERAI_STIX_PATTERN_PLAN_H

#include "stix/pattern_match.h"

struct pattern_span_of {
    struct pattern_time first, last;
    uint64_t number;
};

/* holds[b * words + k / 64] bit k % 64: observation k holds for bracket b; words = (n + 63) / 64. */
struct pattern_problem {
    const struct pattern *p;
    const struct pattern_span_of *o;
    uint32_t n;
    const uint64_t *holds;
    uint32_t must; /* an observation that the choice contains; PATTERN_NONE */
};

/* Binding as in pattern_match; NULL is allowed. All memory is a's. */
enum pattern_verdict pattern_solve(const struct pattern_problem *q, struct arena *a,
                                   struct pattern_binding *binding, struct why *w);

enum plan_kind { PLAN_LEAF, PLAN_AND, PLAN_OR, PLAN_FOLLOWED, PLAN_WITHIN, PLAN_REPEAT };

/* Which bracket an observation of a leaf stands for: the first that holds it. */
struct plan_bracket {
    uint32_t bracket;
    uint64_t *holds;
    struct plan_bracket *next;
};

struct plan_node {
    enum plan_kind kind;
    uint32_t parent, child, last_child, next; /* PATTERN_NONE */
    uint64_t need;                            /* leaf: observations; repeat: times */
    uint64_t *holds;                          /* leaf */
    struct plan_bracket *bracket;             /* leaf */
    struct pattern_time window;               /* within */
    const uint32_t *moment;                   /* followed, within: ranks of T to try, rising */
    const uint32_t *until;                    /* within: rank of the last time <= T + s */
    uint32_t moments;
    uint32_t before; /* the copy before this one, of a REPEATS; its decision is not greater */

    /* While searching. */
    bool active, possible, decided; /* possible: below an OR that is not decided */
    uint32_t choice;                /* of moments, or which child from the left */
    uint32_t chosen;                /* or: that child */
    uint32_t floor;                 /* T is not less */
    uint32_t low, high;             /* last >= low, first <= high (ranks) */
};

struct plan {
    struct arena *a;
    struct plan_node *node;
    uint32_t nodes, room, root;
    uint32_t n, words;
    const struct pattern_problem *q;
    /* Observations sorted by last; times are ranks in `time`. */
    const uint32_t *of;     /* the problem's number of each */
    uint32_t *first, *last; /* ranks */
    uint32_t *least_first;  /* of this and all behind it */
    uint64_t *number;
    struct pattern_time *time;
    uint32_t times;
    uint64_t total; /* observations in all */
    uint32_t *copy; /* while cloning: the copy of each node */
};

/* The next node in pre-order below root; deeper: its children too. PATTERN_NONE at the end. */
uint32_t plan_next(const struct plan *s, uint32_t root, uint32_t k, bool deeper);

/* False: a ceiling was met; why says which. */
MUST_USE bool plan_make(const struct pattern_problem *q, struct arena *a, struct plan *out, struct why *w);

/* Feasibility (pattern_flow.c): whether the active leaves get what they need. */
struct flow;
struct flow *flow_new(const struct plan *s, struct arena *a); /* NULL past the ceiling */
/* 1 yes, 0 no, -1 the arena is full. steps are counted. */
int flow_check(struct flow *f, const uint32_t *leaf, uint32_t leaves, uint64_t *steps);
/* After a check that said yes: calls take for each leaf and observation (by place) in use. */
void flow_each(const struct flow *f, void (*take)(uint32_t leaf, uint32_t place, uint64_t number, void *arg),
               void *arg);
/* Lets `place` stand for one unit of a leaf that may have it. */
MUST_USE bool flow_force(struct flow *f, uint32_t leaf, uint32_t place);

#endif
