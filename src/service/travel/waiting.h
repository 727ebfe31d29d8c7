/*
 * How long one waits at a post, from counts alone: each side counts who arrives and who leaves in periods of
 * a quarter of an hour, publishes them, and works out the same from both. A side that is silent is unknown
 * since its last count; it is never taken for an empty road.
 */
#ifndef SERAI_SERVICE_TRAVEL_WAITING_H
#define SERAI_SERVICE_TRAVEL_WAITING_H

#include "base/buffer.h"
#include "service/travel/posts.h"
#include "store/slots.h"

#define WAITING_STREAM "waiting"
#define WAITING_TYPE   "waiting-count"

enum {
    WAITING_PERIOD = 15 * 60,     /* seconds; counts stand under its beginning */
    WAITING_SILENT = 45 * 60,     /* after the last counted period: unknown */
    WAITING_WEEK = 168,           /* hours */
    WAITING_WEEKS = 9,            /* of history that is looked at */
    WAITING_AHEAD = WAITING_WEEK, /* hours forecast at most */
    WAITING_LONGEST = 48 * 60,    /* minutes; more is said as that */
};

/* One side. minutes and queue are of `as_of`, the end of the last counted period. */
struct waiting_side {
    bool counted; /* there is any count */
    bool known;   /* and it is recent */
    bool timed;   /* minutes is known too: with a queue and nobody leaving it is not */
    unix_time as_of;
    int64_t queue, minutes, arrived_hour, gone_hour;
};

/* counts: oldest first. p and g NULL: of another member; its opening and capacity are not known here. */
void waiting_side_of(const struct waiting_count *c, size_t n, const struct post *p, const struct gate *g,
                     unix_time now, struct waiting_side *out);

/* Both: here and over there. known only when both are; else minutes is what is known, at least. */
struct waiting_both {
    bool known, at_least;
    int64_t minutes;
    unix_time as_of, unknown_since; /* of the silent side; 0: none is */
};
void waiting_combine(const struct waiting_side *here, const struct waiting_side *there, bool neighbour,
                     struct waiting_both *out);

/* ---- forecast ---- */

/* Hours one after the other; an hour nobody counted in is not known. */
struct waiting_hour {
    bool known;
    double arrived, gone, queue; /* queue: at its end */
};

struct waiting_history {
    unix_time first; /* a whole hour */
    size_t n;        /* the last one ends now */
    struct waiting_hour hour[WAITING_WEEKS * WAITING_WEEK];
};
void waiting_history_of(const struct waiting_count *c, size_t n, unix_time now, struct waiting_history *out);

struct waiting_forecast {
    unix_time at;              /* the hour begins */
    double arrivals;           /* expected in it */
    double minutes, low, high; /* for who arrives in it; four of five times between low and high */
};

/*
 * The mean of arrivals of each hour of the week, younger weeks counting more, raised or lowered by how the
 * last hours differ from it, which wears off in six hours; then a queue served at the pace seen when there
 * was one. booked: slots per hour, at least so many come; may be NULL. False: less than two days are known.
 */
bool waiting_ahead(const struct waiting_history *h, const struct post *p, const struct gate *g, double queue,
                   const double *booked, size_t hours, struct waiting_forecast *out);

/* Vehicles or persons an hour served while there was a queue; the gate's capacity when it was never seen. */
double waiting_pace(const struct waiting_history *h, double capacity);

/* ---- the record of one period, as it is published ---- */

MUST_USE bool waiting_record_put(const struct waiting_count *c, struct buffer *out, struct why *w);
/* place is the arena's; member stays empty. Reason "request" and those of json_parse. */
MUST_USE bool waiting_record_parse(struct span json, struct arena *a, struct waiting_count *out,
                                   struct why *w);

/* "serahs/entry/lorry" of the neighbour, for those who leave here; in the arena. Empty: no neighbour. */
struct span waiting_over_there(const struct post *p, const struct gate *g, struct arena *a);

#endif
