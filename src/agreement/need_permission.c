#include "agreement/need.h"

#include "agreement/fee.h"

static const struct need_thing *thing_of(const struct need_way *way, enum fact f)
{
    for (size_t i = 0; i < way->n; i++)
        if (way->thing[i].fact == f)
            return &way->thing[i];
    return NULL;
}

/* The traveller brings this value and no other. */
static bool settled(const struct need_thing *t)
{
    return t->by == NEED_TRAVELLER && t->bound == NEED_IS && t->n_other == 0;
}

static void facts_of(const struct facts *the_case, const struct need_way *way, struct facts *f)
{
    *f = *the_case;
    for (size_t i = 0; i < way->n; i++)
        if (settled(&way->thing[i]))
            f->v[way->thing[i].fact] = way->thing[i].value;
    f->v[FACT_PERMISSION_KIND] = way->facts.v[FACT_PERMISSION_KIND];
}

/* The purpose that the permission must say, else that of the journey. */
static struct span purpose_of(const struct facts *f)
{
    const struct fact_value *own = &f->v[FACT_PERMISSION_PURPOSE];

    return own->present ? own->word : f->v[FACT_TRAVEL_PURPOSE].word;
}

/* As at the desk: the home State only where it is a party, who issues is not asked, nobody twice. */
static void consulted_of(const struct agreement *a, const struct facts *f, struct need_permission *out)
{
    const struct fact_value *issuer = &f->v[FACT_PERMISSION_ISSUER];
    size_t k;

    for (size_t i = 0; i < out->block->n_consultations && out->n_consulted < LIMIT_PERMISSION_ITEMS; i++) {
        const struct permission_consultation *c = &out->block->consultations[i];
        struct span member = c->home ? f->v[FACT_TRAVELLER_NATIONALITY].word : c->member;

        if (!member.n || !agreement_is_party(a, member) || (issuer->present && span_eq(issuer->word, member)))
            continue;
        for (k = 0; k < out->n_consulted && !span_eq(out->consulted[k].member, member); k++)
            ;
        if (k < out->n_consulted)
            continue;
        out->consulted[out->n_consulted++] = (struct need_consulted){ member, c->days, c->silence };
        if (c->days > out->consulted_days)
            out->consulted_days = c->days;
    }
}

bool need_permission_of(const struct agreement *a, const struct facts *the_case, const struct need_way *way,
                        struct date on, struct need_permission *out)
{
    const struct need_thing *kind = thing_of(way, FACT_PERMISSION_KIND);
    struct facts f;

    if (!kind || span_eq_str(kind->value.word, "none"))
        return false;
    facts_of(the_case, way, &f);
    *out = (struct need_permission){ .kind = f.v[FACT_PERMISSION_KIND].word, .purpose = purpose_of(&f) };
    if (out->purpose.n)
        out->block = agreement_permission(a, out->kind, out->purpose);
    out->fee = agreement_permission_fee(a, out->kind, out->block, &f, on, &out->cost);
    if (out->block)
        consulted_of(a, &f, out);
    return out->fee != TABLE_NONE || out->block;
}
