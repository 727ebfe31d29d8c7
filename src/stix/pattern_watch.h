/*
 * Many patterns over a stream of observations. For each pattern of several brackets the watch remembers the
 * observations that matched one of its brackets, and no more: which brackets, first, last, number, key.
 *
 * Time is the latest `first` seen so far. Of each pattern:
 *  - horizon: the widest WITHIN that holds all of the pattern, plus `late`; for a pattern without such a
 * window `keep`. What ended (last) longer ago than the horizon is forgotten.
 *  - An observation that began (first) more than `late` before the time is too late: it is counted and not
 *    looked at. So what was forgotten could not have taken part in any match within a window.
 *  - An observation whose key was seen and not yet forgotten is a repeat and changes nothing (key 0: never
 * one).
 *  - At most `most` observations are remembered; beyond them the oldest is dropped, and from then until it
 * would have been forgotten anyway "no match" is told as undetermined ("forgotten"). An observation matches a
 * pattern when it completes it: a choice exists that holds and contains it. Over a stream without late,
 * repeated or dropped observations a pattern with a window has matched once or more exactly when
 * pattern_match says so over the whole list; one without, over what lies within `keep`.
 */
#ifndef SERAI_STIX_PATTERN_WATCH_H
#define SERAI_STIX_PATTERN_WATCH_H

#include "stix/pattern_match.h"

struct pattern_watch;

struct pattern_watch_set {
    struct pattern_time late; /* how far behind the time an observation may begin */
    struct pattern_time keep; /* for patterns without a window */
    uint32_t most;            /* per pattern, 1..LIMIT_PATTERN_REMEMBERED; 0: that limit */
};

/* code[0..n) stay the caller's and outlive the watch. All must be compiled with the same fields. NULL fields:
 * every pattern is evaluated on every observation. Heap; aborts without memory. */
struct pattern_watch *pattern_watch_new(const struct pattern_code *const *code, uint32_t n,
                                        const struct pattern_watch_set *set);
void pattern_watch_free(struct pattern_watch *watch); /* NULL allowed */

/* One pattern's word about one observation: PATTERN_MATCH or PATTERN_UNDETERMINED. keys: of the observations
 * bound, the new one among them; valid during the call. */
struct pattern_hit {
    uint32_t pattern;
    enum pattern_verdict verdict;
    const uint64_t *key;
    uint32_t keys;
    const struct why *why; /* undetermined */
};
typedef void pattern_on_hit(const struct pattern_hit *hit, void *arg);

/* The next observation. False: it was too late, and counted. */
bool pattern_watch_see(struct pattern_watch *watch, const struct pattern_observation *o, uint64_t key,
                       struct pattern_work *work, pattern_on_hit *on_hit, void *arg);

/* Forgets what is past its horizon at this time; pattern_watch_see does so only for patterns it touches. */
void pattern_watch_expire(struct pattern_watch *watch, struct pattern_time now);

struct pattern_watch_state {
    uint64_t seen, late, repeated, dropped; /* observations; repeated and dropped per pattern, summed */
    uint64_t evaluated;                     /* brackets looked at */
    uint64_t remembered;                    /* observations, summed over patterns */
    uint64_t bytes;                         /* of memory, about */
};
void pattern_watch_told(const struct pattern_watch *watch, struct pattern_watch_state *out);

#endif
