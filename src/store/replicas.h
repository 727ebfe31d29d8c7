/*
 * Rows of replicas of other members' logs (migrations/0004-replicas.sql): what is done to one of them in one
 * transaction, and what is read. What the rows mean is sync/'s business (sync/replica.h).
 */
#ifndef SERAI_STORE_REPLICAS_H
#define SERAI_STORE_REPLICAS_H

#include "store/store.h"

struct replica_row {
    int64_t id; /* 0: not in the store yet */
    struct span origin;
    uint64_t held, bodies;
    struct span edge;
    struct span accepted, complete, witnessed; /* signed notes; empty: none */
    uint64_t accepted_size, complete_size, witnessed_size;
    struct span types;
    unix_time looked; /* a source last showed a checkpoint that is not older than what is here */
    unix_time grown;  /* the log was last seen to have grown */
    struct span reason, detail;
    struct span fork; /* not empty: the log has two histories, and this proves it; it is stopped */
};

enum replica_do {
    REPLICA_PUT_ENTRIES,  /* a first, b n, c types, bytes */
    REPLICA_DROP_ENTRIES, /* a first, b behind the last */
    REPLICA_PUT_TILE,     /* a level, b tile, bytes */
    REPLICA_PUT_TAGS,     /* a bucket, b segment, bytes */
    REPLICA_DROP_TAGS,    /* a bucket, b segment, c behind the last */
    REPLICA_PUT_BODIES,   /* a first, b n, bytes */
    REPLICA_DROP_BODIES,  /* a first, b behind the last */
    REPLICA_PUT_PART,     /* a entry, b part, name the hash, bytes */
    REPLICA_DROP_PARTS,   /* a first entry, b behind the last */
    REPLICA_PUT_MISSING,  /* a entry, b asked; again: asked is set */
    REPLICA_DROP_MISSING, /* a first entry, b behind the last */
    REPLICA_PUT_ERASURE,  /* a entry */
    REPLICA_DROP_ERASURE, /* a entry */
    REPLICA_PUT_CURSOR,   /* name, a needs, b next; again: next is set */
    REPLICA_PUT_LATE,     /* name, a entry */
    REPLICA_DROP_LATE,    /* name, a entry */
    REPLICA_DOES
};

struct replica_op {
    enum replica_do what;
    int64_t a, b, c;
    struct span bytes, name;
};

/*
 * Carries out n operations on one replica in one transaction, and sets its row unless row is NULL (then id
 * says which). A row with id 0 is made, and gets its id. A row is only set when held, bodies and
 * accepted_size are what before says: else reason "replica-changed", and nothing was done. Durable when it
 * returns true.
 */
MUST_USE bool store_replica_change(struct store *s, struct replica_row *row, const struct replica_row *before,
                                   int64_t id, const struct replica_op *op, size_t n, struct why *w);

/* The row, in the arena; *found false: nothing is kept of that log. */
MUST_USE bool store_replica(struct store *s, struct span origin, bool *found, struct arena *a,
                            struct replica_row *out, struct why *w);
/* All rows without their edges and proofs of forks (one byte stands for one), in the order of origins; at
 * most LIMIT_REPLICAS. */
MUST_USE bool store_replicas(struct store *s, struct arena *a, struct replica_row **ret, size_t *n,
                             struct why *w);

enum replica_look {
    REPLICA_ENTRIES,  /* a first.. b behind: a first, b n, c types, bytes empty when types & c is 0 */
    REPLICA_TILE,     /* a level, b tile: bytes */
    REPLICA_TAGS,     /* a bucket: b segment, bytes */
    REPLICA_TAIL,     /* a from bundle, b behind: a -1, b bundle, bytes */
    REPLICA_BODIES,   /* a first.. b behind: a first, b n, bytes */
    REPLICA_PARTS,    /* a entry: b part, bytes */
    REPLICA_ALONE,    /* name the hash: a entry */
    REPLICA_MISSING,  /* a asked before, b at most: a entry, b asked; oldest asked first */
    REPLICA_ABSENT,   /* a first.. b behind: a entry, b asked */
    REPLICA_ERASURES, /* a at most: a entry */
    REPLICA_CURSOR,   /* name, a needs: b next */
    REPLICA_LATE,     /* name, a at most: a entry */
    REPLICA_COUNTS,   /* a bodies missing, b erasures to be carried out */
    REPLICA_LOOKS
};

struct replica_line {
    int64_t a, b, c;
    struct span bytes; /* until the call returns */
};

/* fn is called for each row; false from it ends the look, which is then false with its why. */
MUST_USE bool store_replica_look(struct store *s, enum replica_look what, int64_t id,
                                 const struct replica_op *q,
                                 bool (*fn)(void *ctx, const struct replica_line *l, struct why *w),
                                 void *ctx, struct why *w);

/* Erased content does not linger in the write-ahead log after this. */
MUST_USE bool store_settle(struct store *s, struct why *w);

#endif
