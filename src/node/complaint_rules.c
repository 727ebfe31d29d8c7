#include "node/complaint_rules.h"

#include "agreement/notices.h"

static int days(int said, int otherwise)
{
    return said ? said : otherwise;
}

/* The terms of the agreement for what is kept in notices. */
static void terms_of_notices(const struct agreement *g, struct complaint_rules *out)
{
    const struct notice_rules *r = g ? agreement_notices(g) : NULL;

    if (!r)
        return;
    out->access = r->access_days;
    out->correction = r->correction_days;
}

void complaint_rules_of(const struct node_config *c, const struct agreement *a, struct complaint_rules *out)
{
    const struct complaint_rules d = complaint_defaults;
    struct agreement_complaints t;

    if (!a || !agreement_complaint_terms(a, &t))
        t = (struct agreement_complaints){ .acknowledge = (int)c->complaint_acknowledge,
                                           .answer = (int)c->complaint_answer,
                                           .appeal = (int)c->complaint_appeal,
                                           .decide = (int)c->complaint_decide,
                                           .keep = (int)c->complaint_keep };
    *out = (struct complaint_rules){ .acknowledge = days(t.acknowledge, d.acknowledge),
                                     .answer = days(t.answer, d.answer),
                                     .appeal = days(t.appeal, d.appeal),
                                     .decide = days(t.decide, d.decide),
                                     .keep = days(t.keep, d.keep),
                                     .access = d.access,
                                     .correction = d.correction,
                                     .n_answer = c->complaint_offices.n,
                                     .n_decide = c->appeal_offices.n,
                                     .answer_office = c->complaint_offices.item,
                                     .decide_office = c->appeal_offices.item };
    terms_of_notices(a, out);
}

void complaint_rules_now(const struct node_config *c, const struct check_context *check, unix_time now,
                         struct complaint_rules *out)
{
    const struct span own = span_str(check->member);

    complaint_rules_of(
        c, agreement_by_law(&check->law, check->agreement, own, own, date_of_time(now + check->utc_offset)),
        out);
}
