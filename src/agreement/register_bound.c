/* From what each member declared to whom each article binds on each day. */
#include <stdlib.h>

#include "agreement/register_internal.h"

static const struct article *article_at(const struct agreement *a, int place)
{
    const struct article *x = a->articles;

    while (x && (int)x->index != place)
        x = x->next;
    return x;
}

static bool any_line(const struct register_version *v, enum line_kind kind, unsigned member, int article,
                     day_number day)
{
    for (size_t i = 0; i < v->n_lines; i++)
        if (v->line[i].kind == kind && v->line[i].member == member && v->line[i].article == article &&
            line_on(&v->line[i], day))
            return true;
    return false;
}

static bool own_party(const struct agreement *a, const struct article *x, unsigned member)
{
    struct span state[BOUND_MEMBERS];

    (void)agreement_members(a, state, BOUND_MEMBERS);
    for (size_t i = 0; i < x->parties.n; i++)
        if (span_eq(x->parties.w[i], state[member]))
            return true;
    return x->parties.n == 0;
}

/* Whether the consent of a member counts for the article's coming into force. */
static bool counts_for(const struct register_version *v, const struct article *x, unsigned member,
                       day_number day)
{
    if (!any_line(v, LINE_CONSENT, member, -1, day))
        return false;
    if (!x)
        return true;
    return own_party(v->a, x, member) && !any_line(v, LINE_RESERVED_OUT, member, (int)x->index, day) &&
           (!x->optional || any_line(v, LINE_ACCEPTED, member, (int)x->index, day));
}

static int by_day(const void *x, const void *y)
{
    const day_number *a = x, *b = y;

    return (*a > *b) - (*a < *b);
}

static size_t distinct(day_number *day, size_t n)
{
    size_t kept = 0;

    qsort(day, n, sizeof *day, by_day);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || day[i] != day[kept - 1])
            day[kept++] = day[i];
    return kept;
}

/* The first day on which so many consents count together; INT32_MAX: never so far. */
static day_number reached(const struct register_version *v, const struct article *x, unsigned needed,
                          const day_number *day, size_t n)
{
    size_t members = v->a->parties.n + v->a->accession.n;

    for (size_t i = 0; i < n; i++) {
        unsigned have = 0;

        for (unsigned m = 0; m < members; m++)
            have += counts_for(v, x, m, day[i]);
        if (have >= needed)
            return day[i];
    }
    return INT32_MAX;
}

/* The day on which the agreement, or the article, comes into force; INT32_MIN: with its consents. */
static day_number force_day(const struct register_version *v, const struct article *x, const day_number *day,
                            size_t n)
{
    struct force f = { v->a->from, v->a->ratifications, v->a->later };
    day_number from, ready = INT32_MIN;

    if (x)
        f = x->force;
    from = date_is_set(f.from) ? date_to_days(f.from) : INT32_MIN;
    if (f.ratifications) {
        ready = reached(v, x, f.ratifications, day, n);
        if (ready != INT32_MAX)
            ready = register_after(ready, &f.later);
    }
    return ready > from ? ready : from;
}

/* Days on which anything of the version begins or ends. */
struct days {
    day_number *day; /* of lines alone: */
    size_t n;
    day_number force;    /* of the agreement */
    day_number *article; /* of each article */
};

static bool days_of(const struct register_version *v, struct arena *a, struct days *d)
{
    d->day = arena_array(a, 2 * v->n_lines + 1, sizeof *d->day);
    d->article = arena_array(a, v->a->n_articles + 1, sizeof *d->article);
    d->n = 0;
    if (!d->day || !d->article)
        return false;
    for (size_t i = 0; i < v->n_lines; i++) {
        d->day[d->n++] = v->line[i].from;
        if (v->line[i].to != INT32_MAX)
            d->day[d->n++] = v->line[i].to;
    }
    d->n = distinct(d->day, d->n);
    d->force = force_day(v, NULL, d->day, d->n);
    for (const struct article *x = v->a->articles; x; x = x->next)
        d->article[x->index] = force_day(v, x, d->day, d->n);
    return true;
}

/* By its own consent: given, its own delay over, the text in force. */
static bool by_own_consent(const struct register_version *v, unsigned member, day_number day)
{
    day_number force = v->in_force ? date_to_days(v->since) : INT32_MAX;

    if (day < force)
        return false;
    for (size_t i = 0; i < v->n_lines; i++) {
        const struct register_line *l = &v->line[i];

        if (l->kind == LINE_CONSENT && l->member == member && line_on(l, day) &&
            day >= register_after(l->from, &v->a->later))
            return true;
    }
    return false;
}

/* The same State in another version's places. */
static unsigned member_in(const struct register_version *from, unsigned member,
                          const struct register_version *to)
{
    struct span state[BOUND_MEMBERS];

    (void)agreement_members(from->a, state, BOUND_MEMBERS);
    return agreement_member_at(to->a, state[member]);
}

/*
 * VCLT article 40: who is bound by a later version is bound by the earlier ones too, towards those who are
 * not bound by the later; and a version that binds all binds those that are bound by one before it.
 */
static bool consents_to(const struct agreement_register *r, const struct register_version *v, unsigned member,
                        day_number day)
{
    if (by_own_consent(v, member, day))
        return true;
    for (size_t i = 0; i < r->n_versions; i++) {
        const struct register_version *u = &r->version[i];
        unsigned m = u == v ? BOUND_MEMBERS : member_in(v, member, u);

        if (m == BOUND_MEMBERS)
            continue;
        if (u > v && by_own_consent(u, m, day) && v->in_force && day >= date_to_days(v->since))
            return true;
        if (u < v && day >= v->adopted && by_own_consent(u, m, day))
            return true;
    }
    return false;
}

const char *register_unbound(const struct agreement_register *r, const struct register_version *v,
                             int article, unsigned member, day_number day)
{
    const struct article *x = article < 0 ? NULL : article_at(v->a, article);
    bool had = false;

    if (!consents_to(r, v, member, day)) {
        for (size_t i = 0; i < v->n_lines; i++)
            had |= v->line[i].kind == LINE_CONSENT && v->line[i].member == member && v->line[i].to <= day;
        if (any_line(v, LINE_CONSENT, member, -1, day))
            return "not-in-force";
        return had ? "withdrawn" : "no-consent";
    }
    if (any_line(v, LINE_SUSPENDED, member, -1, day))
        return "suspended";
    if (!x)
        return NULL;
    if (!own_party(v->a, x, member))
        return "not-a-party-to-it";
    if (any_line(v, LINE_SUSPENDED, member, article, day))
        return "suspended";
    if (any_line(v, LINE_RESERVED_OUT, member, article, day))
        return "reserved";
    if (any_line(v, LINE_OUT, member, article, day))
        return "withdrawn";
    return x->optional && !any_line(v, LINE_ACCEPTED, member, article, day) ? "not-accepted" : NULL;
}

static bool has_reserved(const struct register_version *v, const struct article *x, unsigned member,
                         day_number day)
{
    struct span state[BOUND_MEMBERS];

    (void)agreement_members(v->a, state, BOUND_MEMBERS);
    for (const struct reservation *s = x->reservations; s; s = s->next)
        for (size_t i = 0; i < s->members.n; i++)
            if (span_eq(s->members.w[i], state[member]))
                return true;
    return any_line(v, LINE_RESERVED, member, (int)x->index, day);
}

static void fill_articles(const struct agreement_register *r, const struct register_version *v,
                          const struct days *d, day_number day, uint64_t *bound, uint64_t *likewise)
{
    size_t members = v->a->parties.n + v->a->accession.n;

    for (unsigned m = 0; m < members; m++) {
        uint64_t one = (uint64_t)1 << m;

        if (register_unbound(r, v, -1, m, day))
            continue;
        bound[BOUND_AGREEMENT] |= one;
        likewise[BOUND_AGREEMENT] |= one;
        for (const struct article *x = v->a->articles; x; x = x->next) {
            if (day < d->article[x->index] || register_unbound(r, v, (int)x->index, m, day))
                continue;
            bound[1 + x->index] |= one;
            if (!has_reserved(v, x, m, day))
                likewise[1 + x->index] |= one;
        }
    }
}

static void fill_pairs(const struct register_version *v, struct bound_period *p, uint64_t *apart,
                       uint64_t *objected)
{
    for (size_t i = 0; i < v->n_lines; i++) {
        const struct register_line *l = &v->line[i];

        if (!line_on(l, p->from))
            continue;
        if (l->kind == LINE_RESERVED)
            p->reserved |= (uint64_t)1 << l->reservation;
        if (l->kind != LINE_OBJECTED && l->kind != LINE_OPPOSED)
            continue;
        if (!any_line(v, LINE_RESERVED, l->other, l->article, p->from) &&
            !any_line(v, LINE_RESERVED_OUT, l->other, l->article, p->from))
            continue; /* what was objected to is gone */
        if (l->kind == LINE_OBJECTED && l->reservation < BOUND_RESERVATIONS)
            objected[l->reservation] |= (uint64_t)1 << l->member;
        if (l->kind == LINE_OPPOSED) {
            apart[l->member] |= (uint64_t)1 << l->other;
            apart[l->other] |= (uint64_t)1 << l->member;
        }
    }
}

static bool fill_period(const struct agreement_register *r, const struct register_version *v,
                        const struct days *d, struct bound_period *p, struct arena *a)
{
    uint64_t *bound = arena_array(a, 1 + v->a->n_articles, sizeof *bound);
    uint64_t *likewise = arena_array(a, 1 + v->a->n_articles, sizeof *likewise);
    uint64_t *apart = arena_array(a, BOUND_MEMBERS, sizeof *apart);
    uint64_t *objected = arena_array(a, BOUND_RESERVATIONS, sizeof *objected);

    if (!bound || !likewise || !apart || !objected)
        return false;
    fill_articles(r, v, d, p->from, bound, likewise);
    p->bound = bound;
    p->likewise = likewise;
    p->apart = apart;
    p->objected = objected;
    fill_pairs(v, p, apart, objected);
    return true;
}

/* All days on which the table of one version may change: those of all versions, since they bear on each
 * other. */
static size_t turns(const struct agreement_register *r, const struct days *d, day_number *out)
{
    size_t n = 0;

    out[n++] = INT32_MIN;
    for (size_t i = 0; i < r->n_versions; i++) {
        const struct register_version *v = &r->version[i];

        for (size_t k = 0; k < d[i].n; k++)
            out[n++] = d[i].day[k];
        for (size_t k = 0; k < v->n_lines; k++)
            if (v->line[k].kind == LINE_CONSENT)
                out[n++] = register_after(v->line[k].from, &v->a->later);
        if (d[i].force != INT32_MAX && d[i].force != INT32_MIN)
            out[n++] = d[i].force;
        if (v->adopted != INT32_MAX)
            out[n++] = v->adopted;
        for (size_t k = 0; k < v->a->n_articles; k++)
            if (d[i].article[k] != INT32_MAX && d[i].article[k] != INT32_MIN)
                out[n++] = d[i].article[k];
    }
    return distinct(out, n);
}

static bool fill_version(struct agreement_register *r, size_t at, const struct days *d,
                         const day_number *turn, size_t n, struct arena *a)
{
    struct register_version *v = &r->version[at];
    struct bound_period *p = arena_array(a, n, sizeof *p);

    for (size_t i = 0; p && i < n; i++) {
        p[i].from = turn[i];
        if (!fill_period(r, v, &d[at], &p[i], a))
            return false;
    }
    v->table = (struct bound_table){ .n_articles = v->a->n_articles,
                                     .n_members = v->a->parties.n + v->a->accession.n,
                                     .n_reservations = v->n_reservations,
                                     .n_periods = n,
                                     .period = p };
    return p != NULL;
}

/* When the text is in force, and from when a version before it lets it bind all. */
static void settle(struct agreement_register *r, size_t at, const struct days *d)
{
    struct register_version *v = &r->version[at];

    for (size_t i = 0; i < v->n_lines; i++) {
        v->ruled |= v->line[i].kind == LINE_CONSENT;
        v->consents += v->line[i].kind == LINE_CONSENT && v->line[i].to == INT32_MAX;
    }
    v->needed = v->a->ratifications;
    v->in_force = v->ruled && d->force != INT32_MAX;
    if (!v->in_force)
        return;
    v->since = date_from_days(d->force == INT32_MIN ? d->day[0] : d->force);
    for (size_t i = at; i-- > 0 && v->adopted == INT32_MAX;) {
        const struct agreement *before = r->version[i].a;
        day_number day = before->amendments ? reached(v, NULL, before->amendments, d->day, d->n) : INT32_MAX;

        if (day != INT32_MAX)
            v->adopted = day > date_to_days(v->since) ? day : date_to_days(v->since);
    }
}

bool register_fill(struct agreement_register *r, struct arena *a)
{
    struct days *d = arena_array(a, r->n_versions + 1, sizeof *d);
    size_t most = 1, n;
    day_number *turn;

    if (!d)
        return false;
    for (size_t i = 0; i < r->n_versions; i++) {
        if (!days_of(&r->version[i], a, &d[i]))
            return false;
        settle(r, i, &d[i]);
        most += d[i].n + r->version[i].n_lines + r->version[i].a->n_articles + 2;
    }
    turn = arena_array(a, most, sizeof *turn);
    if (!turn)
        return false;
    n = turns(r, d, turn);
    for (size_t i = 0; i < r->n_versions; i++)
        if (!fill_version(r, i, d, turn, n, a))
            return false;
    return true;
}

void register_binds(const struct agreement_register *r, const struct register_version *v, int article,
                    unsigned member, struct date on, struct bound_answer *out)
{
    const struct bound_table *t = v->ruled ? &v->table : NULL;
    day_number day = date_to_days(on);
    size_t at = 0, first, last;
    uint64_t one;

    *out = (struct bound_answer){ .why = "not-a-member" };
    if (member >= v->a->parties.n + v->a->accession.n)
        return;
    if (!t)
        t = agreement_standing(v->a);
    one = (uint64_t)1 << member;
    while (at + 1 < t->n_periods && t->period[at + 1].from <= day)
        at++;
    out->binds = (t->period[at].bound[article + 1] & one) != 0;
    if (!v->ruled && date_is_set(v->a->from) && date_cmp(on, v->a->from) < 0) {
        *out = (struct bound_answer){ .why = "not-in-force", .until = date_add_days(v->a->from, -1) };
        return;
    }
    for (first = at; first && ((t->period[first - 1].bound[article + 1] & one) != 0) == out->binds; first--)
        ;
    for (last = at;
         last + 1 < t->n_periods && ((t->period[last + 1].bound[article + 1] & one) != 0) == out->binds;
         last++)
        ;
    if (t->period[first].from != INT32_MIN)
        out->since = date_from_days(t->period[first].from);
    if (last + 1 < t->n_periods)
        out->until = date_from_days(t->period[last + 1].from - 1);
    out->why = "bound";
    if (out->binds)
        return;
    out->why = v->ruled ? register_unbound(r, v, article, member, day) : "by-its-text";
    if (!out->why)
        out->why = "article-not-in-force";
}
