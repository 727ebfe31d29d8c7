/* Why a verdict is as it is, in the reader's language with the wording quoted, and what would change it. */
#ifndef SERAI_AGREEMENT_EXPLAIN_H
#define SERAI_AGREEMENT_EXPLAIN_H

#include "agreement/judge.h"
#include "agreement/tongue.h"

enum { EXPLAIN_WAYS = 24 };

/* One fact, or two, that would have to be otherwise. */
struct explain_way {
    unsigned fact[2]; /* the second FACTS_N: one is enough */
    uint64_t set;     /* classes of the first fact that all do */
    size_t class_;    /* of the second */
    bool exact;       /* only this value of the class does, since it is compared with another fact */
    struct case_value value;
    int fewer;   /* days of earlier stays less; then neither fact is said */
    bool stated; /* the first was not known */
    struct standing becomes;
};

struct explain {
    struct standing standing;
    struct explain_way way[EXPLAIN_WAYS];
    size_t n;
};

/* c: the cases of the agreement on the day. licence: of a category of a driving licence. */
void explain_ways(struct cases *c, const struct facts *f, bool licence, struct explain *out);
/* The wording of the clause that a reason speaks of, nearest to the language; NULL: it has none. */
const char *explain_wording(const struct agreement *a, const struct verdict_reason *r, const char *language);
/* One way as a sentence without end. */
void explain_put_way(const struct cases *c, const struct explain_way *w, const struct tongue *t,
                     struct buffer *out);

#endif
