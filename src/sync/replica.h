/*
 * What a node keeps of another member's log, in its store: the newest checkpoint that fits all it accepted
 * before, every entry up to `held` (each proved to stand under that checkpoint; nothing else is ever
 * written), the right edge of their tree, bodies, and where subjects stand. Size and content move together in
 * one transaction; whoever is stopped at any point goes on from what the store says.
 *
 * An entry is *published* once it is held, and *witnessed* once it is held and stands below the size of a
 * checkpoint that a quorum cosigned.
 */
#ifndef SERAI_SYNC_REPLICA_H
#define SERAI_SYNC_REPLICA_H

#include "log/body_bundle.h"
#include "log/edge.h"
#include "log/leaf.h"
#include "log/verify.h"
#include "store/replicas.h"

/* The state alone, for lists: spans in the arena. *found false: the node keeps nothing of that log. */
MUST_USE bool replica_find(struct store *s, struct span origin, bool *found, struct arena *a,
                           struct replica_row *out, struct why *w);
/* All, in the order of their origins. */
MUST_USE bool replica_list(struct store *s, struct arena *a, const struct replica_row **ret, size_t *n,
                           struct why *w);

/* The log has two histories, by a proof that the caller has checked: nothing more is taken of it, and what
 * was proved before stays. */
MUST_USE bool replica_stop(struct store *s, const struct replica_row *r, struct span proof, struct why *w);

static inline uint64_t replica_published(const struct replica_row *r)
{
    return r->held;
}

static inline uint64_t replica_witnessed(const struct replica_row *r)
{
    return r->held < r->witnessed_size ? r->held : r->witnessed_size;
}

enum replica_body {
    REPLICA_BODY_NONE,    /* the entry has none: an erasure, or no leaf of a record */
    REPLICA_BODY_THERE,   /* salt and sealed body: it opens with the leaf (log/leaf.h) */
    REPLICA_BODY_ERASED,  /* 410 */
    REPLICA_BODY_MISSING, /* asked for, nobody had it: 404, and asked again */
    REPLICA_BODY_UNKNOWN, /* not asked for yet */
};

struct replica_entry {
    uint64_t index;
    struct span bytes;
    bool is_leaf; /* else: of another form than log/leaf.h, a checkpoint in an index log */
    struct leaf leaf;
    enum replica_body body;
    struct span sealed; /* salt || sealed body, only REPLICA_BODY_THERE */
};

/*
 * Entries [from, from + most) as far as they are held, of that type only unless it is empty, with their
 * bodies when asked. Into the arena; *n may be less than there is when the arena's room ends: at least one,
 * else reason "too-large". *next: where to go on; held when nothing follows.
 */
MUST_USE bool replica_entries(struct store *s, const struct replica_row *r, uint64_t from, size_t most,
                              struct span type, bool bodies, struct arena *a, struct replica_entry **ret,
                              size_t *n, uint64_t *next, struct why *w);

/* One entry with its body. Reason "range": it is not held. */
MUST_USE bool replica_entry(struct store *s, const struct replica_row *r, uint64_t index, struct arena *a,
                            struct replica_entry *out, struct why *w);

/* Entries about a subject (leaf_subject), oldest first, at most `most` of the newest. */
MUST_USE bool replica_subject(struct store *s, const struct replica_row *r, const uint8_t tag[LEAF_TAG],
                              size_t most, struct arena *a, struct replica_entry **ret, size_t *n,
                              struct why *w);

/*
 * A replica as the log's files, for whoever has not reached the owner: `checkpoint` (the newest of which
 * every entry is here, or the witnessed one when it covers as much), tiles, entry bundles, `bodies/…` and
 * `body/<hex>`. Threads may each have their own.
 */
struct replica_files {
    struct store *store;
    struct span origin;
};
struct log_source replica_source(struct replica_files *f);

#endif
