/*
 * A whole log verified from its files (C2SP tlog-tiles), whoever wrote it: every entry is hashed, every tile
 * that the size requires is compared with what the entries give, and the root is that of the checkpoint.
 */
#ifndef SERAI_LOG_VERIFY_H
#define SERAI_LOG_VERIFY_H

#include "log/policy.h"
#include "log/tile.h"

/*
 * Where the files are. path: "checkpoint", "tile/0/000". out is emptied first and holds the file when *found.
 * False, with why, when nobody can say whether it is there.
 */
struct log_source {
    bool (*get)(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w);
    void *ctx;
};

/*
 * The file of a tile or bundle, as wide as t says; a full one also serves where a partial one is gone, *width
 * says so. path gets the name of the file. Reasons "missing", "tile" (a tile of another size), and the
 * source's.
 */
MUST_USE bool log_tile_get(const struct log_source *s, struct tile t, struct buffer *file, unsigned *width,
                           char path[TILE_PATH], struct why *w);

struct log_progress {
    uint64_t entries, of, bytes;
};

struct log_verify_options {
    const struct policy *policy;
    uint64_t from;         /* an earlier size, with its root: */
    struct tree_hash root; /* the log must have grown out of that; unused with from 0 */
    bool entries_only;     /* a mirror without tiles: those are not asked for */
    /* Called after each bundle; may be NULL. */
    void (*progress)(void *ctx, const struct log_progress *p);
    /* Each entry in order, once its bundle is read and before the root is proved; false stops; may be NULL.
     */
    bool (*entry)(void *ctx, uint64_t index, struct span entry, struct why *w);
    void *ctx;
};

struct log_report {
    struct checkpoint checkpoint; /* parts of note */
    struct span note;             /* in the arena */
    struct policy_verdict verdict;
    struct tree_hash root; /* of the entries */
    uint64_t entries, bytes, tiles, bundles;
};

/*
 * Reasons: those of note_parse, checkpoint_parse and policy_check; "missing" (a file that the size requires),
 * "tile" (a tile has another size, or another hash than its entries), "bundle", "root" (the entries give
 * another root), "history" (the earlier root is not that of the first entries). The detail names the file.
 * *out says how far it came.
 */
MUST_USE bool log_verify(const struct log_source *s, const struct log_verify_options *opt, struct arena *a,
                         struct log_report *out, struct why *w);

/*
 * The hash of a complete subtree from the tiles of a log of that size, for proofs: ctx of tree_source is a
 * struct tile_tree. Nothing proves the tiles here: what is made of them must be checked against a root.
 */
struct tile_tree {
    const struct log_source *source;
    uint64_t size;
    struct buffer file;
    struct tile have; /* in file; width 0: none */
};
bool tile_tree_node(void *ctx, unsigned level, uint64_t index, struct tree_hash *out, struct why *w);

#endif
