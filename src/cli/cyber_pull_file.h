/*
 * The file that a pull grows: always a whole bundle but while a page is written. The state beside it says up
 * to which byte its objects are sure, and where the pull goes on: page first, then state, each on disk before
 * the next, so that a crash at any point leaves either the old page end or the new one. Objects that the file
 * holds already are passed over.
 */
#ifndef SERAI_CLI_CYBER_PULL_FILE_H
#define SERAI_CLI_CYBER_PULL_FILE_H

#include "base/arena.h"
#include "base/why.h"
#include "intel/seen.h"
#include "stix/id.h"
#include "taxii/client.h"

struct cyber_pull_file {
    int fd;
    char folder[3072], name[512]; /* of the state */
    char key[2048];               /* of the source: a state of another one is not used */
    uint64_t sure;                /* bytes without the end of the bundle */
    size_t objects;
    struct arena a;
    struct intel_seen seen; /* id and version */
    struct why why;
};

/* path "" : no file, the state alone. Reasons "io", "locked", "state" (of another source). */
MUST_USE bool cyber_pull_open(struct cyber_pull_file *f, const char *path, const char *state, const char *key,
                              struct taxii_place_in *place, struct why *w);
/* The new ones of a page, and where to go on. How many were new; *ok false: w in f->why. */
size_t cyber_pull_page(struct cyber_pull_file *f, const struct span *object, size_t n,
                       const struct taxii_place_in *after, bool *ok);
/* The place alone. */
MUST_USE bool cyber_pull_keep(struct cyber_pull_file *f, const struct taxii_place_in *after);
/* Whether this version is new; it counts as seen then. */
bool cyber_pull_new(struct cyber_pull_file *f, struct span object);
void cyber_pull_close(struct cyber_pull_file *f);

#endif
