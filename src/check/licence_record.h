/*
 * What a roadside check was decided on, kept with it so that it can be decided again: the facts of each
 * category that a rule decided (check/facts_record.h), and the outcome.
 *
 *   {"held":false,"unknown":0,"decisions":[{"outcome":"recognised","record":{"agreement":"…",…}}]}
 *
 * held: something about the licence itself made the outcome refer, whatever the rules say. unknown: how many
 * categories no rule knows, which are not recognised.
 */
#ifndef SERAI_CHECK_LICENCE_RECORD_H
#define SERAI_CHECK_LICENCE_RECORD_H

#include "check/facts_record.h"
#include "wire/json.h"

struct licence_inquiry;

/* Nothing where no rule decided anything. */
void licence_facts_put(const struct licence_inquiry *k, struct date on, struct buffer *out);

struct licence_facts_read {
    bool held;
    int64_t unknown;
    struct json j;
    json_ref decisions; /* a list */
};
/* Reason "facts", those of json_parse. False also for what is no record of a licence check. */
MUST_USE bool licence_facts_open(struct span text, struct arena *a, struct licence_facts_read *out,
                                 struct why *w);
/* One element of the list. */
MUST_USE bool licence_facts_at(const struct licence_facts_read *l, json_ref at, struct arena *a,
                               enum outcome *outcome, struct facts_record *out, struct why *w);

#endif
