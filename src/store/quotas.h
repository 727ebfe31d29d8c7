/* What this member admitted under the quotas of the agreement (agreement/tables.h), counted where it records
 * entries: store_put_check, in the same commit. */
#ifndef SERAI_STORE_QUOTAS_H
#define SERAI_STORE_QUOTAS_H

#include "store/store.h"

/* How many entries are recorded under it in that calendar period. */
MUST_USE bool store_quota_used(struct store *s, struct span name, struct date from, struct date to,
                               int64_t *n, struct why *w);

#endif
