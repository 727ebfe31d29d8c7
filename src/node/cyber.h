/*
 * The cyber service at this node: the objects in the folder `cyber` of node.conf, the places of members in
 * labels, and the desk that releases. part_cyber.c is what comes from the other members,
 * cyber_release_handlers.c what is asked over HTTP.
 */
#ifndef SERAI_NODE_CYBER_H
#define SERAI_NODE_CYBER_H

#include <pthread.h>
#include <stdatomic.h>

#include "node/federation.h"
#include "node/handlers.h"
#include "service/cyber/federate_take.h"
#include "service/cyber/object_journal.h"
#include "service/cyber/release.h"
#include "service/cyber/sighting_add.h"

struct sync_consumer;
struct sync_consumer_view;

struct cyber_base {
    struct cyber_places places;
    struct object_store *objects;
    struct object_journal *journal; /* what became of requests, and what was refused */
    pthread_mutex_t rules;          /* one at a time: a step of a standing rule, or a batch by the rules */
    _Atomic uint64_t erased; /* objects whose time was over, since the start: the register is made anew */
    uint8_t secret[SIGHTING_SECRET]; /* of sightings' ids: FOLDER/sightings.key */
};

/* Microseconds of the clock, for the store. */
int64_t cyber_micros(void *ctx);

/* Reasons of cyber_places_open and object_store_open. */
MUST_USE bool cyber_base_open(const char *folder, const struct agreement *a, unsigned quarantine_days,
                              struct cyber_base **ret, struct why *w);
void cyber_base_close(struct cyber_base *b); /* NULL allowed */

/* What may be seen and sent here today: for every handler that gives objects out, and every export. rules
 * may be NULL. */
void cyber_base_law(const struct instance *i, unix_time now, struct cyber_law *out,
                    const struct sharing_rules **rules);

/* For operations of release; reason "not-ready". */
MUST_USE bool cyber_desk_of_federation(const struct federation *f, struct cyber_desk *out, struct why *w);
MUST_USE bool cyber_desk_of(const struct node_view *v, struct cyber_desk *out, struct why *w);

/* The consumers of the stream, into out; how many. */
size_t cyber_consumers(struct sync_consumer_view *v, struct sync_consumer *out);

/* Rows of sightings told here, as alerts of this member too (service/cyber/alert.h). */
MUST_USE bool cyber_alerts_raise(const struct node_view *v, const struct cyber_desk *d, struct span json,
                                 struct arena *a, struct why *w);

struct cyber_counts {
    uint64_t records, objects, added, held; /* since the start */
};
void cyber_counts_of(struct cyber_counts *out);

#endif
