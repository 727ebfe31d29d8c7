#include "agreement/conflict.h"

#include "agreement/affected.h"
#include "agreement/cond.h"
#include "agreement/judge.h"
#include "agreement/lex.h"

enum { BUDGET = 60 * 1000 };

struct question {
    struct cases *c;
    const struct agreement *a;
    const struct exception *x, *y; /* two exceptions beside each other */
    const struct article *article;
    const struct grant *g;
    size_t at; /* of the grant */
    struct traveller witness;
    bool found;
    uint64_t stoppers; /* demands that stopped somebody, by their place */
};

static enum look found(struct question *q, const struct traveller *t)
{
    q->found = true;
    q->witness = *t;
    if (t->facts.n_stays) {
        q->witness.stay = t->facts.stays[0];
        q->witness.facts.stays = &q->witness.stay;
    }
    return LOOK_STOP;
}

static bool walk(struct question *q, case_look look)
{
    uint8_t order[FACTS_N];
    struct traveller t = { .stay = { { 0 } } };

    cases_order_init(order);
    q->found = false;
    return cases_walk(q->c, &t, order, BUDGET, look, q) || q->found;
}

/* Somebody for whom all that is asked is yes; *ask: what is open. NO: nobody from here. */
static enum look all_of(struct question *q, const struct traveller *t, const struct truth *v, size_t n,
                        uint64_t *ask)
{
    *ask = 0;
    for (size_t i = 0; i < n; i++) {
        if (v[i].v == NO)
            return LOOK_BACK;
        if (v[i].v == UNKNOWN)
            *ask |= v[i].facts;
    }
    return *ask ? LOOK_ON : found(q, t);
}

static struct truth holds(const struct question *q, const struct condition *c, const struct traveller *t)
{
    return condition_holds(q->a, q->article, c, &t->facts, q->c->on);
}

static enum look both_hold(void *ctx, const struct traveller *t, uint64_t *ask)
{
    struct question *q = ctx;
    const struct truth v[] = { holds(q, &q->article->when, t), holds(q, &q->x->cond, t),
                               holds(q, &q->y->cond, t) };

    return all_of(q, t, v, 3, ask);
}

/* The second without the first. */
static enum look second_alone(void *ctx, const struct traveller *t, uint64_t *ask)
{
    struct question *q = ctx;
    struct truth v[] = { holds(q, &q->article->when, t), holds(q, &q->x->cond, t), holds(q, &q->y->cond, t) };

    v[1].v = YES - v[1].v;
    return all_of(q, t, v, 3, ask);
}

static void say_witness(const struct question *q, struct buffer *out)
{
    traveller_put(&q->witness, q->c->on, UINT64_MAX, out);
}

static void two_exceptions(struct question *q, struct agreement_faults *f)
{
    char text[120];
    struct buffer b;

    if (q->x->effect.kind != EFFECT_NONE && q->y->effect.kind != EFFECT_NONE) {
        if (walk(q, both_hold) && q->found) {
            buf_init_fixed(&b, text, sizeof text);
            say_witness(q, &b);
            fault_at(f, q->y->line, q->y->column, true,
                     "contradicts the exception in line %u: both hold, so neither allows; as for: %s",
                     q->x->line, buf_cstr(&b));
        }
    } else if (q->x->effect.kind == EFFECT_NONE && !q->x->first && walk(q, second_alone) && !q->found) {
        fault_at(f, q->y->line, q->y->column, true,
                 "shadowed by the exception in line %u: whoever this one is for is already under that one",
                 q->x->line);
    }
}

static void siblings(struct question *q, const struct exception *first, struct agreement_faults *f)
{
    for (q->x = first; q->x; q->x = q->x->next)
        for (q->y = q->x->next; q->y; q->y = q->y->next)
            two_exceptions(q, f);
}

static void exceptions(struct question *q, struct agreement_faults *f)
{
    const struct exception *e = q->article->exceptions;

    siblings(q, e, f);
    while (e) {
        if (e->first) {
            siblings(q, e->first, f);
            e = e->first;
            continue;
        }
        while (e && !e->next)
            e = e->parent;
        e = e ? e->next : NULL;
    }
}

/* ---- ways to be admitted ---- */

static bool demands(struct question *q, struct eval *e, uint64_t *ask)
{
    const struct program *g = q->a->program;
    struct truth body, d;

    for (size_t i = 0; i < g->n_demands; i++) {
        d = eval_demand(e, &g->demands[i], &body);
        if (d.v == NO) {
            q->stoppers |= i < 64 ? (uint64_t)1 << i : 0;
            return false;
        }
        if (d.v == UNKNOWN)
            *ask |= d.facts;
    }
    return true;
}

/* Somebody whom this way admits. */
static enum look admits(void *ctx, const struct traveller *t, uint64_t *ask)
{
    struct question *q = ctx;
    struct eval e UNINITIALIZED;
    struct outcome_of_grant o;

    eval_prepare(&e, q->a, q->a->bound, &t->facts, q->c->on);
    eval_grant(&e, q->g, &o);
    if (o.t.v == NO)
        return LOOK_BACK;
    *ask = 0;
    if (o.t.v == UNKNOWN)
        *ask = o.t.facts;
    if (*ask & ~traveller_said(t) & q->c->facts)
        return LOOK_ON;
    if (!demands(q, &e, ask))
        return LOOK_BACK;
    return *ask ? LOOK_ON : found(q, t);
}

static bool as_long(const struct outcome_of_grant *x, const struct outcome_of_grant *y, bool strictly)
{
    if (!x->limited)
        return y->limited || !strictly;
    return y->limited && (strictly ? x->last > y->last : x->last >= y->last);
}

/* Somebody whom this way admits longer than any other: in the order of the text the first of equals counts.
 */
static enum look admits_best(void *ctx, const struct traveller *t, uint64_t *ask)
{
    struct question *q = ctx;
    const struct program *g = q->a->program;
    struct eval e UNINITIALIZED;
    struct outcome_of_grant own, o;

    eval_prepare(&e, q->a, q->a->bound, &t->facts, q->c->on);
    eval_grant(&e, q->g, &own);
    if (own.t.v == NO)
        return LOOK_BACK;
    *ask = own.t.v == UNKNOWN ? own.t.facts : 0;
    for (size_t i = 0; i < g->n_grants && !*ask; i++) {
        if (i == q->at)
            continue;
        eval_grant(&e, &g->grants[i], &o);
        if (o.t.v == YES && as_long(&o, &own, i > q->at))
            return LOOK_BACK;
        if (o.t.v == UNKNOWN)
            *ask |= o.t.facts;
    }
    if (*ask & ~traveller_said(t) & q->c->facts)
        return LOOK_ON;
    if (!demands(q, &e, ask))
        return LOOK_BACK;
    return *ask ? LOOK_ON : found(q, t);
}

static unsigned stopper_line(const struct question *q)
{
    const struct program *g = q->a->program;

    for (size_t i = 0; i < g->n_demands && i < 64; i++)
        if (q->stoppers >> i & 1)
            return g->demands[i].body.line;
    return 0;
}

static void grants(struct question *q, struct agreement_faults *f)
{
    const struct program *g = q->a->program;

    for (q->at = 0; q->at < g->n_grants; q->at++) {
        q->g = &g->grants[q->at];
        q->stoppers = 0;
        if (!walk(q, admits))
            continue;
        if (!q->found && stopper_line(q))
            fault_at(
                f, q->g->line, 3, true,
                "article %s admits nobody here: whoever it is for is stopped by the requirement in line %u",
                q->g->article->number, stopper_line(q));
        else if (!q->found)
            fault_at(f, q->g->line, 3, true,
                     "article %s admits nobody here: its conditions exclude each other",
                     q->g->article->number);
        else if (walk(q, admits_best) && !q->found)
            fault_at(f, q->g->line, 3, true,
                     "shadowed: whomever article %s admits here another one admits as long or longer",
                     q->g->article->number);
    }
}

void agreement_conflicts(struct cases *c, struct agreement_faults *faults)
{
    struct question q = { .c = c, .a = c->a[0] };

    for (q.article = q.a->articles; q.article; q.article = q.article->next)
        exceptions(&q, faults);
    grants(&q, faults);
}
