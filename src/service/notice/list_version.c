#include "service/notice/list_version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "service/notice/list_version_internal.h"

enum { PATH = 4096, FIELDS = 64 };

struct list_version {
    struct span entries, index, identifiers;
    const struct list_slot *slot;
    const struct list_id_slot *id;
    size_t n, n_id;
};

static bool map(const char *folder, const char *name, struct span *out, struct why *w)
{
    char path[PATH];
    struct stat st;
    void *p = NULL;
    int fd;
    bool ok;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    ok = fd >= 0 && fstat(fd, &st) == 0;
    if (ok && st.st_size)
        ok = (p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0)) != MAP_FAILED;
    if (!ok)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
    else
        *out = span_of(p, (size_t)st.st_size);
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static void unmap(struct span s)
{
    if (s.n)
        (void)munmap((void *)(uintptr_t)s.p, s.n);
}

bool list_version_open(const char *folder, struct list_version **ret, struct why *w)
{
    struct list_version *v = calloc(1, sizeof *v);

    if (!v)
        abort();
    if (!map(folder, "entries", &v->entries, w) || !map(folder, "index", &v->index, w) ||
        !map(folder, "identifiers", &v->identifiers, w))
        goto fail;
    if (v->index.n % sizeof *v->slot || v->identifiers.n % sizeof *v->id) {
        (void)why_set(w, "damaged", WHY_NO_OFFSET, NULL, "%s: the index is cut off", folder);
        goto fail;
    }
    v->slot = (const void *)v->index.p;
    v->id = (const void *)v->identifiers.p;
    v->n = v->index.n / sizeof *v->slot;
    v->n_id = v->identifiers.n / sizeof *v->id;
    *ret = v;
    return true;
fail:
    list_version_close(v);
    return false;
}

void list_version_close(struct list_version *v)
{
    if (!v)
        return;
    unmap(v->entries);
    unmap(v->index);
    unmap(v->identifiers);
    free(v);
}

uint64_t list_version_count(const struct list_version *v)
{
    return v->n;
}

struct span list_version_line(const struct list_version *v, uint64_t i)
{
    const struct list_slot *s = &v->slot[i];

    if (s->at > v->entries.n || s->len > v->entries.n - s->at)
        return (struct span){ NULL, 0 };
    return span_sub(v->entries, s->at, s->at + s->len);
}

static const struct list_slot *slot_of(const struct list_version *v, uint64_t hash)
{
    size_t from = 0, to = v->n;

    while (from < to) {
        size_t mid = from + (to - from) / 2;

        if (v->slot[mid].hash < hash)
            from = mid + 1;
        else
            to = mid;
    }
    return from < v->n && v->slot[from].hash == hash ? &v->slot[from] : NULL;
}

struct span list_version_find(const struct list_version *v, struct span id, struct arena *a)
{
    const struct list_slot *s = slot_of(v, list_hash_of(id));
    struct span line = s ? list_version_line(v, (uint64_t)(s - v->slot)) : (struct span){ NULL, 0 };
    struct list_entry e;

    if (!line.n || !list_entry_read(line, a, &e, NULL) || !span_eq(e.id, id))
        return (struct span){ NULL, 0 };
    return line;
}

static bool has_id(const struct list_entry *e, const struct list_id *id)
{
    struct list_id own;

    for (size_t i = 0; i < e->n; i++)
        if (list_id_fold(e->value[i].property, e->value[i].text, &own) && list_id_same(&own, id))
            return true;
    return false;
}

void list_version_by_id(const struct list_version *v, const struct list_id *id, struct arena *a,
                        bool (*one)(void *ctx, const struct list_entry *e), void *ctx)
{
    uint64_t hash = list_id_hash(id), last = 0;
    size_t from = 0, to = v->n_id;

    while (from < to) {
        size_t mid = from + (to - from) / 2;

        if (v->id[mid].hash < hash)
            from = mid + 1;
        else
            to = mid;
    }
    for (bool first = true; from < v->n_id && v->id[from].hash == hash; from++, first = false) {
        const struct list_slot *s = slot_of(v, v->id[from].entry);
        struct list_entry e;

        if (!s || (!first && v->id[from].entry == last))
            continue;
        last = v->id[from].entry;
        if (list_entry_read(list_version_line(v, (uint64_t)(s - v->slot)), a, &e, NULL) && has_id(&e, id) &&
            !one(ctx, &e))
            return;
    }
}

/* ---- difference ---- */

bool list_version_diff(const struct list_version *from, const struct list_version *to,
                       bool (*one)(void *ctx, enum list_change c, struct span before, struct span after,
                                   struct why *w),
                       void *ctx, struct list_difference *out, struct why *w)
{
    const struct span none = { NULL, 0 };
    struct list_difference d = { 0 };
    size_t i = 0, k = 0, n = from ? from->n : 0;

    while (i < n || k < to->n) {
        bool gone = i < n && (k == to->n || from->slot[i].hash < to->slot[k].hash);
        bool fresh = !gone && (i == n || to->slot[k].hash < from->slot[i].hash);
        struct span before = fresh ? none : list_version_line(from, i);
        struct span after = gone ? none : list_version_line(to, k);
        enum list_change c = gone ? LIST_REMOVED : fresh ? LIST_ADDED : LIST_CHANGED;
        bool same = !gone && !fresh && memcmp(from->slot[i].digest, to->slot[k].digest, LIST_DIGEST) == 0;

        d.removed += gone;
        d.added += fresh;
        d.same += same;
        d.changed += !gone && !fresh && !same;
        if (!same && one && !one(ctx, c, before, after, w))
            return false;
        i += !fresh;
        k += !gone;
    }
    *out = d;
    return true;
}

static bool holds(const struct list_entry *e, const struct list_value *v)
{
    for (size_t i = 0; i < e->n; i++) {
        const struct list_value *x = &e->value[i];

        if (span_eq(x->property, v->property) && span_eq(x->text, v->text) && span_eq(x->kind, v->kind) &&
            span_eq(x->country, v->country) && span_eq(x->note, v->note) && x->weak == v->weak &&
            x->about == v->about)
            return true;
    }
    return false;
}

static size_t add_field(struct span *out, size_t n, size_t max, struct span property)
{
    for (size_t i = 0; i < n && i < max; i++)
        if (span_eq(out[i], property))
            return n;
    if (n < max)
        out[n] = property;
    return n + 1;
}

size_t list_entry_fields(const struct list_entry *a, const struct list_entry *b, struct span *out, size_t max)
{
    size_t n = span_eq(a->schema, b->schema) ? 0 : add_field(out, 0, max, SPAN("schema"));

    for (size_t i = 0; i < a->n; i++)
        if (!holds(b, &a->value[i]))
            n = add_field(out, n, max, a->value[i].property);
    for (size_t i = 0; i < b->n; i++)
        if (!holds(a, &b->value[i]))
            n = add_field(out, n, max, b->value[i].property);
    return n ? n : add_field(out, 0, max, SPAN("order"));
}
