/*
 * What members received of each other is kept as long as the agreement says ("kept for 1095 days"), counted
 * from when it came, and then erased: it is gone for every reader of this node, and a record says so.
 */
#ifndef SERAI_SERVICE_CYBER_KEEP_H
#define SERAI_SERVICE_CYBER_KEEP_H

#include "service/cyber/release.h"

/* Erases what is over its time by now; *erased counts it. The record ("erased", ids and a digest over all of
 * them) is on disk before anything goes; after a crash the rest is erased with a record of its own. Reasons
 * of the stores. */
MUST_USE bool cyber_erase_old(const struct cyber_desk *d, unix_time now, size_t *erased, struct why *w);

/* What was published at that time is over its time already: a log that is read again does not bring it back.
 */
bool cyber_is_over(const struct sharing_rules *r, unix_time published, unix_time now);

#endif
