#include "log/streams_internal.h"

static const struct span INDEX = { (const uint8_t *)"index", 5 };

/* One batch at most: what waits longer goes into the next one. */
enum { BATCH = 16 * 1024 };

bool stream_append(struct stream *st, const struct stream_item *item, size_t n, uint64_t *first,
                   struct why *w)
{
    uint64_t index;

    for (size_t i = 0; i < n; i++) {
        bool ok = item[i].kept.n
                      ? log_writer_add_body(st->writer, item[i].entry, item[i].hash, item[i].kept, &index, w)
                      : log_writer_add(st->writer, item[i].entry, &index, w);

        if (!ok)
            return false;
        if (i == 0 && first)
            *first = index;
    }
    return true;
}

bool stream_commit(struct stream *st, unix_time now, struct why *w)
{
    if (log_writer_commit(st->writer, w)) {
        stream_published(st, true, now);
        return true;
    }
    /* What counts is found out by opening it again. */
    log_writer_close(st->writer);
    st->writer = NULL;
    return false;
}

/* Jobs that become one checkpoint; entered. */
static void run_batch(struct stream *st, struct stream_job *batch)
{
    struct why w = { 0 };
    unix_time now = 0;
    bool ok;

    for (const struct stream_job *j = batch; j; j = j->next)
        if (j->now > now)
            now = j->now;
    ok = stream_ready(st, now, &w);
    for (struct stream_job *j = batch; ok && j; j = j->next) {
        uint64_t first = 0;

        ok = stream_append(st, j->item, j->n, &first, &w);
        if (!j->place)
            continue;
        j->place->index = first;
        memcpy(j->place->origin, st->origin, sizeof st->origin);
    }
    if (!ok && st->writer) {
        log_writer_close(st->writer); /* drops what was added */
        st->writer = NULL;
    }
    ok = ok && stream_commit(st, now, &w);
    for (struct stream_job *j = batch; j; j = j->next) {
        j->ok = ok;
        j->why = w;
    }
}

/* The first jobs of the queue; under the lock. */
static struct stream_job *take(struct stream *st)
{
    struct stream_job *batch = st->first, *end = batch;
    size_t n = end->n;

    for (; end->next && n + end->next->n <= BATCH; end = end->next)
        n += end->next->n;
    st->first = end->next;
    if (!st->first)
        st->last = &st->first;
    end->next = NULL;
    return batch;
}

/*
 * Whoever finds nobody at work commits for all that wait. A job is its caller's again once it is done, so its
 * successor is read before.
 */
bool stream_run(struct stream *st, const struct stream_item *item, size_t n, unix_time now,
                struct stream_place *place, struct why *w)
{
    struct stream_job mine = { .item = item, .n = n, .now = now, .place = place };

    pthread_mutex_lock(&st->lock);
    *st->last = &mine;
    st->last = &mine.next;
    while (!mine.done) {
        struct stream_job *batch, *next;

        if (st->busy) {
            pthread_cond_wait(&st->turn, &st->lock);
            continue;
        }
        st->busy = true;
        batch = take(st);
        pthread_mutex_unlock(&st->lock);
        run_batch(st, batch);
        pthread_mutex_lock(&st->lock);
        st->busy = false;
        for (; batch; batch = next) {
            next = batch->next;
            batch->done = true;
        }
        pthread_cond_broadcast(&st->turn);
    }
    pthread_mutex_unlock(&st->lock);
    return mine.ok || why_set(w, mine.why.reason, mine.why.offset, mine.why.clause, "%s", mine.why.detail);
}

/* Seals one record with its fresh salt and writes its header. */
static bool make_item(const struct streams *s, const struct stream *st, const struct stream_new *r,
                      const uint8_t salt[LEAF_SALT], struct arena *a, struct stream_item *out, struct why *w)
{
    struct leaf l = { .type = r->type,
                      .issuer = s->opt.state,
                      .stream = span_str(st->name),
                      .audience = span_str(st->audience),
                      .has_subject = r->subject.n > 0,
                      .time = r->time };
    size_t kept = LEAF_SALT + r->body.n + LEAF_SEAL;
    uint8_t *p = arena_alloc(a, kept + LEAF_MAX);
    struct buffer b;

    if (!p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (l.has_subject)
        leaf_subject(s->opt.subject_secret, l.audience, r->subject, l.subject);
    memcpy(p, salt, LEAF_SALT);
    buf_init_fixed(&b, p + LEAF_SALT, kept - LEAF_SALT);
    leaf_seal(r->body, salt, &l, &b);
    out->kept = span_of(p, kept);
    memcpy(out->hash, l.body, LEAF_HASH);
    buf_init_fixed(&b, p + kept, LEAF_MAX);
    if (span_eq(l.type, LEAF_ERASURE) || !leaf_put(&l, &b))
        return why_set(w, "leaf", WHY_NO_OFFSET, NULL,
                       "a type of small letters and a time from 1970 on are needed");
    out->entry = buf_span(&b);
    return true;
}

/* Room for all, checked before anything is sealed. */
static bool room_for(const struct stream_new *record, size_t n, size_t *room, struct why *w)
{
    *room = 0;
    for (size_t i = 0; i < n; i++) {
        if (record[i].body.n > LIMIT_LOG_BODY)
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a body has at most %d bytes",
                           LIMIT_LOG_BODY);
        *room += record[i].body.n + LEAF_SALT + LEAF_SEAL + LEAF_MAX + sizeof(struct stream_item) + 256;
    }
    return (n > 0 && n <= LIMIT_PUBLISH && *room <= LIMIT_PUBLISH_BYTES) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "1 to %d records, and %d bytes, at a time",
                   LIMIT_PUBLISH, LIMIT_PUBLISH_BYTES);
}

bool streams_publish(struct streams *s, struct span stream, struct span audience,
                     const struct stream_new *record, size_t n, unix_time now, struct stream_place *out,
                     struct why *w)
{
    struct stream_place place = { 0 };
    struct stream_item *item;
    struct stream *st;
    struct arena a;
    uint8_t *salt;
    size_t room;
    bool ok;

    if (span_eq(stream, INDEX))
        return why_set(w, "origin", WHY_NO_OFFSET, NULL, "the index log is written by the node itself");
    if (!room_for(record, n, &room, w) || !(st = stream_find(s, stream, audience, true, w)))
        return false;
    arena_init(&a, room + n * LEAF_SALT + 4096);
    item = arena_array(&a, n, sizeof *item);
    salt = arena_alloc(&a, n * LEAF_SALT);
    ok = item && salt;
    if (ok)
        random_bytes(salt, n * LEAF_SALT);
    else
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; ok && i < n; i++)
        ok = make_item(s, st, &record[i], salt + i * LEAF_SALT, &a, &item[i], w);
    ok = ok && stream_run(st, item, n, now, &place, w);
    arena_free(&a);
    if (ok && out)
        *out = place;
    return ok;
}
