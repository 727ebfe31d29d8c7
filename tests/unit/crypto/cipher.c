#include "vectors.h"

#include "crypto/cipher.h"

static struct cipher_key key_of(enum cipher_alg alg, const char *hex)
{
    struct cipher_key k = { .alg = alg };
    struct span s = from_hex(&test_arena, hex);

    assert_int_equal(s.n, cipher_key_size(alg));
    memcpy(k.b, s.p, s.n);
    return k;
}

static void assert_hex(const char *hex, const void *p, size_t n)
{
    struct span want = from_hex(&test_arena, hex);

    assert_int_equal(n, want.n);
    assert_memory_equal(p, want.p, n);
}

/* Doc 9303-11 appendix D.1: 3DES keys of the seed; D.3: session keys. AES: the same rule with the digest cut.
 */
static void derives(void **state)
{
    static const struct {
        enum cipher_alg alg;
        const char *secret;
        uint32_t counter;
        const char *key;
    } cases[] = {
        { CIPHER_3DES, "239ab9cb282daf66231dc5a4df6bfbae", KDF_ENC, "ab94fdecf2674fdfb9b391f85d7f76f2" },
        { CIPHER_3DES, "239ab9cb282daf66231dc5a4df6bfbae", KDF_MAC, "7962d9ece03d1acd4c76089dce131543" },
        { CIPHER_3DES, "0036d272f5c350acac50c3f572d23600", KDF_ENC, "979ec13b1cbfe9dcd01ab0fed307eae5" },
        { CIPHER_3DES, "0036d272f5c350acac50c3f572d23600", KDF_MAC, "f1cb1f1fb5adf208806b89dc579dc1f8" },
        /* appendix G.1: PACE with AES-128 */
        { CIPHER_AES128, "7e2d2a41c74ea0b38cd36f863939bfa8e9032aad", KDF_PACE,
          "89ded1b26624ec1e634c1989302849dd" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cipher_key k;

        kdf(cases[i].alg, from_hex(&test_arena, cases[i].secret), cases[i].counter, &k);
        assert_int_equal(k.alg, cases[i].alg);
        assert_hex(cases[i].key, k.b, cipher_key_size(k.alg));
    }
}

/* AES-192 and AES-256 take SHA-256. */
static void derives_longer(void **state)
{
    struct cipher_key k;
    struct digest d;

    (void)state;
    digest_of(DIGEST_SHA256, SPAN("secret\0\0\0\1"), &d);
    kdf(CIPHER_AES192, SPAN("secret"), KDF_ENC, &k);
    assert_memory_equal(k.b, d.b, 24);
    kdf(CIPHER_AES256, SPAN("secret"), KDF_ENC, &k);
    assert_memory_equal(k.b, d.b, 32);
}

/* Doc 9303-11 appendix D.3, and SP 800-38A F.2 for AES. */
static void encrypts(void **state)
{
    static const struct {
        enum cipher_alg alg;
        const char *key, *iv, *plain, *cipher;
    } cases[] = {
        { CIPHER_3DES, "ab94fdecf2674fdfb9b391f85d7f76f2", NULL,
          "781723860c06c2264608f919887022120b795240cb7049b01c19b33e32804f0b",
          "72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f2" },
        { CIPHER_AES128, "2b7e151628aed2a6abf7158809cf4f3c", "000102030405060708090a0b0c0d0e0f",
          "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
          "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2" },
        { CIPHER_AES192, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
          "000102030405060708090a0b0c0d0e0f", "6bc1bee22e409f96e93d7e117393172a",
          "4f021db243bc633d7178183a9fa071e8" },
        { CIPHER_AES256, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
          "000102030405060708090a0b0c0d0e0f", "6bc1bee22e409f96e93d7e117393172a",
          "f58c4c04d6e5f1ba779eabfb5f7bfbd6" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cipher_key k = key_of(cases[i].alg, cases[i].key);
        const uint8_t *iv = cases[i].iv ? from_hex(&test_arena, cases[i].iv).p : NULL;
        struct span plain = from_hex(&test_arena, cases[i].plain);
        uint8_t out[64];

        cipher_encrypt(&k, iv, plain, out);
        assert_hex(cases[i].cipher, out, plain.n);
        cipher_decrypt(&k, iv, span_of(out, plain.n), out);
        assert_memory_equal(out, plain.p, plain.n);
    }
}

/* Doc 9303-11 appendix D.3 and D.4; SP 800-38B appendix D, codes cut to eight bytes. The parts may be cut
 * anywhere. */
static void authenticates(void **state)
{
    static const struct {
        enum cipher_alg alg;
        const char *key, *message, *mac;
    } cases[] = {
        { CIPHER_3DES, "7962d9ece03d1acd4c76089dce131543",
          "72c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f28000000000000000",
          "5f1448eea8ad90a7" },
        { CIPHER_3DES, "f1cb1f1fb5adf208806b89dc579dc1f8",
          "887022120c06c2270ca4020c800000008709016375432908c044f68000000000", "bf8b92d635ff24f8" },
        { CIPHER_AES128, "2b7e151628aed2a6abf7158809cf4f3c", "", "bb1d6929e9593728" },
        { CIPHER_AES128, "2b7e151628aed2a6abf7158809cf4f3c", "6bc1bee22e409f96e93d7e117393172a",
          "070a16b46b4d4144" },
        { CIPHER_AES128, "2b7e151628aed2a6abf7158809cf4f3c",
          "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
          "dfa66747de9ae630" },
        { CIPHER_AES192, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", "", "d17ddf46adaacde5" },
        { CIPHER_AES256, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
          "6bc1bee22e409f96e93d7e117393172a", "28a7023f452e8f82" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cipher_key k = key_of(cases[i].alg, cases[i].key);
        struct span m = from_hex(&test_arena, cases[i].message);
        uint8_t mac[MAC_SIZE];

        for (size_t cut = 0; cut <= m.n; cut++) {
            const struct span part[] = { span_sub(m, 0, cut), span_sub(m, cut, m.n) };

            mac_parts(&k, part, 2, mac);
            assert_hex(cases[i].mac, mac, sizeof mac);
        }
    }
}

static void pads(void **state)
{
    static const struct {
        const char *what, *padded;
        size_t block;
        int n; /* -1: no padding */
    } cases[] = {
        { "one byte of padding", "0102030405060780", 8, 7 },
        { "a block of padding", "8000000000000000", 8, 0 },
        { "no marker", "0000000000000000", 8, -1 },
        { "another marker", "0102030405060708", 8, -1 },
        { "marker further away than a block", "01800000000000000000000000000000", 8, -1 },
        { "the same with longer blocks", "01800000000000000000000000000000", 16, 1 },
        { "no whole block", "01028000", 8, -1 },
        { "nothing", "", 8, -1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t n = 99;

        print_message("# %s\n", cases[i].what);
        assert_int_equal(unpad_method2(from_hex(&test_arena, cases[i].padded), cases[i].block, &n),
                         cases[i].n >= 0);
        assert_int_equal(n, cases[i].n >= 0 ? cases[i].n : 99);
    }
    for (size_t n = 0; n < 40; n++) {
        uint8_t pad[CIPHER_BLOCK_MAX];

        assert_int_equal((n + pad_method2(n, 16, pad)) % 16, 0);
        assert_int_equal(pad[0], 0x80);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(derives),       cmocka_unit_test(derives_longer), cmocka_unit_test(encrypts),
        cmocka_unit_test(authenticates), cmocka_unit_test(pads),
    };

    return cmocka_run_group_tests_name("cipher", tests, arena_setup, arena_teardown);
}
