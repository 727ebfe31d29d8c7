#include "service/cyber/exposure_live.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/limits.h"
#include "intel/kev.h"
#include "service/cyber/exposure_desk_internal.h"

enum { IDS = 64 << 20, DAY = 86400, FORGET_DAYS = 365 };

/* What of the store is in the engine. */
struct held {
    struct span kind, id; /* of the pool */
    unix_time at, loaded;
    bool here;
};

struct exposure_live {
    pthread_mutex_t lock;
    struct exposure *e;
    struct pool text;
    struct tuples key; /* kind, id */
    struct held *held;
    uint32_t cap;
    unix_time settled;
    bool full, unsettled; /* unsettled: the engine moved, and the findings have not followed yet */
};

static void begin(struct exposure_live *l)
{
    l->e = exposure_new();
    pool_init(&l->text, IDS);
    l->key = (struct tuples){ 0 };
    l->held = NULL;
    l->cap = 0;
    l->full = false;
    l->unsettled = true;
}

static void end(struct exposure_live *l)
{
    exposure_free(l->e);
    pool_free(&l->text);
    tuples_free(&l->key);
    free(l->held);
}

struct exposure_live *exposure_live_new(void)
{
    struct exposure_live *l = calloc(1, sizeof *l);

    if (!l || pthread_mutex_init(&l->lock, NULL) != 0)
        abort();
    begin(l);
    return l;
}

void exposure_live_free(struct exposure_live *l)
{
    if (!l)
        return;
    end(l);
    (void)pthread_mutex_destroy(&l->lock);
    free(l);
}

void exposure_live_take(struct exposure_live *l)
{
    if (l)
        (void)pthread_mutex_lock(&l->lock);
}

void exposure_live_give(struct exposure_live *l)
{
    if (l)
        (void)pthread_mutex_unlock(&l->lock);
}

const struct exposure *exposure_live_engine(const struct exposure_live *l)
{
    return l->e;
}

unix_time exposure_live_settled(const struct exposure_live *l)
{
    return l->settled;
}

/* ---- one text of the store into the engine ---- */

struct loading {
    struct exposure *e;
    struct span list;
};

static bool load_row(void *ctx, const struct asset_item *x, struct why *w)
{
    const struct loading *l = ctx;

    return exposure_add(l->e, l->list, x, w);
}

static bool load_list(struct exposure *e, struct span id, struct span text, struct arena *a, struct why *w)
{
    const struct asset_source s = { .text = text, .format = ASSET_CSV };
    struct loading l = { e, id };
    struct asset_report r;

    exposure_list(e, id);
    return asset_read(&s, a, load_row, &l, &r, w);
}

static bool load_advisory(struct exposure *e, struct span id, struct span text, struct arena *a,
                          struct why *w)
{
    struct csaf c;
    bool taken;

    (void)id;
    return csaf_read(text, a, &c, w) && exposure_advise(e, &c, &taken, w);
}

static bool load_kev(struct exposure *e, struct span id, struct span text, struct arena *a, struct why *w)
{
    struct exposure_known *known;
    struct kev_catalogue k;

    (void)id;
    if (!kev_read(text, NULL, a, &k, w))
        return false;
    known = arena_array(a, k.n + 1, sizeof *known);
    if (!known)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < k.n; i++) {
        const struct kev_entry *x = &k.entry[i];

        known[i] = (struct exposure_known){ x->cve, x->field[KEV_VENDOR], x->field[KEV_PRODUCT], 0, 0 };
        if (!time_parse(x->field[KEV_ADDED], &known[i].added))
            known[i].added = 0;
        if (!time_parse(x->field[KEV_DUE], &known[i].due))
            known[i].due = 0;
    }
    return exposure_exploited(e, known, k.n, w);
}

static void drop_list(struct exposure *e, struct span id)
{
    exposure_list(e, id);
}

static void drop_kev(struct exposure *e, struct span id)
{
    (void)id;
    (void)!exposure_exploited(e, NULL, 0, NULL);
}

static const struct {
    const char *kind;
    bool (*load)(struct exposure *e, struct span id, struct span text, struct arena *a, struct why *w);
    void (*drop)(struct exposure *e, struct span id); /* NULL: it cannot, the engine starts anew */
} kinds[] = {
    { EXPOSURE_KEV, load_kev, drop_kev },
    { EXPOSURE_ADVISORY, load_advisory, NULL },
    { EXPOSURE_ASSETS, load_list, drop_list },
};

/* ---- following ---- */

static struct held *held_of(struct exposure_live *l, const char *kind, struct span id)
{
    const uint32_t k[4] = { pool_put(&l->text, span_str(kind), &l->full), pool_put(&l->text, id, &l->full), 0,
                            0 };
    uint32_t at;
    bool news;

    at = tuples_put(&l->key, k, &news);
    l->held = pool_more(l->held, at, &l->cap, sizeof *l->held);
    if (news)
        l->held[at] = (struct held){ pool_text(&l->text, k[0]), pool_text(&l->text, k[1]), -1, -1, false };
    return &l->held[at];
}

/* Dates are of whole seconds: what was taken in within the second of loading it is loaded once more. */
static bool up_to_date(const struct held *h, const struct exposure_entry *x)
{
    return h->at == x->at && h->loaded > x->at;
}

static bool load_one(struct exposure_live *l, struct store *s, size_t k, const struct exposure_entry *x,
                     struct held *h, unix_time now, bool *moved, struct why *w)
{
    struct span text = { NULL, 0 };
    bool found = false, ok;
    struct arena a;

    arena_init(&a, LIMIT_ASSET_MEMORY);
    ok = store_exposure(s, kinds[k].kind, x->id, &found, &a, &text, w) &&
         (!found || kinds[k].load(l->e, h->id, text, &a, w));
    arena_free(&a);
    if (ok && found) {
        h->at = x->at;
        h->loaded = now;
        h->here = *moved = true;
    }
    return ok;
}

static bool follow_kind(struct exposure_live *l, struct store *s, size_t k, unix_time now, bool *moved,
                        struct why *w)
{
    struct exposure_entry *x = NULL;
    struct arena ids;
    size_t n = 0;
    bool ok;

    arena_init(&ids, IDS);
    ok = store_exposures(s, kinds[k].kind, &ids, &x, &n, w);
    for (size_t i = 0; ok && i < n; i++) {
        struct held *h = held_of(l, kinds[k].kind, x[i].id);

        h->here = true;
        if (!up_to_date(h, &x[i]))
            ok = load_one(l, s, k, &x[i], h, now, moved, w);
    }
    arena_free(&ids);
    return ok && (!l->full || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this"));
}

/* What is gone from the store, out of the engine. False: it has to start anew. */
static bool drop_gone(struct exposure_live *l, bool *moved)
{
    for (uint32_t i = 0; i < l->key.n; i++) {
        struct held *h = &l->held[i];

        if (h->here || h->loaded < 0)
            continue;
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (span_eq_str(h->kind, kinds[k].kind)) {
                if (!kinds[k].drop)
                    return false;
                kinds[k].drop(l->e, h->id);
            }
        h->at = h->loaded = -1;
        *moved = true;
    }
    return true;
}

static bool follow(struct exposure_live *l, struct store *s, unix_time now, bool *moved, struct why *w)
{
    for (uint32_t i = 0; i < l->key.n; i++)
        l->held[i].here = false;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (!follow_kind(l, s, k, now, moved, w))
            return false;
    return true;
}

bool exposure_live_follow(struct exposure_live *l, struct store *s, unix_time now, bool *moved, struct why *w)
{
    bool ok, any = false;

    ok = follow(l, s, now, &any, w);
    if (ok && !drop_gone(l, &any)) {
        end(l);
        begin(l);
        any = true;
        ok = follow(l, s, now, &any, w);
    }
    if (!ok) {
        end(l);
        begin(l);
        return false;
    }
    l->unsettled = l->unsettled || any;
    *moved = l->unsettled;
    return true;
}

bool exposure_live_settle(struct exposure_live *l, struct store *s, unix_time now,
                          struct exposure_findings *f, struct why *w)
{
    bool found;

    if (!exposure_load(s, EXPOSURE_FINDINGS, f, &found, w) || !exposure_findings_update(f, l->e, now, w))
        return false;
    exposure_findings_forget(f, now - (unix_time)FORGET_DAYS * DAY);
    /* Where nothing was ever taken in nothing is written: such a store may have no key to seal with. */
    if ((found || f->n) && !exposure_keep(s, EXPOSURE_FINDINGS, f, now, w))
        return false;
    l->settled = now;
    l->unsettled = false;
    return true;
}

bool exposure_live_keep(struct exposure_live *l, struct store *s, unix_time now, struct why *w)
{
    struct exposure_findings f;
    bool moved = false, ok;

    exposure_live_take(l);
    ok = exposure_live_follow(l, s, now, &moved, w);
    if (ok && moved) {
        exposure_findings_init(&f);
        ok = exposure_live_settle(l, s, now, &f, w);
        exposure_findings_free(&f);
    }
    exposure_live_give(l);
    return ok;
}
