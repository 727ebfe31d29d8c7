#include "vectors.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/x509.h>

#include "crypto/exchange.h"
#include "crypto/node_key.h"
#include "guard.h"
#include "wire/der_write.h"

static const struct {
    unsigned id;
    const char *name;
    size_t bytes;
} standard[] = {
    { 0, "DH 1024/160", 128 },     { 1, "DH 2048/224", 256 },    { 2, "DH 2048/256", 256 },
    { 8, "secp192r1", 24 },        { 9, "brainpoolP192r1", 24 }, { 10, "secp224r1", 28 },
    { 11, "brainpoolP224r1", 28 }, { 12, "secp256r1", 32 },      { 13, "brainpoolP256r1", 32 },
    { 14, "brainpoolP320r1", 40 }, { 15, "secp384r1", 48 },      { 16, "brainpoolP384r1", 48 },
    { 17, "brainpoolP512r1", 64 }, { 18, "secp521r1", 66 },
};

static struct domain *domain(unsigned id)
{
    struct domain *d = NULL;

    assert_true(domain_standard(id, &d, NULL));
    return d;
}

static void the_table_of_the_standard(void **state)
{
    static const unsigned reserved[] = { 3, 4, 5, 6, 7, 19, 31, 32, 255, 0xffffffff };

    (void)state;
    for (size_t i = 0; i < sizeof standard / sizeof standard[0]; i++) {
        struct domain *d = domain(standard[i].id);

        assert_string_equal(domain_name(d), standard[i].name);
        assert_int_equal(domain_bytes(d), standard[i].bytes);
        assert_int_equal(domain_kind(d), standard[i].id < 3 ? EXCHANGE_DH : EXCHANGE_ECDH);
        assert_int_equal(domain_maps_integrated(d), standard[i].id != 10);
        domain_free(d);
    }
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        struct domain *d = NULL;
        struct why w = { 0 };

        assert_false(domain_standard(reserved[i], &d, &w));
        assert_null(d);
        assert_string_equal(w.reason, "key-not-supported");
        assert_string_equal(w.clause, "Doc 9303-11 9.5.1");
    }
}

static void zeros(void *p, size_t n)
{
    memset(p, 0, n);
}

static void ones(void *p, size_t n)
{
    memset(p, 0xff, n);
}

/* Extremes of the random source stay within 1 to q - 1: the public key is valid. */
static void private_keys_are_in_range(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof standard / sizeof standard[0]; i++) {
        struct domain *d = domain(standard[i].id);
        struct octets x, y, g;

        exchange_private(d, zeros, &x);
        exchange_public(d, &x, &y);
        domain_generator(d, &g);
        assert_true(span_eq(octets_span(&y), octets_span(&g))); /* the key 1 */
        exchange_private(d, ones, &x);
        exchange_public(d, &x, &y);
        assert_true(exchange_check(d, octets_span(&y), NULL));
        domain_free(d);
    }
}

/* Both sides come to the same, before and after each mapping, and the secret has the length of the field. */
static void both_sides_agree(void **state)
{
    static const uint8_t nonce[32] = { 1, 2, 3 }, other[32] = { 4, 5 };

    (void)state;
    for (size_t i = 0; i < 3 * sizeof standard / sizeof standard[0]; i++) {
        unsigned id = standard[i / 3].id;
        struct domain *a = domain(id), *b = domain(id);
        struct octets ax, ay, bx, by, s, t;

        exchange_private(a, random_bytes, &ax);
        exchange_public(a, &ax, &ay);
        exchange_private(b, random_bytes, &bx);
        exchange_public(b, &bx, &by);
        if (i % 3 == 1) {
            assert_true(domain_map_generic(a, span_of(nonce, 16), &ax, octets_span(&by), NULL));
            assert_true(domain_map_generic(b, span_of(nonce, 16), &bx, octets_span(&ay), NULL));
        } else if (i % 3 == 2 && id != 10) {
            assert_true(
                domain_map_integrated(a, CIPHER_AES192, span_of(nonce, 32), span_of(other, 24), NULL));
            assert_true(
                domain_map_integrated(b, CIPHER_AES192, span_of(nonce, 32), span_of(other, 24), NULL));
        }
        domain_generator(a, &s);
        domain_generator(b, &t);
        assert_true(span_eq(octets_span(&s), octets_span(&t)));
        exchange_public(a, &ax, &ay);
        exchange_public(b, &bx, &by);
        assert_true(exchange_secret(a, &ax, octets_span(&by), &s, NULL));
        assert_true(exchange_secret(b, &bx, octets_span(&ay), &t, NULL));
        assert_true(span_eq(octets_span(&s), octets_span(&t)));
        assert_int_equal(s.n, standard[i / 3].bytes);
        domain_free(a);
        domain_free(b);
    }
}

static void refused(const struct domain *d, struct span key, const char *what)
{
    struct octets x, s = { .n = 99 };
    struct span copy = guard_copy(key);
    struct why w = { 0 };
    struct domain *map = NULL;

    exchange_private(d, random_bytes, &x);
    if (exchange_check(d, copy, &w) || exchange_secret(d, &x, copy, &s, NULL))
        fail_msg("%s: %s", domain_name(d), what);
    assert_string_equal(w.reason, "public-key");
    assert_string_equal(w.clause, "Doc 9303-11 9.6; BSI TR-03111 4.3.1, RFC 2631 2.1.5");
    assert_int_equal(s.n, 99);
    for (size_t i = 0; i < sizeof standard / sizeof standard[0] && !map; i++)
        if (strcmp(standard[i].name, domain_name(d)) == 0)
            map = domain(standard[i].id);
    assert_false(domain_map_generic(map, SPAN("0123456789abcdef"), &x, copy, NULL));
    domain_free(map);
    guard_free(copy);
}

static void hostile_points_are_refused(void **state)
{
    (void)state;
    for (size_t i = 3; i < sizeof standard / sizeof standard[0]; i++) {
        struct domain *d = domain(standard[i].id);
        size_t n = standard[i].bytes;
        struct octets g, bad;

        domain_generator(d, &g);
        refused(d, (struct span){ NULL, 0 }, "nothing");
        refused(d, SPAN("\0"), "the point at infinity");
        refused(d, span_of(g.b, n + 1), "half of it");
        refused(d, span_of(g.b, g.n - 1), "one byte too few");
        g.b[g.n] = 0;
        refused(d, span_of(g.b, g.n + 1), "one byte too many");
        bad = g;
        bad.b[0] = 2 | (g.b[2 * n] & 1);
        bad.n = n + 1;
        refused(d, octets_span(&bad), "compressed");
        bad = g;
        bad.b[0] = 6 | (g.b[2 * n] & 1);
        refused(d, octets_span(&bad), "hybrid");
        bad = g;
        bad.b[2 * n] ^= 1;
        refused(d, octets_span(&bad), "off the curve");
        memset(bad.b + 1, 0, 2 * n);
        refused(d, octets_span(&bad), "zeros");
        memset(bad.b + 1, 0xff, 2 * n);
        refused(d, octets_span(&bad), "coordinates beyond the field");
        domain_free(d);
    }
}

/* p - 1 has order 2; p + 1 is 1; a random number is almost never in the subgroup. */
static void hostile_numbers_are_refused(void **state)
{
    (void)state;
    for (unsigned id = 0; id < 3; id++) {
        struct domain *d = domain(id);
        size_t n = standard[id].bytes;
        struct octets bad = { .n = n };
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
        char group[] = "dh_1024_160";
        EVP_PKEY *key = NULL;
        BIGNUM *p = NULL;

        memcpy(group, id == 0 ? "dh_1024_160" : id == 1 ? "dh_2048_224" : "dh_2048_256", 11);
        assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
        assert_int_equal(
            EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEY_PARAMETERS,
                              (OSSL_PARAM[]){ OSSL_PARAM_utf8_string("group", group, 0), OSSL_PARAM_END }),
            1);
        assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &p), 1);

        refused(d, (struct span){ NULL, 0 }, "nothing");
        refused(d, SPAN("\0"), "0");
        refused(d, SPAN("\1"), "1");
        refused(d, SPAN("\2"), "2, of another order");
        assert_int_equal(BN_bn2binpad(p, bad.b, (int)n), (int)n);
        refused(d, octets_span(&bad), "p");
        bad.b[n - 1]--;
        refused(d, octets_span(&bad), "p - 1");
        bad.b[n - 1] += 2;
        refused(d, octets_span(&bad), "p + 1");
        memset(bad.b, 0xff, n);
        refused(d, octets_span(&bad), "beyond p");
        memset(bad.b, 0, n + 1);
        bad.b[n] = 4;
        bad.n = n + 1;
        refused(d, octets_span(&bad), "longer than p");
        BN_free(p);
        EVP_PKEY_free(key);
        EVP_PKEY_CTX_free(ctx);
        domain_free(d);
    }
}

/* A mapping key that makes the shared point the negative of nonce times G. */
static void a_mapping_to_nothing_is_refused(void **state)
{
    struct domain *d = domain(12);
    struct octets one = { .n = 1, .b = { 1 } }, five = { .n = 1, .b = { 5 } }, key;
    EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *p = EC_POINT_new(g);
    struct why w = { 0 };

    (void)state;
    exchange_public(d, &five, &key);
    assert_int_equal(EC_POINT_oct2point(g, p, key.b, key.n, NULL), 1);
    assert_int_equal(EC_POINT_invert(g, p, NULL), 1);
    key.n = EC_POINT_point2oct(g, p, POINT_CONVERSION_UNCOMPRESSED, key.b, sizeof key.b, NULL);
    assert_false(domain_map_generic(d, SPAN("\5"), &one, octets_span(&key), &w));
    assert_string_equal(w.reason, "public-key");
    assert_string_equal(w.clause, "Doc 9303-11 4.4.3.3.1");
    assert_true(domain_map_generic(d, SPAN("\6"), &one, octets_span(&key), &w));
    EC_POINT_free(p);
    EC_GROUP_free(g);
    domain_free(d);
}

static void integrated_mapping_wants_its_sizes(void **state)
{
    static const struct {
        unsigned id;
        enum cipher_alg alg;
        size_t nonce, other;
        const char *reason; /* NULL: taken */
    } cases[] = {
        { 13, CIPHER_AES128, 16, 16, NULL },    { 13, CIPHER_3DES, 16, 16, NULL },
        { 13, CIPHER_AES192, 32, 24, NULL },    { 13, CIPHER_AES256, 32, 32, NULL },
        { 13, CIPHER_AES256, 16, 32, "nonce" }, { 13, CIPHER_AES192, 24, 24, "nonce" },
        { 13, CIPHER_AES128, 32, 16, "nonce" }, { 13, CIPHER_AES128, 16, 15, "nonce" },
        { 13, CIPHER_AES128, 0, 16, "nonce" },  { 10, CIPHER_AES128, 16, 16, "key-not-supported" },
        { 2, CIPHER_AES128, 16, 16, NULL },
    };
    static const uint8_t bytes[32] = { 9 };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct domain *d = domain(cases[i].id);
        struct octets before, after;
        struct why w = { 0 };
        bool ok;

        domain_generator(d, &before);
        ok = domain_map_integrated(d, cases[i].alg, span_of(bytes, cases[i].nonce),
                                   span_of(bytes, cases[i].other), &w);
        domain_generator(d, &after);
        assert_int_equal(ok, cases[i].reason == NULL);
        assert_int_equal(span_eq(octets_span(&before), octets_span(&after)), !ok);
        if (!ok)
            assert_string_equal(w.reason, cases[i].reason);
        assert_true(exchange_check(d, octets_span(&after), NULL));
        domain_free(d);
    }
}

/* Keys of chips */

static struct span spki_of(const char *type, OSSL_PARAM *params)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;
    unsigned char *p = NULL;
    struct span s;
    int n;

    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_params(ctx, params), 1);
    assert_int_equal(EVP_PKEY_generate(ctx, &key), 1);
    n = i2d_PUBKEY(key, &p);
    assert_true(n > 0);
    s = arena_copy(&test_arena, span_of(p, (size_t)n));
    OPENSSL_free(p);
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(ctx);
    return s;
}

static struct span spki_named(const char *type, const char *group, const char *encoding)
{
    char g[32], e[16];

    (void)snprintf(g, sizeof g, "%s", group);
    (void)snprintf(e, sizeof e, "%s", encoding ? encoding : "");
    return spki_of(type, (OSSL_PARAM[]){ OSSL_PARAM_utf8_string("group", g, 0),
                                         encoding ? (OSSL_PARAM)OSSL_PARAM_utf8_string("encoding", e, 0)
                                                  : (OSSL_PARAM)OSSL_PARAM_END,
                                         OSSL_PARAM_END });
}

static void keys_of_chips_are_read(void **state)
{
    static const struct {
        const char *type, *group, *encoding;
        size_t bytes, key;
    } cases[] = {
        { "EC", "prime256v1", NULL, 32, 65 },
        { "EC", "prime256v1", "explicit", 32, 65 },
        { "EC", "brainpoolP512r1", "explicit", 64, 129 },
        { "EC", "brainpoolP224r1", NULL, 28, 57 },
        { "DHX", "dh_1024_160", NULL, 128, 0 },
        { "DHX", "dh_2048_256", NULL, 256, 0 },
        { "DH", "ffdhe2048", NULL, 256, 0 },
        { "DH", "ffdhe4096", NULL, 512, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span spki = spki_named(cases[i].type, cases[i].group, cases[i].encoding);
        struct span copy = guard_copy(spki);
        struct domain *d = NULL;
        struct octets key, x, y, s;
        struct why w = { 0 };

        if (!domain_from_spki(copy, &d, &key, &w))
            fail_msg("%s %s: %s, %s", cases[i].type, cases[i].group, w.reason, w.detail);
        assert_int_equal(domain_bytes(d), cases[i].bytes);
        if (cases[i].key)
            assert_int_equal(key.n, cases[i].key);
        exchange_private(d, random_bytes, &x);
        exchange_public(d, &x, &y);
        assert_true(exchange_secret(d, &x, octets_span(&key), &s, NULL));
        assert_true(exchange_check(d, octets_span(&y), NULL));
        domain_free(d);
        /* Cut anywhere, it is no key. */
        for (size_t n = 0; n < spki.n; n++)
            assert_false(domain_from_spki(span_sub(spki, 0, n), &d, &key, NULL));
        guard_free(copy);
    }
}

/* {p, g} or {p, q, g} with a key, of our own making. */
static struct span spki_field(const char *p, const char *g, const char *q, const char *y)
{
    struct buffer b, bits;
    uint8_t memory[4096], bits_memory[1024];
    size_t at, alg, seq;

    buf_init_fixed(&b, memory, sizeof memory);
    buf_init_fixed(&bits, bits_memory, sizeof bits_memory);
    at = der_put_begin(&b, 0x30);
    alg = der_put_begin(&b, 0x30);
    der_put(&b, 0x06,
            q ? SPAN("\x2a\x86\x48\xce\x3e\x02\x01") : SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01"));
    seq = der_put_begin(&b, 0x30);
    der_put_number(&b, from_hex(&test_arena, p));
    der_put_number(&b, from_hex(&test_arena, g));
    if (q)
        der_put_number(&b, from_hex(&test_arena, q));
    der_put_end(&b, seq);
    der_put_end(&b, alg);
    der_put_number(&bits, from_hex(&test_arena, y));
    der_put_bits(&b, buf_span(&bits));
    der_put_end(&b, at);
    return arena_copy(&test_arena, buf_span(&b));
}

static char *many(const char *first, char c, size_t n, const char *last)
{
    char *s = arena_alloc(&test_arena, strlen(first) + n + strlen(last) + 1);

    memcpy(s, first, strlen(first));
    memset(s + strlen(first), c, n);
    memcpy(s + strlen(first) + n, last, strlen(last) + 1);
    return s;
}

static void crafted_keys_are_refused(void **state)
{
    const struct {
        const char *what;
        struct span spki;
        const char *reason;
    } cases[] = {
        { "empty", { NULL, 0 }, "der" },
        { "another algorithm", from_hex(&test_arena, "3018300D06092A864886F70D0101010500030700300402010102"),
          "key-not-supported" },
        { "standardized parameters that do not exist",
          from_hex(&test_arena, "3014300C060704007F00070102020105030400040102"), "key-not-supported" },
        { "a negative parameter id", from_hex(&test_arena, "3014300C060704007F000701020201FF030400040102"),
          "der" },
        { "off the curve",
          from_hex(&test_arena, many("3052300C060704007F0007010202010D03420004", '1', 128, "")),
          "public-key" },
        { "infinity as a key", from_hex(&test_arena, "3012300C060704007F0007010202010D03020000"),
          "public-key" },
        { "a small field", spki_field("00FFFFFFFFFFFFFFC5", "02", NULL, "03"), "key-not-supported" },
        { "an even modulus", spki_field(many("FF", 'F', 300, "FE"), "02", NULL, "03"), "key-not-supported" },
        { "a field of 4,104 bits", spki_field(many("FF", 'F', 1022, "FF"), "02", NULL, "03"),
          "key-not-supported" },
        { "a field of 16 kilobits", spki_field(many("FF", 'F', 4000, "FF"), "02", NULL, "03"),
          "key-not-supported" },
        { "generator 1", spki_field(many("FF", 'F', 300, "FB"), "01", NULL, "03"), "key" },
        { "generator 0", spki_field(many("FF", 'F', 300, "FB"), "00", NULL, "03"), "key" },
        { "an order that does not divide",
          spki_field(many("FF", 'F', 300, "FB"), "02", many("FF", 'F', 40, "FB"), "03"), "key" },
        { "a small order", spki_field(many("FF", 'F', 300, "FB"), "02", "05", "03"), "key-not-supported" },
        { "an order beyond the modulus",
          spki_field(many("FF", 'F', 300, "FB"), "02", many("FF", 'F', 302, "FB"), "03"),
          "key-not-supported" },
        { "key 1 where the order is not known", spki_field(many("FF", 'F', 300, "FB"), "02", NULL, "01"),
          "public-key" },
        { "key 0", spki_field(many("FF", 'F', 300, "FB"), "02", NULL, "00"), "public-key" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct domain *d = NULL;
        struct octets key = { .n = 7 };
        struct why w = { 0 };

        if (domain_from_spki(cases[i].spki, &d, &key, &w))
            fail_msg("%s: taken", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0)
            fail_msg("%s: %s, %s", cases[i].what, w.reason, w.detail);
        assert_null(d);
        assert_int_equal(key.n, 7);
    }
}

/* Explicit parameters with one bit changed are not a known curve, whichever bit it is. */
static void changed_curves_are_refused(void **state)
{
    struct span spki = spki_named("EC", "brainpoolP256r1", "explicit");
    uint8_t copy[1024];
    size_t taken = 0;

    (void)state;
    for (size_t i = 0; i < spki.n - 66; i++) {
        struct domain *d = NULL;
        struct octets key;

        memcpy(copy, spki.p, spki.n);
        copy[i] ^= 0x10;
        if (domain_from_spki(span_of(copy, spki.n), &d, &key, NULL)) {
            taken++;
            domain_free(d);
        }
    }
    assert_int_equal(taken, 0);
}

static void groups_are_told_apart(void **state)
{
    struct domain *a = domain(13), *b = domain(12), *c = domain(1), *d = domain(2), *e = NULL;
    struct octets key;

    (void)state;
    assert_true(domain_from_spki(spki_named("EC", "brainpoolP256r1", "explicit"), &e, &key, NULL));
    assert_true(domain_same(a, e));
    assert_false(domain_same(a, b));
    assert_false(domain_same(a, c));
    assert_false(domain_same(c, d));
    assert_true(domain_same(c, c));
    domain_free(a);
    domain_free(b);
    domain_free(c);
    domain_free(d);
    domain_free(e);
    domain_free(NULL);
}

static void multiples(void **state)
{
    struct domain *d = domain(13), *field = domain(0);
    struct octets g, out, three = { .n = 1, .b = { 3 } }, want;
    struct why w = { 0 };
    uint8_t big[33];

    (void)state;
    domain_generator(d, &g);
    exchange_public(d, &three, &want);
    assert_true(exchange_multiply(d, SPAN("\3"), octets_span(&g), &out, &w));
    assert_true(span_eq(octets_span(&out), octets_span(&want)));
    assert_false(exchange_multiply(d, SPAN("\0"), octets_span(&g), &out, &w));
    assert_string_equal(w.reason, "public-key");
    memset(big, 0xff, sizeof big);
    assert_false(exchange_multiply(d, span_of(big, 32), octets_span(&g), &out, NULL));
    assert_false(exchange_multiply(d, span_of(big, 33), octets_span(&g), &out, NULL));
    assert_false(exchange_multiply(field, SPAN("\3"), SPAN("\3"), &out, NULL));
    domain_free(d);
    domain_free(field);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_the_standard),
        cmocka_unit_test(private_keys_are_in_range),
        cmocka_unit_test(both_sides_agree),
        cmocka_unit_test(hostile_points_are_refused),
        cmocka_unit_test(hostile_numbers_are_refused),
        cmocka_unit_test(a_mapping_to_nothing_is_refused),
        cmocka_unit_test(integrated_mapping_wants_its_sizes),
        cmocka_unit_test(keys_of_chips_are_read),
        cmocka_unit_test(crafted_keys_are_refused),
        cmocka_unit_test(changed_curves_are_refused),
        cmocka_unit_test(groups_are_told_apart),
        cmocka_unit_test(multiples),
    };

    return cmocka_run_group_tests_name("exchange", tests, arena_setup, arena_teardown);
}
