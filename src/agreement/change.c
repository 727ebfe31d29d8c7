#include "agreement/change.h"

#include "agreement/eval.h"

/* A part written out: equal texts decide alike in both versions. Lines are left out. */
struct written {
    struct span key;  /* article and kind, to find its counterpart */
    struct span text; /* all of it */
    const struct grant *grant;
    const struct demand *demand;
    uint32_t first_clause, n_clauses;
    bool taken;
};

struct side {
    const struct agreement *a;
    const struct program *g;
    struct span *word; /* by number */
    struct written *part;
    size_t n;
};

static bool words_by_number(struct side *s, struct arena *arena)
{
    s->word = arena_array(arena, (size_t)s->g->slot_mask + 2, sizeof *s->word);
    for (uint32_t i = 0; s->word && i <= s->g->slot_mask; i++)
        if (s->g->slot[i].id)
            s->word[s->g->slot[i].id] = s->g->slot[i].word;
    return s->word != NULL;
}

static void put_words(const struct side *s, unsigned fact, uint32_t first, uint32_t n, struct buffer *b)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t id = s->g->list[first + i];

        buf_u8(b, ',');
        if (fact_type((enum fact)fact) == FACT_TYPE_STATE)
            buf_decimal(b, id);
        else
            buf_put(b, s->word[id]);
    }
}

static bool of_article(const struct op *op)
{
    return op->code == OP_PARTY || op->code == OP_LIKEWISE || op->code == OP_BINDS || op->code == OP_OWN;
}

/* The place of an article moves when another one is put before it: its number does not. */
static void put_article(const struct agreement *a, int32_t place, struct buffer *b)
{
    const struct article *x = a->articles;

    while (x && 1 + (int32_t)x->index != place)
        x = x->next;
    buf_printf(b, " article %s", x ? x->number : "");
}

static void put_steps(const struct side *s, struct steps x, struct buffer *b)
{
    for (uint32_t i = 0; i < x.n; i++) {
        const struct op *op = &s->g->ops[x.first + i];

        buf_printf(b, "(%u %u %u %u", op->code, op->fact, op->cmp, op->unit);
        if (op->code == OP_IN)
            put_words(s, op->fact, (uint32_t)op->a, (uint32_t)op->b, b);
        else if (of_article(op))
            put_article(s->a, op->a, b);
        else
            buf_printf(b, " %d %d", op->a, op->b);
        buf_u8(b, ')');
    }
    buf_u8(b, ';');
}

static void put_row(const struct side *s, unsigned key, const struct row *r, struct buffer *b)
{
    put_words(s, key, r->first_key, r->n_keys, b);
    buf_printf(b, ":%d/%d/%d:", r->rule.days, r->rule.window, r->age);
    put_steps(s, r->permission, b);
}

static void put_clauses(const struct side *s, uint32_t first, uint32_t n, struct buffer *b)
{
    for (uint32_t i = 0; i < n; i++)
        put_steps(s, s->g->clauses[first + i].steps, b);
}

static void put_effect(const struct side *s, const struct grant *g, struct buffer *b)
{
    buf_printf(b, "%d %u %d/%d %d %d %d %d %d %d {", (int)g->effect, g->key, g->rule.days, g->rule.window,
               g->visitors.said, g->visitors.n, (int)g->visitors.unit, g->residents.said, g->residents.n,
               (int)g->residents.unit);
    for (uint32_t i = 0; i < g->n_rows; i++)
        put_row(s, g->key, &s->g->rows[g->first_row + i], b);
}

static struct span kept(struct arena *arena, struct buffer *b)
{
    struct span s = arena_copy(arena, buf_span(b));

    buf_reset(b);
    return s;
}

/* The nth of its article that is of this kind. */
static void put_key(const struct side *s, const struct article *x, const char *kind, struct buffer *b)
{
    size_t nth = 0;
    struct buffer other;
    char mem[80];

    buf_init_fixed(&other, mem, sizeof mem);
    buf_printf(&other, "%s %s ", x ? x->number : "", kind);
    for (size_t i = 0; i < s->n; i++)
        nth += span_starts(s->part[i].key, buf_span(&other));
    buf_put(b, buf_span(&other));
    buf_printf(b, "%zu", nth);
}

static void write_grant(struct side *s, struct arena *arena, const struct grant *g, const char *kind,
                        struct buffer *b)
{
    struct written *w = &s->part[s->n];

    *w = (struct written){ .grant = g, .first_clause = g->first_clause, .n_clauses = g->n_clauses };
    put_key(s, g->article, kind, b);
    w->key = kept(arena, b);
    put_effect(s, g, b);
    put_clauses(s, g->first_clause, g->n_clauses, b);
    w->text = kept(arena, b);
    s->n++;
}

static void write_demand(struct side *s, struct arena *arena, const struct demand *d, struct buffer *b)
{
    struct written *w = &s->part[s->n];

    *w = (struct written){ .demand = d, .first_clause = d->first_clause, .n_clauses = d->n_clauses };
    put_key(s, d->article, "demand", b);
    w->key = kept(arena, b);
    put_clauses(s, d->first_clause, d->n_clauses, b);
    put_steps(s, d->body.steps, b);
    w->text = kept(arena, b);
    s->n++;
}

static bool write_all(struct side *s, const struct agreement *a, struct arena *arena)
{
    const struct program *g = a->program;
    struct buffer b;

    *s = (struct side){ .a = a, .g = g };
    s->part = arena_array(arena, g->n_grants + g->n_recognitions + g->n_demands + 1, sizeof *s->part);
    if (!s->part || !words_by_number(s, arena))
        return false;
    buf_init(&b, (size_t)1 << 24);
    for (size_t i = 0; i < g->n_grants; i++)
        write_grant(s, arena, &g->grants[i], g->grants[i].exception ? "exception" : "allow", &b);
    for (size_t i = 0; i < g->n_recognitions; i++)
        write_grant(s, arena, &g->recognitions[i], g->recognitions[i].exception ? "recexcept" : "recognise",
                    &b);
    for (size_t i = 0; i < g->n_demands; i++)
        write_demand(s, arena, &g->demands[i], &b);
    buf_free(&b);
    return true;
}

/* ---- what the differences ask ---- */

static uint64_t facts_of_steps(const struct program *g, struct steps x)
{
    uint64_t m = 0;

    for (uint32_t i = 0; i < x.n; i++) {
        const struct op *op = &g->ops[x.first + i];

        if (op->code == OP_AND || op->code == OP_OR || op->code == OP_NOT)
            continue;
        if (op->fact != TODAY)
            m |= bit(op->fact);
        if ((op->code == OP_SAME || op->code == OP_NUMBER_FACT || op->code == OP_DATE_FACT) && op->a != TODAY)
            m |= bit((unsigned)op->a);
        if (op->code == OP_OWN || op->code == OP_RESERVED)
            m |= bit(FACT_TRAVEL_ENTERING);
    }
    return m;
}

static struct span steps_text(const struct side *s, struct steps x, struct buffer *b)
{
    buf_reset(b);
    put_steps(s, x, b);
    return buf_span(b);
}

/* Facts of the clauses of x that y has not. */
static uint64_t clauses_only_in(const struct side *s, const struct written *x, const struct side *o,
                                const struct written *y)
{
    struct buffer one, other;
    uint64_t m = 0;

    buf_init(&one, (size_t)1 << 22);
    buf_init(&other, (size_t)1 << 22);
    for (uint32_t i = 0; i < x->n_clauses; i++) {
        struct steps st = s->g->clauses[x->first_clause + i].steps;
        struct span text = steps_text(s, st, &one);
        bool found = false;

        for (uint32_t k = 0; y && k < y->n_clauses && !found; k++)
            found = span_eq(text, steps_text(o, o->g->clauses[y->first_clause + k].steps, &other));
        if (!found)
            m |= facts_of_steps(s->g, st);
    }
    buf_free(&one);
    buf_free(&other);
    return m;
}

/* What the effect asks beside its rows; rows: the length of stays in them too. */
static uint64_t facts_of_effect(const struct grant *g)
{
    uint64_t m = 0;

    if (g->effect == EFFECT_TABLE || g->effect == EFFECT_RECOGNISE)
        m |= bit(g->key);
    if (g->effect == EFFECT_PERMISSION)
        m |= bit(FACT_PERMISSION_STAY) | bit(FACT_PERMISSION_EXPIRY);
    if (g->effect == EFFECT_RECOGNISE)
        m |= bit(FACT_DRIVER_AGE) | bit(FACT_DRIVER_RESIDENCE) | bit(FACT_DRIVER_RESIDENT_SINCE);
    else if (g->effect != EFFECT_ENTRY)
        m |= bit(FACT_TRAVELLER_STAYS);
    return m;
}

static struct span row_text(const struct side *s, unsigned key, const struct row *r, struct buffer *b)
{
    buf_reset(b);
    put_row(s, key, r, b);
    return buf_span(b);
}

static struct span keys_text(const struct side *s, unsigned key, const struct row *r, struct buffer *b)
{
    buf_reset(b);
    put_words(s, key, r->first_key, r->n_keys, b);
    return buf_span(b);
}

/* Facts of the permissions in rows of x that stand otherwise in y; y NULL: in all of them. */
static uint64_t rows_only_in(const struct side *s, const struct grant *x, const struct side *o,
                             const struct grant *y)
{
    struct buffer one, other;
    uint64_t m = 0;

    buf_init(&one, (size_t)1 << 20);
    buf_init(&other, (size_t)1 << 20);
    for (uint32_t i = 0; i < x->n_rows; i++) {
        const struct row *r = &s->g->rows[x->first_row + i];
        bool same = false;

        for (uint32_t k = 0; y && k < y->n_rows && !same; k++) {
            const struct row *q = &o->g->rows[y->first_row + k];

            same = span_eq(steps_text(s, r->permission, &one), steps_text(o, q->permission, &other)) &&
                   span_eq(keys_text(s, x->key, r, &one), keys_text(o, y->key, q, &other));
        }
        for (uint32_t k = 0; y && k < y->n_rows && !same; k++)
            same = span_eq(row_text(s, x->key, r, &one),
                           row_text(o, y->key, &o->g->rows[y->first_row + k], &other));
        if (!same)
            m |= facts_of_steps(s->g, r->permission);
    }
    buf_free(&one);
    buf_free(&other);
    return m;
}

/* Facts that the difference between x and its counterpart asks; y NULL: it has none. */
static uint64_t facts_only_in(const struct side *s, const struct written *x, const struct side *o,
                              const struct written *y)
{
    struct buffer one, other;
    uint64_t m = clauses_only_in(s, x, o, y);
    bool same;

    buf_init(&one, (size_t)1 << 22);
    buf_init(&other, (size_t)1 << 22);
    if (x->grant) {
        put_effect(s, x->grant, &one);
        if (y)
            put_effect(o, y->grant, &other);
    } else {
        put_steps(s, x->demand->body.steps, &one);
        if (y)
            put_steps(o, y->demand->body.steps, &other);
    }
    same = y && span_eq(buf_span(&one), buf_span(&other));
    if (!same)
        m |= x->grant ? facts_of_effect(x->grant) | rows_only_in(s, x->grant, o, y ? y->grant : NULL)
                      : facts_of_steps(s->g, x->demand->body.steps);
    buf_free(&one);
    buf_free(&other);
    return m;
}

static int place(const struct side *s, const struct written *w)
{
    return w->demand ? (int)(w->demand - s->g->demands) : (int)(w->grant - s->g->grants);
}

static bool of_licences(const struct written *w)
{
    return w->grant && w->grant->effect == EFFECT_RECOGNISE;
}

static void note(struct change *out, const struct side *s, struct written *x, const struct side *o,
                 struct written *y, int side)
{
    uint64_t m = facts_only_in(s, x, o, y) | (y ? facts_only_in(o, y, s, x) : 0);

    if (of_licences(x)) {
        out->licences = true;
        out->licence_facts |= m;
        return;
    }
    out->facts |= m;
    if (out->n == CHANGE_PARTS) {
        out->everything = true;
        return;
    }
    out->part[out->n++] = (struct change_part){
        .demand = x->demand != NULL,
        .in = { side == 0 ? place(s, x)
                : y       ? place(o, y)
                          : -1,
                side == 1 ? place(s, x)
                : y       ? place(o, y)
                          : -1 },
    };
}

static struct written *counterpart(struct side *o, const struct written *x, bool alike)
{
    for (size_t i = 0; i < o->n; i++) {
        struct written *y = &o->part[i];
        bool kin = (x->grant != NULL) == (y->grant != NULL) && of_licences(x) == of_licences(y);

        if (y->taken || !kin)
            continue;
        if (alike ? span_eq(x->text, y->text) : span_eq(x->key, y->key))
            return y;
    }
    return NULL;
}

static bool same_parties(const struct agreement *x, const struct agreement *y)
{
    if (x->parties.n != y->parties.n)
        return false;
    for (size_t i = 0; i < x->parties.n; i++)
        if (!agreement_is_party(y, x->parties.w[i]))
            return false;
    return true;
}

/* Bound by the same articles from the same day on. */
static bool same_force(const struct agreement *x, const struct agreement *y)
{
    for (const struct article *p = x->articles; p; p = p->next) {
        const struct article *q = y->articles;

        while (q && strcmp(q->number, p->number) != 0)
            q = q->next;
        if (!q)
            continue;
        if (p->optional != q->optional || p->has_force != q->has_force || p->parties.n != q->parties.n ||
            date_cmp(p->force.from, q->force.from) != 0 || p->force.ratifications != q->force.ratifications)
            return false;
        for (size_t i = 0; i < p->parties.n; i++)
            if (!span_eq(p->parties.w[i], q->parties.w[i]))
                return false;
    }
    return x->program->has_from == y->program->has_from && x->program->from == y->program->from;
}

bool change_of(const struct agreement *const a[2], struct arena *arena, struct change *out)
{
    struct side s[2];

    *out = (struct change){ .n = 0 };
    if (!write_all(&s[0], a[0], arena) || !write_all(&s[1], a[1], arena))
        return false;
    out->everything = !same_parties(a[0], a[1]) || !same_force(a[0], a[1]);
    /* Those that are alike, wherever they stand now; then those that were changed in place; then the rest. */
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < s[0].n; i++) {
            struct written *x = &s[0].part[i], *y = x->taken ? NULL : counterpart(&s[1], x, pass == 0);

            if (!y)
                continue;
            x->taken = y->taken = true;
            if (pass)
                note(out, &s[0], x, &s[1], y, 0);
        }
    }
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < s[side].n; i++)
            if (!s[side].part[i].taken)
                note(out, &s[side], &s[side].part[i], &s[!side], NULL, side);
    return true;
}
