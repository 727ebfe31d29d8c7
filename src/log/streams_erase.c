/* Erasing: the log says so first, then the body goes; what was cut off in between is done at the start. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "log/files.h"
#include "log/streams_internal.h"

static const char mark_name[] = "erased";

/* Up to where the erasures of a shard were carried out. */
static uint64_t read_mark(const char *keep)
{
    char path[LIMIT_LOG_PATH];
    struct span text = { 0 };
    struct arena a;
    uint64_t mark = 0;
    bool there;

    arena_init(&a, 4096);
    if ((size_t)snprintf(path, sizeof path, "%s/%s", keep, mark_name) < sizeof path &&
        file_read(path, 64, &a, &text, &there, NULL) && there &&
        !checkpoint_number(span_sub(text, 0, text.n ? text.n - 1 : 0), &mark))
        mark = 0;
    arena_free(&a);
    return mark;
}

static bool write_mark(const struct stream *st, const char *keep, uint64_t mark, struct why *w)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%llu\n", (unsigned long long)mark);

    return file_replace(keep, mark_name, span_of(text, (size_t)n), st->of->opt.steps, w);
}

/* The record that an erasure names, when it is one and has that body. */
static bool names(const char *folder, const struct leaf *erasure, uint64_t size)
{
    struct span entry = { 0 };
    struct leaf l;
    struct arena a;
    bool ok;

    arena_init(&a, TILE_ENTRY + 4096);
    ok = shard_entry(folder, erasure->erased, size, &a, &entry, NULL) && leaf_parse(entry, &l, NULL) &&
         !span_eq(l.type, LEAF_ERASURE) && memcmp(l.body, erasure->body, LEAF_HASH) == 0;
    arena_free(&a);
    return ok;
}

static bool is_open(const struct stream *st, const char *folder)
{
    return st->writer && st->folder && strcmp(folder, st->folder) == 0;
}

static bool erase_in(struct stream *st, const char *folder, uint64_t index, const uint8_t hash[LEAF_HASH],
                     struct why *w)
{
    if (is_open(st, folder))
        return log_writer_erase(st->writer, index, hash, w);
    return body_erase(folder, index, hash, st->of->opt.steps, w);
}

/* The folder of a shard of the stream by its text, when it is one; heap. */
static char *folder_of(const struct stream *st, struct span shard)
{
    struct buffer b;
    struct origin o;
    char *folder = NULL;

    buf_init(&b, 2 * ORIGIN_MAX);
    buf_put(&b, st->of->opt.name);
    buf_printf(&b, "/%s/%s/", st->name, st->audience);
    buf_put(&b, shard);
    if (origin_parse(buf_span(&b), &o, NULL))
        folder = stream_path(st->of->folder, st, o.year, o.epoch);
    buf_free(&b);
    return folder;
}

static bool shard_size(const char *folder, uint64_t *size, struct why *w)
{
    struct checkpoint c = { 0 };
    struct span note = { 0 };
    struct arena a;
    bool ok;

    arena_init(&a, 2 * LIMIT_CHECKPOINT);
    ok = shard_checkpoint(folder, &a, &note, &c, w);
    *size = ok ? c.size : 0;
    arena_free(&a);
    return ok;
}

/* Whatever an entry says is to be gone. here: the shard that it stands in. */
static bool carry_out(struct stream *st, const char *here, uint64_t size, struct span entry, struct why *w)
{
    struct retention r;
    struct leaf e;
    char *folder = NULL;
    bool ok = true;

    if (leaf_parse(entry, &e, NULL) && span_eq(e.type, LEAF_ERASURE)) {
        folder = e.shard.n ? folder_of(st, e.shard) : strdup(here);
        if (folder && e.shard.n && !shard_size(folder, &size, NULL))
            size = 0;
        if (folder && names(folder, &e, size))
            ok = erase_in(st, folder, e.erased, e.body, w);
    } else if (retention_is(entry) && retention_parse(entry, &r, NULL) && r.expiry) {
        struct origin o;

        if (origin_parse(r.origin, &o, NULL) && span_eq_str(o.stream, st->name) &&
            span_eq_str(o.audience, st->audience))
            folder = folder_of(st, o.shard);
        if (folder && !is_open(st, folder) && access(folder, F_OK) == 0)
            ok = body_expire(folder, st->of->opt.steps, w);
    }
    free(folder);
    return ok;
}

static bool carry_out_from(struct stream *st, const char *folder, uint64_t from, uint64_t size, struct why *w)
{
    struct log_source s = log_folder(folder);
    struct span entry[TILE_WIDTH];
    struct buffer file;
    char path[TILE_PATH];
    bool ok = true;

    buf_init(&file, TILE_BUNDLE);
    for (uint64_t at = from; ok && at < size;) {
        struct tile t = { .entries = true, .index = at / TILE_WIDTH };
        unsigned width, need = tile_width(0, t.index, size);

        t.width = need;
        ok = log_tile_get(&s, t, &file, &width, path, w) && bundle_parse(buf_span(&file), width, entry, w);
        for (unsigned i = (unsigned)(at % TILE_WIDTH); ok && i < need; i++)
            ok = carry_out(st, folder, size, entry[i], w);
        at = (t.index + 1) * TILE_WIDTH;
    }
    buf_free(&file);
    return ok;
}

bool stream_carry_out(struct stream *st, unsigned year, unsigned epoch, struct why *w)
{
    char *folder = stream_path(st->of->folder, st, year, epoch);
    char *keep = stream_path(st->of->keep, st, year, epoch);
    uint64_t size = 0, mark = read_mark(keep);
    bool ok = true;

    if (is_open(st, folder) && !log_writer_read_only(st->writer))
        size = log_writer_size(st->writer);
    else if (!is_open(st, folder) && !shard_size(folder, &size, NULL))
        size = 0; /* lost: nothing to erase there */
    if (mark < size)
        ok = carry_out_from(st, folder, mark, size, w) && write_mark(st, keep, size, w);
    free(folder);
    free(keep);
    return ok;
}

/* Erases again from the first entry on: bodies may have come back with a restored folder. */
static bool carry_out_all(struct stream *st, struct why *w)
{
    char path[LIMIT_LOG_PATH];

    if ((size_t)snprintf(path, sizeof path, "%s/%s", st->keep, mark_name) >= sizeof path ||
        (unlink(path) != 0 && errno != ENOENT))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot remove the mark in %s", st->keep);
    return stream_carry_out(st, st->year, st->epoch, w);
}

bool streams_repair(struct streams *s, struct span origin, const struct log_source *mirror, unix_time now,
                    struct why *w)
{
    struct origin parts;
    struct stream *st = stream_of_origin(s, origin, &parts, w);
    struct arena a;
    bool ok;

    if (!st)
        return false;
    arena_init(&a, 16 * LIMIT_CHECKPOINT);
    stream_enter(st);
    ok = (st->writer || stream_open_shard(st, st->year, st->epoch, w)) &&
         (span_eq_str(origin, st->origin) ||
          why_set(w, "origin", WHY_NO_OFFSET, NULL, "this shard is not the open one")) &&
         log_writer_repair(st->writer, mirror, &a, w) && carry_out_all(st, w);
    if (ok)
        stream_published(st, true, now);
    stream_leave(st);
    arena_free(&a);
    return ok;
}

/* Entered and ready: the erasure of a record as an entry, then what it says. */
static bool erase(struct stream *st, const struct origin *parts, const char *folder, const struct leaf *l,
                  uint64_t index, struct span reason, unix_time now, struct why *w)
{
    struct leaf e = { .type = LEAF_ERASURE,
                      .issuer = st->of->opt.state,
                      .stream = span_str(st->name),
                      .audience = span_str(st->audience),
                      .time = now,
                      .erased = index,
                      .reason = reason };
    uint8_t room[LEAF_MAX];
    struct stream_item item = { 0 };
    struct buffer b;

    if (!is_open(st, folder))
        e.shard = parts->shard;
    memcpy(e.body, l->body, LEAF_HASH);
    buf_init_fixed(&b, room, sizeof room);
    if (!leaf_put(&e, &b))
        return why_set(w, "leaf", WHY_NO_OFFSET, NULL, "a reason is a word of small letters: court-order");
    item.entry = buf_span(&b);
    if (!stream_append(st, &item, 1, NULL, w)) {
        log_writer_close(st->writer);
        st->writer = NULL;
        return false;
    }
    return stream_commit(st, now, w) && erase_in(st, folder, index, l->body, w);
}

static bool erase_entered(struct stream *st, const struct origin *parts, uint64_t index, struct span reason,
                          unix_time now, struct arena *a, struct why *w)
{
    char *folder = stream_path(st->of->folder, st, parts->year, parts->epoch);
    enum body_state state = BODY_MISSING;
    struct span entry = { 0 }, body = { 0 };
    struct leaf l;
    uint64_t size;
    bool ok;

    ok = shard_size(folder, &size, w) && shard_entry(folder, index, size, a, &entry, w);
    if (ok && (!leaf_parse(entry, &l, NULL) || span_eq(l.type, LEAF_ERASURE)))
        ok = why_set(w, "leaf", WHY_NO_OFFSET, NULL, "this entry is no record: it has no body");
    /* A body that does not open is one to erase, too. */
    if (ok && (!body_read(folder, index, &l, a, &state, &body, NULL) || state != BODY_ERASED))
        ok = erase(st, parts, folder, &l, index, reason, now, w);
    free(folder);
    return ok;
}

bool streams_erase(struct streams *s, struct span origin, uint64_t index, struct span reason, unix_time now,
                   struct why *w)
{
    struct origin parts;
    struct stream *st = stream_of_origin(s, origin, &parts, w);
    struct arena a;
    bool ok;

    if (!st)
        return false;
    arena_init(&a, 2 * (size_t)LIMIT_LOG_BODY + LIMIT_CHECKPOINT);
    stream_enter(st);
    ok = stream_ready(st, now, w) && erase_entered(st, &parts, index, reason, now, &a, w);
    stream_leave(st);
    arena_free(&a);
    return ok;
}
