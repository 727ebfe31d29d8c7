/*
 * Matches the lines of a log, piece by piece, against a set. A reader (zeek.h, lines.h) takes the fields out
 * of each line; their fingerprints are queued, the filter is asked for many at once, and what it lets through
 * is compared with the value in the image: there is no false hit. Hits come out in the order of lines, each
 * (line, field, indicator, match) once.
 */
#ifndef SERAI_DETECT_MATCH_H
#define SERAI_DETECT_MATCH_H

#include "detect/set.h"

enum detect_match {
    MATCH_EXACT,
    MATCH_PARENT, /* the name lies below the indicator */
    MATCH_CIDR,
    MATCH_PREFIX,       /* the URL begins with it */
    MATCH_DOMAIN_EXACT, /* the domain of a mail address */
    MATCH_DOMAIN_PARENT,
    MATCH_PATTERN,
};

const char *detect_match_word(enum detect_match m); /* "exact", "domain-parent", … */

struct detect_hit {
    uint64_t line; /* from 1 */
    const char *field;
    const struct detect_indicator *indicator; /* its id is never empty */
    enum detect_match match;
    unsigned weight; /* of the indicator; less for names below it */
    bool timed;      /* the event says when it was */
    unix_time time;
    const struct span *lists; /* names of the warning lists that the indicator is on */
    size_t lists_n;
};

/* Everything during the call only. */
typedef void (*detect_hit_fn)(void *ctx, const struct detect_hit *hit);

struct detect_counts {
    uint64_t lines, events, unparsed, hits;
    uint64_t expired; /* hits that were outside the time of the indicator */
    uint64_t withdrawn;
};

struct detect_matcher;

struct detect_matcher *detect_matcher_new(detect_hit_fn hit, void *ctx);
void detect_matcher_free(struct detect_matcher *m); /* NULL allowed */

/* Between two pieces. The set is used until the next call. */
void detect_matcher_use(struct detect_matcher *m, const struct detect_set *s);

const struct detect_counts *detect_matcher_counts(const struct detect_matcher *m);

#endif
