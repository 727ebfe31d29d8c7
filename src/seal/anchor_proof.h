/*
 * Whether the bytes of an anchor are those that its State issued. Whoever names a file vouches for a key; an
 * altered certificate around that key says something that nobody vouched for.
 */
#ifndef SERAI_SEAL_ANCHOR_PROOF_H
#define SERAI_SEAL_ANCHOR_PROOF_H

#include "seal/anchors.h"

/*
 * The anchor itself when its certificate is signed by its own key or by that of another country signer of the
 * set (a link certificate, Doc 9303-12 7.1); else another one of the same key for which that is so: a new key
 * is often at hand twice, signed by itself and in a link from an old key that is not. NULL: nothing proves
 * it. Verified once for each anchor, then remembered in the set.
 */
MUST_USE const struct anchor *anchor_proved(const struct anchor_set *set, const struct anchor *a);

#endif
