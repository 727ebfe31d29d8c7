#include "agreement/diff.h"

enum { CASES = 400 * 1000, REST = 4000, MORE = 300, CONSEQUENCES = 4 };

/* One look at both versions. */
struct pair {
    struct cases *c;
    struct diff_result *out;
    struct affected *to;
    uint64_t core; /* facts that are told apart in the report; of the others one value is enough */
    uint8_t order[FACTS_N];
    bool licence;
    bool undecided;
    /* What happens in one case of the facts told apart, by what else a traveller has; each once. */
    struct consequence {
        struct standing before, after;
    } found[CONSEQUENCES];
    size_t n_found;
    struct traveller witness; /* of the first */
    struct case_value *kind;  /* CASES_VALUES of permission.kind */
    unsigned more;            /* descriptions in the search for one more */
};

static bool settled_alike(const struct outcome_of_grant *x, const struct outcome_of_grant *y)
{
    if (x->t.v == UNKNOWN || x->t.v != y->t.v)
        return false;
    return x->t.v == NO || (x->limited == y->limited && x->last == y->last && x->rule.days == y->rule.days &&
                            x->rule.window == y->rule.window);
}

/* The part cannot make a difference any more; what it still turns on is added to open. */
static bool dead_grant(struct eval e[2], const struct change_part *p, uint64_t *open)
{
    struct outcome_of_grant o[2] = { { .t = { NO, 0 } }, { .t = { NO, 0 } } };

    for (int i = 0; i < 2; i++) {
        if (p->in[i] < 0)
            continue;
        eval_grant(&e[i], &e[i].g->grants[p->in[i]], &o[i]);
        if (o[i].t.v == UNKNOWN)
            *open |= o[i].t.facts;
    }
    return settled_alike(&o[0], &o[1]);
}

static bool dead_demand(struct eval e[2], const struct change_part *p, uint64_t *open)
{
    struct truth t[2] = { { YES, 0 }, { YES, 0 } }, body;

    for (int i = 0; i < 2; i++) {
        if (p->in[i] < 0)
            continue;
        t[i] = eval_demand(&e[i], &e[i].g->demands[p->in[i]], &body);
        if (t[i].v == UNKNOWN)
            *open |= t[i].facts;
    }
    return t[0].v != UNKNOWN && t[0].v == t[1].v;
}

bool diff_matters(const struct change *x, struct eval e[2], uint64_t *open)
{
    bool dead = !x->everything;

    for (size_t i = 0; i < x->n; i++)
        dead &= x->part[i].demand ? dead_demand(e, &x->part[i], open) : dead_grant(e, &x->part[i], open);
    return !dead;
}

static unsigned verdict_of(const struct judged *j)
{
    return both(j->demands, j->grants).v;
}

/* Both referred for sure. */
static bool both_no(const struct judged j[2])
{
    return verdict_of(&j[0]) == NO && verdict_of(&j[1]) == NO;
}

/* What has to be known still before the two verdicts can be compared; 0: nothing. */
static uint64_t unsettled(const struct judged j[2])
{
    uint64_t open = 0;

    for (int i = 0; i < 2; i++)
        if (verdict_of(&j[i]) == UNKNOWN || (verdict_of(&j[i]) == YES && j[i].any_open_grant))
            open |= j[i].open_grants | j[i].open_demands;
    return open;
}

static bool told(const struct pair *p, const struct consequence *x)
{
    for (size_t i = 0; i < p->n_found; i++)
        if (standing_same(&p->found[i].before, &x->before) && standing_same(&p->found[i].after, &x->after))
            return true;
    return false;
}

static void keep(struct traveller *to, const struct traveller *t)
{
    *to = *t;
    if (t->facts.n_stays)
        to->facts.stays = &to->stay;
}

/* A consequence that was not told of this case yet. */
static enum look compare(struct pair *p, const struct traveller *t)
{
    struct consequence x;

    standing_of(p->c->a[0], &t->facts, p->c->on, p->licence, &x.before);
    standing_of(p->c->a[1], &t->facts, p->c->on, p->licence, &x.after);
    if (standing_same(&x.before, &x.after) || told(p, &x))
        return LOOK_BACK;
    if (p->n_found == 0)
        keep(&p->witness, t);
    p->found[p->n_found++] = x;
    affected_add(p->to, t, &x.before, &x.after, true, 1);
    return LOOK_STOP;
}

/* The first is worth any search, others a short one. */
static bool enough(struct pair *p)
{
    return p->n_found && p->more++ >= MORE;
}

/* The rest of a traveller: one that makes a difference is enough. */
static enum look look_rest(void *ctx, const struct traveller *t, uint64_t *ask)
{
    struct pair *p = ctx;
    struct eval e[2] UNINITIALIZED;
    struct judged j[2];
    uint64_t open = 0;

    if (enough(p))
        return LOOK_STOP;
    for (int i = 0; i < 2; i++)
        judge(p->c->a[i], &t->facts, p->c->on, &e[i], &j[i]);
    if (both_no(j) || !diff_matters(&p->out->change, e, &open))
        return LOOK_BACK;
    *ask = unsettled(j) & ~traveller_said(t) & p->c->facts;
    /* The ways first, then the requirements. */
    if ((j[0].open_grants | j[1].open_grants) & *ask)
        *ask &= j[0].open_grants | j[1].open_grants;
    if (*ask)
        return LOOK_ON;
    return compare(p, t);
}

/* With this kind of permission a way is open that turns on what the permission says. */
static bool opens_way(const struct pair *p, const struct traveller *t)
{
    uint64_t of_permission = 0, open = 0;

    if (p->licence)
        return false;
    for (unsigned f = FACT_PERMISSION_RESULT; f <= FACT_PERMISSION_MATCHES; f++)
        of_permission |= bit(f);
    for (int i = 0; i < 2; i++) {
        struct eval e UNINITIALIZED;
        struct judged j;

        judge(p->c->a[i], &t->facts, p->c->on, &e, &j);
        open |= j.open_grants;
    }
    return (open & of_permission) != 0;
}

/* A permission in the pocket opens other ways: the same traveller with each kind of one. */
static void other_permissions(struct pair *p, const struct traveller *t, case_look rest)
{
    size_t n;

    if (!(p->c->facts & ~traveller_said(t) & bit(FACT_PERMISSION_KIND)))
        return;
    n = cases_values(p->c, t, FACT_PERMISSION_KIND, p->kind);
    for (size_t i = 0; i < n && p->n_found < CONSEQUENCES; i++) {
        struct traveller with;

        keep(&with, &p->witness);
        for (unsigned f = FACT_PERMISSION_KIND; f <= FACT_PERMISSION_MATCHES; f++)
            if (!(traveller_said(t) & bit(f)))
                traveller_forget(&with, f);
        traveller_set(&with, FACT_PERMISSION_KIND, &p->kind[i], p->c);
        p->more = 0;
        if (opens_way(p, &with) && !cases_walk(p->c, &with, p->order, REST, rest, p))
            continue; /* one was found, or none in so short a search */
    }
}

static enum look leaf(struct pair *p, const struct traveller *t, case_look rest)
{
    p->n_found = 0;
    if (!cases_walk(p->c, t, p->order, REST, rest, p) && !p->n_found)
        p->undecided = true;
    if (p->n_found)
        other_permissions(p, t, rest);
    return LOOK_BACK;
}

static enum look look_core(void *ctx, const struct traveller *t, uint64_t *ask)
{
    struct pair *p = ctx;
    struct eval e[2] UNINITIALIZED;
    struct judged j[2];
    uint64_t open = 0;

    for (int i = 0; i < 2; i++)
        judge(p->c->a[i], &t->facts, p->c->on, &e[i], &j[i]);
    if (both_no(j) || !diff_matters(&p->out->change, e, &open))
        return LOOK_BACK;
    *ask = (open | unsettled(j)) & p->core & ~traveller_said(t) & p->c->facts;
    return *ask ? LOOK_ON : leaf(p, t, look_rest);
}

/* ---- licences: by their verdicts ---- */

static uint64_t missing_of(const struct agreement *a, const struct traveller *t, struct date on)
{
    struct verdict v;
    uint64_t m = 0;

    agreement_recognise(a, &t->facts, on, &v);
    for (size_t i = 0; i < v.n_missing; i++)
        m |= bit(v.missing[i]);
    return m;
}

static enum look look_licence_rest(void *ctx, const struct traveller *t, uint64_t *ask)
{
    struct pair *p = ctx;

    if (enough(p))
        return LOOK_STOP;
    *ask = (missing_of(p->c->a[0], t, p->c->on) | missing_of(p->c->a[1], t, p->c->on)) & ~traveller_said(t) &
           p->c->facts;
    if (*ask)
        return LOOK_ON;
    return compare(p, t);
}

static enum look look_licence(void *ctx, const struct traveller *t, uint64_t *ask)
{
    struct pair *p = ctx;
    uint64_t open = missing_of(p->c->a[0], t, p->c->on) | missing_of(p->c->a[1], t, p->c->on);

    *ask = open & p->core & ~traveller_said(t) & p->c->facts;
    if (*ask)
        return LOOK_ON;
    return leaf(p, t, look_licence_rest);
}

static bool run(struct pair *p, case_look look)
{
    /* Nothing is known to speak against the bearer: that has a rule of its own, tried only where it changed.
     */
    struct traveller t = { .stay = { { 0 } } };
    bool all;

    cases_order_init(p->order);
    if (!(p->core & bit(FACT_EVIDENCE_CONTRADICTION)))
        fact_set_word(&t.facts, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
    all = cases_walk(p->c, &t, p->order, CASES, look, p);
    affected_merge(p->to);
    return all && !p->undecided && !p->to->lost;
}

bool diff_travellers(struct cases *c, struct diff_result *out)
{
    const uint64_t who = bit(FACT_TRAVELLER_NATIONALITY) | bit(FACT_TRAVEL_ENTERING);
    struct case_value *kind = arena_array(c->arena, CASES_VALUES, sizeof *kind);
    struct pair p = { .c = c, .out = out, .to = &out->entries, .kind = kind };

    *out = (struct diff_result){ .whole = true };
    if (!kind || !change_of(c->a, c->arena, &out->change))
        return false;
    out->whole = !c->partial;
    p.core = (out->change.facts | who | bit(FACT_TRAVEL_PURPOSE)) & c->facts;
    if (!affected_init(&out->entries, c, p.core))
        return false;
    if (out->change.n || out->change.everything)
        out->whole &= run(&p, look_core);
    out->has_licences = out->change.licences;
    if (!out->has_licences)
        return true;
    p = (struct pair){ .c = c, .out = out, .to = &out->licences, .kind = kind, .licence = true };
    p.core = (out->change.licence_facts | bit(FACT_LICENCE_CATEGORY)) & c->facts;
    if (!affected_init(&out->licences, c, p.core))
        return false;
    out->licences.licence = true;
    out->whole &= run(&p, look_licence);
    return true;
}
