/* A replica as the files of its log. */
#include "sync/internal.h"

static bool put_note(struct span note, struct buffer *out, bool *found)
{
    *found = note.n > 0;
    buf_put(out, note);
    return true;
}

struct one_tile {
    struct buffer *to;
    unsigned width;
    bool found;
};

static bool take_tile(void *ctx, const struct replica_line *l, struct why *w)
{
    struct one_tile *t = ctx;

    if (l->bytes.n != TILE_BYTES)
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "a tile of a replica has another size");
    buf_put(t->to, span_sub(l->bytes, 0, (size_t)t->width * TREE_HASH));
    t->found = true;
    return true;
}

static bool put_upper(struct store *s, const struct replica_row *r, const struct tile *t, struct arena *a,
                      struct buffer *out, bool *found, struct why *w)
{
    const struct replica_op q = { .a = t->level, .b = (int64_t)t->index };
    struct one_tile kept = { out, t->width, false };
    struct edge *e;

    if (!store_replica_look(s, REPLICA_TILE, r->id, &q, take_tile, &kept, w))
        return false;
    *found = kept.found;
    if (kept.found)
        return true;
    e = arena_alloc(a, sizeof *e);
    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!edge_get(r->edge, r->held, e, w))
        return false;
    *found = t->level < TILE_LEVELS && e->index[t->level] == t->index && e->n[t->level] >= t->width;
    if (*found)
        buf_put(out, span_of(e->hash[t->level], (size_t)t->width * TREE_HASH));
    return true;
}

static bool put_entries(struct store *s, const struct replica_row *r, const struct tile *t, struct arena *a,
                        struct buffer *out, struct why *w)
{
    struct span bytes = { 0 }, entry[TILE_WIDTH];
    struct tree_hash hash[TILE_WIDTH];
    unsigned width = 0;

    if (!bundle_get(s, r, t->index, a, &bytes, &width, w) || !bundle_parse(bytes, width, entry, w))
        return false;
    if (width < t->width)
        return why_set(w, "store-damaged", WHY_NO_OFFSET, NULL, "entries of a replica are missing");
    if (!t->entries) {
        tree_leaves(entry, t->width, hash);
        buf_put(out, span_of(hash, (size_t)t->width * TREE_HASH));
        return true;
    }
    for (unsigned i = 0; i < t->width; i++)
        if (!bundle_put(entry[i], out))
            return false;
    return true;
}

/* Level 0 is made of the entries; above that full tiles are kept, and the edge holds the others. */
static bool put_tile(struct store *s, const struct replica_row *r, const struct tile *t, struct arena *a,
                     struct buffer *out, bool *found, struct why *w)
{
    *found = t->width <= tile_width(t->level, t->index, r->held);
    if (!*found)
        return true;
    if (t->level == 0)
        return put_entries(s, r, t, a, out, w);
    return put_upper(s, r, t, a, out, found, w);
}

static bool put_bodies(struct store *s, const struct replica_row *r, uint64_t bundle, unsigned width,
                       struct arena *a, struct buffer *out, bool *found, struct why *w)
{
    struct replica_entry *e = NULL;
    uint64_t next;
    size_t n = 0;

    *found = width <= tile_width(0, bundle, r->bodies);
    if (!*found)
        return true;
    if (!replica_entries(s, r, bundle * TILE_WIDTH, width, (struct span){ 0 }, true, a, &e, &n, &next, w))
        return false;
    if (n != width)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < n; i++) {
        struct body_slot slot = { .kind = BODY_SLOT_NONE };

        if (e[i].body == REPLICA_BODY_ERASED)
            slot.kind = BODY_SLOT_ERASED;
        else if (e[i].body == REPLICA_BODY_THERE && e[i].sealed.n <= BODY_IN_BUNDLE)
            slot = (struct body_slot){ BODY_SLOT_HERE, e[i].sealed };
        if (!body_bundle_put(&slot, out))
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    return true;
}

static bool take_entry(void *ctx, const struct replica_line *l, struct why *w)
{
    (void)w;
    *(int64_t *)ctx = l->a;
    return true;
}

/* One that stands alone. */
static bool put_alone(struct store *s, const struct replica_row *r, const uint8_t hash[LEAF_HASH],
                      struct arena *a, struct buffer *out, bool *found, struct why *w)
{
    const struct replica_op q = { .name = span_of(hash, LEAF_HASH) };
    int64_t at = -1;
    struct replica_entry e;

    if (!store_replica_look(s, REPLICA_ALONE, r->id, &q, take_entry, &at, w))
        return false;
    *found = at >= 0;
    if (!*found)
        return true;
    if (!replica_entry(s, r, (uint64_t)at, a, &e, w))
        return false;
    buf_put(out, e.sealed);
    return true;
}

static bool put_file(struct store *s, const struct replica_row *r, struct span path, struct arena *a,
                     struct buffer *out, bool *found, struct why *w)
{
    uint8_t hash[LEAF_HASH];
    uint64_t bundle;
    unsigned width;
    struct tile t;

    *found = false;
    if (span_eq_str(path, "checkpoint"))
        return put_note(r->complete, out, found);
    if (span_eq_str(path, "witnessed"))
        return r->witnessed_size > r->complete_size || put_note(r->witnessed, out, found);
    if (tile_path_parse(path, &t))
        return put_tile(s, r, &t, a, out, found, w);
    if (body_bundle_path_parse(path, &bundle, &width))
        return put_bodies(s, r, bundle, width, a, out, found, w);
    return !body_alone_path_parse(path, hash) || put_alone(s, r, hash, a, out, found, w);
}

static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    enum { ROOM = 3 * BODY_BUNDLE }; /* entries and bodies of one bundle, and what they are made of */
    const struct replica_files *f = ctx;
    struct replica_row r = { 0 };
    struct why y = { 0 };
    struct arena a;
    bool ok;

    buf_reset(out);
    arena_init(&a, ROOM);
    *found = false;
    ok = replica_find(f->store, f->origin, found, &a, &r, &y);
    if (ok && *found)
        ok = put_file(f->store, &r, span_str(path), &a, out, found, &y);
    arena_free(&a);
    if (ok && (!buf_ok(out) || out->n > most))
        ok = why_set(&y, "too-large", WHY_NO_OFFSET, NULL, "%s is larger than such a file is", path);
    return ok || why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
}

struct log_source replica_source(struct replica_files *f)
{
    return (struct log_source){ get, f };
}

bool held_root(struct store *s, const struct replica_row *r, uint64_t size, struct tree_hash *out,
               struct why *w)
{
    struct replica_files files = { s, r->origin };
    struct log_source own = replica_source(&files);
    struct tile_tree tiles = { .source = &own, .size = size };
    struct tree_source from = { tile_tree_node, &tiles };
    bool ok;

    buf_init(&tiles.file, TILE_BYTES);
    ok = tree_source_root(&from, size, out, w);
    buf_free(&tiles.file);
    return ok;
}
