/*
 * The mark of an exercise, which cannot be lost in one piece: each object of a drill has the
 * marking-definition below among its object_marking_refs, and each of its domain and relationship objects an
 * id whose UUID begins with e8e2c15e. One without the other is no object of a drill and no real one either: a
 * mark that was forged on a real object, or taken off one of a drill.
 */
#ifndef SERAI_STIX_EXERCISE_H
#define SERAI_STIX_EXERCISE_H

#include "stix/object.h"

#define STIX_EXERCISE_ID     "marking-definition--e8e2c15e-63a3-4f5d-b192-a88bec144461"
#define STIX_EXERCISE_PREFIX "e8e2c15e"

enum stix_exercise {
    STIX_REAL,
    STIX_EXERCISE,
    STIX_EXERCISE_FORGED,   /* the mark, without an id of an exercise */
    STIX_EXERCISE_STRIPPED, /* an id of an exercise, without the mark */
};

/* Needs an object that stix_read took, or that has type, uuid, class, markings and granular. */
enum stix_exercise stix_exercise_of(const struct stix_object *o);
/* For findings and reasons: "exercise", "exercise-forged", "exercise-stripped"; "" for a real object. */
const char *stix_exercise_word(enum stix_exercise e);
/* One sentence. */
const char *stix_exercise_say(enum stix_exercise e);
/* The marking-definition, as JSON; static. */
struct span stix_exercise_object(void);

#endif
