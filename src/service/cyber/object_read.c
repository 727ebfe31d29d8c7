/* Rows and bytes of records. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "service/cyber/object_internal.h"

bool object_store_row(struct object_store *s, uint64_t sequence, struct object_row *out)
{
    bool there;

    (void)pthread_rwlock_rdlock(&s->lock);
    there = sequence && sequence <= s->durable && !object_index_gone(&s->index, (uint32_t)sequence - 1);
    if (there)
        *out = *object_part_row(s, (uint32_t)sequence - 1);
    (void)pthread_rwlock_unlock(&s->lock);
    return there;
}

static bool tail_read(const struct object_part *p, uint64_t at, uint64_t n, uint8_t *out, struct why *w)
{
    while (n) {
        ssize_t got = pread(p->fd, out, n, (off_t)at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return object_io(w, "read", "the tail of objects");
        out += got;
        n -= (uint64_t)got;
        at += (uint64_t)got;
    }
    return true;
}

static bool part_read(struct object_store *s, const struct object_part *p, uint64_t at, uint64_t n,
                      uint8_t *out, struct why *w)
{
    return p->map ? object_segment_read(s, p, at, n, out, w) : tail_read(p, at, n, out, w);
}

/* Objects that stand one after another in one part. */
struct run {
    struct object_part *part; /* held */
    uint64_t at, n;
};

/* Under the lock: the longest run from sequence[0] on; how many objects it has, 0: one is not there. */
static size_t run_of(struct object_store *s, const uint64_t *sequence, size_t n, struct run *out)
{
    struct object_part *p;
    size_t k = 0;
    uint64_t end = 0;

    if (sequence[0] == 0 || sequence[0] > s->durable)
        return 0;
    p = object_part_of(s, (uint32_t)sequence[0] - 1);
    while (k < n && sequence[k] > p->first && sequence[k] <= (uint64_t)p->first + p->n &&
           sequence[k] <= s->durable) {
        const struct object_row *r = &p->rows[sequence[k] - 1 - p->first];

        if (k && r->at != end + 1)
            break;
        if (k == 0)
            out->at = r->at;
        end = r->at + r->n;
        k++;
    }
    out->n = end - out->at;
    out->part = p;
    atomic_fetch_add(&p->held, 1);
    return k;
}

bool object_store_bytes(struct object_store *s, const uint64_t *sequence, size_t n, uint8_t *out,
                        size_t bytes, struct why *w)
{
    const uint8_t *end = out + bytes;
    struct run run = { 0 };
    size_t k;
    bool ok = true;

    for (size_t i = 0; ok && i < n; i += k) {
        (void)pthread_rwlock_rdlock(&s->lock);
        k = run_of(s, sequence + i, n - i, &run);
        (void)pthread_rwlock_unlock(&s->lock);
        if (k == 0)
            return why_set(w, "corrupt", WHY_NO_OFFSET, NULL, "there is no such record");
        if ((size_t)(end - out) < run.n + (i > 0)) {
            object_part_drop(run.part);
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the objects are longer than was said");
        }
        if (i)
            *out++ = ',';
        ok = part_read(s, run.part, run.at, run.n, out, w);
        out += run.n;
        object_part_drop(run.part);
    }
    return ok && (out == end || why_set(w, "corrupt", WHY_NO_OFFSET, NULL, "objects are shorter than said"));
}

bool object_bytes_of(struct object_store *s, uint32_t row, struct buffer *out, struct why *w)
{
    const struct object_part *p = object_part_of(s, row);
    const struct object_row *r = &p->rows[row - p->first];
    uint8_t *to;

    if (row >= s->group_first && row >= s->durable) { /* not on disk yet */
        buf_put(out, span_sub(buf_span(&s->group), r->at - p->size - GROUP_HEAD,
                              r->at - p->size - GROUP_HEAD + r->n));
        return buf_ok(out);
    }
    to = buf_grow(out, r->n);
    if (!to)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return part_read(s, p, r->at, r->n, to, w);
}

uint64_t object_store_newest(struct object_store *s)
{
    uint64_t n;

    (void)pthread_rwlock_rdlock(&s->lock);
    n = s->durable;
    (void)pthread_rwlock_unlock(&s->lock);
    return n;
}

void object_store_wait(struct object_store *s, uint64_t newer_than, unsigned milliseconds)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    (void)pthread_mutex_lock(&s->queue_lock);
    while (!s->ending && object_store_newest(s) <= newer_than)
        if (pthread_cond_timedwait(&s->newer, &s->queue_lock, &until) != 0)
            break;
    (void)pthread_mutex_unlock(&s->queue_lock);
}

void object_store_figures(struct object_store *s, struct object_figures *out)
{
    (void)pthread_rwlock_rdlock(&s->lock);
    *out = (struct object_figures){ .records = s->durable,
                                    .deleted = s->index.deleted,
                                    .objects = s->index.n_heads - 1,
                                    .bytes = s->bytes,
                                    .commits = s->commits };
    (void)pthread_rwlock_unlock(&s->lock);
}

static void seconds_text(int64_t seconds, char out[TIME_TEXT])
{
    (void)time_format(seconds, out);
    out[19] = 0; /* without Z */
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

const char *object_date_text(int64_t micros, char out[OBJECT_TIME_TEXT])
{
    int64_t seconds = floor_div(micros, 1000000), rest = micros - seconds * 1000000;
    char text[TIME_TEXT];

    seconds_text(seconds, text);
    (void)snprintf(out, OBJECT_TIME_TEXT, "%s.%06uZ", text, (unsigned)rest);
    return out;
}

const char *object_version_text(const struct object_row *r, char out[OBJECT_TIME_TEXT])
{
    int64_t seconds = floor_div(r->version, 1000000), rest = r->version - seconds * 1000000;
    char text[TIME_TEXT], digits[12];
    size_t n = r->version_digits;

    if (r->flags & OBJECT_IS_UNVERSIONED)
        return object_date_text(r->version, out);
    seconds_text(seconds, text);
    (void)snprintf(digits, sizeof digits, "%06u%03u", (unsigned)rest % 1000000u,
                   (unsigned)r->version_rest % 1000u);
    if (n == 0)
        (void)snprintf(out, OBJECT_TIME_TEXT, "%sZ", text);
    else if (n <= 9)
        (void)snprintf(out, OBJECT_TIME_TEXT, "%s.%.*sZ", text, (int)n, digits);
    else
        (void)snprintf(out, OBJECT_TIME_TEXT, "%s.%s%0*dZ", text, digits, (int)(n - 9), 0);
    return out;
}

size_t object_id_text(struct object_store *s, const struct object_row *r, char out[STIX_ID_TEXT])
{
    struct span type = object_store_type(s, r->type);
    char uuid[STIX_UUID_TEXT];

    return (size_t)snprintf(out, STIX_ID_TEXT, "%.*s--%s", (int)type.n, (const char *)type.p,
                            stix_uuid_text(&r->uuid, uuid));
}
