#ifndef SERAI_NODE_PART_SLOTS_H
#define SERAI_NODE_PART_SLOTS_H

#include "node/part_sync.h"

/* The consumer of other members' counts of those who wait; how many of out are filled. */
size_t slots_consumers(struct sync_consumer_view *v, struct sync_consumer *out);

#endif
