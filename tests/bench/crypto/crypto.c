/* Verification as the project calls it, against OpenSSL's own, with key and context prepared in both. */
#include "bench.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/key.h"

struct work {
    struct public_key *pub;
    struct sig_alg alg;
    struct digest d;
    uint8_t sig[1024], spki[2048];
    size_t n, n_spki;
    EVP_PKEY_CTX *raw;
    EVP_PKEY *pkey;
};

static void need(bool ok)
{
    if (!ok)
        abort();
}

static void ours(void *ctx, size_t n)
{
    struct work *w = ctx;

    while (n--)
        need(signature_verify(w->pub, &w->alg, &w->d, span_of(w->sig, w->n), NULL));
}

static void raw(void *ctx, size_t n)
{
    struct work *w = ctx;

    while (n--)
        need(EVP_PKEY_verify(w->raw, w->sig, w->n, w->d.b, w->d.n) == 1);
}

static void ours_prepare(void *ctx, size_t n)
{
    struct work *w = ctx;

    while (n--) {
        struct public_key *k;

        need(public_key_from_spki(span_of(w->spki, w->n_spki), &k, NULL));
        public_key_free(k);
    }
}

static void raw_prepare(void *ctx, size_t n)
{
    struct work *w = ctx;

    while (n--) {
        const unsigned char *p = w->spki;

        EVP_PKEY_free(d2i_PUBKEY(NULL, &p, (long)w->n_spki));
    }
}

static const char *const digests[] = { "SHA1", "SHA224", "SHA256", "SHA384", "SHA512" };

static void run(const char *name, EVP_PKEY *pkey, struct sig_alg alg)
{
    struct work w = { .alg = alg, .pkey = pkey, .n = sizeof w.sig };
    EVP_PKEY_CTX *sign = EVP_PKEY_CTX_new(pkey, NULL);
    unsigned char *p = w.spki;
    char label[64];

    w.n_spki = (size_t)i2d_PUBKEY(pkey, &p);
    need(public_key_from_spki(span_of(w.spki, w.n_spki), &w.pub, NULL));
    digest_of(alg.digest, SPAN("specimen"), &w.d);
    w.raw = EVP_PKEY_CTX_new(pkey, NULL);
    need(EVP_PKEY_sign_init(sign) == 1 && EVP_PKEY_verify_init(w.raw) == 1);
    for (int i = 0; i < 2; i++) {
        EVP_PKEY_CTX *c = i ? w.raw : sign;

        if (alg.scheme == SIG_RSA_PSS)
            need(EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) == 1 &&
                 EVP_PKEY_CTX_set_rsa_pss_saltlen(c, alg.salt) == 1);
        need(EVP_PKEY_CTX_set_signature_md(c, EVP_get_digestbyname(digests[alg.digest])) == 1);
    }
    need(EVP_PKEY_sign(sign, w.sig, &w.n, w.d.b, w.d.n) == 1);
    (void)snprintf(label, sizeof label, "verify %s", name);
    (void)bench_ratio(label, ours, &w, "EVP_PKEY_verify", raw, &w, 0.97);
    (void)snprintf(label, sizeof label, "prepare key %s", name);
    (void)bench_ratio(label, ours_prepare, &w, "d2i_PUBKEY", raw_prepare, &w, 0);
    EVP_PKEY_CTX_free(w.raw);
    EVP_PKEY_CTX_free(sign);
    public_key_free(w.pub);
    EVP_PKEY_free(pkey);
}

static void digest(void *ctx, size_t n)
{
    const struct span *s = ctx;
    struct digest d;

    while (n--)
        digest_of(DIGEST_SHA256, *s, &d);
}

static void digest_raw(void *ctx, size_t n)
{
    static EVP_MD *md;
    const struct span *s = ctx;
    uint8_t out[64];
    EVP_MD_CTX *c = EVP_MD_CTX_new();

    if (!md)
        md = EVP_MD_fetch(NULL, "SHA256", NULL);
    while (n--)
        need(EVP_DigestInit_ex2(c, md, NULL) == 1 && EVP_DigestUpdate(c, s->p, s->n) == 1 &&
             EVP_DigestFinal_ex(c, out, NULL) == 1);
    EVP_MD_CTX_free(c);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name, *ossl;
        enum digest_alg digest;
    } curves[] = { { "P-256", "P-256", DIGEST_SHA256 },
                   { "P-384", "P-384", DIGEST_SHA384 },
                   { "P-521", "P-521", DIGEST_SHA512 },
                   { "brainpoolP224r1", "brainpoolP224r1", DIGEST_SHA224 },
                   { "brainpoolP256r1", "brainpoolP256r1", DIGEST_SHA256 },
                   { "brainpoolP384r1", "brainpoolP384r1", DIGEST_SHA384 },
                   { "brainpoolP512r1", "brainpoolP512r1", DIGEST_SHA512 } };
    static uint8_t bytes[15000];
    struct span small = span_of(bytes, 100), dg2 = span_of(bytes, sizeof bytes);

    bench_init(argc, argv);
    (void)bench_ratio("SHA-256 of 100 bytes", digest, &small, "EVP, context kept", digest_raw, &small, 0);
    (void)bench_ratio("SHA-256 of 15 KB", digest, &dg2, "EVP, context kept", digest_raw, &dg2, 0.97);
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
        run(curves[i].name, EVP_EC_gen(curves[i].ossl), (struct sig_alg){ SIG_ECDSA_DER, curves[i].digest });
    run("RSA 2048 PKCS1", EVP_RSA_gen(2048), (struct sig_alg){ SIG_RSA_PKCS1, DIGEST_SHA256 });
    run("RSA 4096 PKCS1", EVP_RSA_gen(4096), (struct sig_alg){ SIG_RSA_PKCS1, DIGEST_SHA256 });
    run("RSA 2048 PSS", EVP_RSA_gen(2048), (struct sig_alg){ SIG_RSA_PSS, DIGEST_SHA256, DIGEST_SHA256, 32 });
    return 0;
}
