/*
 * The right edge of a log that grows, or is read from its beginning: of each level the hashes of the tile
 * that is not full yet (C2SP tlog-tiles). All that appending needs, and each node is hashed once.
 */
#ifndef SERAI_LOG_EDGE_H
#define SERAI_LOG_EDGE_H

#include "log/tile.h"

struct edge {
    struct tree_hash hash[TILE_LEVELS][TILE_WIDTH];
    unsigned n[TILE_LEVELS];     /* 0..255 between two calls */
    uint64_t index[TILE_LEVELS]; /* of that tile */
    uint64_t size;
    /* A tile is full: its 256 hashes, before they are hashed into the level above. False stops. */
    bool (*full)(void *ctx, unsigned level, uint64_t index, const struct tree_hash *hash);
    void *ctx;
};

/* An empty log. full must be there. */
void edge_init(struct edge *e, bool (*full)(void *, unsigned, uint64_t, const struct tree_hash *), void *ctx);
/* False when full said so: the edge is of no use any more. */
MUST_USE bool edge_append(struct edge *e, const struct tree_hash *leaf);
void edge_root(const struct edge *e, struct tree_hash *out);

#endif
