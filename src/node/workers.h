/*
 * Threads that do what waits. Two queues: small requests spend their time waiting for the store's commit, so
 * many of them run at once and share one; large ones hold pictures, need a processor and much memory
 * each, so only a few run at once, and they never hold up the small ones.
 */
#ifndef SERAI_NODE_WORKERS_H
#define SERAI_NODE_WORKERS_H

#include "base/why.h"

struct workers;

struct job {
    struct job *next;
    void (*run)(struct job *job);
};

enum job_size { JOB_SMALL, JOB_LARGE };

MUST_USE bool workers_start(unsigned small, unsigned large, struct workers **ret, struct why *w);
/* Never waits. The job must live until its run returns. False when the workers end: it will not be run. */
MUST_USE bool workers_add(struct workers *ws, enum job_size size, struct job *job);
/* Jobs that wait for a thread. */
size_t workers_waiting(struct workers *ws, enum job_size size);
/* Does every job that was added, takes no more, ends the threads. NULL allowed. */
void workers_end(struct workers *ws);
void workers_free(struct workers *ws); /* after workers_end; NULL allowed */

#endif
