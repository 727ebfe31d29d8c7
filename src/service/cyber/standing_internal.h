/* What the files of standing rules share. */
#ifndef SERAI_SERVICE_CYBER_STANDING_INTERNAL_H
#define SERAI_SERVICE_CYBER_STANDING_INTERNAL_H

#include "service/cyber/release_internal.h"
#include "service/cyber/standing.h"

enum { STANDING_LABELS = 32 };
#define STANDING_ACT "rule"

/* What was said of one rule, put together. Spans are the arena's. */
struct standing_rule {
    struct span id, json, officer, confirmed_by, suspended_by, reason;
    unix_time at, review; /* review 0: as the rule says */
    uint64_t after;       /* the newest record when it began, or began again */
    bool suspended, removed;
};

struct standing_book {
    struct standing_rule *rule; /* in the order in which they were laid down; removed ones too */
    size_t n, steps;
};
MUST_USE bool standing_load(const struct cyber_desk *d, struct arena *a, struct standing_book *out,
                            struct why *w);
/* NULL: there is none, or it was removed. */
struct standing_rule *standing_find(const struct standing_book *b, struct span id);

/* A rule's own words, against the agreement of the day. */
struct standing_terms {
    enum tlp most;
    unix_time until, review;
    struct span label[STANDING_LABELS];
    size_t n_labels;
    int64_t confidence; /* at least; 0: not asked */
    bool dry;
};
/* p as release_read leaves it; laid: it is laid down only now, so that its end has to be ahead. */
MUST_USE bool standing_read(const struct cyber_desk *d, struct span json, unix_time now, bool laid,
                            struct arena *a, struct release_ask *ask, struct release_plan *p,
                            struct standing_terms *t, struct why *w);
/* t NULL: its words could not be read any more. */
enum standing_state standing_state_of(const struct standing_rule *r, const struct release_plan *p,
                                      const struct standing_terms *t, unix_time now);

/* Chooses among records after..until (or added after that date, microseconds) and judges. release_plan_free
 * afterwards, also on failure. */
MUST_USE bool standing_judge(struct release_plan *p, const struct standing_terms *t, uint64_t after,
                             uint64_t until, int64_t added_after, struct arena *a, struct why *w);

#endif
