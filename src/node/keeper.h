/*
 * What a running node believes, kept up with its files. A thread sees that they changed (inotify, and now and
 * then a look at sizes and times), builds what is believed beside what is in force, and puts it in its place
 * in one step; what cannot be built leaves what is in force. Whoever writes while holding the lock of the log
 * or of the acts folder is waited for, so that no half of a change is taken.
 */
#ifndef SERAI_NODE_KEEPER_H
#define SERAI_NODE_KEEPER_H

#include "node/beliefs.h"

struct keeper;

struct keeper_options {
    struct beliefs_from from;
    unix_time (*now)(void *ctx);
    /* By the keeper's thread: after a change was taken (w NULL), and when it could not be, each reason once.
     * NULL: nobody is told. */
    void (*told)(void *ctx, const struct beliefs *b, const struct why *w);
    void *ctx;
};

/* first: loaded with served; the keeper's from now on, also on failure. */
MUST_USE bool keeper_start(const struct keeper_options *o, struct beliefs *first, struct keeper **ret,
                           struct why *w);
/* After everything was given back. NULL allowed. */
void keeper_stop(struct keeper *k);

/* What is in force, until it is given back. Never waits for a load. */
struct beliefs *keeper_take(struct keeper *k);
/* b may be NULL. What is not in force any more is freed by the keeper's thread after its last holder. */
void keeper_give(struct keeper *k, struct beliefs *b);

/* Look at the files now, changed or not. */
void keeper_poke(struct keeper *k);

struct keeper_state {
    unix_time read; /* when what is in force was read */
    struct why why; /* why the files, as they are now, cannot be used; reason NULL: they are in force */
};

void keeper_state(struct keeper *k, struct keeper_state *out);

#endif
