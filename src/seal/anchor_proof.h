/*
 * Whether the bytes of an anchor are those that its State issued. Whoever names a file vouches for a key; an
 * altered certificate around that key says something that nobody vouched for.
 */
#ifndef SERAI_SEAL_ANCHOR_PROOF_H
#define SERAI_SEAL_ANCHOR_PROOF_H

#include "seal/anchors.h"

enum anchor_proof {
    ANCHOR_PROVED, /* signed by its own key, or a link certificate signed by another country signer of the set
                    */
    ANCHOR_UNPROVED, /* a link certificate from a key that is not in the set: the word of who named it stands
                        alone */
    ANCHOR_REFUTED,  /* says that its own key or one of the set signed it, and that is not so: altered */
};

/*
 * Doc 9303-12 7.1, RFC 5280 6.1. When the anchor itself is not proved but another certificate of the same key
 * is, *use becomes that one: a new key is often at hand twice, signed by itself and in a link from an old
 * key. It must serve the need that a serves. Otherwise *use is a. Verified once for each anchor, then
 * remembered in the set.
 */
MUST_USE enum anchor_proof anchor_prove(const struct anchor_set *set, const struct anchor *a, unsigned need,
                                        const struct anchor **use);

#endif
