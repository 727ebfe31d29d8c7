/*
 * What detectors of this member found: one matter per indicator, detector and log as long as it is open, with
 * how often and when; taken and closed by officers. Never told to other members. Each step of an officer
 * leaves a row among the acts (cyber_acts.h) in the same transaction.
 */
#ifndef SERAI_STORE_CYBER_ALERTS_H
#define SERAI_STORE_CYBER_ALERTS_H

#include "store/cyber_acts.h"

enum alert_told {
    ALERT_NEW,     /* a matter of its own */
    ALERT_MORE,    /* counted to the open one */
    ALERT_KNOWN,   /* told before */
    ALERT_OVERLAP, /* this time was told in another length of interval */
};

/* What a detector saw in one interval, up to now: told again with more it replaces what it had. */
struct alert_seen {
    struct span id; /* of the matter, should it be a new one */
    struct span indicator, detector, log;
    unix_time from, ends, first, last;
    int64_t times;        /* at least 1 */
    enum alert_told told; /* out */
};
/* All or none. Reasons besides those of store_open: "request". */
MUST_USE bool store_put_alerts(struct store *s, struct alert_seen *r, size_t n, unix_time now, struct why *w);

struct alert_row {
    int64_t seq;
    struct span id, indicator, detector, log;
    unix_time at, first, last, changed;
    int64_t times;
    struct span state; /* "new", "taken", "closed" */
    struct span officer, outcome, reason;
};

/* outcome empty: taken; else closed. Reasons: "unknown", "closed" (already), "taken" (closing: by another;
 * taking: by the same). Nothing changes then. */
MUST_USE bool store_step_alert(struct store *s, struct span id, struct span outcome, struct span reason,
                               const struct cyber_act_row *act, struct why *w);

/* Newest first, below the place (0: from the newest); state and indicator empty: all. */
MUST_USE bool store_alerts(struct store *s, int64_t before, struct span state, struct span indicator,
                           size_t most, struct arena *a, struct alert_row **out, size_t *n, struct why *w);
/* *n is 0 or 1. */
MUST_USE bool store_alert(struct store *s, struct span id, struct arena *a, struct alert_row **out, size_t *n,
                          struct why *w);

#endif
