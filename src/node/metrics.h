/*
 * What a node counts of its requests, and the Prometheus text of all that is watched (GET /metrics,
 * exposition format 0.0.4). Labels are operations, statuses, outcomes and states of the code's own words, and
 * providers of lists: nothing of a request becomes one, so that no label holds anything of a person, and
 * their number has a ceiling.
 */
#ifndef SERAI_NODE_METRICS_H
#define SERAI_NODE_METRICS_H

#include <stdatomic.h>

#include "base/buffer.h"

enum {
    METRIC_OPERATIONS = 224, /* the table of routes, the console, and what fits none */
    METRIC_STATUSES = 24,
    METRIC_BUCKETS = 12,
    METRIC_OUTCOMES = 8,
};

struct metric_operation {
    _Atomic uint64_t status[METRIC_STATUSES];
    _Atomic uint64_t bucket[METRIC_BUCKETS + 1]; /* not cumulative; the last: longer than all */
    _Atomic uint64_t microseconds;
};

/* Counted by any thread. Zeroed: nothing yet. */
struct metrics {
    struct metric_operation operation[METRIC_OPERATIONS];
    _Atomic uint64_t outcome[2][METRIC_OUTCOMES]; /* of checks of travellers, of licences */
};

/* operation below METRIC_OPERATIONS; cut_off: the client left before it had the answer. */
void metrics_request(struct metrics *m, size_t operation, unsigned status, bool cut_off, uint64_t took_us);

enum metric_check { METRIC_TRAVELLER, METRIC_LICENCE };
/* outcome: one of agreement/agreement.h. */
void metrics_outcome(struct metrics *m, enum metric_check of, unsigned outcome);

/* The counters: requests by operation and status, how long they took, checks by outcome. name gives the
 * operation's word; NULL ends them. */
void metrics_put_counted(const struct metrics *m, const char *(*name)(size_t operation), struct buffer *out);

/* One family: help and type lines. type: "gauge", "counter", "histogram". */
void metric_family(struct buffer *out, const char *name, const char *type, const char *help);
/* One sample; label NULL: none. The value of the label is escaped, and cut after 64 bytes. */
void metric_put(struct buffer *out, const char *name, const char *label, const char *value, double number);

#endif
