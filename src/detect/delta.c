#include "detect/delta.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "detect/image_internal.h"

#define DELTA_MAGIC "SERAIDLT"

enum { ENTRY_HEAD = 8, ENTRY_FIXED = 1 + 1 + 1 + 8 + 8 + 2, LENGTH_AT = 64 };

static bool io(struct why *w, const char *what)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot %s the changes of an image: %s", what,
                   strerror(errno));
}

bool detect_delta_path(const char *image, char out[DELTA_PATH])
{
    return (size_t)snprintf(out, DELTA_PATH, "%s.delta", image) < DELTA_PATH;
}

static uint32_t check_of(const uint8_t *p, size_t n)
{
    uint64_t h = mix64(n);

    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * 0x9fb21c651e98df25u;
    return (uint32_t)(mix64(h) >> 16);
}

static void put_entry(struct buffer *b, const struct detect_change *c)
{
    const struct detect_indicator *x = &c->indicator;
    size_t n = ENTRY_FIXED + x->id.n + x->value.n, from = b->n;
    uint8_t head[ENTRY_HEAD + ENTRY_FIXED] = { 0 };

    put_le32(head, (uint32_t)n);
    head[8] = (uint8_t)c->what;
    head[9] = (uint8_t)x->kind;
    head[10] = x->weight;
    put_le64(head + 11, (uint64_t)x->from);
    put_le64(head + 19, (uint64_t)x->until);
    head[27] = (uint8_t)x->id.n;
    head[28] = (uint8_t)(x->id.n >> 8);
    buf_put(b, span_of(head, sizeof head));
    buf_put(b, x->id);
    buf_put(b, x->value);
    if (buf_ok(b))
        put_le32(b->p + from + 4, check_of(b->p + from + ENTRY_HEAD, n));
}

/* A delta without entries in place of what is there. */
static int fresh(const char *path, const struct detect_image *i, struct why *w)
{
    uint8_t header[DELTA_HEADER] = { 0 };
    char aside[DELTA_PATH + 32];
    int fd;

    memcpy(header, DELTA_MAGIC, 8);
    put_le32(header + 8, 1);
    memcpy(header + 16, i->identity, 16);
    (void)snprintf(aside, sizeof aside, "%s.new.%ld", path, (long)getpid());
    fd = open(aside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd >= 0 && flock(fd, LOCK_EX) == 0 && write(fd, header, sizeof header) == (ssize_t)sizeof header &&
        fsync(fd) == 0 && rename(aside, path) == 0)
        return fd;
    (void)io(w, "make");
    if (fd >= 0)
        (void)close(fd);
    (void)unlink(aside);
    return -1;
}

static bool is_of(int fd, const struct detect_image *i)
{
    uint8_t header[DELTA_HEADER];

    return pread(fd, header, sizeof header, 0) == (ssize_t)sizeof header &&
           memcmp(header, DELTA_MAGIC, 8) == 0 && le32(header + 8) == 1 &&
           memcmp(header + 16, i->identity, 16) == 0;
}

/* The delta of this image, locked. Another writer may have replaced it between opening and locking. */
static int open_locked(const char *path, const struct detect_image *i, struct why *w)
{
    struct stat a, b;
    int fd;

    for (unsigned tries = 0; tries < 100; tries++) {
        fd = open(path, O_RDWR | O_CLOEXEC);
        if (fd < 0 && errno != ENOENT) {
            (void)io(w, "open");
            return -1;
        }
        if (fd < 0)
            return fresh(path, i, w);
        if (flock(fd, LOCK_EX) == 0 && fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_ino == b.st_ino) {
            if (is_of(fd, i))
                return fd;
            (void)close(fd);
            return fresh(path, i, w);
        }
        (void)close(fd);
    }
    (void)io(w, "lock");
    return -1;
}

static bool append(int fd, struct span bytes, struct why *w)
{
    uint8_t *map = mmap(NULL, DELTA_HEADER, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    _Atomic uint64_t *length;
    uint64_t now;
    bool ok;

    if (map == MAP_FAILED)
        return io(w, "map");
    length = (_Atomic uint64_t *)(void *)(map + LENGTH_AT);
    now = atomic_load(length);
    if (now + bytes.n > LIMIT_DETECT_DELTA_BYTES) {
        (void)munmap(map, DELTA_HEADER);
        return why_set(w, "full", WHY_NO_OFFSET, NULL, "too many changes since the image: compile a new one");
    }
    ok = pwrite(fd, bytes.p, bytes.n, (off_t)(DELTA_HEADER + now)) == (ssize_t)bytes.n && fdatasync(fd) == 0;
    if (ok)
        atomic_store_explicit(length, now + bytes.n, memory_order_release);
    ok = ok && msync(map, DELTA_HEADER, MS_SYNC) == 0;
    (void)munmap(map, DELTA_HEADER);
    return ok || io(w, "write");
}

bool detect_delta_append(const char *image, const struct detect_change *change, size_t n, struct why *w)
{
    struct detect_image i;
    char path[DELTA_PATH];
    struct buffer b;
    bool ok = false;
    int fd;

    if (!detect_delta_path(image, path))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the name of the image is too long");
    if (!detect_image_open(image, &i, w))
        return false;
    buf_init(&b, LIMIT_DETECT_DELTA_BYTES);
    for (size_t k = 0; k < n; k++)
        put_entry(&b, &change[k]);
    fd = buf_ok(&b) ? open_locked(path, &i, w) : -1;
    if (fd >= 0) {
        ok = append(fd, buf_span(&b), w);
        (void)close(fd);
    } else {
        (void)why_set(w, "full", WHY_NO_OFFSET, NULL, "too many changes at once");
    }
    buf_free(&b);
    detect_image_close(&i);
    return ok;
}

bool detect_delta_open(const char *image, struct detect_delta *d, struct why *w)
{
    char path[DELTA_PATH];
    struct stat st;
    void *map;

    *d = (struct detect_delta){ .fd = -1 };
    if (!detect_delta_path(image, path))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the name of the image is too long");
    d->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (d->fd < 0)
        return errno == ENOENT || io(w, "open");
    if (fstat(d->fd, &st) != 0 || st.st_size < DELTA_HEADER) {
        detect_delta_close(d);
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "the changes of an image are cut");
    }
    map = mmap(NULL, DELTA_HEADER, PROT_READ, MAP_SHARED, d->fd, 0);
    if (map == MAP_FAILED) {
        detect_delta_close(d);
        return io(w, "map");
    }
    d->header = map;
    d->device = st.st_dev;
    d->inode = st.st_ino;
    if (memcmp(map, DELTA_MAGIC, 8) == 0)
        return true;
    detect_delta_close(d);
    return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "the changes of an image do not begin like such");
}

void detect_delta_close(struct detect_delta *d)
{
    if (d->header)
        (void)munmap((void *)(uintptr_t)d->header, DELTA_HEADER);
    if (d->fd >= 0)
        (void)close(d->fd);
    *d = (struct detect_delta){ .fd = -1 };
}

static bool entry_of(struct span e, struct detect_change *c)
{
    struct detect_indicator *x = &c->indicator;
    size_t id;

    if (e.n < ENTRY_FIXED)
        return false;
    c->what = (enum detect_change_what)e.p[0];
    x->kind = (enum detect_kind)e.p[1];
    x->weight = e.p[2];
    x->from = (unix_time)le64(e.p + 3);
    x->until = (unix_time)le64(e.p + 11);
    id = e.p[19] | (size_t)e.p[20] << 8;
    if (id > e.n - ENTRY_FIXED || (c->what != DETECT_ADDED && c->what != DETECT_WITHDRAWN))
        return false;
    x->id = span_sub(e, ENTRY_FIXED, ENTRY_FIXED + id);
    x->value = span_sub(e, ENTRY_FIXED + id, e.n);
    return true;
}

bool detect_delta_read(const struct detect_delta *d, uint64_t length, detect_delta_fn each, void *ctx,
                       struct why *w)
{
    struct detect_change c;
    uint8_t *all;
    bool ok = true;

    if (length == 0)
        return true;
    if (length > LIMIT_DETECT_DELTA_BYTES)
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "more changes than there can be");
    all = malloc(length);
    if (!all)
        abort();
    ok = pread(d->fd, all, length, DELTA_HEADER) == (ssize_t)length;
    for (uint64_t at = 0; ok && at < length;) {
        uint64_t left = length - at, n = left >= ENTRY_HEAD ? le32(all + at) : 0;

        ok = left >= ENTRY_HEAD && n <= left - ENTRY_HEAD &&
             check_of(all + at + ENTRY_HEAD, n) == le32(all + at + 4) &&
             entry_of(span_of(all + at + ENTRY_HEAD, n), &c);
        if (ok)
            each(ctx, &c);
        at += ENTRY_HEAD + n;
    }
    free(all);
    return ok || why_set(w, "damaged", WHY_NO_OFFSET, NULL, "the changes of an image are cut or damaged");
}
