/* What is counted by day: whole stays of everybody, and when applications and complaints changed their state.
 * Rows come one by one; nothing of a person is in them. */
#ifndef SERAI_STORE_STATISTICS_H
#define SERAI_STORE_STATISTICS_H

#include "store/slots.h"

/* Spans last for the call. */
struct stay_kept {
    struct stay stay;    /* to unset: inside when `to` came */
    struct date until;   /* the last day allowed, as it was recorded; unset: none is known */
    struct span purpose; /* empty: not recorded */
};

/*
 * Each stay that reaches into [from, to), by what was recorded to have happened before `to`; matched as by
 * store_stays. Exits without an entry are left out. Days are those of utc_offset (store_options). one returns
 * false to stop.
 */
MUST_USE bool store_each_stay(struct store *s, struct span member, unix_time from, unix_time to,
                              bool (*one)(void *ctx, const struct stay_kept *k), void *ctx, struct why *w);

/* One after the other of each case, the cases one after the other. word: a step of an application
 * ("submitted", "returned", "granted", "declined", "withdrawn", "expired"), a state of a complaint. */
struct turn {
    int64_t of;
    unix_time at;
    struct span word;
};
enum turns { TURNS_APPLICATIONS, TURNS_COMPLAINTS };
/* All before `to`. */
MUST_USE bool store_each_turn(struct store *s, enum turns what, unix_time to,
                              bool (*one)(void *ctx, const struct turn *t), void *ctx, struct why *w);

/* What was counted here at posts in [from, to), place by place, oldest first. */
MUST_USE bool store_each_waiting(struct store *s, unix_time from, unix_time to,
                                 bool (*one)(void *ctx, const struct waiting_count *c), void *ctx,
                                 struct why *w);

#endif
