#include "agreement/coverage.h"

#include "agreement/affected.h"
#include "agreement/cond.h"

struct builder {
    struct coverage *x;
    struct arena *arena;
    bool ok;
};

static struct coverage_target *add(struct builder *b, const struct coverage_target *t)
{
    struct coverage *x = b->x;

    if (x->n == COVERAGE_TARGETS) {
        x->lost++;
        return NULL;
    }
    x->target[x->n] = *t;
    return &x->target[x->n++];
}

static bool of_licences(const struct grant *g)
{
    return g->effect == EFFECT_RECOGNISE;
}

static uint64_t facts_of(const struct program *g, struct steps s)
{
    uint64_t m = 0;

    for (uint32_t i = 0; i < s.n; i++) {
        const struct op *op = &g->ops[s.first + i];

        if (op->code == OP_AND || op->code == OP_OR || op->code == OP_NOT)
            continue;
        if (op->fact < FACTS_N)
            m |= bit(op->fact);
        if ((op->code == OP_SAME || op->code == OP_NUMBER_FACT || op->code == OP_DATE_FACT) &&
            op->a < FACTS_N)
            m |= bit((unsigned)op->a);
        if (op->code == OP_OWN || op->code == OP_RESERVED)
            m |= bit(FACT_TRAVEL_ENTERING);
    }
    return m;
}

static uint64_t facts_of_clauses(const struct program *g, uint32_t first, uint32_t n)
{
    uint64_t m = 0;

    for (uint32_t i = 0; i < n; i++)
        m |= facts_of(g, g->clauses[first + i].steps);
    return m;
}

/* Exceptions are folded into every way they close: one line is one target. */
static bool has_clause(const struct coverage *x, const struct clause *c)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->target[i].clause && x->target[i].clause->line == c->line &&
            x->target[i].clause->code == c->code)
            return true;
    return false;
}

static void add_clauses(struct builder *b, const struct article *article, uint32_t first, uint32_t n,
                        bool licence)
{
    const struct program *g = b->x->a->program;

    for (uint32_t i = 0; i < n; i++) {
        const struct clause *c = &g->clauses[first + i];

        if ((c->code == REASON_EXCEPTION || c->code == REASON_RESERVATION) && !has_clause(b->x, c))
            (void)add(b, &(struct coverage_target){ .article = article,
                                                    .line = c->line,
                                                    .label = c->label,
                                                    .facts = facts_of(g, c->steps),
                                                    .licence = licence,
                                                    .clause = c });
    }
}

static void add_grant(struct builder *b, const struct grant *x)
{
    const struct program *g = b->x->a->program;
    uint64_t facts = facts_of_clauses(g, x->first_clause, x->n_clauses) |
                     (x->effect == EFFECT_TABLE || of_licences(x) ? bit(x->key) : 0);

    (void)add(b, &(struct coverage_target){ .article = x->article,
                                            .line = x->line,
                                            .label = x->exception     ? "the effect of an exception"
                                                     : of_licences(x) ? "recognise"
                                                                      : "allow",
                                            .facts = facts,
                                            .licence = of_licences(x),
                                            .grant = x });
    for (uint32_t i = 0; i < x->n_rows; i++) {
        const struct row *r = &g->rows[x->first_row + i];

        (void)add(b, &(struct coverage_target){ .article = x->article,
                                                .line = r->line,
                                                .label = "row",
                                                .facts = facts | facts_of(g, r->permission),
                                                .licence = of_licences(x),
                                                .grant = x,
                                                .row = r });
    }
    add_clauses(b, x->article, x->first_clause, x->n_clauses, of_licences(x));
}

static bool has_cond(const struct coverage *x, const struct cond *c, bool wanted)
{
    for (size_t i = 0; i < x->n; i++) {
        const struct cond *o = x->target[i].cond;

        if (o && o->line == c->line && o->column == c->column && o->fact == c->fact && o->kind == c->kind &&
            x->target[i].wanted == wanted)
            return true;
    }
    return false;
}

/* Both sides of each comparison; one of a definition counts once, wherever it is used. */
static void add_condition(void *ctx, const struct condition_at *at)
{
    struct builder *b = ctx;
    struct buffer label;

    for (size_t i = 0; i < at->cond->n; i++) {
        const struct cond *c = &at->cond->op[i];

        if (c->kind == COND_AND || c->kind == COND_OR || c->kind == COND_NOT)
            continue;
        for (int wanted = 1; wanted >= 0; wanted--) {
            const char *text;

            if (has_cond(b->x, c, wanted))
                continue;
            buf_init(&label, COVERAGE_LABEL);
            cond_put(c, &label);
            text = arena_str(b->arena, buf_span(&label));
            buf_free(&label);
            (void)add(b, &(struct coverage_target){
                             .article = at->article,
                             .line = c->line,
                             .label = text ? text : at->what,
                             .facts = condition_facts(&(struct condition){ .op = c, .n = 1 }),
                             .licence = at->article->effect.kind == EFFECT_RECOGNISE,
                             .branch = true,
                             .cond = c,
                             .wanted = wanted });
        }
    }
}

static void targets(struct builder *b)
{
    const struct program *g = b->x->a->program;

    for (size_t i = 0; i < g->n_grants; i++)
        add_grant(b, &g->grants[i]);
    for (size_t i = 0; i < g->n_recognitions; i++)
        add_grant(b, &g->recognitions[i]);
    for (size_t i = 0; i < g->n_demands; i++) {
        const struct demand *d = &g->demands[i];

        if (d->article) {
            (void)add(b,
                      &(struct coverage_target){ .article = d->article,
                                                 .line = d->body.line,
                                                 .label = d->body.label,
                                                 .facts = facts_of(g, d->body.steps) |
                                                          facts_of_clauses(g, d->first_clause, d->n_clauses),
                                                 .demand = d });
            add_clauses(b, d->article, d->first_clause, d->n_clauses, false);
        }
    }
    for (size_t i = 0; i < g->n_obligations; i++)
        (void)add(b, &(struct coverage_target){ .article = g->obligations[i].article,
                                                .line = g->obligations[i].duty->line,
                                                .label = "duty",
                                                .facts = facts_of(g, g->obligations[i].steps),
                                                .licence = g->obligations[i].article->effect.kind ==
                                                           EFFECT_RECOGNISE,
                                                .duty = &g->obligations[i] });
    for (const struct article *x = b->x->a->articles; x; x = x->next)
        conditions_of(x, add_condition, b);
}

/* The verdict of this traveller turns on the target. */
static bool reaches(const struct agreement *a, const struct coverage_target *t, struct eval *e,
                    const struct verdict *v, bool licence)
{
    struct outcome_of_grant o;
    struct truth body;

    if (t->cond)
        return cond_holds(a, t->article, t->cond, e->f, e->on).v == (t->wanted ? YES : NO);
    if (t->clause)
        return eval_steps(e, t->clause->steps).v == NO;
    if (t->demand)
        return !licence && eval_demand(e, t->demand, &body).v == NO;
    if (t->duty)
        return t->licence == licence && eval_steps(e, t->duty->steps).v == YES;
    if (t->licence) {
        for (size_t i = 0; licence && i < v->n_reasons; i++)
            if (v->reason[i].code == reason_codes[REASON_RECOGNISED] &&
                v->reason[i].article == t->article->number && (!t->row || v->reason[i].line == t->row->line))
                return true;
        return false;
    }
    if (licence)
        return false;
    eval_grant(e, t->grant, &o);
    return o.t.v == YES && (!t->row || o.row == t->row);
}

static void mark(struct coverage *x, const struct facts *f, struct date on, bool licence)
{
    struct eval e UNINITIALIZED;
    struct verdict v;

    eval_prepare(&e, x->a, x->a->bound, f, on);
    if (licence)
        agreement_recognise(x->a, f, on, &v);
    else
        agreement_decide(x->a, f, on, &v);
    for (size_t i = 0; i < x->n; i++)
        if (!x->target[i].reached && x->target[i].licence == licence)
            x->target[i].reached = reaches(x->a, &x->target[i], &e, &v, licence);
}

bool coverage_of(const struct agreement *a, struct arena *arena, struct coverage *out)
{
    struct builder b = { .x = out, .arena = arena };

    *out = (struct coverage){ .a = a };
    out->target = arena_array(arena, COVERAGE_TARGETS, sizeof *out->target);
    if (!out->target)
        return false;
    targets(&b);
    for (const struct article *x = a->articles; x; x = x->next)
        for (const struct example *e = x->examples; e; e = e->next)
            if (!e->not_bound.n)
                mark(out, &e->facts, e->on, x->effect.kind == EFFECT_RECOGNISE);
    return true;
}

/* ---- examples worth adding ---- */

static bool hits(const struct coverage *x, const struct coverage_target *t, const struct traveller *who,
                 struct date on)
{
    struct eval e UNINITIALIZED;
    struct verdict v;

    eval_prepare(&e, x->a, x->a->bound, &who->facts, on);
    if (t->licence)
        agreement_recognise(x->a, &who->facts, on, &v);
    else
        agreement_decide(x->a, &who->facts, on, &v);
    return reaches(x->a, t, &e, &v, t->licence);
}

struct
try {
    const struct coverage *x;
    struct cases *c;
    struct suggestion *out;
    struct case_value *value[2];
};

static bool try_one(struct try *y, unsigned f, unsigned level);

/* Sets fact f to each of its values; at the last level asks whether the target is hit. */
static bool try_values(struct try *y, unsigned f, unsigned level, uint64_t more)
{
    struct suggestion *s = y->out;
    const struct traveller was = s->t;
    size_t n;

    traveller_forget(&s->t, f);
    n = cases_values(y->c, &s->t, f, y->value[level]);
    for (size_t i = 0; i < n; i++) {
        s->t = was;
        traveller_set(&s->t, f, &y->value[level][i], y->c);
        s->changed |= bit(f);
        if (hits(y->x, s->target, &s->t, s->on))
            return true;
        for (uint64_t left = level ? 0 : more & ~(((uint64_t)2 << f) - 1); left; left &= left - 1)
            if (try_one(y, (unsigned)__builtin_ctzll(left), 1))
                return true;
    }
    s->t = was;
    s->changed &= ~bit(f);
    return false;
}

static bool try_one(struct try *y, unsigned f, unsigned level)
{
    return try_values(y, f, level, 0);
}

static bool from_base(struct try *y, const struct example *base)
{
    struct suggestion *s = y->out;
    uint64_t facts = s->target->facts & y->c->facts;

    if (!date_is_set(base->on))
        return false;
    s->base = base;
    s->on = base->on;
    s->changed = 0;
    s->t = (struct traveller){ .facts = base->facts };
    /* Boundaries of dates are those of the day. */
    if (date_cmp(y->c->on, base->on) != 0) {
        const struct agreement *one = y->x->a;

        if (!cases_of(y->c, y->c->arena, &one, 1, base->on))
            return false;
        facts = s->target->facts & y->c->facts;
    }
    if (hits(y->x, s->target, &s->t, s->on))
        return true;
    for (int deep = 0; deep < 2; deep++)
        for (uint64_t left = facts; left; left &= left - 1)
            if (try_values(y, (unsigned)__builtin_ctzll(left), 0, deep ? facts : 0))
                return true;
    return false;
}

static bool speaks_of_licences(const struct example *e)
{
    return e->facts.v[FACT_LICENCE_CATEGORY].present;
}

static bool find_example(struct try *y)
{
    const struct agreement *a = y->x->a;

    y->out->of_case = true;
    for (const struct example *e = a->cases; e; e = e->next)
        if (speaks_of_licences(e) == y->out->target->licence && from_base(y, e))
            return true;
    y->out->of_case = false;
    for (const struct article *x = a->articles; x && !a->cases; x = x->next)
        for (const struct example *e = x->examples; e; e = e->next)
            if ((x->effect.kind == EFFECT_RECOGNISE) == y->out->target->licence && from_base(y, e))
                return true;
    return false;
}

bool coverage_suggest(struct coverage *x, struct cases *c, size_t *at, struct suggestion *out)
{
    struct try y = { .x = x, .c = c, .out = out };

    for (int i = 0; i < 2; i++) {
        y.value[i] = arena_array(c->arena, CASES_VALUES, sizeof **y.value);
        if (!y.value[i])
            return false;
    }
    for (; *at < x->n; ++*at) {
        if (x->target[*at].reached)
            continue;
        *out = (struct suggestion){ .target = &x->target[*at] };
        if (!find_example(&y))
            continue;
        if (out->t.facts.n_stays == 1 && (out->changed & bit(FACT_TRAVELLER_STAYS)))
            out->t.facts.stays = &out->t.stay;
        mark(x, &out->t.facts, out->on, out->target->licence);
        return true;
    }
    return false;
}

static void put_gives(const struct agreement *a, const struct suggestion *s, struct buffer *out)
{
    const struct verdict_reason *why = NULL;
    char day[DATE_TEXT];
    struct verdict v;

    if (s->target->licence)
        agreement_recognise(a, &s->t.facts, s->on, &v);
    else
        agreement_decide(a, &s->t.facts, s->on, &v);
    buf_printf(out, "    gives %s", outcome_word(v.outcome));
    if (v.article) {
        if (v.stay_limited && s->target->licence)
            buf_printf(out, ", until %s", date_format(v.last_day, day));
        else if (v.stay_limited)
            buf_printf(out, ", %d %s left", v.days_left, v.days_left == 1 ? "day" : "days");
        buf_printf(out, ", by article %s\n", v.article);
        return;
    }
    for (size_t i = 0; i < v.n_reasons && !why; i++)
        if (!v.reason[i].for_admission && v.reason[i].article)
            why = &v.reason[i];
    if (!why && v.n_reasons)
        why = &v.reason[0];
    if (why && why->code == reason_codes[REASON_MISSING])
        buf_printf(out, " because missing %s", fact_name((enum fact)__builtin_ctzll(why->facts)));
    else if (why)
        buf_printf(out, " because %s", why->code);
    if (why && why->article)
        buf_printf(out, " in article %s", why->article);
    buf_u8(out, '\n');
}

void suggestion_put(const struct agreement *a, const struct suggestion *s, struct buffer *out)
{
    const struct coverage_target *t = s->target;
    char day[DATE_TEXT];

    buf_printf(out, "  example \"%s%s%s (line %u)\"\n", t->branch ? "" : "reaches ", t->label,
               t->branch ? t->wanted ? ": so" : ": not so" : "", t->line);
    if (s->of_case)
        buf_printf(out, "    given as \"%s\"%s", s->base->title, s->changed ? ", " : "");
    else
        buf_printf(out, "    given on %s, ", date_format(s->on, day));
    traveller_put(&s->t, s->on, s->of_case ? s->changed : UINT64_MAX, out);
    buf_u8(out, '\n');
    put_gives(a, s, out);
}
