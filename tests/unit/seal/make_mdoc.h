/* SPECIMEN licences for tests: an answer with one document, signed by keys made on the spot. */
#ifndef SERAI_TESTS_MAKE_MDOC_H
#define SERAI_TESTS_MAKE_MDOC_H

#include "crypto/key.h"

struct mdoc_order {
    const struct private_key *issuer, *device; /* EC, Ed25519 or Ed448 */
    const struct private_key *authority;       /* signs the certificate of the issuer; EC */
    const struct private_key *reader; /* the device proves itself to it by a code; NULL: by a signature */
    const char *doc_type;             /* of the document; the MSO says org.iso.18013.5.1.mDL */
    struct span transcript;
    unsigned items;
    uint64_t serial;              /* of the certificate of the issuer; 0: 2 */
    struct buffer *authority_der; /* gets the certificate of the authority; NULL: not wanted */
};

/* Valid from 2026-07-01 to 2027-06-30; the signer from 2026-01-01 to 2027-12-31. Aborts when it cannot. */
void make_mdoc(const struct mdoc_order *o, struct buffer *out);

#endif
