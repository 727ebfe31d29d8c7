/*
 * Whether an object may stand beside what is stored under its id: the rules of versions (STIX 2.1 3.6). Pure:
 * the caller looks into its store.
 */
#ifndef SERAI_STIX_VERSION_H
#define SERAI_STIX_VERSION_H

#include "stix/object.h"

/* What is stored under an id. */
struct stix_stored {
    bool any;                    /* false: nothing, and nothing else is read */
    struct stix_time newest;     /* modified of the newest version; not set for observables */
    bool revoked;                /* some version is */
    struct stix_time revoked_at; /* modified of the one that is revoked */
    bool has_creator;
    struct stix_uuid creator;
    bool same;       /* this very version is stored, */
    bool same_bytes; /* with the same content: stix_same_content, or equal bytes */
};

enum stix_fits {
    STIX_FITS_NEW,   /* first of its id */
    STIX_FITS_NEWER, /* a newer version than all stored ones */
    STIX_FITS_OLDER, /* an older version that was missing: kept, never the current one */
    STIX_FITS_SIGHT, /* an observable again, with other properties beside: not versioned (3.6), kept beside */
    STIX_FITS_ALREADY, /* stored already: success, nothing to do */
    STIX_FITS_NOT,
};

/*
 * Reasons of STIX_FITS_NOT: "modified-before-created", "other-content" (3.6: same version, other content),
 * "other-creator" (3.6: only the creator makes versions), "after-revocation" (3.6), "immutable"
 * (marking-definitions, 7.2).
 */
enum stix_fits stix_fits(const struct stix_stored *old, const struct stix_object *o, struct why *w);

/* Equal as JSON values: white space, order of members and escapes do not count, nor how a number is written.
 * False also when one of them does not read. */
MUST_USE bool stix_same_content(struct span a, struct span b, struct arena *scratch);

#endif
