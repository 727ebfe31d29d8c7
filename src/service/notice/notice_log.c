/* The logs of this member, as far as they are about notices: published, read back, erased. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "service/notice/notice_desk.h"
#include "sync/replica.h"

enum { CURSORS = 128, YEAR_FIRST = 2026, MEMORY = 4 * LIMIT_LOG_BODY };

struct cursor_at {
    char origin[ORIGIN_MAX];
    uint64_t next, proposals;
};

struct notice_desk {
    struct notice_desk_options o;
    pthread_mutex_t lock; /* one thing is said at a time */
    struct cursor_at cursor[CURSORS];
    size_t n_cursors;
};

struct notice_desk *notice_desk_open(const struct notice_desk_options *o)
{
    struct notice_desk *d = calloc(1, sizeof *d);

    if (!d)
        abort();
    d->o = *o;
    (void)pthread_mutex_init(&d->lock, NULL);
    return d;
}

void notice_desk_close(struct notice_desk *d)
{
    if (!d)
        return;
    (void)pthread_mutex_destroy(&d->lock);
    free(d);
}

const struct notice_desk_options *notice_desk_of(const struct notice_desk *d)
{
    return &d->o;
}

void notice_desk_lock(struct notice_desk *d)
{
    (void)pthread_mutex_lock(&d->lock);
}

void notice_desk_unlock(struct notice_desk *d)
{
    (void)pthread_mutex_unlock(&d->lock);
}

/* ---- reading ---- */

static struct cursor_at *cursor_of(struct notice_desk *d, const char *origin)
{
    for (size_t i = 0; i < d->n_cursors; i++)
        if (strcmp(d->cursor[i].origin, origin) == 0)
            return &d->cursor[i];
    if (d->n_cursors == CURSORS)
        return NULL;
    (void)snprintf(d->cursor[d->n_cursors].origin, ORIGIN_MAX, "%s", origin);
    return &d->cursor[d->n_cursors++];
}

static bool take_one(struct notice_desk *d, const struct cursor_at *c, const struct origin *o,
                     const struct stream_record *r, struct why *w)
{
    const struct notice_arrival x = { .owner = d->o.member,
                                      .name = d->o.name,
                                      .pub = d->o.signer ? d->o.signer->pub : NULL,
                                      .stream = o->stream,
                                      .audience = o->audience,
                                      .shard = o->shard,
                                      .origin = span_str(c->origin),
                                      .index = c->next,
                                      .ordinal = c->proposals,
                                      .type = r->leaf.type,
                                      .body = r->body,
                                      .erased = r->state != BODY_THERE };

    return notice_book_take(d->o.book, &x, NULL, w);
}

/* From where it was read to up to its end. Absent: nothing. */
static bool read_shard(struct notice_desk *d, const char *origin, struct why *w)
{
    struct cursor_at *c = cursor_of(d, origin);
    struct origin o;
    struct arena a;
    bool ok = true;

    if (!c || !origin_parse(span_str(c->origin), &o, NULL))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "there are too many logs of notices");
    arena_init(&a, MEMORY);
    while (ok) {
        struct stream_record r;
        struct why end;

        why_clear(&end);
        arena_reset(&a);
        if (!streams_get(d->o.streams, span_str(origin), c->next, &a, &r, &end)) {
            ok = strcmp(end.reason, "origin") == 0 || strcmp(end.reason, "range") == 0 ||
                 why_set(w, end.reason, end.offset, end.clause, "%s", end.detail);
            break;
        }
        ok = r.control || take_one(d, c, &o, &r, w);
        if (ok) {
            c->proposals += !r.control && span_eq_str(r.leaf.type, NOTICE_TYPE_PROPOSED);
            c->next++;
        }
    }
    arena_free(&a);
    return ok;
}

/* Of one stream and audience all years, as far as they are not read yet. */
static bool read_years(struct notice_desk *d, const struct origin *o, unix_time now, struct why *w)
{
    int last = (int)date_of_time(now).year;
    char origin[ORIGIN_MAX];

    for (int year = YEAR_FIRST; year <= last; year++)
        if (snprintf(origin, sizeof origin, "%.*s/%.*s/%.*s/%d", (int)o->name.n, (const char *)o->name.p,
                     (int)o->stream.n, (const char *)o->stream.p, (int)o->audience.n,
                     (const char *)o->audience.p, year) < (int)sizeof origin &&
            !read_shard(d, origin, w))
            return false;
    return true;
}

bool notice_log_read(struct notice_desk *d, unix_time now, struct why *w)
{
    struct stream_state *s = NULL;
    struct arena a;
    size_t n = 0;
    bool ok;

    if (!d->o.streams)
        return true;
    arena_init(&a, 16 << 20);
    ok = streams_states(d->o.streams, &a, &s, &n, w);
    for (size_t i = 0; ok && i < n; i++) {
        struct origin o;
        const char *open = arena_str(&a, s[i].origin);

        if (!open || !origin_parse(s[i].origin, &o, NULL) ||
            (!span_eq_str(o.stream, NOTICES_STREAM) && !span_eq_str(o.stream, NOTICES_DESK)))
            continue;
        ok = read_years(d, &o, now, w) && read_shard(d, open, w);
    }
    arena_free(&a);
    return ok;
}

bool notice_desk_read_on(struct notice_desk *d, unix_time now, struct why *w)
{
    bool ok;

    notice_desk_lock(d);
    ok = notice_log_read(d, now, w);
    notice_desk_unlock(d);
    return ok;
}

void notice_log_next(const struct notice_desk *d, unix_time now, char shard[16], uint64_t *n)
{
    char prefix[ORIGIN_MAX];
    size_t length;

    (void)snprintf(shard, 16, "%d", (int)date_of_time(now).year);
    *n = 0;
    (void)snprintf(prefix, sizeof prefix, "%.*s/" NOTICES_STREAM "/all/", (int)d->o.name.n,
                   (const char *)d->o.name.p);
    length = strlen(prefix);
    for (size_t i = 0; i < d->n_cursors; i++) {
        const struct cursor_at *c = &d->cursor[i];
        const char *at = c->origin + length;

        if (!c->next || strncmp(c->origin, prefix, length) != 0 || strlen(at) >= 16 || strcmp(at, shard) < 0)
            continue;
        (void)snprintf(shard, 16, "%s", at);
        *n = c->proposals;
    }
}

/* ---- saying ---- */

bool notice_log_publish(struct notice_desk *d, bool notice, const char *stream, struct span audience,
                        const char *type, struct span json, unix_time now, struct arena *a, struct why *w)
{
    struct stream_place place;
    struct span body = { 0 };
    struct stream_new r;

    if (!d->o.streams || !d->o.signer)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node publishes nothing");
    if (!notice_sign(notice, json, d->o.name, d->o.signer, a, &body, w))
        return false;
    r = (struct stream_new){ .type = span_str(type), .time = now, .body = body };
    return streams_publish(d->o.streams, span_str(stream), audience, &r, 1, now, &place, w) &&
           notice_log_read(d, now, w);
}

bool notice_log_say(struct notice_desk *d, const struct notice_statement *s, struct span audience,
                    unix_time now, struct arena *a, struct why *w)
{
    bool all = span_eq_str(audience, "all");
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_NOTICE);
    ok = notice_statement_put(s, a, &b, w) &&
         notice_log_publish(d, false, all ? NOTICES_STREAM : NOTICES_DESK, audience, notice_statement_type(s),
                            buf_span(&b), now, a, w);
    buf_free(&b);
    return ok;
}

void notice_log_pair(struct span a, struct span b, char out[8])
{
    bool first = span_cmp(a, b) < 0;
    struct span x = first ? a : b, y = first ? b : a;

    (void)snprintf(out, 8, "%c%c-%c%c", x.p[0] | 0x20, x.p[1] | 0x20, y.p[0] | 0x20, y.p[1] | 0x20);
}

/* ---- erasing ---- */

static bool is_own(const struct notice_desk *d, struct span origin)
{
    return origin.n > d->o.name.n && span_starts(origin, d->o.name) && origin.p[d->o.name.n] == '/';
}

bool notice_log_erase(struct notice_desk *d, struct span origin, uint64_t index, unix_time now, struct why *w)
{
    struct stream_record r;
    struct arena a;
    bool there;

    if (!d->o.streams || !is_own(d, origin))
        return true;
    arena_init(&a, MEMORY);
    there = streams_get(d->o.streams, origin, index, &a, &r, NULL) && !r.control && r.state == BODY_THERE;
    arena_free(&a);
    return !there || streams_erase(d->o.streams, origin, index, SPAN("ended"), now, w);
}

bool notice_log_gone(struct notice_desk *d, struct span origin, uint64_t index, struct arena *a, bool *gone,
                     struct why *w)
{
    struct replica_entry e = { 0 };
    struct replica_row row;
    struct stream_record r;
    bool found = false;

    if (is_own(d, origin)) {
        *gone =
            !d->o.streams || !streams_get(d->o.streams, origin, index, a, &r, NULL) || r.state != BODY_THERE;
        return true;
    }
    if (!replica_find(d->o.store, origin, &found, a, &row, w))
        return false;
    *gone = !found;
    if (!found)
        return true;
    if (!replica_entry(d->o.store, &row, index, a, &e, w))
        return false;
    *gone = e.body != REPLICA_BODY_THERE;
    return true;
}
