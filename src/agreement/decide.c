/* The verdict and its reasons. */
#include "agreement/say.h"

static void because_effect(struct verdict *v, const struct grant *g, const struct outcome_of_grant *o)
{
    struct line l;
    struct verdict_reason *r =
        reason(v, o->code, g->article->number, g->effect == EFFECT_TABLE ? "table" : "allow",
               o->row ? o->row->line : g->line, o->t.facts, &l);

    if (!r)
        return;
    r->days = o->rule.days;
    r->window = o->rule.window;
    if (o->code == REASON_NOT_LISTED) {
        say(&l, " has no row for this ");
        say(&l, fact_name((enum fact)g->key));
        say(&l, ".");
    } else if (o->code == REASON_EXHAUSTED && o->rule.days) {
        say(&l, ": no day is left of ");
        say_rule(&l, o->rule);
        say(&l, ", ");
        say_number(&l, o->used);
        say(&l, " are used.");
    } else if (o->code == REASON_EXHAUSTED) {
        say(&l, ": the permission leaves no day of stay.");
    } else {
        say(&l, " needs a permission for this: it turns on ");
        say_facts(&l, o->t.facts);
        say(&l, ".");
    }
}

static void allowed(struct verdict *v, const struct grant *g, const struct outcome_of_grant *o)
{
    struct line l;
    struct verdict_reason *r =
        reason(v, REASON_ALLOWED, g->article->number, g->effect == EFFECT_TABLE ? "table" : "allow",
               o->row ? o->row->line : g->line, o->t.facts, &l);

    if (!r)
        return;
    r->days = o->rule.days;
    r->window = o->rule.window;
    if (!o->limited) {
        say(&l, " allows the entry.");
        return;
    }
    say(&l, " allows a stay of ");
    if (g->effect == EFFECT_PERMISSION)
        say(&l, "the permission");
    else
        say_rule(&l, o->rule);
    say(&l, "; left: ");
    say_number(&l, o->left);
    say(&l, o->left == 1 ? " day." : " days.");
}

enum { REMEMBERED = 16 };

/* What was worked out once; beyond REMEMBERED it is worked out again to be explained. */
struct tally {
    struct truth demands, grants;
    size_t best; /* grant that admits; n_grants: none */
    struct outcome_of_grant best_outcome;
    struct outcome_of_grant grant[REMEMBERED];
    struct truth demand[REMEMBERED], body[REMEMBERED];
};

static bool outlasts(const struct outcome_of_grant *x, const struct outcome_of_grant *y)
{
    return y->limited && (!x->limited || x->last > y->last);
}

static void weigh(struct eval *e, struct tally *t)
{
    struct truth body, d;
    struct outcome_of_grant o;

    t->demands = truth(true, 0);
    t->grants = truth(false, 0);
    t->best = e->g->n_grants;
    for (size_t i = 0; i < e->g->n_demands; i++) {
        d = eval_demand(e, &e->g->demands[i], &body);
        t->demands = both(t->demands, d);
        if (i < REMEMBERED) {
            t->demand[i] = d;
            t->body[i] = body;
        }
    }
    for (size_t i = 0; i < e->g->n_grants; i++) {
        struct outcome_of_grant *to = i < REMEMBERED ? &t->grant[i] : &o;

        eval_grant(e, &e->g->grants[i], to);
        t->grants = either(t->grants, to->t);
        if (to->t.v == YES && (t->best == e->g->n_grants || outlasts(to, &t->best_outcome))) {
            t->best = i;
            t->best_outcome = *to;
        }
    }
}

static struct truth demand_at(struct eval *e, const struct tally *t, size_t i, struct truth *body)
{
    if (i >= REMEMBERED)
        return eval_demand(e, &e->g->demands[i], body);
    *body = t->body[i];
    return t->demand[i];
}

static const struct outcome_of_grant *grant_at(struct eval *e, const struct tally *t, size_t i,
                                               struct outcome_of_grant *o)
{
    if (i < REMEMBERED)
        return &t->grant[i];
    eval_grant(e, &e->g->grants[i], o);
    return o;
}

/* An exception with an effect is spoken of only where it is the case. */
static bool beside_the_case(const struct grant *g, const struct outcome_of_grant *o)
{
    return g->exception && o->failed && o->failed->code != REASON_EXCEPTION;
}

/* Why each way that is closed is closed: first those that came as far as counting days. */
static void explain_grants(struct verdict *v, struct eval *e, const struct tally *t)
{
    struct outcome_of_grant mem;

    for (int near = 1; near >= 0; near--) {
        for (size_t i = 0; i < e->g->n_grants && v->n_reasons < VERDICT_REASONS; i++) {
            const struct grant *g = &e->g->grants[i];
            const struct outcome_of_grant *o = grant_at(e, t, i, &mem);

            if (o->t.v != NO || near != !o->failed || beside_the_case(g, o))
                continue;
            if (o->failed)
                because_clause(v, g->article, o->failed, o->t.facts);
            else
                because_effect(v, g, o);
        }
    }
}

static void explain_no(struct verdict *v, struct eval *e, const struct tally *t)
{
    struct truth body;

    for (size_t i = 0; i < e->g->n_demands && v->n_reasons < VERDICT_REASONS; i++)
        if (demand_at(e, t, i, &body).v == NO)
            because_clause(v, e->g->demands[i].article, &e->g->demands[i].body, body.facts);
    if (t->grants.v != NO)
        return;
    general(v, REASON_NOT_PERMITTED, "No article allows this entry.");
    explain_grants(v, e, t);
}

/* Every missing fact is named, also when there is no room to say why. */
static void explain_unknown(struct verdict *v, struct eval *e, const struct tally *t)
{
    struct outcome_of_grant mem;
    const struct outcome_of_grant *o;
    struct truth body, d;
    uint64_t told = 0;

    for (size_t i = 0; i < e->g->n_demands; i++) {
        d = demand_at(e, t, i, &body);
        if (d.v == UNKNOWN)
            missing(v, e, e->g->demands[i].article, e->g->demands[i].body.label, d.facts, &told);
    }
    if (t->grants.v != UNKNOWN)
        return;
    for (size_t i = 0; i < e->g->n_grants; i++) {
        o = grant_at(e, t, i, &mem);
        if (o->t.v == UNKNOWN)
            missing(v, e, e->g->grants[i].article, "when", o->t.facts, &told);
    }
    explain_grants(v, e, t);
}

static void explain_yes(struct verdict *v, struct eval *e, const struct tally *t)
{
    const struct grant *g = &e->g->grants[t->best];
    const struct outcome_of_grant *o = &t->best_outcome;
    const struct fact_value *asked = &e->f->v[FACT_TRAVEL_STAY];
    const struct article *last = NULL;
    struct truth body;
    struct line l;

    v->article = g->article->number;
    v->stay_limited = o->limited;
    v->days_used = o->used;
    v->days_left = o->left;
    v->last_day = o->limited ? date_from_days(o->last) : (struct date){ 0 };
    allowed(v, g, o);
    if (o->limited && asked->present && asked->number > (int64_t)o->last - e->today + 1 &&
        reason(v, REASON_SHORTER, v->article, "allow", g->line, bit(FACT_TRAVEL_STAY), &l))
        say(&l, " leaves fewer days than the traveller asks for.");
    for (size_t i = 0; i < e->g->n_demands && v->n_reasons < VERDICT_REASONS; i++) {
        const struct demand *d = &e->g->demands[i];

        if (d->article == last || !d->article)
            continue;
        (void)demand_at(e, t, i, &body);
        if (body.facts &&
            reason(v, REASON_KEPT, d->article->number, d->body.label, d->body.line, body.facts, &l))
            say(&l, " is kept.");
        last = d->article;
    }
    duties(v, e, NULL);
}

#define PERMISSION(fact) (UINT64_C(1) << FACT_PERMISSION_##fact)

static const uint64_t of_permission = PERMISSION(KIND) | PERMISSION(RESULT) | PERMISSION(ISSUER) |
                                      PERMISSION(PURPOSE) | PERMISSION(FROM) | PERMISSION(EXPIRY) |
                                      PERMISSION(ENTRIES) | PERMISSION(ENTRIES_USED) | PERMISSION(STAY) |
                                      PERMISSION(MATCHES);

/* The same case of a traveller who presents none. */
static void without_permission(const struct facts *f, struct facts *out)
{
    *out = *f;
    for (uint64_t left = of_permission; left; left &= left - 1)
        out->v[__builtin_ctzll(left)].present = false;
    out->v[FACT_PERMISSION_KIND].present = true;
    out->v[FACT_PERMISSION_KIND].word = SPAN("none");
}

/* t admits. That a condition reads the permission does not say that it needs it, so that is decided. */
static bool rests_on_permission(const struct agreement *a, const struct bound_table *b, const struct facts *f,
                                struct date on, const struct tally *t)
{
    const struct outcome_of_grant *o = &t->best_outcome;
    struct facts without UNINITIALIZED;
    struct eval e UNINITIALIZED;
    struct tally u UNINITIALIZED;

    if (!((t->demands.facts | o->t.facts) & of_permission))
        return false;
    without_permission(f, &without);
    eval_prepare(&e, a, b, &without, on);
    weigh(&e, &u);
    return both(u.demands, u.grants).v != YES || u.best != t->best || outlasts(o, &u.best_outcome);
}

void agreement_decide(const struct agreement *a, const struct facts *f, struct date on, struct verdict *out)
{
    agreement_decide_bound(a, a->bound, f, on, out);
}

void agreement_decide_bound(const struct agreement *a, const struct bound_table *b, const struct facts *f,
                            struct date on, struct verdict *out)
{
    struct eval e UNINITIALIZED;
    struct tally t UNINITIALIZED;
    struct truth verdict;

    if (!verdict_begin(a, b, on, out))
        return;
    eval_prepare(&e, a, b, f, on);
    weigh(&e, &t);
    verdict = both(t.demands, t.grants);
    if (verdict.v == NO)
        explain_no(out, &e, &t);
    else if (verdict.v == UNKNOWN)
        explain_unknown(out, &e, &t);
    else
        explain_yes(out, &e, &t);
    if (verdict.v != YES)
        return;
    out->outcome = OUTCOME_ADMIT;
    out->by_permission = rests_on_permission(a, b, f, on, &t);
}
