#include "licence_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "base/text.h"
#include "guard.h"
#include "seal/issue_certificate.h"
#include "seal/mdoc.h"
#include "seal/status_list.h"
#include "wire/cbor_write.h"
#include "wire/inflate.h"

static const char *const profile_name[] = { [PROFILE_LENIENT] = "lenient", [PROFILE_STRICT] = "strict" };

/* --- shared vectors --- */

static void assert_probes(const json_t *c, const struct status_list *l)
{
    json_t *probes = json_object_get(json_object_get(c, "expect"), "probe"), *v;
    const char *key;

    json_object_foreach(probes, key, v)
    {
        unsigned value = 9;

        if (l->kind == STATUS_IDENTIFIERS) {
            assert_int_equal(status_listed(l, from_hex(&test_arena, key)), json_integer_value(v));
        } else if (status_at(&l->values, strtoull(key, NULL, 10), &value)) {
            assert_true(json_is_integer(v));
            assert_int_equal(value, json_integer_value(v));
        } else {
            assert_string_equal(json_string_value(v), "STATUS_INDEX");
        }
    }
}

static void token_case(const json_t *c, enum profile profile)
{
    bool ids = strcmp(case_text(c, "kind"), "identifier-list") == 0;
    enum status_kind kind = ids ? STATUS_IDENTIFIERS : STATUS_LIST;
    struct anchor_set *set = case_anchors(&test_arena, c);
    struct span uri = span_str(case_text(c, "uri")), in = guard_copy(case_file(&test_arena, c, "file"));
    struct status_options opt = {
        .anchors = set, .at = case_time(c, "now"), .profile = profile, .uri = &uri, .kind = &kind
    };
    json_t *expect = json_object_get(c, "expect");
    struct findings f;
    struct status_list l;

    findings_init(&f);
    (void)status_list_verify(in, &opt, &test_arena, &l, &f);
    assert_outcome(c, profile_name[profile], l.why.reason);
    assert_int_equal(l.result == RESULT_GENUINE, !l.why.reason);
    assert_findings(c, profile_name[profile], &f);
    if (l.result == RESULT_GENUINE) {
        assert_int_equal(ids ? l.token.n_identifiers : status_count(&l.values),
                         json_integer_value(json_object_get(expect, "entries")));
        assert_probes(c, &l);
    }
    guard_free(in);
    anchor_set_free(set);
}

/* The licence is verified, and its authority is the one that the token's signer must have. */
static void document_case(const json_t *c, enum profile profile)
{
    struct anchor_set *set = case_anchors(&test_arena, c);
    const struct mdoc_options licence = {
        .form = MDOC_RESPONSE, .profile = profile, .at = case_time(c, "now"), .anchors = set
    };
    struct status_options opt = { .anchors = set, .at = case_time(c, "now"), .profile = profile };
    const char *wanted = case_text(json_object_get(c, "expect"), "status");
    struct span in = case_file(&test_arena, c, "file"), token = case_file(&test_arena, c, "token");
    struct why w = { 0 };
    struct status_reference ref;
    enum status_answer answer;
    struct status_list l;
    struct mdoc m;

    (void)mdoc_verify(in, &licence, &test_arena, &m, NULL);
    assert_outcome(c, profile_name[profile], m.why.reason);
    assert_true(status_reference_of(&m.document[0].mso.status, &ref));
    opt.authority = m.document[0].path.anchor;
    answer = status_of(&ref, token, &opt, &test_arena, &l, NULL, &w);
    if (strcmp(answer == STATUS_VALID ? "VALID" : w.reason, wanted) != 0)
        fail_msg("%s: %s instead of %s", case_text(c, "id"), w.reason ? w.reason : "valid", wanted);
    assert_int_equal(answer == STATUS_UNDETERMINED, strncmp(wanted, "STATUS_", 7) == 0);
    why_clear(&w);
    assert_int_equal(status_of(&ref, (struct span){ 0 }, &opt, &test_arena, &l, NULL, &w),
                     STATUS_UNDETERMINED);
    assert_string_equal(w.reason, "STATUS_UNAVAILABLE");
    anchor_set_free(set);
}

static void one_case(const json_t *c, void *ctx)
{
    (void)ctx;
    for (int p = PROFILE_LENIENT; p <= PROFILE_STRICT; p++)
        (strcmp(case_text(c, "kind"), "mdoc-with-status") == 0 ? document_case : token_case)(c,
                                                                                             (enum profile)p);
}

static void shared_tokens(void **state)
{
    (void)state;
    assert_int_equal(each_case("status", one_case, NULL), 16);
}

static void encoding_case(const json_t *c, void *ctx)
{
    json_t *expect = json_object_get(c, "expect"), *nonzero = json_object_get(expect, "nonzero"), *v;
    struct span in = case_file(&test_arena, c, "file");
    struct status_values values;
    struct status_token token;
    size_t count = 0;
    const char *key;

    (void)ctx;
    if (strcmp(case_text(c, "kind"), "fragment") == 0) {
        assert_true(status_token_parse(in, PROFILE_STRICT, &test_arena, &token, NULL, NULL));
        assert_true(token.has_list && token.has_issued && token.has_expires && token.ttl == 43200);
        return;
    }
    assert_true(cbor_check(in, NULL, &test_arena, NULL));
    assert_true(status_values_read(in, in.p, &test_arena, &values, NULL));
    assert_int_equal(values.bits, json_integer_value(json_object_get(expect, "bits")));
    assert_int_equal(status_count(&values), json_integer_value(json_object_get(expect, "entries")));
    for (uint64_t i = 0; i < status_count(&values); i++) {
        unsigned value = 0;

        assert_true(status_at(&values, i, &value));
        count += value != 0;
    }
    assert_int_equal(count, json_object_size(nonzero));
    json_object_foreach(nonzero, key, v)
    {
        unsigned value = 0;

        assert_true(status_at(&values, strtoull(key, NULL, 10), &value));
        assert_int_equal(value, json_integer_value(v));
    }
}

static void shared_encodings(void **state)
{
    (void)state;
    assert_int_equal(each_case("status-encoding", encoding_case, NULL), 4);
}

/* Values of 1, 2, 4 and 8 bits against shifting them out one bit at a time. */
static void values_by_bits(void **state)
{
    uint8_t data[64];

    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 151 + 7);
    for (unsigned bits = 1; bits <= 8; bits *= 2) {
        struct status_values v = { .bits = bits, .data = span_of(data, sizeof data) };
        unsigned got, wanted;

        assert_int_equal(status_count(&v), 512 / bits);
        for (unsigned i = 0; i < 512 / bits; i++) {
            wanted = 0;
            for (unsigned b = 0; b < bits; b++)
                wanted |= ((unsigned)data[(i * bits + b) / 8] >> (i * bits + b) % 8 & 1u) << b;
            assert_true(status_at(&v, i, &got));
            assert_int_equal(got, wanted);
        }
        assert_false(status_at(&v, 512 / bits, &got));
        assert_false(status_at(&v, UINT64_MAX, &got));
    }
}

/* --- tokens of our own --- */

enum { NOW = 1789500000 };

static struct issuer {
    struct private_key *ca_key, *key;
    struct span ca, signer;
    struct anchor_set *set;
} issuer;

static struct span certify(const struct certificate_order *o, const struct private_key *key, struct span ca)
{
    struct buffer b;
    struct span out;

    buf_init(&b, 8192);
    assert_true(certificate_issue(o, key, issuer.ca_key, ca, &b, NULL));
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static int issuer_setup(void **state)
{
    const struct certificate_order ca = { .role = CERTIFICATE_COUNTRY_SIGNER,
                                          .country = "UT",
                                          .common_name = "IACA SPECIMEN",
                                          .serial = 1,
                                          .not_before = NOW - 86400,
                                          .not_after = NOW + 400 * 86400 },
                                   signer = { .role = CERTIFICATE_DOCUMENT_SIGNER,
                                              .country = "UT",
                                              .common_name = "STATUS SPECIMEN",
                                              .serial = 2,
                                              .not_before = NOW - 86400,
                                              .not_after = NOW + 400 * 86400 };
    const struct anchor_origin from = { .source = "test" };

    if (arena_setup(state) != 0)
        return -1;
    assert_true(private_key_generate(CURVE_P256, &issuer.ca_key, NULL));
    assert_true(private_key_generate(CURVE_P256, &issuer.key, NULL));
    issuer.ca = certify(&ca, issuer.ca_key, (struct span){ 0 });
    issuer.signer = certify(&signer, issuer.key, issuer.ca);
    issuer.set = anchor_set_new();
    assert_true(anchor_set_add(issuer.set, issuer.ca, &from, ANCHOR_VOUCHED, NULL, NULL));
    return 0;
}

static int issuer_teardown(void **state)
{
    private_key_free(issuer.ca_key);
    private_key_free(issuer.key);
    anchor_set_free(issuer.set);
    return arena_teardown(state);
}

static void sign(struct span message, struct buffer *out)
{
    struct digest d;

    digest_of(DIGEST_SHA256, message, &d);
    assert_true(signature_make(issuer.key, SIG_ECDSA_RAW, &d, out, NULL));
}

static struct span kept(struct buffer *b)
{
    struct span s;

    assert_true(buf_ok(b));
    s = arena_copy(&test_arena, buf_span(b));
    buf_free(b);
    return s;
}

static struct span packed(struct span values)
{
    struct buffer b;

    buf_init(&b, 2 << 20);
    assert_true(zlib_deflate(values, &b, NULL));
    return kept(&b);
}

/* header and claims in JSON, where %s is the base64 of the certificate and of the list. */
static struct span make_jwt(const char *header, const char *claims, struct span list)
{
    struct buffer b, json, text;

    buf_init(&b, 1 << 20);
    buf_init(&json, 1 << 20);
    buf_init(&text, 1 << 20);
    base64_put(&text, issuer.signer, BASE64_STD);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    buf_printf(&json, header, buf_cstr(&text));
    base64_put(&b, buf_span(&json), BASE64_URL);
    buf_u8(&b, '.');
    buf_reset(&json);
    buf_reset(&text);
    base64_put(&text, list, BASE64_URL);
    buf_printf(&json, claims, buf_cstr(&text));
#pragma GCC diagnostic pop
    base64_put(&b, buf_span(&json), BASE64_URL);
    buf_reset(&text);
    sign(buf_span(&b), &text);
    buf_u8(&b, '.');
    base64_put(&b, buf_span(&text), BASE64_URL);
    buf_free(&json);
    buf_free(&text);
    return kept(&b);
}

#define JWT_HEADER "{\"alg\":\"ES256\",\"typ\":\"statuslist+jwt\",\"x5c\":[\"%s\"]}"
#define JWT_TIMES  "\"iat\":1789400000,\"exp\":1789900000"
#define JWT_LIST   "\"status_list\":{\"bits\":1,\"lst\":\"%s\"}"

static void jwt_tokens(void **state)
{
    static const struct {
        const char *what, *header, *claims, *reason;
    } cases[] = {
        { "as it should be", JWT_HEADER, "{\"sub\":\"u\"," JWT_TIMES "," JWT_LIST "}", NULL },
        { "type in full", "{\"alg\":\"ES256\",\"typ\":\"application/statuslist+jwt\",\"x5c\":[\"%s\"]}",
          "{\"sub\":\"u\"," JWT_TIMES "," JWT_LIST "}", NULL },
        { "type of the other form", "{\"alg\":\"ES256\",\"typ\":\"statuslist+cwt\",\"x5c\":[\"%s\"]}",
          "{\"sub\":\"u\"," JWT_TIMES "," JWT_LIST "}", "STATUS_TYPE" },
        { "no algorithm", "{\"alg\":\"none\",\"typ\":\"statuslist+jwt\",\"x5c\":[\"%s\"]}",
          "{\"sub\":\"u\"," JWT_TIMES "," JWT_LIST "}", "COSE_ALG" },
        { "algorithm of another curve", "{\"alg\":\"ES384\",\"typ\":\"statuslist+jwt\",\"x5c\":[\"%s\"]}",
          "{\"sub\":\"u\"," JWT_TIMES "," JWT_LIST "}", "COSE_ALG_KEY" },
        { "critical header",
          "{\"alg\":\"ES256\",\"typ\":\"statuslist+jwt\",\"crit\":[\"x\"],\"x5c\":[\"%s\"]}",
          "{\"sub\":\"u\"," JWT_TIMES "," JWT_LIST "}", "COSE_CRIT" },
        { "no certificate", "{\"alg\":\"ES256\",\"typ\":\"statuslist+jwt\",\"jwk\":\"%s\"}",
          "{\"sub\":\"u\"," JWT_TIMES "," JWT_LIST "}", "CERT_MISSING" },
        { "another subject", JWT_HEADER, "{\"sub\":\"v\"," JWT_TIMES "," JWT_LIST "}", "STATUS_SUB" },
        { "no subject", JWT_HEADER, "{" JWT_TIMES "," JWT_LIST "}", "STATUS_SUB" },
        { "without end", JWT_HEADER, "{\"sub\":\"u\",\"iat\":1789400000," JWT_LIST "}", "STATUS_STRUCT" },
        { "list missing", JWT_HEADER, "{\"sub\":\"u\"," JWT_TIMES ",\"x\":\"%s\"}", "STATUS_STRUCT" },
        { "of the future", JWT_HEADER, "{\"sub\":\"u\",\"iat\":1789600000,\"exp\":1789900000," JWT_LIST "}",
          "STATUS_NOT_YET" },
        { "over at this second", JWT_HEADER,
          "{\"sub\":\"u\",\"iat\":1789400000,\"exp\":1789500000," JWT_LIST "}", "STATUS_EXPIRED" },
        { "two bits", JWT_HEADER, "{\"sub\":\"u\"," JWT_TIMES ",\"status_list\":{\"bits\":2,\"lst\":\"%s\"}}",
          "STATUS_BITS" },
        { "list cut", JWT_HEADER,
          "{\"sub\":\"u\"," JWT_TIMES ",\"status_list\":{\"bits\":1,\"lst\":\"eJz\",\"x\":\"%s\"}}",
          "STRUCT" },
        { "subject a number", JWT_HEADER, "{\"sub\":1," JWT_TIMES "," JWT_LIST "}", "STRUCT" },
        { "a member twice", JWT_HEADER, "{\"sub\":\"u\",\"sub\":\"u\"," JWT_TIMES "," JWT_LIST "}",
          "STRUCT" },
    };
    struct span list = packed(SPAN("\xb9\xa3")), uri = SPAN("u");
    struct status_options opt = { .anchors = issuer.set, .at = NOW, .profile = PROFILE_STRICT, .uri = &uri };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(make_jwt(cases[i].header, cases[i].claims, list));
        struct status_list l;
        unsigned value = 0;

        (void)status_list_verify(in, &opt, &test_arena, &l, NULL);
        if (strcmp(l.why.reason ? l.why.reason : "OK", cases[i].reason ? cases[i].reason : "OK") != 0)
            fail_msg("%s: %s %s", cases[i].what, l.why.reason ? l.why.reason : "OK", l.why.detail);
        if (!l.why.reason) {
            assert_int_equal(status_count(&l.values), 16);
            assert_true(status_at(&l.values, 15, &value) && value == 1);
        }
        guard_free(in);
    }
}

enum mistake { NONE, NO_PAYLOAD, UNTAGGED, SHORT_TYPE, BOTH_LISTS, CUT_ZLIB, AFTER_ZLIB };

static void put_claims(struct buffer *b, enum mistake m, struct span list)
{
    cbor_put_map(b, m == BOTH_LISTS ? 5 : 4);
    cbor_put_int(b, 2);
    cbor_put_str(b, "u");
    cbor_put_int(b, 6);
    cbor_put_int(b, NOW - 10);
    cbor_put_int(b, 4);
    cbor_put_int(b, NOW + 10);
    cbor_put_int(b, 65533);
    cbor_put_map(b, 2);
    cbor_put_str(b, "bits");
    cbor_put_int(b, 1);
    cbor_put_str(b, "lst");
    cbor_put_bytes(b, list);
    if (m == BOTH_LISTS) {
        cbor_put_int(b, 65530);
        cbor_put_map(b, 1);
        cbor_put_str(b, "identifiers");
        cbor_put_map(b, 0);
    }
}

static struct span make_cwt(enum mistake m, struct span list)
{
    struct buffer b, header, claims, signed_part, sig;

    buf_init(&b, 1 << 20);
    buf_init(&header, 1 << 16);
    buf_init(&claims, 1 << 20);
    buf_init(&signed_part, 1 << 20);
    buf_init(&sig, 256);
    cbor_put_map(&header, 3);
    cbor_put_int(&header, 1);
    cbor_put_int(&header, -7);
    cbor_put_int(&header, 16);
    cbor_put_str(&header, m == SHORT_TYPE ? "statuslist+cwt" : "application/statuslist+cwt");
    cbor_put_int(&header, 33);
    cbor_put_bytes(&header, issuer.signer);
    put_claims(&claims, m, list);
    cbor_put_array(&signed_part, 4);
    cbor_put_str(&signed_part, "Signature1");
    cbor_put_bytes(&signed_part, buf_span(&header));
    cbor_put_bytes(&signed_part, (struct span){ 0 });
    cbor_put_bytes(&signed_part, buf_span(&claims));
    sign(buf_span(&signed_part), &sig);
    if (m != UNTAGGED)
        cbor_put_head(&b, CBOR_TAG, 18);
    cbor_put_array(&b, 4);
    cbor_put_bytes(&b, buf_span(&header));
    cbor_put_map(&b, 0);
    if (m == NO_PAYLOAD)
        cbor_put_null(&b);
    else
        cbor_put_bytes(&b, buf_span(&claims));
    cbor_put_bytes(&b, buf_span(&sig));
    buf_free(&header);
    buf_free(&claims);
    buf_free(&signed_part);
    buf_free(&sig);
    return kept(&b);
}

static void cwt_tokens(void **state)
{
    static const struct {
        enum mistake mistake;
        const char *what, *strict, *lenient;
    } cases[] = { { NONE, "as it should be", NULL, NULL },
                  { NO_PAYLOAD, "payload null", "COSE_PAYLOAD", "COSE_PAYLOAD" },
                  { UNTAGGED, "no tag", "STRUCT", NULL },
                  { SHORT_TYPE, "type without application/", "STATUS_TYPE", NULL },
                  { BOTH_LISTS, "both lists", "STATUS_STRUCT", "STATUS_STRUCT" },
                  { CUT_ZLIB, "stream cut", "STATUS_ZLIB", "STATUS_ZLIB" },
                  { AFTER_ZLIB, "byte after the stream", "STATUS_ZLIB", "STATUS_ZLIB" } };
    struct status_options opt = { .anchors = issuer.set, .at = NOW };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span list = packed(SPAN("\xb9\xa3")), in;

        if (cases[i].mistake == CUT_ZLIB)
            list.n--;
        if (cases[i].mistake == AFTER_ZLIB) {
            uint8_t *longer = arena_alloc(&test_arena, list.n + 1);

            memcpy(longer, list.p, list.n);
            list = span_of(longer, list.n + 1);
        }
        in = make_cwt(cases[i].mistake, list);
        for (int p = PROFILE_LENIENT; p <= PROFILE_STRICT; p++) {
            const char *wanted = p == PROFILE_STRICT ? cases[i].strict : cases[i].lenient;
            struct findings f;
            struct status_list l;

            findings_init(&f);
            opt.profile = (enum profile)p;
            (void)status_list_verify(in, &opt, &test_arena, &l, &f);
            if (strcmp(l.why.reason ? l.why.reason : "OK", wanted ? wanted : "OK") != 0)
                fail_msg("%s, %s: %s", cases[i].what, profile_name[p], l.why.reason ? l.why.reason : "OK");
            if (p == PROFILE_LENIENT && !wanted && cases[i].strict) {
                assert_int_equal(f.n, 1);
                assert_string_equal(f.item[0].why.reason, cases[i].strict);
            }
        }
    }
}

/* A licence that names its signer is bound to it, and one that names no address to none. */
static void references(void **state)
{
    struct span in = make_cwt(NONE, packed(SPAN("\xb9\xa3")));
    struct anchor_set *nobody = anchor_set_new();
    const struct status_options opt = { .anchors = nobody, .at = NOW, .profile = PROFILE_STRICT };
    const struct status_reference good = {
        .kind = STATUS_LIST, .uri = SPAN("u"), .index = 1, .certificate = issuer.signer
    };
    struct status_reference ref;
    struct status_list l;
    struct why w;

    (void)state;
    why_clear(&w);
    assert_int_equal(status_of(&good, in, &opt, &test_arena, &l, NULL, &w), STATUS_VALID);
    ref = good;
    ref.certificate = issuer.ca;
    assert_int_equal(status_of(&ref, in, &opt, &test_arena, &l, NULL, &w), STATUS_VALID);
    ref.index = 0;
    assert_int_equal(status_of(&ref, in, &opt, &test_arena, &l, NULL, &w), STATUS_REVOKED);
    assert_string_equal(w.reason, "REVOKED");
    ref = good;
    ref.certificate = (struct span){ 0 };
    why_clear(&w);
    assert_int_equal(status_of(&ref, in, &opt, &test_arena, &l, NULL, &w), STATUS_UNDETERMINED);
    assert_string_equal(w.reason, "CERT_UNTRUSTED");
    ref = good;
    ref.uri = SPAN("");
    why_clear(&w);
    assert_int_equal(status_of(&ref, in, &opt, &test_arena, &l, NULL, &w), STATUS_UNDETERMINED);
    assert_string_equal(w.reason, "STATUS_SUB");
    ref = good;
    ref.kind = STATUS_IDENTIFIERS;
    ref.identifier = SPAN("1");
    why_clear(&w);
    assert_int_equal(status_of(&ref, in, &opt, &test_arena, &l, NULL, &w), STATUS_UNDETERMINED);
    assert_string_equal(w.reason, "STATUS_TYPE");
    anchor_set_free(nobody);
}

/* Whatever bit is changed, the token is not taken, or says what it said: its proof itself has no other form.
 */
static void mutations(void **state)
{
    struct span good = make_cwt(NONE, packed(SPAN("\xb9\xa3")));
    uint8_t *bytes = arena_alloc(&test_arena, good.n);
    struct status_options opt = { .anchors = issuer.set, .at = NOW };
    struct status_list l;
    struct arena a;

    (void)state;
    arena_init(&a, 64 << 20);
    memcpy(bytes, good.p, good.n);
    assert_int_equal(status_list_verify(good, &opt, &a, &l, NULL), RESULT_GENUINE);
    for (size_t i = 0; i < good.n; i++) {
        for (int p = PROFILE_LENIENT; p <= PROFILE_STRICT; p++) {
            opt.profile = (enum profile)p;
            bytes[i] ^= (uint8_t)(1u << i % 8);
            if (status_list_verify(span_of(bytes, good.n), &opt, &a, &l, NULL) == RESULT_GENUINE)
                fail_msg("byte %zu of %zu", i, good.n);
            assert_non_null(l.why.reason);
            bytes[i] ^= (uint8_t)(1u << i % 8);
            arena_reset(&a);
        }
    }
    arena_free(&a);
}

/* A token takes no more memory than its list needs, and a bomb next to none. */
static void bombs(void **state)
{
    static uint8_t zeros[1 << 20];
    struct span large = packed(span_of(zeros, sizeof zeros)), in;
    struct status_options opt = { .anchors = issuer.set, .at = NOW };
    struct status_list l;
    struct arena a;
    clock_t start;

    (void)state;
    arena_init(&a, LIMIT_STATUS_LIST);
    assert_int_equal(status_list_verify(make_cwt(NONE, large), &opt, &a, &l, NULL), RESULT_GENUINE);
    assert_int_equal(status_count(&l.values), 8 << 20);
    assert_true(a.used < sizeof zeros + 128 * 1024);
    arena_reset(&a);
    in = load_file(&test_arena, vector_path("licence/status/sl-zlib-bomb.cwt")); /* 256 MiB */
    assert_true(status_token_parse(in, PROFILE_STRICT, &a, &l.token, NULL, NULL));
    in = make_cwt(NONE, l.token.packed);
    start = clock();
    assert_int_equal(status_list_verify(in, &opt, &a, &l, NULL), RESULT_UNDETERMINED);
    assert_string_equal(l.why.reason, "STATUS_TOO_LARGE");
    assert_true(clock() - start < CLOCKS_PER_SEC);
    assert_in_range(a.used, 0, 10 * in.n); /* checking CBOR takes room for keys, by the size of the input */
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_tokens),  cmocka_unit_test(shared_encodings),
        cmocka_unit_test(values_by_bits), cmocka_unit_test(jwt_tokens),
        cmocka_unit_test(cwt_tokens),     cmocka_unit_test(references),
        cmocka_unit_test(mutations),      cmocka_unit_test(bombs),
    };

    return cmocka_run_group_tests_name("status", tests, issuer_setup, issuer_teardown);
}
