#include "crypto/aead.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "crypto/node_key.h"

static EVP_CIPHER_CTX *begin(const uint8_t *key, const uint8_t *iv, int encrypt)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

    if (!ctx || EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, iv, encrypt) != 1)
        abort();
    return ctx;
}

void gcm_seal(const uint8_t key[GCM_KEY], const uint8_t iv[GCM_IV], struct span plain, uint8_t *out)
{
    EVP_CIPHER_CTX *ctx = begin(key, iv, 1);
    int n = 0, more = 0;

    if (plain.n > INT_MAX - GCM_TAG ||
        (plain.n && EVP_EncryptUpdate(ctx, out, &n, plain.p, (int)plain.n) != 1) ||
        EVP_EncryptFinal_ex(ctx, out + n, &more) != 1 ||
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, GCM_TAG, out + plain.n) != 1)
        abort();
    EVP_CIPHER_CTX_free(ctx);
}

bool gcm_open(const uint8_t key[GCM_KEY], const uint8_t iv[GCM_IV], struct span sealed, uint8_t *out)
{
    EVP_CIPHER_CTX *ctx;
    uint8_t tag[GCM_TAG];
    size_t n = sealed.n - GCM_TAG;
    int some = 0, more = 0;
    bool ok;

    if (sealed.n < GCM_TAG || n > INT_MAX)
        return false;
    ctx = begin(key, iv, 0);
    memcpy(tag, sealed.p + n, sizeof tag);
    ok = (n == 0 || EVP_DecryptUpdate(ctx, out, &some, sealed.p, (int)n) == 1) &&
         EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, GCM_TAG, tag) == 1 &&
         EVP_DecryptFinal_ex(ctx, out + some, &more) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!ok && n)
        wipe(out, n);
    return ok;
}
