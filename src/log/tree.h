/*
 * Merkle trees of logs (RFC 6962 2.1; RFC 9162 2.1 has the same tree) over SHA-256: hashes of leaves, nodes
 * and whole trees, and proofs that something is in one, or that one grew out of another.
 *
 * A subtree is a range [start, end) of leaves whose start is a multiple of the smallest power of two that is
 * at least end - start (draft-ietf-plants-merkle-tree-certs 4.1). A tree of n leaves is the subtree [0, n).
 */
#ifndef SERAI_LOG_TREE_H
#define SERAI_LOG_TREE_H

#include "base/span.h"
#include "base/why.h"

enum {
    TREE_HASH = 32,
    TREE_LEVELS = 64,    /* hashes of an inclusion proof at most */
    TREE_PROOF_MAX = 65, /* of any proof */
};

struct tree_hash {
    uint8_t b[TREE_HASH];
};

static inline bool tree_hash_eq(const struct tree_hash *a, const struct tree_hash *b)
{
    return memcmp(a->b, b->b, TREE_HASH) == 0;
}

void tree_empty(struct tree_hash *out);                                      /* of no leaves */
void tree_leaf(struct span entry, struct tree_hash *out);                    /* 0x00 before it */
void tree_leaves(const struct span *entry, size_t n, struct tree_hash *out); /* of each */
void tree_node(const struct tree_hash *l, const struct tree_hash *r, struct tree_hash *out);

/* A growing tree: the hashes of its complete subtrees, largest first; nothing else is needed to append. */
struct tree {
    uint64_t size;
    struct tree_hash complete[TREE_LEVELS]; /* one for each bit of size that is set, from the highest */
};

void tree_append(struct tree *t, const struct tree_hash *leaf);
/* The hash of a complete subtree of 2^level leaves; size must be a multiple of that. */
void tree_append_complete(struct tree *t, unsigned level, const struct tree_hash *h);
void tree_root(const struct tree *t, struct tree_hash *out);

/* Root of leaf hashes that are there all at once. */
void tree_root_of(const struct tree_hash *leaf, size_t n, struct tree_hash *out);

/*
 * A proof as its hashes, from the leaf's side upwards. Each check is false with reason "proof" (a number of
 * hashes that cannot be, or they lead to another root) or "range" (indexes that name nothing).
 */
MUST_USE bool tree_check_inclusion(uint64_t index, uint64_t size, const struct tree_hash *leaf,
                                   const struct tree_hash *proof, size_t n, const struct tree_hash *root,
                                   struct why *w);
/* size1 0 is refused, also for equal sizes: it proves nothing. */
MUST_USE bool tree_check_consistency(uint64_t size1, uint64_t size2, const struct tree_hash *root1,
                                     const struct tree_hash *proof, size_t n, const struct tree_hash *root2,
                                     struct why *w);
/* The root of the first size1 leaves, when the proof leads to root2 and tells: not for a power of two. */
MUST_USE bool tree_consistency_prefix(uint64_t size1, uint64_t size2, const struct tree_hash *proof, size_t n,
                                      const struct tree_hash *root2, struct tree_hash *out);
MUST_USE bool tree_check_subtree_inclusion(uint64_t index, uint64_t start, uint64_t end,
                                           const struct tree_hash *leaf, const struct tree_hash *proof,
                                           size_t n, const struct tree_hash *subtree, struct why *w);
/* The subtree [start, end) of a tree of that size. An empty range has the hash of no leaves, and no proof. */
MUST_USE bool tree_check_subtree_consistency(uint64_t start, uint64_t end, uint64_t size,
                                             const struct tree_hash *subtree, const struct tree_hash *proof,
                                             size_t n, const struct tree_hash *root, struct why *w);

/*
 * Makes proofs. node gives the hash of the complete subtree of 2^level leaves at leaf index * 2^level, which
 * the tree holds whole; false (with why) when it cannot. Returns the number of hashes through *n, at most
 * TREE_PROOF_MAX.
 */
struct tree_source {
    bool (*node)(void *ctx, unsigned level, uint64_t index, struct tree_hash *out, struct why *w);
    void *ctx;
};
MUST_USE bool tree_prove_inclusion(const struct tree_source *s, uint64_t index, uint64_t size,
                                   struct tree_hash *proof, size_t *n, struct why *w);
MUST_USE bool tree_prove_consistency(const struct tree_source *s, uint64_t size1, uint64_t size2,
                                     struct tree_hash *proof, size_t *n, struct why *w);
/* The root of the first size leaves. */
MUST_USE bool tree_source_root(const struct tree_source *s, uint64_t size, struct tree_hash *out,
                               struct why *w);

#endif
