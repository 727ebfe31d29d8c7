/* Policies from the roster: who signs a log, and whose cosignatures make its checkpoints count. */
#ifndef SERAI_LOG_ROSTER_POLICY_H
#define SERAI_LOG_ROSTER_POLICY_H

#include "log/policy.h"
#include "trust/roster.h"

/*
 * For the log of that origin: each log key of its owner, under the origin as its name (those that were
 * replaced with their ends), and as witnesses every other member that counts, each member one voice, with the
 * roster's quorum. Spans are the arena's or the origin's. The standing of the owner is the caller's to ask
 * (roster_counts, roster_counts_at): a log of a member that left stays verifiable. Reasons: "origin" (no
 * member's log), "no-key" (the owner has no card), "quorum" (the agreement names none, or more than the
 * members that count: a record can be published, not witnessed; *out is filled and its quorum cannot be
 * reached).
 */
MUST_USE bool roster_policy(const struct roster *r, struct span origin, struct arena *a, struct policy *out,
                            struct why *w);

#endif
