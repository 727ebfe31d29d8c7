/* Master lists (Doc 9303-12 9): a State's signed collection of country signers. */
#ifndef SERAI_SEAL_MASTER_LIST_H
#define SERAI_SEAL_MASTER_LIST_H

#include "base/arena.h"
#include "seal/path.h"

struct master_list {
    enum result result;
    struct why why;            /* set unless genuine */
    struct certificate signer; /* when the signature holds */
    struct path path;          /* when genuine */
    bool has_signing_time;
    unix_time signing_time;
    struct span certificates; /* content of the SET; empty unless the signature holds */
    size_t n;
};

/*
 * genuine: signed by a master list signer (purpose 2.23.136.1.1.3) that a country signer of the set
 * certified. no-anchor: the same, but the country signer is not in the set; that the list itself holds it
 * proves nothing. forged, malformed, undetermined: as for chips; then there are no certificates.
 */
enum result master_list_verify(struct span in, const struct anchor_set *set, struct arena *a,
                               struct master_list *out, struct findings *f);

/* The certificate at *at, which starts at 0, and the step to the next one; the empty span at the end. */
struct span master_list_next(const struct master_list *l, size_t *at);

/* Whether the bytes start as SignedData in a ContentInfo does. */
bool master_list_likely(struct span in);

#endif
