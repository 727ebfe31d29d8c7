/*
 * What Doc 9303-12 7.1 and RFC 5280 ask of the certificates behind a chip. Real States deviate in all of it,
 * so none of it says anything about authenticity: findings, never results. The table: doc/chip.md.
 */
#ifndef SERAI_SEAL_CONFORMANCE_H
#define SERAI_SEAL_CONFORMANCE_H

#include "base/result.h"
#include "seal/certificate.h"

enum conformance_role {
    CONFORMS_COUNTRY_SIGNER = 1 << 0,
    CONFORMS_DOCUMENT_SIGNER = 1 << 1,
};

/*
 * A deviation is a warning in the strict profile and a note in the lenient one; what is weak (SHA-1, short
 * keys) is a warning in both, and what only RFC 5480 minds is a note in both. offset is that of the
 * certificate in the input, WHY_NO_OFFSET when it is not in it. f may be NULL.
 */
void certificate_conformance(const struct certificate *c, enum conformance_role role, enum profile profile,
                             size_t offset, struct findings *f);

#endif
