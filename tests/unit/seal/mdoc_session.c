/* Messages of a session: the worked example of ISO/IEC 18013-5:2021 Annex D, and a session of our own. */
#include "seal/mdoc_session.h"

#include "make_licence.h"
#include "seal/mdoc_ask.h"
#include "seal/mdoc_request.h"
#include "support/vectors.h"

static struct span annex(const char *name)
{
    char path[100];

    (void)snprintf(path, sizeof path, "licence/annexD-2021/%s", name);
    return load_file(&test_arena, vector_path(path));
}

static struct public_key *public_of(struct span map)
{
    struct public_key *out;
    struct cose_key key;

    assert_true(cose_key_parse(map, map.p, &key, NULL));
    assert_true(cose_key_public(&key, &test_arena, &out, "DEVICE_KEY", NULL));
    return out;
}

static void worked_example(void **state)
{
    struct span bytes = annex("session_transcript_bytes.cbor"), transcript, device_item, plain;
    struct mdoc_session_message m, request;
    struct private_key *reader = NULL;
    struct public_key *device;
    struct mdoc_session s;
    struct cbor c;

    (void)state;
    assert_true(transcript_open(bytes, &transcript));
    assert_true(
        mdoc_session_message_read(annex("session_establishment.cbor"), true, &test_arena, &request, NULL));
    assert_true(mdoc_session_message_read(annex("session_data.cbor"), false, &test_arena, &m, NULL));
    assert_true(private_key_load(annex("ephemeral_reader_key.der"), &reader, NULL));
    device_item = annex("e_device_key_bytes.cbor");
    c = cbor_of(device_item);
    device = public_of(cbor_encoded(&c, NULL));
    assert_true(mdoc_session_begin(&s, true, reader, device, transcript, NULL));
    assert_true(mdoc_session_open(&s, m.data, &test_arena, &plain, NULL));
    assert_true(span_eq(plain, annex("device_response.cbor")));
    {
        struct buffer b;

        buf_init(&b, 1 << 20);
        assert_true(mdoc_session_seal(&s, annex("device_request.cbor"), &b, NULL));
        assert_true(span_eq(buf_span(&b), request.data));
        buf_free(&b);
    }
    assert_true(mdoc_session_message_read(annex("session_termination.cbor"), false, &test_arena, &m, NULL));
    assert_true(m.has_status && !m.has_data && m.status == SESSION_TERMINATION);
    mdoc_session_end(&s);
    public_key_clear(device);
    private_key_free(reader);
}

static struct private_key *x25519(struct public_key **public)
{
    struct private_key *k = NULL;

    assert_true(private_key_generate_kind(KEY_X25519, &k, NULL));
    *public = public_of(device_key_of(k, &test_arena));
    return k;
}

static void both_ways(void **state)
{
    struct span transcript = SPAN("\x83\xf6\xf6\xf6"), plain;
    struct public_key *reader_public, *device_public;
    struct private_key *reader = x25519(&reader_public), *device = x25519(&device_public);
    struct mdoc_session a, b;
    struct why w = { 0 };
    struct buffer one, two;

    (void)state;
    buf_init(&one, 1024);
    buf_init(&two, 1024);
    assert_true(mdoc_session_begin(&a, true, reader, device_public, transcript, NULL));
    assert_true(mdoc_session_begin(&b, false, device, reader_public, transcript, NULL));
    assert_true(mdoc_session_seal(&a, SPAN("who are you"), &one, NULL));
    assert_true(mdoc_session_seal(&a, (struct span){ 0 }, &two, NULL));
    assert_true(mdoc_session_open(&b, buf_span(&one), &test_arena, &plain, NULL));
    assert_true(span_eq(plain, SPAN("who are you")));
    assert_true(mdoc_session_open(&b, buf_span(&two), &test_arena, &plain, NULL));
    assert_int_equal(plain.n, 0);
    assert_false(mdoc_session_open(&b, buf_span(&one), &test_arena, &plain, &w)); /* sent before */
    assert_string_equal(w.reason, "SESSION_DATA");
    w = (struct why){ 0 };
    assert_false(mdoc_session_seal(&b, SPAN("late"), &one, &w));
    assert_string_equal(w.reason, "SESSION_OVER");
    buf_reset(&one);
    a.sent = UINT32_MAX - 1;
    assert_true(mdoc_session_seal(&a, SPAN("the last"), &one, NULL));
    w = (struct why){ 0 };
    assert_false(mdoc_session_seal(&a, SPAN("one more"), &one, &w));
    assert_string_equal(w.reason, "SESSION_OVER");
    buf_free(&one);
    buf_free(&two);
    public_key_clear(reader_public);
    public_key_clear(device_public);
    private_key_free(reader);
    private_key_free(device);
}

static void unreadable(void **state)
{
    static const struct {
        const char *what, *reason;
        struct span in;
        bool establishment;
    } cases[] = {
        { "nothing in it", "STRUCT", SPAN("\xa0"), false },
        { "a key and no data", "STRUCT",
          SPAN("\xa1\x6a"
               "eReaderKey\xd8\x18\x41\xa0"),
          true },
        { "data and no key", "STRUCT",
          SPAN("\xa1\x64"
               "data\x41\x00"),
          true },
        { "data that are text", "STRUCT",
          SPAN("\xa1\x64"
               "data\x61"
               "a"),
          false },
        { "status that is text", "STRUCT",
          SPAN("\xa1\x66status\x61"
               "a"),
          false },
        { "a key that is no item", "CBOR_TRUNCATED",
          SPAN("\xa2\x6a"
               "eReaderKey\xd8\x18\x41\xa1\x64"
               "data\x41\x00"),
          true },
        { "data twice", "CBOR_DUPKEY",
          SPAN("\xa2\x64"
               "data\x40\x64"
               "data\x40"),
          false },
        { "cut off", "CBOR_TRUNCATED",
          SPAN("\xa1\x64"
               "data\x42\x00"),
          false },
        { "bytes behind", "CBOR_TRAILING", SPAN("\xa1\x66status\x14\x00"), false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mdoc_session_message m;
        struct why w = { 0 };

        if (mdoc_session_message_read(cases[i].in, cases[i].establishment, &test_arena, &m, &w))
            fail_msg("%s: read", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0)
            fail_msg("%s: %s instead of %s", cases[i].what, w.reason, cases[i].reason);
    }
}

/* One signature over several requests covers each of them. */
static void readers_of_all(void **state)
{
    const struct mdoc_ask_element e[] = { { SPAN(MDL_NAME_SPACE), SPAN("portrait"), false },
                                          { SPAN("org.example"), SPAN("a"), true } };
    const struct mdoc_ask_items items[] = { { SPAN(MDL_DOC_TYPE), e, 2 }, { SPAN("org.example"), e + 1, 1 } };
    struct licence_maker m;
    struct mdoc_options opt = { .profile = PROFILE_STRICT,
                                .at = ISSUED_AT,
                                .transcript = SPAN("\x83\xf6\xf6\xf6") };
    struct anchor_set *set = anchor_set_new();
    struct private_key *k = NULL;
    struct mdoc_request r;
    struct buffer b;

    (void)state;
    assert_true(private_key_generate(CURVE_P384, &k, NULL));
    licence_maker_init(&m, k, MDL_READER, NULL);
    const struct cose_signer signer = { .key = m.key, .chain = &m.by.certificate, .n_chain = 1 };

    opt.anchors = set;
    assert_true(anchor_set_add(set, m.by.authority, &(struct anchor_origin){ .source = "test" },
                               ANCHOR_VOUCHED, NULL, NULL));
    for (enum mdoc_ask_auth auth = ASK_UNSIGNED; auth <= ASK_ALL; auth++) {
        buf_init(&b, 1 << 20);
        assert_true(mdoc_ask(items, 2, auth, &signer, opt.transcript, &test_arena, &b, NULL));
        assert_int_equal(mdoc_request_verify(buf_span(&b), &opt, &test_arena, &r, NULL),
                         auth == ASK_UNSIGNED ? RESULT_UNDETERMINED : RESULT_GENUINE);
        assert_int_equal(r.n, 2);
        assert_int_equal(r.n_all, auth == ASK_ALL);
        if (auth != ASK_UNSIGNED) {
            b.p[b.n - 1] ^= 1; /* of the last signature */
            assert_int_equal(mdoc_request_verify(buf_span(&b), &opt, &test_arena, &r, NULL), RESULT_FORGED);
            assert_string_equal(r.why.reason, "COSE_SIG");
            assert_int_equal(r.request[0].result, auth == ASK_ALL ? RESULT_FORGED : RESULT_GENUINE);
            assert_int_equal(r.request[1].result, RESULT_FORGED);
        }
        buf_free(&b);
    }
    anchor_set_free(set);
    licence_maker_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example),
        cmocka_unit_test(both_ways),
        cmocka_unit_test(unreadable),
        cmocka_unit_test(readers_of_all),
    };

    return cmocka_run_group_tests_name("mdoc session", tests, arena_setup, arena_teardown);
}
