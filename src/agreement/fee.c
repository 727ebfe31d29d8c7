#include "agreement/fee.h"

#include <inttypes.h>
#include <stdio.h>

#include "wire/json_write.h"

enum table_answer agreement_permission_fee(const struct agreement *a, struct span kind,
                                           const struct permission_kind *block, const struct facts *f,
                                           struct date on, struct table_value *out)
{
    if (agreement_has_table(a, TABLE_FEE, kind))
        return agreement_fee(a, kind, f, on, out);
    if (!block || !block->currency)
        return TABLE_NONE;
    *out = (struct table_value){ .amount = block->fee, .unit = block->currency, .line = block->fee_line };
    if (*block->currency)
        out->decimals = (unsigned)currency_decimals(span_str(block->currency));
    return TABLE_FOUND;
}

uint64_t permission_application_facts(void)
{
    static const enum fact said[] = {
        FACT_TRAVELLER_NATIONALITY, FACT_TRAVELLER_BIRTH, FACT_TRAVELLER_AGE,     FACT_DOCUMENT_KIND,
        FACT_DOCUMENT_ISSUER,       FACT_DOCUMENT_EXPIRY, FACT_PERMISSION_KIND,   FACT_PERMISSION_ISSUER,
        FACT_PERMISSION_PURPOSE,    FACT_PERMISSION_FROM, FACT_PERMISSION_EXPIRY, FACT_PERMISSION_ENTRIES,
        FACT_PERMISSION_STAY,       FACT_TRAVEL_PURPOSE,  FACT_TRAVEL_ENTERING,   FACT_TRAVEL_STAY,
    };
    uint64_t mask = 0;

    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        mask |= (uint64_t)1 << said[i];
    return mask;
}

const char *fee_amount(const struct table_value *v, char to[FEE_TEXT])
{
    int64_t one = 1;

    for (unsigned i = 0; i < v->decimals; i++)
        one *= 10;
    if (v->amount % one)
        (void)snprintf(to, FEE_TEXT, "%" PRId64 ".%0*" PRId64, v->amount / one, (int)v->decimals,
                       v->amount % one);
    else
        (void)snprintf(to, FEE_TEXT, "%" PRId64, v->amount / one);
    return to;
}

void fee_json(struct json_writer *j, const char *key, enum table_answer answer, const struct table_value *v)
{
    char amount[FEE_TEXT];

    if (answer == TABLE_NONE) {
        jw_null(j, key);
        return;
    }
    jw_object(j, key);
    jw_str(j, "amount", answer == TABLE_FOUND ? fee_amount(v, amount) : NULL);
    jw_str(j, "currency", answer == TABLE_FOUND && *v->unit ? v->unit : NULL);
    jw_array(j, "missing");
    for (unsigned i = 0; answer == TABLE_UNKNOWN && i < FACTS_N; i++)
        if (v->facts >> i & 1)
            jw_str(j, NULL, fact_name((enum fact)i));
    jw_array_end(j);
    jw_object_end(j);
}
