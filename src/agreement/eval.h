/*
 * Working out conditions in three values: no, unknown, yes (Kleene). A missing fact, and a word that the
 * agreement does not know, is unknown; only what is yes whatever the unknown may turn out to be is admitted.
 * Taking a fact away can therefore never turn a referral into an admission.
 */
#ifndef SERAI_AGREEMENT_EVAL_H
#define SERAI_AGREEMENT_EVAL_H

#include "agreement/program.h"
#include "base/scratch.h"

enum { NO, UNKNOWN, YES };

/* A truth value and the facts it turned on. */
struct truth {
    unsigned v;
    uint64_t facts;
};

struct outcome_of_grant {
    struct truth t;
    const struct clause *failed; /* the first clause that does not hold */
    enum reason code;            /* when the effect and not a clause stands against it */
    const struct row *row;
    struct stay_rule rule;
    bool limited;
    int used, left;
    day_number last;
};

struct eval {
    const struct program *g;
    const struct facts *f;
    const struct bound_period *period;
    struct date on;
    day_number today;
    uint32_t id[FACTS_N];
    struct truth stack[STACK + 1];
};

static inline uint64_t bit(unsigned fact)
{
    return (uint64_t)1 << fact;
}

static inline struct truth truth(bool yes, uint64_t facts)
{
    return (struct truth){ yes ? YES : NO, facts };
}

static inline struct truth unknown(uint64_t facts)
{
    return (struct truth){ UNKNOWN, facts };
}

/* The result and the facts of those operands that made it so. */
static inline struct truth both(struct truth a, struct truth b)
{
    struct truth r = { a.v < b.v ? a.v : b.v, 0 };

    r.facts = (a.v == r.v ? a.facts : 0) | (b.v == r.v ? b.facts : 0);
    return r;
}

static inline struct truth either(struct truth a, struct truth b)
{
    struct truth r = { a.v > b.v ? a.v : b.v, 0 };

    r.facts = (a.v == r.v ? a.facts : 0) | (b.v == r.v ? b.facts : 0);
    return r;
}

/* b NULL: who is bound without a register. */
void eval_prepare(struct eval *e, const struct agreement *a, const struct bound_table *b,
                  const struct facts *f, struct date on);
struct truth eval_steps(struct eval *e, struct steps s);
/* Clauses together; stops at the first that does not hold. */
struct truth eval_clauses(struct eval *e, uint32_t first, uint32_t n, const struct clause **failed);
/* A fact that holds a word or a state is one of the words list[first] and on. */
struct truth eval_in_list(const struct eval *e, unsigned fact, uint32_t first, uint32_t n);
bool readable_date(struct date d);
void eval_grant(struct eval *e, const struct grant *g, struct outcome_of_grant *o);
/* Where the scope of the demand holds, its body must; the body alone in *body. */
struct truth eval_demand(struct eval *e, const struct demand *d, struct truth *body);

#endif
