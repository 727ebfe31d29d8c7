/* The verdict and its reasons. */
#include "agreement/eval.h"

struct line {
    char *p;
    size_t n, cap;
};

static void say(struct line *l, const char *s)
{
    while (*s && l->n + 1 < l->cap)
        l->p[l->n++] = *s++;
    l->p[l->n] = 0;
}

static void say_number(struct line *l, int v)
{
    char digits[12];
    size_t n = sizeof digits;
    unsigned u = v < 0 ? 0u : (unsigned)v;

    digits[--n] = 0;
    do
        digits[--n] = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    say(l, digits + n);
}

static void say_rule(struct line *l, struct stay_rule r)
{
    say_number(l, r.days);
    say(l, r.days == 1 ? " day" : " days");
    if (r.window) {
        say(l, " in any ");
        say_number(l, r.window);
        say(l, " days");
    } else {
        say(l, " per visit");
    }
}

static void say_facts(struct line *l, uint64_t facts)
{
    const char *join = "";

    for (unsigned i = 0; i < FACTS_N; i++) {
        if (facts & bit(i)) {
            say(l, join);
            say(l, fact_name((enum fact)i));
            join = ", ";
        }
    }
}

/* Room for one more reason, or NULL: the first ones matter most. */
static struct verdict_reason *reason(struct verdict *v, enum reason code, const char *article,
                                     const char *clause, unsigned line, uint64_t facts, struct line *l)
{
    struct verdict_reason *r;

    if (v->n_reasons == VERDICT_REASONS)
        return NULL;
    r = &v->reason[v->n_reasons++];
    r->article = article;
    r->clause = clause;
    r->for_admission = code <= REASON_SHORTER;
    r->code = reason_codes[code];
    r->facts = facts;
    r->days = r->window = 0;
    r->line = line;
    *l = (struct line){ r->text, 0, sizeof r->text };
    r->text[0] = 0;
    if (article) {
        say(l, "Article ");
        say(l, article);
    }
    return r;
}

/* x NULL: the general rule. */
static void because_clause(struct verdict *v, const struct article *x, const struct clause *c, uint64_t facts)
{
    struct line l;

    if (!reason(v, c->code, x ? x->number : NULL, c->label, c->line, facts, &l))
        return;
    if (c->code == REASON_CONTRADICTION) {
        say(&l, "The evidence speaks against its bearer, and no article says what that is worth.");
        return;
    }
    say(&l, c->code == REASON_REQUIREMENT   ? " is not met: it turns on "
            : c->code == REASON_EXCEPTION   ? " does not apply because of its exception on "
            : c->code == REASON_NOT_A_PARTY ? " binds parties only: see "
            : c->code == REASON_RESERVATION ? ": not met is the "
                                            : " does not apply: it turns on ");
    if (c->code == REASON_RESERVATION) {
        say(&l, c->label);
        say(&l, ", on ");
    }
    say_facts(&l, facts);
    say(&l, ".");
}

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

/* One reason a fact, with the first article that turns on it. */
static void missing(struct verdict *v, const struct eval *e, const struct article *x, const char *clause,
                    uint64_t facts, uint64_t *told)
{
    for (unsigned i = 0; i < FACTS_N; i++) {
        bool there = i != FACT_TRAVELLER_STAYS && e->f->v[i].present;
        struct line l;

        if (!(facts & bit(i)) || (*told & bit(i)))
            continue;
        *told |= bit(i);
        if (!there && v->n_missing < VERDICT_MISSING)
            v->missing[v->n_missing++] = (enum fact)i;
        if (reason(v, there ? REASON_UNKNOWN : REASON_MISSING, x ? x->number : NULL, clause, 0, bit(i), &l)) {
            say(&l, x ? " turns on " : "The general rule turns on ");
            say(&l, fact_name((enum fact)i));
            say(&l, there ? ", which holds what this agreement does not know." : ", which is not known.");
        }
    }
}

static void general(struct verdict *v, enum reason code, const char *text)
{
    struct line l;

    if (reason(v, code, NULL, "general", 0, 0, &l))
        say(&l, text);
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

static void duties(struct verdict *v, struct eval *e)
{
    for (size_t i = 0; i < e->g->n_obligations; i++) {
        const struct obligation *o = &e->g->obligations[i];
        struct truth t = eval_steps(e, o->steps);
        struct verdict_reason *r;
        struct line l;

        if (t.v == NO)
            continue;
        r = reason(v, REASON_DUTY, o->article->number, "duty", o->duty->line, t.facts, &l);
        if (!r)
            return;
        r->days = o->duty->days;
        say(&l, ", duty: ");
        say(&l, o->duty->what);
        if (o->duty->days) {
            say(&l, " within ");
            say_number(&l, o->duty->days);
            say(&l, o->duty->days == 1 ? " day" : " days");
        }
        say(&l, ".");
    }
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
    duties(v, e);
}

void agreement_decide(const struct agreement *a, const struct facts *f, struct date on, struct verdict *out)
{
    struct eval e UNINITIALIZED;
    struct tally t UNINITIALIZED;
    struct truth verdict;

    out->outcome = OUTCOME_REFER;
    out->n_reasons = out->n_missing = 0;
    out->stay_limited = false;
    out->days_used = out->days_left = 0;
    out->last_day = (struct date){ 0 };
    out->article = NULL;
    if (!date_valid(on.year, on.month ? on.month : 13, on.day) ||
        (a->program->has_from && date_to_days(on) < a->program->from)) {
        general(out, REASON_NOT_IN_FORCE, "The agreement is not in force on this day.");
        return;
    }
    eval_prepare(&e, a, f, on);
    weigh(&e, &t);
    verdict = both(t.demands, t.grants);
    if (verdict.v == NO)
        explain_no(out, &e, &t);
    else if (verdict.v == UNKNOWN)
        explain_unknown(out, &e, &t);
    else
        explain_yes(out, &e, &t);
    if (verdict.v == YES)
        out->outcome = OUTCOME_ADMIT;
}
