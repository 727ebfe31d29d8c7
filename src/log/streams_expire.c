/* How long bodies are kept. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "log/files.h"
#include "log/streams_internal.h"

enum { DAY = 24 * 60 * 60 };

bool streams_retention(struct streams *s, struct span stream, struct span audience, uint32_t days,
                       struct span basis, unix_time now, struct why *w)
{
    struct retention r = {
        .time = now, .stream = stream, .audience = audience, .days = days, .basis = basis
    };
    struct stream_item item = { 0 };
    struct stream_place place;
    uint8_t room[1024];
    struct buffer b;

    buf_init_fixed(&b, room, sizeof room);
    if (!retention_put(&r, &b))
        return why_set(w, "retention", WHY_NO_OFFSET, NULL,
                       "a stream, an audience, 1 to 100000 days and the legal basis are needed");
    item.entry = buf_span(&b);
    return stream_run(s->index, &item, 1, now, &place, w);
}

/* The newest policy of each stream, out of all shards of the index log: few, and the index is long. */
struct rules {
    struct arena *a;
    size_t n;
    struct retention rule[LIMIT_POLICY];
};

static bool take_rule(void *ctx, uint64_t index, struct span entry, struct why *w)
{
    struct rules *all = ctx;
    struct retention r;
    size_t i = 0;

    (void)index;
    if (!retention_is(entry) || !retention_parse(entry, &r, NULL) || r.expiry)
        return true;
    while (i < all->n &&
           !(span_eq(all->rule[i].stream, r.stream) && span_eq(all->rule[i].audience, r.audience)))
        i++;
    if (i == LIMIT_POLICY)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "more rules of keeping than a member has streams");
    r.stream = arena_copy(all->a, r.stream);
    r.audience = arena_copy(all->a, r.audience);
    if (!r.stream.p || !r.audience.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    all->rule[i] = r;
    all->n += i == all->n;
    return true;
}

static bool read_entries(const char *folder, bool (*entry)(void *, uint64_t, struct span, struct why *),
                         void *ctx, struct why *w)
{
    struct log_source s = log_folder(folder);
    struct span e[TILE_WIDTH], note;
    struct checkpoint c = { 0 };
    struct buffer file;
    char path[TILE_PATH];
    struct arena a;
    bool ok = true;

    arena_init(&a, 2 * LIMIT_CHECKPOINT);
    buf_init(&file, TILE_BUNDLE);
    if (!shard_checkpoint(folder, &a, &note, &c, NULL))
        c.size = 0;
    for (uint64_t i = 0; ok && i * TILE_WIDTH < c.size; i++) {
        struct tile t = { .entries = true, .index = i, .width = tile_width(0, i, c.size) };
        unsigned width;

        ok = log_tile_get(&s, t, &file, &width, path, w) && bundle_parse(buf_span(&file), width, e, w);
        for (unsigned k = 0; ok && k < t.width; k++)
            ok = entry(ctx, i * TILE_WIDTH + k, e[k], w);
    }
    buf_free(&file);
    arena_free(&a);
    return ok;
}

static bool read_rules(struct streams *s, struct rules *all, struct why *w)
{
    struct shard_name *shard;
    size_t n;
    bool ok;

    if (!stream_shards(s->index, &shard, &n, w))
        return false;
    ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        char *folder = stream_path(s->index->of->folder, s->index, shard[i].year, shard[i].epoch);

        ok = read_entries(folder, take_rule, all, w);
        free(folder);
    }
    free(shard);
    return ok;
}

static bool is_over(const struct retention *r, unsigned year, unix_time now)
{
    struct date end;

    return date_make((int)year + 1, 1, 1, &end) && time_of_date(end) + (unix_time)r->days * DAY <= now;
}

static bool is_expired(const char *folder)
{
    char path[LIMIT_LOG_PATH];

    return (size_t)snprintf(path, sizeof path, "%s/bodies/expired", folder) >= sizeof path ||
           access(path, F_OK) == 0;
}

/* Entered and ready. First the log says it. */
static bool expire_shard(struct stream *st, const char *folder, unsigned year, unsigned epoch, unix_time now,
                         struct why *w)
{
    struct retention r = { .expiry = true, .time = now };
    struct stream_item item = { 0 };
    char origin[ORIGIN_MAX];
    uint8_t room[1024];
    struct buffer o, b;

    buf_init_fixed(&o, origin, sizeof origin);
    buf_init_fixed(&b, room, sizeof room);
    if (!origin_put(st->of->opt.name, span_str(st->name), span_str(st->audience), year, epoch, &o))
        return why_set(w, "origin", WHY_NO_OFFSET, NULL, "no name of a shard");
    r.origin = buf_span(&o);
    if (!retention_put(&r, &b))
        return why_set(w, "retention", WHY_NO_OFFSET, NULL, "no entry says this expiry");
    item.entry = buf_span(&b);
    if (!stream_append(st, &item, 1, NULL, w)) {
        log_writer_close(st->writer);
        st->writer = NULL;
        return false;
    }
    return stream_commit(st, now, w) && body_expire(folder, st->of->opt.steps, w);
}

static bool expire_stream(struct streams *s, const struct retention *r, unix_time now, size_t *n,
                          struct why *w)
{
    struct stream *st = stream_find(s, r->stream, r->audience, false, NULL);
    struct shard_name *shard = NULL;
    size_t shards = 0;
    bool ok;

    if (!st || st == s->index)
        return true;
    stream_enter(st);
    ok = st->year == 0 || (stream_ready(st, now, w) && stream_shards(st, &shard, &shards, w));
    for (size_t i = 0; ok && i < shards; i++) {
        char *folder = stream_path(s->folder, st, shard[i].year, shard[i].epoch);

        if (strcmp(folder, st->folder) != 0 && is_over(r, shard[i].year, now) && access(folder, F_OK) == 0 &&
            !is_expired(folder)) {
            ok = expire_shard(st, folder, shard[i].year, shard[i].epoch, now, w);
            *n += ok;
        }
        free(folder);
    }
    stream_leave(st);
    free(shard);
    return ok;
}

bool streams_expire(struct streams *s, unix_time now, size_t *n, struct why *w)
{
    struct rules *all = calloc(1, sizeof *all);
    struct arena a;
    bool ok;

    *n = 0;
    if (!all)
        abort();
    arena_init(&a, 1 << 20);
    all->a = &a;
    ok = read_rules(s, all, w);
    for (size_t i = 0; ok && i < all->n; i++)
        ok = expire_stream(s, &all->rule[i], now, n, w);
    arena_free(&a);
    free(all);
    return ok;
}
