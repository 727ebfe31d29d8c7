/* What the node is asked about stays, as JSON, over HTTP and on the command line. */
#ifndef SERAI_CHECK_STAYS_H
#define SERAI_CHECK_STAYS_H

#include "service/travel/stays_ask.h"

struct stays_desk {
    struct store *store;
    const struct agreement *agreement;
    const struct ask_office *office; /* for questions to other members; NULL: none can be asked */
    struct span member;
    int32_t utc_offset;
    unix_time now;
};

struct overdue_query {
    int64_t within; /* also those whose stay ends in so many days */
    bool all;       /* also those without a known limit */
    int64_t after;
};
/* Schema Overdue: travellers by keyed hash alone. *n: how many. */
MUST_USE bool stays_overdue_json(const struct stays_desk *d, const struct overdue_query *q, struct arena *a,
                                 struct buffer *out, size_t *n, struct why *w);

/*
 * Of one document that an officer gives (schema StaysRequest -> Stays): the look-up leaves an entry. With
 * "ask", the other parties are asked under the article that lets them; who cannot be reached leaves the count
 * undetermined. *over: 1 over, 0 not, -1 not determined.
 */
MUST_USE bool stays_of_json(const struct stays_desk *d, struct span json, struct arena *a, struct buffer *out,
                            int *over, struct why *w);

/* A movement of an exit lane, or with office and reason one that was missed (schema MovementRequest). */
MUST_USE bool stays_movement_json(const struct stays_desk *d, struct span json, struct arena *a,
                                  struct buffer *out, struct why *w);

#endif
