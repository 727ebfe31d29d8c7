/* From a signer certificate to an anchor (RFC 5280 6, with the rules of Doc 9303-12). */
#ifndef SERAI_SEAL_PATH_H
#define SERAI_SEAL_PATH_H

#include "base/result.h"
#include "seal/anchors.h"

struct path {
    const struct anchor *anchor; /* the one that certified the signer, or the signer itself */
    bool direct;                 /* the signer itself is the anchor */
};

/*
 * The result of certifying signer against the set, for one purpose (seal/purpose.h; FOR_ALL: whatever for):
 * RESULT_GENUINE with *out filled; RESULT_NO_ANCHOR when no candidate key is known, with reason
 * "anchor-purpose" when only certificates vouched for as something else certify it, or it is one itself;
 * RESULT_FORGED when it names a known key but is not signed by it; RESULT_UNDETERMINED when the key or
 * algorithm is not supported. Keys that are vouched for as something else are asked only to say that reason.
 * A certificate that is in the set as a candidate, or for another purpose, is treated as one that is not.
 * Validity in time is not looked at here.
 */
enum result path_find(const struct anchor_set *set, const struct certificate *signer, unsigned need,
                      struct path *out, struct findings *f, struct why *w);

/*
 * The same for a certificate of the set: one that is vouched for as that is its own anchor; every other must
 * have been certified by an issuer of the set.
 */
enum result path_of_anchor(const struct anchor_set *set, const struct anchor *a, unsigned need,
                           struct path *out, struct findings *f, struct why *w);

#endif
