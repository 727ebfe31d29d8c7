/* EdDSA (RFC 8032), pure, without context; ECDH over curve25519 and curve448 (RFC 7748). */
#include <stdlib.h>

#include "crypto/internal.h"

const char *edwards_name(enum key_kind kind)
{
    switch (kind) {
    case KEY_ED25519:
        return "ED25519";
    case KEY_ED448:
        return "ED448";
    case KEY_X25519:
        return "X25519";
    case KEY_X448:
        return "X448";
    case KEY_RSA:
    case KEY_EC:
        break;
    }
    return NULL;
}

EVP_PKEY *edwards_make(enum key_kind kind, struct span octets)
{
    EVP_PKEY *k = EVP_PKEY_new_raw_public_key_ex(NULL, edwards_name(kind), NULL, octets.p, octets.n);

    if (!k)
        abort(); /* the length is right: out of memory */
    return k;
}

bool edwards_verify(EVP_PKEY *k, struct span message, struct span sig)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k) == 1;

    if (!ok)
        abort();
    ok = EVP_DigestVerify(ctx, sig.p, sig.n, message.p, message.n) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

bool edwards_sign(EVP_PKEY *k, struct span message, uint8_t *sig, size_t *n)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = ctx && EVP_DigestSignInit(ctx, NULL, NULL, NULL, k) == 1 &&
              EVP_DigestSign(ctx, sig, n, message.p, message.n) == 1;

    EVP_MD_CTX_free(ctx);
    return ok;
}

bool montgomery_agree(EVP_PKEY *own, EVP_PKEY *other, uint8_t *out, size_t n)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(own, NULL);
    size_t got = n;
    bool ok = ctx && EVP_PKEY_derive_init(ctx) == 1 && EVP_PKEY_derive_set_peer(ctx, other) == 1 &&
              EVP_PKEY_derive(ctx, out, &got) == 1 && got == n;

    EVP_PKEY_CTX_free(ctx);
    return ok;
}
