#include "lookup/device.h"

#include <stdio.h>
#include <stdlib.h>

#include "lookup/bytes.h"

enum { CHANGES = 64 * 1000, PATH = 4096 };
static const size_t MOST = (size_t)1 << 30;

struct list {
    lookup_print *p;
    size_t n, room;
};

static void add(struct list *l, lookup_print p)
{
    if (l->n == l->room) {
        l->room = l->room ? 2 * l->room : 1024;
        l->p = realloc(l->p, l->room * sizeof *l->p);
        if (!l->p)
            abort();
    }
    l->p[l->n++] = p;
}

static bool take(void *ctx, lookup_print p, uint32_t value)
{
    (void)value;
    add(ctx, p);
    return true;
}

static bool read_file(const char *folder, const char *name, struct arena *a, struct span *out, bool *there,
                      struct why *w)
{
    char path[PATH];

    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return file_read(path, MOST, a, out, there, w);
}

/* What the image was made of; false also when that is another image: then a new one is made. */
static bool same_image(struct span prints, const struct lookup_image *i)
{
    return prints.n == LOOKUP_HASH + 8 * i->n && memcmp(prints.p, i->hash, LOOKUP_HASH) == 0;
}

static void compare(struct span prints, const struct list *now, struct list *added, struct list *gone)
{
    const uint8_t *was = prints.p + LOOKUP_HASH;
    size_t n = (prints.n - LOOKUP_HASH) / 8, i = 0, k = 0;

    while (i < n || k < now->n) {
        lookup_print x = i < n ? le64(was + 8 * i) : 0;

        if (k == now->n || (i < n && x < now->p[k])) {
            add(gone, x);
            i++;
        } else if (i == n || now->p[k] < x) {
            add(added, now->p[k++]);
        } else {
            i++;
            k++;
        }
    }
}

static bool put_delta(const char *folder, const struct lookup_image *i, uint64_t sequence, unix_time as_of,
                      const struct list *added, const struct list *gone, struct device_made *out,
                      struct why *w)
{
    struct lookup_delta d = { .sequence = sequence, .as_of = as_of, .n_added = added->n, .n_gone = gone->n };
    struct buffer b;
    bool ok;

    memcpy(d.image, i->hash, LOOKUP_HASH);
    buf_init(&b, MOST);
    ok = (lookup_delta_put(&d, added->p, gone->p, &b) ||
          why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this")) &&
         file_replace(folder, "delta", buf_span(&b), NULL, w);
    out->added = added->n;
    out->gone = gone->n;
    out->delta_bytes = b.n;
    buf_free(&b);
    return ok;
}

/* prints last: while it names another image, the next run makes a new one. */
static bool put_image(const char *folder, const struct list *now, unix_time as_of, struct device_made *out,
                      struct why *w)
{
    const struct list none = { 0 };
    struct lookup_image i;
    struct buffer image, prints;
    uint8_t *to;
    bool ok;

    buf_init(&image, MOST);
    buf_init(&prints, MOST);
    ok = lookup_image_build(now->p, now->n, as_of, &image, w) && lookup_image_open(buf_span(&image), &i, w) &&
         file_replace(folder, "image", buf_span(&image), NULL, w) &&
         put_delta(folder, &i, 0, as_of, &none, &none, out, w);
    to = ok ? buf_grow(&prints, LOOKUP_HASH + 8 * now->n) : NULL;
    if (to) {
        memcpy(to, i.hash, LOOKUP_HASH);
        for (size_t k = 0; k < now->n; k++)
            put_le64(to + LOOKUP_HASH + 8 * k, now->p[k]);
        ok = file_replace(folder, "prints", buf_span(&prints), NULL, w);
    } else if (ok) {
        ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    out->image = true;
    out->image_bytes = image.n;
    buf_free(&image);
    buf_free(&prints);
    return ok;
}

static bool make(const char *folder, const struct list *now, unix_time as_of, struct device_made *out,
                 struct why *w)
{
    struct list added = { 0 }, gone = { 0 };
    struct lookup_delta old = { 0 };
    struct lookup_image i = { 0 };
    struct span image = { 0 }, delta = { 0 }, prints = { 0 };
    bool has_image = false, has_delta = false, has_prints = false, ok;
    struct arena a;

    arena_init(&a, 3 * MOST);
    ok = read_file(folder, "image", &a, &image, &has_image, w) &&
         read_file(folder, "delta", &a, &delta, &has_delta, w) &&
         read_file(folder, "prints", &a, &prints, &has_prints, w);
    if (ok && has_image && has_prints && lookup_image_open(image, &i, NULL) && same_image(prints, &i)) {
        if (has_delta && lookup_delta_open(delta, &old, NULL) && memcmp(old.image, i.hash, LOOKUP_HASH) != 0)
            old.sequence = 0;
        compare(prints, now, &added, &gone);
        out->image_bytes = image.n;
        ok = added.n + gone.n > CHANGES
                 ? put_image(folder, now, as_of, out, w)
                 : put_delta(folder, &i, old.sequence + 1, as_of, &added, &gone, out, w);
    } else if (ok) {
        ok = put_image(folder, now, as_of, out, w);
    }
    arena_free(&a);
    free(added.p);
    free(gone.p);
    return ok;
}

bool device_make(struct lookup_exact *x, const char *folder, unix_time as_of, struct device_made *out,
                 struct why *w)
{
    struct device_made made = { 0 };
    struct list now = { 0 };
    bool whole = true, ok;

    lookup_exact_each(x, take, &now, &whole);
    ok = whole ? folder_make(folder, NULL, w) && make(folder, &now, as_of, &made, w)
               : why_set(w, "damaged", WHY_NO_OFFSET, NULL, "a page of the set is not as it was written");
    made.n = now.n;
    free(now.p);
    if (ok)
        *out = made;
    return ok;
}

bool device_open(const char *folder, struct device *out, struct why *w)
{
    struct device d = { .has_delta = false };
    struct span image = { 0 }, delta = { 0 };
    bool has_image = false, has_delta = false, ok;

    arena_init(&d.arena, 2 * MOST);
    ok = read_file(folder, "image", &d.arena, &image, &has_image, w) &&
         read_file(folder, "delta", &d.arena, &delta, &has_delta, w);
    if (ok && !has_image)
        ok = why_set(w, "absent", WHY_NO_OFFSET, NULL, "there is no image in %s", folder);
    ok = ok && lookup_image_open(image, &d.image, w);
    if (ok && has_delta) {
        ok = lookup_delta_open(delta, &d.delta, w);
        d.has_delta = ok && memcmp(d.delta.image, d.image.hash, LOOKUP_HASH) == 0;
    }
    if (ok)
        *out = d;
    else
        arena_free(&d.arena);
    return ok;
}

struct lookup_answer device_ask(const struct device *d, lookup_print p, unix_time now, unix_time stale_after)
{
    return lookup_aged(lookup_filter_ask(&d->image, d->has_delta ? &d->delta : NULL, p), now, stale_after);
}

void device_close(struct device *d)
{
    arena_free(&d->arena);
}
