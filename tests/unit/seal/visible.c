#include "vectors.h"

#include "guard.h"
#include "seal/visible.h"

static const char at_text[] = "2026-11-21T00:00:00Z";

struct fixture {
    struct arena arena;
    struct anchor_set *anchors;
    unix_time at;
};

static void add_anchor(struct fixture *f, const char *file)
{
    struct span der = load_file(&f->arena, vector_path(file));
    struct why w = { 0 };

    if (!anchor_set_add(f->anchors, der, &(struct anchor_origin){ .source = file }, ANCHOR_VOUCHED, NULL, &w))
        fail_msg("%s: %s", file, w.detail);
}

static void begin(struct fixture *f)
{
    arena_init(&f->arena, 64u << 20);
    f->anchors = anchor_set_new();
    assert_true(time_parse(span_str(at_text), &f->at));
}

static void begin_with_signers(struct fixture *f)
{
    begin(f);
    add_anchor(f, "travel/vds/certs/dets27.der");
    add_anchor(f, "travel/vds/certs/dets32.der");
    add_anchor(f, "travel/vds/certs/utts5b.der");
}

static void end(struct fixture *f)
{
    anchor_set_free(f->anchors);
    arena_free(&f->arena);
}

/* At the end of a page, with an arena of its own that may take 1 MiB. */
static enum result verify(struct fixture *f, struct span in, enum profile profile, struct arena *a,
                          struct visible_seal *out, struct findings *findings)
{
    struct seal_options opt = { f->anchors, f->at, profile };

    findings_init(findings);
    arena_init(a, 1 << 20);
    return visible_seal_verify(in, &opt, a, out, findings);
}

static bool has(const struct findings *f, const char *reason)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].why.reason, reason) == 0)
            return true;
    return false;
}

static const char *text(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s ? s : "";
}

/* "undetermined: not signed" and "undetermined: signer certificate unknown (no-anchor)" of the index */
static const char *expected_word(const json_t *seal)
{
    const char *s = text(seal, "expected");

    if (strstr(s, "no-anchor"))
        return "no-anchor";
    return strncmp(s, "undetermined", 12) == 0 ? "undetermined" : s;
}

static void assert_span(struct span s, const char *expected, const char *what)
{
    if (!span_eq_str(s, expected))
        fail_msg("%s: %.*s, expected %s", what, (int)s.n, (const char *)s.p, expected);
}

static void assert_date(struct date d, const char *expected, const char *what)
{
    char s[DATE_TEXT];

    if (strcmp(date_format(d, s), expected) != 0)
        fail_msg("%s: %s, expected %s", what, s, expected);
}

static void messages_agree(struct fixture *f, const json_t *list, const struct visible_seal *s,
                           const char *id)
{
    size_t at = 0, i;
    const json_t *m;

    json_array_foreach(list, i, m)
    {
        while (at < s->n_fields && s->field[at].depth)
            at++;
        if (at == s->n_fields)
            fail_msg("%s: message %s is missing", id, text(m, "tag"));
        assert_int_equal(s->field[at].tag, strtol(text(m, "tag"), NULL, 16));
        if (json_object_get(m, "hex"))
            assert_true(span_eq(s->field[at].raw, from_hex(&f->arena, text(m, "hex"))));
        at++;
    }
    while (at < s->n_fields && s->field[at].depth)
        at++;
    assert_int_equal(at, s->n_fields);
}

static void zone_agrees(const json_t *lines, const struct visible_seal *s)
{
    char zone[128] = "";
    size_t i;
    const json_t *line;

    json_array_foreach(lines, i, line)
    {
        if (i)
            strcat(zone, "\n");
        strcat(zone, json_string_value(line));
    }
    if (zone[0]) {
        assert_non_null(seal_field(s, "mrz") ? seal_field(s, "mrz") : &s->field[0]);
        for (i = 0; i < s->n_fields; i++)
            if (s->field[i].name && strcmp(s->field[i].name, "mrz") == 0)
                assert_span(s->field[i].text, zone, "mrz");
    }
}

static void vds_agrees(struct fixture *f, const json_t *seal)
{
    const char *id = text(seal, "id");
    const json_t *parsed = json_object_get(seal, "parsed");
    struct span in = guard_copy(from_hex(&f->arena, text(seal, "hex")));
    struct visible_seal s;
    struct findings findings;
    struct arena a;

    (void)verify(f, in, PROFILE_LENIENT, &a, &s, &findings);
    if (strcmp(result_word(s.result), expected_word(seal)) != 0)
        fail_msg("%s: %s (%s, %s), expected %s", id, result_word(s.result), s.why.reason, s.why.detail,
                 expected_word(seal));
    assert_true((s.result == RESULT_GENUINE) == (s.why.reason == NULL));
    if (parsed && json_object_get(parsed, "country")) {
        assert_int_equal(s.version, strtol(text(parsed, "version_byte"), NULL, 16) + 1);
        assert_span(s.country, text(parsed, "country"), id);
        assert_span(s.signer, text(parsed, "signer"), id);
        assert_span(s.cert_ref, text(parsed, "cert_ref"), id);
        assert_date(s.issued, text(parsed, "issued"), id);
        assert_date(s.signed_on, text(parsed, "signed"), id);
        assert_int_equal(s.document_ref, strtol(text(parsed, "document_ref"), NULL, 16));
        messages_agree(f, json_object_get(parsed, "messages"), &s, id);
        zone_agrees(json_object_get(parsed, "mrz"), &s);
    }
    arena_free(&a);
    guard_free(in);
}

static void every_vds_of_the_index(void **state)
{
    struct fixture f;
    json_t *index = load_json(vector_path("travel/vds/seals.json")), *seal;
    size_t i;

    (void)state;
    begin_with_signers(&f);
    json_array_foreach(json_object_get(index, "seals"), i, seal) vds_agrees(&f, seal);
    assert_true(i >= 23);
    json_decref(index);
    end(&f);
}

static void idb_agrees(struct fixture *f, const json_t *seal)
{
    const char *id = text(seal, "id");
    const json_t *parsed = json_object_get(seal, "parsed");
    struct span in = guard_copy(span_str(text(seal, "text")));
    struct visible_seal s;
    struct findings findings;
    struct arena a;

    (void)verify(f, in, PROFILE_LENIENT, &a, &s, &findings);
    if (strcmp(result_word(s.result), expected_word(seal)) != 0)
        fail_msg("%s: %s (%s, %s), expected %s", id, result_word(s.result), s.why.reason, s.why.detail,
                 expected_word(seal));
    assert_int_equal(s.is_signed, json_is_true(json_object_get(parsed, "signed")));
    assert_int_equal(s.zipped, json_is_true(json_object_get(parsed, "zipped")));
    assert_span(s.country, text(parsed, "country"), id);
    assert_span(s.cert_ref, text(parsed, "cert_ref"), id);
    assert_date(s.signed_on, text(parsed, "date"), id);
    messages_agree(f, json_object_get(parsed, "messages"), &s, id);
    arena_free(&a);
    guard_free(in);
}

static void every_idb_of_the_index(void **state)
{
    struct fixture f;
    json_t *index = load_json(vector_path("travel/vds/idb.json")), *seal;
    size_t i;

    (void)state;
    begin_with_signers(&f);
    json_array_foreach(json_object_get(index, "seals"), i, seal) idb_agrees(&f, seal);
    assert_true(i >= 10);
    json_decref(index);
    end(&f);
}

static void file_gives(struct fixture *f, const char *file, const char *expected, const char *reason)
{
    struct span in = guard_copy(load_file(&f->arena, vector_path(file)));
    struct visible_seal s;
    struct findings findings;
    struct arena a;

    (void)verify(f, in, PROFILE_LENIENT, &a, &s, &findings);
    if (strcmp(result_word(s.result), expected) != 0)
        fail_msg("%s: %s (%s, %s), expected %s", file, result_word(s.result), s.why.reason, s.why.detail,
                 expected);
    if (reason)
        assert_string_equal(s.why.reason ? s.why.reason : "", reason);
    arena_free(&a);
    guard_free(in);
}

static void every_vdsnc_of_the_index(void **state)
{
    struct fixture f;
    json_t *index = load_json(vector_path("travel/vdsnc/index.json")), *sample;
    char path[256];
    size_t i;

    (void)state;
    begin(&f);
    json_array_foreach(json_object_get(index, "samples"), i, sample)
    {
        (void)snprintf(path, sizeof path, "travel/%s", text(sample, "file"));
        if (i == 0)
            file_gives(&f, path, "no-anchor", "no-anchor");
        (void)snprintf(path, sizeof path, "travel/%s", text(sample, "csca"));
        add_anchor(&f, path);
        (void)snprintf(path, sizeof path, "travel/%s", text(sample, "file"));
        file_gives(&f, path, text(sample, "expected"), NULL);
    }
    assert_true(i >= 4);
    json_decref(index);
    end(&f);
}

static void hostile_inputs(void **state)
{
    static const struct {
        const char *file, *result, *reason;
    } cases[] = {
        { "travel/adversarial/vds_header_only.bin", "malformed", "no-messages" },
        { "travel/adversarial/vds_two_signatures.bin", "malformed", "signature-zone" },
        { "travel/adversarial/vds_dup_tag.bin", "malformed", "duplicate-message" },
        { "travel/adversarial/vds_version_09.bin", "malformed", "version" },
        { "travel/adversarial/idb_lower.txt", "malformed", NULL },
        { "travel/adversarial/idb_zip_bomb.txt", "malformed", "too-large" },
        { "travel/adversarial/vdsnc_dupkey.json", "malformed", "duplicate-member" },
        { "travel/adversarial/vdsnc_unsorted.json", "genuine", NULL },
        { "travel/adversarial/vdsnc_escape.json", "genuine", NULL },
        { "travel/adversarial/vdsnc_deep.json", "malformed", NULL },
    };
    struct fixture f;

    (void)state;
    begin_with_signers(&f);
    add_anchor(&f, "travel/vdsnc/AUS_csca.der");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        file_gives(&f, cases[i].file, cases[i].result, cases[i].reason);
    end(&f);
}

/* What the lenient profile says with a warning, the strict one refuses. */
static void profiles(void **state)
{
    static const struct {
        const char *id, *warning;
        enum result strict;
        const char *reason;
    } cases[] = {
        { "registrationCertificate", "signer-not-named", RESULT_NO_ANCHOR, "no-anchor" },
        { "addressStickerId", "signer-country", RESULT_FORGED, "signer-country" },
        { "arrivalAttestation", "zone-not-read", RESULT_GENUINE, NULL },
        { "emergencyTravelDocument", "document-expired", RESULT_EXPIRED, "document-expired" },
        { "own_visa_mrvb_224", "signer-validity", RESULT_FORGED, "signer-country" },
        { "visa224", "missing-field", RESULT_FORGED, "signer-country" },
        { "own_visa_mrva", NULL, RESULT_GENUINE, NULL },
    };
    struct fixture f;
    json_t *index = load_json(vector_path("travel/vds/seals.json")), *seal;
    struct visible_seal s;
    struct findings findings;
    struct arena a;
    size_t i, done = 0;

    (void)state;
    begin_with_signers(&f);
    json_array_foreach(json_object_get(index, "seals"), i, seal)
    {
        for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            if (strcmp(cases[k].id, text(seal, "id")) != 0)
                continue;
            assert_int_equal(
                verify(&f, from_hex(&f.arena, text(seal, "hex")), PROFILE_LENIENT, &a, &s, &findings),
                RESULT_GENUINE);
            if (cases[k].warning && !has(&findings, cases[k].warning))
                fail_msg("%s: warning %s is missing", cases[k].id, cases[k].warning);
            arena_free(&a);
            (void)verify(&f, from_hex(&f.arena, text(seal, "hex")), PROFILE_STRICT, &a, &s, &findings);
            if (s.result != cases[k].strict)
                fail_msg("%s: %s (%s)", cases[k].id, result_word(s.result), s.why.reason);
            if (cases[k].reason)
                assert_string_equal(s.why.reason, cases[k].reason);
            arena_free(&a);
            done++;
        }
    }
    assert_int_equal(done, sizeof cases / sizeof cases[0]);
    json_decref(index);
    end(&f);
}

/* What is unknown or deviates is said and shown, and nothing is believed that is not proved. */
static void content_is_shown_and_weighed(void **state)
{
    struct fixture f;
    json_t *index = load_json(vector_path("travel/vds/idb.json")), *seal;
    struct visible_seal s;
    struct findings findings;
    struct arena a;
    size_t i, done = 0;

    (void)state;
    begin_with_signers(&f);
    json_array_foreach(json_object_get(index, "seals"), i, seal)
    {
        const char *id = text(seal, "id");

        (void)verify(&f, span_str(text(seal, "text")), PROFILE_LENIENT, &a, &s, &findings);
        if (strcmp(id, "Visa") == 0) { /* a stay of one byte, and a passport's zone in the field of a visa */
            assert_true(has(&findings, "field-length"));
            assert_string_equal(s.type, "visa");
            assert_int_equal(seal_field(&s, "duration-of-stay")->raw.n, 1);
            assert_int_equal(seal_field(&s, "duration-of-stay")->text.n, 0);
            assert_int_equal(seal_field(&s, "mrz")->text.n, 44 + 1 + 44);
            done++;
        } else if (strcmp(id, "own_dta_zipped") == 0) {
            assert_string_equal(s.type, "travel-authorization");
            assert_span(seal_field(&s, "date-of-birth")->text, "19XX-XX-XX", id);
            assert_span(seal_field(&s, "valid-until")->text, "2027-10-31", id);
            assert_int_equal(seal_field(&s, "name")->depth, 1);
            done++;
        } else if (strcmp(id, "SubstituteIdentityDocument") == 0) {
            assert_string_equal(s.type, "substitute-identity-card");
            assert_true(has(&findings, "document-expired"));
            done++;
        } else if (strcmp(id, "own_dta_unsigned") == 0) {
            assert_string_equal(s.why.reason, "not-signed");
            assert_null(seal_field(&s, "name"));
            assert_true(s.n_fields > 10);
            done++;
        }
        arena_free(&a);
    }
    assert_int_equal(done, 4);
    json_decref(index);
    end(&f);
}

static void other_things_are_no_seals(void **state)
{
    static const struct {
        const char *what, *text;
        enum seal_kind kind;
        const char *reason;
    } cases[] = {
        { "nothing", "", SEAL_VDS, "not-a-seal" },
        { "blanks", "  \n", SEAL_VDS, "not-a-seal" },
        { "an MRZ", "P<UTOSPECIMEN", SEAL_VDS, "not-a-seal" },
        { "lower case prefix", "rdb1A", SEAL_VDS, "not-a-seal" },
        { "a prefix alone", " RDB1", SEAL_IDB, "truncated" },
        { "a bracket alone", "{", SEAL_VDSNC, "json" },
        { "DC alone", "\xdc", SEAL_VDS, "truncated" },
    };
    struct fixture f;

    (void)state;
    begin(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(span_str(cases[i].text));
        struct visible_seal s;
        struct findings findings;
        struct arena a;

        assert_int_equal(verify(&f, in, PROFILE_STRICT, &a, &s, &findings), RESULT_MALFORMED);
        if (s.kind != cases[i].kind || strcmp(s.why.reason, cases[i].reason) != 0)
            fail_msg("%s: %s %s", cases[i].what, seal_kind_word(s.kind), s.why.reason);
        assert_int_equal(s.n_fields, 0);
        arena_free(&a);
        guard_free(in);
    }
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vds_of_the_index),
        cmocka_unit_test(every_idb_of_the_index),
        cmocka_unit_test(every_vdsnc_of_the_index),
        cmocka_unit_test(hostile_inputs),
        cmocka_unit_test(profiles),
        cmocka_unit_test(content_is_shown_and_weighed),
        cmocka_unit_test(other_things_are_no_seals),
    };

    return cmocka_run_group_tests_name("visible", tests, NULL, NULL);
}
