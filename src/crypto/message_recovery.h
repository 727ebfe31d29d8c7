/*
 * RSA signatures with partial message recovery: ISO/IEC 9796-2 digital signature scheme 1, as chips use it
 * for active authentication (Doc 9303-11 6.1).
 */
#ifndef SERAI_CRYPTO_MESSAGE_RECOVERY_H
#define SERAI_CRYPTO_MESSAGE_RECOVERY_H

#include "base/why.h"
#include "crypto/digest.h"

/*
 * spki: an RSA SubjectPublicKeyInfo; rest: the part of the message that the signature does not hold. The
 * digest is that of the trailer: BC (SHA-1), or 33, 34, 35, 36, 38 before CC. False with reason
 * "key-not-supported" (also for a modulus that is not whole bytes long) or "algorithm-not-supported"
 * (undetermined), "der" or "key" (the key cannot be read), "signature".
 */
MUST_USE bool message_recovery_verify(struct span spki, struct span rest, struct span sig,
                                      enum digest_alg *digest, struct why *w);

#endif
