#include "agreement/regime.h"

#include <stdlib.h>

enum { MEMORY = 64 << 20 };

static struct span bytes_of(const struct register_input *in, const struct agreement *a)
{
    for (size_t i = 0; i < in->n_texts; i++)
        if (in->text[i] == a)
            return in->bytes[i];
    return (struct span){ NULL, 0 };
}

static struct agreement *ready(const struct register_input *in, const struct register_version *v)
{
    struct agreement_faults *faults = malloc(sizeof *faults);
    bool ok[BOUND_RESERVATIONS];
    struct agreement *a;

    if (!faults)
        abort();
    a = agreement_parse_reserved(bytes_of(in, v->a), v->reservation, v->n_reservations, ok, faults);
    free(faults);
    if (a && v->ruled)
        agreement_bind(a, &v->table);
    return a;
}

bool regime_make(const struct register_input *in, const struct agreement *main, struct regime **ret,
                 struct why *w)
{
    struct regime *r = calloc(1, sizeof *r);
    bool ok;

    if (!r)
        abort();
    arena_init(&r->arena, MEMORY);
    r->main = main;
    ok = register_make(in, &r->arena, &r->reg, w);
    if (ok) {
        r->version = arena_array(&r->arena, r->reg.n_versions + 1, sizeof(struct agreement *));
        ok = r->version || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    for (; ok && r->version && r->n < r->reg.n_versions; r->n++) {
        r->version[r->n] = ready(in, &r->reg.version[r->n]);
        if (!r->version[r->n])
            ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                         "a version cannot be read with its reservations");
    }
    if (!ok) {
        regime_free(r);
        return false;
    }
    *ret = r;
    return true;
}

void regime_free(struct regime *r)
{
    if (!r)
        return;
    for (size_t i = 0; r->version && i < r->n; i++)
        agreement_free(r->version[i]);
    arena_free(&r->arena);
    free(r);
}

static bool binds(const struct register_version *v, unsigned member, struct date on)
{
    return member < BOUND_MEMBERS && (bound_on(&v->table, on)->bound[BOUND_AGREEMENT] >> member & 1);
}

const struct agreement *regime_for(const struct regime *r, struct span entering, struct span own,
                                   struct date on)
{
    const struct agreement *newest = NULL, *for_entered = NULL;
    bool in_force = false;

    if (!date_valid(on.year, on.month ? on.month : 13, on.day))
        return r->main;
    for (size_t i = r->n; i-- > 0;) {
        const struct register_version *v = &r->reg.version[i];
        unsigned here, other;

        if (!v->ruled)
            continue;
        here = agreement_member_at(v->a, entering);
        other = agreement_member_at(v->a, own);
        if (!newest || (!in_force && bound_on(&v->table, on)->bound[BOUND_AGREEMENT])) {
            newest = r->version[i];
            in_force = bound_on(&v->table, on)->bound[BOUND_AGREEMENT] != 0;
        }
        if (!binds(v, here, on))
            continue;
        if (binds(v, other, on))
            return r->version[i];
        if (!for_entered)
            for_entered = r->version[i];
    }
    return for_entered ? for_entered : newest ? newest : r->main;
}

static const struct agreement *law_of(const void *ctx, struct span entering, struct span own, struct date on)
{
    return regime_for(ctx, entering, own, on);
}

struct agreement_law regime_law(const struct regime *r)
{
    return (struct agreement_law){ r ? law_of : NULL, r };
}

const struct agreement *regime_of_traveller(const struct regime *r, const struct agreement *a,
                                            const struct facts *f, struct date on)
{
    const struct fact_value *here = &f->v[FACT_TRAVEL_ENTERING], *own = &f->v[FACT_TRAVELLER_NATIONALITY];
    const struct span none = { NULL, 0 };

    if (!r)
        return a;
    return regime_for(r, here->present ? here->word : none, own->present ? own->word : none, on);
}

const struct agreement *regime_text(const struct regime *r, const uint8_t hash[32])
{
    for (size_t i = 0; i < r->n; i++)
        if (memcmp(agreement_hash(r->version[i]), hash, 32) == 0)
            return r->version[i];
    return NULL;
}
