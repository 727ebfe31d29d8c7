/*
 * Bodies of a log's entries with their salts, in a folder, under the hash that stands in the leaf:
 * FOLDER/ab/cdef…. They are read until they are erased; where one was erased a mark says so.
 */
#ifndef SERAI_LOG_BODIES_H
#define SERAI_LOG_BODIES_H

#include "base/arena.h"
#include "files/durable.h"
#include "log/leaf.h"

struct bodies {
    const char *folder;               /* made when it is not there */
    const struct folder_steps *steps; /* for tests; may be NULL */
};

enum body_state {
    BODY_THERE,
    BODY_ERASED,  /* it was here: 410 */
    BODY_MISSING, /* 404 */
};

/* On disk when it returns true, before its leaf is appended: no entry is without its body. One that was
 * erased does not return: reason "erased". */
MUST_USE bool bodies_put(const struct bodies *b, const struct leaf *l, const uint8_t salt[LEAF_SALT],
                         struct span sealed, struct why *w);

/* The body in the clear, in the arena; empty unless BODY_THERE. Reasons "io", "body" (damaged). */
MUST_USE bool bodies_get(const struct bodies *b, const struct leaf *l, struct arena *a,
                         enum body_state *state, struct span *body, struct why *w);

/*
 * Carries an erasure out, which is an entry of the log already; true also when it was carried out before. A
 * node that starts does it for the erasures in its log again, so that none is lost between the two.
 */
MUST_USE bool bodies_erase(const struct bodies *b, const struct leaf *erasure, struct why *w);

#endif
