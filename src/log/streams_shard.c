/* Shards of a stream: which there are, how one follows another. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "log/files.h"
#include "log/streams_internal.h"

static const char index_name[] = "index";

unsigned stream_year(unix_time now)
{
    struct date d = date_of_time(now);

    return d.year < 1970 ? 1970 : (unsigned)d.year;
}

static void shard_text(unsigned year, unsigned epoch, char out[ORIGIN_SHARD])
{
    (void)snprintf(out, ORIGIN_SHARD, epoch > 1 ? "%u.%u" : "%u", year % 10000, epoch % 100);
}

char *stream_path(const char *root, const struct stream *st, unsigned year, unsigned epoch)
{
    char shard[ORIGIN_SHARD], *path;

    shard_text(year, epoch, shard);
    if (asprintf(&path, "%s/%s/%s/%s", root, st->name, st->audience, shard) < 0)
        abort();
    return path;
}

static void origin_of(const struct stream *st, unsigned year, unsigned epoch, char out[ORIGIN_MAX])
{
    struct buffer b;

    buf_init_fixed(&b, out, ORIGIN_MAX);
    if (!origin_put(st->of->opt.name, span_str(st->name), span_str(st->audience), year, epoch, &b))
        b.n = 0;
    (void)buf_cstr(&b);
}

/* A shard that was only made has no checkpoint: it did not begin. */
static bool has_begun(const struct stream *st, unsigned year, unsigned epoch)
{
    const char *roots[] = { st->of->keep, st->of->folder };
    bool begun = false;

    for (size_t i = 0; i < 2 && !begun; i++) {
        char *path = stream_path(roots[i], st, year, epoch), *file;

        if (asprintf(&file, "%s/checkpoint", path) < 0)
            abort();
        begun = access(file, F_OK) == 0;
        free(file);
        free(path);
    }
    return begun;
}

static int by_age(const void *a, const void *b)
{
    const struct shard_name *x = a, *y = b;

    return x->year != y->year ? (x->year < y->year ? -1 : 1) : (x->epoch > y->epoch) - (x->epoch < y->epoch);
}

static bool take_shard(const struct stream *st, const char *name, struct shard_name *out)
{
    char origin[ORIGIN_MAX + ORIGIN_SHARD];
    struct origin o;

    (void)snprintf(origin, sizeof origin, "%s/%s/%s/%.*s", st->of->name, st->name, st->audience, ORIGIN_SHARD,
                   name);
    if (!origin_parse(span_str(origin), &o, NULL) || !has_begun(st, o.year, o.epoch))
        return false;
    *out = (struct shard_name){ o.year, o.epoch };
    return true;
}

/* Adds the shards that stand in one folder, those that are known already left out. */
static bool look(const struct stream *st, const char *root, struct shard_name *out, size_t *n, struct why *w)
{
    char path[LIMIT_LOG_PATH];
    const struct dirent *e;
    struct shard_name s;
    DIR *d;

    if ((size_t)snprintf(path, sizeof path, "%s/%s/%s", root, st->name, st->audience) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    d = opendir(path);
    if (!d)
        return errno == ENOENT ||
               why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", path, strerror(errno));
    while ((e = readdir(d)) && *n < LIMIT_SHARDS) {
        bool known = false;

        if (!take_shard(st, e->d_name, &s))
            continue;
        for (size_t i = 0; i < *n; i++)
            known = known || by_age(&out[i], &s) == 0;
        if (!known)
            out[(*n)++] = s;
    }
    (void)closedir(d);
    return true;
}

bool stream_shards(const struct stream *st, struct shard_name **out, size_t *n, struct why *w)
{
    struct shard_name *all = calloc(LIMIT_SHARDS, sizeof *all);
    size_t count = 0;

    if (!all)
        abort();
    /* What is kept tells of a shard whose folder was lost. */
    if (!look(st, st->of->keep, all, &count, w) || !look(st, st->of->folder, all, &count, w)) {
        free(all);
        return false;
    }
    qsort(all, count, sizeof *all, by_age);
    *out = all;
    *n = count;
    return true;
}

bool shard_checkpoint(const char *folder, struct arena *a, struct span *note, struct checkpoint *out,
                      struct why *w)
{
    struct note *parts = arena_alloc(a, sizeof *parts);
    char path[LIMIT_LOG_PATH];
    bool there;

    if ((size_t)snprintf(path, sizeof path, "%s/checkpoint", folder) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (!parts)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!file_read(path, LIMIT_CHECKPOINT, a, note, &there, w))
        return false;
    if (!there)
        return why_set(w, "origin", WHY_NO_OFFSET, NULL, "there is no such log");
    return note_parse(*note, parts, w) && checkpoint_parse(parts->text, out, w);
}

bool shard_entry(const char *folder, uint64_t index, uint64_t size, struct arena *a, struct span *out,
                 struct why *w)
{
    struct log_source s = log_folder(folder);
    struct tile t = { .entries = true,
                      .index = index / TILE_WIDTH,
                      .width = tile_width(0, index / TILE_WIDTH, size) };
    struct span entry[TILE_WIDTH];
    struct buffer file;
    char path[TILE_PATH];
    unsigned width;
    bool ok;

    if (index >= size)
        return why_set(w, "range", WHY_NO_OFFSET, NULL, "the log has %llu entries", (unsigned long long)size);
    buf_init(&file, TILE_BUNDLE);
    ok = log_tile_get(&s, t, &file, &width, path, w) && bundle_parse(buf_span(&file), width, entry, w);
    if (ok)
        *out = arena_copy(a, entry[index % TILE_WIDTH]);
    buf_free(&file);
    return ok && (out->p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this"));
}

static bool make_folders(const struct stream *st, const char *root, struct why *w)
{
    const struct folder_steps *steps = st->of->opt.steps;
    char path[LIMIT_LOG_PATH];

    if ((size_t)snprintf(path, sizeof path, "%s/%s/%s", root, st->name, st->audience) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    *strrchr(path, '/') = '\0';
    if (!folder_make(path, steps, w))
        return false;
    path[strlen(path)] = '/';
    return folder_make(path, steps, w);
}

/* Whether its last entry closed the shard that the writer has open, and for which one. */
static bool read_closed(struct stream *st, struct why *w)
{
    uint64_t size = log_writer_size(st->writer);
    struct succession c = { 0 };
    struct span entry = { 0 };
    struct arena a;
    bool ok;

    st->closed_for[0] = '\0';
    if (size == 0 || log_writer_read_only(st->writer))
        return true;
    arena_init(&a, TILE_ENTRY + 4096);
    ok = shard_entry(st->folder, size - 1, size, &a, &entry, w);
    if (ok && succession_is(entry) && succession_parse(entry, &c, NULL) && c.closed &&
        c.origin.n < ORIGIN_MAX) {
        memcpy(st->closed_for, c.origin.p, c.origin.n);
        st->closed_for[c.origin.n] = '\0';
    }
    arena_free(&a);
    return ok;
}

bool stream_open_shard(struct stream *st, unsigned year, unsigned epoch, struct why *w)
{
    struct log_writer_options opt = { .key = &st->key,
                                      .signer = st->of->opt.signer,
                                      .before = st->of->opt.before,
                                      .n_before = st->of->opt.n_before,
                                      .bodies = strcmp(st->name, index_name) != 0,
                                      .steps = st->of->opt.steps };

    log_writer_close(st->writer);
    st->writer = NULL;
    if (!make_folders(st, st->of->folder, w) || !make_folders(st, st->of->keep, w))
        return false;
    free(st->folder);
    free(st->keep);
    st->folder = stream_path(st->of->folder, st, year, epoch);
    st->keep = stream_path(st->of->keep, st, year, epoch);
    st->year = year;
    st->epoch = epoch;
    origin_of(st, year, epoch, st->origin);
    note_key_of(span_str(st->origin), NOTE_KEY_ED25519, st->of->opt.signer->pub, &st->key);
    opt.folder = st->folder;
    opt.keep = st->of->kept ? st->of->kept : st->keep;
    why_clear(&st->failed);
    if (st->of->kept && !folder_make(st->keep, st->of->opt.steps, w))
        return false;
    st->writer = log_writer_open(&opt, &st->failed);
    if (!st->writer)
        return why_set(w, st->failed.reason, st->failed.offset, st->failed.clause, "%s", st->failed.detail);
    return read_closed(st, w);
}

void stream_published(struct stream *st, bool open, unix_time now)
{
    struct streams *s = st->of;
    struct span note = log_writer_checkpoint(st->writer);
    struct round_log *g;

    if (note.n == 0)
        return;
    pthread_mutex_lock(&s->rounds_lock);
    g = rounds_log(&s->rounds, span_str(st->origin), st->folder);
    if (g)
        g->open = open;
    if (!g || !rounds_published(&s->rounds, g, note, now, NULL))
        abort(); /* the writer's own checkpoint */
    pthread_mutex_unlock(&s->rounds_lock);
}

static bool refuse(const struct stream *st, struct why *w)
{
    const struct why *y = log_writer_read_only(st->writer);

    return why_set(w, y->reason, y->offset, y->clause, "%s", y->detail);
}

/* The index log has the succession too, so that who sees the index alone sees it. */
static bool announce(struct stream *st, const struct succession *from, const char *next, unix_time now,
                     struct why *w)
{
    struct stream_place place;
    struct succession in_index = *from;
    struct stream_item item = { 0 };
    struct buffer b;
    bool ok;

    if (st == st->of->index)
        return true;
    in_index.in = span_str(next);
    buf_init(&b, TILE_ENTRY);
    ok = succession_put(&in_index, &b) ||
         why_set(w, "succession", WHY_NO_OFFSET, NULL, "no entry says this succession");
    item.entry = buf_span(&b);
    ok = ok && stream_run(st->of->index, &item, 1, now, &place, w);
    buf_free(&b);
    return ok;
}

bool stream_begin(struct stream *st, struct succession *from, unsigned year, unsigned epoch, unix_time now,
                  struct why *w)
{
    struct stream_item item = { 0 };
    char next[ORIGIN_MAX];
    struct buffer b;
    bool ok;

    origin_of(st, year, epoch, next);
    if (!announce(st, from, next, now, w))
        return false;
    buf_init(&b, TILE_ENTRY);
    ok = (succession_put(from, &b) ||
          why_set(w, "succession", WHY_NO_OFFSET, NULL, "no entry says this succession")) &&
         stream_open_shard(st, year, epoch, w);
    item.entry = buf_span(&b);
    if (ok && log_writer_read_only(st->writer))
        ok = refuse(st, w);
    ok = ok && (log_writer_size(st->writer) > 0 ||
                (stream_append(st, &item, 1, NULL, w) && stream_commit(st, now, w)));
    buf_free(&b);
    return ok;
}

/* The shard is closed: the next one begins, as its last entry says. */
static bool go_on(struct stream *st, unix_time now, struct why *w)
{
    struct succession from = { .time = now };
    char previous[ORIGIN_MAX], closed_for[ORIGIN_MAX];
    struct checkpoint c = { 0 };
    struct origin next;
    struct note *note;
    struct arena a;
    bool ok;

    memcpy(previous, st->origin, sizeof previous);
    memcpy(closed_for, st->closed_for, sizeof closed_for);
    arena_init(&a, 2 * LIMIT_CHECKPOINT);
    note = arena_alloc(&a, sizeof *note);
    ok = note && origin_parse(span_str(closed_for), &next, w) &&
         note_parse(log_writer_checkpoint(st->writer), note, w) && checkpoint_parse(note->text, &c, w);
    if (ok) {
        from.origin = span_str(previous);
        from.size = c.size;
        from.root = c.root;
        stream_published(st, false, now);
        ok = stream_begin(st, &from, next.year, next.epoch, now, w);
    }
    arena_free(&a);
    return ok;
}

static bool close_shard(struct stream *st, unsigned year, unix_time now, struct why *w)
{
    struct succession c = { .closed = true, .time = now };
    struct stream_item item = { 0 };
    struct buffer b;
    char next[ORIGIN_MAX];
    bool ok;

    origin_of(st, year, 1, next);
    c.origin = span_str(next);
    buf_init(&b, TILE_ENTRY);
    ok = succession_put(&c, &b) ||
         why_set(w, "succession", WHY_NO_OFFSET, NULL, "no entry says this succession");
    item.entry = buf_span(&b);
    ok = ok && stream_append(st, &item, 1, NULL, w) && stream_commit(st, now, w);
    buf_free(&b);
    if (ok)
        memcpy(st->closed_for, next, sizeof next);
    return ok;
}

bool stream_ready(struct stream *st, unix_time now, struct why *w)
{
    unsigned year = stream_year(now);

    if (st->year == 0)
        return stream_open_shard(st, year, 1, w);
    if (!st->writer && !stream_open_shard(st, st->year, st->epoch, w))
        return false;
    if (log_writer_read_only(st->writer))
        return refuse(st, w);
    if (year > st->year && log_writer_size(st->writer) == 0)
        return stream_open_shard(st, year, 1, w);
    if (year > st->year && !st->closed_for[0] && !close_shard(st, year, now, w))
        return false;
    /* More than once only when it was closed for a year that is past by now. */
    for (int i = 0; st->closed_for[0] && i < 2; i++)
        if (!go_on(st, now, w))
            return false;
    return true;
}

/* What was witnessed of a shard, before this process. */
static void recall_round(struct stream *st, struct span origin, const char *folder, bool open, unix_time now)
{
    struct streams *s = st->of;
    char path[LIMIT_LOG_PATH];
    struct span note = { 0 }, witnessed = { 0 };
    struct checkpoint c = { 0 };
    struct round_log *g;
    struct arena a;
    bool there;

    arena_init(&a, 4 * LIMIT_CHECKPOINT);
    (void)snprintf(path, sizeof path, "%s/witnessed", folder);
    pthread_mutex_lock(&s->rounds_lock);
    g = rounds_log(&s->rounds, origin, folder);
    if (g)
        g->open = open; /* also one whose files are gone: its state says so */
    if (g && shard_checkpoint(folder, &a, &note, &c, NULL) && span_eq(c.origin, origin) &&
        rounds_published(&s->rounds, g, note, now, NULL)) {
        if (file_read(path, LIMIT_CHECKPOINT, &a, &witnessed, &there, NULL) && there)
            rounds_recall(&s->rounds, g, witnessed);
    }
    pthread_mutex_unlock(&s->rounds_lock);
    arena_free(&a);
}

bool stream_resume(struct stream *st, unix_time now, struct why *w)
{
    struct shard_name *shard = NULL;
    size_t n;
    bool ok;

    if (!stream_shards(st, &shard, &n, w))
        return false;
    /* A log that must wait for whoever keeps its checkpoint is no reason that the others do. */
    ok = n == 0 || stream_open_shard(st, shard[n - 1].year, shard[n - 1].epoch, w) ||
         (st->failed.reason && strcmp(st->failed.reason, "unreachable") == 0);
    for (size_t i = 0; ok && i < n; i++) {
        char *folder = stream_path(st->of->folder, st, shard[i].year, shard[i].epoch);
        char origin[ORIGIN_MAX];

        origin_of(st, shard[i].year, shard[i].epoch, origin);
        recall_round(st, span_str(origin), folder, i + 1 == n, now);
        free(folder);
        ok = stream_carry_out(st, shard[i].year, shard[i].epoch, w);
    }
    free(shard);
    return ok;
}
