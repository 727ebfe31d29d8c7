#include "sync/prefetch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "log/tile.h"

enum state { FREE, WANTED, UNDER_WAY, THERE };

/* One bundle; what a thread works on is its own while UNDER_WAY. */
struct slot {
    enum state state;
    bool dropped; /* UNDER_WAY, and nobody wants it any more */
    uint64_t index;
    struct buffer file;
    bool ok, found;
    struct why why;
};

struct worker {
    struct prefetch *of;
    struct log_source source;
    pthread_t thread;
};

struct prefetch {
    struct log_source first;
    size_t n, started;
    struct worker worker[SYNC_AHEAD];
    pthread_mutex_t lock;
    pthread_cond_t wanted, there;
    bool ending;
    uint64_t full; /* bundles that are full, of the log as it was shown */
    size_t most;   /* bytes of one */
    struct slot slot[SYNC_AHEAD];
};

static struct slot *wanted(struct prefetch *f)
{
    struct slot *first = NULL;

    for (size_t i = 0; i < f->n; i++)
        if (f->slot[i].state == WANTED && (!first || f->slot[i].index < first->index))
            first = &f->slot[i];
    return first;
}

static void fetch(struct prefetch *f, const struct log_source *source, struct slot *s)
{
    const struct tile t = { .entries = true, .index = s->index, .width = TILE_WIDTH };
    char path[TILE_PATH];
    size_t most = f->most;

    s->state = UNDER_WAY;
    s->dropped = false;
    (void)pthread_mutex_unlock(&f->lock);
    tile_path(&t, path);
    why_clear(&s->why);
    s->found = false;
    s->ok = source->get(source->ctx, path, most, &s->file, &s->found, &s->why);
    (void)pthread_mutex_lock(&f->lock);
    s->state = s->dropped ? FREE : THERE;
    (void)pthread_cond_broadcast(&f->there);
}

static void *work(void *arg)
{
    const struct worker *k = arg;
    struct prefetch *f = k->of;
    struct slot *s;

    (void)pthread_mutex_lock(&f->lock);
    while (!f->ending) {
        s = wanted(f);
        if (s)
            fetch(f, &k->source, s);
        else
            (void)pthread_cond_wait(&f->wanted, &f->lock);
    }
    (void)pthread_mutex_unlock(&f->lock);
    return NULL;
}

struct prefetch *prefetch_open(const struct log_source *first, const struct log_source *more, size_t n)
{
    struct prefetch *f = calloc(1, sizeof *f);

    if (!f)
        abort();
    f->first = *first;
    f->n = n < SYNC_AHEAD ? n : SYNC_AHEAD;
    (void)pthread_mutex_init(&f->lock, NULL);
    (void)pthread_cond_init(&f->wanted, NULL);
    (void)pthread_cond_init(&f->there, NULL);
    for (size_t i = 0; i < f->n; i++) {
        f->worker[i] = (struct worker){ .of = f, .source = more[i] };
        buf_init(&f->slot[i].file, TILE_BUNDLE);
    }
    return f;
}

void prefetch_close(struct prefetch *f)
{
    if (!f)
        return;
    (void)pthread_mutex_lock(&f->lock);
    f->ending = true;
    (void)pthread_cond_broadcast(&f->wanted);
    (void)pthread_mutex_unlock(&f->lock);
    for (size_t i = 0; i < f->started; i++)
        (void)pthread_join(f->worker[i].thread, NULL);
    for (size_t i = 0; i < f->n; i++)
        buf_free(&f->slot[i].file);
    (void)pthread_cond_destroy(&f->there);
    (void)pthread_cond_destroy(&f->wanted);
    (void)pthread_mutex_destroy(&f->lock);
    free(f);
}

static struct slot *slot_of(struct prefetch *f, uint64_t index)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->slot[i].state != FREE && !f->slot[i].dropped && f->slot[i].index == index)
            return &f->slot[i];
    return NULL;
}

/* What lies outside of the window is not wanted. */
static void drop_others(struct prefetch *f, uint64_t index)
{
    for (size_t i = 0; i < f->n; i++) {
        struct slot *s = &f->slot[i];

        if (s->state == FREE || (s->index >= index && s->index - index <= f->n))
            continue;
        if (s->state == UNDER_WAY)
            s->dropped = true;
        else
            s->state = FREE;
    }
}

/* The bundles behind that one, as far as there are places. */
static void look_ahead(struct prefetch *f, uint64_t index)
{
    for (uint64_t next = index + 1; next - index <= f->n && next < f->full; next++)
        for (size_t i = 0; i < f->n && !slot_of(f, next); i++)
            if (f->slot[i].state == FREE) {
                f->slot[i].state = WANTED;
                f->slot[i].dropped = false;
                f->slot[i].index = next;
            }
    while (wanted(f) && f->started < f->n &&
           pthread_create(&f->worker[f->started].thread, NULL, work, &f->worker[f->started]) == 0)
        f->started++;
    (void)pthread_cond_broadcast(&f->wanted);
}

/* What a thread brought; false: nobody was asked for it, or no thread has begun with it. */
static bool take(struct prefetch *f, uint64_t index, struct buffer *out, bool *ok, bool *found, struct why *w)
{
    struct slot *s = slot_of(f, index);

    if (s && s->state == WANTED) {
        s->state = FREE;
        return false;
    }
    while (s && s->state == UNDER_WAY)
        (void)pthread_cond_wait(&f->there, &f->lock);
    if (!s)
        return false;
    s->state = FREE;
    buf_reset(out);
    *ok = s->ok;
    if (s->ok) {
        *found = s->found;
        buf_put(out, buf_span(&s->file));
    } else {
        (void)why_set(w, s->why.reason, s->why.offset, s->why.clause, "%s", s->why.detail);
    }
    return true;
}

/* The second line of a checkpoint. A source that lies about it is asked for too little or for what it has
 * not.
 */
static void note_size(struct prefetch *f, struct span note)
{
    struct span origin = { 0 }, line = { 0 };
    uint64_t size = 0;

    if (text_split(&note, '\n', &origin) && text_split(&note, '\n', &line) && checkpoint_number(line, &size))
        f->full = size / TILE_WIDTH;
}

static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    struct prefetch *f = ctx;
    struct tile t = { 0 };
    bool ok = false, there;

    if (!tile_path_parse(span_str(path), &t) || !t.entries || t.width != TILE_WIDTH || t.index >= f->full) {
        ok = f->first.get(f->first.ctx, path, most, out, found, w);
        if (ok && *found && strcmp(path, "checkpoint") == 0)
            note_size(f, buf_span(out));
        return ok;
    }
    (void)pthread_mutex_lock(&f->lock);
    f->most = most;
    drop_others(f, t.index);
    look_ahead(f, t.index);
    there = take(f, t.index, out, &ok, found, w);
    look_ahead(f, t.index);
    (void)pthread_mutex_unlock(&f->lock);
    return there ? ok : f->first.get(f->first.ctx, path, most, out, found, w);
}

struct log_source prefetch_source(struct prefetch *f)
{
    return (struct log_source){ get, f };
}
