#include "agreement/program.h"

#include "agreement/lex.h"

struct maker {
    struct agreement *a;
    struct program *g;
    struct agreement_faults *faults;
    struct buffer ops, list, clauses, rows, grants, recognitions, demands, obligations;
    struct buffer figures, figure;
    const struct article *x; /* whose conditions are put; NULL: of the agreement */
    unsigned now, depth;
    bool faulty;
};

enum { CEILING = 64 * 1024 * 1024 };

static uint32_t count(const struct buffer *b, size_t size)
{
    return (uint32_t)(b->n / size);
}

static uint32_t put_list(struct maker *m, enum fact f, struct words w)
{
    uint32_t first = count(&m->list, sizeof(uint32_t)), id;

    for (size_t i = 0; i < w.n; i++) {
        id = program_word(m->g, f, w.w[i]);
        buf_put(&m->list, span_of(&id, sizeof id));
    }
    return first;
}

static void asks(struct maker *m, unsigned fact)
{
    if (fact < FACTS_N &&
        (fact_type((enum fact)fact) == FACT_TYPE_WORD || fact_type((enum fact)fact) == FACT_TYPE_STATE))
        m->g->words |= (uint64_t)1 << fact;
}

static void put_op(struct maker *m, struct op op)
{
    if (op.code == OP_AND || op.code == OP_OR)
        m->now--;
    else if (op.code != OP_NOT)
        m->now++;
    if (m->now > m->depth)
        m->depth = m->now;
    buf_put(&m->ops, span_of(&op, sizeof op));
}

static struct date moved(struct date d, enum unit unit, int offset)
{
    if (unit == UNIT_DAYS)
        return date_add_days(d, offset);
    return date_add_months(d, unit == UNIT_YEARS ? 12 * offset : offset);
}

static int32_t place_of(const struct article *x)
{
    return x ? 1 + (int32_t)x->index : BOUND_AGREEMENT;
}

/* The article that "bound by article N" names, or the one the words stand in. */
static int32_t article_meant(struct maker *m, const struct cond *c)
{
    struct span label = c->words.n ? c->words.w[0] : (struct span){ NULL, 0 };

    if (!label.n)
        return place_of(m->x);
    for (const struct article *x = m->a->articles; x; x = x->next)
        if (span_eq_str(label, x->number))
            return place_of(x);
    if (!m->faulty)
        fault_at(m->faults, c->line, c->column, false,
                 "there is no article %.*s; expected the number of an article of this agreement",
                 (int)label.n, (const char *)label.p);
    m->faulty = true;
    return BOUND_AGREEMENT;
}

static struct op translate(struct maker *m, const struct cond *c)
{
    struct op op = { .fact = (uint8_t)c->fact, .cmp = (uint8_t)c->cmp, .unit = (uint8_t)c->rhs.unit };

    switch (c->kind) {
    case COND_AND:
        op.code = OP_AND;
        break;
    case COND_OR:
        op.code = OP_OR;
        break;
    case COND_NOT:
        op.code = OP_NOT;
        break;
    case COND_TRUE:
        op.code = OP_TRUE;
        break;
    case COND_PARTY:
        op.code = OP_PARTY;
        op.a = article_meant(m, c);
        break;
    case COND_LIKEWISE:
        op.code = OP_LIKEWISE;
        op.a = place_of(m->x);
        break;
    case COND_IN:
        op.code = OP_IN;
        op.a = (int32_t)put_list(m, (enum fact)c->fact, c->words);
        op.b = (int32_t)c->words.n;
        break;
    case COND_NUMBER:
        op.code = c->rhs.is_fact ? OP_NUMBER_FACT : OP_NUMBER;
        op.a = c->rhs.is_fact ? (int32_t)c->rhs.fact : (int32_t)c->rhs.number;
        break;
    case COND_DATE:
        op.code = c->rhs.is_fact ? OP_DATE_FACT : OP_DATE;
        op.a = c->rhs.is_fact ? (int32_t)c->rhs.fact
                              : date_to_days(moved(c->rhs.date, c->rhs.unit, c->rhs.offset));
        op.b = c->rhs.offset;
        break;
    case COND_SAME:
        op.code = OP_SAME;
        op.a = (int32_t)c->rhs.fact;
        asks(m, c->rhs.fact);
        break;
    }
    if (op.code == OP_IN || op.code == OP_PARTY || op.code == OP_LIKEWISE || op.code == OP_SAME)
        asks(m, c->fact);
    return op;
}

/* An empty condition holds: nothing is put, and the caller joins nothing. */
static bool put_condition(struct maker *m, const struct condition *c)
{
    for (size_t i = 0; i < c->n; i++)
        put_op(m, translate(m, &c->op[i]));
    return c->n != 0;
}

static struct steps steps_from(struct maker *m, uint32_t first)
{
    m->now = 0;
    return (struct steps){ first, count(&m->ops, sizeof(struct op)) - first };
}

static uint32_t here(const struct maker *m)
{
    return count(&m->ops, sizeof(struct op));
}

static struct steps whole(struct maker *m, const struct condition *c)
{
    uint32_t first = here(m);

    (void)put_condition(m, c);
    return steps_from(m, first);
}

static void put_clause(struct maker *m, struct steps s, enum reason code, const char *label, unsigned line)
{
    struct clause c = { s, code, label, line };

    if (s.n)
        buf_put(&m->clauses, span_of(&c, sizeof c));
}

static const struct exception *without_effect(const struct exception *x)
{
    while (x && x->effect.kind != EFFECT_NONE)
        x = x->next;
    return x;
}

/*
 * That x stands: its condition holds and no exception to it restores the rule it beats. Those with an effect
 * of their own do not restore, they replace. Walked without recursion: down, then along and up.
 */
static void put_stands(struct maker *m, const struct exception *x)
{
    const struct exception *at = x;

    (void)put_condition(m, &at->cond);
    for (;;) {
        const struct exception *down = without_effect(at->first);

        if (down) {
            at = down;
            (void)put_condition(m, &at->cond);
            continue;
        }
        for (;;) {
            if (at == x)
                return;
            put_op(m, (struct op){ .code = OP_NOT });
            put_op(m, (struct op){ .code = OP_AND });
            if (without_effect(at->next))
                break;
            at = at->parent;
        }
        at = without_effect(at->next);
        (void)put_condition(m, &at->cond);
    }
}

static void put_none_stands(struct maker *m, const struct exception *list, const struct exception *but)
{
    for (const struct exception *x = list; x; x = x->next) {
        uint32_t first = here(m);

        if (x == but)
            continue;
        put_stands(m, x);
        put_op(m, (struct op){ .code = OP_NOT });
        put_clause(m, steps_from(m, first), REASON_EXCEPTION, "exception", x->line);
    }
}

static const char *reservation_label(struct maker *m, const struct reservation *r)
{
    struct buffer b;
    const char *s;

    buf_init(&b, 4096);
    buf_str(&b, "reservation of ");
    for (size_t i = 0; i < r->members.n; i++) {
        if (i)
            buf_str(&b, ", ");
        buf_put(&b, r->members.w[i]);
    }
    s = arena_str(&m->a->arena, buf_span(&b));
    buf_free(&b);
    return s ? s : "reservation";
}

/* Whose State is on the other side of the one entered: the traveller's, or that of the licence. */
static enum fact own_fact(const struct article *x)
{
    return x->effect.kind == EFFECT_RECOGNISE ? FACT_LICENCE_ISSUER : FACT_TRAVELLER_NATIONALITY;
}

static void put_on_states(struct maker *m, unsigned code, enum fact f, int32_t a)
{
    put_op(m, (struct op){ .code = (uint8_t)code, .fact = (uint8_t)f, .a = a });
    asks(m, f);
    asks(m, FACT_TRAVEL_ENTERING);
}

/* That the article has effect in the member entered. */
static void put_binds(struct maker *m, const struct article *x)
{
    put_on_states(m, OP_BINDS, FACT_TRAVEL_ENTERING, place_of(x));
}

static void put_entering(struct maker *m, const struct reservation *r)
{
    struct cond c = { .kind = COND_IN, .fact = FACT_TRAVEL_ENTERING, .words = r->members };

    put_op(m, translate(m, &c));
}

/* That the reservation holds for this case: the member is entered, or, with reciprocity, it is the other
 * side's own. objections: for what is asked in addition, which those who objected need not meet. */
static void put_holds_here(struct maker *m, const struct article *x, const struct reservation *r,
                           bool objections)
{
    struct cond c = { .kind = COND_IN, .fact = own_fact(x), .words = r->members };

    if (r->by_instrument) {
        put_op(m, (struct op){ .code = OP_RESERVED,
                               .fact = (uint8_t)own_fact(x),
                               .cmp = objections,
                               .a = (int32_t)r->instrument,
                               .b = (int32_t)agreement_member_at(m->a, r->members.w[0]) });
        asks(m, own_fact(x));
        asks(m, FACT_TRAVEL_ENTERING);
        return;
    }
    put_entering(m, r);
    if (!r->reciprocal)
        return;
    put_op(m, translate(m, &c));
    put_op(m, (struct op){ .code = OP_OR });
}

/* not entering the member, or its condition */
static void put_reservations(struct maker *m, const struct article *x)
{
    for (const struct reservation *r = x->reservations; r; r = r->next) {
        uint32_t first = here(m);

        put_holds_here(m, x, r, false);
        put_op(m, (struct op){ .code = OP_NOT });
        if (!r->not_bound && put_condition(m, &r->cond))
            put_op(m, (struct op){ .code = OP_OR });
        put_clause(m, steps_from(m, first), REASON_RESERVATION, reservation_label(m, r), r->line);
    }
}

static bool asks_of(const struct condition *c, unsigned fact)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->op[i].fact == fact && c->op[i].kind == COND_IN)
            return true;
    return false;
}

/*
 * What a licence is worth and how it stands at home is the agreement's to say, in the "when" of the article.
 * Where it is silent, the licence must be genuine, and valid at home.
 */
static void put_licence_rule(struct maker *m, const struct article *x)
{
    static const struct {
        enum fact fact;
        struct span word;
    } rule[] = { { FACT_LICENCE_RESULT, { (const uint8_t *)"genuine", 7 } },
                 { FACT_LICENCE_STATUS, { (const uint8_t *)"valid", 5 } } };

    for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
        const struct cond c = { .kind = COND_IN, .fact = rule[i].fact, .words = { &rule[i].word, 1 } };
        uint32_t first = here(m);

        if (asks_of(&x->when, rule[i].fact))
            continue;
        put_op(m, translate(m, &c));
        put_clause(m, steps_from(m, first), REASON_CONDITION, "general", x->line);
    }
}

/* The words that "recognise" looks at beyond the conditions. */
static void ask_of_licence(struct maker *m)
{
    asks(m, FACT_LICENCE_CATEGORY);
    asks(m, FACT_LICENCE_CODES);
    asks(m, FACT_DRIVER_RESIDENCE);
}

static void put_common(struct maker *m, const struct article *x)
{
    uint32_t first = here(m);
    unsigned when = x->when.n ? x->when.line : x->line;

    put_on_states(m, OP_MEMBER, FACT_TRAVEL_ENTERING, 0);
    put_clause(m, steps_from(m, first), REASON_NOT_A_PARTY, "parties", x->line);
    first = here(m);
    put_binds(m, x);
    put_clause(m, steps_from(m, first), REASON_NOT_BOUND, "bound", x->line);
    first = here(m);
    put_on_states(m, OP_OWN, own_fact(x), place_of(x));
    put_clause(m, steps_from(m, first), REASON_NOT_BOUND, "bound", x->line);
    put_clause(m, whole(m, &x->when), REASON_CONDITION, "when", when);
    if (x->effect.kind == EFFECT_RECOGNISE)
        put_licence_rule(m, x);
    put_reservations(m, x);
}

static void put_grant(struct maker *m, const struct article *x, const struct effect *e, uint32_t first_clause)
{
    struct grant g = { .article = x,
                       .exception = e != &x->effect,
                       .first_clause = first_clause,
                       .effect = e->kind,
                       .key = (uint8_t)e->key,
                       .rule = e->rule,
                       .visitors = e->visitors,
                       .residents = e->residents,
                       .line = e->line };

    g.n_clauses = count(&m->clauses, sizeof(struct clause)) - first_clause;
    g.first_row = count(&m->rows, sizeof(struct row));
    for (const struct stay_row *r = e->rows; r; r = r->next) {
        struct row row = { .n_keys = (uint32_t)r->keys.n, .rule = r->rule, .age = r->age, .line = r->line };

        row.first_key = put_list(m, (enum fact)e->key, r->keys);
        row.permission = whole(m, &r->permission);
        buf_put(&m->rows, span_of(&row, sizeof row));
        g.n_rows++;
    }
    if (e->kind == EFFECT_TABLE)
        asks(m, e->key);
    if (e->kind == EFFECT_RECOGNISE)
        ask_of_licence(m);
    buf_put(e->kind == EFFECT_RECOGNISE ? &m->recognitions : &m->grants, span_of(&g, sizeof g));
}

/* The exception with its effect: itself and those it stands under hold, those beside and under it do not
 * stand. */
static void put_exception_grant(struct maker *m, const struct article *x, const struct exception *e)
{
    uint32_t first = count(&m->clauses, sizeof(struct clause));

    put_common(m, x);
    for (const struct exception *at = e; at; at = at->parent) {
        put_clause(m, whole(m, &at->cond), REASON_CONDITION, "exception", at->line);
        put_none_stands(m, at->parent ? at->parent->first : x->exceptions, at);
    }
    put_none_stands(m, e->first, NULL);
    put_grant(m, x, &e->effect, first);
}

static void each_exception(struct maker *m, const struct article *x)
{
    const struct exception *e = x->exceptions;

    while (e) {
        if (e->effect.kind != EFFECT_NONE)
            put_exception_grant(m, x, e);
        if (e->first) {
            e = e->first;
            continue;
        }
        while (e && !e->next)
            e = e->parent;
        e = e ? e->next : NULL;
    }
}

/* Where a requirement binds: its "when" holds, no exception stands, the member entered is bound. */
static void put_scope(struct maker *m, const struct article *x)
{
    uint32_t from = here(m);

    put_binds(m, x);
    put_clause(m, steps_from(m, from), REASON_NOT_BOUND, "bound", x->line);
    put_clause(m, whole(m, &x->when), REASON_CONDITION, "when", x->when.line);
    put_none_stands(m, x->exceptions, NULL);
    for (const struct reservation *r = x->reservations; r; r = r->next) {
        uint32_t first = here(m);

        if (!r->not_bound)
            continue;
        put_entering(m, r);
        put_op(m, (struct op){ .code = OP_NOT });
        put_clause(m, steps_from(m, first), REASON_RESERVATION, reservation_label(m, r), r->line);
    }
}

static void put_demand(struct maker *m, const struct article *x, const struct requirement *r)
{
    struct demand d = { .article = x, .first_clause = count(&m->clauses, sizeof(struct clause)) };

    put_scope(m, x);
    d.n_clauses = count(&m->clauses, sizeof(struct clause)) - d.first_clause;
    d.body = (struct clause){ whole(m, &r->cond), REASON_REQUIREMENT, "require", r->line };
    buf_put(&m->demands, span_of(&d, sizeof d));
}

/* Under an article that requires, a member's reservation adds to what is required when that member is
 * entered. */
static void put_demanded_reservations(struct maker *m, const struct article *x)
{
    for (const struct reservation *r = x->reservations; r; r = r->next) {
        struct demand d = { .article = x, .first_clause = count(&m->clauses, sizeof(struct clause)) };
        uint32_t first;

        if (r->not_bound)
            continue;
        put_scope(m, x);
        d.n_clauses = count(&m->clauses, sizeof(struct clause)) - d.first_clause;
        first = here(m);
        put_holds_here(m, x, r, true);
        put_op(m, (struct op){ .code = OP_NOT });
        if (put_condition(m, &r->cond))
            put_op(m, (struct op){ .code = OP_OR });
        d.body =
            (struct clause){ steps_from(m, first), REASON_RESERVATION, reservation_label(m, r), r->line };
        buf_put(&m->demands, span_of(&d, sizeof d));
    }
}

static bool speaks(const struct article *x)
{
    for (const struct requirement *r = x->requirements; r; r = r->next)
        for (size_t i = 0; i < r->cond.n; i++)
            if (r->cond.op[i].kind == COND_IN && r->cond.op[i].fact == FACT_EVIDENCE_CONTRADICTION)
                return true;
    return false;
}

/* That the article speaks here and now: its "when" holds and the member entered is bound by it. An exception
 * is speaking too. */
static void put_speaks(struct maker *m, const struct article *x)
{
    put_binds(m, x);
    if (put_condition(m, &x->when))
        put_op(m, (struct op){ .code = OP_AND });
    for (const struct reservation *r = x->reservations; r; r = r->next) {
        if (!r->not_bound)
            continue;
        put_entering(m, r);
        put_op(m, (struct op){ .code = OP_NOT });
        put_op(m, (struct op){ .code = OP_AND });
    }
}

/*
 * The general rule: evidence that speaks against its bearer never admits unless an article that binds here
 * says, in a requirement, what it is worth. It is a demand like others, so a missing fact refers too.
 */
static void put_general(struct maker *m)
{
    struct cond none = { .kind = COND_IN, .fact = FACT_EVIDENCE_CONTRADICTION };
    static const struct span word = { (const uint8_t *)"none", 4 };
    struct demand d = { .first_clause = count(&m->clauses, sizeof(struct clause)) };
    uint32_t first;

    none.words = (struct words){ &word, 1 };
    for (const struct article *x = m->a->articles; x; x = x->next) {
        first = here(m);
        if (!speaks(x))
            continue;
        m->x = x;
        put_speaks(m, x);
        put_op(m, (struct op){ .code = OP_NOT });
        put_clause(m, steps_from(m, first), REASON_CONTRADICTION, "general", x->line);
    }
    m->x = NULL;
    d.n_clauses = count(&m->clauses, sizeof(struct clause)) - d.first_clause;
    first = here(m);
    put_op(m, translate(m, &none));
    d.body = (struct clause){ steps_from(m, first), REASON_CONTRADICTION, "general", 0 };
    buf_put(&m->demands, span_of(&d, sizeof d));
}

static void put_article(struct maker *m, const struct article *x)
{
    uint32_t first = count(&m->clauses, sizeof(struct clause));

    m->x = x;
    if (x->effect.kind != EFFECT_NONE) {
        put_common(m, x);
        put_none_stands(m, x->exceptions, NULL);
        put_grant(m, x, &x->effect, first);
    }
    each_exception(m, x);
    for (const struct requirement *r = x->requirements; r; r = r->next)
        put_demand(m, x, r);
    if (x->requirements)
        put_demanded_reservations(m, x);
    for (const struct duty *d = x->duties; d; d = d->next) {
        struct obligation o = { .article = x, .duty = d };
        uint32_t from = here(m);

        put_binds(m, x);
        if (put_condition(m, &x->when))
            put_op(m, (struct op){ .code = OP_AND });
        if (put_condition(m, &d->cond))
            put_op(m, (struct op){ .code = OP_AND });
        o.steps = steps_from(m, from);
        buf_put(&m->obligations, span_of(&o, sizeof o));
    }
}

/* The quota of the member entered, for those whom the condition covers: that it is not used up. */
static void put_quota(struct maker *m, const struct quota_clause *q, const struct quota_row *r)
{
    const struct cond entering = { .kind = COND_IN, .fact = FACT_TRAVEL_ENTERING, .words = r->members };
    const struct cond left = {
        .kind = COND_NUMBER, .fact = FACT_QUOTA_USED, .cmp = CMP_LESS, .rhs = { .number = r->most }
    };
    struct demand d = { .first_clause = count(&m->clauses, sizeof(struct clause)) };
    uint32_t first = here(m);

    put_op(m, translate(m, &entering));
    put_clause(m, steps_from(m, first), REASON_CONDITION, "quota", r->line);
    put_clause(m, whole(m, &q->cond), REASON_CONDITION, "quota", q->line);
    d.n_clauses = count(&m->clauses, sizeof(struct clause)) - d.first_clause;
    first = here(m);
    put_op(m, translate(m, &left));
    d.body = (struct clause){ steps_from(m, first), REASON_QUOTA, "quota", r->line };
    buf_put(&m->demands, span_of(&d, sizeof d));
}

static void put_table(struct maker *m, const struct table *t)
{
    struct figures f = { .table = t, .first = count(&m->figure, sizeof(struct figure)) };

    if (t->key != FACTS_N)
        asks(m, t->key);
    for (const struct table_row *r = t->rows; r; r = r->next, f.n++) {
        struct figure row = { .row = r, .n_keys = (uint32_t)r->keys.n };

        if (r->keys.n)
            row.first_key = put_list(m, (enum fact)t->key, r->keys);
        row.steps = whole(m, &r->cond);
        buf_put(&m->figure, span_of(&row, sizeof row));
    }
    buf_put(&m->figures, span_of(&f, sizeof f));
}

static void put_beside(struct maker *m)
{
    m->x = NULL;
    for (const struct quota_clause *q = m->a->quotas; q; q = q->next)
        for (const struct quota_row *r = q->rows; r; r = r->next)
            put_quota(m, q, r);
    for (const struct table *t = m->a->tables; t; t = t->next)
        put_table(m, t);
}

static const void *keep(struct maker *m, struct buffer *b)
{
    return buf_ok(b) ? arena_copy(&m->a->arena, buf_span(b)).p : NULL;
}

static bool publish(struct maker *m)
{
    struct program *g = m->g;

    g->n_ops = here(m);
    g->n_grants = count(&m->grants, sizeof(struct grant));
    g->n_recognitions = count(&m->recognitions, sizeof(struct grant));
    g->n_demands = count(&m->demands, sizeof(struct demand));
    g->n_obligations = count(&m->obligations, sizeof(struct obligation));
    g->ops = keep(m, &m->ops);
    g->list = keep(m, &m->list);
    g->clauses = keep(m, &m->clauses);
    g->rows = keep(m, &m->rows);
    g->grants = keep(m, &m->grants);
    g->recognitions = keep(m, &m->recognitions);
    g->demands = keep(m, &m->demands);
    g->obligations = keep(m, &m->obligations);
    g->figures = keep(m, &m->figures);
    g->figure = keep(m, &m->figure);
    return g->figures && g->figure && g->ops && g->list && g->clauses && g->rows && g->grants &&
           g->recognitions && g->demands && g->obligations;
}

static bool make_members(struct maker *m)
{
    struct span state[BOUND_MEMBERS];
    size_t n = agreement_members(m->a, state, BOUND_MEMBERS);
    uint32_t *v = arena_array(&m->a->arena, n, sizeof *v);

    for (size_t i = 0; v && i < n; i++)
        v[i] = program_state(state[i]);
    m->g->members = v;
    m->g->n_members = n;
    m->g->n_parties = m->a->parties.n;
    return v != NULL;
}

bool agreement_compile(struct agreement *a, struct agreement_faults *faults)
{
    struct maker m = { .a = a, .g = arena_alloc(&a->arena, sizeof *m.g), .faults = faults };
    enum { PARTS = 10 };
    struct buffer *const part[PARTS] = { &m.ops,          &m.list,    &m.clauses,     &m.rows,    &m.grants,
                                         &m.recognitions, &m.demands, &m.obligations, &m.figures, &m.figure };
    bool ok;

    for (size_t i = 0; i < PARTS; i++)
        buf_init(part[i], CEILING);
    ok = m.g && program_make_words(m.g, a) && make_members(&m) && program_make_standing(m.g, a);
    for (const struct article *x = a->articles; ok && x; x = x->next) {
        put_article(&m, x);
        ok = here(&m) <= 4 * LIMIT_AGREEMENT_OPS && m.depth <= STACK;
    }
    if (ok) {
        put_general(&m);
        put_beside(&m);
        ok = here(&m) <= 4 * LIMIT_AGREEMENT_OPS && m.depth <= STACK;
        m.g->has_from = date_is_set(a->from);
        m.g->from = m.g->has_from ? date_to_days(a->from) : 0;
        ok = ok && publish(&m);
    }
    if (ok && !m.faulty)
        a->program = m.g;
    else if (!m.faulty)
        fault_at(faults, 1, 1, false,
                 "the rules and their exceptions are too many to decide by; expected at most %d steps",
                 4 * LIMIT_AGREEMENT_OPS);
    for (size_t i = 0; i < PARTS; i++)
        buf_free(part[i]);
    return ok && !m.faulty;
}
