/* Who is bound as long as there is no register: the parties, an article's own from its own date. */
#include "agreement/program.h"

#include <stdlib.h>

static uint64_t members_of(const struct agreement *a, const struct words *states)
{
    uint64_t m = 0;

    for (size_t i = 0; i < states->n; i++)
        m |= (uint64_t)1 << agreement_member_at(a, states->w[i]);
    return m;
}

/* Its parties on that day, none before its date; without instruments nobody has ratified or accepted. */
static uint64_t bound_by(const struct agreement *a, const struct article *x, day_number on)
{
    if (x->optional || (x->force.ratifications && !date_is_set(x->force.from)))
        return 0;
    if (date_is_set(x->force.from) && on < date_to_days(x->force.from))
        return 0;
    return members_of(a, x->parties.n ? &x->parties : &a->parties);
}

static uint64_t reserving(const struct agreement *a, const struct article *x)
{
    uint64_t m = 0;

    for (const struct reservation *r = x->reservations; r; r = r->next)
        if (!r->by_instrument)
            m |= members_of(a, &r->members);
    return m;
}

static int by_day(const void *x, const void *y)
{
    const day_number *a = x, *b = y;

    return (*a > *b) - (*a < *b);
}

/* The days on which an article comes into force, each once, behind the first of all days. */
static size_t turns(const struct agreement *a, day_number *out)
{
    size_t n = 1, kept = 1;

    out[0] = INT32_MIN;
    for (const struct article *x = a->articles; x; x = x->next)
        if (date_is_set(x->force.from))
            out[n++] = date_to_days(x->force.from);
    qsort(out + 1, n - 1, sizeof *out, by_day);
    for (size_t i = 1; i < n; i++)
        if (out[i] != out[kept - 1])
            out[kept++] = out[i];
    return kept;
}

static bool fill(const struct agreement *a, struct bound_period *p, const uint64_t *none, struct arena *m)
{
    uint64_t *bound = arena_array(m, 1 + a->n_articles, sizeof *bound);
    uint64_t *likewise = arena_array(m, 1 + a->n_articles, sizeof *likewise);

    if (!bound || !likewise)
        return false;
    bound[BOUND_AGREEMENT] = likewise[BOUND_AGREEMENT] = members_of(a, &a->parties);
    for (const struct article *x = a->articles; x; x = x->next) {
        bound[1 + x->index] = bound_by(a, x, p->from);
        likewise[1 + x->index] = bound[1 + x->index] & ~reserving(a, x);
    }
    p->bound = bound;
    p->likewise = likewise;
    p->apart = none;
    p->objected = none;
    return true;
}

bool program_make_standing(struct program *g, struct agreement *a)
{
    uint64_t *none = arena_array(&a->arena, BOUND_MEMBERS, sizeof *none);
    day_number *day = arena_array(&a->arena, a->n_articles + 1, sizeof *day);
    struct bound_period *period;
    size_t n;

    if (!none || !day)
        return false;
    n = turns(a, day);
    period = arena_array(&a->arena, n, sizeof *period);
    for (size_t i = 0; period && i < n; i++) {
        period[i].from = day[i];
        if (!fill(a, &period[i], none, &a->arena))
            return false;
    }
    g->standing = (struct bound_table){ .n_articles = a->n_articles,
                                        .n_members = g->n_members,
                                        .n_reservations = BOUND_RESERVATIONS,
                                        .n_periods = n,
                                        .period = period };
    return period != NULL;
}
