/*
 * Block ciphers, message authentication codes and key derivation of chip access and secure messaging (Doc
 * 9303-11 9.6, 9.7, 9.8): two-key Triple DES and AES. Secrets of one session with one chip; nothing here is
 * stored.
 */
#ifndef SERAI_CRYPTO_CIPHER_H
#define SERAI_CRYPTO_CIPHER_H

#include "crypto/digest.h"

enum cipher_alg { CIPHER_3DES, CIPHER_AES128, CIPHER_AES192, CIPHER_AES256 };

enum { CIPHER_BLOCK_MAX = 16, CIPHER_KEY_MAX = 32, MAC_SIZE = 8 };

struct cipher_key {
    enum cipher_alg alg;
    uint8_t b[CIPHER_KEY_MAX]; /* cipher_key_size(alg) bytes count */
};

size_t cipher_block(enum cipher_alg alg);     /* bytes: 8 or 16 */
size_t cipher_key_size(enum cipher_alg alg);  /* bytes: 16, 16, 24, 32 */
const char *cipher_name(enum cipher_alg alg); /* "3DES", "AES-256" */

/* CBC without padding. in.n is a multiple of the block; out has as many bytes and may be in itself. iv has
 * one block; NULL: zeros. Never fails. */
void cipher_encrypt(const struct cipher_key *k, const uint8_t *iv, struct span in, uint8_t *out);
void cipher_decrypt(const struct cipher_key *k, const uint8_t *iv, struct span in, uint8_t *out);

/* The code over the concatenated parts, cut to eight bytes. 3DES: ISO 9797-1 MAC algorithm 3 with DES
 * ("retail MAC"), the parts already padded: their sum is a positive multiple of eight bytes. AES: CMAC (SP
 * 800-38B), any length. */
void mac_parts(const struct cipher_key *k, const struct span *part, size_t n, uint8_t out[MAC_SIZE]);

/* ISO 9797-1 padding method 2 for data of n bytes: 80 and zeros up to the next full block. Returns how many
 * bytes pad has, 1 to block. */
size_t pad_method2(size_t n, size_t block, uint8_t pad[CIPHER_BLOCK_MAX]);
/* The length of data without that padding. False when it is none. */
MUST_USE bool unpad_method2(struct span padded, size_t block, size_t *n);

/* Doc 9303-11 9.7.1. */
enum { KDF_ENC = 1, KDF_MAC = 2, KDF_PACE = 3 };
void kdf(enum cipher_alg alg, struct span secret, uint32_t counter, struct cipher_key *out);

/* In time that does not depend on where they differ. */
MUST_USE bool same_secret(const void *a, const void *b, size_t n);

#endif
