#include "lookup/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lookup/bytes.h"

/* MARK: how many records of the same change stand before it, and in the lowest bit whether it takes out. */
enum { VALUE_AT = 8, MARK_AT = 12, PLACE_AT = 16, CHECK_AT = 24, CHUNK = 32768 * JOURNAL_RECORD };

static bool io(struct why *w, const char *what)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot %s the journal of a set: %s", what, strerror(errno));
}

static void put_record(uint8_t r[JOURNAL_RECORD], const struct lookup_change *c, uint64_t number, uint64_t at,
                       uint32_t before)
{
    put_le64(r, c->print);
    put_le32(r + VALUE_AT, c->gone ? 0 : c->value);
    put_le32(r + MARK_AT, before << 1 | c->gone);
    put_le64(r + PLACE_AT, at);
    put_le64(r + CHECK_AT, check64(r, CHECK_AT, number));
}

static bool holds(const uint8_t *r, uint64_t number, uint64_t at)
{
    return le64(r + PLACE_AT) == at && le32(r + MARK_AT) >> 1 <= at &&
           le64(r + CHECK_AT) == check64(r, CHECK_AT, number);
}

uint64_t journal_read(struct span bytes, uint64_t number, uint64_t from, struct table *t)
{
    uint64_t n = bytes.n / JOURNAL_RECORD, good = 0;

    for (; good < n; good++) {
        const uint8_t *r = bytes.p + good * JOURNAL_RECORD;

        if (!holds(r, number, from + good))
            break;
        table_set(t, &(struct lookup_change){ le64(r), le32(r + VALUE_AT), le32(r + MARK_AT) & 1 });
    }
    return good;
}

/* Parts of the last change may be on disk behind a gap after the power failed: it was not acknowledged. A
 * change that began behind the gap was begun after all before it was on disk. */
static bool lost_some(struct span bytes, uint64_t number, uint64_t from, uint64_t gap)
{
    for (uint64_t i = 0; i < bytes.n / JOURNAL_RECORD; i++) {
        const uint8_t *r = bytes.p + i * JOURNAL_RECORD;

        if (from + i > gap && holds(r, number, from + i) && from + i - (le32(r + MARK_AT) >> 1) > gap)
            return true;
    }
    return false;
}

/* How much of chunk could be filled from there on. */
static bool read_chunk(int fd, uint8_t *chunk, uint64_t at, size_t *n)
{
    *n = 0;
    while (*n < CHUNK) {
        ssize_t got = pread(fd, chunk + *n, CHUNK - *n, (off_t)(at + *n));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        *n += (size_t)got;
    }
    return true;
}

static bool read_all(struct journal *j, struct table *t, uint64_t *bytes, struct why *w)
{
    uint8_t *chunk = malloc(CHUNK);
    bool ok = true, damaged = false, over = false;
    size_t n = 0;

    if (!chunk)
        abort();
    *bytes = 0;
    do {
        if (!read_chunk(j->fd, chunk, *bytes, &n)) {
            ok = io(w, "read");
            break;
        }
        if (!over) {
            uint64_t good = journal_read(span_of(chunk, n), j->number, j->n, t);

            j->n += good;
            over = good * JOURNAL_RECORD < n;
        }
        damaged = over && lost_some(span_of(chunk, n), j->number, *bytes / JOURNAL_RECORD, j->n);
        *bytes += n;
    } while (n == CHUNK && !damaged);
    free(chunk);
    if (damaged)
        return why_set(w, "damaged", (size_t)(j->n * JOURNAL_RECORD), NULL,
                       "the journal of a set has a record that is not as it was written");
    return ok;
}

bool journal_open(const char *path, uint64_t number, bool write, struct table *t, struct journal *out,
                  bool *there, struct why *w)
{
    struct journal j = { .number = number };
    uint64_t bytes = 0;

    j.fd = open(path, write ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0644);
    *there = j.fd >= 0;
    if (j.fd < 0)
        return (!write && errno == ENOENT) || io(w, "open");
    if (!read_all(&j, t, &bytes, w))
        goto fail;
    if (write && bytes > j.n * JOURNAL_RECORD &&
        (ftruncate(j.fd, (off_t)(j.n * JOURNAL_RECORD)) != 0 || fdatasync(j.fd) != 0)) {
        (void)io(w, "cut");
        goto fail;
    }
    *out = j;
    return true;
fail:
    (void)close(j.fd);
    return false;
}

static bool put_all(const struct journal *j, const uint8_t *p, size_t n, uint64_t at)
{
    while (n) {
        ssize_t done = pwrite(j->fd, p, n, (off_t)at);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
        at += (uint64_t)done;
    }
    return true;
}

static bool write_records(const struct journal *j, const struct lookup_change *c, size_t n)
{
    enum { MOST = 2048 };
    uint8_t room[MOST * JOURNAL_RECORD];

    for (size_t i = 0; i < n;) {
        size_t k = 0, from = i;

        for (; k < MOST && i < n; k++, i++)
            put_record(room + k * JOURNAL_RECORD, &c[i], j->number, j->n + i, (uint32_t)i);
        if (!put_all(j, room, k * JOURNAL_RECORD, (j->n + from) * JOURNAL_RECORD))
            return false;
    }
    return true;
}

static void step(const struct folder_steps *s, const char *name)
{
    if (s)
        s->before(s->ctx, name);
}

bool journal_add(struct journal *j, const struct lookup_change *c, size_t n, const struct folder_steps *steps,
                 struct why *w)
{
    if (j->broken)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the journal of a set failed before: open it anew");
    if (n > INT32_MAX)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many changes at once");
    step(steps, "write journal");
    if (write_records(j, c, n)) {
        step(steps, "sync journal");
        if (fdatasync(j->fd) == 0) {
            j->n += n;
            return true;
        }
        j->broken = true; /* what the disk has now nobody knows */
        return io(w, "write");
    }
    (void)io(w, "write");
    j->broken = ftruncate(j->fd, (off_t)(j->n * JOURNAL_RECORD)) != 0 || fdatasync(j->fd) != 0;
    return false;
}

void journal_close(struct journal *j)
{
    if (j->fd >= 0)
        (void)close(j->fd);
    j->fd = -1;
}
