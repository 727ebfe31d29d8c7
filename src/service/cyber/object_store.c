/* Opening and closing; requests to the writer. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "service/cyber/object_internal.h"

struct found {
    uint32_t *segment, *tail;
    size_t n_segments, n_tails;
};

static int by_number(const void *a, const void *b)
{
    uint32_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

static void add(uint32_t **list, size_t *n, uint32_t number)
{
    *list = realloc(*list, (*n + 1) * sizeof **list);
    if (!*list)
        abort();
    (*list)[(*n)++] = number;
}

/* "seg-0000001f"; drafts of a process that ended are removed. */
static bool look(struct object_store *s, struct found *f, struct why *w)
{
    DIR *d = opendir(s->folder);
    char path[OBJECT_PATH + 300];
    const struct dirent *e;
    unsigned number;
    int end;

    if (!d)
        return object_io(w, "open", s->folder);
    while ((e = readdir(d))) {
        end = 0;
        if (sscanf(e->d_name, "seg-%8x%n", &number, &end) == 1 && end == 12 && !e->d_name[end])
            add(&f->segment, &f->n_segments, number);
        else if (sscanf(e->d_name, "tail-%8x%n", &number, &end) == 1 && end == 13 && !e->d_name[end])
            add(&f->tail, &f->n_tails, number);
        else if (strncmp(e->d_name, "new-", 4) == 0 && !s->o.read_only) {
            (void)snprintf(path, sizeof path, "%s/%s", s->folder, e->d_name);
            (void)unlink(path);
        }
    }
    (void)closedir(d);
    if (f->n_segments)
        qsort(f->segment, f->n_segments, sizeof *f->segment, by_number);
    if (f->n_tails)
        qsort(f->tail, f->n_tails, sizeof *f->tail, by_number);
    return true;
}

/* The rows of a part into the index, in their order. */
static bool take_part(struct object_store *s, struct object_part *p, struct why *w)
{
    object_parts_push(s, p);
    if (p->first != s->index.n)
        return why_set(w, "corrupt", WHY_NO_OFFSET, NULL, "part %08x of %s does not follow the one before it",
                       p->number, s->folder);
    for (uint32_t i = 0; i < p->n; i++) {
        object_index_add(s, &p->rows[i]);
        if (p->rows[i].date_added > s->last_date)
            s->last_date = p->rows[i].date_added;
    }
    s->durable = (uint32_t)s->index.n;
    s->bytes += p->bytes;
    for (size_t i = 0; i < p->n_deleted; i++)
        if (p->deleted[i])
            object_index_delete(&s->index, (uint32_t)(p->deleted[i] - 1));
    return true;
}

static bool load(struct object_store *s, const struct found *f, struct why *w)
{
    struct object_part *p;
    uint32_t next = 0;
    char path[OBJECT_PATH + 20];

    for (size_t i = 0; i < f->n_segments; i++) {
        if (f->segment[i] != next)
            return why_set(w, "corrupt", WHY_NO_OFFSET, NULL, "segment %08x is missing in %s", next,
                           s->folder);
        if (!object_segment_open(s, next++, &p, w) || !take_part(s, p, w))
            return false;
    }
    for (size_t i = 0; i < f->n_tails; i++) {
        if (f->tail[i] < next) { /* its segment is there */
            (void)snprintf(path, sizeof path, "%s/tail-%08x", s->folder, f->tail[i]);
            if (!s->o.read_only)
                (void)unlink(path);
            continue;
        }
        if (f->tail[i] != next)
            return why_set(w, "corrupt", WHY_NO_OFFSET, NULL, "tail %08x is missing in %s", next, s->folder);
        if (!object_tail_load(s, next++, &p, w) || !take_part(s, p, w))
            return false;
    }
    object_parts_forget(s);
    if (s->o.read_only || (f->n_tails && f->tail[f->n_tails - 1] == next - 1))
        return true;
    if (!object_tail_create(s, next, &p, w))
        return false;
    object_parts_push(s, p);
    return true;
}

/* All tails but the last one become segments before anybody writes. */
static bool seal_rest(struct object_store *s, struct why *w)
{
    for (size_t i = 0; i + 1 < s->n_parts; i++) {
        struct object_part *tail = s->part[i], *segment;
        char path[OBJECT_PATH + 20];

        if (tail->map)
            continue;
        if (!object_segment_write(s, tail, w) || !object_segment_open(s, tail->number, &segment, w))
            return false;
        s->part[i] = segment;
        (void)snprintf(path, sizeof path, "%s/tail-%08x", s->folder, tail->number);
        (void)unlink(path);
        object_part_drop(tail);
    }
    return true;
}

static bool lock_folder(struct object_store *s, struct why *w)
{
    char path[OBJECT_PATH + 20];

    (void)snprintf(path, sizeof path, "%s/lock", s->folder);
    s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_fd < 0)
        return object_io(w, "open", path);
    return file_lock(s->lock_fd) ||
           why_set(w, "locked", WHY_NO_OFFSET, NULL, "another process has %s open", s->folder);
}

static void prepare(struct object_store *s)
{
    pthread_rwlockattr_t attr;

    (void)pthread_rwlockattr_init(&attr);
    (void)pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    (void)pthread_rwlock_init(&s->lock, &attr);
    (void)pthread_rwlockattr_destroy(&attr);
    (void)pthread_mutex_init(&s->queue_lock, NULL);
    (void)pthread_cond_init(&s->queued, NULL);
    (void)pthread_cond_init(&s->done, NULL);
    (void)pthread_cond_init(&s->sealed, NULL);
    (void)pthread_cond_init(&s->newer, NULL);
    s->queue_end = &s->queue;
    s->lock_fd = -1;
    object_names_init(&s->names);
    object_cache_init(&s->cache);
    buf_init(&s->group, (size_t)1 << 31);
    buf_init(&s->gone, (size_t)1 << 31);
}

bool object_store_open(const struct object_store_options *o, struct object_store **ret, struct why *w)
{
    struct object_store *s = calloc(1, sizeof *s);
    struct found f = { 0 };
    bool ok;

    if (!s)
        abort();
    s->o = *o;
    prepare(s);
    (void)snprintf(s->folder, sizeof s->folder, "%s", o->folder);
    ok = (o->read_only || (folder_make(s->folder, o->steps, w) && lock_folder(s, w))) &&
         object_names_load(s, w) && look(s, &f, w);
    object_index_init(&s->index, o->read_only ? NULL : s->folder);
    ok = ok && load(s, &f, w) && (o->read_only || (seal_rest(s, w) && object_writer_start(s, w)));
    free(f.segment);
    free(f.tail);
    if (!ok) {
        object_store_close(s);
        return false;
    }
    *ret = s;
    return true;
}

const char *object_store_folder(const struct object_store *s)
{
    return s->o.read_only ? NULL : s->folder;
}

void object_store_close(struct object_store *s)
{
    if (!s)
        return;
    object_writer_stop(s);
    for (size_t i = 0; i < s->n_parts; i++)
        object_part_drop(s->part[i]);
    free(s->part);
    object_index_free(&s->index);
    object_names_free(&s->names);
    object_cache_free(&s->cache);
    buf_free(&s->group);
    buf_free(&s->gone);
    if (s->lock_fd >= 0)
        (void)close(s->lock_fd);
    (void)pthread_rwlock_destroy(&s->lock);
    (void)pthread_mutex_destroy(&s->queue_lock);
    (void)pthread_cond_destroy(&s->queued);
    (void)pthread_cond_destroy(&s->done);
    (void)pthread_cond_destroy(&s->sealed);
    (void)pthread_cond_destroy(&s->newer);
    free(s);
}

static bool ask(struct object_store *s, struct object_request *r, struct why *w)
{
    (void)pthread_mutex_lock(&s->queue_lock);
    *s->queue_end = r;
    s->queue_end = &r->next;
    (void)pthread_cond_signal(&s->queued);
    while (!r->done)
        (void)pthread_cond_wait(&s->done, &s->queue_lock);
    (void)pthread_mutex_unlock(&s->queue_lock);
    if (!r->ok && w && !w->reason)
        *w = r->why;
    return r->ok;
}

bool object_store_add(struct object_store *s, uint16_t collection, struct object_new *item, size_t n,
                      struct why *w)
{
    struct object_request r = { .collection = collection, .item = item, .n = n };

    if (collection >= OBJECT_COLLECTIONS || s->o.read_only)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "there is no such collection, or nothing is written");
    return n == 0 || ask(s, &r, w);
}

bool object_store_delete(struct object_store *s, const uint64_t *sequence, size_t n, struct why *w)
{
    struct object_request r = { .gone = sequence, .n_gone = n };

    if (s->o.read_only)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "nothing is written");
    return n == 0 || ask(s, &r, w);
}
