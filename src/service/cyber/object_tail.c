/*
 * The open end of the store. A group is what one commit brought: a head of 64 bytes (magic, kind, number of
 * rows, length of the bytes, index of the first row, how many records give way to it, sum over the rest and
 * the head), the bytes, the rows, the sequences of what gives way. A group that is not whole was never told
 * to anybody: it is cut off.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "service/cyber/object_internal.h"

static const char magic[8] = "SERAIOG1";

struct head {
    char magic[8];
    uint32_t kind, n;
    uint64_t bytes;
    uint32_t first, gone;
    uint8_t sum[GROUP_SUM];
    uint8_t rest[16];
};
_Static_assert(sizeof(struct head) == GROUP_HEAD, "heads are stored as they are");

static void sum_of(const struct head *h, struct span bytes, struct span rows, struct span gone,
                   uint8_t out[GROUP_SUM])
{
    struct head plain = *h;
    struct digest d;

    memset(plain.sum, 0, sizeof plain.sum);
    digest_parts(DIGEST_SHA256, (struct span[]){ span_of(&plain, sizeof plain), bytes, rows, gone }, 4, &d);
    memcpy(out, d.b, GROUP_SUM);
}

static void path_of(const struct object_store *s, uint32_t number, char path[OBJECT_PATH + 20])
{
    (void)snprintf(path, OBJECT_PATH + 20, "%s/tail-%08x", s->folder, number);
}

static bool sync_folder(const struct object_store *s, struct why *w)
{
    int fd = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        (void)object_io(w, "write to", s->folder);
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

bool object_tail_create(struct object_store *s, uint32_t number, struct object_part **ret, struct why *w)
{
    char path[OBJECT_PATH + 20];
    struct object_part *p;
    int fd;

    path_of(s, number, path);
    object_step(s, "create tail");
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return object_io(w, "create", path);
    object_step(s, "sync folder of tail");
    if (!sync_folder(s, w)) {
        (void)close(fd);
        return false;
    }
    p = object_part_new(number, (uint32_t)s->index.n);
    p->fd = fd;
    *ret = p;
    return true;
}

void object_tail_add_row(struct object_part *p, const struct object_row *r)
{
    if (p->n == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 1024;
        p->heap = realloc(p->heap, p->cap * sizeof *p->heap);
        if (!p->heap)
            abort();
        p->rows = p->heap;
    }
    p->heap[p->n++] = *r;
    p->bytes += r->n + 1u;
}

void object_tail_add_deleted(struct object_part *p, uint64_t sequence)
{
    if ((p->n_deleted & (p->n_deleted - 1)) == 0 || p->n_deleted == 0) {
        p->deleted = realloc(p->deleted, (p->n_deleted ? 2 * p->n_deleted : 1) * sizeof *p->deleted);
        if (!p->deleted)
            abort();
    }
    p->deleted[p->n_deleted++] = sequence;
}

static bool write_whole(int fd, struct iovec *v, int n, uint64_t at)
{
    while (n > 0) {
        ssize_t done = pwritev(fd, v, n, (off_t)at);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += (uint64_t)done;
        while (n > 0 && (size_t)done >= v->iov_len) {
            done -= (ssize_t)v->iov_len;
            v++;
            n--;
        }
        if (n > 0) {
            v->iov_base = (char *)v->iov_base + done;
            v->iov_len -= (size_t)done;
        }
    }
    return true;
}

/* writev takes what it does not change as if it could. */
static struct iovec vector(struct span s)
{
    union {
        const void *in;
        void *out;
    } u = { .in = s.p };

    return (struct iovec){ u.out, s.n };
}

bool object_tail_commit(struct object_store *s, struct object_part *p, const struct object_group *g,
                        struct why *w)
{
    const size_t width = g->kind == GROUP_OBJECTS ? sizeof(struct object_row) : sizeof(uint64_t);
    struct head h = { .kind = g->kind,
                      .n = (uint32_t)(g->rows.n / width),
                      .bytes = g->bytes.n,
                      .first = g->first,
                      .gone = (uint32_t)(g->gone.n / sizeof(uint64_t)) };
    char path[OBJECT_PATH + 20];
    struct iovec v[4];

    path_of(s, p->number, path);
    memcpy(h.magic, magic, sizeof magic);
    sum_of(&h, g->bytes, g->rows, g->gone, h.sum);
    v[0] = vector(span_of(&h, sizeof h));
    v[1] = vector(g->bytes);
    v[2] = vector(g->rows);
    v[3] = vector(g->gone);
    if (p->broken)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s could not be written before: open the store anew",
                       path);
    object_step(s, "write group");
    if (!write_whole(p->fd, v, 4, p->size))
        return object_io(w, "write to", path); /* the next group is written over it */
    object_step(s, "sync group");
    if (fdatasync(p->fd) != 0) {
        p->broken = true; /* nobody knows what is on disk */
        return object_io(w, "write to", path);
    }
    object_step(s, "told");
    p->size += sizeof h + g->bytes.n + g->rows.n + g->gone.n;
    return true;
}

static bool read_at(int fd, void *to, size_t n, uint64_t at)
{
    uint8_t *p = to;

    while (n) {
        ssize_t got = pread(fd, p, n, (off_t)at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
        at += (uint64_t)got;
    }
    return true;
}

/* A row of the group that starts at `at` lies within the group's bytes. */
static bool row_fits(const struct object_row *r, uint64_t at, uint64_t bytes)
{
    return r->collection < OBJECT_COLLECTIONS && r->at >= at + GROUP_HEAD &&
           r->at - at - GROUP_HEAD <= bytes && r->n < bytes - (r->at - at - GROUP_HEAD);
}

/* One group; false: it is not whole. */
static bool take_group(struct object_store *s, struct object_part *p, uint64_t at, uint64_t size,
                       uint64_t *end)
{
    struct head h;
    uint64_t width, length;
    uint8_t *mem = NULL, sum[GROUP_SUM];
    bool ok = false;

    if (size - at < sizeof h || !read_at(p->fd, &h, sizeof h, at) ||
        memcmp(h.magic, magic, sizeof magic) != 0 || (h.kind != GROUP_OBJECTS && h.kind != GROUP_DELETED))
        return false;
    width = h.kind == GROUP_OBJECTS ? sizeof(struct object_row) : sizeof(uint64_t);
    length = (uint64_t)h.n * width + (uint64_t)h.gone * sizeof(uint64_t);
    if (h.bytes > size || length > size || h.bytes + length > size - at - sizeof h)
        return false;
    length += h.bytes;
    mem = malloc(length ? length : 1);
    if (!mem)
        abort();
    if (!read_at(p->fd, mem, length, at + sizeof h))
        goto out;
    sum_of(&h, span_of(mem, h.bytes), span_of(mem + h.bytes, length - h.bytes), (struct span){ 0 }, sum);
    if (memcmp(sum, h.sum, sizeof sum) != 0 || (h.kind == GROUP_OBJECTS && h.first != p->first + p->n))
        goto out;
    for (uint32_t i = 0; i < h.n; i++) {
        struct object_row r;
        uint64_t gone;

        if (h.kind == GROUP_DELETED) {
            memcpy(&gone, mem + h.bytes + i * sizeof gone, sizeof gone);
            object_tail_add_deleted(p, gone);
            continue;
        }
        memcpy(&r, mem + h.bytes + i * sizeof r, sizeof r);
        if (!row_fits(&r, at, h.bytes) || r.type >= s->names.n_types)
            goto out;
        object_tail_add_row(p, &r);
    }
    for (uint32_t i = 0; i < h.gone; i++) {
        uint64_t gone;

        memcpy(&gone, mem + length - (h.gone - i) * sizeof gone, sizeof gone);
        object_tail_add_deleted(p, gone);
    }
    *end = at + sizeof h + length;
    ok = true;
out:
    free(mem);
    return ok;
}

bool object_tail_load(struct object_store *s, uint32_t number, struct object_part **ret, struct why *w)
{
    struct object_part *p = object_part_new(number, (uint32_t)s->index.n);
    char path[OBJECT_PATH + 20];
    struct stat st;
    uint64_t end = 0;

    path_of(s, number, path);
    p->fd = open(path, (s->o.read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
    if (p->fd < 0 || fstat(p->fd, &st) != 0) {
        object_part_drop(p);
        return object_io(w, "open", path);
    }
    while (p->size < (uint64_t)st.st_size && take_group(s, p, p->size, (uint64_t)st.st_size, &end))
        p->size = end;
    object_step(s, "cut tail");
    if (p->size < (uint64_t)st.st_size && !s->o.read_only &&
        (ftruncate(p->fd, (off_t)p->size) != 0 || fsync(p->fd) != 0)) {
        object_part_drop(p);
        return object_io(w, "cut", path);
    }
    *ret = p;
    return true;
}
