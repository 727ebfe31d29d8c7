/*
 * Where the last checkpoint that was signed is kept, apart from what is served: a folder of its own, or etcd
 * for a node that may be started on another machine. It changes by compare-and-swap before the checkpoint is
 * seen by anybody, so that of two writers one signs and the other learns that it must not.
 */
#ifndef SERAI_LOG_KEEP_H
#define SERAI_LOG_KEEP_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"
#include "files/durable.h"

struct log_keep {
    /* The note kept, into the arena; empty: none was ever. */
    bool (*get)(void *ctx, struct arena *a, struct span *note, struct why *w);
    /* now in the place of before, durable when it returns true; before empty: there must be none. Reason
     * "changed": something else is kept. After any other failure nobody knows which of the two is. */
    bool (*swap)(void *ctx, struct span before, struct span now, struct arena *a, struct why *w);
    void (*close)(void *ctx);
    void *ctx;
};

/*
 * where: a folder, made when it is not there and locked for this process ("locked"); or
 *
 *   etcd http://127.0.0.1:2379,http://127.0.0.2:2379 [ca=FILE] [certificate=FILE key=FILE]
 *
 * the client addresses of one etcd cluster (v3, JSON gateway); the note stands under "serai/keep/" and the
 * origin. Reasons: "io", "locked", "keep" (where is not understood); of get and swap "io" and "unreachable":
 * no member of the cluster answers for a majority.
 */
MUST_USE bool log_keep_open(const char *where, struct span origin, const struct folder_steps *steps,
                            struct log_keep *out, struct why *w);
void log_keep_close(struct log_keep *k); /* zeroed: left alone */

/* where begins with "etcd ". */
bool log_keep_is_etcd(const char *where);

/* keep_etcd.c */
MUST_USE bool keep_etcd_open(const char *where, struct span origin, struct log_keep *out, struct why *w);

/* The bodies of etcd's requests: what is kept under a key; swap it. */
void etcd_range_put(struct span key, struct buffer *out);
void etcd_swap_put(struct span key, struct span before, struct span now, struct buffer *out);

/* The answers to them: whether it was swapped, and what is kept else (empty: nothing). Reason "etcd". */
struct etcd_answer {
    bool swapped;
    struct span value;
};
MUST_USE bool etcd_answer_parse(struct span body, struct arena *a, struct etcd_answer *out, struct why *w);

#endif
