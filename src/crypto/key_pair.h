/* Whether a private key belongs to a public one. */
#ifndef SERAI_CRYPTO_KEY_PAIR_H
#define SERAI_CRYPTO_KEY_PAIR_H

#include "base/why.h"

/*
 * key: PEM or DER, of any kind that OpenSSL reads, RSA too. spki: SubjectPublicKeyInfo of a certificate.
 * False with reason "key" (not a private key, or one behind a password) or "pair" (of another public key).
 */
MUST_USE bool key_pair_fits(struct span key, struct span spki, struct why *w);

#endif
