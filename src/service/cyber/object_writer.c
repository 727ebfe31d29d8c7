/*
 * The one thread that writes: everything that waits becomes one group, one write and one wait for the disk;
 * then readers see it and the callers are told. A second thread compresses tails that are full.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "service/cyber/object_rules.h"

enum { GROUP_BYTES = 8 * 1024 * 1024, GROUP_KEPT = 512 * 1024, TAIL_BYTES = 16 * 1024 * 1024, BATCH = 32 };

static struct object_part *open_part(const struct object_store *s)
{
    return s->part[s->n_parts - 1];
}

/* Of a row that is imported the date it had, when it fits; else the clock's, or just after the last one. */
static int64_t date_of(struct object_store *s, uint16_t collection, const struct object_new *n, int64_t now)
{
    const struct object_list *l = &s->index.list[collection];
    int64_t before = l->n ? object_part_row(s, l->row[l->n - 1])->date_added : INT64_MIN;

    if (n->date && n->date >= before && n->date <= now)
        return n->date;
    return now > s->last_date ? now : s->last_date + 1;
}

/* Under the lock: only this thread writes, but the sealer replaces tails. */
static void stage(struct object_store *s, uint16_t collection, struct object_new *n, int64_t now)
{
    struct object_part *p = open_part(s);
    struct object_row *r = &n->row;
    uint64_t known = 0;

    n->outcome = object_rule(s, n, collection, r->type, &known);
    if (n->outcome == OBJECT_KNOWN && n->instead && n->instead == known) {
        n->outcome = OBJECT_ADDED;
        buf_put(&s->gone, span_of(&known, sizeof known));
    }
    r->date_added = date_of(s, collection, n, now);
    n->sequence = known;
    if (n->outcome != OBJECT_ADDED)
        return;
    if (r->date_added > s->last_date)
        s->last_date = r->date_added;
    if (r->flags & OBJECT_IS_UNVERSIONED) {
        r->version = r->date_added;
        r->version_rest = 0;
        r->version_digits = 6;
    }
    r->collection = collection;
    r->n = (uint32_t)n->text.n;
    r->at = p->size + GROUP_HEAD + s->group.n;
    memset(r->spare, 0, sizeof r->spare);
    buf_put(&s->group, n->text);
    buf_u8(&s->group, ',');
    object_tail_add_row(p, r);
    object_index_add(s, r);
    n->sequence = s->index.n;
}

/* The number of its type; false: it is not to be stored. */
static bool typed(struct object_store *s, struct object_new *n)
{
    if (n->outcome != OBJECT_ADDED)
        return false;
    if (s->index.n < UINT32_MAX - BATCH && object_names_type(s, n->type, &n->row.type, NULL))
        return true;
    n->outcome = OBJECT_TOO_MANY;
    return false;
}

/* Some at a time under one lock, so that readers get between them, and places in the index fetched ahead. */
static void stage_all(struct object_store *s, const struct object_request *r, int64_t now)
{
    bool good[BATCH];

    for (size_t from = 0; from < r->n; from += BATCH) {
        struct object_new *item = r->item + from;
        size_t n = r->n - from < BATCH ? r->n - from : BATCH;

        for (size_t i = 0; i < n; i++) {
            good[i] = typed(s, &item[i]);
            if (good[i])
                object_index_ahead(s, r->collection, item[i].row.type, &item[i].row.uuid);
        }
        (void)pthread_rwlock_wrlock(&s->lock);
        for (size_t i = 0; i < n; i++)
            if (good[i])
                stage(s, r->collection, &item[i], now);
        (void)pthread_rwlock_unlock(&s->lock);
    }
}

/* What was staged and did not get to the disk is forgotten: the index is worked out anew. */
static void forget(struct object_store *s)
{
    struct object_part *p = open_part(s);
    uint64_t *gone;
    size_t words;

    (void)pthread_rwlock_wrlock(&s->lock);
    while (p->first + p->n > s->durable)
        p->bytes -= p->rows[--p->n].n + 1u;
    words = ((size_t)s->durable + 63) / 64;
    gone = calloc(words + 1, sizeof *gone);
    if (!gone)
        abort();
    if (words)
        memcpy(gone, s->index.gone, words * sizeof *gone);
    object_index_free(&s->index);
    object_index_init(&s->index, s->folder);
    for (uint32_t i = 0; i < s->durable; i++) {
        struct object_row r = *object_part_row(s, i);

        object_index_add(s, &r);
        if (gone[i >> 6] >> (i & 63) & 1)
            object_index_delete(&s->index, i);
    }
    (void)pthread_rwlock_unlock(&s->lock);
    free(gone);
}

/* Under the lock: sequences that were written to be gone are. */
static void forget_deleted(struct object_store *s, struct object_part *p, struct span sequences)
{
    for (size_t i = 0; i < sequences.n / sizeof(uint64_t); i++) {
        uint64_t gone;

        memcpy(&gone, sequences.p + i * sizeof gone, sizeof gone);
        if (gone && gone <= s->durable)
            object_index_delete(&s->index, (uint32_t)(gone - 1));
        object_tail_add_deleted(p, gone);
    }
}

static bool commit_objects(struct object_store *s, struct why *w)
{
    struct object_part *p = open_part(s);
    uint32_t n = (uint32_t)s->index.n - s->group_first;
    struct object_group g = { .kind = GROUP_OBJECTS,
                              .bytes = buf_span(&s->group),
                              .gone = buf_span(&s->gone),
                              .first = s->group_first };

    if (n == 0)
        return true;
    g.rows = span_of(&p->rows[s->group_first - p->first], n * sizeof *p->rows);
    if (!buf_ok(&s->group) || !buf_ok(&s->gone) || !object_tail_commit(s, p, &g, w)) {
        forget(s);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the objects could not be written");
    }
    (void)pthread_rwlock_wrlock(&s->lock);
    s->durable = (uint32_t)s->index.n;
    s->bytes += s->group.n;
    s->commits++;
    forget_deleted(s, p, g.gone);
    (void)pthread_rwlock_unlock(&s->lock);
    return true;
}

static bool commit_deleted(struct object_store *s, const struct object_request *r, struct why *w)
{
    const struct object_group g = { .kind = GROUP_DELETED,
                                    .rows = span_of(r->gone, r->n_gone * sizeof *r->gone) };
    struct object_part *p = open_part(s);

    if (!object_tail_commit(s, p, &g, w))
        return false;
    (void)pthread_rwlock_wrlock(&s->lock);
    forget_deleted(s, p, g.rows);
    (void)pthread_rwlock_unlock(&s->lock);
    return true;
}

/* A full tail goes to the sealer, when it has finished the one before. */
static void rotate(struct object_store *s)
{
    struct object_part *p = open_part(s), *next;
    size_t most = s->o.tail ? s->o.tail : TAIL_BYTES;
    bool free_now;

    if (p->bytes < most && p->n_deleted < most / 64)
        return;
    (void)pthread_mutex_lock(&s->queue_lock);
    while (s->to_seal && p->bytes >= 2 * most && !s->failed)
        (void)pthread_cond_wait(&s->sealed, &s->queue_lock);
    free_now = !s->to_seal && !s->failed;
    (void)pthread_mutex_unlock(&s->queue_lock);
    if (!free_now || !object_tail_create(s, p->number + 1, &next, NULL))
        return;
    (void)pthread_rwlock_wrlock(&s->lock);
    object_parts_push(s, next);
    (void)pthread_rwlock_unlock(&s->lock);
    (void)pthread_mutex_lock(&s->queue_lock);
    s->to_seal = p;
    (void)pthread_cond_broadcast(&s->sealed);
    (void)pthread_mutex_unlock(&s->queue_lock);
}

/* Additions up to a deletion or the size of a group; ends at `rest`. */
static bool work(struct object_store *s, struct object_request *from, struct object_request **rest,
                 struct why *w)
{
    struct object_request *r = from;
    int64_t now = s->o.now(s->o.ctx);
    bool ok;

    if (r->n_gone) {
        *rest = r->next;
        return commit_deleted(s, r, w);
    }
    buf_reset(&s->group);
    buf_reset(&s->gone);
    s->group_first = (uint32_t)s->index.n;
    for (; r && !r->n_gone && s->group.n < GROUP_BYTES; r = r->next)
        stage_all(s, r, now);
    *rest = r;
    ok = commit_objects(s, w);
    if (s->group.cap > GROUP_KEPT) { /* a great POST does not hold its memory for ever */
        buf_free(&s->group);
        buf_init(&s->group, (size_t)1 << 31);
    }
    return ok;
}

static void tell(struct object_store *s, struct object_request *from, const struct object_request *to,
                 bool ok, const struct why *w)
{
    struct object_request *next;

    (void)pthread_mutex_lock(&s->queue_lock);
    for (struct object_request *r = from; r != to; r = next) {
        next = r->next;
        r->ok = ok;
        r->why = *w;
        r->done = true;
    }
    (void)pthread_cond_broadcast(&s->done);
    (void)pthread_cond_broadcast(&s->newer);
    (void)pthread_mutex_unlock(&s->queue_lock);
}

static void *write_all(void *arg)
{
    struct object_store *s = arg;

    for (;;) {
        struct object_request *r, *rest;

        (void)pthread_mutex_lock(&s->queue_lock);
        while (!s->queue && !s->ending)
            (void)pthread_cond_wait(&s->queued, &s->queue_lock);
        r = s->queue;
        s->queue = NULL;
        s->queue_end = &s->queue;
        (void)pthread_mutex_unlock(&s->queue_lock);
        if (!r)
            return NULL;
        for (; r; r = rest) {
            struct why w = { 0 };
            bool ok = work(s, r, &rest, &w);

            rotate(s);
            tell(s, r, rest, ok, &w);
        }
    }
}

/* The segment in place of its tail. */
static void replace(struct object_store *s, struct object_part *tail, struct object_part *segment)
{
    char path[OBJECT_PATH + 20];

    (void)pthread_rwlock_wrlock(&s->lock);
    for (size_t i = 0; i < s->n_parts; i++)
        if (s->part[i] == tail)
            s->part[i] = segment;
    object_parts_forget(s);
    (void)pthread_rwlock_unlock(&s->lock);
    (void)snprintf(path, sizeof path, "%s/tail-%08x", s->folder, tail->number);
    object_step(s, "remove tail");
    (void)unlink(path);
    object_part_drop(tail);
}

static void *seal_all(void *arg)
{
    struct object_store *s = arg;

    for (;;) {
        struct object_part *tail, *segment;
        bool ok;

        (void)pthread_mutex_lock(&s->queue_lock);
        while (!s->to_seal && !s->ending)
            (void)pthread_cond_wait(&s->sealed, &s->queue_lock);
        tail = s->to_seal;
        (void)pthread_mutex_unlock(&s->queue_lock);
        if (!tail)
            return NULL;
        ok = object_segment_write(s, tail, NULL) && object_segment_open(s, tail->number, &segment, NULL);
        if (ok)
            replace(s, tail, segment);
        (void)pthread_mutex_lock(&s->queue_lock);
        s->to_seal = NULL;
        s->failed |= !ok; /* it stays a tail until the folder is opened again */
        (void)pthread_cond_broadcast(&s->sealed);
        (void)pthread_mutex_unlock(&s->queue_lock);
    }
}

bool object_writer_start(struct object_store *s, struct why *w)
{
    if (pthread_create(&s->writer, NULL, write_all, s) != 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot start a thread");
    if (pthread_create(&s->sealer, NULL, seal_all, s) != 0) {
        (void)pthread_mutex_lock(&s->queue_lock);
        s->ending = true;
        (void)pthread_cond_broadcast(&s->queued);
        (void)pthread_mutex_unlock(&s->queue_lock);
        (void)pthread_join(s->writer, NULL);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot start a thread");
    }
    s->threads = true;
    return true;
}

void object_writer_stop(struct object_store *s)
{
    if (!s->threads)
        return;
    (void)pthread_mutex_lock(&s->queue_lock);
    s->ending = true;
    (void)pthread_cond_broadcast(&s->queued);
    (void)pthread_cond_broadcast(&s->newer);
    (void)pthread_mutex_unlock(&s->queue_lock);
    (void)pthread_join(s->writer, NULL); /* may hand a last tail to the sealer */
    (void)pthread_mutex_lock(&s->queue_lock);
    (void)pthread_cond_broadcast(&s->sealed);
    (void)pthread_mutex_unlock(&s->queue_lock);
    (void)pthread_join(s->sealer, NULL);
}
