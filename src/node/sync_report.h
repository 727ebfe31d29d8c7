/* How old what is known of each other member is, and why a log stands still: for readiness and metrics. */
#ifndef SERAI_NODE_SYNC_REPORT_H
#define SERAI_NODE_SYNC_REPORT_H

#include "node/federation.h"

enum { SYNC_MEMBERS = 64 };

struct sync_member_report {
    char member[8];
    size_t logs;
    unix_time looked;                   /* the log that was looked at longest ago; 0: none is here */
    bool stale;                         /* longer ago than `stale-after` */
    struct span origin, reason, detail; /* of the first log that stands still; reason empty: none does. The
                                           arena's */
    bool stopped;                       /* that log has two histories */
    bool reached;                       /* the last call was answered, or it called within ten minutes */
    bool has_clock;
    int64_t clock; /* seconds by which its clock is ahead of this one's, as its last answer said */
};

struct sync_report {
    size_t n; /* every other member that counts; of an edge every member that counts */
    struct sync_member_report member[SYNC_MEMBERS];
    unsigned stale;
    unsigned needed, reached; /* witnesses: the quorum, and those reached; needed 0: none is asked */
};

/* since: when the node began, before which nothing could be looked at. False, with reasons of the store: what
 * is here cannot be said. */
MUST_USE bool sync_report(const struct federation *f, unix_time since, unix_time now, struct arena *a,
                          struct sync_report *out, struct why *w);

#endif
