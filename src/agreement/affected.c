#include "agreement/affected.h"

#include <stdlib.h>

static size_t state_at(const struct affected *x, struct span s)
{
    for (size_t i = 0; i < x->n_states; i++)
        if (span_eq(x->state[i], s))
            return i;
    return x->n_states - 1; /* the outsider */
}

static void add_state(struct affected *x, struct span s)
{
    for (size_t i = 0; i < x->n_states; i++)
        if (span_eq(x->state[i], s))
            return;
    if (x->n_states + 1 < AFFECTED_STATES)
        x->state[x->n_states++] = s;
}

/* The states that travellers can be of: parties, those named by a condition, and one for all others. */
static void states(struct affected *x)
{
    static const enum fact facts[] = { FACT_TRAVELLER_NATIONALITY, FACT_TRAVEL_ENTERING };
    const struct cases *c = x->c;

    for (size_t k = 0; k < c->n; k++)
        for (size_t i = 0; i < c->a[k]->parties.n; i++)
            add_state(x, c->a[k]->parties.w[i]);
    x->n_parties = x->n_states;
    for (size_t f = 0; f < 2; f++)
        for (size_t i = 0; i < c->n_of[facts[f]]; i++)
            for (size_t w = 0; w < c->of[facts[f]][i].n; w++)
                if (!c->of[facts[f]][i].outsider)
                    add_state(x, c->of[facts[f]][i].words[w]);
    x->state[x->n_states++] = SPAN("ZZ");
}

bool affected_init(struct affected *x, struct cases *c, uint64_t facts)
{
    *x = (struct affected){ .c = c };
    x->by_nationality = (facts & bit(FACT_TRAVELLER_NATIONALITY)) != 0;
    x->by_entering = (facts & bit(FACT_TRAVEL_ENTERING)) != 0;
    facts &= c->facts & ~bit(FACT_TRAVELLER_NATIONALITY) & ~bit(FACT_TRAVEL_ENTERING);
    for (; facts && x->n_facts < AFFECTED_FACTS; facts &= facts - 1)
        x->fact[x->n_facts++] = (unsigned)__builtin_ctzll(facts);
    states(x);
    x->change = arena_array(c->arena, AFFECTED_CHANGES, sizeof *x->change);
    x->group = arena_array(c->arena, AFFECTED_GROUPS, sizeof *x->group);
    return x->change && x->group;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool standing_equal(const struct standing *a, const struct standing *b)
{
    return a->outcome == b->outcome && a->limited == b->limited && a->days == b->days &&
           a->window == b->window && same_text(a->article, b->article) && same_text(a->code, b->code);
}

static unsigned change_at(struct affected *x, const struct standing *before, const struct standing *after)
{
    size_t i = 0;

    while (i < x->n_changes &&
           !(standing_equal(&x->change[i].before, before) && standing_equal(&x->change[i].after, after)))
        i++;
    if (i == x->n_changes && x->n_changes < AFFECTED_CHANGES)
        x->change[x->n_changes++] = (struct affected_change){ *before, *after };
    return (unsigned)i;
}

static const struct case_class *class_of(const struct affected *x, const struct traveller *t, unsigned fact)
{
    size_t i = cases_class(x->c, &t->facts, fact);

    return i < x->c->n_of[fact] ? &x->c->of[fact][i] : NULL;
}

/* 0: a State that is not looked at. */
static uint64_t state_bit(const struct affected *x, struct span word)
{
    size_t i = state_at(x, word);

    return i < x->n_states ? bit((unsigned)i) : 0;
}

/* Bits of the states that stand in the same class. */
static uint64_t states_of(const struct affected *x, const struct traveller *t, unsigned fact, bool whole)
{
    const struct case_class *k = class_of(x, t, fact);
    uint64_t m = 0;

    if (!t->facts.v[fact].present)
        return x->n_states == 64 ? ~(uint64_t)0 : ((uint64_t)1 << x->n_states) - 1;
    if (!whole || !k)
        return state_bit(x, t->facts.v[fact].word);
    for (size_t w = 0; w < k->n; w++)
        m |= state_bit(x, k->words[w]);
    return m;
}

static void mark_rows(const struct affected *x, struct affected_group *g, const struct traveller *t,
                      bool whole)
{
    uint64_t from = x->by_nationality ? states_of(x, t, FACT_TRAVELLER_NATIONALITY, whole) : 1;
    uint64_t to = x->by_entering ? states_of(x, t, FACT_TRAVEL_ENTERING, whole) : 1;
    const struct fact_value *n = &t->facts.v[FACT_TRAVELLER_NATIONALITY],
                            *e = &t->facts.v[FACT_TRAVEL_ENTERING];
    bool pair = x->by_nationality && x->by_entering && n->present && e->present;
    bool home = pair && span_eq(n->word, e->word);

    for (size_t i = 0; i < x->n_states; i++) {
        uint64_t own = bit((unsigned)i);

        if (!(from & own))
            continue;
        if (!pair)
            g->row[i] |= to;
        else if (home)
            g->row[i] |= to & own;
        else
            g->row[i] |= i + 1 == x->n_states ? to : to & ~own;
    }
}

static size_t stay_class(const struct affected *x, const struct traveller *t, struct date on)
{
    const struct cases *c = x->c;
    int days = 0, before = 0;

    if (t->facts.n_stays) {
        const struct stay *s = &t->facts.stays[0];

        days = date_to_days(s->to) - date_to_days(s->from) + 1;
        before = date_to_days(on) - date_to_days(s->to);
    }
    for (size_t i = c->n_of[FACT_TRAVELLER_STAYS]; i-- > 0;) {
        const struct case_class *k = &c->of[FACT_TRAVELLER_STAYS][i];

        if (k->low <= days && days <= k->high && (k->before <= before || k->before == 0))
            return i;
    }
    return 0;
}

static uint64_t class_bit(const struct affected *x, const struct traveller *t, unsigned fact)
{
    size_t i;

    if (!(traveller_said(t) & bit(fact)))
        return 0;
    i = fact == FACT_TRAVELLER_STAYS ? stay_class(x, t, x->c->on) : cases_class(x->c, &t->facts, fact);
    return i < 63 ? (uint64_t)1 << i : (uint64_t)1 << 63;
}

static bool same_sets(const struct affected *x, const struct affected_group *g, const uint64_t *set)
{
    for (size_t i = 0; i < x->n_facts; i++)
        if (g->set[i] != set[i])
            return false;
    return true;
}

/* Words of a line of a table end with it. */
static void keep_words(struct affected *x, struct traveller *t)
{
    for (unsigned f = 0; f < FACTS_N; f++)
        if (t->facts.v[f].present && t->facts.v[f].word.n)
            t->facts.v[f].word = arena_copy(x->c->arena, t->facts.v[f].word);
}

void affected_add(struct affected *x, const struct traveller *t, const struct standing *before,
                  const struct standing *after, bool whole, uint64_t count)
{
    unsigned change = change_at(x, before, after);
    uint64_t set[AFFECTED_FACTS] = { 0 };
    struct affected_group *g;
    size_t i = 0;

    if (change == AFFECTED_CHANGES) {
        x->lost += count;
        return;
    }
    for (size_t k = 0; k < x->n_facts; k++)
        set[k] = class_bit(x, t, x->fact[k]);
    while (i < x->n_groups && (x->group[i].change != change || !same_sets(x, &x->group[i], set)))
        i++;
    if (i == AFFECTED_GROUPS) {
        x->lost += count;
        return;
    }
    g = &x->group[i];
    if (i == x->n_groups) {
        x->n_groups++;
        *g = (struct affected_group){ .change = change, .example = *t };
        memcpy(g->set, set, sizeof set);
        if (t->facts.n_stays) {
            g->example.stay = t->facts.stays[0];
            g->example.facts.n_stays = 1;
        }
        g->example.facts.stays = NULL; /* set when it is read: the group may move */
        keep_words(x, &g->example);
    }
    g->count += count;
    mark_rows(x, g, t, whole);
}

void affected_take(struct affected *x, const struct affected *from)
{
    x->lost += from->lost;
    for (size_t i = 0; i < from->n_groups; i++) {
        const struct affected_group *g = &from->group[i];
        const struct affected_change *c = &from->change[g->change];
        unsigned change = change_at(x, &c->before, &c->after);

        if (x->n_groups == AFFECTED_GROUPS || change == AFFECTED_CHANGES) {
            x->lost += g->count;
            continue;
        }
        x->group[x->n_groups] = *g;
        x->group[x->n_groups].change = change;
        keep_words(x, &x->group[x->n_groups].example);
        x->n_groups++;
    }
}

static bool same_rows(const struct affected *x, const struct affected_group *a,
                      const struct affected_group *b)
{
    return memcmp(a->row, b->row, x->n_states * sizeof *a->row) == 0;
}

/* The only fact in which they differ, n_facts: none, n_facts + 1: several, or in who enters where. */
static size_t differ_in(const struct affected *x, const struct affected_group *a,
                        const struct affected_group *b)
{
    size_t at = x->n_facts;

    for (size_t i = 0; i < x->n_facts; i++) {
        if (a->set[i] == b->set[i])
            continue;
        if (at < x->n_facts)
            return x->n_facts + 1;
        at = i;
    }
    return same_rows(x, a, b) ? at : at == x->n_facts ? x->n_facts : x->n_facts + 1;
}

static bool merge_one(struct affected *x)
{
    for (size_t i = 0; i < x->n_groups; i++) {
        for (size_t k = i + 1; k < x->n_groups; k++) {
            struct affected_group *a = &x->group[i], *b = &x->group[k];
            size_t at;

            if (a->change != b->change || (at = differ_in(x, a, b)) > x->n_facts)
                continue;
            if (at < x->n_facts)
                a->set[at] |= b->set[at];
            else
                for (size_t s = 0; s < x->n_states; s++)
                    a->row[s] |= b->row[s];
            a->count += b->count;
            *b = x->group[--x->n_groups];
            return true;
        }
    }
    return false;
}

static int by_count(const void *a, const void *b)
{
    const struct affected_group *x = a, *y = b;

    return x->count != y->count ? (x->count < y->count ? 1 : -1)
                                : (x->change > y->change) - (x->change < y->change);
}

void affected_merge(struct affected *x)
{
    while (merge_one(x))
        ;
    if (x->n_groups)
        qsort(x->group, x->n_groups, sizeof *x->group, by_count);
    for (size_t i = 0; i < x->n_groups; i++)
        if (x->group[i].example.facts.n_stays)
            x->group[i].example.facts.stays = &x->group[i].example.stay;
}

int affected_sign(const struct affected *x, const struct affected_group *g)
{
    return standing_better(&x->change[g->change].before, &x->change[g->change].after);
}
