/*
 * What an image is made of: tables with columns type and value (id, weight, valid_from, valid_until), plain
 * lists, STIX bundles, warning lists. What does not read is refused alone, with its line and reason.
 */
#ifndef SERAI_DETECT_SOURCE_H
#define SERAI_DETECT_SOURCE_H

#include "detect/build.h"

struct detect_refused {
    uint64_t line; /* or the number of the object; from 1 */
    const struct why *why;
};

struct detect_source_how {
    /* For what is refused; NULL: only counted. */
    void (*refused)(void *ctx, const struct detect_refused *r);
    void *ctx;
    struct span name; /* of the file */
    unix_time now;    /* what was over before is not taken; 0: everything is */
};

struct detect_source_counts {
    uint64_t taken, refused, revoked, expired, patterns;
};

/* text is a whole file. False: it is none of these at all, or "too-large". */
MUST_USE bool detect_source_read(struct detect_build *b, struct span text,
                                 const struct detect_source_how *how, struct detect_source_counts *out,
                                 struct why *w);

/* A warning list, for a build of negative sign; file is the name that hits are marked with. */
MUST_USE bool detect_source_warnings(struct detect_build *b, struct span json,
                                     const struct detect_source_how *how, struct detect_source_counts *out,
                                     struct why *w);

#endif
