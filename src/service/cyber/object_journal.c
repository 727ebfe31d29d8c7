/*
 * FOLDER/journal-YYYYMMDD: entries one after another, each a head of 32 bytes (magic, kind, length, sum) and
 * its fields. What waits is written together, with one wait for the disk.
 */
#include "service/cyber/object_journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "base/reader.h"
#include "crypto/digest.h"

enum { HEAD = 32, SUM = 16, KIND_STATUS = 1, KIND_REFUSED = 2, BUCKETS = 1 << 14, JOURNAL_PATH = 4096 };
enum { STATUS_MOST = 256 * 1024 * 1024 };
static const char magic[4] = "SJ1\n";

struct head {
    char magic[4];
    uint32_t kind;
    uint64_t length;
    uint8_t sum[SUM];
};
_Static_assert(sizeof(struct head) == HEAD, "heads are stored as they are");

/* Where the status of a request stands. */
struct place {
    uint8_t id[JOURNAL_ID];
    uint32_t day, next; /* next: index plus one */
    uint64_t at;        /* of the head */
};

struct object_journal {
    char folder[JOURNAL_PATH];
    unsigned keep_days;
    pthread_mutex_t lock;
    pthread_cond_t flushed;
    struct buffer waiting;
    uint64_t asked, done; /* flushes */
    bool flushing, failed;
    int fd;
    uint32_t day;
    uint64_t size, end; /* on disk; with what waits */
    struct place *place;
    size_t n_places, cap_places;
    uint32_t bucket[BUCKETS];
};

static uint32_t day_of(int64_t micros)
{
    struct date d = date_of_time((unix_time)(micros / 1000000));

    return (uint32_t)d.year * 10000u + d.month * 100u + d.day;
}

static void path_of(const char *folder, uint32_t day, char path[JOURNAL_PATH + 24])
{
    (void)snprintf(path, JOURNAL_PATH + 24, "%s/journal-%08u", folder, day);
}

static bool io(struct why *w, const char *what, const char *path)
{
    return why_set(w, errno == ENOSPC ? "store-full" : "io", WHY_NO_OFFSET, NULL, "cannot %s %s: %s", what,
                   path, strerror(errno));
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

static void sum_of(uint32_t kind, struct span body, uint8_t out[SUM])
{
    struct digest d;

    digest_parts(DIGEST_SHA256, (struct span[]){ span_of(&kind, sizeof kind), body }, 2, &d);
    memcpy(out, d.b, SUM);
}

static bool head_at(int fd, uint64_t at, uint64_t size, struct head *h)
{
    return size >= at + HEAD && read_at(fd, h, sizeof *h, at) && memcmp(h->magic, magic, sizeof magic) == 0 &&
           h->length <= size - at - HEAD;
}

/* The body of an entry, checked; the caller frees it. */
static uint8_t *body_at(int fd, uint64_t at, const struct head *h)
{
    uint8_t *p = malloc(h->length + 1), sum[SUM];

    if (!p)
        abort();
    if (read_at(fd, p, h->length, at + HEAD)) {
        sum_of(h->kind, span_of(p, h->length), sum);
        if (memcmp(sum, h->sum, SUM) == 0)
            return p;
    }
    free(p);
    return NULL;
}

static void remember(struct object_journal *j, const uint8_t id[JOURNAL_ID], uint32_t day, uint64_t at)
{
    uint32_t *bucket = &j->bucket[(id[0] | id[1] << 8) % BUCKETS];

    if (j->n_places == j->cap_places) {
        j->cap_places = j->cap_places ? j->cap_places * 2 : 256;
        j->place = realloc(j->place, j->cap_places * sizeof *j->place);
        if (!j->place)
            abort();
    }
    j->place[j->n_places] = (struct place){ .day = day, .next = *bucket, .at = at };
    memcpy(j->place[j->n_places].id, id, JOURNAL_ID);
    *bucket = (uint32_t)++j->n_places;
}

/* Statuses of a file, and where its whole entries end; sums are looked at where it is still written. */
static bool load_day(struct object_journal *j, uint32_t day, bool check, uint64_t *end)
{
    char path[JOURNAL_PATH + 24];
    uint8_t id[JOURNAL_ID], *body;
    struct stat st;
    struct head h;
    uint64_t at = 0;
    int fd;

    path_of(j->folder, day, path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT;
    if (fstat(fd, &st) != 0) {
        (void)close(fd);
        return false;
    }
    while (head_at(fd, at, (uint64_t)st.st_size, &h)) {
        if (check) {
            body = body_at(fd, at, &h);
            if (!body)
                break;
            free(body);
        }
        if (h.kind == KIND_STATUS && h.length >= JOURNAL_ID && read_at(fd, id, sizeof id, at + HEAD))
            remember(j, id, day, at);
        at += HEAD + h.length;
    }
    *end = at;
    (void)close(fd);
    return true;
}

static uint32_t day_before(int64_t now, unsigned days)
{
    return day_of(now - (int64_t)days * 86400 * 1000000);
}

static int by_day(const void *a, const void *b)
{
    uint32_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

/* The days there are, oldest first; the caller frees them. */
static uint32_t *days_of(const char *folder, size_t *n)
{
    DIR *d = opendir(folder);
    uint32_t *day = NULL;
    const struct dirent *e;

    *n = 0;
    while (d && (e = readdir(d))) {
        unsigned number;
        int end = 0;

        if (sscanf(e->d_name, "journal-%8u%n", &number, &end) != 1 || end != 16 || e->d_name[end])
            continue;
        day = realloc(day, (*n + 1) * sizeof *day);
        if (!day)
            abort();
        day[(*n)++] = number;
    }
    if (d)
        (void)closedir(d);
    if (*n)
        qsort(day, *n, sizeof *day, by_day);
    return day;
}

/* Days whose time is over go. */
static void drop_old(const struct object_journal *j, int64_t now)
{
    uint32_t first = day_before(now, j->keep_days), *day;
    char path[JOURNAL_PATH + 24];
    size_t n;

    day = days_of(j->folder, &n);
    for (size_t i = 0; i < n && day[i] < first; i++) {
        path_of(j->folder, day[i], path);
        (void)unlink(path);
    }
    free(day);
}

static bool open_day(struct object_journal *j, uint32_t day, struct why *w)
{
    char path[JOURNAL_PATH + 24];
    struct stat st;
    int fd, dir;

    path_of(j->folder, day, path);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    dir = open(j->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || dir < 0 || fsync(dir) != 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            (void)close(fd);
        if (dir >= 0)
            (void)close(dir);
        return io(w, "open", path);
    }
    (void)close(dir);
    if (j->fd >= 0)
        (void)close(j->fd);
    j->fd = fd;
    j->day = day;
    j->size = j->end = (uint64_t)st.st_size;
    return true;
}

bool object_journal_open(const struct journal_options *o, int64_t now, struct object_journal **ret,
                         struct why *w)
{
    struct object_journal *j = calloc(1, sizeof *j);
    uint32_t *day, today = day_of(now);
    uint64_t end = 0;
    size_t n;
    bool ok = true;

    if (!j)
        abort();
    (void)snprintf(j->folder, sizeof j->folder, "%s", o->folder);
    j->keep_days = o->keep_days;
    j->fd = -1;
    (void)pthread_mutex_init(&j->lock, NULL);
    (void)pthread_cond_init(&j->flushed, NULL);
    buf_init(&j->waiting, (size_t)1 << 31);
    drop_old(j, now);
    day = days_of(o->folder, &n);
    for (size_t i = 0; ok && i < n; i++)
        ok = load_day(j, day[i], day[i] == today, &end);
    ok = ok && open_day(j, today, w);
    if (ok && n && day[n - 1] == today && end < j->size)
        ok = ftruncate(j->fd, (off_t)end) == 0 && (j->size = j->end = end, true);
    free(day);
    if (!ok) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "the journal in %s cannot be read", o->folder);
        object_journal_close(j);
        return false;
    }
    *ret = j;
    return true;
}

void object_journal_close(struct object_journal *j)
{
    if (!j)
        return;
    if (j->fd >= 0)
        (void)close(j->fd);
    buf_free(&j->waiting);
    free(j->place);
    (void)pthread_mutex_destroy(&j->lock);
    (void)pthread_cond_destroy(&j->flushed);
    free(j);
}

static void put_field(struct buffer *b, struct span s)
{
    buf_be(b, s.n, 4);
    buf_put(b, s);
}

/* Head and body of one entry behind what is in b. */
static void put_entry(struct buffer *b, uint32_t kind, struct span body)
{
    struct head h = { .kind = kind, .length = body.n };

    memcpy(h.magic, magic, sizeof magic);
    sum_of(kind, body, h.sum);
    buf_put(b, span_of(&h, sizeof h));
    buf_put(b, body);
}

static void put_refused(struct buffer *b, const struct journal_refused *r, struct buffer *scratch)
{
    buf_reset(scratch);
    buf_be(scratch, (uint64_t)r->at, 8);
    put_field(scratch, r->collection);
    put_field(scratch, r->source);
    put_field(scratch, r->reason);
    put_field(scratch, r->clause);
    put_field(scratch, r->detail);
    put_field(scratch, r->id);
    put_field(scratch, r->version);
    put_field(scratch, r->text);
    put_entry(b, KIND_REFUSED, buf_span(scratch));
}

static void put_status(struct buffer *b, const struct journal_status *s, struct buffer *scratch)
{
    size_t bound = ZSTD_compressBound(s->json.n), n;
    uint8_t *to;

    buf_reset(scratch);
    buf_put(scratch, span_of(s->id, sizeof s->id));
    put_field(scratch, s->root);
    put_field(scratch, s->source);
    buf_be(scratch, s->json.n, 8);
    to = buf_grow(scratch, bound);
    n = to ? ZSTD_compress(to, bound, s->json.p, s->json.n, 1) : 0;
    if (!to || ZSTD_isError(n))
        abort();
    scratch->n -= bound - n;
    put_entry(b, KIND_STATUS, buf_span(scratch));
}

/* By one of those who wait, without the lock. */
static bool flush(struct object_journal *j, struct span s, struct why *w)
{
    uint64_t at = j->size;

    while (s.n) {
        ssize_t n = pwrite(j->fd, s.p, s.n, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return io(w, "write to", "the journal");
        at += (uint64_t)n;
        s = span_sub(s, (size_t)n, s.n);
    }
    if (fdatasync(j->fd) != 0)
        return io(w, "write to", "the journal");
    j->size = at;
    return true;
}

/* Under the lock; returns when what was asked for up to `until` is on disk. */
static bool wait_flushed(struct object_journal *j, uint64_t until, struct why *w)
{
    struct buffer b;
    bool ok;

    while (j->done < until && !j->failed) {
        if (j->flushing) {
            (void)pthread_cond_wait(&j->flushed, &j->lock);
            continue;
        }
        j->flushing = true;
        b = j->waiting;
        buf_init(&j->waiting, (size_t)1 << 31);
        j->asked++;
        (void)pthread_mutex_unlock(&j->lock);
        ok = buf_ok(&b) && flush(j, buf_span(&b), w);
        buf_free(&b);
        (void)pthread_mutex_lock(&j->lock);
        j->failed |= !ok;
        j->done = j->asked;
        j->flushing = false;
        (void)pthread_cond_broadcast(&j->flushed);
        break;
    }
    return !j->failed || why_set(w, "io", WHY_NO_OFFSET, NULL, "the journal cannot be written");
}

/* Under the lock: a new day has a new file, once all of the old one is on disk. */
static bool turn(struct object_journal *j, int64_t now, struct why *w)
{
    if (day_of(now) <= j->day)
        return true;
    while (j->flushing || j->waiting.n) {
        if (!j->flushing && !wait_flushed(j, j->asked + 1, w))
            return false;
        if (j->flushing)
            (void)pthread_cond_wait(&j->flushed, &j->lock);
    }
    if (day_of(now) <= j->day)
        return true;
    drop_old(j, now);
    return open_day(j, day_of(now), w);
}

bool object_journal_put(struct object_journal *j, const struct journal_status *status,
                        const struct journal_refused *refused, size_t n, struct why *w)
{
    int64_t now = status ? status->at : n ? refused[0].at : 0;
    struct buffer b, scratch;
    size_t status_at = 0;
    bool ok, bare;

    if (!status && n == 0)
        return true;
    buf_init(&b, (size_t)1 << 31);
    buf_init(&scratch, (size_t)1 << 31);
    (void)pthread_mutex_lock(&j->lock);
    bare = j->end > LIMIT_TAXII_QUARANTINE;
    (void)pthread_mutex_unlock(&j->lock);
    for (size_t i = 0; i < n; i++) {
        struct journal_refused r = refused[i];

        if (bare)
            r.text = (struct span){ 0 };
        put_refused(&b, &r, &scratch);
    }
    status_at = b.n;
    if (status)
        put_status(&b, status, &scratch);
    (void)pthread_mutex_lock(&j->lock);
    ok = buf_ok(&b) && turn(j, now, w);
    if (ok) {
        if (status)
            remember(j, status->id, j->day, j->end + status_at);
        j->end += b.n;
        buf_put(&j->waiting, buf_span(&b));
        ok = wait_flushed(j, j->asked + 1, w);
    }
    (void)pthread_mutex_unlock(&j->lock);
    buf_free(&b);
    buf_free(&scratch);
    return ok;
}

static struct span take_field(struct reader *r)
{
    return rd_take(r, rd_u32(r));
}

static bool status_of(const uint8_t *body, uint64_t n, struct span root, struct span source, struct arena *a,
                      struct span *json)
{
    struct reader r = rd_of(span_of(body, n));
    struct span of_root, of_source, packed;
    uint64_t length;
    uint8_t *to;

    (void)rd_take(&r, JOURNAL_ID);
    of_root = take_field(&r);
    of_source = take_field(&r);
    length = rd_be(&r, 8);
    packed = rd_rest(&r);
    if (!rd_ok(&r) || !span_eq(of_root, root) || (of_source.n && !span_eq(of_source, source)) ||
        length > STATUS_MOST)
        return false;
    to = arena_alloc(a, length ? length : 1);
    if (!to || ZSTD_decompress(to, length, packed.p, packed.n) != length)
        return false;
    *json = span_of(to, length);
    return true;
}

bool object_journal_status(struct object_journal *j, const uint8_t id[JOURNAL_ID], struct span root,
                           struct span source, struct arena *a, struct span *json)
{
    char path[JOURNAL_PATH + 24];
    struct place found = { 0 };
    struct stat st;
    struct head h;
    uint8_t *body = NULL;
    uint32_t at;
    bool ok = false;
    int fd;

    (void)pthread_mutex_lock(&j->lock);
    for (at = j->bucket[(id[0] | id[1] << 8) % BUCKETS]; at; at = j->place[at - 1].next)
        if (memcmp(j->place[at - 1].id, id, JOURNAL_ID) == 0)
            break;
    if (at)
        found = j->place[at - 1];
    (void)pthread_mutex_unlock(&j->lock);
    if (!at)
        return false;
    path_of(j->folder, found.day, path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fstat(fd, &st) == 0 && head_at(fd, found.at, (uint64_t)st.st_size, &h) &&
        h.kind == KIND_STATUS && (body = body_at(fd, found.at, &h)))
        ok = status_of(body, h.length, root, source, a, json);
    free(body);
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

static bool tell_refused(struct span body, bool (*each)(void *ctx, const struct journal_refused *r),
                         void *ctx)
{
    struct reader in = rd_of(body);
    struct journal_refused r = { .at = (int64_t)rd_be(&in, 8) };

    r.collection = take_field(&in);
    r.source = take_field(&in);
    r.reason = take_field(&in);
    r.clause = take_field(&in);
    r.detail = take_field(&in);
    r.id = take_field(&in);
    r.version = take_field(&in);
    r.text = take_field(&in);
    return !rd_done(&in) || each(ctx, &r);
}

static bool refused_of_day(int fd, bool (*each)(void *ctx, const struct journal_refused *r), void *ctx)
{
    struct stat st;
    struct head h;
    bool going_on = true;

    if (fstat(fd, &st) != 0)
        return true;
    for (uint64_t at = 0; going_on && head_at(fd, at, (uint64_t)st.st_size, &h); at += HEAD + h.length) {
        uint8_t *body = h.kind == KIND_REFUSED ? body_at(fd, at, &h) : NULL;

        if (body)
            going_on = tell_refused(span_of(body, h.length), each, ctx);
        free(body);
    }
    return going_on;
}

bool object_journal_refused(const char *folder, bool (*each)(void *ctx, const struct journal_refused *r),
                            void *ctx, struct why *w)
{
    char path[JOURNAL_PATH + 24];
    uint32_t *day;
    size_t n;
    bool going_on = true;

    day = days_of(folder, &n);
    for (size_t i = 0; going_on && i < n; i++) {
        int fd;

        path_of(folder, day[i], path);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            free(day);
            return io(w, "open", path);
        }
        going_on = refused_of_day(fd, each, ctx);
        (void)close(fd);
    }
    free(day);
    return true;
}
