/* What is watched of the work with other members. */
#ifndef SERAI_NODE_FEDERATION_METRICS_H
#define SERAI_NODE_FEDERATION_METRICS_H

#include "base/buffer.h"
#include "node/federation.h"

/* Prometheus text: links by member, own logs by origin, parts by name, age of what is known of each member.
 * since: when the node began. */
void federation_metrics(struct federation *f, unix_time since, unix_time now, struct arena *a,
                        struct buffer *out);

#endif
