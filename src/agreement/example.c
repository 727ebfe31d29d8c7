/* Worked examples, run against the agreement they stand in. */
#include <stdio.h>

#include <stdlib.h>

#include "agreement/model.h"
#include "agreement/program.h"
#include "agreement/reason.h"
#include "agreement/tables.h"

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
        (void)snprintf(out, n, "%s", why_text("no reason"));
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
        (void)snprintf(detail, n, why_text("expected the reason %s%s%s%s%s, got %s"),
                       x->code ? x->code : why_text("any"), x->missing < FACTS_N ? " " : "",
                       x->missing < FACTS_N ? fact_name((enum fact)x->missing) : "",
                       x->article ? why_text(" in article ") : "", x->article ? x->article : "", got);
        return false;
    }
    return true;
}

/* Who is bound on the day of the example, but for those it says are not. */
struct others {
    struct bound_table table;
    struct bound_period period;
    uint64_t *masks;
};

static void leave_out(const struct agreement *a, const struct example *e, struct others *o)
{
    const struct bound_period *p = bound_on(&a->program->standing, e->on);
    size_t n = 1 + a->n_articles;
    uint64_t out = 0;

    for (size_t i = 0; i < e->not_bound.n; i++)
        out |= (uint64_t)1 << agreement_member_at(a, e->not_bound.w[i]);
    o->masks = calloc(2 * n, sizeof *o->masks);
    if (!o->masks)
        abort();
    for (size_t i = 0; i < n; i++) {
        o->masks[i] = p->bound[i] & ~out;
        o->masks[n + i] = p->likewise[i] & ~out;
    }
    o->period = *p;
    o->period.bound = o->masks;
    o->period.likewise = o->masks + n;
    o->table = a->program->standing;
    o->table.n_periods = 1;
    o->table.period = &o->period;
}

static void run(const struct agreement *a, const struct article *x, const struct example *e,
                struct verdict *v)
{
    const struct bound_table *b = NULL;
    struct others o = { 0 };

    if (e->not_bound.n) {
        leave_out(a, e, &o);
        b = &o.table;
    }
    if (x->effect.kind == EFFECT_RECOGNISE)
        agreement_recognise_bound(a, b, &e->facts, e->on, v);
    else
        agreement_decide_bound(a, b, &e->facts, e->on, v);
    free(o.masks);
}

static bool expected_figures(const struct agreement *a, const struct example *e, char *detail, size_t n)
{
    static const enum table_kind kind[] = { TABLE_FEE, TABLE_LIMIT, TABLE_CATEGORY };
    static const char *const word[] = { "fee", "limit", "category" };

    for (const struct table_expectation *x = e->tables; x; x = x->next) {
        struct table_value v = { .unit = "" };
        enum table_answer got = agreement_table(a, kind[x->kind], x->name, &e->facts, e->on, &v);

        if (got == TABLE_FOUND && v.amount == x->amount && strcmp(v.unit, x->unit) == 0)
            continue;
        if (got == TABLE_UNKNOWN)
            (void)snprintf(detail, n, why_text("expected a %s, got none: a fact is missing"), word[x->kind]);
        else if (got == TABLE_NONE)
            (void)snprintf(detail, n, why_text("expected a %s, got none: no row holds"), word[x->kind]);
        else
            (void)snprintf(detail, n, why_text("expected another %s, got that of line %u"), word[x->kind],
                           v.line);
        return false;
    }
    return true;
}

bool agreement_run_example(const struct agreement *a, const struct article *x, const struct example *e,
                           struct verdict *v, char *detail, size_t n)
{
    char got[260], day[DATE_TEXT], want[DATE_TEXT];

    detail[0] = 0;
    run(a, x, e, v);
    if (!expected_figures(a, e, detail, n))
        return false;
    if (!e->gives)
        return true;
    first_reason(v, got, sizeof got);
    if (e->outcome != v->outcome) {
        (void)snprintf(detail, n, why_text("expected %s, got %s (%s)"), outcome_word(e->outcome),
                       outcome_word(v->outcome), got);
        return false;
    }
    if (e->by && strcmp(e->by, v->article) != 0) {
        (void)snprintf(detail, n, why_text("expected by article %s, got article %s"), e->by, v->article);
        return false;
    }
    if (e->days_left >= 0 && (!v->stay_limited || v->days_left != e->days_left)) {
        if (v->stay_limited)
            (void)snprintf(detail, n, why_text("expected %d days left, got %d"), e->days_left, v->days_left);
        else
            (void)snprintf(detail, n, why_text("expected %d days left, got a stay without limit"),
                           e->days_left);
        return false;
    }
    if (date_is_set(e->until) && date_cmp(e->until, v->last_day) != 0) {
        (void)snprintf(detail, n, why_text("expected until %s, got %s"), date_format(e->until, want),
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
    return failed + agreement_run_notice_examples(a, one, ctx) + agreement_run_sharing_examples(a, one, ctx);
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
