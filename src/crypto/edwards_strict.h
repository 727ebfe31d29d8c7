/*
 * Ed25519 verifiers differ on signatures that only whoever holds the key can make: with points of small
 * order, or in a second encoding. Two nodes must not differ, so one rule holds everywhere, that of libsodium:
 * RFC 8032 5.1.7 without the cofactor, and what this refuses. For verifiers that do not refuse it themselves.
 */
#ifndef SERAI_CRYPTO_EDWARDS_STRICT_H
#define SERAI_CRYPTO_EDWARDS_STRICT_H

#include "base/span.h"

/* False: the key, or R of the signature, is of small order or not in its one encoding. */
MUST_USE bool ed25519_strict(const uint8_t pub[32], const uint8_t sig[64]);

#endif
