#include "agreement/judge.h"

#include "agreement/reason.h"

/* The reason that says most: the first against, but for the general sentence that no article allows. */
static const struct verdict_reason *telling(const struct verdict *v)
{
    const struct verdict_reason *first = NULL;

    for (size_t i = 0; i < v->n_reasons; i++) {
        const struct verdict_reason *r = &v->reason[i];

        if (r->for_admission)
            continue;
        if (!first)
            first = r;
        if (r->code != reason_codes[REASON_NOT_PERMITTED] && r->code != reason_codes[REASON_NOT_RECOGNISED])
            return r;
    }
    return first;
}

void standing_of(const struct agreement *a, const struct facts *f, struct date on, bool licence,
                 struct standing *out)
{
    const struct verdict_reason *against;
    struct verdict v;

    if (licence)
        agreement_recognise(a, f, on, &v);
    else
        agreement_decide(a, f, on, &v);
    *out = (struct standing){ .outcome = v.outcome, .article = v.article };
    if (v.article) {
        out->limited = v.stay_limited;
        out->left = v.days_left;
        if (!licence && v.n_reasons) {
            out->days = v.reason[0].days;
            out->window = v.reason[0].window;
        }
        return;
    }
    against = telling(&v);
    if (against) {
        out->code = against->code;
        out->article = against->article;
    }
}

static bool good(const struct standing *x)
{
    return x->outcome != OUTCOME_REFER && x->outcome != OUTCOME_NOT_RECOGNISED;
}

bool standing_same(const struct standing *x, const struct standing *y)
{
    if (x->outcome != y->outcome || !good(x))
        return x->outcome == y->outcome;
    return x->limited == y->limited && x->days == y->days && x->window == y->window &&
           (x->days || x->left == y->left);
}

int standing_better(const struct standing *x, const struct standing *y)
{
    if (good(x) != good(y))
        return good(y) ? 1 : -1;
    if (!good(x))
        return 0;
    if (x->outcome != y->outcome)
        return x->outcome == OUTCOME_RESTRICTED ? 1 : -1;
    if (x->limited != y->limited)
        return x->limited ? 1 : -1;
    if (x->left != y->left)
        return y->left > x->left ? 1 : -1;
    if (x->days != y->days)
        return y->days > x->days ? 1 : -1;
    return y->window < x->window ? 1 : y->window > x->window ? -1 : 0;
}

void judge(const struct agreement *a, const struct facts *f, struct date on, struct eval *e,
           struct judged *out)
{
    const struct program *g = a->program;
    struct outcome_of_grant o;
    struct truth body, d;

    eval_prepare(e, a, NULL, f, on);
    *out = (struct judged){ .demands = truth(true, 0), .grants = truth(false, 0) };
    for (size_t i = 0; i < g->n_demands; i++) {
        d = eval_demand(e, &g->demands[i], &body);
        out->demands = both(out->demands, d);
        if (d.v == UNKNOWN)
            out->open_demands |= d.facts;
    }
    if (out->demands.v == NO)
        return;
    for (size_t i = 0; i < g->n_grants; i++) {
        eval_grant(e, &g->grants[i], &o);
        if (o.t.v == YES &&
            (out->grants.v != YES || (out->best.limited && (!o.limited || o.last > out->best.last))))
            out->best = o;
        out->grants = either(out->grants, o.t);
        if (o.t.v == UNKNOWN) {
            out->open_grants |= o.t.facts;
            out->any_open_grant = true;
        }
    }
}
