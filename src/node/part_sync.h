/* What came in from the other members' logs, and who uses it in this node. */
#ifndef SERAI_NODE_PART_SYNC_H
#define SERAI_NODE_PART_SYNC_H

#include <pthread.h>

#include "node/federation.h"
#include "sync/consumers.h"
#include "sync/round.h"

enum { SYNC_CONSUMERS = 16 };

/* What consumers work with; lives through one delivery. */
struct sync_consumer_view {
    const struct federation_step *s;
};

/* The consumers of this node: how many of out are filled. */
size_t sync_consumers(struct sync_consumer_view *v, struct sync_consumer out[SYNC_CONSUMERS]);

/* Counters since the start; logs, more, failed, missing, forked: of the last round, finished then. False:
 * this node does not sync. */
bool sync_part_totals(const struct federation *f, struct sync_totals *out, unix_time *finished);

#endif
