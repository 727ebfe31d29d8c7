#include "log/edge.h"

void edge_init(struct edge *e, bool (*full)(void *, unsigned, uint64_t, const struct tree_hash *), void *ctx)
{
    e->size = 0;
    e->full = full;
    e->ctx = ctx;
    memset(e->n, 0, sizeof e->n);
    memset(e->index, 0, sizeof e->index);
}

bool edge_append(struct edge *e, const struct tree_hash *leaf)
{
    e->hash[0][e->n[0]++] = *leaf;
    e->size++;
    for (unsigned level = 0; e->n[level] == TILE_WIDTH; level++) {
        if (!e->full(e->ctx, level, e->index[level], e->hash[level]))
            return false;
        e->n[level] = 0;
        e->index[level]++;
        if (level + 1 < TILE_LEVELS)
            tile_root(e->hash[level], TILE_WIDTH, &e->hash[level + 1][e->n[level + 1]++]);
    }
    return true;
}

void edge_root(const struct edge *e, struct tree_hash *out)
{
    struct tree t = { 0 };

    for (unsigned level = TILE_LEVELS; level-- > 0;)
        for (unsigned i = 0; i < e->n[level]; i++)
            tree_append_complete(&t, 8 * level, &e->hash[level][i]);
    tree_root(&t, out);
}
