/*
 * One step of bringing a replica up to what a source has. The newest checkpoint is read, checked against the
 * policy, and proved to have grown out of the last accepted one; then entries from the last one held on, in
 * pieces, each proved to stand under that checkpoint before anything of it is written (a consistency proof
 * from the end of the piece, made of the source's tiles). So weeks of backlog survive any interruption, and
 * nothing unproved is ever seen. Bodies follow their entries.
 */
#ifndef SERAI_SYNC_PULL_H
#define SERAI_SYNC_PULL_H

#include "base/finding.h"
#include "sync/replica.h"

/* Of one step: whichever is reached first. A piece that was begun is finished. */
struct pull_budget {
    uint64_t entries, bytes;
};

struct pull_options {
    struct span origin;
    const struct policy *policy; /* of this log: its keys, the witnesses, the quorum */
    struct span owner;           /* the state whose log it is, "KZ" */
    struct span member;          /* the state whose node this is: of the audience, else "audience" */
    bool from_owner;             /* the source is the log's own: what it does not have any more is lost */
    bool bodies;                 /* ask for bodies */
    struct pull_budget budget;
};

enum pull_end {
    PULL_CURRENT, /* all that the source has is here */
    PULL_MORE,    /* the budget ended */
    PULL_BEHIND,  /* the source knows less than this node: nothing wrong with a mirror */
};

struct pull_report {
    enum pull_end end;
    uint64_t entries, bytes; /* taken in this step */
    uint64_t bodies, erased, missing;
    struct replica_row now; /* after it; spans in the arena */
};

/*
 * False, with a reason; what was committed before stays, and the state says why it stands still:
 *   "audience"   the origin does not name this member: not pulled
 *   "no-anchor", "signature", "origin", "note", "checkpoint"   as of log_verify; nothing changes
 *   "history"    two histories: the proof is kept (replica_row.fork), the log is stopped and stays so
 *   "root"       an entry was rewritten: what the source gives is not under the checkpoint that it signed
 *   "rollback"   the owner shows less than it signed before
 *   "proof"      the source's tiles are not those of its checkpoint: nothing is proved against the log
 *   "missing", "bundle", "tile", and the source's own: asked again later, or of another
 * Findings: "backdated" (a cosignature earlier than the same witness's last one: not counted),
 * "from-the-future", "leaf" (an entry of another stream, audience or issuer than its log: consumers do not
 * get it), "body" (a body is not what its leaf commits to: not kept, asked again).
 */
MUST_USE bool sync_pull(struct store *s, const struct log_source *source, const struct pull_options *opt,
                        unix_time now, struct arena *a, struct pull_report *out, struct findings *f,
                        struct why *w);

#endif
