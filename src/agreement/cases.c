/* What is asked at all, and what is compared with what. */
#include "agreement/cases_internal.h"

static void link(struct cases *c, unsigned left, unsigned right, enum unit unit, int offset)
{
    for (size_t i = 0; i < c->n_links; i++)
        if (c->link[i].left == left && c->link[i].right == right && c->link[i].offset == offset &&
            c->link[i].unit == unit)
            return;
    if (c->n_links == CASES_LINKS)
        c->partial = true;
    else
        c->link[c->n_links++] = (struct case_link){ left, right, offset, unit };
}

static void same(struct cases *c, unsigned a, unsigned b)
{
    uint64_t all = c->same[a] | c->same[b] | bit(a) | bit(b);

    for (uint64_t left = all; left; left &= left - 1)
        c->same[__builtin_ctzll(left)] |= all;
}

static void ask_op(struct cases *c, const struct op *op)
{
    if (op->code == OP_AND || op->code == OP_OR || op->code == OP_NOT)
        return;
    if (op->fact != TODAY)
        c->facts |= bit(op->fact);
    if (op->code == OP_OWN || op->code == OP_RESERVED)
        c->facts |= bit(FACT_TRAVEL_ENTERING);
    if (op->code == OP_SAME) {
        c->facts |= bit((unsigned)op->a);
        same(c, op->fact, (unsigned)op->a);
    } else if (op->code == OP_NUMBER_FACT || (op->code == OP_DATE_FACT && op->a != TODAY)) {
        c->facts |= bit((unsigned)op->a);
        if (op->fact != TODAY)
            link(c, op->fact, (unsigned)op->a, (enum unit)op->unit, op->code == OP_DATE_FACT ? op->b : 0);
    }
}

static void ask_grant(struct cases *c, const struct program *g, const struct grant *x)
{
    static const enum fact licence[] = { FACT_LICENCE_CATEGORY, FACT_LICENCE_CODES,    FACT_LICENCE_FROM,
                                         FACT_LICENCE_EXPIRY,   FACT_DRIVER_RESIDENCE, FACT_TRAVEL_ENTERING };
    bool window = x->rule.window != 0;

    if (x->effect == EFFECT_TABLE)
        c->facts |= bit(x->key);
    if (x->effect == EFFECT_PERMISSION)
        c->facts |= bit(FACT_PERMISSION_STAY) | bit(FACT_PERMISSION_EXPIRY);
    for (uint32_t i = 0; i < x->n_rows; i++) {
        window |= g->rows[x->first_row + i].rule.window != 0;
        if (g->rows[x->first_row + i].age)
            c->facts |= bit(FACT_DRIVER_AGE);
    }
    if (window)
        c->facts |= bit(FACT_TRAVELLER_STAYS);
    if (x->effect != EFFECT_RECOGNISE)
        return;
    for (size_t i = 0; i < sizeof licence / sizeof *licence; i++)
        c->facts |= bit(licence[i]);
    if (x->residents.n)
        c->facts |= bit(FACT_DRIVER_RESIDENT_SINCE);
    if (x->visitors.n)
        c->facts |= bit(FACT_DRIVER_ENTERED);
    same(c, FACT_DRIVER_RESIDENCE, FACT_TRAVEL_ENTERING);
}

bool cases_of(struct cases *c, struct arena *arena, const struct agreement *const *a, size_t n,
              struct date on)
{
    bool ok = true;

    *c = (struct cases){ .arena = arena, .n = n, .on = on };
    for (size_t k = 0; k < n; k++) {
        const struct program *g = a[k]->program;

        c->a[k] = a[k];
        for (size_t i = 0; i < g->n_ops; i++)
            ask_op(c, &g->ops[i]);
        for (size_t i = 0; i < g->n_grants; i++)
            ask_grant(c, g, &g->grants[i]);
        for (size_t i = 0; i < g->n_recognitions; i++)
            ask_grant(c, g, &g->recognitions[i]);
    }
    for (uint64_t left = c->facts; ok && left; left &= left - 1) {
        unsigned f = (unsigned)__builtin_ctzll(left);

        switch (fact_type((enum fact)f)) {
        case FACT_TYPE_STATE:
        case FACT_TYPE_WORD:
            ok = cases_word_classes(c, f);
            break;
        case FACT_TYPE_NUMBER:
        case FACT_TYPE_DATE:
            ok = cases_number_classes(c, f);
            break;
        case FACT_TYPE_BOOL:
            ok = cases_bool_classes(c, f);
            break;
        case FACT_TYPE_STAYS:
            ok = cases_stay_classes(c);
            break;
        }
    }
    return ok;
}
