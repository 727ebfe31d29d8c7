#include "detect/live.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "detect/build.h"

enum { LOOK_MS = 50 };

/* One change of the delta as it is kept while it is read. */
struct kept {
    struct detect_change change;
    size_t number;
};

struct generation {
    struct detect_set set;
    struct detect_image beside, added; /* in memory; p NULL: none */
    struct span *gone;
    struct arena texts;
};

struct detect_live {
    struct detect_live_how how;
    struct generation *now;
    struct detect_image image;
    struct detect_delta delta;
    struct stat image_is, delta_is;
    uint64_t length, epoch, refused;
    struct detect_patterns *patterns, *old; /* old: until the next call */
    int64_t looked;
    bool bad; /* what is there cannot be read; looked at again when it changes */
};

static void image_free(struct detect_image *i)
{
    void *p = (void *)(uintptr_t)i->p;

    detect_image_close(i);
    free(p);
}

static void generation_free(struct generation *g)
{
    if (!g)
        return;
    image_free(&g->beside);
    image_free(&g->added);
    free(g->gone);
    arena_free(&g->texts);
    free(g);
}

void detect_live_free(struct detect_live *l)
{
    if (!l)
        return;
    generation_free(l->now);
    detect_patterns_free(l->patterns);
    detect_patterns_free(l->old);
    detect_delta_close(&l->delta);
    detect_image_close(&l->image);
    free(l);
}

static struct detect_build *build_under(const struct detect_image *base)
{
    struct detect_build_how how = { .sign = DETECT_ALERT, .key = base->key };

    return detect_build_new(&how);
}

static bool copied_under(const struct detect_image *base, const struct detect_image *from,
                         struct detect_image *out, struct why *w)
{
    struct detect_build *b = build_under(base);
    struct detect_walk walk = { 0 };
    struct detect_found *f = malloc(sizeof *f);
    bool ok = true;

    if (!f)
        abort();
    while (ok && detect_image_each(from, &walk, f))
        ok = detect_build_add(b, &f->indicator, w);
    ok = ok && detect_build_memory(b, out, w);
    detect_build_free(b);
    free(f);
    return ok;
}

/* ---- the delta */

struct changes {
    struct arena *texts;
    struct kept *item;
    size_t n, room;
    bool full;
};

static void keep(void *ctx, const struct detect_change *c)
{
    struct changes *all = ctx;
    struct kept *k;

    if (all->n == LIMIT_DETECT_DELTA) {
        all->full = true;
        return;
    }
    if (all->n == all->room) {
        all->room = all->room ? 2 * all->room : 256;
        all->item = realloc(all->item, all->room * sizeof *all->item);
        if (!all->item)
            abort();
    }
    k = &all->item[all->n];
    *k = (struct kept){ *c, all->n };
    k->change.indicator.id = arena_copy(all->texts, c->indicator.id);
    k->change.indicator.value = arena_copy(all->texts, c->indicator.value);
    all->n++;
}

static int by_id(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;
    int c = span_cmp(x->change.indicator.id, y->change.indicator.id);

    return c ? c : (x->number > y->number) - (x->number < y->number);
}

/*
 * Each id that was changed is gone below; of those whose last word is an addition, what was added since the
 * last withdrawal counts.
 */
static bool settle(struct changes *all, struct detect_build *b, struct generation *g, struct why *w)
{
    size_t from = 0, n = 0;

    g->gone = calloc(all->n + 1, sizeof *g->gone);
    if (!g->gone)
        abort();
    qsort(all->item, all->n, sizeof *all->item, by_id);
    for (size_t i = 0; i < all->n; i++) {
        const struct detect_change *c = &all->item[i].change;
        bool last = i + 1 == all->n || !span_eq(all->item[i + 1].change.indicator.id, c->indicator.id);

        if (c->what == DETECT_WITHDRAWN)
            from = i + 1;
        if (!last)
            continue;
        for (; from <= i; from++)
            if (!detect_build_add(b, &all->item[from].change.indicator, w))
                return false;
        g->gone[n++] = c->indicator.id;
        from = i + 1;
    }
    g->set.gone = g->gone;
    g->set.gone_n = n;
    return true;
}

static bool add_delta(const struct detect_image *base, const struct detect_delta *d, uint64_t length,
                      struct generation *g, struct why *w)
{
    struct changes all = { .texts = &g->texts };
    struct detect_build *b = build_under(base);
    bool ok = detect_delta_read(d, length, keep, &all, w);

    if (ok && all.full)
        ok = why_set(w, "full", WHY_NO_OFFSET, NULL,
                     "more changes since the image than are kept: compile a new one");
    ok = ok && (all.n == 0 || settle(&all, b, g, w));
    if (ok && detect_build_count(b)) {
        ok = detect_build_memory(b, &g->added, w);
        if (ok) {
            g->set.gone_below = g->set.layers;
            g->set.layer[g->set.layers++] = g->added;
        }
    } else {
        g->set.gone_below = g->set.layers;
    }
    free(all.item);
    detect_build_free(b);
    return ok;
}

static struct generation *generation(const struct detect_live *l, const struct detect_image *image,
                                     const struct detect_delta *d, uint64_t length, struct why *w)
{
    struct generation *g = calloc(1, sizeof *g);
    bool ok = true;

    if (!g)
        abort();
    arena_init(&g->texts, 2 * (size_t)LIMIT_DETECT_DELTA_BYTES);
    g->set.warnings = l->how.warnings;
    if (image->p)
        g->set.layer[g->set.layers++] = *image;
    if (l->how.beside && !image->p) {
        g->set.layer[g->set.layers++] = *l->how.beside;
    } else if (l->how.beside) {
        ok = copied_under(image, l->how.beside, &g->beside, w);
        if (ok)
            g->set.layer[g->set.layers++] = g->beside;
    }
    if (ok && image->p && detect_delta_is_of(d, image))
        ok = add_delta(image, d, length, g, w);
    if (ok)
        return g;
    generation_free(g);
    return NULL;
}

static void stat_or_none(const char *path, struct stat *out)
{
    if (stat(path, out) != 0)
        memset(out, 0, sizeof *out);
}

/* The files as they are called now. */
static void look(const struct detect_live *l, struct stat *image, struct stat *delta)
{
    char path[DELTA_PATH];

    stat_or_none(l->how.image, image);
    memset(delta, 0, sizeof *delta);
    if (detect_delta_path(l->how.image, path))
        stat_or_none(path, delta);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void renew_patterns(struct detect_live *l, const struct detect_image *i)
{
    if (!i || detect_patterns_are_of(l->patterns, i))
        return;
    l->old = l->patterns;
    detect_patterns_new(i, &l->patterns, &l->refused);
}

/* Opens what is there now and takes it over, or leaves all as it was. */
static bool renew(struct detect_live *l, bool image_changed, struct why *w)
{
    struct detect_image image = l->image;
    struct detect_delta delta = { .fd = -1 };
    struct generation *g = NULL;
    uint64_t length = 0;
    bool ok = true;

    if (l->how.image && image_changed) {
        memset(&image, 0, sizeof image);
        ok = detect_image_open(l->how.image, &image, w);
    }
    if (ok && l->how.image)
        ok = detect_delta_open(l->how.image, &delta, w);
    length = detect_delta_length(&delta);
    if (ok)
        g = generation(l, &image, &delta, length, w);
    if (!g) {
        detect_delta_close(&delta);
        if (image_changed && l->how.image)
            detect_image_close(&image);
        return false;
    }
    generation_free(l->now);
    if (image_changed)
        detect_image_close(&l->image);
    detect_delta_close(&l->delta);
    l->now = g;
    if (image_changed)
        renew_patterns(l, image.p ? &image : l->how.beside);
    l->image = image;
    l->delta = delta;
    l->length = length;
    l->epoch++;
    return true;
}

bool detect_live_new(const struct detect_live_how *how, struct detect_live **ret, struct why *w)
{
    struct detect_live *l = calloc(1, sizeof *l);

    if (!l)
        abort();
    l->how = *how;
    l->delta.fd = -1;
    if (how->image)
        look(l, &l->image_is, &l->delta_is);
    if (!renew(l, true, w)) {
        detect_live_free(l);
        return false;
    }
    *ret = l;
    return true;
}

const struct detect_set *detect_live_now(struct detect_live *l, int64_t milliseconds, struct why *w)
{
    bool grown = detect_delta_length(&l->delta) != l->length && !l->bad, image_changed = false;
    struct stat image, delta;

    detect_patterns_free(l->old);
    l->old = NULL;
    if (!l->how.image)
        return &l->now->set;
    if (!grown && milliseconds - l->looked >= 0 && milliseconds - l->looked < LOOK_MS)
        return &l->now->set;
    l->looked = milliseconds;
    look(l, &image, &delta);
    image_changed = !same_file(&image, &l->image_is);
    if (!image_changed && !grown &&
        !(l->bad ? !same_file(&delta, &l->delta_is) : delta.st_ino != l->delta_is.st_ino))
        return &l->now->set;
    l->image_is = image;
    l->delta_is = delta;
    l->bad = !renew(l, image_changed || l->image.p == NULL, w);
    return &l->now->set;
}

uint64_t detect_live_epoch(const struct detect_live *l)
{
    return l->epoch;
}

const struct detect_patterns *detect_live_patterns(const struct detect_live *l)
{
    return l->patterns;
}

uint64_t detect_live_refused_patterns(const struct detect_live *l)
{
    return l->refused;
}
