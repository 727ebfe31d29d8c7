/* AlgorithmIdentifier (RFC 5280 4.1.1.2, RFC 4055, RFC 5758): which signature, which digest. */
#ifndef SERAI_SEAL_ALGORITHM_H
#define SERAI_SEAL_ALGORITHM_H

#include "crypto/key.h"
#include "wire/der.h"

/*
 * Reads an AlgorithmIdentifier of a digest. False with reason "algorithm-not-supported", or with d failed and
 * w untouched.
 */
MUST_USE bool digest_alg_read(struct der *d, enum digest_alg *out, struct why *w);

/*
 * Reads an AlgorithmIdentifier of a signature. rsaEncryption and id-ecPublicKey, which CMS allows there (RFC
 * 3370 3.2), take their digest from digest; NULL: they are not supported. False as above.
 */
MUST_USE bool sig_alg_read(struct der *d, const enum digest_alg *digest, struct sig_alg *out, struct why *w);

/* "RSA-PSS SHA-256" */
const char *sig_alg_name(const struct sig_alg *a);

#endif
