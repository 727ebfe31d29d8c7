/*
 * Who uses the records that arrive: a function for each stream, told of each record once it is proved and in
 * the state that its type needs, with its body opened; and a cursor for each in the store.
 */
#ifndef SERAI_SYNC_CONSUMERS_H
#define SERAI_SYNC_CONSUMERS_H

#include "log/origin.h"
#include "sync/replica.h"

enum sync_needs { SYNC_PUBLISHED = 1, SYNC_WITNESSED };

struct sync_record {
    const struct origin *origin;
    struct span owner; /* the state that published it, "KZ"; the header says the same */
    uint64_t index;
    const struct leaf *leaf;
    bool erased;      /* the body is gone: 410 */
    struct span body; /* as the header commits to; empty when erased */
};

struct sync_consumer {
    const char *name; /* of its cursors: letters, digits, "-" */
    const char *stream;
    /* What a type needs; NULL: all are SYNC_WITNESSED. Must not change from one start to the next. */
    enum sync_needs (*needs)(void *ctx, struct span type);
    /*
     * Takes a record. Whoever is stopped between this and the cursor is told again: the effect of one record
     * (origin, index) must be the same once and twice. False, with why: not now; the records behind it in its
     * log wait, and it is told again.
     */
    bool (*take)(void *ctx, const struct sync_record *r, struct why *w);
    void *ctx;
};

struct sync_delivery {
    uint64_t told, late, passed; /* late: told when the body came; passed: no record of that log */
    uint64_t waiting;            /* proved, and not in the state that they need */
    struct why why;              /* the first that was not taken; reason NULL: none */
};

/*
 * Tells one consumer what is new, at most `most` records of each log. owner gives the state whose logs have
 * that name; empty: a member that does not count, whose logs wait. A record whose body is missing is passed
 * and told when the body came. Reasons of the store; what was taken stays taken.
 */
MUST_USE bool sync_deliver(struct store *s, const struct sync_consumer *c,
                           struct span (*owner)(void *ctx, struct span name), void *ctx, size_t most,
                           struct sync_delivery *out, struct why *w);

#endif
