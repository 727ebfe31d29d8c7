/* Entries on their way into a replica: rows, keys and tiles of one piece, before and after it is proved. */
#ifndef SERAI_SYNC_PIECE_H
#define SERAI_SYNC_PIECE_H

#include "sync/internal.h"

enum { PIECE_OPS = 4096 };

/* Entries behind one another, as they become one row. */
struct run {
    uint64_t first;
    unsigned n;
    uint64_t types;
    size_t at, len; /* in bytes of the piece */
};

struct piece {
    struct pull *p;
    struct arena arena;
    struct buffer bytes; /* of all entries, each after its length */
    struct run *run;
    struct replica_op *op;
    size_t n_run, n_op;
    uint64_t drop; /* the first entry of a bundle that was here in part and is whole now; UINT64_MAX: none */
    /* Keys of the full bundles of the segment under way: those of bundle i end at end[i]. */
    struct buffer keys;
    size_t end[SEGMENT_BUNDLES];
    uint64_t key_bundle; /* the first of them; n_keyed of them */
    unsigned n_keyed;
    struct span last_type; /* the bit of the last entry's type, which most often is the next one's too */
    size_t last_bit;
    struct buffer types;
};

MUST_USE bool piece_op(struct piece *c, struct replica_op op);

/* The key of one entry, and an erasure; the bit of its type. */
MUST_USE bool piece_entry(struct piece *c, uint64_t index, struct span entry, bool fresh, uint64_t *types);
/* The bundle is full: its keys, which were added one after the other, are complete. */
MUST_USE bool piece_bundle_full(struct piece *c, uint64_t bundle);
/* Keys of full bundles whose segment is not complete. */
MUST_USE bool piece_keys_end(struct piece *c);

#endif
