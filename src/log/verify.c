#include "log/verify.h"

#include <stdio.h>

#include "log/edge.h"

static const char clause[] = "C2SP tlog-tiles";

struct walk {
    const struct log_source *s;
    const struct log_verify_options *opt;
    struct log_report *r;
    struct edge edge;
    struct buffer file;
    struct why *w;
};

static bool damaged(struct why *w, const char *reason, const char *path, const char *what)
{
    return why_set(w, reason, WHY_NO_OFFSET, clause, "%s: %s", path, what);
}

bool log_tile_get(const struct log_source *s, struct tile t, struct buffer *file, unsigned *width,
                  char path[TILE_PATH], struct why *w)
{
    size_t most = t.entries ? TILE_BUNDLE : TILE_BYTES;
    bool found;

    tile_path(&t, path);
    *width = t.width;
    if (!s->get(s->ctx, path, most, file, &found, w))
        return false;
    if (!found && t.width < TILE_WIDTH) {
        *width = t.width = TILE_WIDTH;
        tile_path(&t, path);
        if (!s->get(s->ctx, path, most, file, &found, w))
            return false;
    }
    if (!found)
        return damaged(w, "missing", path, "the size of the log requires this file");
    if (!t.entries && file->n != (size_t)*width * TREE_HASH)
        return damaged(w, "tile", path, "its size is not that of so many hashes");
    return true;
}

/* The tile in the log has the hashes that the entries gave. */
static bool check_tile(struct walk *k, unsigned level, uint64_t index, const struct tree_hash *hash,
                       unsigned n)
{
    struct tile t = { .level = level, .index = index, .width = n };
    char path[TILE_PATH], what[64];
    unsigned width;

    if (k->opt->entries_only || n == 0)
        return true;
    if (!log_tile_get(k->s, t, &k->file, &width, path, k->w))
        return false;
    k->r->tiles++;
    k->r->bytes += k->file.n;
    if (memcmp(k->file.p, hash, (size_t)n * TREE_HASH) == 0)
        return true;
    for (unsigned i = 0; i < n; i++) {
        if (memcmp(k->file.p + (size_t)i * TREE_HASH, hash[i].b, TREE_HASH) == 0)
            continue;
        (void)snprintf(what, sizeof what, "hash %u is not that of the entries below it", i);
        return damaged(k->w, "tile", path, what);
    }
    return false;
}

static bool check_full(void *ctx, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    return check_tile(ctx, level, index, hash, TILE_WIDTH);
}

static bool same_history(struct walk *k)
{
    struct tree_hash root;

    if (k->opt->from == 0 || k->edge.size != k->opt->from)
        return true;
    edge_root(&k->edge, &root);
    return tree_hash_eq(&root, &k->opt->root) ||
           why_set(
               k->w, "history", WHY_NO_OFFSET, clause,
               "the first %llu entries are not those of the earlier checkpoint: the log has two histories",
               (unsigned long long)k->opt->from);
}

static bool take_entry(struct walk *k, struct span entry)
{
    struct tree_hash leaf;

    if (k->opt->entry && !k->opt->entry(k->opt->ctx, k->edge.size, entry, k->w))
        return false;
    tree_leaf(entry, &leaf);
    return edge_append(&k->edge, &leaf) && same_history(k);
}

static bool take_bundle(struct walk *k, uint64_t index)
{
    struct tile t = { .entries = true, .index = index };
    unsigned need = tile_width(0, index, k->r->checkpoint.size), width;
    struct span entry[TILE_WIDTH];
    struct buffer bundle;
    char path[TILE_PATH];
    struct why y = { 0 };
    bool ok = false;

    t.width = need;
    buf_init(&bundle, TILE_BUNDLE);
    if (!log_tile_get(k->s, t, &bundle, &width, path, k->w))
        goto out;
    if (!bundle_parse(buf_span(&bundle), width, entry, &y)) {
        (void)why_set(k->w, y.reason, y.offset, clause, "%s: %s", path, y.detail);
        goto out;
    }
    k->r->bundles++;
    k->r->bytes += bundle.n;
    for (unsigned i = 0; i < need; i++)
        if (!take_entry(k, entry[i]))
            goto out;
    k->r->entries = k->edge.size;
    if (k->opt->progress) {
        struct log_progress p = { k->edge.size, k->r->checkpoint.size, k->r->bytes };

        k->opt->progress(k->opt->ctx, &p);
    }
    ok = true;
out:
    buf_free(&bundle);
    return ok;
}

static bool take_checkpoint(struct walk *k, struct arena *a)
{
    struct note *note = arena_alloc(a, sizeof *note);
    bool found;

    if (!k->s->get(k->s->ctx, "checkpoint", LIMIT_CHECKPOINT, &k->file, &found, k->w))
        return false;
    if (!found)
        return damaged(k->w, "missing", "checkpoint", "the log has none");
    k->r->note = arena_copy(a, buf_span(&k->file));
    if (!note || !k->r->note.p)
        return why_set(k->w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    return note_parse(k->r->note, note, k->w) && checkpoint_parse(note->text, &k->r->checkpoint, k->w) &&
           policy_check(k->opt->policy, note, &k->r->checkpoint, a, &k->r->verdict, k->w);
}

static bool walk_all(struct walk *k)
{
    uint64_t size = k->r->checkpoint.size;

    if (k->opt->from > size)
        return why_set(k->w, "history", WHY_NO_OFFSET, clause, "the log is smaller than it was");
    for (uint64_t i = 0; i * TILE_WIDTH < size; i++)
        if (!take_bundle(k, i))
            return false;
    for (unsigned level = 0; level < TILE_LEVELS; level++)
        if (!check_tile(k, level, k->edge.index[level], k->edge.hash[level], k->edge.n[level]))
            return false;
    edge_root(&k->edge, &k->r->root);
    return tree_hash_eq(&k->r->root, &k->r->checkpoint.root) ||
           damaged(k->w, "root", "checkpoint", "its root is not that of the entries");
}

bool log_verify(const struct log_source *s, const struct log_verify_options *opt, struct arena *a,
                struct log_report *out, struct why *w)
{
    struct walk *k = arena_alloc(a, sizeof *k);
    bool ok;

    *out = (struct log_report){ 0 };
    if (!k)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    k->s = s;
    k->opt = opt;
    k->r = out;
    k->w = w;
    edge_init(&k->edge, check_full, k);
    buf_init(&k->file, LIMIT_CHECKPOINT);
    ok = take_checkpoint(k, a) && walk_all(k);
    buf_free(&k->file);
    return ok;
}

/* The tile that holds hash `at` of its level in hashes of 256^level leaves. */
static bool load(struct tile_tree *t, unsigned level, uint64_t tile, struct why *w)
{
    struct tile want = { .level = level, .index = tile, .width = tile_width(level, tile, t->size) };
    char path[TILE_PATH];
    unsigned width;

    if (t->have.width && t->have.level == level && t->have.index == tile)
        return true;
    t->have.width = 0;
    if (want.width == 0)
        return why_set(w, "range", WHY_NO_OFFSET, clause, "the tree has no such subtree");
    if (!log_tile_get(t->source, want, &t->file, &width, path, w))
        return false;
    want.width = width;
    t->have = want;
    return true;
}

bool tile_tree_node(void *ctx, unsigned level, uint64_t index, struct tree_hash *out, struct why *w)
{
    struct tile_tree *t = ctx;
    unsigned tile_level = level / 8, inside = level % 8;
    uint64_t first = index << inside; /* of 2^inside hashes in a row of that level */
    struct tree_hash h[TILE_WIDTH];
    size_t n = (size_t)1 << inside, from;

    if (!load(t, tile_level, first / TILE_WIDTH, w))
        return false;
    from = (size_t)(first % TILE_WIDTH);
    if (from + n > t->have.width)
        return why_set(w, "range", WHY_NO_OFFSET, clause, "the tree has no such subtree");
    memcpy(h, t->file.p + from * TREE_HASH, n * TREE_HASH);
    tile_root(h, n, out);
    return true;
}
