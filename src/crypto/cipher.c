#include "crypto/cipher.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

/* Fetched once, as in digest.c. Single DES stands only in OpenSSL's legacy provider; Triple DES with three
 * equal keys is the same function. */
static EVP_CIPHER *cbc[4], *three_des_cbc;
static EVP_MAC *cmac;
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static const struct {
    const char *name, *fetch;
    uint8_t block, key;
} ciphers[] = {
    [CIPHER_3DES] = { "3DES", "DES-EDE-CBC", 8, 16 },
    [CIPHER_AES128] = { "AES-128", "AES-128-CBC", 16, 16 },
    [CIPHER_AES192] = { "AES-192", "AES-192-CBC", 16, 24 },
    [CIPHER_AES256] = { "AES-256", "AES-256-CBC", 16, 32 },
};

static void fetch(void)
{
    for (size_t i = 0; i < sizeof ciphers / sizeof ciphers[0]; i++) {
        cbc[i] = EVP_CIPHER_fetch(NULL, ciphers[i].fetch, NULL);
        if (!cbc[i])
            abort();
    }
    three_des_cbc = EVP_CIPHER_fetch(NULL, "DES-EDE3-CBC", NULL);
    cmac = EVP_MAC_fetch(NULL, "CMAC", NULL);
    if (!three_des_cbc || !cmac)
        abort();
}

size_t cipher_block(enum cipher_alg alg)
{
    return ciphers[alg].block;
}

size_t cipher_key_size(enum cipher_alg alg)
{
    return ciphers[alg].key;
}

const char *cipher_name(enum cipher_alg alg)
{
    return ciphers[alg].name;
}

/* A failure is lack of memory: nothing in the input can cause one. */
static EVP_CIPHER_CTX *start(const EVP_CIPHER *c, const uint8_t *key, const uint8_t *iv, int encrypt)
{
    static const uint8_t zeros[CIPHER_BLOCK_MAX];
    EVP_CIPHER_CTX *ctx;

    ctx = EVP_CIPHER_CTX_new();
    if (!ctx || EVP_CipherInit_ex2(ctx, c, key, iv ? iv : zeros, encrypt, NULL) != 1 ||
        EVP_CIPHER_CTX_set_padding(ctx, 0) != 1)
        abort();
    return ctx;
}

static void update(EVP_CIPHER_CTX *ctx, struct span in, uint8_t *out)
{
    int n = 0;

    if (in.n && (EVP_CipherUpdate(ctx, out, &n, in.p, (int)in.n) != 1 || (size_t)n != in.n))
        abort();
}

static void crypt(const struct cipher_key *k, const uint8_t *iv, struct span in, uint8_t *out, int encrypt)
{
    EVP_CIPHER_CTX *ctx;

    (void)pthread_once(&fetched, fetch);
    ctx = start(cbc[k->alg], k->b, iv, encrypt);
    update(ctx, in, out);
    EVP_CIPHER_CTX_free(ctx);
}

void cipher_encrypt(const struct cipher_key *k, const uint8_t *iv, struct span in, uint8_t *out)
{
    crypt(k, iv, in, out, 1);
}

void cipher_decrypt(const struct cipher_key *k, const uint8_t *iv, struct span in, uint8_t *out)
{
    crypt(k, iv, in, out, 0);
}

/* One block under single DES with the first half of the key. */
static void des_once(const struct cipher_key *k, uint8_t block[8], int encrypt)
{
    uint8_t triple[24];
    EVP_CIPHER_CTX *ctx;

    for (size_t i = 0; i < 3; i++)
        memcpy(triple + 8 * i, k->b, 8);
    ctx = start(three_des_cbc, triple, NULL, encrypt);
    update(ctx, span_of(block, 8), block);
    EVP_CIPHER_CTX_free(ctx);
    OPENSSL_cleanse(triple, sizeof triple);
}

/*
 * ISO 9797-1 MAC algorithm 3: CBC under single DES with the first key half, then the last block is decrypted
 * with the second half and encrypted with the first. Undoing the last single encryption and encrypting with
 * Triple DES is the same.
 */
static void retail_mac(const struct cipher_key *k, const struct span *part, size_t n, uint8_t out[MAC_SIZE])
{
    uint8_t triple[24], block[8], last[8] = { 0 };
    EVP_CIPHER_CTX *ctx;
    size_t have = 0;

    for (size_t i = 0; i < 3; i++)
        memcpy(triple + 8 * i, k->b, 8);
    ctx = start(three_des_cbc, triple, NULL, 1);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < part[i].n; j++) {
            block[have++] = part[i].p[j];
            if (have == sizeof block) {
                update(ctx, span_of(block, sizeof block), last);
                have = 0;
            }
        }
    }
    EVP_CIPHER_CTX_free(ctx);
    if (have)
        abort(); /* the caller pads */
    des_once(k, last, 0);
    cipher_encrypt(k, NULL, span_of(last, sizeof last), out);
    OPENSSL_cleanse(triple, sizeof triple);
}

static void aes_cmac(const struct cipher_key *k, const struct span *part, size_t n, uint8_t out[MAC_SIZE])
{
    static const char *const name[] = {
        [CIPHER_AES128] = "AES-128-CBC", [CIPHER_AES192] = "AES-192-CBC", [CIPHER_AES256] = "AES-256-CBC"
    };
    char cipher[] = "AES-128-CBC";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, memcpy(cipher, name[k->alg], sizeof cipher),
                                         0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC_CTX *ctx;
    uint8_t whole[CIPHER_BLOCK_MAX];
    size_t size = 0;
    bool ok;

    ctx = EVP_MAC_CTX_new(cmac);
    ok = ctx && EVP_MAC_init(ctx, k->b, cipher_key_size(k->alg), parameters) == 1;
    for (size_t i = 0; ok && i < n; i++)
        ok = part[i].n == 0 || EVP_MAC_update(ctx, part[i].p, part[i].n) == 1;
    ok = ok && EVP_MAC_final(ctx, whole, &size, sizeof whole) == 1 && size == sizeof whole;
    EVP_MAC_CTX_free(ctx);
    if (!ok)
        abort();
    memcpy(out, whole, MAC_SIZE);
}

void mac_parts(const struct cipher_key *k, const struct span *part, size_t n, uint8_t out[MAC_SIZE])
{
    (void)pthread_once(&fetched, fetch);
    if (k->alg == CIPHER_3DES)
        retail_mac(k, part, n, out);
    else
        aes_cmac(k, part, n, out);
}

size_t pad_method2(size_t n, size_t block, uint8_t pad[CIPHER_BLOCK_MAX])
{
    memset(pad, 0, CIPHER_BLOCK_MAX);
    pad[0] = 0x80;
    return block - n % block;
}

bool unpad_method2(struct span padded, size_t block, size_t *n)
{
    size_t at = padded.n;

    while (at && padded.p[at - 1] == 0)
        at--;
    if (at == 0 || padded.p[at - 1] != 0x80 || padded.n % block != 0 || padded.n - at >= block)
        return false;
    *n = at - 1;
    return true;
}

/* The keys of Triple DES have odd parity in every byte (9.7.1.1). */
static void odd_parity(uint8_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned ones = (unsigned)__builtin_popcount(b[i] >> 1);

        b[i] = (uint8_t)((b[i] & 0xfe) | !(ones & 1));
    }
}

void kdf(enum cipher_alg alg, struct span secret, uint32_t counter, struct cipher_key *out)
{
    const uint8_t c[4] = { (uint8_t)(counter >> 24), (uint8_t)(counter >> 16), (uint8_t)(counter >> 8),
                           (uint8_t)counter };
    const struct span part[] = { secret, span_of(c, sizeof c) };
    struct digest d;

    digest_parts(alg == CIPHER_AES192 || alg == CIPHER_AES256 ? DIGEST_SHA256 : DIGEST_SHA1, part, 2, &d);
    memset(out, 0, sizeof *out);
    out->alg = alg;
    memcpy(out->b, d.b, cipher_key_size(alg));
    if (alg == CIPHER_3DES)
        odd_parity(out->b, cipher_key_size(alg));
    OPENSSL_cleanse(&d, sizeof d);
}

bool same_secret(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}
