/*
 * COSE as 27 states write it: the specimen health certificates of the EU. Whether each verifies follows from
 * the signature, and where it does not, from the kid: one in the protected header decides.
 */
#include "seal/cose.h"

#include "vectors.h"

#include "base/text.h"
#include "seal/certificate.h"

enum { TAG_CWT = 61 };

static struct span base64_of(const char *text)
{
    struct buffer b;
    struct span out;
    size_t at;

    buf_init(&b, 1 << 16);
    assert_true(base64_decode(span_str(text), BASE64_STD, &b, &at));
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

/* RFC 8392 6: some stand in a CWT tag. */
static struct span without_cwt(struct span in)
{
    struct cbor c = cbor_of(in);

    if (cbor_peek(&c) == CBOR_TAG && cbor_tag(&c) == TAG_CWT)
        return span_of(c.p, in.n - (size_t)(c.p - in.p));
    return in;
}

enum verdict { HOLDS, UNREAD, OTHER_KID, NO_SIGNATURE };

static enum verdict judge(struct span in, struct span der)
{
    static const struct span none = { NULL, 0 };
    struct span item = without_cwt(in);
    struct public_key *key;
    struct certificate cert;
    struct cose c;
    struct why w = { 0 };
    size_t loose = 0;
    bool ok;

    if (!cbor_check(item, &loose, &test_arena, &w) ||
        !cose_parse(item, item.p, COSE_SIGN1, COSE_EITHER, &loose, &test_arena, &c, &w))
        return UNREAD;
    assert_true(certificate_parse(der, &cert, NULL, &w));
    assert_true(public_key_from_spki(cert.spki, &key, &w));
    ok = cose_verify(&c, key, none, NULL, &test_arena, "COSE_SIG", &w);
    public_key_free(key);
    if (!ok)
        return NO_SIGNATURE;
    return cose_check_kid(&c, der, &w) ? HOLDS : OTHER_KID;
}

static void health_certificates(void **state)
{
    json_t *index = load_json(vector_path("federation/dgc-cose/index.json"));
    size_t i, n[4] = { 0 }, failures = 0;
    json_t *c;

    (void)state;
    json_array_foreach(json_object_get(index, "cases"), i, c)
    {
        const char *id = json_string_value(json_object_get(c, "id"));
        bool want = json_is_true(json_object_get(c, "verify"));
        enum verdict v;
        json_t *file;
        char path[256];

        (void)snprintf(path, sizeof path, "federation/dgc-cose/%s",
                       json_string_value(json_object_get(c, "file")));
        file = load_json(vector_path(path));
        v = judge(
            from_hex(&test_arena, json_string_value(json_object_get(file, "COSE"))),
            base64_of(json_string_value(json_object_get(json_object_get(file, "TESTCTX"), "CERTIFICATE"))));
        n[v]++;
        if ((v == HOLDS) != want) {
            print_error("%s: %d, expected %s\n", id, v, want ? "to hold" : "to fail");
            failures++;
        }
        json_decref(file);
    }
    print_message("# %zu hold, %zu unread, %zu of another kid, %zu without a signature\n", n[HOLDS],
                  n[UNREAD], n[OTHER_KID], n[NO_SIGNATURE]);
    assert_int_equal(failures, 0);
    assert_true(n[HOLDS] > 0 && n[NO_SIGNATURE] + n[OTHER_KID] > 0);
    json_decref(index);
}

/* The rule itself: {protected kid, unprotected kid} against the certificate "c". */
static void which_kid_decides(void **state)
{
#define RIGHT "\x2e\x7d\x2c\x03\xa9\x50\x7a\xe2" /* SHA-256("c"), eight bytes */
    static const struct {
        const char *what;
        struct span cose;
        bool holds;
    } cases[] = {
        { "protected and right", SPAN("\x84\x4b\xa1\x04\x48" RIGHT "\xa0\x41x\x41s"), true },
        { "unprotected and right", SPAN("\x84\x40\xa1\x04\x48" RIGHT "\x41x\x41s"), true },
        { "right, and another unprotected",
          SPAN("\x84\x4b\xa1\x04\x48" RIGHT "\xa1\x04\x43"
               "foo"
               "\x41x\x41s"),
          true },
        { "another, and right unprotected",
          SPAN("\x84\x46\xa1\x04\x43"
               "foo"
               "\xa1\x04\x48" RIGHT "\x41x\x41s"),
          false },
        { "a protected one of text, and right unprotected",
          SPAN("\x84\x46\xa1\x04\x63"
               "foo"
               "\xa1\x04\x48" RIGHT "\x41x\x41s"),
          false },
        { "an empty protected one, and right unprotected",
          SPAN("\x84\x43\xa1\x04\x40\xa1\x04\x48" RIGHT "\x41x\x41s"), false },
        { "seven bytes of it", SPAN("\x84\x40\xa1\x04\x47\x2e\x7d\x2c\x03\xa9\x50\x7a\x41x\x41s"), false },
        { "none", SPAN("\x84\x40\xa0\x41x\x41s"), false },
    };
#undef RIGHT

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cose c;
        struct why w = { 0 };

        if (!cose_parse(cases[i].cose, cases[i].cose.p, COSE_SIGN1, COSE_EITHER, NULL, &test_arena, &c, &w))
            fail_msg("%s: %s", cases[i].what, w.detail);
        if (cose_check_kid(&c, SPAN("c"), &w) != cases[i].holds)
            fail_msg("%s", cases[i].what);
        if (!cases[i].holds)
            assert_string_equal(w.reason, "CERT_KID");
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(health_certificates),
        cmocka_unit_test(which_kid_decides),
    };

    return cmocka_run_group_tests_name("health certificates", tests, arena_setup, arena_teardown);
}
