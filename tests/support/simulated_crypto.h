/*
 * The chip's own arithmetic, written from the standard and apart from src/card and src/crypto, so that a
 * mistake in one of the two sides shows. For tests: no secret here is worth anything.
 */
#ifndef SERAI_TESTS_SIMULATED_CRYPTO_H
#define SERAI_TESTS_SIMULATED_CRYPTO_H

#include <openssl/bn.h>
#include <openssl/ec.h>

#include "base/span.h"

enum sim_cipher { SIM_3DES, SIM_AES128, SIM_AES192, SIM_AES256 };

enum { SIM_OCTETS = 512, SIM_BLOCK = 16 };

size_t sim_block(enum sim_cipher c);
size_t sim_key_size(enum sim_cipher c);
void sim_cbc(enum sim_cipher c, const uint8_t *key, const uint8_t *iv, const uint8_t *in, size_t n,
             uint8_t *out, bool encrypt);
/* Eight bytes of MAC; 3DES: n is a multiple of eight. */
void sim_mac(enum sim_cipher c, const uint8_t *key, const uint8_t *in, size_t n, uint8_t out[8]);
/* H(K || counter), as many bytes as a key has. */
void sim_kdf(enum sim_cipher c, struct span secret, uint32_t counter, uint8_t key[32]);
void sim_sha1(struct span in, uint8_t out[20]);
/* 80 00 .. up to a whole block; returns the new length. */
size_t sim_pad(uint8_t *p, size_t n, size_t block);

/* Numbers that look random and repeat with the seed. */
struct sim_random {
    uint64_t state;
};
void sim_random(struct sim_random *r, uint8_t *p, size_t n);

/* One of the standardized groups with its generator of the moment. */
struct sim_group {
    unsigned id;
    bool curve;
    EC_GROUP *ec;
    EC_POINT *base;
    BIGNUM *p, *q, *g;
    size_t bytes;
    BN_CTX *bn;
};

bool sim_group_open(struct sim_group *g, unsigned id);
void sim_group_close(struct sim_group *g);
BIGNUM *sim_private(const struct sim_group *g, struct sim_random *r);
size_t sim_public(const struct sim_group *g, const BIGNUM *key, uint8_t out[SIM_OCTETS]);
/* The shared secret, g->bytes long. False: not a key of the group. */
bool sim_secret(const struct sim_group *g, const BIGNUM *key, struct span other, uint8_t out[SIM_OCTETS]);
bool sim_map_generic(struct sim_group *g, struct span nonce, const BIGNUM *key, struct span other);
bool sim_map_integrated(struct sim_group *g, enum sim_cipher c, struct span s, struct span t);

#endif
