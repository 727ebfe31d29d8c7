/*
 * Embargoes that end. Until then an object is for the CERTs alone; after that everybody of its audience may
 * see it, and who polls by date has passed its date long ago. So its record gives way to one without embargo,
 * with a new sequence and date: both or neither.
 */
#ifndef SERAI_SERVICE_CYBER_EMBARGO_H
#define SERAI_SERVICE_CYBER_EMBARGO_H

#include "service/cyber/object_store.h"

/* What was learnt by looking; zeroed at first, of one thread. */
struct cyber_embargoes {
    uint64_t looked; /* every record up to this sequence counts in next */
    uint32_t next;   /* the first end of an embargo, seconds since 1970; 0: none is known */
};

/* Lifts those that have ended by now; *lifted counts them. Cheap while nothing is new and none has ended.
 * Reasons "io", "corrupt", "store-full": what was lifted stays so. */
MUST_USE bool cyber_lift_embargoes(struct object_store *s, struct cyber_embargoes *e, unix_time now,
                                   size_t *lifted, struct why *w);

#endif
