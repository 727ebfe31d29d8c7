/*
 * The cases that agreements tell apart: for each fact the values between which some condition, table, rule of
 * stay or comparison decides, one standing for all that no condition separates. The boundary of every number
 * and of every date is a value of its own class. Walked fact by fact in three values, so that a branch ends
 * as soon as what is not said cannot matter.
 */
#ifndef SERAI_AGREEMENT_CASES_H
#define SERAI_AGREEMENT_CASES_H

#include "agreement/program.h"

enum { CASES_AGREEMENTS = 2, CASES_LINKS = 64, CASES_VALUES = 600, CASES_NESTED = 3 };

/* Values that nothing tells apart. */
struct case_class {
    const struct span *words; /* WORD, STATE */
    size_t n;
    bool outsider;     /* STATE: any state that is no party and named nowhere */
    int64_t low, high; /* NUMBER; DATE as day numbers; STAYS as days used: of the range */
    int before;        /* STAYS: the days used ended so many days before the day; 0: on the day before */
};

/* Two facts that are compared with each other; offset: left = right + offset. */
struct case_link {
    unsigned left, right;
    int offset;
    enum unit unit;
};

struct case_value {
    size_t class_; /* in c->of[fact] */
    struct fact_value v;
    int used;
};

struct cases {
    struct arena *arena;
    const struct agreement *a[CASES_AGREEMENTS];
    size_t n;
    struct date on;
    uint64_t facts;         /* that something turns on */
    uint64_t same[FACTS_N]; /* facts whose equality is asked, itself included */
    const struct case_class *of[FACTS_N];
    size_t n_of[FACTS_N];
    struct case_link link[CASES_LINKS];
    size_t n_links;
    struct case_value *space[CASES_NESTED]; /* of walks that are under way */
    unsigned walks;
    bool partial; /* there was more than could be kept: nothing is claimed of all cases */
};

/* A traveller as far as he is described. stay: what facts.stays points at. */
struct traveller {
    struct facts facts;
    struct stay stay;
};

/* Of one agreement or two. False: the arena is at its ceiling. */
MUST_USE bool cases_of(struct cases *c, struct arena *arena, const struct agreement *const *a, size_t n,
                       struct date on);

/* The values that fact may take beside what t says already: at most CASES_VALUES. */
size_t cases_values(const struct cases *c, const struct traveller *t, unsigned fact, struct case_value *out);
/* The class that the value of a fact in f falls into; n_of[fact]: none, or the fact is not said. */
size_t cases_class(const struct cases *c, const struct facts *f, unsigned fact);

void traveller_set(struct traveller *t, unsigned fact, const struct case_value *v, const struct cases *c);
void traveller_forget(struct traveller *t, unsigned fact);
/* So many days used, the last of them `before` days before on (0: the day before). */
void traveller_use(struct traveller *t, struct date on, int days, int before);
uint64_t traveller_said(const struct traveller *t);

/* What to do with what is described so far. */
enum look {
    LOOK_ON, /* ask one of the facts of *ask; none of them can be asked: as LOOK_BACK */
    LOOK_BACK,
    LOOK_STOP,
};
typedef enum look (*case_look)(void *ctx, const struct traveller *t, uint64_t *ask);

/*
 * Describes from further and further and shows look every description. order: facts to be asked first,
 * FACTS_N of them. look may walk itself, CASES_NESTED deep. False: more than budget descriptions, or the
 * cases are partial: not all were shown.
 */
MUST_USE bool cases_walk(struct cases *c, const struct traveller *from, const uint8_t *order, size_t budget,
                         case_look look, void *ctx);

/* The usual order: who enters where and for what, then the rest as it stands, earlier stays at the end. */
void cases_order_init(uint8_t order[FACTS_N]);

#endif
