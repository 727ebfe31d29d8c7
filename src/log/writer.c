#include "log/writer_internal.h"

#include <stdio.h>

static const char clause[] = "C2SP tlog-tiles";

bool writer_refuse(const struct log_writer *l, struct why *w)
{
    return why_set(w, l->blocked.reason, l->blocked.offset, l->blocked.clause, "%s", l->blocked.detail);
}

static bool fail(struct log_writer *l, const struct why *y, struct why *w)
{
    l->blocked = *y;
    return writer_refuse(l, w);
}

/* Level 0 is written with its bundle. */
bool writer_tile_full(void *ctx, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct tile t = { .level = level, .index = index, .width = TILE_WIDTH };
    struct log_writer *l = ctx;
    char path[TILE_PATH];

    tile_path(&t, path);
    if (!l->rehearsal && !log_files_write(&l->files, path, span_of(hash, TILE_BYTES), l->w))
        return false;
    t.entries = level == 0;
    tile_path(&t, path);
    if (t.entries && !l->rehearsal && !log_files_write(&l->files, path, buf_span(&l->bundle), l->w))
        return false;
    if (!t.entries)
        return true;
    l->bundle.n = 0;
    return !l->bodies || body_edge_write(&l->body, l->rehearsal ? NULL : &l->files, index, l->w);
}

bool writer_take(struct log_writer *l, struct span entry, struct why *w)
{
    struct tree_hash leaf;

    l->w = w;
    if (!bundle_put(entry, &l->bundle) || !buf_ok(&l->bundle))
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "an entry has at most %d bytes", TILE_ENTRY);
    tree_leaf(entry, &leaf);
    return edge_append(&l->edge, &leaf);
}

/* The tiles at the edge that grew since the last checkpoint, as wide as they are now. */
bool writer_edge(struct log_writer *l, struct why *w)
{
    char path[TILE_PATH];

    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        struct tile t = { .level = level, .index = l->edge.index[level], .width = l->edge.n[level] };

        if (t.width == 0 || l->edge.size >> 8 * level == l->committed >> 8 * level)
            continue;
        tile_path(&t, path);
        if (!log_files_write(&l->files, path, span_of(l->edge.hash[level], t.width * (size_t)TREE_HASH), w))
            return false;
        t.entries = level == 0;
        tile_path(&t, path);
        if (t.entries && !log_files_write(&l->files, path, buf_span(&l->bundle), w))
            return false;
    }
    if (l->bodies && l->edge.size != l->committed &&
        !body_edge_write(&l->body, &l->files, l->edge.index[0], w))
        return false;
    return log_files_sync(&l->files, w);
}

static void drop_narrower(struct log_writer *l, struct tile t)
{
    char path[TILE_PATH], folder[TILE_PATH + 2];

    tile_path(&t, path);
    (void)snprintf(folder, sizeof folder, "%s.p", path);
    log_files_drop_folder(&l->files, folder);
}

/* Narrower tiles of those that are full now: nobody needs them any more. */
static void drop_partial(struct log_writer *l, uint64_t before)
{
    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        struct tile t = { .level = level, .index = before >> 8 * level >> 8, .width = TILE_WIDTH };

        if (t.index == l->edge.index[level] || (before >> 8 * level) % TILE_WIDTH == 0)
            continue;
        drop_narrower(l, t);
        t.entries = level == 0;
        if (t.entries)
            drop_narrower(l, t);
    }
}

bool writer_sign(struct log_writer *l, struct arena *a, struct span *out, struct why *w)
{
    struct tree_hash root;
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_CHECKPOINT);
    edge_root(&l->edge, &root);
    checkpoint_put(span_str(l->origin), l->edge.size, &root, &b);
    *out = arena_copy(a, buf_span(&b));
    buf_u8(&b, '\n');
    ok = out->p && note_key_sign(&l->key, l->signer, *out, 0, a, &b, w) && buf_ok(&b);
    if (ok)
        *out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return (ok && out->p) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

bool writer_publish(struct log_writer *l, struct span note, struct why *w)
{
    return file_replace(l->folder, "checkpoint", note, l->files.steps, w);
}

/* The note is kept before it is published, and nothing of it is seen before it is kept. */
bool writer_settle(struct log_writer *l, struct span note, struct arena *a, struct why *w)
{
    uint64_t before = l->committed;

    if (!l->keeper.swap(l->keeper.ctx, buf_span(&l->kept), note, a, w) || !writer_publish(l, note, w))
        return false;
    l->kept.n = 0;
    buf_put(&l->kept, note);
    l->committed = l->edge.size;
    drop_partial(l, before);
    if (l->bodies)
        body_edge_settled(&l->files, before, l->committed);
    return buf_ok(&l->kept) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

const struct why *log_writer_read_only(const struct log_writer *l)
{
    return l->blocked.reason ? &l->blocked : NULL;
}

uint64_t log_writer_size(const struct log_writer *l)
{
    return l->committed;
}

struct span log_writer_checkpoint(const struct log_writer *l)
{
    return buf_span(&l->kept);
}

/* The slot of the body is there before the entry makes its bundle full. */
static bool add_with(struct log_writer *l, struct span entry, const uint8_t *hash, struct span kept,
                     uint64_t *index, struct why *w)
{
    static const uint8_t none[LEAF_HASH];
    uint64_t at = l->edge.size;
    struct why y = { 0 };

    if (l->blocked.reason)
        return writer_refuse(l, w);
    if (entry.n > TILE_ENTRY || kept.n > BODY_ALONE)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "an entry has at most %d bytes, a body %d",
                       TILE_ENTRY, LIMIT_LOG_BODY);
    if (l->bodies && !body_edge_add(&l->body, &l->files, hash ? hash : none, kept, &y))
        return fail(l, &y, w);
    if (!writer_take(l, entry, &y))
        return fail(l, &y, w);
    if (index)
        *index = at;
    return true;
}

bool log_writer_add(struct log_writer *l, struct span entry, uint64_t *index, struct why *w)
{
    return add_with(l, entry, NULL, (struct span){ 0 }, index, w);
}

bool log_writer_add_body(struct log_writer *l, struct span entry, const uint8_t hash[LEAF_HASH],
                         struct span kept, uint64_t *index, struct why *w)
{
    if (!l->bodies || kept.n < LEAF_SALT + LEAF_SEAL)
        return why_set(w, "body", WHY_NO_OFFSET, NULL, "this log has no bodies, or this is none");
    return add_with(l, entry, hash, kept, index, w);
}

bool log_writer_erase(struct log_writer *l, uint64_t index, const uint8_t hash[LEAF_HASH], struct why *w)
{
    if (index >= l->committed)
        return why_set(w, "range", WHY_NO_OFFSET, clause, "the log has no such entry");
    /* In memory first: a file that is written from now on has it no more. */
    if (index / TILE_WIDTH == l->edge.index[0])
        body_edge_erase(&l->body, (unsigned)(index % TILE_WIDTH));
    return body_erase(l->folder, index, hash, l->files.steps, w);
}

bool log_writer_commit(struct log_writer *l, struct why *w)
{
    struct why y = { 0 };
    struct span note;
    struct arena a;
    bool ok;

    if (l->blocked.reason)
        return writer_refuse(l, w);
    if (l->edge.size == l->committed && l->kept.n)
        return true;
    arena_init(&a, 4 * LIMIT_CHECKPOINT);
    ok = writer_edge(l, &y) && writer_sign(l, &a, &note, &y) && writer_settle(l, note, &a, &y);
    arena_free(&a);
    return ok || fail(l, &y, w);
}

bool log_writer_publish(struct log_writer *l, struct span note, struct why *w)
{
    struct signed_checkpoint *c;
    struct why y = { 0 };
    struct arena a;
    bool ok;

    if (l->blocked.reason)
        return writer_refuse(l, w);
    arena_init(&a, 4 * LIMIT_CHECKPOINT);
    c = arena_array(&a, 2, sizeof *c);
    ok = c && writer_judge(l, note, "the cosigned note", &a, &c[0], w) &&
         writer_judge(l, buf_span(&l->kept), "the log", &a, &c[1], w);
    if (ok && !span_eq(c[0].note.text, c[1].note.text))
        ok = why_set(w, "checkpoint", 0, clause, "the cosigned note is not the newest checkpoint");
    if (ok && !writer_publish(l, note, &y))
        ok = fail(l, &y, w);
    arena_free(&a);
    return ok;
}
