#include "vectors.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>

#include "crypto/key.h"
#include "crypto/node_key.h"
#include "guard.h"

static const struct {
    enum curve id;
    const char *ossl;
    size_t order;
    enum digest_alg digest;
} curves[] = {
    { CURVE_P224, "secp224r1", 28, DIGEST_SHA224 },
    { CURVE_P256, "prime256v1", 32, DIGEST_SHA256 },
    { CURVE_P384, "secp384r1", 48, DIGEST_SHA384 },
    { CURVE_P521, "secp521r1", 66, DIGEST_SHA512 },
    { CURVE_BP192, "brainpoolP192r1", 24, DIGEST_SHA224 },
    { CURVE_BP224, "brainpoolP224r1", 28, DIGEST_SHA224 },
    { CURVE_BP256, "brainpoolP256r1", 32, DIGEST_SHA256 },
    { CURVE_BP320, "brainpoolP320r1", 40, DIGEST_SHA384 },
    { CURVE_BP384, "brainpoolP384r1", 48, DIGEST_SHA384 },
    { CURVE_BP512, "brainpoolP512r1", 64, DIGEST_SHA512 },
};

static const char *const digest_ossl[] = { "SHA1", "SHA224", "SHA256", "SHA384", "SHA512" };

static struct public_key *public_half(const struct private_key *k)
{
    uint8_t mem[1024];
    struct buffer b;
    struct public_key *pub = NULL;
    struct why w = { 0 };

    buf_init_fixed(&b, mem, sizeof mem);
    private_key_spki(k, &b);
    assert_true(public_key_from_spki(buf_span(&b), &pub, &w));
    return pub;
}

/* Our signature under OpenSSL's one-shot verification, and the other way round. */
static void signatures_agree_with_openssl(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        for (int alg = DIGEST_SHA1; alg <= DIGEST_SHA512; alg++) {
            struct span msg = SPAN("message of a specimen");
            struct sig_alg a = { .scheme = SIG_ECDSA_DER, .digest = (enum digest_alg)alg };
            struct private_key *priv;
            struct public_key *pub;
            uint8_t pem_mem[4096], sig_mem[256];
            struct buffer pem, sig;
            struct digest d;
            struct why w = { 0 };
            EVP_MD_CTX *ctx = EVP_MD_CTX_new();
            EVP_PKEY *pkey;
            const unsigned char *p;
            size_t n = sizeof sig_mem;

            assert_true(private_key_generate(curves[i].id, &priv, &w));
            assert_int_equal(private_key_curve(priv), curves[i].id);
            assert_int_equal(digest_for_curve(curves[i].id), curves[i].digest);
            pub = public_half(priv);
            assert_int_equal(public_key_curve(pub), curves[i].id);
            assert_int_equal(public_key_order_bytes(pub), curves[i].order);
            digest_of((enum digest_alg)alg, msg, &d);

            buf_init_fixed(&sig, sig_mem, sizeof sig_mem);
            assert_true(signature_make(priv, SIG_ECDSA_DER, &d, &sig, &w));
            buf_init_fixed(&pem, pem_mem, sizeof pem_mem);
            private_key_spki(priv, &pem);
            p = pem.p;
            pkey = d2i_PUBKEY(NULL, &p, (long)pem.n);
            assert_non_null(pkey);
            assert_int_equal(EVP_DigestVerifyInit_ex(ctx, NULL, digest_ossl[alg], NULL, NULL, pkey, NULL), 1);
            assert_int_equal(EVP_DigestVerify(ctx, sig.p, sig.n, msg.p, msg.n), 1);
            assert_true(signature_verify(pub, &a, &d, buf_span(&sig), &w));
            EVP_PKEY_free(pkey);

            buf_init_fixed(&pem, pem_mem, sizeof pem_mem);
            private_key_pem(priv, &pem);
            {
                struct private_key *again;

                assert_true(private_key_load(buf_span(&pem), &again, &w));
                assert_int_equal(private_key_curve(again), curves[i].id);
                buf_init_fixed(&sig, sig_mem, sizeof sig_mem);
                a.scheme = SIG_ECDSA_RAW;
                assert_true(signature_make(again, SIG_ECDSA_RAW, &d, &sig, &w));
                assert_int_equal(sig.n, 2 * curves[i].order);
                assert_true(signature_verify(pub, &a, &d, buf_span(&sig), &w));
                d.b[0] ^= 1;
                assert_false(signature_verify(pub, &a, &d, buf_span(&sig), &w));
                assert_string_equal(w.reason, "signature");
                private_key_free(again);
            }
            EVP_MD_CTX_free(ctx);
            (void)n;
            public_key_free(pub);
            private_key_free(priv);
        }
    }
}

/* The order of P-256, big endian. */
static const char p256_n[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

static void ranges_of_r_and_s(void **state)
{
    enum { ZERO = 1, ORDER, ABOVE, ONES, GOOD };
    static const struct {
        const char *what;
        int r, s;
    } cases[] = {
        { "r = 0", ZERO, GOOD },         { "s = 0", GOOD, ZERO },      { "r = s = 0", ZERO, ZERO },
        { "r = n", ORDER, GOOD },        { "s = n", GOOD, ORDER },     { "r = n + 1", ABOVE, GOOD },
        { "s = n + 1", GOOD, ABOVE },    { "r all ones", ONES, GOOD }, { "s all ones", GOOD, ONES },
        { "r = n, s = 0", ORDER, ZERO },
    };
    struct sig_alg a = { .scheme = SIG_ECDSA_RAW, .digest = DIGEST_SHA256 };
    struct arena arena;
    struct private_key *priv;
    struct public_key *pub;
    struct digest d;
    struct buffer b;
    uint8_t mem[64], sig[64], value[5][32] = { 0 };
    struct span n;

    (void)state;
    arena_init(&arena, 1 << 20);
    n = from_hex(&arena, p256_n);
    memcpy(value[ORDER], n.p, 32);
    memcpy(value[ABOVE], n.p, 32);
    value[ABOVE][31]++;
    memset(value[ONES], 0xff, 32);
    assert_true(private_key_generate(CURVE_P256, &priv, NULL));
    pub = public_half(priv);
    digest_of(DIGEST_SHA256, SPAN("x"), &d);
    buf_init_fixed(&b, mem, sizeof mem);
    assert_true(signature_make(priv, SIG_ECDSA_RAW, &d, &b, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct why w = { 0 };

        memcpy(sig, mem, 64);
        if (cases[i].r != GOOD)
            memcpy(sig, value[cases[i].r], 32);
        if (cases[i].s != GOOD)
            memcpy(sig + 32, value[cases[i].s], 32);
        if (signature_verify(pub, &a, &d, span_of(sig, 64), &w))
            fail_msg("%s verifies", cases[i].what);
        assert_string_equal(w.reason, "signature");
        assert_string_equal(w.clause, "FIPS 186-5 6.4.2");
    }
    for (size_t len = 0; len <= 64; len++) {
        struct span cut = guard_copy(span_of(mem, len));

        assert_int_equal(signature_verify(pub, &a, &d, cut, NULL), len == 64);
        guard_free(cut);
    }
    public_key_free(pub);
    private_key_free(priv);
    arena_free(&arena);
}

/* Encodings of one right signature that must not pass: laid out by hand around r and s. */
static void der_signatures_are_strict(void **state)
{
    struct sig_alg a = { .scheme = SIG_ECDSA_DER, .digest = DIGEST_SHA256 };
    struct private_key *priv;
    struct public_key *pub;
    struct digest d;
    struct buffer b;
    uint8_t mem[128], raw[64], sig[128];

    (void)state;
    assert_true(private_key_generate(CURVE_P256, &priv, NULL));
    pub = public_half(priv);
    for (unsigned i = 0;;
         i++) { /* until both r and s have their high bit set: then each needs a zero in front */
        digest_of(DIGEST_SHA256, span_of(&i, sizeof i), &d);
        buf_init_fixed(&b, raw, sizeof raw);
        assert_true(signature_make(priv, SIG_ECDSA_RAW, &d, &b, NULL));
        if (raw[0] >= 0x80 && raw[32] >= 0x80)
            break;
    }
    static const struct {
        const char *what;
        uint8_t r_zeros, s_zeros, extra_inside, extra_outside;
        bool ok;
    } cases[] = {
        { "as it must be", 1, 1, 0, 0, true },
        { "r negative", 0, 1, 0, 0, false },
        { "s negative", 1, 0, 0, 0, false },
        { "r padded", 2, 1, 0, 0, false },
        { "s padded", 1, 2, 0, 0, false },
        { "a byte inside behind s", 1, 1, 1, 0, false },
        { "a byte behind the sequence", 1, 1, 0, 1, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t nr = 32u + cases[i].r_zeros, ns = 32u + cases[i].s_zeros;
        struct span in;

        memset(sig, 0, sizeof sig);
        buf_init_fixed(&b, sig, sizeof sig);
        buf_u8(&b, 0x30);
        buf_u8(&b, (uint8_t)(4 + nr + ns + cases[i].extra_inside));
        buf_u8(&b, 2);
        buf_u8(&b, (uint8_t)nr);
        buf_be(&b, 0, cases[i].r_zeros);
        buf_put(&b, span_of(raw, 32));
        buf_u8(&b, 2);
        buf_u8(&b, (uint8_t)ns);
        buf_be(&b, 0, cases[i].s_zeros);
        buf_put(&b, span_of(raw + 32, 32));
        buf_be(&b, 0, (size_t)cases[i].extra_inside + cases[i].extra_outside);
        in = guard_copy(buf_span(&b));
        if (signature_verify(pub, &a, &d, in, NULL) != cases[i].ok)
            fail_msg("%s", cases[i].what);
        guard_free(in);
        if (cases[i].ok) {
            for (size_t n = 0; n < b.n; n++) {
                in = guard_copy(span_of(sig, n));
                assert_false(signature_verify(pub, &a, &d, in, NULL));
                guard_free(in);
            }
        }
    }
    (void)mem;
    public_key_free(pub);
    private_key_free(priv);
}

/* RSA with a chosen exponent, and the raw private operation for blocks of any shape. */
struct rsa {
    EVP_PKEY *pkey;
    struct public_key *pub;
    size_t bytes;
};

static void rsa_make(struct rsa *r, size_t bits, unsigned e)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    BIGNUM *exponent = BN_new();
    unsigned char *der = NULL;
    int n;

    assert_int_equal(BN_set_word(exponent, e), 1);
    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits), 1);
    assert_int_equal(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, exponent), 1);
    r->pkey = NULL;
    assert_int_equal(EVP_PKEY_generate(ctx, &r->pkey), 1);
    n = i2d_PUBKEY(r->pkey, &der);
    assert_true(public_key_from_spki(span_of(der, (size_t)n), &r->pub, NULL));
    assert_int_equal(public_key_kind(r->pub), KEY_RSA);
    assert_int_equal(public_key_bits(r->pub), bits);
    r->bytes = (bits + 7) / 8;
    OPENSSL_free(der);
    BN_free(exponent);
    EVP_PKEY_CTX_free(ctx);
}

static void rsa_drop(struct rsa *r)
{
    EVP_PKEY_free(r->pkey);
    public_key_free(r->pub);
}

static void rsa_raw(struct rsa *r, const uint8_t *block, uint8_t *sig)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(r->pkey, NULL);
    size_t n = r->bytes;

    assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
    assert_int_equal(EVP_PKEY_sign(ctx, sig, &n, block, r->bytes), 1);
    EVP_PKEY_CTX_free(ctx);
}

static size_t rsa_sign(struct rsa *r, int alg, int mgf, int salt, const struct digest *d, uint8_t *sig)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(r->pkey, NULL);
    size_t n = 1024;

    assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, salt < 0 ? RSA_PKCS1_PADDING : RSA_PKCS1_PSS_PADDING),
                     1);
    assert_int_equal(EVP_PKEY_CTX_set_signature_md(ctx, EVP_get_digestbyname(digest_ossl[alg])), 1);
    if (salt >= 0) {
        assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt), 1);
        assert_int_equal(EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_get_digestbyname(digest_ossl[mgf])), 1);
    }
    assert_int_equal(EVP_PKEY_sign(ctx, sig, &n, d->b, d->n), 1);
    EVP_PKEY_CTX_free(ctx);
    return n;
}

static void rsa_agrees_with_openssl(void **state)
{
    static const struct {
        size_t bits;
        unsigned e;
    } keys[] = { { 2048, 65537 }, { 2048, 3 },      { 2049, 38129 },
                 { 2055, 56611 }, { 1024, 107903 }, { 1031, 43459 } };
    static const int salts[] = { 0, 20, 32, 48, 64 };
    uint8_t sig[1024];
    struct digest d;

    (void)state;
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        struct rsa r;

        rsa_make(&r, keys[k].bits, keys[k].e);
        for (int alg = DIGEST_SHA1; alg <= DIGEST_SHA512; alg++) {
            struct sig_alg a = { .scheme = SIG_RSA_PKCS1, .digest = (enum digest_alg)alg };
            size_t n;

            digest_of((enum digest_alg)alg, SPAN("y"), &d);
            n = rsa_sign(&r, alg, 0, -1, &d, sig);
            assert_true(signature_verify(r.pub, &a, &d, span_of(sig, n), NULL));
            sig[n - 1] ^= 1;
            assert_false(signature_verify(r.pub, &a, &d, span_of(sig, n), NULL));
            for (size_t s = 0; s < sizeof salts / sizeof salts[0]; s++) {
                for (int mgf = DIGEST_SHA1; mgf <= DIGEST_SHA512; mgf++) {
                    if (r.bytes < d.n + (size_t)salts[s] + 3)
                        continue;
                    a = (struct sig_alg){ SIG_RSA_PSS, (enum digest_alg)alg, (enum digest_alg)mgf,
                                          (uint16_t)salts[s] };
                    n = rsa_sign(&r, alg, mgf, salts[s], &d, sig);
                    assert_true(signature_verify(r.pub, &a, &d, span_of(sig, n), NULL));
                    a.salt++;
                    assert_false(signature_verify(r.pub, &a, &d, span_of(sig, n), NULL));
                    a.salt--;
                    a.mgf = (enum digest_alg)((mgf + 1) % 5);
                    assert_false(signature_verify(r.pub, &a, &d, span_of(sig, n), NULL));
                    a.mgf = (enum digest_alg)mgf;
                    sig[n / 2] ^= 4;
                    assert_false(signature_verify(r.pub, &a, &d, span_of(sig, n), NULL));
                }
            }
        }
        rsa_drop(&r);
    }
}

static const uint8_t sha256_info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                       0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
static const uint8_t sha256_info_short[] = { 0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
                                             0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x04, 0x20 };

/* 00 01 FF.. 00 info digest; `behind` bytes of garbage take the place of padding. */
static void block(uint8_t *em, size_t n, const uint8_t *info, size_t n_info, const struct digest *d,
                  size_t behind)
{
    size_t t = n_info + d->n + behind;

    memset(em, 0xff, n);
    em[0] = 0;
    em[1] = 1;
    em[n - t - 1] = 0;
    memcpy(em + n - t, info, n_info);
    memcpy(em + n - t + n_info, d->b, d->n);
    memset(em + n - behind, 0x5a, behind);
}

static void pkcs1_blocks_are_compared_whole(void **state)
{
    struct sig_alg a = { .scheme = SIG_RSA_PKCS1, .digest = DIGEST_SHA256 };
    struct rsa r;
    struct digest d;
    uint8_t em[256], sig[256], good[256];

    (void)state;
    rsa_make(&r, 2048, 3);
    digest_of(DIGEST_SHA256, SPAN("z"), &d);
    block(good, 256, sha256_info, sizeof sha256_info, &d, 0);
    rsa_raw(&r, good, sig);
    assert_true(signature_verify(r.pub, &a, &d, span_of(sig, 256), NULL));
    block(em, 256, sha256_info_short, sizeof sha256_info_short, &d, 0);
    rsa_raw(&r, em, sig);
    assert_true(signature_verify(r.pub, &a, &d, span_of(sig, 256), NULL)); /* DigestInfo without NULL */
    for (size_t behind = 1; behind < 190; behind += 27) {
        block(em, 256, sha256_info, sizeof sha256_info, &d, behind);
        rsa_raw(&r, em, sig);
        assert_false(signature_verify(r.pub, &a, &d, span_of(sig, 256), NULL));
    }
    for (size_t i = 0; i < 256; i++) { /* any other byte in the block */
        memcpy(em, good, 256);
        em[i] = (uint8_t)(em[i] ^ (i == 0 ? 0x01 : 0x02));
        if (i == 0 && em[0] > 0)
            continue; /* may not be below the modulus */
        rsa_raw(&r, em, sig);
        assert_false(signature_verify(r.pub, &a, &d, span_of(sig, 256), NULL));
    }
    memset(sig, 0xff, 256);
    assert_false(signature_verify(r.pub, &a, &d, span_of(sig, 256), NULL)); /* not below the modulus */
    memset(sig, 0, 256);
    assert_false(signature_verify(r.pub, &a, &d, span_of(sig, 256), NULL));
    assert_false(signature_verify(r.pub, &a, &d, span_of(sig, 255), NULL));
    assert_false(signature_verify(r.pub, &a, &d, span_of(sig, 0), NULL));
    rsa_drop(&r);
}

static void a_scheme_must_fit_the_key(void **state)
{
    struct private_key *priv;
    struct public_key *pub;
    struct digest d = { .n = 32 };
    struct why w = { 0 };
    uint8_t sig[64] = { 1 };

    (void)state;
    assert_true(private_key_generate(CURVE_BP256, &priv, NULL));
    pub = public_half(priv);
    assert_false(
        signature_verify(pub, &(struct sig_alg){ SIG_RSA_PKCS1, DIGEST_SHA256 }, &d, span_of(sig, 64), &w));
    assert_string_equal(w.reason, "algorithm");
    why_clear(&w);
    assert_false(
        signature_verify(pub, &(struct sig_alg){ SIG_ECDSA_RAW, DIGEST_SHA384 }, &d, span_of(sig, 64), &w));
    assert_string_equal(w.reason, "algorithm");
    public_key_free(pub);
    private_key_free(priv);
}

/* SubjectPublicKeyInfo with explicit parameters as OpenSSL writes it, for every curve. */
static size_t explicit_spki(const char *name, const char *form, uint8_t *out)
{
    OSSL_PARAM params[4], *p = params;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *pkey = NULL;
    char group[32], encoding[] = "explicit", point[32];
    unsigned char *q = out;
    int n;

    (void)snprintf(group, sizeof group, "%s", name);
    (void)snprintf(point, sizeof point, "%s", form);
    *p++ = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0);
    *p++ = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_EC_ENCODING, encoding, 0);
    *p++ = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, point, 0);
    *p = OSSL_PARAM_construct_end();
    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_params(ctx, params), 1);
    assert_int_equal(EVP_PKEY_generate(ctx, &pkey), 1);
    n = i2d_PUBKEY(pkey, &q);
    assert_true(n > 0);
    EVP_PKEY_free(pkey);
    EVP_PKEY_CTX_free(ctx);
    return (size_t)n;
}

/* Any changed bit in the parameters (not in the seed) gives no key or the same curve never another one. */
static void explicit_parameters_are_those_of_a_known_curve(void **state)
{
    uint8_t spki[1024];

    (void)state;
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        for (int compressed = 0; compressed < 2; compressed++) {
            size_t n = explicit_spki(curves[i].ossl, compressed ? "compressed" : "uncompressed", spki),
                   accepted = 0;
            struct public_key *k = NULL;

            assert_true(public_key_from_spki(span_of(spki, n), &k, NULL));
            assert_int_equal(public_key_curve(k), curves[i].id);
            public_key_free(k);
            for (size_t at = 0; at < n; at++) {
                struct why w = { 0 };

                spki[at] ^= 0x01;
                k = NULL;
                if (public_key_from_spki(span_of(spki, n), &k, &w)) {
                    assert_int_equal(public_key_curve(k), curves[i].id);
                    accepted++;
                    public_key_free(k);
                } else {
                    assert_non_null(w.reason);
                }
                spki[at] ^= 0x01;
            }
            /* Only the seed, the version and, with a compressed key, another point on the same curve. */
            assert_in_range(accepted, 0, 20 + 2 + (compressed ? curves[i].order + 2 : 2));
        }
    }
}

/* P-256 with parameters that describe another group: the generator moved to the public key (CVE-2020-0601).
 */
static void a_generator_of_ones_own_is_refused(void **state)
{
    uint8_t spki[1024];
    size_t n = explicit_spki("prime256v1", "uncompressed", spki), at = 0;
    struct public_key *k = NULL;
    struct why w = { 0 };

    (void)state;
    for (size_t i = 0; i + 65 < n - 65; i++)
        if (spki[i] == 0x04 && spki[i + 1] == 0x41 && spki[i + 2] == 0x04)
            at = i + 2;
    assert_true(at > 0);
    memcpy(spki + at, spki + n - 65, 65);
    assert_false(public_key_from_spki(span_of(spki, n), &k, &w));
    assert_string_equal(w.reason, "key-not-supported");
    assert_null(k);
}

static void points_off_the_curve_are_refused(void **state)
{
    struct private_key *priv;
    uint8_t mem[256];
    struct buffer b;
    struct public_key *k = NULL;
    struct why w = { 0 };

    (void)state;
    assert_true(private_key_generate(CURVE_P256, &priv, NULL));
    buf_init_fixed(&b, mem, sizeof mem);
    private_key_spki(priv, &b);
    mem[b.n - 1] ^= 1;
    assert_false(public_key_from_spki(buf_span(&b), &k, &w));
    assert_string_equal(w.reason, "key");
    private_key_free(priv);
}

struct shared_key {
    const struct public_key *pub;
    const struct sig_alg *alg;
    const struct digest *d;
    struct span sig;
    int held;
};

static void *verify_many(void *ctx)
{
    struct shared_key *s = ctx;

    for (int i = 0; i < 50; i++)
        s->held += signature_verify(s->pub, s->alg, s->d, s->sig, NULL);
    return NULL;
}

static void one_key_serves_several_threads(void **state)
{
    struct sig_alg a = { .scheme = SIG_RSA_PKCS1, .digest = DIGEST_SHA256 };
    struct shared_key ctx[4];
    pthread_t thread[4];
    struct rsa r;
    struct digest d;
    uint8_t sig[1024];
    size_t n;

    (void)state;
    rsa_make(&r, 2048, 65537);
    digest_of(DIGEST_SHA256, SPAN("t"), &d);
    n = rsa_sign(&r, DIGEST_SHA256, 0, -1, &d, sig);
    for (int i = 0; i < 4; i++) {
        ctx[i] = (struct shared_key){ r.pub, &a, &d, span_of(sig, n), 0 };
        assert_int_equal(pthread_create(&thread[i], NULL, verify_many, &ctx[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(thread[i], NULL), 0);
        assert_int_equal(ctx[i].held, 50);
    }
    rsa_drop(&r);
}

/* RFC 8032 7.1, test 2. */
static void node_keys_are_those_of_rfc_8032(void **state)
{
    struct arena a;
    uint8_t pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY], sig[NODE_SIGNATURE];
    struct span seed, want_pub, want_sig;

    (void)state;
    arena_init(&a, 1 << 16);
    assert_true(node_crypto_init());
    seed = from_hex(&a, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    want_pub = from_hex(&a, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    want_sig = from_hex(
        &a, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00");
    node_key_from_seed(seed.p, pub, secret);
    assert_memory_equal(pub, want_pub.p, sizeof pub);
    node_sign(SPAN("\x72"), secret, sig);
    assert_memory_equal(sig, want_sig.p, sizeof sig);
    assert_true(node_verify(SPAN("\x72"), sig, pub));
    for (size_t i = 0; i < sizeof sig; i++) {
        sig[i] ^= 0x40;
        assert_false(node_verify(SPAN("\x72"), sig, pub));
        sig[i] ^= 0x40;
    }
    arena_free(&a);
}

static void digests_of_parts_are_digests_of_the_whole(void **state)
{
    static const struct {
        enum digest_alg alg;
        const char *abc; /* FIPS 180-4 */
    } cases[] = {
        { DIGEST_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d" },
        { DIGEST_SHA224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7" },
        { DIGEST_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    };
    struct arena a;
    struct digest d;

    (void)state;
    arena_init(&a, 1 << 16);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span want = from_hex(&a, cases[i].abc), parts[] = { SPAN("a"), { NULL, 0 }, SPAN("bc") };

        digest_parts(cases[i].alg, parts, 3, &d);
        assert_true(span_eq(digest_span(&d), want));
        assert_int_equal(digest_size(cases[i].alg), want.n);
    }
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_agree_with_openssl),
        cmocka_unit_test(ranges_of_r_and_s),
        cmocka_unit_test(der_signatures_are_strict),
        cmocka_unit_test(rsa_agrees_with_openssl),
        cmocka_unit_test(pkcs1_blocks_are_compared_whole),
        cmocka_unit_test(a_scheme_must_fit_the_key),
        cmocka_unit_test(explicit_parameters_are_those_of_a_known_curve),
        cmocka_unit_test(a_generator_of_ones_own_is_refused),
        cmocka_unit_test(points_off_the_curve_are_refused),
        cmocka_unit_test(one_key_serves_several_threads),
        cmocka_unit_test(node_keys_are_those_of_rfc_8032),
        cmocka_unit_test(digests_of_parts_are_digests_of_the_whole),
    };

    return cmocka_run_group_tests_name("crypto", tests, NULL, NULL);
}
