#include "log/tree.h"

#include "crypto/digest.h"

static const char clause[] = "RFC 9162 2.1";
static const uint8_t leaf_head = 0, node_head = 1;

static void take(struct tree_hash *out, const struct digest *d)
{
    memcpy(out->b, d->b, TREE_HASH);
}

static struct span span_of_hash(const struct tree_hash *h)
{
    return span_of(h->b, TREE_HASH);
}

void tree_empty(struct tree_hash *out)
{
    struct digest d;

    digest_parts(DIGEST_SHA256, NULL, 0, &d);
    take(out, &d);
}

void tree_leaf(struct span entry, struct tree_hash *out)
{
    struct span part[] = { span_of(&leaf_head, 1), entry };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 2, &d);
    take(out, &d);
}

void tree_leaves(const struct span *entry, size_t n, struct tree_hash *out)
{
    for (size_t i = 0; i < n; i++)
        tree_leaf(entry[i], &out[i]);
}

void tree_node(const struct tree_hash *l, const struct tree_hash *r, struct tree_hash *out)
{
    struct span part[] = { span_of(&node_head, 1), span_of_hash(l), span_of_hash(r) };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 3, &d);
    take(out, &d);
}

static size_t count_of(uint64_t size)
{
    return (size_t)__builtin_popcountll(size);
}

void tree_append_complete(struct tree *t, unsigned level, const struct tree_hash *h)
{
    size_t n = count_of(t->size);
    struct tree_hash right = *h;

    for (; t->size >> level & 1; level++) {
        n--;
        tree_node(&t->complete[n], &right, &right);
        t->size -= (uint64_t)1 << level;
    }
    t->complete[n] = right;
    t->size += (uint64_t)1 << level;
}

void tree_append(struct tree *t, const struct tree_hash *leaf)
{
    tree_append_complete(t, 0, leaf);
}

void tree_root(const struct tree *t, struct tree_hash *out)
{
    size_t n = count_of(t->size);

    if (n == 0) {
        tree_empty(out);
        return;
    }
    *out = t->complete[--n];
    while (n > 0)
        tree_node(&t->complete[--n], out, out);
}

void tree_root_of(const struct tree_hash *leaf, size_t n, struct tree_hash *out)
{
    struct tree t = { 0 };

    for (size_t i = 0; i < n; i++)
        tree_append(&t, &leaf[i]);
    tree_root(&t, out);
}

static bool no_proof(struct why *w, const char *text)
{
    return why_set(w, "proof", WHY_NO_OFFSET, clause, "%s", text);
}

static bool no_range(struct why *w, const char *text)
{
    return why_set(w, "range", WHY_NO_OFFSET, clause, "%s", text);
}

/* start is a multiple of the smallest power of two that is at least end - start. */
static bool is_subtree(uint64_t start, uint64_t end)
{
    uint64_t n = end - start, power = 1;

    if (start >= end)
        return false;
    while (power < n && power)
        power <<= 1;
    return power ? start % power == 0 : start == 0;
}

/* RFC 9162 2.1.3.2. */
bool tree_check_inclusion(uint64_t index, uint64_t size, const struct tree_hash *leaf,
                          const struct tree_hash *proof, size_t n, const struct tree_hash *root,
                          struct why *w)
{
    uint64_t fn = index, sn = size - 1;
    struct tree_hash r = *leaf;

    if (index >= size)
        return no_range(w, "the tree has no leaf of that index");
    for (size_t i = 0; i < n; i++) {
        if (sn == 0)
            return no_proof(w, "the proof has more hashes than the tree has levels");
        if (fn & 1 || fn == sn) {
            tree_node(&proof[i], &r, &r);
            while (!(fn & 1) && fn) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            tree_node(&r, &proof[i], &r);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0)
        return no_proof(w, "the proof ends before the root");
    return tree_hash_eq(&r, root) || no_proof(w, "the proof leads to another root");
}

bool tree_check_subtree_inclusion(uint64_t index, uint64_t start, uint64_t end, const struct tree_hash *leaf,
                                  const struct tree_hash *proof, size_t n, const struct tree_hash *subtree,
                                  struct why *w)
{
    if (!is_subtree(start, end))
        return no_range(w, "such a range is no subtree");
    if (index < start)
        return no_range(w, "the subtree has no leaf of that index");
    return tree_check_inclusion(index - start, end - start, leaf, proof, n, subtree, w);
}

/* The two hashes that a consistency proof builds at once: of the subtree, and of the whole. */
struct climb {
    uint64_t fn, sn, tn;
    struct tree_hash fr, sr;
};

static void climb_by(struct climb *c, unsigned levels)
{
    c->fn >>= levels;
    c->sn >>= levels;
    c->tn >>= levels;
}

static bool climb_step(struct climb *c, const struct tree_hash *h)
{
    if (c->tn == 0)
        return false;
    if (c->sn & 1 || c->sn == c->tn) {
        if (c->fn < c->sn)
            tree_node(h, &c->fr, &c->fr);
        tree_node(h, &c->sr, &c->sr);
        while (!(c->sn & 1) && c->sn)
            climb_by(c, 1);
    } else {
        tree_node(&c->sr, h, &c->sr);
    }
    climb_by(c, 1);
    return true;
}

/* draft-ietf-plants-merkle-tree-certs 4.4.3; with start 0 it is RFC 9162 2.1.4.2. */
static bool climb_all(uint64_t start, uint64_t end, uint64_t size, const struct tree_hash *subtree,
                      const struct tree_hash *proof, size_t n, const struct tree_hash *root, struct why *w)
{
    struct climb c = { .fn = start, .sn = end - 1, .tn = size - 1 };
    bool at_edge = c.sn == c.tn;
    size_t i = 0;

    while (c.fn != c.sn && (at_edge || c.sn & 1))
        climb_by(&c, 1);
    if (c.fn == c.sn) {
        c.fr = c.sr = *subtree;
    } else {
        if (n == 0)
            return no_proof(w, "the proof is empty");
        c.fr = c.sr = proof[i++];
    }
    for (; i < n; i++)
        if (!climb_step(&c, &proof[i]))
            return no_proof(w, "the proof has more hashes than the tree has levels");
    if (c.tn != 0)
        return no_proof(w, "the proof ends before the root");
    if (!tree_hash_eq(&c.fr, subtree))
        return no_proof(w, "the proof leads to another root of the earlier tree");
    return tree_hash_eq(&c.sr, root) || no_proof(w, "the proof leads to another root of the later tree");
}

bool tree_check_subtree_consistency(uint64_t start, uint64_t end, uint64_t size,
                                    const struct tree_hash *subtree, const struct tree_hash *proof, size_t n,
                                    const struct tree_hash *root, struct why *w)
{
    struct tree_hash none;

    if (end > size || start > end)
        return no_range(w, "the range does not lie in the tree");
    if (start == end) {
        tree_empty(&none);
        return (n == 0 && tree_hash_eq(&none, subtree)) ||
               no_proof(w, "an empty range has the hash of no leaves and an empty proof");
    }
    if (!is_subtree(start, end))
        return no_range(w, "such a range is no subtree");
    return climb_all(start, end, size, subtree, proof, n, root, w);
}

bool tree_check_consistency(uint64_t size1, uint64_t size2, const struct tree_hash *root1,
                            const struct tree_hash *proof, size_t n, const struct tree_hash *root2,
                            struct why *w)
{
    if (size1 == 0)
        return no_range(w, "that a tree grew out of nothing proves nothing");
    if (size1 > size2)
        return no_range(w, "the earlier tree is larger than the later one");
    return climb_all(0, size1, size2, root1, proof, n, root2, w);
}

bool tree_consistency_prefix(uint64_t size1, uint64_t size2, const struct tree_hash *proof, size_t n,
                             const struct tree_hash *root2, struct tree_hash *out)
{
    struct climb c = { .sn = size1 - 1, .tn = size2 - 1 };

    if (n == 0 || size1 == 0 || size1 >= size2 || !(size1 & (size1 - 1)))
        return false;
    while (c.sn & 1)
        climb_by(&c, 1);
    c.fr = c.sr = proof[0];
    for (size_t i = 1; i < n; i++)
        if (!climb_step(&c, &proof[i]))
            return false;
    if (c.tn != 0 || !tree_hash_eq(&c.sr, root2))
        return false;
    *out = c.fr;
    return true;
}

/* Complete subtrees that [start, end) falls into, left to right; start a multiple of the largest of them. */
struct pieces {
    size_t n;
    struct {
        unsigned level;
        uint64_t index;
    } at[TREE_LEVELS];
};

static void pieces_of(uint64_t start, uint64_t end, struct pieces *out)
{
    out->n = 0;
    while (start < end) {
        unsigned level = 63 - (unsigned)__builtin_clzll(end - start);

        out->at[out->n].level = level;
        out->at[out->n++].index = start >> level;
        start += (uint64_t)1 << level;
    }
}

/* The hash of [start, end), where start is a multiple of a power of two not below end - start. */
static bool hash_range(const struct tree_source *s, uint64_t start, uint64_t end, struct tree_hash *out,
                       struct why *w)
{
    struct pieces p;
    struct tree_hash left;
    size_t i;

    pieces_of(start, end, &p);
    if (p.n == 0)
        return no_range(w, "an empty range has no hash in a tree");
    i = p.n - 1;
    if (!s->node(s->ctx, p.at[i].level, p.at[i].index, out, w))
        return false;
    while (i-- > 0) {
        if (!s->node(s->ctx, p.at[i].level, p.at[i].index, &left, w))
            return false;
        tree_node(&left, out, out);
    }
    return true;
}

bool tree_source_root(const struct tree_source *s, uint64_t size, struct tree_hash *out, struct why *w)
{
    if (size == 0) {
        tree_empty(out);
        return true;
    }
    return hash_range(s, 0, size, out, w);
}

/* The largest power of two below n, n > 1: where a tree of n leaves is split. */
static uint64_t split_of(uint64_t n)
{
    return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* The ranges whose hashes a proof lists, from the root downwards. */
struct ranges {
    size_t n;
    struct {
        uint64_t start, end;
    } at[TREE_PROOF_MAX];
};

static void range_put(struct ranges *r, uint64_t start, uint64_t end)
{
    r->at[r->n].start = start;
    r->at[r->n++].end = end;
}

/* A proof goes from the leaf upwards: the ranges backwards. */
static bool hash_all(const struct tree_source *s, const struct ranges *r, struct tree_hash *proof, size_t *n,
                     struct why *w)
{
    for (size_t i = 0; i < r->n; i++) {
        size_t k = r->n - 1 - i;

        if (!hash_range(s, r->at[k].start, r->at[k].end, &proof[i], w))
            return false;
    }
    *n = r->n;
    return true;
}

bool tree_prove_inclusion(const struct tree_source *s, uint64_t index, uint64_t size, struct tree_hash *proof,
                          size_t *n, struct why *w)
{
    uint64_t start = 0, end = size;
    struct ranges r = { 0 };

    if (index >= size)
        return no_range(w, "the tree has no leaf of that index");
    while (end - start > 1) {
        uint64_t middle = start + split_of(end - start);

        if (index < middle) {
            range_put(&r, middle, end);
            end = middle;
        } else {
            range_put(&r, start, middle);
            start = middle;
        }
    }
    return hash_all(s, &r, proof, n, w);
}

/* RFC 9162 2.1.4.1. */
bool tree_prove_consistency(const struct tree_source *s, uint64_t size1, uint64_t size2,
                            struct tree_hash *proof, size_t *n, struct why *w)
{
    uint64_t start = 0, end = size2;
    struct ranges r = { 0 };

    if (size1 == 0 || size1 > size2)
        return no_range(w, "the earlier tree is empty, or larger than the later one");
    while (end != size1) {
        uint64_t middle = start + split_of(end - start);

        if (size1 <= middle) {
            range_put(&r, middle, end);
            end = middle;
        } else {
            range_put(&r, start, middle);
            start = middle;
        }
    }
    if (start > 0)
        range_put(&r, start, end);
    return hash_all(s, &r, proof, n, w);
}
