/*
 * The set that a running detector matches against, kept up to date: the image is replaced when another one
 * was renamed over it, the delta is read when it grew. Between two pieces of a log the detector asks for the
 * set that holds now; there is never none, so no event goes by unlooked at. One per thread.
 */
#ifndef SERAI_DETECT_LIVE_H
#define SERAI_DETECT_LIVE_H

#include "detect/delta.h"
#include "detect/observation.h"
#include "detect/set.h"

struct detect_live_how {
    const char *image;                      /* NULL: beside alone */
    const struct detect_image *beside;      /* indicators given beside it, or NULL; outlives this */
    const struct detect_warnings *warnings; /* or NULL; outlives this */
};

struct detect_live;

MUST_USE bool detect_live_new(const struct detect_live_how *how, struct detect_live **ret, struct why *w);
void detect_live_free(struct detect_live *l); /* NULL allowed */

/*
 * The set that holds now. The one before must not be used any more. milliseconds: of any clock that goes on;
 * the folder is looked at when 50 have passed, the delta's counter always. When what is new cannot be read
 * the set before stays, and *w says why (reason NULL: all is well).
 */
const struct detect_set *detect_live_now(struct detect_live *l, int64_t milliseconds, struct why *w);

/* The patterns of the image that holds now, or NULL. The same object as long as the image has the same ones,
 * so that what windows remember stays; freed with the call of detect_live_now after which it is another one.
 */
const struct detect_patterns *detect_live_patterns(const struct detect_live *l);
uint64_t detect_live_refused_patterns(const struct detect_live *l);

/* How often the set was replaced. */
uint64_t detect_live_epoch(const struct detect_live *l);

#endif
