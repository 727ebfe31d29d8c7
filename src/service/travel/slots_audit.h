/*
 * What anybody can work out from the public list of slots alone: whether places went where the rules say, and
 * figures that show whoever sells them. The list names no person: a slot is a digest of its holder's code.
 */
#ifndef SERAI_SERVICE_TRAVEL_SLOTS_AUDIT_H
#define SERAI_SERVICE_TRAVEL_SLOTS_AUDIT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/why.h"

#define SLOTS_STREAM "slots"
#define SLOTS_TYPE   "slot-event"

enum { SLOT_AUDIT_FINDINGS = 64, SLOT_AUDIT_QUICK = 60 };

struct slot_finding {
    const char *reason; /* "booked-past-waiting", "booked-before-draw", "over-capacity", "chain", "order",
                           "ticket", "twice", "list" */
    struct span place;
    unix_time start, at;
};

struct slot_audit {
    int64_t events, asked, booked_at_once, drawn, draws, used, missed, cancelled, undrawn, plates;
    int64_t again_quickly; /* a place given back went to somebody within SLOT_AUDIT_QUICK seconds */
    int64_t again_after;   /* the median of these times, seconds; -1: none was given again */
    size_t n_findings;     /* those beyond the room are counted, not kept */
    struct slot_finding finding[SLOT_AUDIT_FINDINGS];
};

/* event: the bodies of the list in its order; whole is false when earlier ones are missing, so that what
 * hangs on them is passed over. Reason "request": a body that is none. */
MUST_USE bool slot_audit_run(const struct span *event, size_t n, bool whole, struct arena *a,
                             struct slot_audit *out, struct why *w);

void slot_audit_json(const struct slot_audit *x, struct buffer *out);

#endif
