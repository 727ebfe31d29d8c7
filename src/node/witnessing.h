/* This node as a witness of the other members' logs, under the roster's policy. */
#ifndef SERAI_NODE_WITNESSING_H
#define SERAI_NODE_WITNESSING_H

#include "node/federation.h"

/*
 * Answers an add-checkpoint request: witness_add_checkpoint with the policy of the member whose log it is. A
 * log of a member that does not count is cosigned by nobody (403), one of no member is not known (404).
 * False: nothing can be said (reasons of node/may_sign.h; "io", "state", reasons of the signer).
 */
MUST_USE bool witnessing_answer(const struct federation *f, const struct roster *r, struct span request,
                                unix_time now, struct arena *a, struct witness_answer *out, struct why *w);

/* The origin in an add-checkpoint request; empty: it has none. */
struct span witnessing_origin(struct span request);

/* How policies and streams call the witness of a member. */
struct span witnessing_name(const struct roster_member *m, struct arena *a);

#endif
