/* A piece of a log: read, hashed, proved to stand under the accepted checkpoint, and only then written. */
#include "sync/piece.h"

static const char clause[] = "C2SP tlog-tiles";

static bool no_room(struct piece *c)
{
    return why_set(c->p->w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* Tiles of level 1 and up are kept: those of level 0 are made of entries. */
static bool keep_tile(void *ctx, unsigned level, uint64_t index, const struct tree_hash *hash)
{
    struct piece *c = ctx;
    struct replica_op op = {
        .what = REPLICA_PUT_TILE, .a = level, .b = (int64_t)index, .bytes = span_of(hash, TILE_BYTES)
    };

    if (level == 0)
        return true;
    op.bytes = arena_copy(&c->arena, op.bytes);
    return op.bytes.p ? piece_op(c, op) : no_room(c);
}

/* A row for entries [first, first + n) of the bundle; a long one is cut. */
static bool add_runs(struct piece *c, uint64_t first, const struct span *entry, const uint64_t *types,
                     unsigned n)
{
    enum { RUNS = 2048 };
    struct run r = { .first = first, .at = c->bytes.n };

    if (!c->run)
        c->run = arena_array(&c->arena, RUNS, sizeof *c->run);
    if (!c->run)
        return no_room(c);
    for (unsigned i = 0; i < n; i++) {
        if (r.n && r.len + 2 + entry[i].n > LIMIT_REPLICA_ROW && c->n_run < RUNS) {
            c->run[c->n_run++] = r;
            r = (struct run){ .first = first + i, .at = c->bytes.n };
        }
        if (!bundle_put(entry[i], &c->bytes))
            return no_room(c);
        r.len = c->bytes.n - r.at;
        r.types |= types[i];
        r.n++;
    }
    if (c->n_run == RUNS || !buf_ok(&c->bytes))
        return no_room(c);
    if (r.n)
        c->run[c->n_run++] = r;
    return true;
}

static bool rewritten(struct piece *c, uint64_t index)
{
    return why_set(c->p->w, "root", WHY_NO_OFFSET, clause,
                   "entry %llu is not the one that the log signed: it was rewritten",
                   (unsigned long long)index);
}

/* The entries that are here already are the same, the others are appended. */
static bool hash_bundle(struct piece *c, uint64_t bundle, const struct span *entry, unsigned n)
{
    struct edge *e = c->p->edge;
    unsigned have = (unsigned)(e->size - bundle * TILE_WIDTH);
    struct tree_hash hash[TILE_WIDTH];

    tree_leaves(entry, n, hash);
    for (unsigned i = 0; i < n; i++) {
        if (i < have && !tree_hash_eq(&hash[i], &e->hash[0][i]))
            return rewritten(c, bundle * TILE_WIDTH + i);
        if (i >= have && !edge_append(e, &hash[i]))
            return false;
    }
    return true;
}

static bool take_bundle(struct piece *c, uint64_t bundle)
{
    struct pull *p = c->p;
    uint64_t base = bundle * TILE_WIDTH, types[TILE_WIDTH];
    struct tile t = { .entries = true, .index = bundle, .width = tile_width(0, bundle, p->accepted.size) };
    unsigned have = (unsigned)(p->edge->size - base), width, from;
    struct span entry[TILE_WIDTH];
    char path[TILE_PATH];
    struct why y = { 0 };

    if (!log_tile_get(p->source, t, &p->file, &width, path, p->w))
        return false;
    if (!bundle_parse(buf_span(&p->file), width, entry, &y))
        return why_set(p->w, y.reason, y.offset, clause, "%s: %s", path, y.detail);
    if (!hash_bundle(c, bundle, entry, t.width))
        return false;
    from = t.width == TILE_WIDTH ? 0 : have;
    if (from < have)
        c->drop = base;
    for (unsigned i = from; i < t.width; i++)
        if (!piece_entry(c, base + i, entry[i], i >= have, &types[i]))
            return false;
    if (t.width == TILE_WIDTH && !piece_bundle_full(c, bundle))
        return false;
    if (t.width < TILE_WIDTH)
        c->keys.n = c->n_keyed ? c->end[c->n_keyed - 1] : 0;
    p->report->bytes += p->file.n;
    return add_runs(c, base + from, entry + from, types + from, t.width - from);
}

/* Which entry of the piece is not what the log's own tiles say, to name it. */
static bool name_rewritten(struct piece *c)
{
    struct pull *p = c->p;

    for (size_t k = 0; k < c->n_run; k++) {
        const struct run *r = &c->run[k];
        uint64_t bundle = r->first / TILE_WIDTH;
        struct tile t = { .index = bundle, .width = tile_width(0, bundle, p->accepted.size) };
        struct span entry[TILE_WIDTH];
        char path[TILE_PATH];
        unsigned width;

        if (!bundle_parse(span_of(c->bytes.p + r->at, r->len), r->n, entry, NULL) ||
            !log_tile_get(p->source, t, &p->file, &width, path, NULL))
            break;
        for (unsigned i = 0; i < r->n; i++) {
            size_t at = (size_t)((r->first + i) % TILE_WIDTH) * TREE_HASH;
            struct tree_hash h;

            tree_leaf(entry[i], &h);
            if (at + TREE_HASH > p->file.n || memcmp(p->file.p + at, h.b, TREE_HASH) != 0)
                return rewritten(c, r->first + i);
        }
    }
    return why_set(p->w, "root", WHY_NO_OFFSET, clause,
                   "the entries are not those under the signed checkpoint");
}

/* What was read stands under the accepted checkpoint: it is a beginning of that tree. */
static bool proved(struct piece *c)
{
    struct pull *p = c->p;
    struct tile_tree tiles = { .source = p->source, .size = p->accepted.size };
    struct tree_source from = { tile_tree_node, &tiles };
    struct tree_hash root, beginning, proof[TREE_PROOF_MAX];
    uint64_t size = p->edge->size;
    size_t n = 0;
    bool made;

    edge_root(p->edge, &root);
    if (size == p->accepted.size)
        return tree_hash_eq(&root, &p->accepted.root) || name_rewritten(c);
    buf_init(&tiles.file, TILE_BYTES);
    made = tree_prove_consistency(&from, size, p->accepted.size, proof, &n, p->w);
    if (made && tree_check_consistency(size, p->accepted.size, &root, proof, n, &p->accepted.root, NULL)) {
        buf_free(&tiles.file);
        return true;
    }
    made = made && tree_source_root(&from, size, &beginning, p->w);
    buf_free(&tiles.file);
    if (!made)
        return false;
    if (tree_check_consistency(size, p->accepted.size, &beginning, proof, n, &p->accepted.root, NULL))
        return name_rewritten(c);
    return why_set(p->w, "proof", WHY_NO_OFFSET, clause,
                   "the source's tiles are not those of its checkpoint: nothing proves the entries");
}

static bool fill_ops(struct piece *c)
{
    if (!piece_keys_end(c))
        return false;
    if (c->drop != UINT64_MAX && !piece_op(c, (struct replica_op){ .what = REPLICA_DROP_ENTRIES,
                                                                   .a = (int64_t)c->drop,
                                                                   .b = (int64_t)c->drop + TILE_WIDTH }))
        return false;
    for (size_t i = 0; i < c->n_run; i++) {
        const struct run *r = &c->run[i];

        if (!piece_op(c, (struct replica_op){ .what = REPLICA_PUT_ENTRIES,
                                              .a = (int64_t)r->first,
                                              .b = r->n,
                                              .c = (int64_t)r->types,
                                              .bytes = span_of(c->bytes.p + r->at, r->len) }))
            return false;
    }
    return true;
}

static bool commit(struct piece *c)
{
    struct pull *p = c->p;
    struct buffer edge;
    uint64_t from = p->row.held;
    bool ok;

    buf_init(&edge, sizeof p->edge->hash);
    edge_put(p->edge, &edge);
    p->next.edge = arena_copy(p->arena, buf_span(&edge));
    buf_free(&edge);
    p->next.types = arena_copy(p->arena, buf_span(&c->types));
    p->next.held = p->edge->size;
    if (p->next.held == p->next.accepted_size) {
        p->next.complete = p->next.accepted;
        p->next.complete_size = p->next.accepted_size;
    } else if (p->next.held >= p->next.witnessed_size && p->next.witnessed_size > p->next.complete_size) {
        p->next.complete = p->next.witnessed;
        p->next.complete_size = p->next.witnessed_size;
    }
    ok = fill_ops(c) && pull_commit(p, c->op, c->n_op);
    if (ok)
        p->report->entries += p->row.held - from;
    return ok;
}

static bool take_bundles(struct piece *c)
{
    struct pull *p = c->p;
    uint64_t from = p->edge->size;

    while (p->edge->size < p->accepted.size) {
        if (c->bytes.n >= LIMIT_PULL_PIECE || c->n_op + 4 * KEY_BUCKETS > PIECE_OPS)
            break;
        /* Pieces end where segments do, so that keys are sorted while they are in memory. */
        if (p->edge->size > from && p->edge->size % LIMIT_PULL_ENTRIES == 0)
            break;
        if (!take_bundle(c, p->edge->size / TILE_WIDTH))
            return false;
    }
    return true;
}

bool pull_piece(struct pull *p)
{
    struct piece *c = arena_alloc(p->arena, sizeof *c);
    bool ok;

    if (!c)
        return why_set(p->w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *c = (struct piece){ .p = p, .drop = UINT64_MAX };
    arena_init(&c->arena, 32 << 20);
    buf_init(&c->bytes, LIMIT_PULL_PIECE + 2 * TILE_BUNDLE);
    buf_init(&c->types, LIMIT_REPLICA_TYPES_TEXT);
    buf_put(&c->types, p->row.types);
    buf_init(&c->keys, (size_t)SEGMENT * KEY_BYTES);
    p->edge->full = keep_tile;
    p->edge->ctx = c;
    ok = take_bundles(c) && proved(c) && commit(c);
    buf_free(&c->keys);
    buf_free(&c->types);
    buf_free(&c->bytes);
    arena_free(&c->arena);
    return ok;
}
