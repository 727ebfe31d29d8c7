/* A tail that is lost everywhere: the next epoch. */
#include "log/files.h"
#include "log/streams_internal.h"

/* What the folder still says of that size, if it reaches so far, must be what is claimed. */
static bool fits(const char *folder, uint64_t size, const struct tree_hash *root, struct why *w)
{
    struct log_source s = log_folder(folder);
    struct tile_tree tiles = { .source = &s };
    struct tree_source from = { tile_tree_node, &tiles };
    struct checkpoint c = { 0 };
    struct tree_hash h;
    struct span note = { 0 };
    struct arena a;
    bool ok = true;

    arena_init(&a, 2 * LIMIT_CHECKPOINT);
    buf_init(&tiles.file, TILE_BYTES);
    if (shard_checkpoint(folder, &a, &note, &c, NULL) && c.size >= size) {
        tiles.size = c.size;
        ok = !tree_source_root(&from, size, &h, NULL) || tree_hash_eq(&h, root) ||
             why_set(w, "history", WHY_NO_OFFSET, NULL, "of that size the log had another root");
    }
    if (ok && shard_checkpoint(folder, &a, &note, &c, NULL) && c.size > size)
        ok = why_set(w, "history", WHY_NO_OFFSET, NULL,
                     "%llu entries are still here: give the last that are known", (unsigned long long)c.size);
    buf_free(&tiles.file);
    arena_free(&a);
    return ok;
}

static bool sign_act(const struct succession_act *act, const struct note_key *node,
                     const struct signer *signer, struct arena *a, struct span *out, struct why *w)
{
    struct buffer b;
    struct span text = { 0 };
    bool ok;

    buf_init(&b, 8192);
    succession_act_put(act, &b);
    text = arena_copy(a, buf_span(&b));
    buf_u8(&b, '\n');
    ok = text.p && note_key_sign(node, signer, text, 0, a, &b, w);
    if (ok)
        *out = arena_copy(a, buf_span(&b));
    ok = ok && out->p && buf_ok(&b);
    buf_free(&b);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* Entered. */
static bool lose(struct stream *st, struct succession_act *act, const struct note_key *node,
                 const struct signer *signer, unix_time now, struct why *w)
{
    unsigned year = stream_year(now) > st->year ? stream_year(now) : st->year;
    unsigned epoch = year > st->year ? 1 : st->epoch + 1;
    struct succession from = { .time = now, .size = act->size, .root = act->root };
    char previous[ORIGIN_MAX], next[ORIGIN_MAX];
    struct buffer b;
    struct arena a;
    bool ok;

    memcpy(previous, st->origin, sizeof previous);
    buf_init_fixed(&b, next, sizeof next);
    if (!origin_put(st->of->opt.name, span_str(st->name), span_str(st->audience), year, epoch, &b))
        return why_set(w, "origin", WHY_NO_OFFSET, NULL, "there is no next epoch");
    act->previous = from.origin = span_str(previous);
    act->next = span_str(buf_cstr(&b));
    arena_init(&a, 1 << 16);
    ok = sign_act(act, node, signer, &a, &from.act, w) && stream_begin(st, &from, year, epoch, now, w);
    arena_free(&a);
    act->previous = act->next = (struct span){ 0 }; /* names of this call */
    return ok;
}

static bool one_line(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 0x20)
            return false;
    return s.n > 0 && s.n <= LIMIT_ACT_REASON;
}

bool streams_lost(struct streams *s, struct span origin, uint64_t size, const struct tree_hash *root,
                  struct span reason, const struct note_key *node, const struct signer *signer, unix_time now,
                  struct why *w)
{
    struct succession_act act = { .reason = reason, .size = size, .root = *root };
    struct origin parts;
    struct stream *st = stream_of_origin(s, origin, &parts, w);
    bool ok;

    if (!st)
        return false;
    if (!one_line(reason))
        return why_set(w, "succession", WHY_NO_OFFSET, NULL, "a reason of one line is needed");
    stream_enter(st);
    ok = st->writer || (st->year && stream_open_shard(st, st->year, st->epoch, w));
    if (ok && !span_eq_str(origin, st->origin))
        ok = why_set(w, "origin", WHY_NO_OFFSET, NULL, "this shard is not the open one");
    if (ok && !log_writer_read_only(st->writer))
        ok = why_set(w, "exists", WHY_NO_OFFSET, NULL, "the log may be written: nothing was lost");
    ok = ok && fits(st->folder, size, root, w) && lose(st, &act, node, signer, now, w);
    stream_leave(st);
    return ok || why_set(w, "origin", WHY_NO_OFFSET, NULL, "the stream has not begun");
}
