/* Conditions of the model one by one: whether a comparison holds, and how it is written. */
#ifndef SERAI_AGREEMENT_COND_H
#define SERAI_AGREEMENT_COND_H

#include "agreement/eval.h"

/* Of one comparison (not and, or, not), in article x: in three values, with the facts it turned on. */
struct truth cond_holds(const struct agreement *a, const struct article *x, const struct cond *c,
                        const struct facts *f, struct date on);
/* Of a whole condition; an empty one holds. */
struct truth condition_holds(const struct agreement *a, const struct article *x, const struct condition *c,
                             const struct facts *f, struct date on);
/* "document.kind is in passport, identity card": one comparison in words. */
void cond_put(const struct cond *c, struct buffer *out);
/* Facts that the condition asks. */
uint64_t condition_facts(const struct condition *c);

/* Every condition of an article, by where it stands; NULL ends the walk. */
struct condition_at {
    const struct article *article;
    const struct condition *cond;
    const char *what; /* "when", "require", "exception", "reservation", "duty", "row" */
};
typedef void (*condition_each)(void *ctx, const struct condition_at *at);
void conditions_of(const struct article *x, condition_each each, void *ctx);

#endif
