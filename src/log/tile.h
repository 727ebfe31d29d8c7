/*
 * Tiles and entry bundles (C2SP tlog-tiles): a log as files that never change. A tile of level L holds up to
 * 256 hashes; hash i of tile n is that of the complete subtree of 256^L leaves at leaf (256 n + i) 256^L. An
 * entry bundle holds the entries of a tile of level 0, each after its length.
 */
#ifndef SERAI_LOG_TILE_H
#define SERAI_LOG_TILE_H

#include "base/buffer.h"
#include "log/tree.h"

enum {
    TILE_WIDTH = 256,
    TILE_BYTES = TILE_WIDTH * TREE_HASH,
    TILE_LEVELS = 8,    /* of a log of 2^63 entries; the format allows 64 */
    TILE_PATH = 64,     /* room for any path with its NUL */
    TILE_ENTRY = 65535, /* bytes of one entry at most */
    TILE_BUNDLE = TILE_WIDTH * (2 + TILE_ENTRY)
};

struct tile {
    bool entries;   /* a bundle; level is 0 then */
    unsigned level; /* 0..63 */
    uint64_t index;
    unsigned width; /* 1..256 */
};

/* "tile/0/x001/x234/067.p/8", "tile/entries/000". */
void tile_path(const struct tile *t, char out[TILE_PATH]);
/* False for what tile_path would not write. */
MUST_USE bool tile_path_parse(struct span path, struct tile *out);

/* How wide the tile of that level and index is in a log of that size: 256, less at the edge, 0: not there. */
unsigned tile_width(unsigned level, uint64_t index, uint64_t size);

/* Hash of a full tile, as it stands in the level above; of another tile of what it holds. */
void tile_root(const struct tree_hash *hash, size_t n, struct tree_hash *out);

/*
 * The entries of a bundle of that width, in place. Reason "bundle" with the offset: too short, or longer than
 * its entries.
 */
MUST_USE bool bundle_parse(struct span bundle, unsigned width, struct span entry[TILE_WIDTH], struct why *w);
/* False: longer than TILE_ENTRY. */
MUST_USE bool bundle_put(struct span entry, struct buffer *b);

#endif
