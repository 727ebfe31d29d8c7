/* What the node is asked about complaints, as JSON, over HTTP and on the command line. */
#ifndef SERAI_CHECK_COMPLAINTS_H
#define SERAI_CHECK_COMPLAINTS_H

#include "service/travel/complaint.h"

struct complaints_desk {
    struct store *store;
    const struct complaint_rules *rules;
    unix_time now;
};

/*
 * Each takes the body of its operation and appends its answer. *new: something was filed that was not there
 * before. Reasons: those of complaint.h, "request".
 */
MUST_USE bool complaints_file(const struct complaints_desk *d, struct span json, struct arena *a,
                              struct buffer *out, bool *new, struct why *w);
MUST_USE bool complaints_follow(const struct complaints_desk *d, struct span json, struct arena *a,
                                struct buffer *out, struct why *w);
/* Appeal or withdrawal by the traveller. */
MUST_USE bool complaints_appeal(const struct complaints_desk *d, struct span json, struct arena *a,
                                struct buffer *out, struct why *w);
/* A step of an office; "read" shows the text and leaves an entry. */
MUST_USE bool complaints_step(const struct complaints_desk *d, struct span json, struct arena *a,
                              struct buffer *out, struct why *w);

struct complaints_query {
    struct span state; /* empty: any */
    bool late;         /* past what is due, or within so many days of it */
    int64_t within, before, most;
};
/* *late: how many of those listed are past what is due. */
MUST_USE bool complaints_list(const struct complaints_desk *d, const struct complaints_query *q,
                              struct arena *a, struct buffer *out, size_t *late, struct why *w);

#endif
