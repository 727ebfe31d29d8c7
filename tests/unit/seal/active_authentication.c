/* Active authentication (Doc 9303-11 6.1) with keys of our own: every trailer, every way to be a copy. */
#include "vectors.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "make_sod.h"
#include "seal/active_authentication.h"
#include "seal/chip.h"
#include "seal/issue_certificate.h"
#include "wire/der.h"
#include "wire/der_write.h"

static EVP_PKEY *rsa;
static struct span dg15_rsa;

static const uint8_t challenge[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static struct span keep(struct buffer *b)
{
    struct span s = arena_copy(&test_arena, buf_span(b));

    assert_true(buf_ok(b));
    buf_free(b);
    return s;
}

static struct span tagged(uint8_t tag, struct span body)
{
    struct buffer b;

    buf_init(&b, 1 << 16);
    der_put(&b, tag, body);
    return keep(&b);
}

static int setup(void **state)
{
    uint8_t *der = NULL;
    int n;

    if (arena_setup(state) != 0)
        return 1;
    rsa = EVP_RSA_gen(1024);
    n = i2d_PUBKEY(rsa, &der);
    assert_true(n > 0);
    dg15_rsa = tagged(0x6f, span_of(der, (size_t)n));
    OPENSSL_free(der);
    return 0;
}

static int teardown(void **state)
{
    EVP_PKEY_free(rsa);
    return arena_teardown(state);
}

/* The block to the power of the private exponent. */
static struct span raise(const uint8_t *block, size_t n)
{
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(rsa, NULL);
    uint8_t *out = arena_alloc(&test_arena, n);

    assert_int_equal(EVP_PKEY_sign_init(c), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(c, RSA_NO_PADDING), 1);
    assert_int_equal(EVP_PKEY_sign(c, out, &n, block, n), 1);
    EVP_PKEY_CTX_free(c);
    return span_of(out, n);
}

/* header bytes || filling || digest(filling || challenge) || trailer bytes */
static struct span respond(struct span header, struct span trailer, enum digest_alg alg,
                           const uint8_t *for_challenge)
{
    uint8_t block[128];
    size_t h = digest_size(alg), m1 = sizeof block - header.n - h - trailer.n;
    struct digest d;

    memcpy(block, header.p, header.n);
    memset(block + header.n, 0x5a, m1);
    digest_parts(alg, (const struct span[]){ span_of(block + header.n, m1), span_of(for_challenge, 8) }, 2,
                 &d);
    memcpy(block + header.n + m1, d.b, h);
    memcpy(block + sizeof block - trailer.n, trailer.p, trailer.n);
    return raise(block, sizeof block);
}

static enum result judge(struct span dg15, struct span dg14, struct span response, struct why *w)
{
    const struct active_authentication in = { span_of(challenge, 8), response, dg15, dg14 };
    enum digest_alg digest;

    *w = (struct why){ .offset = WHY_NO_OFFSET };
    return active_authentication_verify(&in, &digest, NULL, w);
}

static void every_trailer_holds(void **state)
{
    static const struct {
        const char *trailer;
        size_t n;
        enum digest_alg alg;
    } cases[] = {
        { "\xbc", 1, DIGEST_SHA1 },       { "\x33\xcc", 2, DIGEST_SHA1 },   { "\x38\xcc", 2, DIGEST_SHA224 },
        { "\x34\xcc", 2, DIGEST_SHA256 }, { "\x36\xcc", 2, DIGEST_SHA384 }, { "\x35\xcc", 2, DIGEST_SHA512 },
    };
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span trailer = span_of(cases[i].trailer, cases[i].n), sig;
        const struct active_authentication in = {
            span_of(challenge, 8), respond(SPAN("\x6a"), trailer, cases[i].alg, challenge), dg15_rsa, { 0 }
        };
        enum digest_alg digest = DIGEST_SHA1;

        if (active_authentication_verify(&in, &digest, NULL, &w) != RESULT_GENUINE)
            fail_msg("trailer %zu: %s", i, w.detail);
        assert_int_equal(digest, cases[i].alg);
        sig = respond(SPAN("\x6b\xbb\xbb\xba"), trailer, cases[i].alg, challenge);
        assert_int_equal(judge(dg15_rsa, (struct span){ 0 }, sig, &w), RESULT_GENUINE);
    }
}

/* n - s is as good as s (ISO/IEC 9796-2: the smaller one is sent). */
static void the_smaller_of_two_signatures_holds(void **state)
{
    struct span s = respond(SPAN("\x6a"), SPAN("\x34\xcc"), DIGEST_SHA256, challenge);
    BIGNUM *n = NULL, *v = BN_bin2bn(s.p, (int)s.n, NULL);
    uint8_t other[128];
    struct why w;

    (void)state;
    assert_int_equal(EVP_PKEY_get_bn_param(rsa, "n", &n), 1);
    assert_int_equal(BN_sub(v, n, v), 1);
    assert_int_equal(BN_bn2binpad(v, other, sizeof other), sizeof other);
    assert_int_equal(judge(dg15_rsa, (struct span){ 0 }, span_of(other, sizeof other), &w), RESULT_GENUINE);
    BN_free(n);
    BN_free(v);
}

static void a_copy_cannot_answer(void **state)
{
    const uint8_t other[8] = { 8, 7, 6, 5, 4, 3, 2, 1 };
    uint8_t block[128] = { 0x6a }, big[128];
    struct span good = respond(SPAN("\x6a"), SPAN("\x34\xcc"), DIGEST_SHA256, challenge);
    const struct {
        const char *what;
        struct span response;
        enum result result;
    } cases[] = {
        { "the answer to another challenge", respond(SPAN("\x6a"), SPAN("\x34\xcc"), DIGEST_SHA256, other),
          RESULT_FORGED },
        { "SHA-256 under the trailer of SHA-1",
          respond(SPAN("\x6a"), SPAN("\x33\xcc"), DIGEST_SHA256, challenge), RESULT_FORGED },
        { "a trailer that names no digest", respond(SPAN("\x6a"), SPAN("\x31\xcc"), DIGEST_SHA256, challenge),
          RESULT_FORGED },
        { "no trailer", respond(SPAN("\x6a"), SPAN("\x34\xcd"), DIGEST_SHA256, challenge), RESULT_FORGED },
        { "the header of total recovery", respond(SPAN("\x4a"), SPAN("\x34\xcc"), DIGEST_SHA256, challenge),
          RESULT_FORGED },
        { "padding that does not end",
          respond(SPAN("\x6b\xbb\xbb"), SPAN("\x34\xcc"), DIGEST_SHA256, challenge), RESULT_FORGED },
        { "only a header", raise(block, sizeof block), RESULT_FORGED },
        { "one byte short", span_sub(good, 1, good.n), RESULT_FORGED },
        { "a number above the modulus", span_of(memset(big, 0xff, sizeof big), sizeof big), RESULT_FORGED },
        { "nothing", { 0 }, RESULT_UNDETERMINED },
    };
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (judge(dg15_rsa, (struct span){ 0 }, cases[i].response, &w) != cases[i].result)
            fail_msg("%s", cases[i].what);
        assert_string_equal(w.reason, "active-authentication");
        assert_non_null(w.clause);
    }
    for (size_t i = 0; i < good.n; i++) {
        uint8_t copy[128];

        memcpy(copy, good.p, good.n);
        copy[i] ^= (uint8_t)(1u << i % 8);
        assert_int_equal(judge(dg15_rsa, (struct span){ 0 }, span_of(copy, good.n), &w), RESULT_FORGED);
    }
}

/* ActiveAuthenticationInfo with an algorithm of ecdsa-plain-signatures. */
static struct span dg14_of(uint8_t arc)
{
    uint8_t oid[] = { 0x04, 0x00, 0x7f, 0x00, 0x07, 0x01, 0x01, 0x04, 0x01, arc };
    struct buffer b;
    size_t set, info;

    buf_init(&b, 256);
    set = der_put_begin(&b, DER_SET);
    info = der_put_begin(&b, DER_SEQUENCE);
    der_put(&b, DER_OID, SPAN("\x67\x81\x08\x01\x01\x05"));
    der_put_uint(&b, 1);
    der_put(&b, DER_OID, span_of(oid, sizeof oid));
    der_put_end(&b, info);
    der_put_end(&b, set);
    return tagged(0x6e, keep(&b));
}

static struct span dg15_of(const struct private_key *k)
{
    struct buffer b;

    buf_init(&b, 1024);
    private_key_spki(k, &b);
    return tagged(0x6f, keep(&b));
}

static struct span sign(const struct private_key *k, enum sig_scheme scheme, enum digest_alg alg)
{
    struct digest d;
    struct buffer b;

    digest_of(alg, span_of(challenge, 8), &d);
    buf_init(&b, 512);
    assert_true(signature_make(k, scheme, &d, &b, NULL));
    return keep(&b);
}

static void elliptic_curves_sign_the_challenge(void **state)
{
    static const enum curve curves[] = { CURVE_P224, CURVE_P256, CURVE_BP256, CURVE_BP384, CURVE_P521 };
    static const enum digest_alg algs[] = { DIGEST_SHA1, DIGEST_SHA224, DIGEST_SHA256, DIGEST_SHA384,
                                            DIGEST_SHA512 };
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        struct private_key *k;
        struct span dg15, sig;

        assert_true(private_key_generate(curves[i], &k, NULL));
        dg15 = dg15_of(k);
        for (uint8_t arc = 1; arc <= 5; arc++) {
            sig = sign(k, SIG_ECDSA_RAW, algs[arc - 1]);
            assert_int_equal(judge(dg15, dg14_of(arc), sig, &w), RESULT_GENUINE);
            assert_int_equal(judge(dg15, dg14_of(arc % 5 + 1), sig, &w), RESULT_FORGED);
            assert_int_equal(judge(dg15, dg14_of(arc), sign(k, SIG_ECDSA_DER, algs[arc - 1]), &w),
                             RESULT_GENUINE);
        }
        assert_int_equal(judge(dg15, (struct span){ 0 }, sig, &w), RESULT_UNDETERMINED);
        assert_int_equal(judge(dg15, dg14_of(6), sig, &w), RESULT_UNDETERMINED); /* RIPEMD-160 */
        assert_int_equal(judge(dg15, SPAN("\x6e\x01\x00"), sig, &w), RESULT_MALFORMED);
        private_key_free(k);
    }
}

static void r_and_s_of_zero_are_no_answer(void **state)
{
    struct private_key *k;
    uint8_t zero[64] = { 0 };
    struct why w;

    (void)state;
    assert_true(private_key_generate(CURVE_P256, &k, NULL));
    assert_int_equal(judge(dg15_of(k), dg14_of(3), span_of(zero, 64), &w), RESULT_FORGED);
    private_key_free(k);
}

/* In the whole: a genuine EF.SOD over DG15, and whoever answers. */
static void a_copied_chip_is_forged(void **state)
{
    struct certificate_order o = {
        CERTIFICATE_COUNTRY_SIGNER, "UT", NULL, "CSCA", 1, 1600000000, 2000000000, NULL
    };
    struct private_key *ca_key = NULL, *key = NULL, *chip_key = NULL, *clone_key = NULL;
    struct anchor_set *set = anchor_set_new(), *none = anchor_set_new();
    struct buffer ca, dsc, sod;
    struct span dg[3] = { SPAN("\x61\x5b\x5f\x1f\x58P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
                               "L898902C36UTO7408122F3204159ZE184226B<<<<<18") };
    struct chip_options opt = { .anchors = set, .at = 1760000000, .aa_challenge = span_of(challenge, 8) };
    struct data_group group[3];
    struct findings f;
    struct chip c;

    (void)state;
    assert_true(private_key_generate(CURVE_P256, &ca_key, NULL) &&
                private_key_generate(CURVE_P256, &key, NULL) &&
                private_key_generate(CURVE_P256, &chip_key, NULL) &&
                private_key_generate(CURVE_P256, &clone_key, NULL));
    buf_init(&ca, 8192);
    buf_init(&dsc, 8192);
    buf_init(&sod, 65536);
    assert_true(certificate_issue(&o, ca_key, ca_key, (struct span){ 0 }, &ca, NULL));
    o = (struct certificate_order){
        CERTIFICATE_DOCUMENT_SIGNER, "UT", NULL, "DS", 2, 1700000000, 1900000000, "P"
    };
    assert_true(certificate_issue(&o, key, ca_key, buf_span(&ca), &dsc, NULL));
    assert_true(anchor_set_add(set, buf_span(&ca), NULL, ANCHOR_VOUCHED, NULL, NULL));
    dg[1] = dg14_of(3);
    dg[2] = dg15_of(chip_key);
    make_sod(&(struct sod_order){ .signer = key, .dsc = buf_span(&dsc), .dg = dg, .n_dg = 3 }, &sod);
    for (size_t i = 0; i < 3; i++)
        group[i] = (struct data_group){ 0, dg[i] };

    opt.aa_response = sign(chip_key, SIG_ECDSA_RAW, DIGEST_SHA256);
    findings_init(&f);
    assert_int_equal(chip_verify(buf_span(&sod), group, 3, &opt, &test_arena, &c, &f), RESULT_GENUINE);
    assert_int_equal(c.active_authentication, STEP_HOLDS);
    for (size_t i = 0; i < f.n; i++)
        assert_string_not_equal(f.item[i].why.reason, "clone-not-ruled-out");

    opt.aa_response = sign(clone_key, SIG_ECDSA_RAW, DIGEST_SHA256);
    assert_int_equal(chip_verify(buf_span(&sod), group, 3, &opt, &test_arena, &c, NULL), RESULT_FORGED);
    assert_string_equal(c.why.reason, "active-authentication");
    assert_int_equal(c.active_authentication, STEP_FAILS);

    /* A copy that brings its own DG15 is caught by the hash, and its answer is not looked at. */
    group[2].bytes = dg15_of(clone_key);
    assert_int_equal(chip_verify(buf_span(&sod), group, 3, &opt, &test_arena, &c, NULL), RESULT_FORGED);
    assert_string_equal(c.why.reason, "data-group-hash");
    assert_int_equal(c.active_authentication, STEP_NOT_DONE);

    group[2].bytes = dg[2];
    opt.aa_response = (struct span){ 0 };
    assert_int_equal(chip_verify(buf_span(&sod), group, 3, &opt, &test_arena, &c, NULL), RESULT_UNDETERMINED);
    assert_string_equal(c.why.reason, "active-authentication");

    /* Nobody vouches for the key in DG15: what it signed says nothing. */
    opt.aa_response = sign(clone_key, SIG_ECDSA_RAW, DIGEST_SHA256);
    opt.anchors = none;
    assert_int_equal(chip_verify(buf_span(&sod), group, 3, &opt, &test_arena, &c, NULL), RESULT_NO_ANCHOR);
    assert_int_equal(c.active_authentication, STEP_NOT_DONE);

    opt = (struct chip_options){ .anchors = set, .at = 1760000000 };
    findings_init(&f);
    assert_int_equal(chip_verify(buf_span(&sod), group, 3, &opt, &test_arena, &c, &f), RESULT_GENUINE);
    assert_string_equal(f.item[f.n - 1].why.reason, "clone-not-ruled-out");
    private_key_free(ca_key);
    private_key_free(key);
    private_key_free(chip_key);
    private_key_free(clone_key);
    anchor_set_free(set);
    anchor_set_free(none);
    buf_free(&ca);
    buf_free(&dsc);
    buf_free(&sod);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trailer_holds),
        cmocka_unit_test(the_smaller_of_two_signatures_holds),
        cmocka_unit_test(a_copy_cannot_answer),
        cmocka_unit_test(elliptic_curves_sign_the_challenge),
        cmocka_unit_test(r_and_s_of_zero_are_no_answer),
        cmocka_unit_test(a_copied_chip_is_forged),
    };

    return cmocka_run_group_tests_name("active-authentication", tests, setup, teardown);
}
