/* Lists of assets and the catalogue of what is exploited; what stands. Advisories: exposure_advise.c. */
#include <stdlib.h>

#include "service/cyber/exposure_internal.h"

enum { TEXT_MEMORY = 1 << 30 };

struct exposure *exposure_new(void)
{
    struct exposure *e = calloc(1, sizeof *e);

    if (!e)
        abort();
    pool_init(&e->text, TEXT_MEMORY);
    return e;
}

void exposure_free(struct exposure *e)
{
    if (!e)
        return;
    for (uint32_t i = 0; i < e->advisories; i++)
        free(e->advisory[i].item);
    for (uint32_t i = 0; i < e->keys; i++) {
        free(e->key[i].said);
        free(e->key[i].variant);
        free(e->key[i].known);
    }
    for (uint32_t i = 0; i < e->variant_keys.n; i++)
        free(e->variant[i].found);
    for (uint32_t i = 0; i < e->lists; i++)
        free(e->list[i].row);
    free(e->advisory);
    free(e->place_of_key);
    free(e->key);
    free(e->variant);
    free(e->held);
    free(e->list);
    free(e->known);
    free(e->known_of);
    free(e->scratch);
    tuples_free(&e->variant_keys);
    tuples_free(&e->holdings);
    pool_free(&e->text);
    free(e);
}

/* ---- keys ---- */

struct under_key *exposure_under_known(const struct exposure *e, uint32_t key)
{
    uint32_t at = key < e->places ? e->place_of_key[key] : POOL_NONE;

    return at == POOL_NONE ? NULL : &e->key[at];
}

/* By number of a text, POOL_NONE behind what was there. */
static uint32_t *numbers(uint32_t *p, uint32_t *n, uint32_t wanted)
{
    uint32_t more = *n ? *n : 256;

    while (more < wanted)
        more *= 2;
    if (more == *n)
        return p;
    p = reallocarray(p, more, sizeof *p);
    if (!p)
        abort();
    memset(p + *n, 0xff, (size_t)(more - *n) * sizeof *p);
    *n = more;
    return p;
}

struct under_key *exposure_under(struct exposure *e, uint32_t key)
{
    struct under_key *u = exposure_under_known(e, key);

    if (u || key == POOL_NONE)
        return u;
    e->place_of_key = numbers(e->place_of_key, &e->places, key + 1);
    e->key = pool_more(e->key, e->keys, &e->key_cap, sizeof *e->key);
    e->key[e->keys] = (struct under_key){ .said = NULL };
    e->place_of_key[key] = e->keys;
    return &e->key[e->keys++];
}

uint32_t exposure_key_of(struct exposure *e, struct span vendor, struct span product)
{
    char key[ASSET_KEY];

    return pool_put(&e->text, asset_key(vendor, product, key), &e->full);
}

uint32_t exposure_purl_key_of(struct exposure *e, struct span purl)
{
    char key[ASSET_KEY + 2] = "p:"; /* apart from names */
    struct span s = asset_purl_key(purl, key + 2);

    return s.n ? pool_put(&e->text, span_of(key, s.n + 2), &e->full) : POOL_NONE;
}

/* ---- lists ---- */

static struct asset_list *list_of(struct exposure *e, struct span id)
{
    uint32_t number = pool_put(&e->text, id, &e->full);

    for (uint32_t i = 0; i < e->lists; i++)
        if (e->list[i].id == number)
            return &e->list[i];
    e->list = pool_more(e->list, e->lists, &e->list_cap, sizeof *e->list);
    e->list[e->lists] = (struct asset_list){ .id = number };
    return &e->list[e->lists++];
}

void exposure_list(struct exposure *e, struct span list)
{
    struct asset_list *l = list_of(e, list);

    for (uint32_t i = 0; i < l->n; i++)
        e->held[l->row[i].holding] -= l->row[i].count;
    l->n = 0;
}

static uint32_t variant_for(struct exposure *e, const struct asset_item *x)
{
    uint32_t k[4] = { exposure_key_of(e, x->vendor, x->product), POOL_NONE, exposure_purl_key_of(e, x->purl),
                      pool_put(&e->text, x->version, &e->full) };
    struct asset_cpe cpe;
    uint32_t v;
    bool news;

    if (asset_cpe_read(x->cpe, &cpe))
        k[1] = exposure_key_of(e, cpe.vendor, cpe.product);
    if (e->full)
        return POOL_NONE;
    v = tuples_put(&e->variant_keys, k, &news);
    if (!news)
        return v;
    e->variant = pool_more(e->variant, v, &e->variant_cap, sizeof *e->variant);
    e->variant[v] = (struct variant){ .found = NULL };
    for (size_t i = 0; i < EXPOSURE_KEYS; i++) {
        struct under_key *u = i == 1 && k[1] == k[0] ? NULL : exposure_under(e, k[i]);

        if (!u)
            continue;
        u->variant = pool_more(u->variant, u->n_variants, &u->cap_variants, sizeof *u->variant);
        u->variant[u->n_variants++] = v;
    }
    exposure_judge(e, v);
    return v;
}

bool exposure_add(struct exposure *e, struct span list, const struct asset_item *x, struct why *w)
{
    struct asset_list *l = list_of(e, list);
    uint32_t v = variant_for(e, x);
    uint32_t k[4] = { v, pool_put(&e->text, x->organisation, &e->full),
                      pool_put(&e->text, x->sector, &e->full), x->facing };
    uint32_t h;
    bool news;

    if (e->full || v == POOL_NONE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    h = tuples_put(&e->holdings, k, &news);
    e->held = pool_more(e->held, h, &e->held_cap, sizeof *e->held);
    if (news)
        e->held[h] = 0;
    e->held[h] += x->count;
    l->row = pool_more(l->row, l->n, &l->cap, sizeof *l->row);
    l->row[l->n++] = (struct list_row){ h, x->count };
    return true;
}

/* ---- KEV ---- */

static int by_cve(const void *x, const void *y, void *ctx)
{
    const struct exposure *e = ctx;
    const struct known *a = x, *b = y;

    return span_cmp(pool_text(&e->text, a->cve), pool_text(&e->text, b->cve));
}

static void under(struct exposure *e, uint32_t i)
{
    struct under_key *u = exposure_under(e, e->known[i].key);

    if (!u)
        return;
    u->known = pool_more(u->known, u->n_known, &u->cap_known, sizeof *u->known);
    u->known[u->n_known++] = i;
}

/* That CVE stands in the list under the same key: what else is said of it is looked up when it is shown. */
static bool stands_in(const struct exposure *e, const struct known *list, uint32_t n, const struct known *one)
{
    uint32_t low = 0, high = n;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int c = by_cve(&list[mid], one, (void *)(uintptr_t)e);

        if (c == 0)
            return list[mid].key == one->key;
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

bool exposure_exploited(struct exposure *e, const struct exposure_known *k, size_t n, struct why *w)
{
    struct known *old = e->known, *new = calloc(n + 1, sizeof *new);
    uint32_t olds = e->knowns, news = 0;

    if (!new)
        abort();
    for (size_t i = 0; i < n; i++) {
        struct known x = { pool_put(&e->text, k[i].cve, &e->full),
                           exposure_key_of(e, k[i].vendor, k[i].product), k[i].added, k[i].due };

        if (x.cve != POOL_NONE)
            new[news++] = x;
    }
    if (e->full) {
        free(new);
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    if (news)
        qsort_r(new, news, sizeof *new, by_cve, e);
    e->known_of = numbers(e->known_of, &e->known_of_n, e->text.n + 1);
    for (uint32_t i = 0; i < olds; i++) {
        struct under_key *u = exposure_under_known(e, old[i].key);

        e->known_of[old[i].cve] = POOL_NONE;
        if (u)
            u->n_known = 0;
    }
    e->known = new;
    e->knowns = news;
    for (uint32_t i = 0; i < news; i++) {
        e->known_of[new[i].cve] = i;
        under(e, i);
    }
    e->stamp++;
    for (uint32_t i = 0; i < olds; i++)
        if (!stands_in(e, new, news, &old[i]))
            exposure_judge_key(e, old[i].key);
    for (uint32_t i = 0; i < news; i++)
        if (!stands_in(e, old, olds, &new[i]))
            exposure_judge_key(e, new[i].key);
    free(old);
    return true;
}

/* ---- what stands ---- */

const char *exposure_state_word(enum exposure_state s)
{
    static const char *const word[] = { "affected", "unknown", "fixed", "not-affected", "unknown" };

    return word[s];
}

static const struct {
    const char *word, *say;
} whys[] = {
    [WHY_STATED] = { "stated", "an advisory says so of this version" },
    [WHY_INVESTIGATED] = { "under-investigation", "an advisory says that it is under investigation" },
    [WHY_RANGE] = { "version-undetermined",
                    "the advisory's range and this version have no order that is known here" },
    [WHY_NO_VERSION] = { "no-version",
                         "the advisory tells versions apart, and the asset's version is not said" },
    [WHY_VERSION_ABSENT] = { "version-not-named",
                             "the product is named, and nothing is said of this version" },
    [WHY_KEV_ALONE] = { "kev-alone",
                        "it is known to be exploited; KEV names no versions, and no advisory here does" },
};

const char *exposure_why_word(enum exposure_why y)
{
    return whys[y].word;
}

const char *exposure_why_say(enum exposure_why y)
{
    return whys[y].say;
}

const char *exposure_severity_word(enum exposure_severity s)
{
    static const char *const word[] = { "unknown", "none", "low", "medium", "high", "critical" };

    return word[s];
}

uint32_t exposure_variants(const struct exposure *e)
{
    return e->variant_keys.n;
}

void exposure_variant_of(const struct exposure *e, uint32_t variant, struct exposure_variant *out)
{
    const uint32_t *k = e->variant_keys.item[variant];
    struct span purl = pool_text(&e->text, k[2]);

    *out = (struct exposure_variant){ pool_text(&e->text, k[0] != POOL_NONE ? k[0] : k[1]),
                                      span_sub(purl, 2, purl.n), pool_text(&e->text, k[3]) };
}

size_t exposure_results(const struct exposure *e, uint32_t variant)
{
    return e->variant[variant].n;
}

void exposure_result_at(const struct exposure *e, uint32_t variant, size_t i, struct exposure_result *out)
{
    const struct found *f = &e->variant[variant].found[i];
    uint32_t known = f->cve < e->known_of_n ? e->known_of[f->cve] : POOL_NONE;

    *out = (struct exposure_result){ .variant = variant,
                                     .cve = f->cve,
                                     .state = f->rank == KEV_RANK ? EXPOSURE_UNKNOWN
                                                                  : (enum exposure_state)f->rank,
                                     .why = (enum exposure_why)f->why,
                                     .advisory = SPAN("KEV"),
                                     .id = pool_text(&e->text, f->cve),
                                     .exploited = known != POOL_NONE };
    out->place = out->id;
    if (known != POOL_NONE)
        out->due = e->known[known].due;
    if (f->advisory != POOL_NONE) {
        const struct advisory *a = &e->advisory[f->advisory];

        out->advisory = pool_text(&e->text, a->name);
        out->place = pool_text(&e->text, a->item[f->item].place);
        out->severity = (enum exposure_severity)a->item[f->item].severity;
    }
}

void exposure_holdings(const struct exposure *e, exposure_holding_fn *one, void *ctx)
{
    for (uint32_t i = 0; i < e->holdings.n; i++) {
        const uint32_t *k = e->holdings.item[i];
        const struct exposure_holding h = { .variant = k[0],
                                            .organisation = pool_text(&e->text, k[1]),
                                            .sector = pool_text(&e->text, k[2]),
                                            .facing = k[3] != 0,
                                            .count = e->held[i] };

        if (h.count && !one(ctx, &h))
            return;
    }
}

void exposure_counts_of(const struct exposure *e, struct exposure_counts *out)
{
    *out = (struct exposure_counts){ .variants = e->variant_keys.n,
                                     .exploited = e->knowns,
                                     .advisories = e->advisories,
                                     .judged = e->judged };
    for (uint32_t i = 0; i < e->lists; i++) {
        out->lists += e->list[i].n != 0;
        out->rows += e->list[i].n;
    }
    for (uint32_t i = 0; i < e->advisories; i++)
        out->statements += e->advisory[i].n;
}
