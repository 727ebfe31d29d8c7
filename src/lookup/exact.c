#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "lookup/exact_internal.h"

enum { DUE_LEAST = 64 * 1024, DUE_MOST = 1000 * 1000, DUE_SHARE = 16 };

static const struct table_entry *changed(const struct lookup_exact *x, lookup_print p)
{
    const struct table_entry *e = table_find(&x->live, p);

    return e ? e : table_find(&x->frozen, p);
}

enum lookup_found lookup_exact_find(struct lookup_exact *x, lookup_print p, uint32_t *value)
{
    enum lookup_found found;
    const struct table_entry *e;

    (void)pthread_rwlock_rdlock(&x->view);
    e = changed(x, p);
    if (!e)
        found = pages_find(&x->image, p, value);
    else if (e->state == TABLE_GONE)
        found = LOOKUP_ABSENT;
    else {
        found = LOOKUP_THERE;
        *value = e->value;
    }
    (void)pthread_rwlock_unlock(&x->view);
    return found;
}

static bool write_down(struct lookup_exact *x, const struct lookup_change *c, size_t n, struct why *w)
{
    bool ok;

    (void)pthread_mutex_lock(&x->writer);
    ok = journal_add(&x->journal, c, n, x->steps, w);
    if (ok) {
        (void)pthread_rwlock_wrlock(&x->view);
        for (size_t i = 0; i < n; i++)
            table_set(&x->live, &c[i]);
        (void)pthread_rwlock_unlock(&x->view);
    }
    (void)pthread_mutex_unlock(&x->writer);
    return ok;
}

static uint64_t changes(struct lookup_exact *x, uint64_t *image)
{
    uint64_t n;

    (void)pthread_rwlock_rdlock(&x->view);
    n = x->live.n + x->frozen.n;
    *image = x->image.n;
    (void)pthread_rwlock_unlock(&x->view);
    return n;
}

bool lookup_exact_change(struct lookup_exact *x, const struct lookup_change *c, size_t n, struct why *w)
{
    uint64_t image;

    if (x->access != LOOKUP_WRITE)
        return why_set(w, "read-only", WHY_NO_OFFSET, NULL, "the set was opened to be read");
    if (n == 0)
        return true;
    if (changes(x, &image) + n > LIMIT_LOOKUP_CHANGES && !lookup_exact_compact(x, w))
        return false;
    return write_down(x, c, n, w);
}

bool lookup_exact_is_due(struct lookup_exact *x)
{
    uint64_t image, n = changes(x, &image);

    return n >= DUE_MOST || (n >= DUE_LEAST && n >= image / DUE_SHARE);
}

/* The journal begins anew; what stood in it until now is what the image is made of. */
static bool freeze(struct lookup_exact *x, struct why *w)
{
    uint64_t number = x->journal.number + 1;
    char name[64], path[EXACT_PATH];
    struct table live = { 0 };
    struct journal next;
    bool there = false, ok;

    (void)snprintf(name, sizeof name, "journal-%llu", (unsigned long long)number);
    exact_path(x, "journal", number, path);
    (void)pthread_mutex_lock(&x->writer);
    (void)unlink(path); /* of an attempt that failed, and nothing was written to it */
    ok = file_create(x->folder, name, (struct span){ 0 }, x->steps, w) &&
         journal_open(path, number, true, &live, &next, &there, w);
    if (ok) {
        journal_close(&x->journal);
        x->journal = next;
        (void)pthread_rwlock_wrlock(&x->view);
        x->frozen = x->live;
        x->live = live;
        (void)pthread_rwlock_unlock(&x->view);
    }
    (void)pthread_mutex_unlock(&x->writer);
    return ok;
}

/* The new image could not be made: all changes are in one table again, and in their journals as before. */
static void thaw(struct lookup_exact *x)
{
    (void)pthread_rwlock_wrlock(&x->view);
    table_join(&x->frozen, &x->live);
    table_free(&x->live);
    x->live = x->frozen;
    x->frozen = (struct table){ 0 };
    (void)pthread_rwlock_unlock(&x->view);
}

static bool write_one(void *ctx, lookup_print p, uint32_t value, struct why *w)
{
    return pages_write(ctx, p, value, w);
}

static bool write_image(struct lookup_exact *x, const char *path, const struct exact_run *run, size_t n,
                        struct why *w)
{
    struct table_entry *frozen = table_sorted(&x->frozen);
    struct merge_source *s = calloc(n + 2, sizeof *s);
    struct pages_writer *iw = NULL;
    bool ok;

    if (!s)
        abort();
    s[0] = (struct merge_source){ .image = &x->image, .n = x->image.n };
    s[1] = (struct merge_source){ .entry = frozen, .n = x->frozen.n };
    for (size_t i = 0; i < n; i++)
        s[i + 2] = (struct merge_source){ .entry = run[i].entry, .n = run[i].n };
    ok = pages_write_begin(path, &iw, w);
    if (ok && !merge_run(s, n + 2, write_one, iw, w)) {
        pages_write_abandon(iw);
        ok = false;
    } else if (ok) {
        ok = pages_write_end(iw, w);
    }
    free(s);
    free(frozen);
    return ok;
}

static void step(const struct lookup_exact *x, const char *name)
{
    if (x->steps)
        x->steps->before(x->steps->ctx, name);
}

static void swap(struct lookup_exact *x, struct pages *next, uint64_t number)
{
    struct pages old = x->image;
    struct table done = x->frozen;

    (void)pthread_rwlock_wrlock(&x->view);
    x->image = *next;
    x->number = number;
    x->frozen = (struct table){ 0 };
    (void)pthread_rwlock_unlock(&x->view);
    pages_close(&old);
    table_free(&done);
}

static void drop_old(const struct lookup_exact *x, uint64_t image)
{
    char path[EXACT_PATH];

    step(x, "drop old image");
    exact_path(x, "image", image, path);
    (void)unlink(path);
    for (uint64_t i = image; i < x->number; i++) {
        exact_path(x, "journal", i, path);
        (void)unlink(path);
    }
}

static bool sync_folder(const char *path, struct why *w)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write to the folder %s: %s", path,
                      strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

/* Whole and under its name on disk, before anything says that it counts. */
static bool make_image(struct lookup_exact *x, const struct exact_run *run, size_t n, uint64_t number,
                       struct pages *next, struct why *w)
{
    char path[EXACT_PATH];

    exact_path(x, "image", number, path);
    (void)unlink(path); /* of a run that was cut off */
    step(x, "write image");
    return write_image(x, path, run, n, w) && sync_folder(x->folder, w) && pages_open(path, next, w);
}

bool exact_rebuild(struct lookup_exact *x, const struct exact_run *run, size_t n, struct why *w)
{
    uint64_t old = x->number, number;
    struct pages next = { 0 };
    bool ok;

    if (x->access != LOOKUP_WRITE)
        return why_set(w, "read-only", WHY_NO_OFFSET, NULL, "the set was opened to be read");
    (void)pthread_mutex_lock(&x->compacting);
    ok = freeze(x, w);
    if (ok) {
        number = x->journal.number;
        ok = make_image(x, run, n, number, &next, w);
        if (ok && !exact_say_current(x, number, w)) {
            pages_close(&next);
            ok = false;
        }
        if (ok) {
            swap(x, &next, number);
            drop_old(x, old);
        } else {
            thaw(x);
        }
    }
    (void)pthread_mutex_unlock(&x->compacting);
    return ok;
}

bool lookup_exact_compact(struct lookup_exact *x, struct why *w)
{
    return exact_rebuild(x, NULL, 0, w);
}

void lookup_exact_state(struct lookup_exact *x, struct lookup_exact_state *out)
{
    (void)pthread_rwlock_rdlock(&x->view);
    *out = (struct lookup_exact_state){
        .image = x->image.n, .changes = x->live.n + x->frozen.n, .bytes = x->image.bytes, .number = x->number
    };
    (void)pthread_rwlock_unlock(&x->view);
    out->bytes += out->changes * JOURNAL_RECORD;
}

bool lookup_exact_verify(struct lookup_exact *x, struct why *w)
{
    bool ok;

    (void)pthread_mutex_lock(&x->compacting);
    ok = pages_verify(&x->image, w);
    (void)pthread_mutex_unlock(&x->compacting);
    return ok;
}

/* A new image may take the place of this one at any time: what is left of it is not looked at then. */
bool lookup_exact_warm(struct lookup_exact *x, bool (*ending)(void *ctx), void *ctx, struct why *w)
{
    enum { TURN = 64 };
    uint64_t number = 0;
    bool more = true, sound = true;

    for (uint64_t page = 0; more && sound && !(ending && ending(ctx)); page += TURN) {
        (void)pthread_rwlock_rdlock(&x->view);
        if (page == 0)
            number = x->number;
        more = number == x->number && page < x->image.pages;
        for (uint64_t k = page; more && sound && k < page + TURN && k < x->image.pages; k++)
            sound = pages_touch(&x->image, k);
        (void)pthread_rwlock_unlock(&x->view);
    }
    return sound || why_set(w, "damaged", WHY_NO_OFFSET, NULL,
                            "the image of a set has a page that is not as it was written");
}

struct walk {
    bool (*one)(void *ctx, lookup_print p, uint32_t value);
    void *ctx;
    bool ended;
};

static bool walk_one(void *ctx, lookup_print p, uint32_t value, struct why *w)
{
    struct walk *k = ctx;

    (void)w;
    k->ended = !k->one(k->ctx, p, value);
    return !k->ended;
}

void lookup_exact_each(struct lookup_exact *x, bool (*one)(void *ctx, lookup_print p, uint32_t value),
                       void *ctx, bool *whole)
{
    struct walk k = { one, ctx, false };
    struct merge_source s[2] = { 0 };
    struct table_entry *now;
    struct table t = { 0 };

    (void)pthread_mutex_lock(&x->compacting);
    (void)pthread_rwlock_rdlock(&x->view);
    table_join(&t, &x->frozen);
    table_join(&t, &x->live);
    (void)pthread_rwlock_unlock(&x->view);
    now = table_sorted(&t);
    s[0] = (struct merge_source){ .image = &x->image, .n = x->image.n };
    s[1] = (struct merge_source){ .entry = now, .n = t.n };
    *whole = merge_run(s, 2, walk_one, &k, NULL) || k.ended;
    (void)pthread_mutex_unlock(&x->compacting);
    free(now);
    table_free(&t);
}
