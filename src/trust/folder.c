#include "trust/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/reader.h"
#include "files/durable.h"

/*
 * A record: length of the body (4 bytes), type, body, the first 8 bytes of SHA-256 over all that. Types:
 *   S  a source: when (8), then file, form, member, by, each ended by a NUL, and when it was said what for,
 *      the purposes as words, ended by a NUL; they count from 1
 *   C, L, R, V  an object: source (4), standing (1), SHA-256 (32), who proved it (32), its bytes
 *   O  one more origin of an object: source (4), standing (1), SHA-256 (32)
 *   P  proved later: SHA-256 (32), who proved it (32)
 *   I  installed again (V): SHA-256 (32)
 *   X  dropped: SHA-256 (32), why
 */
enum {
    HEAD = 5,
    CHECK = 8,
    START = sizeof TRUST_LOG_START - 1,
    OBJECT = 4 + 1 + 32 + 32,
    COMMIT_BYTES = 4 << 20,
};

struct trust_log {
    char *path;
    int fd;
    bool writing, failed;
    uint64_t committed; /* bytes of the file that count */
    const uint8_t *map; /* of them */
    size_t mapped;
    struct buffer fresh; /* records that are not on disk yet */
    struct arena arena;  /* sources, origins */
    struct trust_object *object;
    size_t n, room;
    uint64_t installations;
    uint32_t *slot; /* open addressing by the first bytes of the digest; object number + 1 */
    size_t slots;
    const struct trust_source **source;
    size_t n_sources, source_room, sources_written;
};

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

static bool failed(struct trust_log *t, const char *what, struct why *w)
{
    t->failed = true;
    return why_set(w, "disk", WHY_NO_OFFSET, NULL, "%s: %s %s", t->path, what, strerror(errno));
}

/* --- index --- */

static size_t place(const struct trust_log *t, const uint8_t sha256[32])
{
    size_t i;

    memcpy(&i, sha256, sizeof i);
    for (i &= t->slots - 1; t->slot[i]; i = (i + 1) & (t->slots - 1))
        if (memcmp(t->object[t->slot[i] - 1].sha256, sha256, 32) == 0)
            break;
    return i;
}

static struct trust_object *find(const struct trust_log *t, const uint8_t sha256[32])
{
    size_t i = place(t, sha256);

    return t->slot[i] ? &t->object[t->slot[i] - 1] : NULL;
}

static struct trust_object *append(struct trust_log *t, const struct trust_object *o)
{
    if (t->n == t->room) {
        t->room *= 2;
        t->slots *= 2;
        t->object = must(realloc(t->object, t->room * sizeof *t->object));
        free(t->slot);
        t->slot = must(calloc(t->slots, sizeof *t->slot));
        for (size_t i = 0; i < t->n; i++)
            t->slot[place(t, t->object[i].sha256)] = (uint32_t)i + 1;
    }
    t->object[t->n] = *o;
    if (o->kind == TRUST_VICAL)
        t->object[t->n].installed = ++t->installations;
    t->slot[place(t, o->sha256)] = (uint32_t)++t->n;
    return &t->object[t->n - 1];
}

static void append_source(struct trust_log *t, const struct trust_source *s)
{
    if (t->n_sources == t->source_room) {
        t->source_room = t->source_room ? 2 * t->source_room : 64;
        t->source = must(realloc(t->source, t->source_room * sizeof *t->source));
    }
    t->source[t->n_sources++] = s;
}

static const struct trust_from *from_of(struct trust_log *t, const struct trust_source *source,
                                        enum anchor_standing standing, const struct trust_from *next)
{
    struct trust_from *f = must(arena_alloc(&t->arena, sizeof *f));

    *f = (struct trust_from){ source, standing, next };
    return f;
}

/* --- reading --- */

static const char *read_text(struct trust_log *t, struct reader *r)
{
    struct span rest = span_of(r->p, rd_left(r));
    const uint8_t *end = rest.n ? memchr(rest.p, 0, rest.n) : NULL;
    struct span text = rd_take(r, end ? (size_t)(end - rest.p) + 1 : rest.n + 1);

    return rd_ok(r) ? must(arena_str(&t->arena, span_sub(text, 0, text.n - 1))) : "";
}

static bool read_source(struct trust_log *t, struct span body)
{
    struct trust_source *s = must(arena_alloc(&t->arena, sizeof *s));
    struct reader r = rd_of(body);

    s->at = (unix_time)rd_be(&r, 8);
    s->file = read_text(t, &r);
    s->form = read_text(t, &r);
    s->member = read_text(t, &r);
    s->by = read_text(t, &r);
    if (rd_ok(&r) && rd_left(&r) && !(s->purposes = purposes_of(span_str(read_text(t, &r)))))
        return false;
    if (!rd_done(&r))
        return false;
    s->id = (uint32_t)t->n_sources + 1;
    append_source(t, s);
    return true;
}

static bool is_object(uint8_t type)
{
    return type == TRUST_CERTIFICATE || type == TRUST_LIST || type == TRUST_CRL || type == TRUST_VICAL;
}

/* One record into the index; false when it makes no sense. at: offset of its body. */
static bool read_record(struct trust_log *t, uint8_t type, struct span body, uint64_t at)
{
    struct reader r = rd_of(body);
    struct trust_object o = { 0 }, *known;
    uint32_t source;
    uint8_t standing;
    struct span sha, by;

    if (type == 'S')
        return read_source(t, body);
    if (type == 'P' || type == 'X' || type == 'I') {
        sha = rd_take(&r, 32);
        if (!rd_ok(&r) || !(known = find(t, sha.p)))
            return false;
        if (type == 'I') {
            known->installed = ++t->installations;
            known->dropped = false;
            return known->kind == TRUST_VICAL && rd_done(&r);
        }
        if (type == 'X') {
            known->dropped = true;
            (void)snprintf(known->dropped_why, sizeof known->dropped_why, "%.*s", (int)rd_left(&r),
                           (const char *)body.p + 32);
            return true;
        }
        known->proved = rd_left(&r) == 32;
        if (known->proved)
            memcpy(known->proved_by, body.p + 32, 32);
        return known->proved;
    }
    source = rd_u32(&r);
    standing = rd_u8(&r);
    sha = rd_take(&r, 32);
    if (!rd_ok(&r) || source == 0 || source > t->n_sources || standing > ANCHOR_KNOWN)
        return false;
    known = find(t, sha.p);
    if (type == 'O') {
        if (known)
            known->from = from_of(t, t->source[source - 1], (enum anchor_standing)standing, known->from);
        return known != NULL;
    }
    if (!is_object(type) || known || rd_left(&r) < 32 || t->n == LIMIT_ANCHORS)
        return false;
    o.kind = (enum trust_kind)type;
    by = rd_take(&r, 32);
    if (!sha.p || !by.p)
        return false;
    memcpy(o.sha256, sha.p, 32);
    memcpy(o.proved_by, by.p, 32);
    for (size_t i = 0; i < 32; i++)
        o.proved |= o.proved_by[i] != 0;
    o.from = from_of(t, t->source[source - 1], (enum anchor_standing)standing, NULL);
    o.offset = at + OBJECT;
    o.length = body.n - OBJECT;
    (void)append(t, &o);
    return true;
}

/* The whole records from `at` on; returns where they end. */
static uint64_t read_records(struct trust_log *t, struct span file, uint64_t at)
{
    while (at + HEAD + CHECK <= file.n) {
        struct reader r = rd_of(span_sub(file, at, at + HEAD));
        uint32_t length = rd_u32(&r);
        uint8_t type = rd_u8(&r);
        struct digest d;

        if (length > file.n - at - HEAD - CHECK)
            break;
        digest_of(DIGEST_SHA256, span_sub(file, at, at + HEAD + length), &d);
        if (memcmp(d.b, file.p + at + HEAD + length, CHECK) != 0 ||
            !read_record(t, type, span_of(file.p + at + HEAD, length), at + HEAD))
            break;
        at += HEAD + length + CHECK;
    }
    return at;
}

static void unmap(struct trust_log *t)
{
    if (t->writing && t->map)
        (void)munmap((void *)(uintptr_t)t->map, t->mapped);
    else if (!t->writing)
        free((void *)(uintptr_t)t->map);
    t->map = NULL;
    t->mapped = 0;
}

/* A reader has a copy: a writer may cut the end of the file off meanwhile, which is no harm to a copy. */
static bool copy_file(struct trust_log *t, uint64_t size, struct why *w)
{
    uint8_t *p = must(malloc(size));
    uint64_t n = 0;
    ssize_t got;

    while (n < size && (got = pread(t->fd, p + n, size - n, (off_t)n)) != 0) {
        if (got < 0 && errno != EINTR) {
            free(p);
            return why_set(w, "file", WHY_NO_OFFSET, NULL, "%s: %s", t->path, strerror(errno));
        }
        n += got > 0 ? (uint64_t)got : 0;
    }
    t->map = p;
    t->mapped = n;
    return true;
}

static bool map_file(struct trust_log *t, uint64_t size, struct why *w)
{
    void *p;

    unmap(t);
    if (size == 0)
        return true;
    if (!t->writing)
        return copy_file(t, size, w);
    p = mmap(NULL, size, PROT_READ, MAP_SHARED, t->fd, 0);
    if (p == MAP_FAILED)
        return why_set(w, "file", WHY_NO_OFFSET, NULL, "%s: %s", t->path, strerror(errno));
    t->map = p;
    t->mapped = size;
    return true;
}

/* --- writing --- */

static bool put_all(int fd, struct span s, uint64_t at)
{
    while (s.n) {
        ssize_t n = pwrite(fd, s.p, s.n, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errno = n == 0 ? ENOSPC : errno;
            return false;
        }
        at += (size_t)n;
        s = span_sub(s, (size_t)n, s.n);
    }
    return true;
}

bool trust_log_commit(struct trust_log *t, struct why *w)
{
    struct span fresh = buf_span(&t->fresh);

    if (t->failed)
        return why_set(w, "disk", WHY_NO_OFFSET, NULL, "%s: writing failed before", t->path);
    if (fresh.n == 0)
        return true;
    if (!put_all(t->fd, fresh, t->committed) || fdatasync(t->fd) != 0) {
        (void)failed(t, "cannot be written:", w);
        if (ftruncate(t->fd, (off_t)t->committed) != 0)
            errno = 0; /* then the next writer cuts the torn end off */
        return false;
    }
    t->committed += fresh.n;
    buf_reset(&t->fresh);
    return map_file(t, t->committed, w);
}

static void put_record(struct trust_log *t, uint8_t type, const struct span *part, size_t parts)
{
    size_t begin = t->fresh.n, length = 0;
    struct digest d;

    for (size_t i = 0; i < parts; i++)
        length += part[i].n;
    buf_be(&t->fresh, length, 4);
    buf_u8(&t->fresh, type);
    for (size_t i = 0; i < parts; i++)
        buf_put(&t->fresh, part[i]);
    digest_of(DIGEST_SHA256, span_of(t->fresh.p + begin, t->fresh.n - begin), &d);
    buf_put(&t->fresh, span_of(d.b, CHECK));
}

/* What was put is a part of the log from now on. */
static bool record(struct trust_log *t, uint8_t type, const struct span *part, size_t parts, struct why *w)
{
    if (!t->writing || t->failed)
        return why_set(w, "disk", WHY_NO_OFFSET, NULL, "%s is not open for writing", t->path);
    put_record(t, type, part, parts);
    if (!buf_ok(&t->fresh))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a record of the log is too large");
    return t->fresh.n < COMMIT_BYTES || trust_log_commit(t, w);
}

/* --- opening --- */

/* A torn end is cut off; what stood there is kept aside, once, for people. */
static bool cut(struct trust_log *t, struct span file, struct why *w)
{
    char aside[4096];
    int fd;

    (void)snprintf(aside, sizeof aside, "%s.cut", t->path);
    fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd >= 0) {
        (void)put_all(fd, span_sub(file, t->committed, file.n), 0);
        (void)close(fd);
    }
    if (ftruncate(t->fd, (off_t)t->committed) != 0 || fdatasync(t->fd) != 0)
        return failed(t, "cannot be mended:", w);
    return true;
}

static bool read_log(struct trust_log *t, struct findings *f, struct why *w)
{
    struct stat st;
    struct span file;

    if (fstat(t->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return why_set(w, "file", WHY_NO_OFFSET, NULL, "%s is no regular file", t->path);
    if (!map_file(t, (uint64_t)st.st_size, w))
        return false;
    file = span_of(t->map, t->mapped);
    if (!span_starts(file, span_of(TRUST_LOG_START, START))) {
        if (file.n > START || memcmp(file.n ? file.p : (const uint8_t *)"", TRUST_LOG_START, file.n) != 0)
            return why_set(w, "damaged", 0, NULL, "%s is no log of imports", t->path);
        t->committed = 0; /* killed while it was being made */
        if (t->writing)
            buf_put(&t->fresh, span_of(TRUST_LOG_START, START));
        return true;
    }
    t->committed = read_records(t, file, START);
    if (t->committed == file.n)
        return true;
    if (t->writing)
        finding_add(f, FINDING_WARNING, "log-cut", (size_t)t->committed, NULL,
                    "%s: the last %llu bytes were not written whole and are cut off: import again what was "
                    "being imported",
                    t->path, (unsigned long long)(file.n - t->committed));
    return !t->writing || (cut(t, file, w) && map_file(t, t->committed, w));
}

static bool open_file(struct trust_log *t, struct why *w)
{
    t->fd =
        open(t->path, (t->writing ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
    if (t->fd < 0)
        return why_set(w, "file", WHY_NO_OFFSET, NULL, "%s: %s", t->path, strerror(errno));
    if (t->writing && !file_lock(t->fd))
        return why_set(w, "locked", WHY_NO_OFFSET, NULL, "%s: %s", t->path,
                       errno == EWOULDBLOCK ? "another import is running" : strerror(errno));
    return true;
}

bool trust_log_open(const char *path, enum trust_log_mode mode, struct trust_log **ret, struct findings *f,
                    struct why *w)
{
    struct trust_log *t = must(calloc(1, sizeof *t));

    t->path = must(strdup(path));
    t->fd = -1;
    t->writing = mode == TRUST_LOG_WRITE;
    t->room = 256;
    t->slots = 1024;
    t->object = must(calloc(t->room, sizeof *t->object));
    t->slot = must(calloc(t->slots, sizeof *t->slot));
    buf_init(&t->fresh, COMMIT_BYTES + 2 * (size_t)LIMIT_FILE);
    arena_init(&t->arena, (size_t)1 << 30);
    if (!open_file(t, w) || !read_log(t, f, w)) {
        trust_log_close(t);
        return false;
    }
    *ret = t;
    return true;
}

void trust_log_close(struct trust_log *t)
{
    if (!t)
        return;
    unmap(t);
    if (t->fd >= 0)
        (void)close(t->fd);
    buf_free(&t->fresh);
    arena_free(&t->arena);
    free(t->object);
    free(t->slot);
    free(t->source);
    free(t->path);
    free(t);
}

uint64_t trust_log_whole(const struct trust_log *t, bool *torn)
{
    *torn = t->mapped > t->committed;
    return t->committed;
}

size_t trust_log_count(const struct trust_log *t)
{
    return t->n;
}

const struct trust_object *trust_log_at(const struct trust_log *t, size_t i)
{
    return i < t->n ? &t->object[i] : NULL;
}

const struct trust_object *trust_log_find(const struct trust_log *t, const struct digest *sha256)
{
    return find(t, sha256->b);
}

struct span trust_log_der(const struct trust_log *t, const struct trust_object *o)
{
    if (o->offset + o->length > t->mapped)
        return (struct span){ NULL, 0 };
    return span_of(t->map + o->offset, o->length);
}

bool trust_object_vouched(const struct trust_object *o)
{
    for (const struct trust_from *f = o->from; f; f = f->next)
        if (f->standing == ANCHOR_VOUCHED)
            return true;
    return false;
}

/* --- adding --- */

struct trust_source *trust_log_source(struct trust_log *t, const struct trust_source *s)
{
    struct trust_source *k = must(arena_alloc(&t->arena, sizeof *k));

    *k = (struct trust_source){ .at = s->at, .purposes = s->purposes };
    k->file = must(arena_str(&t->arena, span_str(s->file)));
    k->form = must(arena_str(&t->arena, span_str(s->form)));
    k->member = must(arena_str(&t->arena, span_str(s->member)));
    k->by = must(arena_str(&t->arena, span_str(s->by)));
    return k;
}

static bool write_source(struct trust_log *t, struct trust_source *s, struct why *w)
{
    const char *text[] = { s->file, s->form, s->member, s->by };
    char purposes[PURPOSES_TEXT];
    struct span part[6];
    uint8_t at[8];

    if (s->id)
        return true;
    for (size_t i = 0; i < 8; i++)
        at[i] = (uint8_t)((uint64_t)s->at >> (56 - 8 * i));
    part[0] = span_of(at, sizeof at);
    for (size_t i = 0; i < 4; i++)
        part[i + 1] = span_of(text[i], strlen(text[i]) + 1);
    if (s->purposes)
        part[5] = span_of(purposes, strlen(purposes_text(s->purposes, purposes)) + 1);
    s->id = (uint32_t)t->n_sources + 1;
    append_source(t, s);
    return record(t, 'S', part, s->purposes ? 6 : 5, w);
}

static bool has_origin(const struct trust_object *o, const struct trust_source *s,
                       enum anchor_standing standing)
{
    for (const struct trust_from *f = o->from; f; f = f->next)
        if (f->standing == standing && strcmp(f->source->file, s->file) == 0 &&
            strcmp(f->source->member, s->member) == 0 &&
            (standing == ANCHOR_KNOWN || f->source->purposes == s->purposes))
            return true;
    return false;
}

bool trust_log_add(struct trust_log *t, enum trust_kind kind, struct span der, struct trust_source *source,
                   enum anchor_standing standing, const uint8_t proved_by[32], bool *news, struct why *w)
{
    static const uint8_t nobody[32];
    struct trust_object o = { .kind = kind, .proved = proved_by != NULL, .length = der.n }, *known;
    struct digest d;
    uint8_t head[5];

    digest_of(DIGEST_SHA256, der, &d);
    known = find(t, d.b);
    *news = !known || !has_origin(known, source, standing);
    if (!*news)
        return true;
    if (!known && t->n == LIMIT_ANCHORS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d certificates and lists",
                       LIMIT_ANCHORS);
    if (!write_source(t, source, w))
        return false;
    for (size_t i = 0; i < 4; i++)
        head[i] = (uint8_t)(source->id >> (24 - 8 * i));
    head[4] = (uint8_t)standing;
    if (known) {
        known->from = from_of(t, source, standing, known->from);
        return record(t, 'O', (struct span[]){ span_of(head, 5), span_of(d.b, 32) }, 2, w);
    }
    memcpy(o.sha256, d.b, 32);
    if (proved_by)
        memcpy(o.proved_by, proved_by, 32);
    o.from = from_of(t, source, standing, NULL);
    o.offset = t->committed + t->fresh.n + HEAD + OBJECT;
    (void)append(t, &o);
    return record(t, (uint8_t)kind,
                  (struct span[]){ span_of(head, 5), span_of(d.b, 32),
                                   span_of(proved_by ? proved_by : nobody, 32), der },
                  4, w);
}

bool trust_log_prove(struct trust_log *t, const struct trust_object *o, const uint8_t by[32], struct why *w)
{
    struct trust_object *k = find(t, o->sha256);

    k->proved = true;
    memcpy(k->proved_by, by, 32);
    return record(t, 'P', (struct span[]){ span_of(k->sha256, 32), span_of(by, 32) }, 2, w);
}

bool trust_log_drop(struct trust_log *t, const struct trust_object *o, const char *reason, struct why *w)
{
    struct trust_object *k = find(t, o->sha256);

    k->dropped = true;
    (void)snprintf(k->dropped_why, sizeof k->dropped_why, "%s", reason);
    return record(t, 'X', (struct span[]){ span_of(k->sha256, 32), span_str(k->dropped_why) }, 2, w);
}

bool trust_log_install(struct trust_log *t, const struct trust_object *o, struct why *w)
{
    struct trust_object *k = find(t, o->sha256);

    k->installed = ++t->installations;
    k->dropped = false;
    return record(t, 'I', (struct span[]){ span_of(k->sha256, 32) }, 1, w);
}
