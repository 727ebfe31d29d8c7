/*
 * What is sent again until it has arrived: questions of ours that are on their way, with the bytes of then
 * and ever longer pauses, until their deadline; answers of ours that came later than the question. What
 * passes its deadline becomes late; what will soon is named to those who answer. Every step may be the last
 * one before a crash, and may be done again: messages are known by their references at the other side.
 *
 * It keeps nothing but when to try next: all else is in the store. One thread calls it; the clock is the
 * caller's.
 */
#ifndef SERAI_SERVICE_ASK_RUNNER_H
#define SERAI_SERVICE_ASK_RUNNER_H

#include "service/ask/ask.h"

struct ask_runner_options {
    const struct ask_office *office;
    const struct ask_topic *const *topics; /* ended by NULL */
    /* Takes an answer to its asker. False: it did not get there. NULL: answers are not delivered here. */
    bool (*deliver)(void *ctx, struct span to, struct span answer, struct arena *a, struct why *w);
    void *ctx;
};

struct ask_runner;

struct ask_runner *ask_runner_new(const struct ask_runner_options *o);
void ask_runner_free(struct ask_runner *r); /* NULL allowed */

/* Since it was made, but the first three: as the last pass found them. */
struct ask_runner_state {
    size_t open;        /* questions of ours that are on their way */
    size_t undelivered; /* answers of ours that their askers do not have */
    size_t due_soon; /* questions of others that someone here has yet to answer, the deadline near or past */
    uint64_t sent, settled, failed; /* questions sent again; of these answered or refused; not got there */
    uint64_t delivered, late, reminded;
};

/*
 * One pass. Nothing is sent that was asked less than LIMIT_ASK_GRACE seconds ago (whoever asked still waits
 * for it), or before its pause is over; a member that was not reached is left alone for the rest of the pass.
 * False: the store; what was done stays done. ended, which may be NULL, is asked between two calls.
 */
MUST_USE bool ask_runner_pass(struct ask_runner *r, unix_time now, bool (*ended)(void *ctx), void *ctx,
                              struct why *w);
void ask_runner_state(const struct ask_runner *r, struct ask_runner_state *out);

/* Seconds from the n-th try (from 1) to the next. */
int64_t ask_pause(unsigned tries);

#endif
