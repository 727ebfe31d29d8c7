/* XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha; libsodium): nonces of 24 bytes, which may be random. */
#ifndef SERAI_CRYPTO_XCHACHA_H
#define SERAI_CRYPTO_XCHACHA_H

#include "base/span.h"

enum { XCHACHA_KEY = 32, XCHACHA_NONCE = 24, XCHACHA_TAG = 16 };

/* out has plain.n + XCHACHA_TAG bytes. Never fails. */
void xchacha_seal(const uint8_t key[XCHACHA_KEY], const uint8_t nonce[XCHACHA_NONCE], struct span beside,
                  struct span plain, uint8_t *out);
/* out has sealed.n - XCHACHA_TAG bytes. False: not sealed so, with this beside. */
MUST_USE bool xchacha_open(const uint8_t key[XCHACHA_KEY], const uint8_t nonce[XCHACHA_NONCE],
                           struct span beside, struct span sealed, uint8_t *out);

#endif
