#include "base/text.h"
#include "sync/internal.h"

static unsigned width_at(uint64_t size, unsigned level)
{
    return (unsigned)(size >> (8 * level)) & 255;
}

void edge_put(const struct edge *e, struct buffer *b)
{
    for (unsigned level = 0; level < TILE_LEVELS; level++)
        buf_put(b, span_of(e->hash[level], (size_t)e->n[level] * TREE_HASH));
}

bool edge_get(struct span s, uint64_t size, struct edge *e, struct why *w)
{
    size_t at = 0;

    for (unsigned level = 0; level < TILE_LEVELS; level++) {
        size_t n = (size_t)width_at(size, level) * TREE_HASH;

        if (s.n - at < n)
            break;
        e->n[level] = (unsigned)(n / TREE_HASH);
        e->index[level] = level < TILE_LEVELS - 1 ? size >> (8 * (level + 1)) : 0;
        if (n)
            memcpy(e->hash[level], s.p + at, n);
        at += n;
    }
    e->size = size;
    return at == s.n || why_set(w, "store-damaged", WHY_NO_OFFSET, NULL,
                                "the edge of a replica is not that of a tree of its size");
}

bool leaf_fits(const struct leaf *l, const struct origin *o, struct span owner)
{
    return span_eq(l->stream, o->stream) && span_eq(l->audience, o->audience) &&
           (owner.n == 0 || span_eq(l->issuer, owner));
}

size_t type_bit(struct span types, struct span type)
{
    struct span line = { 0 };

    for (size_t i = 0; text_split(&types, '\n', &line); i++)
        if (span_eq(line, type))
            return i;
    return SIZE_MAX;
}

bool replica_find(struct store *s, struct span origin, bool *found, struct arena *a, struct replica_row *out,
                  struct why *w)
{
    return store_replica(s, origin, found, a, out, w);
}

bool replica_list(struct store *s, struct arena *a, const struct replica_row **ret, size_t *n, struct why *w)
{
    struct replica_row *r = NULL;

    if (!store_replicas(s, a, &r, n, w))
        return false;
    *ret = r;
    return true;
}

bool replica_stop(struct store *s, const struct replica_row *r, struct span proof, struct why *w)
{
    struct replica_row next = *r;

    next.fork = proof;
    next.reason = SPAN("history");
    next.detail = SPAN("another member has the proof that the log has two histories");
    return store_replica_change(s, &next, r, 0, NULL, 0, w);
}

bool pull_commit(struct pull *p, const struct replica_op *op, size_t n)
{
    if (!store_replica_change(p->store, &p->next, &p->row, 0, op, n, p->w))
        return false;
    p->row = p->next;
    return true;
}
