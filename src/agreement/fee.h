/*
 * What a permission costs. One source: the table "fee for KIND"; the line "fee" of a block "permission KIND
 * for PURPOSE" only where the agreement has no such table (both are a fault of agreement_check). Whoever asks
 * for, shows or demands a fee reads it here. Pure, without heap.
 */
#ifndef SERAI_AGREEMENT_FEE_H
#define SERAI_AGREEMENT_FEE_H

#include "agreement/permission.h"
#include "agreement/tables.h"

struct json_writer;

/*
 * block: that of the kind for the purpose, or NULL. TABLE_NONE: the agreement says nothing. TABLE_UNKNOWN: it
 * turns on out->facts, which nobody supplied: no amount is guessed.
 */
enum table_answer agreement_permission_fee(const struct agreement *a, struct span kind,
                                           const struct permission_kind *block, const struct facts *f,
                                           struct date on, struct table_value *out);

/* The facts that an application for a permission says of itself: the bits of a mask. */
uint64_t permission_application_facts(void);

/* Something is to be paid: found, and not "free". */
static inline bool fee_is_due(enum table_answer answer, const struct table_value *v)
{
    return answer == TABLE_FOUND && v->amount > 0;
}

enum { FEE_TEXT = 48 };
/* "120.50", "80": digits behind the point only where there are any. Returns to. */
const char *fee_amount(const struct table_value *v, char to[FEE_TEXT]);
/* null, or {"amount": "120.50", "currency": "USD", "missing": []}; amount and currency null while unknown. */
void fee_json(struct json_writer *j, const char *key, enum table_answer answer, const struct table_value *v);

#endif
