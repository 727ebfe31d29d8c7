/*
 * The bodies of one log in its folder, read and erased: by its writer, and by whoever keeps a copy.
 *
 *   ROOT/bodies/…, ROOT/body/…   log/body_bundle.h; of a bundle that is not full only the widest is kept
 *   ROOT/bodies/expired          the time of keeping is over: there are no bodies here any more
 */
#ifndef SERAI_LOG_BODY_FILES_H
#define SERAI_LOG_BODY_FILES_H

#include "base/arena.h"
#include "files/durable.h"
#include "log/body_bundle.h"
#include "log/verify.h"

enum body_state {
    BODY_THERE,
    BODY_ERASED,  /* it was here: 410 */
    BODY_MISSING, /* 404 */
};

/* The bundle cut to that width, from a wider file when there is none of that width. BODY_MISSING: no such
 * file, BODY_ERASED: all are. Reason "io", "bundle". */
MUST_USE bool body_bundle_read(const char *root, uint64_t index, unsigned width, struct buffer *out,
                               enum body_state *state, struct why *w);

/* The body of the entry at index, opened, in the arena; empty unless BODY_THERE. Reasons "io", "bundle",
 * "body" (damaged: not what the leaf says). */
MUST_USE bool body_read(const char *root, uint64_t index, const struct leaf *l, struct arena *a,
                        enum body_state *state, struct span *body, struct why *w);

/*
 * Makes the body of an entry unreadable, in each file that has it, and on disk: true also when it was done
 * before, or when there is no such bundle. hash: of the sealed body, as the leaf of that entry has it; the
 * caller has compared it with the erasure. Whoever is stopped does it again; no other body is touched.
 */
MUST_USE bool body_erase(const char *root, uint64_t index, const uint8_t hash[LEAF_HASH],
                         const struct folder_steps *steps, struct why *w);

/* All bodies of a log whose time is over. */
MUST_USE bool body_expire(const char *root, const struct folder_steps *steps, struct why *w);

/* A folder as a source of a log with its bodies: "bodies/…" of any width that a wider file covers. An erased
 * body that stood alone is *found, and empty. */
struct log_source body_folder(const char *root);

#endif
