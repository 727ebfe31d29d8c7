/* Tokens of our own: what is issued is taken, what would not be taken is not issued; and tokens at hand. */
#include "vectors.h"

#include <stdlib.h>

#include "base/limits.h"
#include "seal/mdl_issue_certificate.h"
#include "seal/status_issue.h"
#include "seal/status_tokens.h"

enum { NOW = 1789500000, DAY = 86400 };

#define URI SPAN("https://ut.example/lists/1")

static struct {
    struct private_key *root_key, *key[3], *other;
    struct span root, signer[3], not_for_lists;
    struct anchor_set *set;
} own;

static struct span certify(enum mdl_role role, const char *name, const struct private_key *key,
                           struct span issuer, unix_time from)
{
    const struct mdl_certificate_order o = { .role = role,
                                             .country = "UT",
                                             .organization = "SPECIMEN",
                                             .common_name = name,
                                             .serial = 0x40 + (uint64_t)role,
                                             .not_before = from,
                                             .not_after = NOW + 400 * DAY,
                                             .authority_url = "https://authority.example/",
                                             .crl_url = "https://authority.example/crl" };
    struct buffer b, spki;
    struct span out;

    buf_init(&b, 8192);
    buf_init(&spki, 1024);
    private_key_spki(key, &spki);
    assert_true(mdl_certificate_issue(&o, buf_span(&spki), own.root_key, issuer, &b, NULL));
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    buf_free(&spki);
    return out;
}

static int setup(void **state)
{
    static const enum curve curves[] = { CURVE_P256, CURVE_P384, CURVE_BP512 };
    const struct anchor_origin from = { .source = "test" };

    if (arena_setup(state) != 0)
        return -1;
    assert_true(private_key_generate(CURVE_P384, &own.root_key, NULL));
    assert_true(private_key_generate(CURVE_P256, &own.other, NULL));
    own.root = certify(MDL_IACA, "IACA SPECIMEN", own.root_key, (struct span){ 0 }, NOW - 10 * DAY);
    for (size_t i = 0; i < 3; i++) {
        assert_true(private_key_generate(curves[i], &own.key[i], NULL));
        own.signer[i] = certify(MDL_STATUS_SIGNER, "LIST SPECIMEN", own.key[i], own.root, NOW - 10 * DAY);
    }
    own.not_for_lists = certify(MDL_READER, "READER SPECIMEN", own.key[0], own.root, NOW - 10 * DAY);
    own.set = anchor_set_new();
    assert_true(anchor_set_add(own.set, own.root, &from, ANCHOR_VOUCHED, NULL, NULL));
    return 0;
}

static int teardown(void **state)
{
    private_key_free(own.root_key);
    private_key_free(own.other);
    for (size_t i = 0; i < 3; i++)
        private_key_free(own.key[i]);
    anchor_set_free(own.set);
    return arena_teardown(state);
}

static struct status_order order(unsigned bits, uint64_t n, uint8_t **data)
{
    struct status_order o = {
        .kind = STATUS_LIST, .uri = URI, .issued = NOW - DAY, .expires = NOW + DAY, .ttl = 3600
    };

    assert_true(status_values_make(bits, n, &test_arena, data, &o.values, NULL));
    return o;
}

static bool issue_by(const struct status_order *o, const struct private_key *key, struct span signer,
                     struct span *out, struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_FILE);
    ok = status_issue(o, key, signer, &test_arena, &b, w);
    assert_int_equal(ok, b.n > 0);
    *out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return ok;
}

static struct span issue(const struct status_order *o)
{
    struct why w = { 0 };
    struct span out;

    if (!issue_by(o, own.key[0], own.signer[0], &out, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return out;
}

/* Any values come back, in both forms, with every kind of key. */
static void round_trip(void **state)
{
    static const unsigned widths[] = { 1, 2, 4, 8 };
    struct status_options opt = {
        .anchors = own.set, .at = NOW, .profile = PROFILE_STRICT, .any_bits = true
    };
    struct span uri = URI;

    (void)state;
    opt.uri = &uri;
    srandom(18013);
    for (size_t round = 0; round < 24; round++) {
        unsigned bits = widths[round % 4], value, naive[300];
        uint64_t n = 1 + (uint64_t)random() % 300;
        uint8_t *data;
        struct status_order o = order(bits, n, &data);
        struct status_list l;
        struct findings f;
        struct why w = { 0 };
        struct span token;

        o.other_documents = bits != 1;
        o.json = round / 4 % 2;
        for (uint64_t i = 0; i < n; i++) {
            naive[i] = (unsigned)random() & ((1u << bits) - 1);
            assert_true(status_values_set(&o.values, data, i, naive[i], NULL));
        }
        if (!issue_by(&o, own.key[round % 3], own.signer[round % 3], &token, &w))
            fail_msg("round %zu: %s: %s", round, w.reason, w.detail);
        findings_init(&f);
        if (status_list_verify(token, &opt, &test_arena, &l, &f) != RESULT_GENUINE)
            fail_msg("round %zu: %s: %s", round, l.why.reason, l.why.detail);
        assert_int_equal(f.n, 0);
        assert_int_equal(l.token.ttl, 3600);
        for (uint64_t i = 0; i < n; i++) {
            assert_true(status_at(&l.values, i, &value));
            assert_int_equal(value, naive[i]);
        }
    }
}

static void refusals(void **state)
{
    uint8_t *data;
    struct status_order good = order(1, 64, &data), o;
    const struct span twice[] = { SPAN("same"), SPAN("same") };
    struct span out;
    struct why w;

    (void)state;
#define REFUSED(name, key, signer)                                                                           \
    do {                                                                                                     \
        why_clear(&w);                                                                                       \
        assert_false(issue_by(&o, key, signer, &out, &w));                                                   \
        assert_string_equal(w.reason, name);                                                                 \
    } while (0)
    o = good;
    o.uri = (struct span){ 0 };
    REFUSED("STATUS_SUB", own.key[0], own.signer[0]);
    o = good;
    o.expires = o.issued;
    REFUSED("STATUS_STRUCT", own.key[0], own.signer[0]);
    o = good;
    o.values.bits = 2;
    REFUSED("STATUS_BITS", own.key[0], own.signer[0]);
    o = good;
    o.values.bits = 3;
    o.other_documents = true;
    REFUSED("STATUS_BITS", own.key[0], own.signer[0]);
    o = good;
    o.values.data.n = LIMIT_STATUS_LIST + 1;
    REFUSED("STATUS_TOO_LARGE", own.key[0], own.signer[0]);
    o = good;
    REFUSED("COSE_ALG_KEY", own.other, own.signer[0]);
    REFUSED("CERT_EKU", own.key[0], own.not_for_lists);
    REFUSED("CERT_PARSE", own.key[0], SPAN("0"));
    o.issued = NOW - 20 * DAY;
    REFUSED("CERT_VALIDITY", own.key[0], own.signer[0]);
    o = good;
    o.kind = STATUS_IDENTIFIERS;
    o.json = true;
    REFUSED("STATUS_TYPE", own.key[0], own.signer[0]);
    o.json = false;
    o.identifier = twice;
    o.n_identifiers = 2;
    REFUSED("CBOR_DUPKEY", own.key[0], own.signer[0]);
#undef REFUSED
    why_clear(&w);
    assert_false(status_values_set(&good.values, data, 64, 1, &w));
    assert_string_equal(w.reason, "STATUS_INDEX");
    why_clear(&w);
    assert_false(status_values_set(&good.values, data, 0, 2, &w));
    assert_string_equal(w.reason, "STATUS_BITS");
}

/* --- tokens at hand --- */

static struct span list_of(unix_time issued, unix_time expires, uint64_t n, int64_t revoked, struct span uri)
{
    uint8_t *data;
    struct status_order o = order(1, n, &data);

    o.issued = issued;
    o.expires = expires;
    o.uri = uri;
    if (revoked >= 0)
        assert_true(status_values_set(&o.values, data, (uint64_t)revoked, 1, NULL));
    return issue(&o);
}

static struct span identifiers_of(struct span id)
{
    const struct status_order o = { .kind = STATUS_IDENTIFIERS,
                                    .uri = SPAN("ids"),
                                    .issued = NOW - DAY,
                                    .expires = NOW + DAY,
                                    .identifier = &id,
                                    .n_identifiers = 1 };

    return issue(&o);
}

static struct span damaged(struct span token)
{
    struct span out = arena_copy(&test_arena, token);

    ((uint8_t *)(uintptr_t)out.p)[out.n - 1] ^= 1;
    return out;
}

static void asked(void **state)
{
    const struct span uri = URI, fresh = list_of(NOW - DAY, NOW + DAY, 64, 7, uri),
                      old = list_of(NOW - 3 * DAY, NOW + DAY, 64, -1, uri),
                      stale = list_of(NOW - 2 * DAY, NOW - DAY, 64, 7, uri),
                      future = list_of(NOW + DAY, NOW + 2 * DAY, 64, 9, uri),
                      other = list_of(NOW - DAY, NOW + DAY, 64, 7, SPAN("elsewhere")),
                      ids = identifiers_of(SPAN("id-1")), bad = damaged(fresh);
    const struct {
        const char *what, *reason;
        enum status_answer answer;
        uint64_t index;
        bool identifiers;
        struct span token[4], brought;
        int64_t age;
    } cases[] = {
        { "valid", NULL, STATUS_VALID, 8, false, { fresh }, { 0 }, DAY },
        { "revoked", "REVOKED", STATUS_REVOKED, 7, false, { fresh }, { 0 }, DAY },
        { "nothing at hand", "STATUS_UNAVAILABLE", STATUS_UNDETERMINED, 8, false, { { 0 } }, { 0 }, 0 },
        { "of another address", "STATUS_UNAVAILABLE", STATUS_UNDETERMINED, 8, false, { other }, { 0 }, 0 },
        { "past the end", "STATUS_INDEX", STATUS_UNDETERMINED, 64, false, { fresh }, { 0 }, DAY },
        { "stale alone", "STATUS_EXPIRED", STATUS_UNDETERMINED, 8, false, { stale }, { 0 }, 2 * DAY },
        { "the newest, not the first", "REVOKED", STATUS_REVOKED, 7, false, { old, fresh }, { 0 }, DAY },
        { "one of the future is passed over", NULL, STATUS_VALID, 9, false, { future, fresh }, { 0 }, DAY },
        { "a damaged one is passed over", NULL, STATUS_VALID, 7, false, { bad, old }, { 0 }, 3 * DAY },
        { "none holds: why of the newest",
          "COSE_SIG",
          STATUS_UNDETERMINED,
          7,
          false,
          { bad, stale },
          { 0 },
          DAY },
        { "brought along, newer", "REVOKED", STATUS_REVOKED, 7, false, { old }, fresh, DAY },
        { "brought along, older", "REVOKED", STATUS_REVOKED, 7, false, { fresh }, old, DAY },
        { "brought along alone", NULL, STATUS_VALID, 8, false, { { 0 } }, fresh, DAY },
        { "brought along, of another address", NULL, STATUS_VALID, 8, false, { fresh }, other, DAY },
        { "both lists, revoked by the second",
          "REVOKED",
          STATUS_REVOKED,
          8,
          true,
          { fresh, ids },
          { 0 },
          DAY },
        { "both named, one at hand", NULL, STATUS_VALID, 8, true, { fresh }, { 0 }, DAY },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mdoc_verdict v = { .result = RESULT_GENUINE,
                                  .has_mso = true,
                                  .mso.status = { .has_list = true,
                                                  .index = cases[i].index,
                                                  .list_uri = uri,
                                                  .has_identifiers = cases[i].identifiers,
                                                  .identifier = SPAN("id-1"),
                                                  .identifiers_uri = SPAN("ids") } };
        struct status_tokens t = { 0 };
        const struct status_question q = { .document = &v,
                                           .tokens = &t,
                                           .brought = cases[i].brought,
                                           .anchors = own.set,
                                           .at = NOW,
                                           .profile = PROFILE_STRICT };
        struct status_said said;

        for (size_t k = 0; k < 4 && cases[i].token[k].n; k++)
            assert_true(status_tokens_add(&t, cases[i].token[k], "file", &test_arena, NULL));
        if (status_ask(&q, &test_arena, &said, NULL) != cases[i].answer)
            fail_msg("%s: %s, %s", cases[i].what, status_word(said.answer), said.why.detail);
        if (!cases[i].reason != !said.why.reason ||
            (said.why.reason && strcmp(said.why.reason, cases[i].reason) != 0))
            fail_msg("%s: %s", cases[i].what, said.why.reason ? said.why.reason : "OK");
        assert_int_equal(said.answer, cases[i].answer);
        assert_true(said.named);
        assert_int_equal(said.found,
                         said.why.reason == NULL || strcmp(said.why.reason, "STATUS_UNAVAILABLE") != 0);
        if (said.found)
            assert_int_equal(said.age, cases[i].age);
    }
}

static void no_reference(void **state)
{
    const struct mdoc_verdict v = { .has_mso = true };
    const struct status_question q = { .document = &v, .anchors = own.set, .at = NOW };
    struct status_said said;

    (void)state;
    assert_int_equal(status_ask(&q, &test_arena, &said, NULL), STATUS_UNDETERMINED);
    assert_false(said.named || said.found);
    assert_string_equal(said.why.reason, "STATUS_UNAVAILABLE");
}

/* The token is to be signed under the authority of the document, not under any. */
static void other_authority(void **state)
{
    struct span uri = URI, token = list_of(NOW - DAY, NOW + DAY, 64, -1, uri);
    struct certificate c;
    struct anchor stranger = { 0 };
    struct mdoc_verdict v = { .has_mso = true,
                              .has_path = true,
                              .mso.status = { .has_list = true, .list_uri = uri } };
    struct status_tokens t = { 0 };
    const struct status_question q = { .document = &v, .tokens = &t, .anchors = own.set, .at = NOW };
    struct status_said said;

    (void)state;
    assert_true(certificate_parse(own.not_for_lists, &c, NULL, NULL));
    stranger.cert = c;
    v.path.anchor = &stranger;
    assert_true(status_tokens_add(&t, token, "file", &test_arena, NULL));
    assert_int_equal(status_ask(&q, &test_arena, &said, NULL), STATUS_UNDETERMINED);
    assert_string_equal(said.why.reason, "CERT_UNTRUSTED");
}

static void not_taken(void **state)
{
    struct status_tokens t = { 0 };
    struct why w = { 0 };

    (void)state;
    assert_false(status_tokens_add(&t, SPAN("eyJ.x.y"), "file", &test_arena, &w));
    assert_string_equal(w.reason, "STRUCT");
    why_clear(&w);
    assert_false(status_tokens_add(&t, SPAN("\xd2\x84"), "file", &test_arena, &w));
    assert_string_equal(w.reason, "CBOR_TRUNCATED");
    assert_int_equal(t.n, 0);
    assert_null(t.newest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),   cmocka_unit_test(refusals),        cmocka_unit_test(asked),
        cmocka_unit_test(no_reference), cmocka_unit_test(other_authority), cmocka_unit_test(not_taken),
    };

    return cmocka_run_group_tests_name("status-issue", tests, setup, teardown);
}
