/* Worked examples, run against the agreement they stand in. */
#include <stdio.h>

#include "agreement/model.h"
#include "agreement/reason.h"

static bool matches(const struct verdict_reason *r, const struct expectation *x)
{
    if (x->code && strcmp(r->code, x->code) != 0)
        return false;
    if (x->missing < FACTS_N && !(r->facts & (uint64_t)1 << x->missing))
        return false;
    return !x->article || (r->article && strcmp(r->article, x->article) == 0);
}

static bool has_reason(const struct verdict *v, const struct expectation *x)
{
    /* Reasons beyond the room of a verdict are lost, but every missing fact is listed. */
    for (size_t i = 0; i < v->n_reasons; i++)
        if (matches(&v->reason[i], x))
            return true;
    return false;
}

static void first_reason(const struct verdict *v, char *out, size_t n)
{
    size_t i = 0;

    if (v->n_reasons == 0)
        (void)snprintf(out, n, "no reason");
    else
        (void)snprintf(out, n, "%s: %s", v->reason[i].code, v->reason[i].text);
}

static bool expected_reasons(const struct example *e, const struct verdict *v, char *detail, size_t n)
{
    char got[260];

    for (const struct expectation *x = e->because; x; x = x->next) {
        if (has_reason(v, x))
            continue;
        first_reason(v, got, sizeof got);
        (void)snprintf(detail, n, "expected the reason %s%s%s%s%s, got %s", x->code ? x->code : "any",
                       x->missing < FACTS_N ? " " : "",
                       x->missing < FACTS_N ? fact_name((enum fact)x->missing) : "",
                       x->article ? " in article " : "", x->article ? x->article : "", got);
        return false;
    }
    return true;
}

bool agreement_run_example(const struct agreement *a, const struct article *x, const struct example *e,
                           struct verdict *v, char *detail, size_t n)
{
    char got[260], day[DATE_TEXT], want[DATE_TEXT];

    detail[0] = 0;
    if (x->effect.kind == EFFECT_RECOGNISE)
        agreement_recognise(a, &e->facts, e->on, v);
    else
        agreement_decide(a, &e->facts, e->on, v);
    first_reason(v, got, sizeof got);
    if (e->outcome != v->outcome) {
        (void)snprintf(detail, n, "expected %s, got %s (%s)", outcome_word(e->outcome),
                       outcome_word(v->outcome), got);
        return false;
    }
    if (e->by && strcmp(e->by, v->article) != 0) {
        (void)snprintf(detail, n, "expected by article %s, got article %s", e->by, v->article);
        return false;
    }
    if (e->days_left >= 0 && (!v->stay_limited || v->days_left != e->days_left)) {
        if (v->stay_limited)
            (void)snprintf(detail, n, "expected %d days left, got %d", e->days_left, v->days_left);
        else
            (void)snprintf(detail, n, "expected %d days left, got a stay without limit", e->days_left);
        return false;
    }
    if (date_is_set(e->until) && date_cmp(e->until, v->last_day) != 0) {
        (void)snprintf(detail, n, "expected until %s, got %s", date_format(e->until, want),
                       v->stay_limited ? date_format(v->last_day, day) : "a stay without limit");
        return false;
    }
    return expected_reasons(e, v, detail, n);
}

size_t agreement_run_examples(const struct agreement *a,
                              void (*one)(void *ctx, const char *article, const char *example, bool ok,
                                          const char *detail),
                              void *ctx)
{
    struct verdict v;
    char detail[400];
    size_t failed = 0;

    for (const struct article *x = a->articles; x; x = x->next) {
        for (const struct example *e = x->examples; e; e = e->next) {
            bool ok = agreement_run_example(a, x, e, &v, detail, sizeof detail);

            failed += !ok;
            if (one)
                one(ctx, x->number, e->title, ok, detail);
        }
    }
    return failed;
}

void agreement_coverage(const struct agreement *a, bool *out, size_t max)
{
    struct verdict v;
    char detail[400];

    memset(out, 0, max * sizeof *out);
    for (const struct article *x = a->articles; x; x = x->next) {
        for (const struct example *e = x->examples; e; e = e->next) {
            (void)agreement_run_example(a, x, e, &v, detail, sizeof detail);
            for (size_t i = 0; i < v.n_reasons; i++)
                for (const struct article *y = a->articles; y && v.reason[i].article; y = y->next)
                    if (y->number == v.reason[i].article && y->index < max)
                        out[y->index] = true;
        }
    }
}
