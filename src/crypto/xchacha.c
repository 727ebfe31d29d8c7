#include "crypto/xchacha.h"

#include <sodium.h>

void xchacha_seal(const uint8_t key[XCHACHA_KEY], const uint8_t nonce[XCHACHA_NONCE], struct span beside,
                  struct span plain, uint8_t *out)
{
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, plain.p, plain.n, beside.p, beside.n, NULL,
                                                     nonce, key);
}

bool xchacha_open(const uint8_t key[XCHACHA_KEY], const uint8_t nonce[XCHACHA_NONCE], struct span beside,
                  struct span sealed, uint8_t *out)
{
    return sealed.n >= XCHACHA_TAG &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed.p, sealed.n, beside.p, beside.n,
                                                      nonce, key) == 0;
}
