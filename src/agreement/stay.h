/* Days of stay under "N days in any M days" (the form of Regulation (EU) 2016/399 article 6(1)). */
#ifndef SERAI_AGREEMENT_STAY_H
#define SERAI_AGREEMENT_STAY_H

#include "agreement/facts.h"

struct stay_rule {
    int days;   /* allowed */
    int window; /* in any so many days; 0: per visit, no window */
};

struct stay_count {
    int used; /* distinct days in [on - window + 1, on], entry and exit day included */
    int left; /* never negative */
    struct date
        last_day; /* last day of an unbroken stay that begins on `on` and keeps the rule; unset when none */
    struct date
        first_overstay; /* first day of the recorded stays on which the rule was broken; unset when none */
};

/*
 * Overlapping stays count a day once; an open stay runs to on; recorded days after on do not count for used,
 * left and last_day. Per visit: records that share a day are one visit; one that includes on goes on,
 * otherwise a visit begins on on. False, and out untouched: more than LIMIT_STAYS, a stay without beginning
 * or that ends before it, no date. Exact, without heap; O(n log n), O(n) when the stays come in order.
 */
MUST_USE bool stay_count(const struct stay *s, size_t n, struct stay_rule rule, struct date on,
                         struct stay_count *out);

/* The same but for first_overstay, which stays unset under a window: what a decision needs. */
MUST_USE bool stay_left(const struct stay *s, size_t n, struct stay_rule rule, struct date on,
                        struct stay_count *out);

#endif
