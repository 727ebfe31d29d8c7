#include "log/streams_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *copy_of(struct span s)
{
    char *p = strndup(s.n ? (const char *)s.p : "", s.n);

    if (!p)
        abort();
    return p;
}

void stream_enter(struct stream *st)
{
    pthread_mutex_lock(&st->lock);
    while (st->busy)
        pthread_cond_wait(&st->turn, &st->lock);
    st->busy = true;
    pthread_mutex_unlock(&st->lock);
}

void stream_leave(struct stream *st)
{
    pthread_mutex_lock(&st->lock);
    st->busy = false;
    pthread_cond_broadcast(&st->turn);
    pthread_mutex_unlock(&st->lock);
}

static struct stream *find(const struct streams *s, struct span name, struct span audience)
{
    for (struct stream *st = s->streams; st; st = st->next)
        if (span_eq_str(name, st->name) && span_eq_str(audience, st->audience))
            return st;
    return NULL;
}

static void free_stream(struct stream *st)
{
    log_writer_close(st->writer);
    pthread_mutex_destroy(&st->lock);
    pthread_cond_destroy(&st->turn);
    free(st->folder);
    free(st->keep);
    free(st);
}

/* Under list. In the order of names, the index first: it is opened first. */
static struct stream *add_stream(struct streams *s, struct span name, struct span audience)
{
    struct stream *st = calloc(1, sizeof *st), **at = &s->streams;

    if (!st)
        abort();
    st->of = s;
    memcpy(st->name, name.p, name.n);
    memcpy(st->audience, audience.p, audience.n);
    st->last = &st->first;
    pthread_mutex_init(&st->lock, NULL);
    pthread_cond_init(&st->turn, NULL);
    if (*at)
        at = &(*at)->next;
    while (*at && (strcmp((*at)->name, st->name) < 0 ||
                   (strcmp((*at)->name, st->name) == 0 && strcmp((*at)->audience, st->audience) < 0)))
        at = &(*at)->next;
    st->next = *at;
    *at = st;
    return st;
}

struct stream *stream_find(struct streams *s, struct span name, struct span audience, bool make,
                           struct why *w)
{
    struct stream *st = NULL;

    if (!origin_stream_valid(name) || !origin_audience_valid(audience)) {
        (void)why_set(w, "origin", WHY_NO_OFFSET, NULL, "no name of a stream, or no audience");
        return NULL;
    }
    pthread_mutex_lock(&s->list);
    st = find(s, name, audience);
    if (!st && make)
        st = add_stream(s, name, audience);
    pthread_mutex_unlock(&s->list);
    if (!st)
        (void)why_set(w, "origin", WHY_NO_OFFSET, NULL, "this member has no such stream");
    return st;
}

struct stream *stream_of_origin(struct streams *s, struct span origin, struct origin *parts, struct why *w)
{
    if (!origin_parse(origin, parts, w))
        return NULL;
    if (span_eq(parts->name, s->opt.name))
        return stream_find(s, parts->stream, parts->audience, false, w);
    (void)why_set(w, "origin", 0, NULL, "a log of another member");
    return NULL;
}

/* Calls one for each folder in a folder. A folder that is not there has none. */
static bool each_folder(const char *path, bool (*one)(void *ctx, const char *name, struct why *w), void *ctx,
                        struct why *w)
{
    DIR *d = opendir(path);
    const struct dirent *e;
    bool ok = true;

    if (!d)
        return errno == ENOENT ||
               why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", path, strerror(errno));
    while (ok && (e = readdir(d)))
        if (e->d_name[0] != '.')
            ok = one(ctx, e->d_name, w);
    (void)closedir(d);
    return ok;
}

struct looking {
    struct streams *s;
    const char *stream;
};

static bool take_audience(void *ctx, const char *name, struct why *w)
{
    const struct looking *k = ctx;

    (void)w;
    if (origin_audience_valid(span_str(name)) && !find(k->s, span_str(k->stream), span_str(name)))
        (void)add_stream(k->s, span_str(k->stream), span_str(name));
    return true;
}

static bool take_stream(void *ctx, const char *name, struct why *w)
{
    struct looking *k = ctx;
    char path[LIMIT_LOG_PATH];

    if (!origin_stream_valid(span_str(name)))
        return true;
    k->stream = name;
    if ((size_t)snprintf(path, sizeof path, "%s/%s", k->s->folder, name) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return each_folder(path, take_audience, k, w);
}

static bool lock_folder(struct streams *s, struct why *w)
{
    s->lock_fd = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->lock_fd < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", s->folder, strerror(errno));
    return file_lock(s->lock_fd) ||
           why_set(w, "locked", WHY_NO_OFFSET, NULL, "another process publishes to %s", s->folder);
}

/* The sizes that the index log knows, of its last entries: older ones are written again, which says the same
 * twice and nothing wrong. */
static bool recall_index(struct streams *s, struct why *w)
{
    struct stream *index = s->index;
    uint64_t size = index->writer ? log_writer_size(index->writer) : 0;
    struct arena a;
    bool ok = true;

    arena_init(&a, 16 << 20);
    for (uint64_t i = size > 2 * TILE_WIDTH ? size - 2 * TILE_WIDTH : 0; ok && i < size; i++) {
        struct checkpoint c = { 0 };
        struct round_log *g;
        struct note *note;
        struct span entry = { 0 };

        arena_reset(&a);
        ok = shard_entry(index->folder, i, size, &a, &entry, w);
        note = ok ? arena_alloc(&a, sizeof *note) : NULL;
        if (!note || !note_parse(entry, note, NULL) || !checkpoint_parse(note->text, &c, NULL))
            continue;
        g = rounds_find(&s->rounds, c.origin);
        if (g)
            g->indexed = c.size;
    }
    arena_free(&a);
    return ok;
}

static bool start(struct streams *s, unix_time now, struct why *w)
{
    struct looking k = { .s = s };

    if (!folder_make(s->folder, s->opt.steps, w) || !folder_make(s->keep, s->opt.steps, w) ||
        !lock_folder(s, w))
        return false;
    s->index = add_stream(s, SPAN("index"), SPAN("all"));
    if (!each_folder(s->folder, take_stream, &k, w))
        return false;
    for (struct stream *st = s->streams; st; st = st->next)
        if (!stream_resume(st, now, w))
            return false;
    return recall_index(s, w);
}

static bool options_valid(const struct streams_options *opt, struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, ORIGIN_MAX);
    ok = origin_put(opt->name, SPAN("index"), SPAN("all"), 2000, 1, &b) && opt->state.n > 0 &&
         opt->state.n <= 8 && opt->subject_secret.n >= 16 && opt->subject_secret.n <= 64;
    buf_free(&b);
    return ok || why_set(w, "origin", WHY_NO_OFFSET, NULL,
                         "a name of small letters, a state and 16 to 64 bytes of a secret are needed");
}

struct streams *streams_open(const struct streams_options *opt, unix_time now, struct why *w)
{
    struct streams *s;

    if (!options_valid(opt, w))
        return NULL;
    s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->opt = *opt;
    s->folder = copy_of(span_str(opt->folder));
    s->keep = copy_of(span_str(opt->keep));
    s->kept = opt->kept ? copy_of(span_str(opt->kept)) : NULL;
    s->name = copy_of(opt->name);
    s->state = copy_of(opt->state);
    s->opt.name = span_str(s->name);
    s->opt.state = span_str(s->state);
    memcpy(s->secret, opt->subject_secret.p, opt->subject_secret.n);
    s->opt.subject_secret = span_of(s->secret, opt->subject_secret.n);
    s->lock_fd = -1;
    pthread_mutex_init(&s->list, NULL);
    pthread_mutex_init(&s->rounds_lock, NULL);
    pthread_mutex_init(&s->turning, NULL);
    rounds_init(&s->rounds, opt->signer->pub);
    if (start(s, now, w))
        return s;
    streams_close(s);
    return NULL;
}

void streams_close(struct streams *s)
{
    if (!s)
        return;
    while (s->streams) {
        struct stream *st = s->streams;

        s->streams = st->next;
        free_stream(st);
    }
    rounds_free(&s->rounds);
    pthread_mutex_destroy(&s->list);
    pthread_mutex_destroy(&s->rounds_lock);
    pthread_mutex_destroy(&s->turning);
    if (s->lock_fd >= 0)
        (void)close(s->lock_fd);
    wipe(s->secret, sizeof s->secret);
    free(s->folder);
    free(s->keep);
    free(s->kept);
    free(s->name);
    free(s->state);
    free(s);
}
