/* What another node says it keeps: the answer to GET /logs. Nothing in it is believed but that it may be
 * asked for these. */
#ifndef SERAI_SYNC_LIST_H
#define SERAI_SYNC_LIST_H

#include "base/arena.h"
#include "base/why.h"
#include "log/origin.h"

/*
 * Calls one for each origin that is one, in order, until it returns false; what else stands there is passed
 * over. The origin lies in the arena. False: reasons of json_parse, or one said no, with its why.
 */
MUST_USE bool log_list_read(struct span json, struct arena *a,
                            bool (*one)(void *ctx, const struct origin *o, struct why *w), void *ctx,
                            struct why *w);

#endif
