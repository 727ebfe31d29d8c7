/* Cooperation of members at this node: part_cooperation.c publishes what is said here and takes what the
 * others say; cooperation_handlers.c is what is asked over HTTP. */
#ifndef SERAI_NODE_COOPERATION_H
#define SERAI_NODE_COOPERATION_H

#include "node/federation.h"
#include "node/handlers.h"
#include "service/cyber/cooperation.h"

struct sync_consumer;
struct sync_consumer_view;

/* The consumers of the stream, into out; how many. */
size_t cooperation_consumers(struct sync_consumer_view *v, struct sync_consumer *out);

/* For operations; without a signer where nothing is published. Reason "not-ready". */
MUST_USE bool cooperation_desk(const struct node_view *v, struct coop_desk *out, struct why *w);

#endif
