/*
 * Two versions tried on travellers, made up or from a table: how many each admits, and who gains or loses.
 * The travellers are a sample to compare versions by, not a forecast.
 */
#ifndef SERAI_AGREEMENT_WHAT_IF_H
#define SERAI_AGREEMENT_WHAT_IF_H

#include "agreement/affected.h"
#include "agreement/change.h"
#include "agreement/population.h"
#include "wire/json_write.h"

/* One thread's sums. Does not move once begun. */
struct what_if {
    const struct agreement *a[2]; /* before and after; outlive it */
    struct date on;
    bool in_force; /* both on that day */
    struct affected affected;
    struct change change;
    struct arena arena;
    struct cases c;
    struct person one;
    uint64_t people, admitted[2];
};

/* memory: ceiling of its arena. False: the agreements are too large for that. what_if_end in any case. */
MUST_USE bool what_if_begin(struct what_if *x, const struct agreement *const a[2], struct date on,
                            size_t memory);
void what_if_end(struct what_if *x);

void what_if_person(struct what_if *x, const struct person *one);
/* Travellers 0..n of the population of that seed: of pieces of them each step-th, beginning with from. */
void what_if_make_up(struct what_if *x, uint64_t n, uint64_t seed, uint64_t from, uint64_t step);
/* What another one of the same agreements and day counted goes into the sums. */
void what_if_add(struct what_if *to, const struct what_if *from);

/* Members of the object under way: day, counts, who is affected. After affected_merge. */
void what_if_json(const struct what_if *x, const struct tongue *t, struct json_writer *w);

/* The day of a decision where none is named: the last day of an example, or when it comes into force. */
struct date agreement_day(const struct agreement *a);

#endif
