/*
 * Standing rules: an officer lays down what is released by itself, "to X what matches F and is marked at most
 * M, until T", under an article. A rule never makes anything wider: each object is judged anew by cyber_may,
 * as if the officer released it by hand at that moment, and what a person would have to confirm waits for
 * one.
 *
 * A rule is what was said of it: rows "rule" of store/cyber_acts.h, added, never changed. It begins with what
 * comes after it was laid down (or confirmed): what was there before is released by hand.
 */
#ifndef SERAI_SERVICE_CYBER_STANDING_H
#define SERAI_SERVICE_CYBER_STANDING_H

#include "service/cyber/release.h"

enum standing_state {
    STANDING_WAITING, /* for a second officer */
    STANDING_ACTIVE,
    STANDING_SUSPENDED,
    STANDING_EXPIRED,
    STANDING_STOPPED, /* it does not fit the agreement of the day any more */
    STANDING_STATES
};
const char *standing_state_word(enum standing_state s);

/*
 * {"officer", "to" or "group", "types", "collection", "labels", "confidence", "most", "until", "article",
 * "review", "reason", "dry"}: types or collection, most, until and article are needed. `most` is never red.
 * Reasons besides those of release.h: "request", "expiry" (no end, or too late), "article" (not that of the
 * agreement's sharing), "too-many".
 */
cyber_op cyber_rule_add;
/* {"officer", "step": "confirm" | "suspend" | "review" | "remove", "id" (of suspend also "all"), "reason",
 * "review"}. Reasons besides: "rule" (there is none), "same-officer", "state". */
cyber_op cyber_rule_step;
/* {"officer", "id", "days"}, or a rule that is not laid down yet with "days": what it would have released of
 * what came in these days. Nothing is sent or noted. */
cyber_op cyber_rule_preview;
cyber_op cyber_rules;

/* How far each rule has looked; zeroed at first. FOLDER/standing keeps it. */
enum { STANDING_PLACES = 256, STANDING_ID = 35 };
struct standing_places {
    struct {
        char rule[STANDING_ID];
        uint64_t at;
    } item[STANDING_PLACES];
    size_t n;
};
MUST_USE bool standing_places_read(const char *folder, struct standing_places *out, struct why *w);

struct standing_ran {
    size_t released, waiting, dry; /* objects */
    bool more;                     /* there is more to look at */
};
/*
 * One batch of each active rule. The record of what is released stands before it is published; a crash
 * between may publish twice, which is the same for who receives it, and never without a record. Not while a
 * step of a rule is taken: who suspends a rule knows that nothing goes by it when the step is answered.
 */
MUST_USE bool standing_run(const struct cyber_desk *d, const char *folder, struct standing_places *places,
                           unix_time now, struct standing_ran *out, struct why *w);

struct standing_counts {
    size_t in[STANDING_STATES], to_review;
    unix_time first_review; /* 0: none */
};
/* For doctor and metrics. */
MUST_USE bool standing_count(const struct cyber_desk *d, unix_time now, struct standing_counts *out,
                             struct why *w);

#endif
