/* AES-256-GCM (SP 800-38D): IVs of 12 bytes, the full tag behind the ciphertext, no associated data. */
#ifndef SERAI_CRYPTO_AEAD_H
#define SERAI_CRYPTO_AEAD_H

#include "base/span.h"

enum { GCM_KEY = 32, GCM_IV = 12, GCM_TAG = 16 };

/* out has plain.n + GCM_TAG bytes, and is not plain. An IV must not come twice with one key. Never fails. */
void gcm_seal(const uint8_t key[GCM_KEY], const uint8_t iv[GCM_IV], struct span plain, uint8_t *out);

/* out has sealed.n - GCM_TAG bytes; untouched but for what is wiped when the tag does not hold. */
MUST_USE bool gcm_open(const uint8_t key[GCM_KEY], const uint8_t iv[GCM_IV], struct span sealed,
                       uint8_t *out);

#endif
