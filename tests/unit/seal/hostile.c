/*
 * Inputs made to cost more than they are worth. Each is refused within 10 ms of processor time (times SLACK,
 * since sanitizers and busy machines are slower), and for the reason that it should be.
 */
#include "vectors.h"

#include <stdlib.h>
#include <time.h>

#include "make_sod.h"
#include "sanitized.h"
#include "seal/chip.h"
#include "seal/crl.h"
#include "wire/der.h"
#include "wire/der_write.h"

enum { SLACK = SANITIZED ? 20 : 3 };

static EVP_PKEY *ca_key, *ds_key;
static struct span csca;
static struct anchor_set *set;

static double processor_time(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct span keep(struct buffer *b)
{
    struct span s = arena_copy(&test_arena, buf_span(b));

    assert_true(buf_ok(b) && s.n);
    buf_free(b);
    return s;
}

/* part n times, in an item of that tag; tag 0: bare. */
static struct span many(uint8_t tag, struct span part, size_t n)
{
    struct buffer b;
    size_t at = 0;

    buf_init(&b, 4 << 20);
    if (tag)
        at = der_put_begin(&b, tag);
    while (n--)
        buf_put(&b, part);
    if (tag)
        der_put_end(&b, at);
    return keep(&b);
}

static struct odd_certificate signer(void)
{
    return (struct odd_certificate){ .by = { ca_key, SIGN_ECDSA, DIGEST_SHA256, 0 },
                                     .key = ds_key,
                                     .subject = name_make("UT", "DS", DER_UTF8_STRING, false, &test_arena),
                                     .issuer = name_make("UT", "CSCA", DER_UTF8_STRING, false, &test_arena),
                                     .serial = SPAN("\x02"),
                                     .ski = SPAN("signer"),
                                     .aki = SPAN("country") };
}

static struct span put_together(struct sod_order *o)
{
    static const struct span dg = { (const uint8_t *)"\x75\x01\x00", 3 };
    const struct signing by = { ds_key, SIGN_ECDSA, DIGEST_SHA256, 0 };
    struct odd_certificate dsc = signer();
    struct buffer b;

    o->by = &by;
    o->arena = &test_arena;
    o->dg = &dg;
    o->n_dg = 1;
    if (!o->dsc.n)
        o->dsc = certificate_make(&dsc, &test_arena);
    buf_init(&b, 4 << 20);
    make_sod(o, &b);
    return keep(&b);
}

static void refuse(const char *what, struct span sod, const struct data_group *dg, size_t n,
                   enum result result, const char *reason)
{
    struct chip_options opt = { .anchors = set, .at = 1760000000 };
    struct findings f;
    struct chip c;
    double t;

    findings_init(&f);
    t = processor_time();
    (void)chip_verify(sod, dg, n, &opt, &test_arena, &c, &f);
    t = processor_time() - t;
    if (c.result != result || !c.why.reason || strcmp(c.why.reason, reason) != 0)
        fail_msg("%s: %s, %s: %s", what, result_word(c.result), c.why.reason, c.why.detail);
    if (t > 0.010 * SLACK)
        fail_msg("%s takes %.1f ms", what, 1e3 * t);
}

static void lengths_are_compared_before_they_are_used(void **state)
{
    const struct data_group group = { 2, SPAN("\x75\x84\xff\xff\xff\xff\x00\x00") };
    struct sod_order o = { 0 };

    (void)state;
    refuse("8 bytes that claim 4 GiB", SPAN("\x77\x84\xff\xff\xff\xff\x30\x80"), NULL, 0, RESULT_MALFORMED,
           "der");
    refuse("a length near INT_MAX", SPAN("\x77\x84\x7f\xff\xff\xff\x30\x80"), NULL, 0, RESULT_MALFORMED,
           "der");
    refuse("a length of nine octets", SPAN("\x77\x89\x01\x01\x01\x01\x01\x01\x01\x01\x01"), NULL, 0,
           RESULT_MALFORMED, "der");
    refuse("a data group that claims 4 GiB", put_together(&o), &group, 1, RESULT_MALFORMED, "lds");
}

static void what_repeats_costs_no_square(void **state)
{
    struct odd_certificate c = signer();
    struct span dsc = certificate_make(&c, &test_arena), other, attribute, hash, rdn;
    struct sod_order o;

    (void)state;
    c.key = ca_key; /* same issuer and serial number, not the key that signed */
    other = certificate_make(&c, &test_arena);
    o = (struct sod_order){ .dsc = other, .more = many(0, other, 14) };
    refuse("15 certificates of one issuer and serial number", put_together(&o), NULL, 0, RESULT_MALFORMED,
           "signers");
    o = (struct sod_order){ .dsc = dsc, .more = many(0, other, 250) };
    refuse("250 certificates", put_together(&o), NULL, 0, RESULT_MALFORMED, "cms");
    attribute = SPAN("\x30\x09\x06\x03\x2a\x03\x04\x31\x02\x05\x00");
    o = (struct sod_order){ .dsc = dsc, .attributes = many(0, attribute, 20000) };
    refuse("20,000 attributes", put_together(&o), NULL, 0, RESULT_UNDETERMINED, "data-group-missing");
    hash = SPAN("\x30\x25\x02\x01\x01\x04\x20________________________________");
    hash = many(DER_SEQUENCE, hash, 5000);
    {
        struct buffer b;
        size_t at;

        buf_init(&b, 1 << 20);
        at = der_put_begin(&b, DER_SEQUENCE);
        der_put_uint(&b, 0);
        der_put(&b, DER_SEQUENCE, SPAN("\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"));
        buf_put(&b, hash);
        der_put_end(&b, at);
        o = (struct sod_order){ .dsc = dsc, .content = keep(&b) };
    }
    refuse("5,000 hashes of data groups", put_together(&o), NULL, 0, RESULT_MALFORMED, "lds");
    rdn = SPAN("\x31\x0b\x30\x09\x06\x03\x55\x04\x0b\x0c\x02zz");
    o = (struct sod_order){ .dsc = dsc, .issuer = many(DER_SEQUENCE, rdn, 15000), .serial = SPAN("\x02") };
    refuse("a name of 15,000 parts for the signer", put_together(&o), NULL, 0, RESULT_UNDETERMINED,
           "no-signer");
    c = signer();
    c.issuer = many(DER_SEQUENCE, rdn, 3000);
    o = (struct sod_order){ .dsc = certificate_make(&c, &test_arena) };
    refuse("a name of 3,000 parts in the certificate", put_together(&o), NULL, 0, RESULT_UNDETERMINED,
           "data-group-missing");
    c = signer();
    c.more = many(0, extension_make(SPAN("\x2a\x03\x04"), true, SPAN("\x05\x00"), &test_arena), 3000);
    o = (struct sod_order){ .dsc = certificate_make(&c, &test_arena) };
    refuse("3,000 extensions", put_together(&o), NULL, 0, RESULT_UNDETERMINED, "data-group-missing");
}

static void content_in_pieces(void **state)
{
    static uint8_t in[200 * 1024];
    static const uint8_t head[] = { 0x77, 0x80, 0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                    0x0d, 0x01, 0x07, 0x02, 0xa0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x03,
                                    0x31, 0x0d, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65,
                                    0x03, 0x04, 0x02, 0x01, 0x30, 0x80, 0x06, 0x06, 0x67, 0x81, 0x08,
                                    0x01, 0x01, 0x01, 0xa0, 0x80, 0x24, 0x80 };
    size_t n = sizeof head;

    (void)state;
    memcpy(in, head, n);
    for (; n + 3 < sizeof in - 32; n += 3)
        memcpy(in + n, "\x04\x01x", 3);
    refuse("66,000 pieces of a byte, and no end", span_of(in, n), NULL, 0, RESULT_MALFORMED, "der");
    refuse("66,000 pieces of a byte, and no signer", span_of(in, n + 14), NULL, 0, RESULT_MALFORMED, "cms");
}

/* RSA SubjectPublicKeyInfo of any size: no such key need exist. */
static struct span rsa_spki(size_t bytes, size_t exponent)
{
    uint8_t *modulus = arena_alloc(&test_arena, bytes + 1), *e = arena_alloc(&test_arena, exponent + 1);
    struct buffer key, b;
    size_t at;

    memset(modulus + 1, 0xd7, bytes);
    memset(e + 1, 0x7f, exponent);
    buf_init(&key, 1 << 16);
    at = der_put_begin(&key, DER_SEQUENCE);
    der_put(&key, DER_INTEGER, span_of(modulus, bytes + 1));
    der_put(&key, DER_INTEGER, span_of(e + 1, exponent));
    der_put_end(&key, at);
    buf_init(&b, 1 << 16);
    at = der_put_begin(&b, DER_SEQUENCE);
    der_put(&b, DER_SEQUENCE, SPAN("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"));
    der_put_bits(&b, buf_span(&key));
    der_put_end(&b, at);
    buf_free(&key);
    return keep(&b);
}

static void with_key(const char *what, struct span spki, const uint8_t *signature, size_t n,
                     enum result result, const char *reason)
{
    struct odd_certificate c = signer();
    struct sod_order o = { .signature = span_of(signature, n) };

    c.spki = spki;
    o.dsc = certificate_make(&c, &test_arena);
    refuse(what, put_together(&o), NULL, 0, result, reason);
}

static void keys_of_absurd_size(void **state)
{
    static uint8_t sig[2048] = { 1 };

    (void)state;
    with_key("a modulus of 16,384 bits", rsa_spki(2048, 3), sig, 2048, RESULT_UNDETERMINED,
             "key-not-supported");
    with_key("a modulus of 400,000 bits", rsa_spki(50000, 3), sig, 2048, RESULT_UNDETERMINED,
             "key-not-supported");
    with_key("an exponent of 2,048 bits", rsa_spki(256, 256), sig, 256, RESULT_UNDETERMINED,
             "key-not-supported");
    with_key("the longest modulus and exponent that are taken", rsa_spki(1024, 8), sig, 1024, RESULT_FORGED,
             "signature");
}

/* Each number of explicit parameters spoiled: a composite prime, another order, a generator of another order.
 */
static void crafted_curves(void **state)
{
    EVP_PKEY *k = key_ec("P-256", true);
    struct span spki = key_spki(k, &test_arena);
    uint8_t *copy = arena_alloc(&test_arena, spki.n),
            sig[] = { 0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01 };
    const uint8_t *seed;
    size_t last = spki.n - 69; /* of the parameters: the cofactor */

    (void)state;
    memcpy(copy, spki.p, spki.n);
    seed = memmem(copy, spki.n, "\x03\x15\x00", 3);
    assert_non_null(seed);
    with_key("the right parameters", spki, sig, sizeof sig, RESULT_FORGED, "signature");
    assert_int_equal(spki.p[last], 1);
    copy[last] = 2;
    with_key("a cofactor of 2", span_of(copy, spki.n), sig, sizeof sig, RESULT_UNDETERMINED,
             "key-not-supported");
    copy[last] = 1;
    for (size_t i = 50; i < last - 2; i += 3) {
        static const char *const kinds[] = { "key-not-supported", "key", "der", "certificate" };
        struct odd_certificate c = signer();
        struct sod_order o = { .signature = span_of(sig, sizeof sig),
                               .issuer = c.issuer,
                               .serial = c.serial };
        struct chip_options opt = { .anchors = set, .at = 1760000000 };
        struct span sod;
        struct chip out;
        size_t j = 0;
        double t;

        copy[i] ^= 2;
        c.spki = span_of(copy, spki.n);
        o.dsc = certificate_make(&c, &test_arena);
        sod = put_together(&o);
        t = processor_time();
        (void)chip_verify(sod, NULL, 0, &opt, &test_arena, &out, NULL);
        assert_true(processor_time() - t < 0.010 * SLACK);
        if (!out.why.reason)
            fail_msg("byte %zu: %s without a reason", i, result_word(out.result));
        while (j < 4 && strcmp(out.why.reason, kinds[j]) != 0)
            j++;
        /* The seed says how somebody chose the curve; no arithmetic uses it. */
        if (j == 4 && !(copy + i > seed && copy + i < seed + 23 && strcmp(out.why.reason, "signature") == 0))
            fail_msg("byte %zu of the parameters: %s", i, out.why.reason);
        copy[i] ^= 2;
    }
    EVP_PKEY_free(k);
}

/* PSS in SignerInfo with salts that no modulus can hold, or no parameters mean. */
static void absurd_salts(void **state)
{
    static const struct {
        int salt;
        enum result result;
        const char *reason;
    } cases[] = { { 223, RESULT_FORGED, "signature" },
                  { 1024, RESULT_FORGED, "signature" },
                  { 1025, RESULT_UNDETERMINED, "algorithm-not-supported" },
                  { 1 << 30, RESULT_UNDETERMINED, "algorithm-not-supported" } };
    static const uint8_t sig[256] = { 1 };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct signing s = { ca_key, SIGN_PSS, DIGEST_SHA256, cases[i].salt };
        struct odd_certificate c = signer();
        struct sod_order o = { .signature = span_of(sig, sizeof sig),
                               .signature_algorithm = signing_algorithm(&s, &test_arena) };

        c.spki = rsa_spki(256, 2);
        o.dsc = certificate_make(&c, &test_arena);
        refuse("a salt", put_together(&o), NULL, 0, cases[i].result, cases[i].reason);
    }
}

/* A hundred thousand revoked certificates, asked a hundred thousand times. */
static void long_revocation_lists(void **state)
{
    enum { N = 100000 };
    struct span *sorted = arena_array(&test_arena, N, sizeof *sorted);
    struct buffer b;
    struct crl list = { 0 };
    uint8_t serial[3];
    double t;

    (void)state;
    buf_init(&b, 8 << 20);
    for (uint32_t i = 0; i < N; i++) {
        uint32_t v = i * 7919 % 0x7fffff; /* out of order */
        size_t at = der_put_begin(&b, DER_SEQUENCE);

        der_put_uint(&b, v);
        der_put(&b, DER_UTC_TIME, SPAN("250101000000Z"));
        der_put_end(&b, at);
    }
    list.revoked = buf_span(&b);
    assert_int_equal(crl_count(&list), N);
    crl_sort(&list, sorted);
    for (uint32_t i = 0; i < 2000; i++) {
        serial[0] = (uint8_t)(i * 37 >> 16 & 0x7f);
        serial[1] = (uint8_t)(i * 37 >> 8);
        serial[2] = (uint8_t)(i * 37);
        if (i % 100 == 0)
            assert_int_equal(crl_sorted_lists(sorted, N, span_of(serial, 3)),
                             crl_lists(&list, span_of(serial, 3)));
    }
    t = processor_time();
    for (uint32_t i = 0; i < N; i++) {
        serial[0] = 0x10;
        serial[1] = (uint8_t)(i >> 8);
        serial[2] = (uint8_t)i;
        (void)!crl_sorted_lists(sorted, N, span_of(serial, 3));
    }
    t = (processor_time() - t) / N;
    if (t > 0.000005 * SLACK)
        fail_msg("a question takes %.1f us", 1e6 * t);
    buf_free(&b);
}

static int setup(void **state)
{
    struct odd_certificate c;

    if (arena_setup(state) != 0)
        return 1;
    ca_key = key_ec("P-256", false);
    ds_key = key_ec("P-256", false);
    c = signer();
    c.key = ca_key;
    c.subject = c.issuer;
    c.ski = c.aki;
    c.ca = true;
    csca = certificate_make(&c, &test_arena);
    set = anchor_set_new();
    return !anchor_set_add(set, csca, NULL, ANCHOR_VOUCHED, NULL, NULL);
}

static int teardown(void **state)
{
    EVP_PKEY_free(ca_key);
    EVP_PKEY_free(ds_key);
    anchor_set_free(set);
    return arena_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_compared_before_they_are_used),
        cmocka_unit_test(what_repeats_costs_no_square),
        cmocka_unit_test(content_in_pieces),
        cmocka_unit_test(keys_of_absurd_size),
        cmocka_unit_test(crafted_curves),
        cmocka_unit_test(absurd_salts),
        cmocka_unit_test(long_revocation_lists),
    };

    return cmocka_run_group_tests_name("hostile", tests, setup, teardown);
}
