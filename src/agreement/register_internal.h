/* Between register.c and register_bound.c. */
#ifndef SERAI_AGREEMENT_REGISTER_INTERNAL_H
#define SERAI_AGREEMENT_REGISTER_INTERNAL_H

#include "agreement/model.h"
#include "agreement/register.h"

enum { LINES = 65536 };

static inline bool line_on(const struct register_line *l, day_number day)
{
    return l->from <= day && day < l->to;
}

/* The day after a period of notice or delay. */
day_number register_after(day_number day, const struct notice_period *n);

/* Fills the tables of all versions, whose lines are complete. False: no memory. */
MUST_USE bool register_fill(struct agreement_register *r, struct arena *a);

/* Why the article does not bind the member; NULL: it does. article -1: the agreement. */
const char *register_unbound(const struct agreement_register *r, const struct register_version *v,
                             int article, unsigned member, day_number day);

#endif
