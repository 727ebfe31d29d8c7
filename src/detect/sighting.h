/*
 * Hits folded: how often an indicator was seen by an observer on a day. What goes out of a detector is this,
 * never the line of a log. As JSON lines, one an indicator and day, in the order of ids and days:
 *
 *   {"indicator":ID,"observer":NAME,"day":"2026-01-08","count":3,
 *    "first_seen":"2026-01-08T02:20:26Z","last_seen":"2026-01-08T09:00:01Z"}
 *
 * A file holds the sums so far and is replaced whole: who picks it up replaces what he had of the same
 * indicator, observer and day.
 */
#ifndef SERAI_DETECT_SIGHTING_H
#define SERAI_DETECT_SIGHTING_H

#include "base/buffer.h"
#include "base/date.h"
#include "wire/json.h"

struct detect_sightings;

struct detect_sightings *detect_sightings_new(struct span observer);
void detect_sightings_free(struct detect_sightings *s); /* NULL allowed */

/* One hit; reason "too-large" past LIMIT_DETECT_SIGHTINGS rows. */
MUST_USE bool detect_sightings_add(struct detect_sightings *s, struct span indicator, unix_time when);
/* A row as it was written. False: it is none. */
MUST_USE bool detect_sightings_load(struct detect_sightings *s, const struct json *j, json_ref row);

size_t detect_sightings_count(const struct detect_sightings *s);
/* Every row as a line. */
void detect_sightings_put(struct detect_sightings *s, struct buffer *b);

#endif
