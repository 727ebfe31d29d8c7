#include "names/serai_names.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/scratch.h"
#include "files/durable.h"
#include "names/build.h"
#include "names/changes.h"
#include "names/rank.h"
#include "names/zone.h"

/* Searchers count themselves in under the number that is in force; who puts another view in its place counts
 * that number up and waits for those under the old one. Nobody who searches ever waits. */
struct gate {
    _Atomic(struct changes_view *) view; /* NULL: no changes */
    _Atomic unsigned turn;
    _Atomic unsigned inside[2];
};

struct names_index {
    const struct names *t;
    char *path; /* NULL: in memory */
    void *map;
    size_t n_map;
    struct buffer memory; /* of an image that is no file */
    struct image image;
    struct gate *gate;
    pthread_mutex_t writing;
    struct buffer records; /* all changes that count */
};

/* ---- opening ---- */

static struct names_index *index_new(const struct names *t, const char *path)
{
    struct names_index *x = calloc(1, sizeof *x);

    if (!x)
        abort();
    x->t = t;
    x->path = path ? strdup(path) : NULL;
    x->gate = calloc(1, sizeof *x->gate);
    if ((path && !x->path) || !x->gate)
        abort();
    (void)pthread_mutex_init(&x->writing, NULL);
    buf_init(&x->memory, SIZE_MAX / 2);
    buf_init(&x->records, CHANGES_BYTES);
    return x;
}

static bool io(struct why *w, const char *what, const char *path)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot %s %s: %s", what, path, strerror(errno));
}

/* A search reads here and there in all of it: where the system can, by pages of some megabytes. */
static void large_pages(void *p, size_t n)
{
    static const uintptr_t PAGE = (uintptr_t)1 << 21;
    uintptr_t from = ((uintptr_t)p + PAGE - 1) & ~(PAGE - 1), to = ((uintptr_t)p + n) & ~(PAGE - 1);

    if (from < to)
        (void)madvise((char *)p + (from - (uintptr_t)p), to - from, MADV_HUGEPAGE);
}

static bool map(struct names_index *x, struct why *w)
{
    struct stat st;
    int fd = open(x->path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return io(w, "open", x->path);
    if (fstat(fd, &st) != 0 || st.st_size <= 0) {
        (void)close(fd);
        return why_set(w, "format", WHY_NO_OFFSET, NULL, "%s is empty", x->path);
    }
    x->n_map = (size_t)st.st_size;
    x->map = mmap(NULL, x->n_map, PROT_READ, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (x->map == MAP_FAILED) {
        x->map = NULL;
        return io(w, "map", x->path);
    }
    large_pages(x->map, x->n_map);
    return image_open(span_of(x->map, x->n_map), &x->image, w);
}

static char *changes_path(const struct names_index *x)
{
    char *path = NULL;

    if (asprintf(&path, "%s.changes", x->path) < 0)
        abort();
    return path;
}

/* "serainch" and the image's sum. */
static void changes_head(const struct names_index *x, uint8_t out[CHANGES_HEAD])
{
    memcpy(out, "serainch", 8);
    memcpy(out + 8, &x->image.head->sum, 8);
}

/* Changes of another image do not count: it was made again since. */
static bool read_changes(struct names_index *x, struct why *w)
{
    char *path = changes_path(x);
    uint8_t head[CHANGES_HEAD];
    struct changes_view *v;
    struct arena a;
    struct span s;
    bool there, ok;

    arena_init(&a, 2 * (size_t)CHANGES_BYTES);
    ok = file_read(path, CHANGES_BYTES, &a, &s, &there, w);
    free(path);
    changes_head(x, head);
    if (ok && there && s.n > CHANGES_HEAD && memcmp(s.p, head, CHANGES_HEAD) == 0) {
        s = span_sub(s, CHANGES_HEAD, s.n);
        buf_put(&x->records, span_sub(s, 0, changes_whole(s)));
        ok = changes_view_new(x->t, buf_span(&x->records), &v, w);
        if (ok)
            atomic_store(&x->gate->view, v);
    }
    arena_free(&a);
    return ok;
}

bool names_index_open(const struct names *t, const char *path, struct names_index **ret, struct why *w)
{
    struct names_index *x = index_new(t, path);

    if (!map(x, w) || !read_changes(x, w)) {
        names_index_close(x);
        return false;
    }
    *ret = x;
    return true;
}

struct names_index *names_index_new(const struct names *t, const struct names_build *b)
{
    struct names_index *x = index_new(t, NULL);

    build_image(b, &x->memory);
    large_pages(x->memory.p, x->memory.n);
    if (!image_open(buf_span(&x->memory), &x->image, NULL))
        abort();
    return x;
}

void names_index_close(struct names_index *x)
{
    if (!x)
        return;
    changes_view_free(atomic_load(&x->gate->view));
    if (x->map)
        (void)munmap(x->map, x->n_map);
    buf_free(&x->memory);
    buf_free(&x->records);
    (void)pthread_mutex_destroy(&x->writing);
    free(x->gate);
    free(x->path);
    free(x);
}

bool names_index_check(const struct names_index *x, struct why *w)
{
    return image_check(&x->image, w);
}

/* ---- searchers and changes side by side ---- */

static const struct changes_view *enter(struct gate *g, unsigned *turn)
{
    for (;;) {
        *turn = atomic_load(&g->turn);
        atomic_fetch_add(&g->inside[*turn & 1], 1);
        if (atomic_load(&g->turn) == *turn)
            return atomic_load(&g->view);
        atomic_fetch_sub(&g->inside[*turn & 1], 1);
    }
}

static void leave(struct gate *g, unsigned turn)
{
    atomic_fetch_sub(&g->inside[turn & 1], 1);
}

static void swap(struct gate *g, struct changes_view *v)
{
    static const struct timespec moment = { 0, 50 * 1000 };
    struct changes_view *old = atomic_exchange(&g->view, v);
    unsigned turn = atomic_fetch_add(&g->turn, 1);

    while (atomic_load(&g->inside[turn & 1]))
        (void)nanosleep(&moment, NULL);
    changes_view_free(old);
}

void names_index_facts(const struct names_index *x, struct names_facts *out)
{
    unsigned turn;
    const struct changes_view *v = enter(x->gate, &turn);

    *out = (struct names_facts){ .entities = x->image.head->n_entity,
                                 .names = x->image.head->n_name,
                                 .words = x->image.head->n_word,
                                 .bytes = x->image.bytes.n };
    if (v) {
        out->added = v->added;
        out->removed = v->removed;
    }
    leave(x->gate, turn);
}

/* ---- changing ---- */

static bool write_all(int fd, struct span s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = span_sub(s, (size_t)n, s.n);
    }
    return true;
}

/* Behind what counts; what a crash left there is cut off. */
static bool append(const struct names_index *x, struct span more, struct why *w)
{
    char *path = changes_path(x);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    uint8_t head[CHANGES_HEAD], was[CHANGES_HEAD] = { 0 };
    off_t end = (off_t)(CHANGES_HEAD + x->records.n);
    struct stat st;
    bool ok = false, fresh;

    changes_head(x, head);
    if (fd < 0) {
        (void)io(w, "open", path);
        goto out;
    }
    if (!file_lock(fd)) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s is written by another process", path);
        goto out;
    }
    fresh = pread(fd, was, sizeof was, 0) != (ssize_t)sizeof was || memcmp(was, head, sizeof was) != 0;
    if (fstat(fd, &st) != 0 || (!fresh && st.st_size < end) || (fresh && x->records.n)) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s was changed by another process; open the list again",
                      path);
        goto out;
    }
    if (fresh && (ftruncate(fd, 0) != 0 || !write_all(fd, span_of(head, sizeof head)))) {
        (void)io(w, "write", path);
        goto out;
    }
    ok = ftruncate(fd, end) == 0 && lseek(fd, end, SEEK_SET) == end && write_all(fd, more) && fsync(fd) == 0;
    if (!ok)
        (void)io(w, "write", path);
out:
    if (fd >= 0)
        (void)close(fd);
    free(path);
    return ok;
}

/* The records are tried, then on disk, then seen. */
static bool change(struct names_index *x, struct buffer *more, struct why *w)
{
    struct changes_view *v = NULL;
    struct buffer all;
    bool ok;

    changes_done(more);
    buf_init(&all, CHANGES_BYTES);
    buf_put(&all, buf_span(&x->records));
    buf_put(&all, buf_span(more));
    ok = buf_ok(&all) && buf_ok(more);
    if (!ok)
        (void)why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                      "too many changes since the image was made; make it again");
    ok = ok && changes_view_new(x->t, buf_span(&all), &v, w) && (!x->path || append(x, buf_span(more), w));
    if (ok) {
        buf_free(&x->records);
        x->records = all;
        swap(x->gate, v);
        return true;
    }
    changes_view_free(v);
    buf_free(&all);
    return false;
}

bool names_index_add(struct names_index *x, const struct names_entry *e, size_t n, struct why *w)
{
    struct buffer more;
    bool ok = true;

    buf_init(&more, CHANGES_BYTES);
    for (size_t i = 0; ok && i < n; i++) {
        if (e[i].id.n == 0 || e[i].id.n > NAMES_ID)
            ok = why_set(w, "id", i, NULL, "an entity's id has 1 to %d bytes", NAMES_ID);
        else
            changes_add(&more, &e[i]);
    }
    (void)pthread_mutex_lock(&x->writing);
    ok = ok && (n == 0 || change(x, &more, w));
    (void)pthread_mutex_unlock(&x->writing);
    buf_free(&more);
    return ok;
}

static bool holds(const struct image *m, struct span id)
{
    struct span s;

    for (uint32_t i = 0; i < m->head->n_entity; i++)
        if (image_entity(m, i, &s, NULL) && span_eq(s, id))
            return true;
    return false;
}

bool names_index_remove(struct names_index *x, struct span id, struct why *w)
{
    const struct changes_view *v;
    struct buffer more;
    bool ok;

    if (id.n == 0 || id.n > NAMES_ID)
        return why_set(w, "id", WHY_NO_OFFSET, NULL, "an entity's id has 1 to %d bytes", NAMES_ID);
    buf_init(&more, 4096);
    (void)pthread_mutex_lock(&x->writing);
    v = atomic_load(&x->gate->view);
    ok = (v && v->any && holds(&v->image, id)) || (!(v && changes_gone(v, id)) && holds(&x->image, id));
    if (!ok)
        (void)why_set(w, "absent", WHY_NO_OFFSET, NULL, "the list has no such entity");
    changes_remove(&more, id);
    ok = ok && change(x, &more, w);
    (void)pthread_mutex_unlock(&x->writing);
    buf_free(&more);
    return ok;
}

/* ---- searching ---- */

struct names_searcher {
    struct rank rank;
    uint8_t id[2][NAMES_HITS][NAMES_ID]; /* by the reading that found them */
};

struct names_searcher *names_searcher_new(void)
{
    static const size_t PAGE = (size_t)1 << 21;
    size_t n = (sizeof(struct names_searcher) + PAGE - 1) & ~(PAGE - 1);
    struct names_searcher *s = aligned_alloc(PAGE, n);

    if (!s)
        abort();
    large_pages(s, n);
    memset(s, 0, sizeof *s);
    return s;
}

void names_searcher_free(struct names_searcher *s)
{
    free(s);
}

/* In order of the scores; what one reading of the name found before another goes first among equals. id: the
 * searcher's memory for it. */
static void put_hit(const struct image *m, const struct rank_hit *h, size_t top, uint8_t id[NAMES_ID],
                    struct names_found *out)
{
    struct names_hit new;
    struct span s;
    size_t at = 0;

    if (!image_entity(m, h->entity, &s, NULL))
        return;
    while (at < out->n && !span_eq(out->hit[at].id, s)) /* a list whose names of one entity stand apart */
        at++;
    if (at < out->n ? h->score <= out->hit[at].score : at == top && h->score <= out->hit[at - 1].score)
        return;
    memcpy(id, s.p, s.n);
    new = (struct names_hit){ .id = span_of(id, s.n),
                              .score = h->score,
                              .name = h->name,
                              .weak = h->weak,
                              .birth = h->about.birth,
                              .sex = h->about.sex,
                              .country = h->about.country,
                              .listed = h->listed,
                              .reasons = h->match };
    if (at == out->n && out->n < top)
        out->n++;
    else if (at == out->n)
        at--;
    for (; at > 0 && out->hit[at - 1].score < new.score; at--)
        out->hit[at] = out->hit[at - 1];
    out->hit[at] = new;
}

static void search(const struct names_index *x, struct names_searcher *s, const struct names_question *q,
                   const struct names_name *asked, const struct changes_view *v, size_t top, size_t reading,
                   struct names_found *out)
{
    rank_begin(&s->rank, x->t, q, asked);
    rank_image(&s->rank, &x->image, false, v ? changes_gone : NULL, v);
    if (v && v->any)
        rank_image(&s->rank, &v->image, true, NULL, NULL);
    rank_end(&s->rank, top);
    for (size_t i = 0; i < s->rank.n_hit; i++)
        put_hit(s->rank.hit[i].later ? &v->image : &x->image, &s->rank.hit[i], top, s->id[reading][i], out);
    out->limited = out->limited || s->rank.limited;
}

bool names_search(const struct names_index *x, struct names_searcher *s, const struct names_question *q,
                  size_t top, struct names_found *out, struct why *w)
{
    const struct changes_view *v;
    struct names_name zone UNINITIALIZED;
    unsigned turn;

    out->n = 0;
    out->limited = false;
    if (!names_read(x->t, q->name, q->schema, &out->asked, w))
        return false;
    if (out->asked.n == 0 || top == 0)
        return true;
    top = top < NAMES_HITS ? top : NAMES_HITS;
    v = enter(x->gate, &turn);
    search(x, s, q, &out->asked, v, top, 0, out);
    /* Sure ones are read so before. */
    if (q->schema == NAMES_PERSON &&
        zone_read(names_channel(x->t), q->schema, &out->asked, &zone) == ZONE_PLAUSIBLE)
        search(x, s, q, &zone, v, top, 1, out);
    leave(x->gate, turn);
    return true;
}
