/* Between the parts of visible.c. */
#ifndef SERAI_SEAL_VISIBLE_INTERNAL_H
#define SERAI_SEAL_VISIBLE_INTERNAL_H

#include "seal/visible.h"
#include "wire/seal_tlv.h"

struct seal_work {
    const struct seal_options *opt;
    struct arena *a;
    struct visible_seal *out;
    struct findings *f;
};

/* What is to be proved, whatever the kind of seal. */
struct seal_claim {
    struct span signed_bytes, signature;
    bool by_curve; /* the digest is the one that goes with the key's curve; else this one: */
    enum digest_alg digest;
    size_t order_bytes;      /* of the key that fits; 0: any */
    struct span certificate; /* candidate that came with the seal; empty when none */
    const char *clause;
};

/* Finds the signer and proves the claim: everything up to the validity of the signer. Sets path and
 * signer_der; not genuine: why as well. */
enum result seal_prove_vds(struct seal_work *s, const struct seal_claim *c);
enum result seal_prove_idb(struct seal_work *s, const struct seal_claim *c, struct span tail);
enum result seal_prove_vdsnc(struct seal_work *s, const struct seal_claim *c);

/* Fills the fields by the dictionary; deviations become findings. The earliest last day of the document, if
 * it has one. */
struct date seal_read_vds(struct seal_work *s, const struct seal_message *m, size_t n);
struct date seal_read_idb(struct seal_work *s, const struct seal_message *m, size_t n);

/* Warning in the lenient profile (true), why and the given result in the strict one. */
bool seal_tolerate(struct seal_work *s, const char *reason, const char *clause, const char *detail);

#endif
