#include "naive.h"

#include "base/text.h"

enum value { NO, UNKNOWN, YES };

struct result {
    enum value v;
    uint64_t unknown;
};

struct world {
    const struct agreement *a;
    const struct facts *f;
    struct date on;
    const struct article *x; /* whose rules are read; NULL: none */
};

static struct result yes_no(bool yes)
{
    return (struct result){ yes ? YES : NO, 0 };
}

static struct result unknown(unsigned fact)
{
    return (struct result){ UNKNOWN, (uint64_t)1 << fact };
}

static struct result not(struct result x)
{
    if (x.v != UNKNOWN)
        x.v = x.v == YES ? NO : YES;
    return x;
}

static struct result and (struct result x, struct result y)
{
    if (x.v == NO || y.v == NO)
        return yes_no(false);
    if (x.v == YES && y.v == YES)
        return yes_no(true);
    return (struct result){ UNKNOWN, x.unknown | y.unknown };
}

static struct result or (struct result x, struct result y)
{
    return not(and(not(x), not(y)));
}

static bool in(struct words w, struct span s)
{
    for (size_t i = 0; i < w.n; i++)
        if (span_eq(w.w[i], s))
            return true;
    return false;
}

static bool understood(const struct world *w, unsigned fact)
{
    const struct fact_value *v = &w->f->v[fact];
    enum vocabulary voc = fact_vocabulary((enum fact)fact);

    if (!v->present)
        return false;
    if (fact_type((enum fact)fact) == FACT_TYPE_STATE)
        return (v->word.n == 2 || v->word.n == 3) && ascii_upper(v->word.p[0]) && ascii_upper(v->word.p[1]) &&
               ascii_upper(v->word.p[v->word.n - 1]);
    if (fact_type((enum fact)fact) == FACT_TYPE_DATE)
        return v->date.month && date_valid(v->date.year, v->date.month, v->date.day);
    if (fact_type((enum fact)fact) != FACT_TYPE_WORD)
        return true;
    for (const char *const *k = vocabulary_words(voc); *k; k++)
        if (span_eq_str(v->word, *k))
            return true;
    return in(w->a->vocabulary[voc], v->word);
}

/* --- who is bound --- */

static const struct bound_period *period(const struct world *w)
{
    const struct bound_table *b = w->a->bound;
    size_t i = b->n_periods - 1;

    while (i && b->period[i].from > date_to_days(w->on))
        i--;
    return &b->period[i];
}

static bool listed(struct words w, const struct words *more, unsigned member)
{
    return member < w.n || (more && member - w.n < more->n);
}

/* Whether the article, or the agreement, binds the member in that place. */
static bool binds(const struct world *w, const struct article *x, unsigned member)
{
    const struct agreement *a = w->a;

    if (a->bound)
        return period(w)->bound[x ? x->index + 1 : 0] >> member & 1;
    if (!x)
        return listed(a->parties, NULL, member);
    if (x->optional || (x->force.ratifications && !date_is_set(x->force.from)))
        return false;
    if (date_is_set(x->force.from) && date_cmp(w->on, x->force.from) < 0)
        return false;
    if (!x->parties.n)
        return listed(a->parties, NULL, member);
    return listed(a->parties, &a->accession, member) &&
           in(x->parties,
              member < a->parties.n ? a->parties.w[member] : a->accession.w[member - a->parties.n]);
}

static bool likewise(const struct world *w, const struct article *x, unsigned member)
{
    const struct agreement *a = w->a;

    if (a->bound)
        return period(w)->likewise[x ? x->index + 1 : 0] >> member & 1;
    for (const struct reservation *r = x ? x->reservations : NULL; r; r = r->next)
        if (!r->by_instrument && member < a->parties.n && in(r->members, a->parties.w[member]))
            return false;
    return binds(w, x, member);
}

static unsigned members(const struct agreement *a)
{
    return (unsigned)(a->parties.n + a->accession.n);
}

static bool apart(const struct world *w, unsigned one, unsigned other)
{
    return w->a->bound && one < members(w->a) && (period(w)->apart[one] >> other & 1);
}

static unsigned member_of(const struct world *w, unsigned fact)
{
    return agreement_member_at(w->a, w->f->v[fact].word);
}

/* The article has effect in the member entered. */
static struct result in_effect(const struct world *w, const struct article *x)
{
    bool all = true;

    for (unsigned i = 0; i < members(w->a); i++)
        all = all && binds(w, x, i);
    if (all)
        return yes_no(true);
    if (!understood(w, FACT_TRAVEL_ENTERING))
        return unknown(FACT_TRAVEL_ENTERING);
    return yes_no(member_of(w, FACT_TRAVEL_ENTERING) == BOUND_MEMBERS ||
                  binds(w, x, member_of(w, FACT_TRAVEL_ENTERING)));
}

/* The other side's State is bound too, and not apart from the one entered. */
static struct result own_bound(const struct world *w, const struct article *x, unsigned own)
{
    unsigned n = members(w->a), m;
    bool all = true, any = false;

    for (unsigned i = 0; i < n; i++) {
        if (i < w->a->parties.n || binds(w, NULL, i))
            all = all && binds(w, x, i);
        for (unsigned k = 0; k < n; k++)
            any = any || apart(w, i, k);
    }
    if (all && !any)
        return yes_no(true);
    if (!understood(w, own))
        return unknown(own);
    m = member_of(w, own);
    if (m == BOUND_MEMBERS || (m >= w->a->parties.n && !binds(w, NULL, m)))
        return yes_no(true);
    if (!binds(w, x, m))
        return yes_no(false);
    any = false;
    for (unsigned i = 0; i < n; i++)
        any = any || apart(w, i, m);
    if (!any)
        return yes_no(true);
    if (!understood(w, FACT_TRAVEL_ENTERING))
        return unknown(FACT_TRAVEL_ENTERING);
    return yes_no(!apart(w, member_of(w, FACT_TRAVEL_ENTERING), m));
}

static bool ordered(enum cmp cmp, int64_t x, int64_t y)
{
    return cmp == CMP_LESS       ? x < y
           : cmp == CMP_AT_MOST  ? x <= y
           : cmp == CMP_EQUAL    ? x == y
           : cmp == CMP_AT_LEAST ? x >= y
                                 : x > y;
}

static struct date moved(struct date d, const struct operand *o)
{
    return o->unit == UNIT_DAYS ? date_add_days(d, o->offset)
                                : date_add_months(d, o->offset * (o->unit == UNIT_YEARS ? 12 : 1));
}

static struct result party(const struct world *w, const struct cond *c)
{
    unsigned m = member_of(w, c->fact);
    const struct article *x = w->x;

    if (c->words.n)
        for (x = w->a->articles; x && !span_eq_str(c->words.w[0], x->number);)
            x = x->next;
    if (m == BOUND_MEMBERS)
        return yes_no(false);
    return yes_no(c->kind == COND_LIKEWISE ? likewise(w, x, m) : binds(w, x, m));
}

static struct result leaf(const struct world *w, const struct cond *c)
{
    const struct operand *o = &c->rhs;
    struct result missing = { YES, 0 };
    struct date left, right;

    if (c->fact != TODAY && !understood(w, c->fact))
        missing = unknown(c->fact);
    if (o->is_fact && o->fact != TODAY && !understood(w, o->fact))
        missing = (struct result){ UNKNOWN, missing.unknown | (uint64_t)1 << o->fact };
    if (missing.v == UNKNOWN)
        return missing;
    switch (c->kind) {
    case COND_TRUE:
        return yes_no(w->f->v[c->fact].number != 0);
    case COND_IN:
        return yes_no(in(c->words, w->f->v[c->fact].word));
    case COND_PARTY:
    case COND_LIKEWISE:
        return party(w, c);
    case COND_NUMBER:
        return yes_no(
            ordered(c->cmp, w->f->v[c->fact].number, o->is_fact ? w->f->v[o->fact].number : o->number));
    case COND_DATE:
        left = c->fact == TODAY ? w->on : w->f->v[c->fact].date;
        right = !o->is_fact ? o->date : o->fact == TODAY ? w->on : w->f->v[o->fact].date;
        return yes_no(ordered(c->cmp, date_cmp(left, moved(right, o)), 0));
    case COND_SAME:
        return yes_no(span_eq(w->f->v[c->fact].word, w->f->v[o->fact].word));
    case COND_AND:
    case COND_OR:
    case COND_NOT:
        break;
    }
    return yes_no(false);
}

/* The condition as a tree: op[*at] is the root, *at moves before its first step. */
static struct result tree(const struct world *w, const struct cond *op, size_t *at)
{
    const struct cond *c = &op[--*at];
    struct result x, y;

    if (c->kind == COND_NOT)
        return not(tree(w, op, at));
    if (c->kind != COND_AND && c->kind != COND_OR)
        return leaf(w, c);
    x = tree(w, op, at);
    y = tree(w, op, at);
    return c->kind == COND_AND ? and(x, y) : or (x, y);
}

static struct result holds(const struct world *w, const struct condition *c)
{
    size_t at = c->n;

    return c->n ? tree(w, c->op, &at) : yes_no(true);
}

static struct result stands(const struct world *w, const struct exception *e)
{
    struct result r = holds(w, &e->cond);

    for (const struct exception *c = e->first; c; c = c->next)
        if (c->effect.kind == EFFECT_NONE)
            r = and(r, not(stands(w, c)));
    return r;
}

static struct result none_stands(const struct world *w, const struct exception *list,
                                 const struct exception *but)
{
    struct result r = yes_no(true);

    for (const struct exception *e = list; e; e = e->next)
        if (e != but)
            r = and(r, not(stands(w, e)));
    return r;
}

static struct result is_entering(const struct world *w, struct words members)
{
    return understood(w, FACT_TRAVEL_ENTERING) ? yes_no(in(members, w->f->v[FACT_TRAVEL_ENTERING].word))
                                               : unknown(FACT_TRAVEL_ENTERING);
}

struct way {
    struct result r;
    bool limited;
    int left;
    struct date last;
};

static void limit(struct way *y, struct date last, int left)
{
    if (!y->limited || date_cmp(last, y->last) < 0)
        y->last = last;
    if (!y->limited || left < y->left)
        y->left = left;
    y->limited = true;
}

static void stay(const struct world *w, struct stay_rule rule, struct way *y)
{
    struct stay_count c = { .left = rule.days, .last_day = date_add_days(w->on, rule.days - 1) };

    if (rule.window && !w->f->stays_known)
        y->r = and(y->r, unknown(FACT_TRAVELLER_STAYS));
    else if (rule.window && !stay_count(w->f->stays, w->f->n_stays, rule, w->on, &c))
        y->r = and(y->r, unknown(FACT_TRAVELLER_STAYS));
    else if (!date_is_set(c.last_day))
        y->r = yes_no(false);
    else
        limit(y, c.last_day, c.left);
}

static void permission(const struct world *w, const struct effect *e, struct way *y)
{
    const struct fact_value *days = &w->f->v[FACT_PERMISSION_STAY], *until = &w->f->v[FACT_PERMISSION_EXPIRY];
    struct date last;

    if (!days->present)
        y->r = and(y->r, unknown(FACT_PERMISSION_STAY));
    if (!understood(w, FACT_PERMISSION_EXPIRY))
        y->r = and(y->r, unknown(FACT_PERMISSION_EXPIRY));
    if (days->present && understood(w, FACT_PERMISSION_EXPIRY)) {
        last = date_add_days(w->on, (int)days->number - 1);
        if (date_cmp(until->date, last) < 0)
            last = until->date;
        if (days->number < 1 || date_cmp(last, w->on) < 0)
            y->r = yes_no(false);
        else
            limit(y, last, date_to_days(last) - date_to_days(w->on) + 1);
    }
    if (e->rule.days)
        stay(w, e->rule, y);
}

static bool longer(const struct way *x, const struct way *y)
{
    return y->limited && (!x->limited || date_cmp(x->last, y->last) > 0);
}

static struct way table(const struct world *w, const struct effect *e)
{
    struct way best = { .r = yes_no(false) };
    struct result any = yes_no(false);

    for (const struct stay_row *row = e->rows; row; row = row->next) {
        struct way y = { .r = understood(w, e->key) ? yes_no(in(row->keys, w->f->v[e->key].word))
                                                    : unknown(e->key) };

        y.r = and(y.r, holds(w, &row->permission));
        if (y.r.v != NO)
            stay(w, row->rule, &y);
        any = or (any, y.r);
        if (y.r.v == YES && (best.r.v != YES || longer(&y, &best)))
            best = y;
    }
    best.r = any;
    return best;
}

static struct way effect(const struct world *w, const struct effect *e)
{
    struct way y = { .r = yes_no(true) };

    if (e->kind == EFFECT_TABLE)
        return table(w, e);
    if (e->kind == EFFECT_STAY)
        stay(w, e->rule, &y);
    if (e->kind == EFFECT_PERMISSION)
        permission(w, e, &y);
    return y;
}

struct best {
    struct result any;
    struct way way;
    const char *article;
};

static void offer(const struct world *w, const struct article *x, struct result guard, const struct effect *e,
                  struct best *b)
{
    struct way y = effect(w, e);

    y.r = and(y.r, guard);
    b->any = or (b->any, y.r);
    if (y.r.v == YES && (!b->article || longer(&y, &b->way))) {
        b->way = y;
        b->article = x->number;
    }
}

/* Replacing exceptions of a list, which stand under guard. */
static void replacements(const struct world *w, const struct article *x, const struct exception *list,
                         struct result guard, struct best *b)
{
    for (const struct exception *e = list; e; e = e->next) {
        struct result here = and(and(guard, none_stands(w, list, e)), holds(w, &e->cond));

        if (e->effect.kind != EFFECT_NONE)
            offer(w, x, and(here, none_stands(w, e->first, NULL)), &e->effect, b);
        replacements(w, x, e->first, here, b);
    }
}

static unsigned own_fact(const struct article *x)
{
    return x->effect.kind == EFFECT_RECOGNISE ? FACT_LICENCE_ISSUER : FACT_TRAVELLER_NATIONALITY;
}

static struct result is_one_of(const struct world *w, unsigned fact, struct words states)
{
    return understood(w, fact) ? yes_no(in(states, w->f->v[fact].word)) : unknown(fact);
}

/* It can be invoked against the State that the fact holds. */
static struct result invocable(const struct world *w, const struct reservation *r, unsigned fact,
                               bool objections)
{
    uint64_t against = objections ? period(w)->objected[r->instrument] : 0;

    if (!against)
        return yes_no(true);
    if (!understood(w, fact))
        return unknown(fact);
    return yes_no(member_of(w, fact) == BOUND_MEMBERS || !(against >> member_of(w, fact) & 1));
}

static struct result holds_here(const struct world *w, const struct article *x, const struct reservation *r,
                                bool objections)
{
    struct result here = is_entering(w, r->members);

    if (!r->reciprocal)
        return here;
    if (!r->by_instrument)
        return or (here, is_one_of(w, own_fact(x), r->members));
    if (!w->a->bound || !(period(w)->reserved >> r->instrument & 1))
        return yes_no(false);
    return or (and(here, invocable(w, r, own_fact(x), objections)),
               and(is_one_of(w, own_fact(x), r->members), invocable(w, r, FACT_TRAVEL_ENTERING, objections)));
}

static struct result reservations(const struct world *w, const struct article *x)
{
    struct result r = yes_no(true);

    for (const struct reservation *v = x->reservations; v; v = v->next)
        r = and(r, or (not(holds_here(w, x, v, false)), v->not_bound ? yes_no(false) : holds(w, &v->cond)));
    return r;
}

static struct result requirements(const struct world *w, const struct article *x)
{
    struct result scope = and(in_effect(w, x), and(holds(w, &x->when), none_stands(w, x->exceptions, NULL)));
    struct result r = yes_no(true);

    for (const struct reservation *v = x->reservations; v; v = v->next)
        if (v->not_bound)
            scope = and(scope, not(is_entering(w, v->members)));
    for (const struct requirement *q = x->requirements; q; q = q->next)
        r = and(r, or (not(scope), holds(w, &q->cond)));
    for (const struct reservation *v = x->reservations; v && x->requirements; v = v->next)
        if (!v->not_bound)
            r = and(r, or (not(scope), or (not(holds_here(w, x, v, true)), holds(w, &v->cond))));
    return r;
}

static bool speaks(const struct article *x)
{
    for (const struct requirement *q = x->requirements; q; q = q->next)
        for (size_t i = 0; i < q->cond.n; i++)
            if (q->cond.op[i].kind == COND_IN && q->cond.op[i].fact == FACT_EVIDENCE_CONTRADICTION)
                return true;
    return false;
}

/* Some requirement that binds says what a contradiction is worth, or there is none. */
static struct result general(struct world *w)
{
    const struct fact_value *v = &w->f->v[FACT_EVIDENCE_CONTRADICTION];
    struct result r = understood(w, FACT_EVIDENCE_CONTRADICTION) ? yes_no(span_eq_str(v->word, "none"))
                                                                 : unknown(FACT_EVIDENCE_CONTRADICTION);

    for (const struct article *x = w->a->articles; x; x = x->next) {
        struct result spoken = yes_no(speaks(x));

        if (spoken.v == YES) {
            w->x = x;
            spoken = and(in_effect(w, x), holds(w, &x->when));
            for (const struct reservation *q = x->reservations; q; q = q->next)
                if (q->not_bound)
                    spoken = and(spoken, not(is_entering(w, q->members)));
        }
        r = or (r, spoken);
    }
    return r;
}

/* The agreement is in force on that day. */
static bool in_force(const struct world *w)
{
    bool any = false;

    if (!w->a->bound)
        return !date_is_set(w->a->from) || date_cmp(w->on, w->a->from) >= 0;
    for (unsigned i = 0; i < members(w->a); i++)
        any = any || binds(w, NULL, i);
    return any;
}

static struct result quotas(struct world *w)
{
    struct result r = yes_no(true);

    w->x = NULL;
    for (const struct quota_clause *q = w->a->quotas; q; q = q->next)
        for (const struct quota_row *row = q->rows; row; row = row->next) {
            struct result scope = and(is_entering(w, row->members), holds(w, &q->cond));
            struct result left = understood(w, FACT_QUOTA_USED)
                                     ? yes_no(w->f->v[FACT_QUOTA_USED].number < row->most)
                                     : unknown(FACT_QUOTA_USED);

            r = and(r, or (not(scope), left));
        }
    return r;
}

/* The guard of what an article gives. */
static struct result bound_here(const struct world *w, const struct article *x)
{
    struct result member = understood(w, FACT_TRAVEL_ENTERING)
                               ? yes_no(member_of(w, FACT_TRAVEL_ENTERING) != BOUND_MEMBERS)
                               : unknown(FACT_TRAVEL_ENTERING);

    return and(and(member, in_effect(w, x)), own_bound(w, x, own_fact(x)));
}

void naive_decide(const struct agreement *a, const struct facts *f, struct date on, struct naive_verdict *out)
{
    struct world w = { a, f, on, NULL };
    struct best b = { .any = yes_no(false) };
    struct result r = yes_no(true);

    *out = (struct naive_verdict){ 0 };
    if (!in_force(&w))
        return;
    for (const struct article *x = a->articles; x; x = x->next) {
        struct result guard;

        if (x->effect.kind == EFFECT_RECOGNISE)
            continue;
        w.x = x;
        guard = and(and(bound_here(&w, x), holds(&w, &x->when)), reservations(&w, x));

        r = and(r, requirements(&w, x));
        if (x->effect.kind != EFFECT_NONE)
            offer(&w, x, and(guard, none_stands(&w, x->exceptions, NULL)), &x->effect, &b);
        replacements(&w, x, x->exceptions, guard, &b);
    }
    r = and(and(and(r, general(&w)), quotas(&w)), b.any);
    out->admit = r.v == YES;
    out->unknown = r.v == UNKNOWN ? r.unknown : 0;
    if (r.v == YES) {
        out->article = b.article;
        out->limited = b.way.limited;
        out->left = b.way.left;
        out->last = b.way.last;
    }
}

/* --- tables beside the text --- */

struct naive_figure naive_table(const struct agreement *a, const struct table *t, const struct facts *f,
                                struct date on)
{
    const struct world w = { a, f, on, NULL };

    for (const struct table_row *r = t->rows; r; r = r->next) {
        struct result is = holds(&w, &r->cond);

        if (r->keys.n)
            is = and(understood(&w, t->key) ? yes_no(in(r->keys, f->v[t->key].word)) : unknown(t->key), is);
        if (is.v != NO)
            return (struct naive_figure){ r, is.v == UNKNOWN ? is.unknown : 0 };
    }
    return (struct naive_figure){ NULL, 0 };
}

const struct quota_row *naive_quota(const struct agreement *a, const struct facts *f, struct date on)
{
    const struct world w = { a, f, on, NULL };

    for (const struct quota_clause *q = a->quotas; q; q = q->next)
        for (const struct quota_row *row = q->rows; row; row = row->next)
            if (and(is_entering(&w, row->members), holds(&w, &q->cond)).v == YES)
                return row;
    return NULL;
}

/* --- recognition of licences --- */

static struct result day(const struct world *w, unsigned fact, struct date *out)
{
    if (!understood(w, fact))
        return unknown(fact);
    *out = w->f->v[fact].date;
    return yes_no(true);
}

static void earliest(struct date *last, struct date d)
{
    if (date_cmp(d, *last) < 0)
        *last = d;
}

static struct result within(const struct world *w, const struct term *t, unsigned since, struct date *end)
{
    struct operand o = { .unit = t->unit, .offset = t->n };
    struct date from;
    struct result r;

    if (!t->said || !t->n)
        return yes_no(t->said);
    r = day(w, since, &from);
    if (r.v != YES)
        return r;
    *end = moved(from, &o);
    return yes_no(date_cmp(from, w->on) <= 0 && date_cmp(w->on, *end) <= 0);
}

static struct result lives_here(const struct world *w)
{
    struct result r = yes_no(true);

    if (!understood(w, FACT_DRIVER_RESIDENCE))
        r = and(r, unknown(FACT_DRIVER_RESIDENCE));
    if (!understood(w, FACT_TRAVEL_ENTERING))
        r = and(r, unknown(FACT_TRAVEL_ENTERING));
    if (r.v != YES)
        return r;
    return yes_no(span_eq(w->f->v[FACT_DRIVER_RESIDENCE].word, w->f->v[FACT_TRAVEL_ENTERING].word));
}

static struct result categories(const struct world *w, const struct effect *e)
{
    struct result any = yes_no(false);

    for (const struct stay_row *row = e->rows; row; row = row->next) {
        struct result r = understood(w, FACT_LICENCE_CATEGORY)
                              ? yes_no(in(row->keys, w->f->v[FACT_LICENCE_CATEGORY].word))
                              : unknown(FACT_LICENCE_CATEGORY);

        if (row->age)
            r = and(r, understood(w, FACT_DRIVER_AGE) ? yes_no(w->f->v[FACT_DRIVER_AGE].number >= row->age)
                                                      : unknown(FACT_DRIVER_AGE));
        any = or (any, and(r, holds(w, &row->permission)));
    }
    return any;
}

struct recognition {
    struct result any;
    bool yes;
    struct date last;
};

static void recognise(const struct world *w, struct result guard, const struct effect *e,
                      struct recognition *out)
{
    struct date from, last = { 9999, 12, 31 }, end = { 9999, 12, 31 };
    struct result r = day(w, FACT_LICENCE_FROM, &from), until = day(w, FACT_LICENCE_EXPIRY, &last), home;

    if (r.v == YES)
        r = yes_no(date_cmp(from, w->on) <= 0);
    if (until.v == YES)
        until = yes_no(date_cmp(w->on, last) <= 0);
    r = and(guard, and(r, until));
    if (!(e->visitors.said && e->residents.said && !e->visitors.n && !e->residents.n)) {
        home = lives_here(w);
        r = and(
            r,
            or (and(home, within(w, &e->residents, FACT_DRIVER_RESIDENT_SINCE, home.v == YES ? &last : &end)),
                and(not(home), within(w, &e->visitors, FACT_DRIVER_ENTERED, home.v == NO ? &last : &end))));
        if (understood(w, FACT_LICENCE_EXPIRY))
            earliest(&last, w->f->v[FACT_LICENCE_EXPIRY].date);
    }
    r = and(r, categories(w, e));
    r = and(r, understood(w, FACT_LICENCE_CODES) ? yes_no(true) : unknown(FACT_LICENCE_CODES));
    out->any = or (out->any, r);
    if (r.v == YES && (!out->yes || date_cmp(last, out->last) > 0)) {
        out->yes = true;
        out->last = last;
    }
}

static void recognise_exceptions(const struct world *w, const struct exception *list, struct result guard,
                                 struct recognition *out)
{
    for (const struct exception *e = list; e; e = e->next) {
        struct result here = and(and(guard, none_stands(w, list, e)), holds(w, &e->cond));

        if (e->effect.kind != EFFECT_NONE)
            recognise(w, and(here, none_stands(w, e->first, NULL)), &e->effect, out);
        recognise_exceptions(w, e->first, here, out);
    }
}

/* What the article does not speak of must be as the general rule has it. */
static struct result silent(const struct world *w, const struct article *x, unsigned fact, const char *word)
{
    for (size_t i = 0; i < x->when.n; i++)
        if (x->when.op[i].kind == COND_IN && x->when.op[i].fact == fact)
            return yes_no(true);
    return understood(w, fact) ? yes_no(span_eq_str(w->f->v[fact].word, word)) : unknown(fact);
}

void naive_recognise(const struct agreement *a, const struct facts *f, struct date on,
                     struct naive_recognition *out)
{
    struct world w = { a, f, on, NULL };
    struct recognition r = { .any = yes_no(false) };

    *out = (struct naive_recognition){ .outcome = OUTCOME_REFER };
    if (!in_force(&w))
        return;
    for (const struct article *x = a->articles; x; x = x->next) {
        struct result guard;

        if (x->effect.kind != EFFECT_RECOGNISE)
            continue;
        w.x = x;
        guard = and(and(bound_here(&w, x), holds(&w, &x->when)), reservations(&w, x));
        guard = and(guard, silent(&w, x, FACT_LICENCE_RESULT, "genuine"));
        guard = and(guard, silent(&w, x, FACT_LICENCE_STATUS, "valid"));
        recognise(&w, and(guard, none_stands(&w, x->exceptions, NULL)), &x->effect, &r);
        recognise_exceptions(&w, x->exceptions, guard, &r);
    }
    out->unknown = r.any.v == UNKNOWN ? r.any.unknown : 0;
    if (r.any.v == NO)
        out->outcome = OUTCOME_NOT_RECOGNISED;
    if (r.any.v == YES) {
        out->outcome =
            span_eq_str(f->v[FACT_LICENCE_CODES].word, "none") ? OUTCOME_RECOGNISED : OUTCOME_RESTRICTED;
        out->last = r.last;
    }
}
