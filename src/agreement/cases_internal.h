/* What the files cases*.c share: places where a class of numbers or days ends and another begins. */
#ifndef SERAI_AGREEMENT_CASES_INTERNAL_H
#define SERAI_AGREEMENT_CASES_INTERNAL_H

#include "agreement/cases.h"
#include "agreement/eval.h"

enum { CUTS = 512 };

/* The outsider: a code that ISO 3166 leaves to its users. */
#define CASES_OUTSIDER SPAN("ZZ")

struct cuts {
    int64_t at[CUTS]; /* a class ends below, another begins here; ascending, each once */
    size_t n;
    bool full;
};

/* Below at and above it, and at itself where it is asked for alone. */
void cases_cut_by(struct cuts *c, unsigned cmp, int64_t at);
/* A day compared with day + offset: months are uneven, so a few days around it are told apart. */
void cases_cut_day(struct cuts *x, unsigned cmp, struct date day, enum unit unit, int offset);

/* The classes of one fact, into c. False: the arena is at its ceiling. */
MUST_USE bool cases_word_classes(struct cases *c, unsigned fact);
MUST_USE bool cases_number_classes(struct cases *c, unsigned fact);
MUST_USE bool cases_bool_classes(struct cases *c, unsigned fact);
MUST_USE bool cases_stay_classes(struct cases *c);

#endif
