#include "agreement/reach.h"

enum { MOST = 512 }; /* steps looked at together; beyond them nothing is claimed */

struct bounds {
    const struct words *words; /* the first list; NULL: none yet */
    uint64_t out[8];           /* words of it that are excluded */
    int64_t low, high;
};

struct reach {
    const struct agreement *a;
    const struct cond *cond[MOST];
    bool negated[MOST];
    size_t n;
    bool full;
};

/* First step of the condition whose last step is end. */
static size_t start_of(const struct cond *op, size_t end)
{
    size_t wanted = 1, i = end + 1;

    while (wanted && i) {
        i--;
        if (op[i].kind == COND_AND || op[i].kind == COND_OR)
            wanted++;
        else if (op[i].kind != COND_NOT)
            wanted--;
    }
    return i;
}

/* Adds what the condition says for sure: the parts that "and" joins. */
static void add(struct reach *r, const struct condition *c)
{
    size_t end[4 * LIMIT_AGREEMENT_DEPTH], n = 0;

    if (c->n)
        end[n++] = c->n - 1;
    while (n) {
        size_t at = end[--n];
        const struct cond *op = &c->op[at];
        bool negated = false;

        if (op->kind == COND_AND && n + 2 <= sizeof end / sizeof *end) {
            end[n++] = at - 1;
            end[n++] = start_of(c->op, at - 1) - 1;
            continue;
        }
        for (; op->kind == COND_NOT; op--)
            negated = !negated;
        if (op->kind == COND_AND || op->kind == COND_OR)
            continue;
        if (r->n == MOST) {
            r->full = true;
            return;
        }
        r->cond[r->n] = op;
        r->negated[r->n++] = negated;
    }
}

static bool holds_word(const struct words *w, struct span s)
{
    for (size_t i = 0; i < w->n; i++)
        if (span_eq(w->w[i], s))
            return true;
    return false;
}

/* Who is bound by an article of its own, and on what day, is not told by the list of the parties. */
static bool own_parties(const struct agreement *a, const struct cond *c)
{
    if (c->words.n || a->ratifications || a->accession.n)
        return true;
    for (const struct article *x = a->articles; x; x = x->next)
        if (x->parties.n || x->has_force || x->optional)
            return true;
    return false;
}

static void by_words(const struct reach *r, size_t i, struct bounds *b)
{
    const struct cond *c = r->cond[i];

    for (size_t k = 0; b->words && k < b->words->n && k < 512; k++) {
        bool in = c->kind == COND_IN ? holds_word(&c->words, b->words->w[k])
                                     : agreement_member_at(r->a, b->words->w[k]) < BOUND_MEMBERS;

        if (in == r->negated[i] && !(c->kind == COND_PARTY && own_parties(r->a, c)))
            b->out[k / 64] |= (uint64_t)1 << k % 64;
    }
}

static int64_t value_of(const struct cond *c)
{
    struct date d = c->rhs.date;

    if (c->kind == COND_NUMBER)
        return c->rhs.number;
    if (c->rhs.unit == UNIT_DAYS)
        d = date_add_days(d, c->rhs.offset);
    else
        d = date_add_months(d, c->rhs.unit == UNIT_YEARS ? 12 * c->rhs.offset : c->rhs.offset);
    return date_to_days(d);
}

static void by_range(const struct cond *c, bool negated, struct bounds *b)
{
    static const enum cmp opposite[] = { [CMP_LESS] = CMP_AT_LEAST,
                                         [CMP_AT_MOST] = CMP_MORE,
                                         [CMP_EQUAL] = CMP_EQUAL,
                                         [CMP_AT_LEAST] = CMP_LESS,
                                         [CMP_MORE] = CMP_AT_MOST };
    enum cmp cmp = negated ? opposite[c->cmp] : c->cmp;
    int64_t v = value_of(c), low = INT64_MIN, high = INT64_MAX;

    if (negated && c->cmp == CMP_EQUAL)
        return;
    if (cmp == CMP_EQUAL || cmp == CMP_AT_LEAST)
        low = v;
    if (cmp == CMP_EQUAL || cmp == CMP_AT_MOST)
        high = v;
    if (cmp == CMP_MORE)
        low = v + 1;
    if (cmp == CMP_LESS)
        high = v - 1;
    if (low > b->low)
        b->low = low;
    if (high < b->high)
        b->high = high;
}

static bool empty(const struct bounds *b)
{
    if (b->low > b->high)
        return true;
    if (!b->words || b->words->n > 512)
        return false;
    for (size_t k = 0; k < b->words->n; k++)
        if (!(b->out[k / 64] >> k % 64 & 1))
            return false;
    return true;
}

/* A fact of which the parts ask what cannot be; FACTS_N when there is none. *line: of the last part that
 * does. */
static unsigned conflict(const struct reach *r, unsigned *line)
{
    for (unsigned f = 0; f < FACTS_N; f++) {
        struct bounds b = { .low = INT64_MIN, .high = INT64_MAX };
        bool yes = false, no = false;

        for (size_t i = 0; i < r->n && !b.words; i++)
            if (r->cond[i]->fact == f && r->cond[i]->kind == COND_IN && !r->negated[i])
                b.words = &r->cond[i]->words;
        for (size_t i = 0; i < r->n; i++) {
            const struct cond *c = r->cond[i];

            if (c->fact != f)
                continue;
            if (c->kind == COND_IN || c->kind == COND_PARTY)
                by_words(r, i, &b);
            if ((c->kind == COND_NUMBER || c->kind == COND_DATE) && !c->rhs.is_fact)
                by_range(c, r->negated[i], &b);
            if (c->kind == COND_TRUE || (c->kind == COND_PARTY && !c->words.n)) {
                yes |= !r->negated[i];
                no |= r->negated[i];
            }
            *line = c->line > *line ? c->line : *line;
            if (empty(&b) || (yes && no))
                return f;
        }
        *line = 0;
    }
    return FACTS_N;
}

/* What holds for whoever is admitted: requirements without a condition or an exception. */
static void add_requirements(struct reach *r)
{
    for (const struct article *x = r->a->articles; x; x = x->next) {
        bool always = !x->has_when && !x->exceptions;

        for (const struct reservation *v = x->reservations; v; v = v->next)
            always = always && !v->not_bound;
        for (const struct requirement *q = x->requirements; always && q; q = q->next)
            add(r, &q->cond);
    }
}

static void rows(struct reach *r, const struct effect *e, struct agreement_faults *f)
{
    size_t before = r->n;
    unsigned line = 0;

    for (const struct stay_row *row = e->rows; row; row = row->next) {
        const struct cond key = { .kind = COND_IN, .fact = e->key, .words = row->keys };

        if (before == MOST)
            return;
        r->cond[before] = &key;
        r->negated[before] = false;
        r->n = before + 1;
        add(r, &row->permission);
        if (conflict(r, &line) != FACTS_N)
            fault_at(f, row->line, row->column, false,
                     "this row can never apply; expected what the conditions of the article and the "
                     "requirements let through");
        r->n = before;
    }
}

static void exceptions(struct reach *r, const struct article *x, struct agreement_faults *f)
{
    size_t before = r->n;

    for (const struct exception *e = x->exceptions; e; e = e->next) {
        unsigned line = 0;

        add(r, &e->cond);
        if (conflict(r, &line) != FACTS_N)
            fault_at(f, e->line, e->column, false,
                     "this exception can never apply: it excludes what article %s asks for", x->number);
        else if (e->effect.kind != EFFECT_NONE)
            rows(r, &e->effect, f);
        r->n = before;
    }
}

static bool same_span(struct words a, struct words b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (!span_eq(a.w[i], b.w[i]))
            return false;
    return true;
}

static bool same_condition(const struct condition *a, const struct condition *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct cond *x = &a->op[i], *y = &b->op[i];

        if (x->kind != y->kind || x->fact != y->fact || x->cmp != y->cmp || !same_span(x->words, y->words) ||
            x->rhs.is_fact != y->rhs.is_fact || x->rhs.fact != y->rhs.fact ||
            x->rhs.number != y->rhs.number || date_cmp(x->rhs.date, y->rhs.date) != 0 ||
            x->rhs.offset != y->rhs.offset || x->rhs.unit != y->rhs.unit)
            return false;
    }
    return true;
}

/* Two exceptions beside each other for the same case: which holds? */
static void twins(const struct article *x, struct agreement_faults *f)
{
    for (const struct exception *e = x->exceptions; e; e = e->next)
        for (const struct exception *o = x->exceptions; o != e; o = o->next)
            if (same_condition(&e->cond, &o->cond))
                fault_at(
                    f, e->line, e->column, false,
                    "this exception contradicts or repeats the one in line %u: their conditions are the same",
                    o->line);
}

static bool share_a_member(const struct quota_clause *p, const struct quota_clause *q)
{
    for (const struct quota_row *r = p->rows; r; r = r->next)
        for (const struct quota_row *o = q->rows; o; o = o->next)
            for (size_t i = 0; i < r->members.n; i++)
                if (holds_word(&o->members, r->members.w[i]))
                    return true;
    return false;
}

/* One fact says how many of the quota are used: no two may apply to one traveller. */
static void quotas(const struct agreement *a, struct agreement_faults *f)
{
    for (const struct quota_clause *q = a->quotas; q; q = q->next)
        for (const struct quota_clause *o = a->quotas; o != q; o = o->next) {
            struct reach r = { .a = a };
            unsigned line = 0;

            add(&r, &o->cond);
            add(&r, &q->cond);
            if (share_a_member(o, q) && conflict(&r, &line) == FACTS_N)
                fault_at(f, q->line, q->column, false,
                         "this quota and the one in line %u can apply to one traveller; expected conditions "
                         "that exclude each other, as travel.purpose is work and travel.purpose is tourism",
                         o->line);
        }
}

void agreement_reach(const struct agreement *a, struct agreement_faults *faults)
{
    struct reach required = { .a = a };

    quotas(a, faults);
    add_requirements(&required);
    for (const struct article *x = a->articles; x; x = x->next) {
        /* What is required of whoever enters does not bind licences. */
        bool entry = x->effect.kind != EFFECT_NONE && x->effect.kind != EFFECT_RECOGNISE;
        struct reach r = entry ? required : (struct reach){ .a = a };
        unsigned line = 0, fact;

        twins(x, faults);
        add(&r, &x->when);
        fact = conflict(&r, &line);
        if (fact != FACTS_N) {
            fault_at(faults, x->line, x->column, false,
                     "article %s can never apply: what is asked of %s excludes itself (see line %u)",
                     x->number, fact_name((enum fact)fact), line);
            continue;
        }
        rows(&r, &x->effect, faults);
        exceptions(&r, x, faults);
    }
}
