/* What the files of sync/ share. */
#ifndef SERAI_SYNC_INTERNAL_H
#define SERAI_SYNC_INTERNAL_H

#include "log/origin.h"
#include "sync/pull.h"

enum {
    KEY_PREFIX = 8,
    KEY_BYTES = KEY_PREFIX + 2, /* and its place in the segment */
    SEGMENT = 65536,            /* entries */
    SEGMENT_BUNDLES = SEGMENT / TILE_WIDTH,
    KEY_BUCKETS = 256,
    BUCKET_TAIL = -1, /* keys of one full bundle, until its segment is complete */
};

/* Bits of replica_entries.types behind those of the named types. */
enum { TYPE_OTHER = LIMIT_REPLICA_TYPES, TYPE_NO_LEAF };

/* Of each level the hashes of the tile that is not full: how many follows from the size. */
void edge_put(const struct edge *e, struct buffer *b);
MUST_USE bool edge_get(struct span s, uint64_t size, struct edge *e, struct why *w);

/* Whether a header belongs into that log: its stream, its audience, its owner's state unless that is empty.
 */
bool leaf_fits(const struct leaf *l, const struct origin *o, struct span owner);

/* Bit of a type in the list of a log; SIZE_MAX: not in it. */
size_t type_bit(struct span types, struct span type);

/* One pull under way. */
struct pull {
    struct store *store;
    const struct log_source *source;
    const struct pull_options *opt;
    unix_time now;
    struct arena *arena;
    struct pull_report *report;
    struct findings *findings;
    struct why *w;
    struct origin origin;
    struct replica_row row;     /* as it is in the store */
    struct replica_row next;    /* as it is to become */
    struct checkpoint accepted; /* of next.accepted */
    struct edge *edge;          /* over the entries held */
    struct buffer file;
};

/* accept.c: the source's checkpoint becomes next.accepted when it may; *behind: it is older. */
MUST_USE bool pull_accept(struct pull *p, bool *behind);

/* piece.c: entries behind those held, up to the ceiling of a piece, proved and committed. */
MUST_USE bool pull_piece(struct pull *p);

/* pull_bodies.c: bodies of entries held, and again those that were missing; then erasures. */
MUST_USE bool pull_bodies(struct pull *p);

/* erase.c: carries out the erasures that stand in a log and are not carried out yet. */
MUST_USE bool erase_pending(struct store *s, const struct replica_row *r, struct arena *a, uint64_t *erased,
                            struct why *w);

/* The body of one entry, which was asked for, is erased here, whatever became of it. */
MUST_USE bool erase_one(struct store *s, const struct replica_row *r, uint64_t index, struct arena *a,
                        struct why *w);

/* Sets next, and what goes with it, in one transaction; row is next then. */
MUST_USE bool pull_commit(struct pull *p, const struct replica_op *op, size_t n);

/* Where a subject may stand, by the first bytes of its tag alone, in order; the bundle at the end, which is
 * not full, is left out. */
MUST_USE bool keys_find(struct store *s, const struct replica_row *r, const uint8_t key[KEY_PREFIX],
                        struct arena *a, uint64_t **ret, size_t *n, struct why *w);

/* The entries [bundle * 256, …) held of one bundle, behind one another with their lengths, in the arena. */
MUST_USE bool bundle_get(struct store *s, const struct replica_row *r, uint64_t bundle, struct arena *a,
                         struct span *out, unsigned *width, struct why *w);

/* A root that the entries held give for a smaller size; from tiles and entries in the store. */
MUST_USE bool held_root(struct store *s, const struct replica_row *r, uint64_t size, struct tree_hash *out,
                        struct why *w);

#endif
