/*
 * Counts by day: of stays by purpose, and of those who wait for a desk. They end with yesterday, in the
 * member's own days.
 *
 * Stays are told to many, so each number is rounded down to a multiple of LIMIT_TOLD_LEAST and left out when
 * nothing remains, and what would let a number below it be worked out from the others is left out too
 * (stays_tell). A cell is told alike whatever window is asked for. doc/statistics.md
 */
#ifndef SERAI_SERVICE_TRAVEL_STATISTICS_H
#define SERAI_SERVICE_TRAVEL_STATISTICS_H

#include "agreement/agreement.h"
#include "base/buffer.h"
#include "store/statistics.h"

/* ---- stays ---- */

enum stay_measure {
    STAYS_INSIDE, /* when the day ended */
    STAYS_CAME,
    STAYS_LEFT,
    STAYS_OVER, /* inside on a day after the last one allowed, those among them who left on it */
    STAY_MEASURES
};
const char *stay_measure_word(enum stay_measure m); /* "inside", "came", "left", "over" */

/* In place of a number: it is below the least; it is left out whatever it is. In answers both are null. */
enum { STAYS_FEW = -1, STAYS_HELD = -2 };
enum { STAY_PURPOSES = 33, STAY_DAYS = LIMIT_STATISTICS_DAYS + 31 };

/* By purpose and day, from day `first` on; the last purpose is "not recorded". */
struct stay_table {
    size_t n_purposes, n_days;
    struct span purpose[STAY_PURPOSES]; /* the agreement's words, and an empty one */
    day_number first;
    int32_t cell[STAY_PURPOSES][STAY_DAYS][STAY_MEASURES];
};

/* One stay into what is counted; days outside the table are passed over. */
void stays_count(struct stay_table *t, const struct stay_kept *k);

/*
 * What may be told of the days of one month, of one purpose, day by day from its first: rounded down,
 * STAYS_FEW or STAYS_HELD. For whatever number below `least` is left out, at least STAYS_POSSIBLE numbers are
 * possible to whoever knows all that is told, which of the rest are few, and how the measures hang together.
 * What is told of a day turns on that day and those before it alone. n at most 31. Reason "too-large".
 */
enum { STAYS_POSSIBLE = 3 };
MUST_USE bool stays_tell(const int32_t (*counted)[STAY_MEASURES], size_t n, int32_t least, struct arena *a,
                         int32_t (*told)[STAY_MEASURES], struct why *w);

/* Where movements are read; today is not told of. */
struct statistics_place {
    struct store *store;
    const struct agreement *agreement;
    struct span member;
    int32_t utc_offset;
    unix_time now;
};
/* Schema StayStatistics, of the last `days` days, 1 to LIMIT_STATISTICS_DAYS. Reason "query", those of the
 * store. */
MUST_USE bool stay_statistics(const struct statistics_place *p, int64_t days, struct arena *a,
                              struct buffer *out, struct why *w);

/* ---- queues ---- */

struct queue_day {
    int64_t waiting; /* when the day ended */
    int64_t came, decided;
    int64_t middle, slow; /* hours waited of those decided: half, 95 of 100 waited no longer; -1: too few */
};
/* Of the cases whose turns are put in, by day from `first` on. */
struct queue_table;
MUST_USE struct queue_table *queue_new(day_number first, size_t n_days, int32_t utc_offset, struct arena *a);
/* waits: from this turn on; ended: it was decided, not taken back. */
void queue_turn(struct queue_table *q, const struct turn *t, bool waits, bool ended);
/* After the last turn. n_days of them. Reason "too-large". */
MUST_USE bool queue_days(struct queue_table *q, const struct queue_day **ret, struct why *w);

/* Schema QueueStatistics: applications for permissions, complaints, and gates of posts. */
MUST_USE bool queue_statistics(const struct statistics_place *p, int64_t days, struct arena *a,
                               struct buffer *out, struct why *w);

#endif
