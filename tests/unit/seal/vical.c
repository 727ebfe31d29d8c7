#include "licence_cases.h"

#include <stdio.h>

#include "guard.h"
#include "seal/mdl_issue_certificate.h"
#include "seal/mdoc.h"
#include "seal/vical.h"
#include "wire/cbor_write.h"

static const char *const profile_name[] = { [PROFILE_LENIENT] = "lenient", [PROFILE_STRICT] = "strict" };

static void assert_entries(const json_t *c, const struct vical *v)
{
    json_t *expect = json_object_get(c, "expect"), *findings = json_object_get(expect, "findings"), *words;
    char key[24], what[256], wanted[256];

    assert_int_equal(v->n, json_integer_value(json_object_get(expect, "entries")));
    for (size_t i = 0; i < v->n; i++) {
        const json_t *word;
        size_t k, used = 0, said = 0;

        (void)snprintf(key, sizeof key, "%zu", i);
        words = json_object_get(findings, key);
        what[0] = wanted[0] = 0;
        json_array_foreach(words, k, word) used +=
            (size_t)snprintf(wanted + used, sizeof wanted - used, "%s;", json_string_value(word));
        for (unsigned d = 0; d < VICAL_DEFECTS; d++)
            if (v->entry[i].defects & 1u << d)
                said += (size_t)snprintf(what + said, sizeof what - said, "%s;",
                                         vical_defect_word((enum vical_defect)d));
        if (strcmp(what, wanted) != 0)
            fail_msg("%s, entry %zu: \"%s\" instead of \"%s\"", case_text(c, "id"), i, what, wanted);
        assert_int_equal(v->entry[i].usable, !(v->entry[i].defects & 1u << VICAL_NOT_CA));
    }
}

static void list_case(const json_t *c, void *ctx)
{
    struct anchor_set *set = case_anchors(&test_arena, c);
    struct span in = guard_copy(case_file(&test_arena, c, "file"));
    struct vical_installed installed = { 0 };

    (void)ctx;
    assert_true(vical_likely(in));
    for (int p = PROFILE_LENIENT; p <= PROFILE_STRICT; p++) {
        struct vical_options opt = { .anchors = set, .at = case_time(c, "now"), .profile = (enum profile)p };
        struct findings f;
        struct vical v;

        if (case_text(c, "installed")) {
            installed.date = case_time(c, "installed");
            opt.installed = &installed;
        }
        findings_init(&f);
        (void)vical_verify(in, &opt, &test_arena, &v, &f);
        assert_outcome(c, profile_name[p], v.why.reason);
        assert_int_equal(v.result == RESULT_GENUINE, !v.why.reason);
        assert_findings(c, profile_name[p], &f);
        if (v.result == RESULT_GENUINE)
            assert_entries(c, &v);
    }
    guard_free(in);
    anchor_set_free(set);
}

static void shared_lists(void **state)
{
    (void)state;
    assert_int_equal(each_case("vical", list_case, NULL), 10);
    assert_int_equal(each_case("vical-real", list_case, NULL), 1);
}

/* --- what follows for licences --- */

struct for_licence {
    struct span licence;
    unix_time at;
};

/* The licence of one case, judged by the authorities of one list alone. */
static const char *judged_by(const char *list, const struct for_licence *l)
{
    const struct anchor_origin from = { .source = "list" };
    struct anchor_set *root = anchor_set_new(), *set = anchor_set_new();
    struct vical_options opt = { .anchors = root, .at = l->at, .profile = PROFILE_STRICT };
    struct mdoc_options m = { .form = MDOC_RESPONSE, .profile = PROFILE_STRICT, .at = l->at, .anchors = set };
    const char *reason;
    struct findings f;
    struct vical v;
    struct mdoc out;

    findings_init(&f);
    assert_true(anchor_set_add(root, load_file(&test_arena, vector_path("licence/pki/vical-root.der")), &from,
                               ANCHOR_VOUCHED, NULL, NULL));
    assert_int_equal(vical_verify(load_file(&test_arena, vector_path(list)), &opt, &test_arena, &v, NULL),
                     RESULT_GENUINE);
    assert_int_equal(vical_add_anchors(&v, set, &from, &f), v.n);
    (void)mdoc_verify(l->licence, &m, &test_arena, &out, NULL);
    reason = out.why.reason ? out.why.reason : "OK";
    anchor_set_free(set);
    anchor_set_free(root);
    return reason;
}

static void take_licence(const json_t *c, void *ctx)
{
    struct for_licence *l = ctx;

    if (strcmp(case_text(c, "id"), "000-ok") != 0)
        return;
    l->licence = case_file(&test_arena, c, "file");
    l->at = case_time(c, "now");
}

static void licences_by_list(void **state)
{
    struct for_licence l = { 0 };

    (void)state;
    (void)each_case("bad", take_licence, &l);
    assert_true(l.licence.n > 0);
    assert_string_equal(judged_by("licence/vical/eco-good.cbor", &l), "OK");
    assert_string_equal(judged_by("licence/vical/eco-two-kz.cbor", &l), "OK");
    assert_string_equal(judged_by("licence/vical/eco-doctype-other.cbor", &l), "VICAL_DOCTYPE");
}

/* --- lists of our own --- */

enum { NOW = 1789500000, DAY = 86400 };

static struct {
    struct private_key *root_key, *key, *authority_key;
    struct span root, signer, authority;
    struct anchor_set *set;
} own;

static struct span certify(enum mdl_role role, const char *country, const char *name,
                           const struct private_key *key, const struct private_key *by, struct span issuer)
{
    const struct mdl_certificate_order o = { .role = role,
                                             .country = country,
                                             .organization = "SPECIMEN",
                                             .common_name = name,
                                             .serial = 0x80 + (uint64_t)role,
                                             .not_before = NOW - 10 * DAY,
                                             .not_after = NOW + 400 * DAY,
                                             .authority_url = "https://authority.example/",
                                             .crl_url = "https://authority.example/crl" };
    struct buffer b, spki;
    struct why w = { 0 };
    struct span out;

    buf_init(&b, 8192);
    buf_init(&spki, 1024);
    private_key_spki(key, &spki);
    if (!mdl_certificate_issue(&o, buf_span(&spki), by, issuer, &b, &w))
        fail_msg("%s: %s: %s", name, w.reason, w.detail);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    buf_free(&spki);
    return out;
}

static int own_setup(void **state)
{
    const struct anchor_origin from = { .source = "test" };

    if (arena_setup(state) != 0)
        return -1;
    assert_true(private_key_generate(CURVE_P384, &own.root_key, NULL));
    assert_true(private_key_generate(CURVE_P256, &own.key, NULL));
    assert_true(private_key_generate(CURVE_BP256, &own.authority_key, NULL));
    own.root = certify(MDL_IACA, "UT", "ROOT SPECIMEN", own.root_key, own.root_key, (struct span){ 0 });
    own.signer = certify(MDL_LIST_SIGNER, "UT", "LIST SPECIMEN", own.key, own.root_key, own.root);
    own.authority =
        certify(MDL_IACA, "UT", "IACA SPECIMEN", own.authority_key, own.authority_key, (struct span){ 0 });
    own.set = anchor_set_new();
    assert_true(anchor_set_add(own.set, own.root, &from, ANCHOR_VOUCHED, NULL, NULL));
    return 0;
}

static int own_teardown(void **state)
{
    private_key_free(own.root_key);
    private_key_free(own.key);
    private_key_free(own.authority_key);
    anchor_set_free(own.set);
    return arena_teardown(state);
}

static struct span write_list(const struct vical_order *o, struct why *w)
{
    struct span out = { 0 };
    struct buffer b;

    buf_init(&b, 1 << 20);
    if (vical_write(o, own.key, own.signer, &test_arena, &b, w))
        out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static const char *const types[] = { "org.iso.18013.5.1.mDL", "org.iso.23220.photoid.1" };

/* What is written reads back without a finding; what would not is not written. */
static void written(void **state)
{
    const struct vical_order_entry entries[] = { { own.authority, types, 2 }, { own.root, types + 1, 1 } };
    struct vical_order o = { .provider = "SPECIMEN",
                             .date = NOW - DAY,
                             .next_update = NOW + DAY,
                             .issue = 7,
                             .url = "https://list.example/",
                             .entry = entries,
                             .n = 2 };
    const struct vical_order_entry leaf = { own.signer, types, 1 }, none = { own.authority, types, 0 };
    const struct vical_options opt = { .anchors = own.set, .at = NOW, .profile = PROFILE_STRICT };
    const struct vical_entry *e;
    struct findings f;
    struct vical v;
    struct why w = { 0 };

    (void)state;
    findings_init(&f);
    assert_int_equal(vical_verify(write_list(&o, NULL), &opt, &test_arena, &v, &f), RESULT_GENUINE);
    assert_int_equal(f.n, 0);
    assert_int_equal(v.n, 2);
    assert_int_equal(v.issue, 7);
    assert_int_equal(v.date, NOW - DAY);
    assert_true(v.has_next_update && v.next_update == NOW + DAY);
    assert_true(span_eq_str(v.provider, "SPECIMEN") && span_eq_str(v.url, "https://list.example/"));
    e = vical_find(&v, own.authority);
    assert_non_null(e);
    assert_true(vical_entry_lists(e, SPAN("org.iso.18013.5.1.mDL")));
    assert_false(vical_entry_lists(e, SPAN("org.iso.18013.5.1")));
    assert_false(vical_entry_lists(vical_find(&v, own.root), SPAN("org.iso.18013.5.1.mDL")));
    assert_null(vical_find(&v, own.signer));
    o.n = 1;
    o.entry = &leaf;
    assert_int_equal(write_list(&o, &w).n, 0);
    assert_string_equal(w.reason, "VICAL_ENTRY");
    why_clear(&w);
    o.entry = &none;
    assert_int_equal(write_list(&o, &w).n, 0);
    assert_string_equal(w.reason, "request");
}

static void mutations(void **state)
{
    const struct vical_order_entry entry = { own.authority, types, 2 };
    const struct vical_order o = { .provider = "SPECIMEN", .date = NOW - DAY, .entry = &entry, .n = 1 };
    struct span good = write_list(&o, NULL);
    uint8_t *bytes = arena_alloc(&test_arena, good.n);
    struct vical_options opt = { .anchors = own.set, .at = NOW };
    struct arena a;
    struct vical v;

    (void)state;
    arena_init(&a, 64 << 20);
    memcpy(bytes, good.p, good.n);
    assert_int_equal(vical_verify(good, &opt, &a, &v, NULL), RESULT_GENUINE);
    for (size_t i = 0; i < good.n; i++) {
        bytes[i] ^= (uint8_t)(1u << i % 8);
        for (int p = PROFILE_LENIENT; p <= PROFILE_STRICT; p++) {
            opt.profile = (enum profile)p;
            if (vical_verify(span_of(bytes, good.n), &opt, &a, &v, NULL) == RESULT_GENUINE)
                fail_msg("byte %zu of %zu", i, good.n);
            assert_non_null(v.why.reason);
            arena_reset(&a);
        }
        bytes[i] ^= (uint8_t)(1u << i % 8);
    }
    for (size_t n = 0; n < good.n; n++) {
        struct span cut = guard_copy(span_sub(good, 0, n));

        assert_int_equal(vical_verify(cut, &opt, &a, &v, NULL), RESULT_MALFORMED);
        (void)vical_likely(cut);
        guard_free(cut);
        arena_reset(&a);
    }
    arena_free(&a);
}

/* Numbers instead of entries: refused before memory is taken for them. */
static void bombs(void **state)
{
    enum { COUNT = 60000 };
    const struct vical_options opt = { .anchors = own.set, .at = NOW };
    struct buffer b;
    struct vical v;
    struct arena a;
    size_t checked;

    (void)state;
    buf_init(&b, 1 << 20);
    buf_put(&b, SPAN("\x84\x43\xa1\x01\x26\xa0"));
    cbor_put_head(&b, CBOR_BYTES, 1 + 17 + 3 + COUNT);
    cbor_put_map(&b, 1);
    cbor_put_str(&b, "certificateInfos");
    cbor_put_array(&b, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        buf_u8(&b, 0);
    cbor_put_bytes(&b, SPAN("x"));
    arena_init(&a, 64 << 20);
    assert_true(cbor_check(buf_span(&b), NULL, &a, NULL));
    checked = a.used;
    arena_reset(&a);
    assert_int_equal(vical_verify(buf_span(&b), &opt, &a, &v, NULL), RESULT_MALFORMED);
    assert_string_equal(v.why.reason, "STRUCT");
    assert_in_range(a.used, 0, checked + ((size_t)2 << 20));
    arena_free(&a);
    buf_free(&b);
}

/* What a list says otherwise than it should. */
struct oddity {
    const char *version, *date, *next_update, *not_after;
    int64_t issue;
    bool no_types, nested_ski, twice, no_payload, url_profile;
    struct span signer, above[2]; /* n_above: instead of own.signer, and certificates above it */
    size_t n_above;
};

static void put_time(struct buffer *b, const char *key, const char *text)
{
    if (!text)
        return;
    cbor_put_str(b, key);
    if (*text != '-')
        cbor_put_head(b, CBOR_TAG, 0);
    cbor_put_str(b, *text == '-' ? text + 1 : text);
}

static void put_odd_entry(struct buffer *b, const struct oddity *o)
{
    struct certificate c;

    assert_true(certificate_parse(own.authority, &c, NULL, NULL));
    cbor_put_map(b, 4 + (o->url_profile ? 2 : 0));
    cbor_put_str(b, "certificate");
    cbor_put_bytes(b, own.authority);
    cbor_put_str(b, "serialNumber");
    cbor_put_int(b, 0x80 + MDL_IACA);
    cbor_put_str(b, "ski");
    cbor_put_head(b, CBOR_BYTES, c.ski.n + (o->nested_ski ? 2 : 0));
    if (o->nested_ski)
        buf_put(b, SPAN("\x04\x14"));
    buf_put(b, c.ski);
    cbor_put_str(b, "docType");
    cbor_put_array(b, !o->no_types);
    if (!o->no_types)
        cbor_put_str(b, types[0]);
    if (o->url_profile) {
        cbor_put_str(b, "CertificateProfile");
        cbor_put_array(b, 1);
        cbor_put_str(b, "https://profile.example/");
        cbor_put_str(b, "Extensions");
        cbor_put_null(b);
    }
}

static struct span odd_list(const struct oddity *o)
{
    struct buffer p, s, sig, b;
    struct digest d;
    struct span out;

    buf_init(&p, 1 << 16);
    buf_init(&s, 1 << 16);
    buf_init(&sig, 256);
    buf_init(&b, 1 << 16);
    cbor_put_map(&p, 5 + (size_t)(o->next_update != NULL) + (size_t)(o->not_after != NULL));
    cbor_put_str(&p, "version");
    cbor_put_str(&p, o->version ? o->version : "1.0");
    cbor_put_str(&p, "vicalProvider");
    cbor_put_str(&p, "SPECIMEN");
    cbor_put_str(&p, "vicalIssueID");
    cbor_put_int(&p, o->issue);
    put_time(&p, "date", o->date ? o->date : "2026-09-01T00:00:00Z");
    put_time(&p, "nextUpdate", o->next_update);
    put_time(&p, "notAfter", o->not_after);
    cbor_put_str(&p, "certificateInfos");
    cbor_put_array(&p, o->twice ? 2 : 1);
    put_odd_entry(&p, o);
    if (o->twice)
        put_odd_entry(&p, o);
    cbor_put_array(&s, 4);
    cbor_put_str(&s, "Signature1");
    cbor_put_bytes(&s, SPAN("\xa1\x01\x26"));
    cbor_put_bytes(&s, (struct span){ 0 });
    cbor_put_bytes(&s, buf_span(&p));
    digest_of(DIGEST_SHA256, buf_span(&s), &d);
    assert_true(signature_make(own.key, SIG_ECDSA_RAW, &d, &sig, NULL));
    cbor_put_array(&b, 4);
    cbor_put_bytes(&b, SPAN("\xa1\x01\x26"));
    cbor_put_map(&b, 1);
    cbor_put_int(&b, 33);
    cbor_put_array(&b, 1 + o->n_above);
    cbor_put_bytes(&b, o->n_above ? o->signer : own.signer);
    for (size_t i = 0; i < o->n_above; i++)
        cbor_put_bytes(&b, o->above[i]);
    if (o->no_payload)
        cbor_put_null(&b);
    else
        cbor_put_bytes(&b, buf_span(&p));
    cbor_put_bytes(&b, buf_span(&sig));
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&p);
    buf_free(&s);
    buf_free(&sig);
    buf_free(&b);
    return out;
}

/* NOW is 2026-09-15; installed is a list of 2026-09-01, issue 5. */
static void odd_lists(void **state)
{
    static const struct {
        const char *what, *strict, *lenient, *finding;
        struct oddity o;
    } cases[] = {
        { "as it should be", NULL, NULL, NULL, { .issue = 5 } },
        { "minor version", NULL, NULL, NULL, { .issue = 5, .version = "1.9" } },
        { "major version", "VERSION", "VERSION", NULL, { .issue = 5, .version = "2.0" } },
        { "payload null", "COSE_PAYLOAD", "COSE_PAYLOAD", NULL, { .issue = 5, .no_payload = true } },
        { "no document types", "STRUCT", "STRUCT", NULL, { .issue = 5, .no_types = true } },
        { "negative issue", "STRUCT", "STRUCT", NULL, { .issue = -1 } },
        { "fraction", "MSO_TDATE", NULL, "MSO_TDATE", { .issue = 5, .date = "2026-09-01T00:00:00.5Z" } },
        { "offset", "MSO_TDATE", "MSO_TDATE", NULL, { .issue = 5, .date = "2026-09-01T00:00:00+03:00" } },
        { "untagged", "MSO_TDATE", "MSO_TDATE", NULL, { .issue = 5, .date = "-2026-09-01T00:00:00Z" } },
        { "no such day",
          "MSO_TDATE",
          "MSO_TDATE",
          NULL,
          { .issue = 5, .not_after = "2027-02-30T00:00:00Z" } },
        { "future", "VICAL_NOT_YET", "VICAL_NOT_YET", NULL, { .issue = 5, .date = "2026-10-01T00:00:00Z" } },
        { "over",
          "VICAL_EXPIRED",
          "VICAL_EXPIRED",
          NULL,
          { .issue = 5, .not_after = "2026-09-10T00:00:00Z" } },
        { "stale", NULL, NULL, "VICAL_STALE", { .issue = 5, .next_update = "2026-09-10T00:00:00Z" } },
        { "older", "VICAL_ROLLBACK", "VICAL_ROLLBACK", NULL, { .issue = 9, .date = "2026-08-01T00:00:00Z" } },
        { "lower issue, later date", NULL, NULL, NULL, { .issue = 1, .date = "2026-09-02T00:00:00Z" } },
        { "lower issue, same date", "VICAL_ROLLBACK", "VICAL_ROLLBACK", NULL, { .issue = 4 } },
        { "ski in two octet strings",
          "VICAL_ENTRY",
          NULL,
          "VICAL_ENTRY",
          { .issue = 5, .nested_ski = true } },
        { "capitalised keys, URL as profile", NULL, NULL, NULL, { .issue = 5, .url_profile = true } },
        { "one twice", NULL, NULL, "VICAL_DUP", { .issue = 5, .twice = true } },
    };
    struct vical_installed installed = { .has_issue = true, .issue = 5 };
    struct vical_options opt = { .anchors = own.set, .at = NOW, .installed = &installed };

    (void)state;
    assert_true(time_parse(SPAN("2026-09-01T00:00:00Z"), &installed.date));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(odd_list(&cases[i].o));

        for (int p = PROFILE_LENIENT; p <= PROFILE_STRICT; p++) {
            const char *wanted = p == PROFILE_STRICT ? cases[i].strict : cases[i].lenient;
            struct findings f;
            struct vical v;

            findings_init(&f);
            opt.profile = (enum profile)p;
            (void)vical_verify(in, &opt, &test_arena, &v, &f);
            if (strcmp(v.why.reason ? v.why.reason : "OK", wanted ? wanted : "OK") != 0)
                fail_msg("%s, %s: %s, %s", cases[i].what, profile_name[p], v.why.reason ? v.why.reason : "OK",
                         v.why.detail);
            if (!wanted && cases[i].finding) {
                assert_int_equal(f.n, 1);
                assert_string_equal(f.item[0].why.reason, cases[i].finding);
            } else if (!wanted) {
                assert_int_equal(f.n, 0);
            }
        }
        guard_free(in);
    }
}

/* The length of path that an authority of ours allows, changed; its own signature does not hold any more. */
static struct span with_path_length(struct span authority, uint8_t n)
{
    static const uint8_t basic[] = { 0x30, 0x06, 0x01, 0x01, 0xff, 0x02, 0x01, 0x00 };
    struct span out = arena_copy(&test_arena, authority);
    uint8_t *at = memmem((void *)(uintptr_t)out.p, out.n, basic, sizeof basic);

    assert_non_null(at);
    at[sizeof basic - 1] = n;
    return out;
}

/* C.1.8: the signer of a list may stand below an intermediate of its provider, as far as pathLen allows. */
static void below_an_intermediate(void **state)
{
    static const struct {
        const char *what, *country, *reason;
        uint8_t root_length;
        bool other_middle, middle_missing, other_root, late;
    } cases[] = {
        { "as it should be", "UT", NULL, 1 },
        { "the root allows none below", "UT", "CERT_PATHLEN", 0 },
        { "the intermediate did not sign it", "UT", "CERT_UNTRUSTED", 1, .other_middle = true },
        { "the intermediate is not in the chain", "UT", "CERT_UNTRUSTED", 1, .middle_missing = true },
        { "another root", "UT", "CERT_UNTRUSTED", 1, .other_root = true },
        { "the intermediate is of another country", "XX", "CERT_COUNTRY", 1 },
        { "after all of them", "UT", "CERT_VALIDITY", 1, .late = true },
    };
    const struct anchor_origin from = { .source = "test" };
    struct private_key *middle_key, *other_key;

    (void)state;
    assert_true(private_key_generate(CURVE_P256, &middle_key, NULL));
    assert_true(private_key_generate(CURVE_P256, &other_key, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct private_key *root_key = cases[i].other_root ? other_key : own.root_key;
        struct span root = certify(MDL_IACA, "UT", "ROOT SPECIMEN", root_key, root_key, (struct span){ 0 });
        struct span middle = certify(MDL_IACA, cases[i].country, "MIDDLE SPECIMEN",
                                     cases[i].other_middle ? other_key : middle_key, own.root_key, own.root);
        struct span made = certify(MDL_IACA, "UT", "MIDDLE SPECIMEN", middle_key, own.root_key, own.root);
        struct oddity o = { .issue = 9 };
        struct anchor_set *set = anchor_set_new();
        struct vical_options opt = { .anchors = set, .at = NOW, .profile = PROFILE_STRICT };
        struct span in;
        struct vical v;

        o.signer = certify(MDL_LIST_SIGNER, "UT", "LIST SPECIMEN", own.key, middle_key, made);
        o.above[0] = cases[i].middle_missing ? own.authority : middle;
        o.n_above = 1;
        if (cases[i].late)
            opt.at = NOW + 500 * DAY;
        assert_true(anchor_set_add(set, with_path_length(root, cases[i].root_length), &from, ANCHOR_VOUCHED,
                                   NULL, NULL));
        in = guard_copy(odd_list(&o));
        (void)vical_verify(in, &opt, &test_arena, &v, NULL);
        if (strcmp(v.why.reason ? v.why.reason : "OK", cases[i].reason ? cases[i].reason : "OK") != 0)
            fail_msg("%s: %s, %s", cases[i].what, v.why.reason ? v.why.reason : "OK", v.why.detail);
        guard_free(in);
        anchor_set_free(set);
    }
    private_key_free(middle_key);
    private_key_free(other_key);
}

/* Annex B: what the strict profile holds against a certificate and the lenient one names. */
static void profile_gaps(void **state)
{
    struct mdl_certificate_order o = { .role = MDL_IACA,
                                       .country = "UT",
                                       .state = "UT-AA",
                                       .common_name = "IACA SPECIMEN",
                                       .serial = 7,
                                       .not_before = NOW - DAY,
                                       .not_after = NOW + 100 * DAY,
                                       .authority_url = "https://authority.example/",
                                       .crl_url = "https://authority.example/crl" };
    const struct anchor_origin from = { .source = "test" };
    struct anchor_set *set = anchor_set_new();
    struct buffer ca, spki, leaf;
    struct certificate c;
    struct findings f;
    struct why w = { 0 };
    struct path path;
    uint8_t *der;

    (void)state;
    buf_init(&ca, 8192);
    buf_init(&leaf, 8192);
    buf_init(&spki, 1024);
    private_key_spki(own.root_key, &spki);
    assert_true(mdl_certificate_issue(&o, buf_span(&spki), own.root_key, (struct span){ 0 }, &ca, NULL));
    o.role = MDL_SIGNER;
    o.state = NULL;
    o.common_name = "DS SPECIMEN";
    buf_reset(&spki);
    private_key_spki(own.key, &spki);
    assert_true(mdl_certificate_issue(&o, buf_span(&spki), own.root_key, buf_span(&ca), &leaf, NULL));
    assert_true(anchor_set_add(set, buf_span(&ca), &from, ANCHOR_VOUCHED, NULL, NULL));
    assert_true(mdl_certificate_parse(buf_span(&leaf), leaf.p, &c, NULL));
    assert_true(mdl_path_find(set, &c, NULL, 0, NOW, leaf.p, &path, NULL));
    findings_init(&f);
    assert_true(mdl_path_states(&path, &c, PROFILE_LENIENT, leaf.p, &f, NULL));
    assert_int_equal(f.n, 1);
    assert_string_equal(f.item[0].why.reason, "CERT_PROFILE");
    assert_false(mdl_path_states(&path, &c, PROFILE_STRICT, leaf.p, NULL, &w));
    assert_string_equal(w.reason, "CERT_PROFILE");
    assert_int_equal(w.offset, c.subject.p - leaf.p);

    assert_true(mdl_certificate_check(&c, MDL_SIGNER, PROFILE_STRICT, leaf.p, NULL, NULL));
    der = leaf.p + (c.ski.p - leaf.p);
    der[3] ^= 1;
    findings_init(&f);
    assert_true(mdl_certificate_check(&c, MDL_SIGNER, PROFILE_LENIENT, leaf.p, &f, NULL));
    assert_int_equal(f.n, 1);
    assert_string_equal(f.item[0].why.reason, "CERT_PROFILE");
    why_clear(&w);
    assert_false(mdl_certificate_check(&c, MDL_SIGNER, PROFILE_STRICT, leaf.p, NULL, &w));
    assert_string_equal(w.reason, "CERT_PROFILE");
    assert_int_equal(w.offset, c.ski.p - leaf.p);
    buf_free(&ca);
    buf_free(&leaf);
    buf_free(&spki);
    anchor_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_lists),
        cmocka_unit_test(licences_by_list),
        cmocka_unit_test(written),
        cmocka_unit_test(mutations),
        cmocka_unit_test(bombs),
        cmocka_unit_test(odd_lists),
        cmocka_unit_test(below_an_intermediate),
        cmocka_unit_test(profile_gaps),
    };

    return cmocka_run_group_tests_name("vical", tests, own_setup, own_teardown);
}
