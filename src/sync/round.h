/*
 * One round over all logs that a node follows: each gets one step of its budget, so that a log with weeks of
 * backlog, or a member that sends without end, keeps no other one waiting for longer than that step. The
 * owner is asked first, then others that have the log; what two others hold of it is compared each round
 * (gossip): a member that shows others another history than this node is found out, whoever it lies to.
 */
#ifndef SERAI_SYNC_ROUND_H
#define SERAI_SYNC_ROUND_H

#include "sync/prefetch.h"
#include "sync/pull.h"

enum { SYNC_SOURCES = 8 };

struct sync_source {
    struct span member; /* that serves it, "TR" */
    bool owner;
    struct log_source files;
};

struct sync_target {
    struct span origin, owner; /* owner: the state whose log it is */
    const struct policy *policy;
    size_t n;
    struct sync_source source[SYNC_SOURCES]; /* the owner first, when it can be called */
};

/* What came of one log, and of each finding in it; w NULL: it goes on again. */
typedef void sync_told(void *ctx, const struct sync_target *t, const struct why *w);

struct sync_round {
    struct store *store;
    struct span member;        /* whose node this is */
    struct pull_budget budget; /* of each log */
    uint64_t round;            /* counts up: who begins, and whom gossip asks */
    unix_time now;
    sync_told *told;
    bool (*ending)(void *ctx); /* NULL: never */
    /* A step with that source begins, and with it the time that it has; *more: sources of the same files, at
     * most SYNC_AHEAD, for threads of their own (sync/prefetch.h); gives how many. NULL: one by one. */
    size_t (*begin)(void *ctx, const struct sync_source *s, struct log_source *more);
    void *ctx;
};

struct sync_totals {
    uint64_t logs, entries, bytes, bodies, erased, missing;
    uint64_t more;     /* logs with more to come at once */
    uint64_t failed;   /* logs that no source could bring on */
    uint64_t compared; /* checkpoints held by others, and consistent with what is here */
    uint64_t forked;
};

void sync_round(const struct sync_round *o, const struct sync_target *t, size_t n, struct sync_totals *out);

/* The reasons after which another source may still serve: everything but what is wrong with the log itself.
 */
bool sync_other_may_serve(const char *reason);

#endif
