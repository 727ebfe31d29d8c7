/*
 * What a check was decided on, kept with its verdict so that anybody can decide it again: the facts, the day
 * and the version of the agreement. No names and no numbers of documents; the day of birth stays out, the age
 * in years stands for it.
 *
 *   {"agreement":"…","on":"2027-03-01","facts":{"travel.purpose":"pilgrimage",…},"stays":[["2027-01-01",null]]}
 */
#ifndef SERAI_CHECK_FACTS_RECORD_H
#define SERAI_CHECK_FACTS_RECORD_H

#include "agreement/agreement.h"

/* Facts that are never kept. */
static inline bool facts_record_leaves_out(enum fact f)
{
    return f == FACT_TRAVELLER_BIRTH;
}

void facts_record_put(const struct facts *f, struct date on, const uint8_t agreement[32], struct buffer *out);

struct facts_record {
    struct facts facts;
    struct date on;
    uint8_t agreement[32];
};

/* Memory is the arena's; spans may point into text. Reason "facts" with offset, those of json_parse. */
MUST_USE bool facts_record_read(struct span text, struct arena *a, struct facts_record *out, struct why *w);

#endif
