/* Ed25519 keys of nodes (libsodium): receipts now, checkpoints and witnesses later. */
#ifndef SERAI_CRYPTO_NODE_KEY_H
#define SERAI_CRYPTO_NODE_KEY_H

#include "base/span.h"

enum { NODE_PUBLIC_KEY = 32, NODE_SECRET_KEY = 64, NODE_SIGNATURE = 64, NODE_SEED = 32 };

/* Once per process, before anything else of this file; false: the library cannot work here. */
MUST_USE bool node_crypto_init(void);

void node_key_from_seed(const uint8_t seed[NODE_SEED], uint8_t pub[NODE_PUBLIC_KEY],
                        uint8_t secret[NODE_SECRET_KEY]);
/* The public key that a secret one brings along. */
void node_public_of(const uint8_t secret[NODE_SECRET_KEY], uint8_t pub[NODE_PUBLIC_KEY]);
void node_sign(struct span message, const uint8_t secret[NODE_SECRET_KEY], uint8_t sig[NODE_SIGNATURE]);
MUST_USE bool node_verify(struct span message, const uint8_t sig[NODE_SIGNATURE],
                          const uint8_t pub[NODE_PUBLIC_KEY]);
void random_bytes(void *p, size_t n);
/* Overwrites in a way the compiler keeps. */
void wipe(void *p, size_t n);

#endif
