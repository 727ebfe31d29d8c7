/* A traveller described further and further. */
#include "agreement/cases_internal.h"

/* ---- a traveller ---- */

void traveller_use(struct traveller *t, struct date on, int days, int before)
{
    t->facts.stays_known = true;
    t->facts.stays = NULL;
    t->facts.n_stays = 0;
    if (days < 1)
        return;
    t->stay.to = date_add_days(on, before ? -before : -1);
    t->stay.from = date_add_days(t->stay.to, 1 - days);
    t->facts.stays = &t->stay;
    t->facts.n_stays = 1;
}

void traveller_set(struct traveller *t, unsigned fact, const struct case_value *v, const struct cases *c)
{
    if (fact == FACT_TRAVELLER_STAYS)
        traveller_use(t, c->on, v->used, c->of[fact][v->class_].before);
    else
        t->facts.v[fact] = v->v;
}

void traveller_forget(struct traveller *t, unsigned fact)
{
    if (fact != FACT_TRAVELLER_STAYS) {
        t->facts.v[fact] = (struct fact_value){ 0 };
        return;
    }
    t->facts.stays_known = false;
    t->facts.stays = NULL;
    t->facts.n_stays = 0;
}

uint64_t traveller_said(const struct traveller *t)
{
    uint64_t m = t->facts.stays_known ? bit(FACT_TRAVELLER_STAYS) : 0;

    for (unsigned i = 0; i < FACTS_N; i++)
        if (i != FACT_TRAVELLER_STAYS && t->facts.v[i].present)
            m |= bit(i);
    return m;
}

/* ---- the walk ---- */

void cases_order_init(uint8_t order[FACTS_N])
{
    static const uint8_t first[] = { FACT_TRAVEL_ENTERING, FACT_TRAVELLER_NATIONALITY, FACT_TRAVEL_PURPOSE,
                                     FACT_PERMISSION_KIND, FACT_DOCUMENT_KIND,         FACT_DOCUMENT_RESULT,
                                     FACT_LICENCE_CATEGORY };
    size_t n = 0;

    for (; n < sizeof first; n++)
        order[n] = first[n];
    for (unsigned f = 0; f < FACTS_N; f++)
        if (f != FACT_TRAVELLER_STAYS && !memchr(first, (int)f, sizeof first))
            order[n++] = (uint8_t)f;
    order[n] = FACT_TRAVELLER_STAYS;
}

struct frame {
    unsigned fact;
    size_t n, at;
    struct case_value *value;
};

static unsigned pick(const uint8_t *order, uint64_t ask)
{
    for (size_t i = 0; i < FACTS_N; i++)
        if (ask & bit(order[i]))
            return order[i];
    return FACTS_N;
}

/* Memory for one more walk beside those under way. */
static struct case_value *space(struct cases *c)
{
    if (c->walks == CASES_NESTED)
        return NULL;
    if (!c->space[c->walks])
        c->space[c->walks] = arena_array(c->arena, (size_t)FACTS_N * CASES_VALUES, sizeof **c->space);
    return c->space[c->walks];
}

static bool walk(struct cases *c, const struct traveller *from, const uint8_t *order, size_t budget,
                 case_look look, void *ctx)
{
    struct case_value *values = space(c);
    struct frame frame[FACTS_N];
    struct traveller t = *from;
    size_t depth = 0, shown = 0;
    bool whole = !c->partial;

    if (!values)
        return false;
    c->walks++;
    if (t.facts.n_stays == 1) {
        t.stay = from->facts.stays[0];
        t.facts.stays = &t.stay;
    }
    for (;;) {
        uint64_t ask = 0;
        enum look l = ++shown > budget ? LOOK_STOP : look(ctx, &t, &ask);
        unsigned f = pick(order, ask & c->facts & ~traveller_said(&t));

        if (l == LOOK_STOP)
            return whole && shown <= budget;
        if (l == LOOK_ON && f < FACTS_N && depth < FACTS_N) {
            struct frame *x = &frame[depth];

            *x = (struct frame){ .fact = f, .value = values + depth * CASES_VALUES };
            x->n = cases_values(c, &t, f, x->value);
            whole = whole && x->n < CASES_VALUES;
            depth++;
        }
        while (depth && frame[depth - 1].at == frame[depth - 1].n)
            traveller_forget(&t, frame[--depth].fact);
        if (!depth)
            return whole;
        traveller_set(&t, frame[depth - 1].fact, &frame[depth - 1].value[frame[depth - 1].at++], c);
    }
}

bool cases_walk(struct cases *c, const struct traveller *from, const uint8_t *order, size_t budget,
                case_look look, void *ctx)
{
    unsigned walks = c->walks;
    bool all = walk(c, from, order, budget, look, ctx);

    c->walks = walks;
    return all;
}
