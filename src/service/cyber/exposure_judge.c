/* One variant against everything that is said of its keys. */
#include <stdlib.h>

#include "service/cyber/exposure_internal.h"
#include "service/cyber/exposure_version.h"

static enum version_fit fit_of(const struct statement *s, struct span range, struct span version)
{
    int order;

    if (s->version == POOL_NONE)
        return VERSION_FITS;
    if (!s->exact)
        return version_in(version, range);
    if (!version.n)
        return VERSION_UNDETERMINED;
    return version_order(version, range, &order) && order == 0 ? VERSION_FITS : VERSION_OUTSIDE;
}

static enum exposure_state stated(enum csaf_status s)
{
    switch (s) {
    case CSAF_FIRST_AFFECTED:
    case CSAF_KNOWN_AFFECTED:
    case CSAF_LAST_AFFECTED:
        return EXPOSURE_AFFECTED;
    case CSAF_FIRST_FIXED:
    case CSAF_FIXED:
    case CSAF_RECOMMENDED: /* 3.2.3.9.6: recommended for fixing it */
        return EXPOSURE_FIXED;
    case CSAF_KNOWN_NOT_AFFECTED:
        return EXPOSURE_NOT_AFFECTED;
    case CSAF_UNDER_INVESTIGATION:
    case CSAF_STATUSES:
        break;
    }
    return EXPOSURE_UNKNOWN;
}

void exposure_state_of(const struct statement *s, struct span range, struct span version,
                       enum exposure_state *state, enum exposure_why *why)
{
    enum exposure_state says = stated((enum csaf_status)s->status);

    switch (fit_of(s, range, version)) {
    case VERSION_FITS:
        *state = says;
        *why = says == EXPOSURE_UNKNOWN ? WHY_INVESTIGATED : WHY_STATED;
        return;
    case VERSION_OUTSIDE:
        *state = EXPOSURE_UNNAMED;
        *why = WHY_VERSION_ABSENT;
        return;
    case VERSION_UNDETERMINED:
        break;
    }
    /* What might be good news is weak where it cannot be told; what might be bad news is not. */
    *state = says == EXPOSURE_AFFECTED || says == EXPOSURE_UNKNOWN || !version.n ? EXPOSURE_UNKNOWN
                                                                                 : EXPOSURE_UNNAMED;
    *why = version.n ? WHY_RANGE : WHY_NO_VERSION;
}

static void collect(struct exposure *e, const struct found *f)
{
    e->scratch = pool_more(e->scratch, e->scratch_n, &e->scratch_cap, sizeof *e->scratch);
    e->scratch[e->scratch_n++] = *f;
}

static void collect_key(struct exposure *e, uint32_t key, struct span version)
{
    const struct under_key *u = exposure_under_known(e, key);

    for (uint32_t i = 0; u && i < u->n_said; i++) {
        const struct at_statement *at = &u->said[i];
        const struct statement *s = &e->advisory[at->advisory].item[at->item];
        enum exposure_state state;
        enum exposure_why why;

        exposure_state_of(s, pool_text(&e->text, s->version), version, &state, &why);
        collect(e, &(struct found){ s->cve, at->advisory, at->item, (uint8_t)state, (uint8_t)why });
    }
    for (uint32_t i = 0; u && i < u->n_known; i++)
        collect(e, &(struct found){ e->known[u->known[i]].cve, POOL_NONE, 0, KEV_RANK, WHY_KEV_ALONE });
}

static int text_order(const struct exposure *e, uint32_t a, uint32_t b)
{
    return a == b ? 0 : span_cmp(pool_text(&e->text, a), pool_text(&e->text, b));
}

/* By vulnerability; of one the statement that counts first, whatever came in which order: the newer advisory,
 * then by text. */
static int by_weight(const void *x, const void *y, void *ctx)
{
    const struct exposure *e = ctx;
    const struct found *a = x, *b = y;
    const struct advisory *p, *q;
    int c = text_order(e, a->cve, b->cve);

    if (c || a->rank != b->rank)
        return c ? c : a->rank < b->rank ? -1 : 1;
    if (a->advisory == POOL_NONE || b->advisory == POOL_NONE)
        return (b->advisory == POOL_NONE) - (a->advisory == POOL_NONE);
    p = &e->advisory[a->advisory];
    q = &e->advisory[b->advisory];
    c = csaf_time_cmp(pool_text(&e->text, q->date), pool_text(&e->text, p->date));
    c = c ? c : text_order(e, p->id, q->id);
    return c ? c : text_order(e, p->item[a->item].place, q->item[b->item].place);
}

void exposure_judge(struct exposure *e, uint32_t variant)
{
    const uint32_t *k = e->variant_keys.item[variant];
    struct variant *v = &e->variant[variant];
    struct span version = pool_text(&e->text, k[3]);
    uint32_t n = 0;

    e->judged++;
    e->scratch_n = 0;
    collect_key(e, k[0], version);
    if (k[1] != k[0])
        collect_key(e, k[1], version);
    collect_key(e, k[2], version);
    if (e->scratch_n)
        qsort_r(e->scratch, e->scratch_n, sizeof *e->scratch, by_weight, e);
    for (uint32_t i = 0; i < e->scratch_n; i++)
        if (!n || e->scratch[n - 1].cve != e->scratch[i].cve)
            e->scratch[n++] = e->scratch[i];
    free(v->found);
    v->found = n ? malloc(n * sizeof *v->found) : NULL;
    if (n && !v->found)
        abort();
    if (n)
        memcpy(v->found, e->scratch, n * sizeof *v->found);
    v->n = n;
}

void exposure_judge_key(struct exposure *e, uint32_t key)
{
    const struct under_key *u = exposure_under_known(e, key);

    for (uint32_t i = 0; u && i < u->n_variants; i++)
        if (e->variant[u->variant[i]].stamp != e->stamp) {
            e->variant[u->variant[i]].stamp = e->stamp;
            exposure_judge(e, u->variant[i]);
        }
}

void exposure_recount(struct exposure *e)
{
    for (uint32_t i = 0; i < e->variant_keys.n; i++)
        exposure_judge(e, i);
}
