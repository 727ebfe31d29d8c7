#include "crypto/node_key.h"

#include <sodium.h>

bool node_crypto_init(void)
{
    return sodium_init() >= 0;
}

void node_key_from_seed(const uint8_t seed[NODE_SEED], uint8_t pub[NODE_PUBLIC_KEY],
                        uint8_t secret[NODE_SECRET_KEY])
{
    (void)crypto_sign_seed_keypair(pub, secret, seed);
}

void node_public_of(const uint8_t secret[NODE_SECRET_KEY], uint8_t pub[NODE_PUBLIC_KEY])
{
    (void)crypto_sign_ed25519_sk_to_pk(pub, secret);
}

void node_sign(struct span message, const uint8_t secret[NODE_SECRET_KEY], uint8_t sig[NODE_SIGNATURE])
{
    (void)crypto_sign_detached(sig, NULL, message.p, message.n, secret);
}

bool node_verify(struct span message, const uint8_t sig[NODE_SIGNATURE], const uint8_t pub[NODE_PUBLIC_KEY])
{
    return crypto_sign_verify_detached(sig, message.p, message.n, pub) == 0;
}

void random_bytes(void *p, size_t n)
{
    randombytes_buf(p, n);
}

void wipe(void *p, size_t n)
{
    sodium_memzero(p, n);
}
