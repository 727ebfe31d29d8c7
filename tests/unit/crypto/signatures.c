/*
 * Every verifier against the vectors of others: Ed25519 by the strict rule (two nodes must not differ), and
 * ECDSA on P-256 raw and in DER.
 */
#include "crypto/key.h"

#include "vectors.h"

#include <openssl/evp.h>

#include "crypto/edwards_strict.h"
#include "crypto/node_key.h"

static struct public_key *ed25519(struct span pub)
{
    struct public_key *k;

    assert_true(public_key_place_edwards(KEY_ED25519, pub, &test_arena, &k, NULL));
    return k;
}

/* As documents are verified: a COSE key, a certificate's key. */
static bool document_verifies(struct span pub, struct span message, struct span sig)
{
    static const struct sig_alg eddsa = { .scheme = SIG_EDDSA };
    struct public_key *k = ed25519(pub);
    bool ok = signature_verify_parts(k, &eddsa, &message, 1, sig, &test_arena, NULL);

    public_key_clear(k);
    return ok;
}

static bool openssl_verifies(struct span pub, struct span message, struct span sig)
{
    EVP_PKEY *k = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub.p, pub.n);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool ok = k && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k) == 1 &&
              EVP_DigestVerify(ctx, sig.p, sig.n, message.p, message.n) == 1;

    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(k);
    return ok;
}

static struct span hex_of(const json_t *o, const char *name)
{
    return from_hex(&test_arena, json_string_value(json_object_get(o, name)));
}

static bool flag(const json_t *o, const char *name)
{
    return json_is_true(json_object_get(o, name));
}

/* CCTV: points of small order, second encodings, equations that hold with the cofactor alone. */
static void ed25519_is_strict_everywhere(void **state)
{
    json_t *vectors = load_json(vector_path("federation/ed25519-cctv/vectors.json"));
    json_t *index = load_json(vector_path("federation/ed25519-cctv/index.json"));
    json_t *cases = json_object_get(index, "cases"), *v, *c;
    size_t i, accepted = 0, lax = 0;

    (void)state;
    assert_int_equal(json_array_size(vectors), json_array_size(cases));
    json_array_foreach(vectors, i, v)
    {
        struct span pub = hex_of(v, "key"), sig = hex_of(v, "sig"),
                    message = span_str(json_string_value(json_object_get(v, "msg")));
        json_int_t number = json_integer_value(json_object_get(v, "number"));
        bool strict, openssl;

        c = json_array_get(cases, i);
        assert_int_equal(number, json_integer_value(json_object_get(c, "number")));
        strict = flag(c, "strict");
        openssl = openssl_verifies(pub, message, sig);
        if (node_verify(message, sig.p, pub.p) != strict)
            fail_msg("%lld: the verifier of notes differs from the rule", (long long)number);
        if (document_verifies(pub, message, sig) != strict)
            fail_msg("%lld: the verifier of documents differs from the rule", (long long)number);
        if ((ed25519_strict(pub.p, sig.p) && openssl) != strict)
            fail_msg("%lld: the rule before a plain verifier differs", (long long)number);
        accepted += strict;
        lax += openssl && !strict;
    }
    assert_true(accepted > 0 && accepted < i);
    assert_true(lax > 0); /* else these vectors show nothing */
    json_decref(vectors);
    json_decref(index);
}

static void ed25519_wycheproof(void **state)
{
    json_t *file = load_json(vector_path("federation/ed25519-wycheproof/vectors.json"));
    json_t *group, *t;
    size_t g, i, valid = 0, invalid = 0;

    (void)state;
    json_array_foreach(json_object_get(file, "testGroups"), g, group)
    {
        struct span pub = hex_of(json_object_get(group, "publicKey"), "pk");

        json_array_foreach(json_object_get(group, "tests"), i, t)
        {
            struct span message = hex_of(t, "msg"), sig = hex_of(t, "sig");
            bool want = strcmp(json_string_value(json_object_get(t, "result")), "valid") == 0;
            json_int_t id = json_integer_value(json_object_get(t, "tcId"));

            if (document_verifies(pub, message, sig) != want)
                fail_msg("%lld: the verifier of documents", (long long)id);
            /* Its type has 64 bytes: other lengths never get so far (note_signature_bytes). */
            if (sig.n == NODE_SIGNATURE && node_verify(message, sig.p, pub.p) != want)
                fail_msg("%lld: the verifier of notes", (long long)id);
            valid += want;
            invalid += !want;
        }
    }
    assert_true(valid > 0 && invalid > 0);
    json_decref(file);
}

/* r and s of equal halves as SEQUENCE of INTEGER; empty: they are not of one length. */
static struct span der_of(struct span raw)
{
    uint8_t body[160], all[170];
    struct buffer b, s;

    if (raw.n == 0 || raw.n % 2 || raw.n > 128)
        return (struct span){ NULL, 0 };
    buf_init_fixed(&b, body, sizeof body);
    for (size_t half = 0; half < 2; half++) {
        struct span n = span_sub(raw, half * raw.n / 2, (half + 1) * raw.n / 2);

        while (n.n > 1 && n.p[0] == 0)
            n = span_sub(n, 1, n.n);
        buf_u8(&b, 0x02);
        buf_u8(&b, (uint8_t)(n.n + (n.p[0] >> 7)));
        if (n.p[0] >> 7)
            buf_u8(&b, 0);
        buf_put(&b, n);
    }
    buf_init_fixed(&s, all, sizeof all);
    buf_u8(&s, 0x30);
    if (b.n > 127)
        buf_u8(&s, 0x81);
    buf_u8(&s, (uint8_t)b.n);
    buf_put(&s, buf_span(&b));
    return arena_copy(&test_arena, buf_span(&s));
}

static void p256_wycheproof(void **state)
{
    static const struct sig_alg raw = { .scheme = SIG_ECDSA_RAW, .digest = DIGEST_SHA256 },
                                der = { .scheme = SIG_ECDSA_DER, .digest = DIGEST_SHA256 };
    json_t *file = load_json(vector_path("federation/p256-wycheproof/vectors.json"));
    json_t *group, *t;
    size_t g, i, valid = 0, invalid = 0, both = 0;

    (void)state;
    json_array_foreach(json_object_get(file, "testGroups"), g, group)
    {
        struct public_key *k;
        struct why w = { 0 };

        if (!public_key_from_spki(hex_of(group, "publicKeyDer"), &k, &w))
            fail_msg("group %zu: %s", g, w.detail);
        json_array_foreach(json_object_get(group, "tests"), i, t)
        {
            struct span message = hex_of(t, "msg"), sig = hex_of(t, "sig"), in_der = der_of(sig);
            bool want = strcmp(json_string_value(json_object_get(t, "result")), "valid") == 0;
            json_int_t id = json_integer_value(json_object_get(t, "tcId"));

            if (signature_verify_parts(k, &raw, &message, 1, sig, &test_arena, NULL) != want)
                fail_msg("%lld: raw", (long long)id);
            /* The same numbers in DER; of those whose length alone is wrong there is no such form. */
            if (in_der.n && (want || sig.n == 64)) {
                both++;
                if (signature_verify_parts(k, &der, &message, 1, in_der, &test_arena, NULL) != want)
                    fail_msg("%lld: in DER", (long long)id);
            }
            valid += want;
            invalid += !want;
        }
        public_key_free(k);
    }
    assert_true(valid > 0 && invalid > 0 && both >= valid);
    json_decref(file);
}

static int group(void **state)
{
    return arena_setup(state) || !node_crypto_init();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_is_strict_everywhere),
        cmocka_unit_test(ed25519_wycheproof),
        cmocka_unit_test(p256_wycheproof),
    };

    return cmocka_run_group_tests_name("signatures", tests, group, arena_teardown);
}
