/* Mobile licences: every shared vector with its expected outcome, and what must hold of any. */
#include "seal/mdoc.h"

#include "base/buffer.h"
#include "seal/mdoc_request.h"
#include "seal/mdoc_transcript.h"
#include "support/guard.h"
#include "support/vectors.h"

static struct anchor_set *anchors_of(json_t *c)
{
    struct anchor_set *set = anchor_set_new();
    const struct anchor_origin from = { .source = "test" };
    json_t *name;
    size_t i;

    json_array_foreach(json_object_get(c, "anchors"), i, name)
    {
        char path[200];
        struct why w = { 0 };

        (void)snprintf(path, sizeof path, "licence/%s", json_string_value(name));
        if (!anchor_set_add(set, load_file(&test_arena, vector_path(path)), &from, ANCHOR_VOUCHED, NULL, &w))
            fail_msg("%s: %s", path, w.detail);
    }
    return set;
}

static struct span file_of(json_t *c, const char *member)
{
    const char *name = json_string_value(json_object_get(c, member));
    char path[200];

    if (!name)
        return (struct span){ 0 };
    (void)snprintf(path, sizeof path, "licence/%s", name);
    return load_file(&test_arena, vector_path(path));
}

static struct mdoc_options options_of(json_t *c)
{
    const char *kind = json_string_value(json_object_get(c, "kind")),
               *hex = json_string_value(json_object_get(c, "transcript_hex")),
               *now = json_string_value(json_object_get(c, "now"));
    struct mdoc_options opt = { .form = MDOC_RESPONSE, .profile = PROFILE_STRICT };
    struct span key = file_of(c, "reader_key");

    if (strcmp(kind, "document") == 0)
        opt.form = MDOC_DOCUMENT;
    else if (strcmp(kind, "issuer-signed") == 0)
        opt.form = MDOC_ISSUER_SIGNED;
    if (hex)
        opt.transcript = from_hex(&test_arena, hex);
    if (key.n) {
        struct private_key *k = NULL;

        assert_true(private_key_load(key, &k, NULL));
        opt.reader_key = k;
    }
    assert_true(time_parse(span_str(now), &opt.at));
    return opt;
}

static void options_free(struct mdoc_options *opt)
{
    private_key_free((struct private_key *)(uintptr_t)opt->reader_key);
}

static const char *outcome(const struct mdoc *m)
{
    return m->result == RESULT_GENUINE ? "OK" : m->why.reason;
}

static bool among(json_t *list, const char *name)
{
    json_t *v;
    size_t i;

    json_array_foreach(list, i, v)
    {
        if (strcmp(json_string_value(v), name) == 0)
            return true;
    }
    return false;
}

/* Findings of one kind (WARN_* or not) are those of the list, no more and no less. */
static bool same_set(json_t *list, const struct findings *f, bool warnings)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n; i++) {
        bool warning = strncmp(f->item[i].why.reason, "WARN_", 5) == 0;

        if (warning != warnings)
            continue;
        n++;
        if (!among(list, f->item[i].why.reason))
            return false;
    }
    return n == json_array_size(list);
}

struct score {
    size_t cases, wrong;
};

static void wrong(struct score *s, json_t *c, const char *what, const char *want, const char *got)
{
    s->wrong++;
    print_message("%s: %s: wanted %s, got %s\n", json_string_value(json_object_get(c, "id")), what, want,
                  got);
}

static void list_findings(const struct findings *f, char *out, size_t n)
{
    out[0] = 0;
    for (size_t i = 0; i < f->n; i++) {
        strncat(out, f->item[i].why.reason, n - strlen(out) - 1);
        strncat(out, " ", n - strlen(out) - 1);
    }
}

static void try_profile(struct score *s, json_t *c, struct mdoc_options *opt, struct span in, enum profile p)
{
    json_t *expect = json_object_get(c, "expect");
    const char *want = json_string_value(json_object_get(expect, p == PROFILE_STRICT ? "strict" : "lenient"));
    struct findings f;
    struct arena a;
    struct mdoc m;
    char got[400];

    if (!want)
        return;
    arena_init(&a, MDOC_ARENA(in.n));
    findings_init(&f);
    opt->profile = p;
    (void)mdoc_verify(in, opt, &a, &m, &f);
    s->cases++;
    if (strcmp(outcome(&m), want) != 0)
        wrong(s, c, p == PROFILE_STRICT ? "strict" : "lenient", want, outcome(&m));
    if ((m.result == RESULT_GENUINE) != (m.why.reason == NULL))
        wrong(s, c, "result and reason", "both or none", outcome(&m));
    list_findings(&f, got, sizeof got);
    if (m.result == RESULT_GENUINE) {
        json_t *none = json_array();
        json_t *deviations = p == PROFILE_LENIENT ? json_object_get(expect, "deviations") : none;

        if (!same_set(deviations, &f, false))
            wrong(s, c, "deviations", "those listed", got);
        if (!same_set(json_object_get(expect, "warnings"), &f, true))
            wrong(s, c, "warnings", "those listed", got);
        json_decref(none);
    }
    arena_free(&a);
}

static void try_signatures(struct score *s, json_t *c, const struct mdoc *m, json_t *signatures)
{
    static const char *const word[] = { "none", "ok", "bad" };
    const char *issuer = json_string_value(json_object_get(signatures, "issuer")),
               *device = json_string_value(json_object_get(signatures, "device"));
    size_t bad = 0;

    for (size_t i = 0; i < m->n; i++) {
        bad += m->document[i].digests_wrong;
        if (strcmp(word[m->document[i].issuer], issuer) != 0)
            wrong(s, c, "signature of the issuer", issuer, word[m->document[i].issuer]);
        if (strcmp(word[m->document[i].device], device) != 0)
            wrong(s, c, "signature of the device", device, word[m->document[i].device]);
    }
    if (m->n == 0)
        wrong(s, c, "signatures", "a document", outcome(m));
    else if (bad != (size_t)json_integer_value(json_object_get(signatures, "digests_bad")))
        wrong(s, c, "wrong digests", "those counted", "another number");
}

/* The signer itself is trusted. */
static void try_pinned(struct score *s, json_t *c, struct mdoc_options *opt, struct span in)
{
    json_t *expect = json_object_get(c, "expect"), *pinned = json_object_get(expect, "pinned_ds"),
           *signatures = json_object_get(expect, "signatures");
    struct span signer[8];
    struct findings f;
    struct arena a;
    struct mdoc m;
    const char *want;
    char got[400];

    if (!pinned)
        return;
    arena_init(&a, 2 * MDOC_ARENA(in.n));
    findings_init(&f);
    opt->profile = PROFILE_LENIENT;
    (void)mdoc_verify(in, opt, &a, &m, &f);
    for (size_t i = 0; i < m.n && i < 8; i++)
        signer[opt->n_trusted++] = m.document[i].has_signer ? m.document[i].signer.der : (struct span){ 0 };
    opt->trusted_signers = signer;
    findings_init(&f);
    (void)mdoc_verify(in, opt, &a, &m, &f);
    s->cases++;
    want = json_string_value(json_object_get(pinned, "result"));
    if (strcmp(outcome(&m), want) != 0)
        wrong(s, c, "signer pinned", want, outcome(&m));
    list_findings(&f, got, sizeof got);
    if (m.result == RESULT_GENUINE && !same_set(json_object_get(pinned, "deviations"), &f, false))
        wrong(s, c, "deviations, signer pinned", "those listed", got);
    if (signatures)
        try_signatures(s, c, &m, signatures);
    opt->n_trusted = 0;
    arena_free(&a);
}

static bool is_document(json_t *c)
{
    static const char *const kinds[] = { "device-response", "document", "issuer-signed", "mdoc-with-status" };
    const char *kind = json_string_value(json_object_get(c, "kind"));

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kind, kinds[i]) == 0)
            return true;
    return false;
}

static void run_folder(const char *index)
{
    json_t *file = load_json(vector_path(index)), *c;
    struct score s = { 0 };
    size_t i;

    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        struct mdoc_options opt;
        struct anchor_set *set;
        struct span in;

        if (!is_document(c))
            continue;
        opt = options_of(c);
        set = anchors_of(c);
        opt.anchors = set;
        in = guard_copy(file_of(c, "file"));
        try_profile(&s, c, &opt, in, PROFILE_STRICT);
        try_profile(&s, c, &opt, in, PROFILE_LENIENT);
        try_pinned(&s, c, &opt, in);
        guard_free(in);
        anchor_set_free(set);
        options_free(&opt);
    }
    json_decref(file);
    assert_true(s.cases > 0);
    if (s.wrong)
        fail_msg("%s: %zu wrong of %zu", index, s.wrong, s.cases);
}

static void one_defect_each(void **state)
{
    (void)state;
    run_folder("licence/bad/index.json");
}

static void issued_by_others(void **state)
{
    (void)state;
    run_folder("licence/generated/index.json");
}

static void worked_example(void **state)
{
    (void)state;
    run_folder("licence/annexD-2021/index.json");
}

static void public_answers(void **state)
{
    (void)state;
    run_folder("licence/responses/index.json");
}

static void public_structures(void **state)
{
    (void)state;
    run_folder("licence/blobs/index.json");
}

static void with_status(void **state)
{
    (void)state;
    run_folder("licence/status/index.json");
}

/* --- single structures --- */

static bool reads_cose(struct span in, enum cose_kind kind, enum cose_tagging tagging)
{
    struct cose c;

    return cose_parse(in, in.p, kind, tagging, NULL, &test_arena, &c, NULL);
}

static bool reads_key(struct span in)
{
    struct public_key *key = NULL;
    struct cose_key k;
    bool ok = cose_key_parse(in, in.p, &k, NULL) && cose_key_public(&k, &test_arena, &key, "key", NULL);

    public_key_clear(key);
    return ok;
}

static bool reads_object(struct span in)
{
    struct mdoc_response r = { .base = in.p };
    struct mdoc_mso m;

    return mdoc_mso_read(&r, in, false, &test_arena, &m, NULL);
}

static bool reads_request(struct span in)
{
    struct mdoc_options opt = { .profile = PROFILE_STRICT };
    struct mdoc_request r;

    /* What is wrong with its reader is another matter: one has none. */
    return mdoc_request_verify(in, &opt, &test_arena, &r, NULL) != RESULT_GENUINE && r.n > 0;
}

/* Whether a structure of that class is read; others are CBOR at least. */
static bool reads(const char *class, struct span in)
{
    struct span array;

    if (!cbor_check(in, NULL, &test_arena, NULL))
        return false;
    if (strcmp(class, "COSE_Sign1") == 0)
        return reads_cose(in, COSE_SIGN1, COSE_UNTAGGED) && !reads_cose(in, COSE_SIGN1, COSE_TAGGED);
    if (strncmp(class, "TaggedCOSE_Sign1", 16) == 0)
        return reads_cose(in, COSE_SIGN1, COSE_TAGGED) && !reads_cose(in, COSE_SIGN1, COSE_UNTAGGED) &&
               reads_cose(in, COSE_SIGN1, COSE_EITHER);
    if (strcmp(class, "COSE_Mac0") == 0)
        return reads_cose(in, COSE_MAC0, COSE_UNTAGGED);
    if (strcmp(class, "COSE_Key") == 0)
        return reads_key(in);
    if (strcmp(class, "MSOBytes") == 0)
        return reads_object(in);
    if (strncmp(class, "SessionTranscript", 17) == 0)
        return transcript_open(in, &array);
    if (strcmp(class, "DeviceRequest") == 0)
        return reads_request(in);
    return true;
}

static void fragments(void **state)
{
    json_t *file = load_json(vector_path("licence/blobs/index.json")), *c;
    size_t i, n = 0;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        const char *class = json_string_value(json_object_get(c, "class"));
        struct span in;

        if (strcmp(json_string_value(json_object_get(c, "kind")), "fragment") != 0)
            continue;
        in = guard_copy(file_of(c, "file"));
        if (!reads(class, in))
            fail_msg("%s is not read", json_string_value(json_object_get(c, "id")));
        guard_free(in);
        n++;
    }
    assert_true(n > 20);
    json_decref(file);
}

/* --- transcripts, keys, readers --- */

static struct span text(json_t *inputs, const char *name)
{
    return span_str(json_string_value(json_object_get(inputs, name)));
}

static void put_handover(struct buffer *b, const char *form, json_t *in)
{
    if (strcmp(form, "18013-7-annex-b") == 0)
        handover_annex_b(b, text(in, "client_id"), text(in, "response_uri"), text(in, "mdoc_nonce"),
                         text(in, "nonce"));
    else if (strcmp(form, "18013-7-annex-c") == 0)
        handover_annex_c(b, text(in, "encryption_info_b64"), text(in, "origin"));
    else if (strcmp(form, "openid4vp-1.0-redirect") == 0)
        handover_openid4vp(b, text(in, "client_id"), text(in, "nonce"), (struct span){ 0 },
                           text(in, "response_uri"));
    else if (strcmp(form, "openid4vp-dcapi-draft24") == 0)
        handover_openid4vp_dcapi(b, text(in, "origin"), text(in, "client_id"), text(in, "nonce"));
    else
        fail_msg("a form of handover that is not built: %s", form);
}

static void transcripts_of_each_flow(void **state)
{
    json_t *file = load_json(vector_path("licence/responses/index.json")), *c;
    size_t i, n = 0;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        const char *hex = json_string_value(json_object_get(json_object_get(c, "expect"), "transcript_hex"));
        struct buffer handover, transcript;
        struct span array;

        if (strcmp(json_string_value(json_object_get(c, "kind")), "handover") != 0)
            continue;
        buf_init(&handover, 4096);
        buf_init(&transcript, 4096);
        put_handover(&handover, json_string_value(json_object_get(c, "handover")),
                     json_object_get(c, "inputs"));
        transcript_put(&transcript, (struct span){ 0 }, (struct span){ 0 }, buf_span(&handover));
        assert_true(span_eq(buf_span(&transcript), from_hex(&test_arena, hex)));
        assert_true(transcript_open(buf_span(&transcript), &array));
        buf_free(&handover);
        buf_free(&transcript);
        n++;
    }
    assert_int_equal(n, 5);
    json_decref(file);
}

/* Forms that no vector has, by their definition. */
static void transcripts_in_person(void **state)
{
    static const char nfc[] = "83d81841a0d81841a082420102f6", qr[] = "83d81841a0d81841a0f6",
                      issuance[] = "83f6f682754f70656e49443456434949414548616e646f766572420102",
                      plain[] = "83f6f6846161616261636164";
    struct span item = SPAN("\xd8\x18\x41\xa0"), two = SPAN("\x01\x02"), none = { 0 }, array;
    struct buffer h, t;

    (void)state;
    buf_init(&h, 4096);
    buf_init(&t, 4096);
    handover_qr(&h);
    transcript_put(&t, item, item, buf_span(&h));
    assert_true(span_eq(buf_span(&t), from_hex(&test_arena, qr)));
    buf_reset(&h);
    buf_reset(&t);
    handover_nfc(&h, two, none);
    transcript_put(&t, item, item, buf_span(&h));
    assert_true(span_eq(buf_span(&t), from_hex(&test_arena, nfc)));
    buf_reset(&h);
    buf_reset(&t);
    handover_issuance(&h, two);
    transcript_put(&t, none, none, buf_span(&h));
    assert_true(span_eq(buf_span(&t), from_hex(&test_arena, issuance)));
    buf_reset(&h);
    buf_reset(&t);
    handover_plain(&h, SPAN("a"), SPAN("b"), SPAN("c"), SPAN("d"));
    transcript_put(&t, none, none, buf_span(&h));
    assert_true(span_eq(buf_span(&t), from_hex(&test_arena, plain)));
    assert_false(transcript_open(SPAN("\x82\xf6\xf6"), &array));
    assert_false(transcript_open(SPAN("\xd8\x18\x42\x83\xf6"), &array));
    assert_false(transcript_open(SPAN("\x83\xf6\xf6\xf6\x00"), &array));
    buf_free(&h);
    buf_free(&t);
}

static struct span example(const char *name)
{
    char path[200];

    (void)snprintf(path, sizeof path, "licence/annexD-2021/%s", name);
    return load_file(&test_arena, vector_path(path));
}

static bool is_hex(const uint8_t *p, size_t n, const char *hex)
{
    return span_eq(span_of(p, n), from_hex(&test_arena, hex));
}

static struct public_key *point_key(struct span x, struct span y)
{
    struct cose_key k = { .kty = 2, .crv = 1, .x = x, .y = y, .has_y = true };
    struct public_key *ret = NULL;

    assert_true(cose_key_public(&k, &test_arena, &ret, "key", NULL));
    return ret;
}

static void keys_of_the_worked_example(void **state)
{
    struct session_keys keys;
    struct private_key *reader = NULL;
    struct public_key *device = point_key(example("ephemeral_device_key_x.bin"),
                                          example("ephemeral_device_key_y.bin")),
                      *fixed =
                          point_key(example("static_device_key_x.bin"), example("static_device_key_y.bin"));
    struct span transcript;
    uint8_t secret[SHARED_SECRET_MAX], mac[32];
    size_t n;

    (void)state;
    assert_true(private_key_load(example("ephemeral_reader_key.der"), &reader, NULL));
    assert_true(transcript_open(example("session_transcript_bytes.cbor"), &transcript));
    assert_true(private_key_agree(reader, fixed, secret, &n, NULL));
    assert_true(is_hex(secret, n, "78d98a86fbbb82895874bfafcc161ba69f9b77662172c74b3b0d4643276cf991"));
    assert_true(mac_key_derive(reader, fixed, transcript, mac, NULL));
    assert_true(is_hex(mac, 32, "dc2b9566fdaaae3c06baa40993cd0451aeba15e7677ef5305f6531f3533c35dd"));
    assert_true(session_keys_derive(reader, device, transcript, &keys, NULL));
    assert_true(is_hex(keys.reader, 32, "58d277d8719e62a1561d248f403f477e9e6c37bf5d5fc5126f8f4c727c22dfc9"));
    assert_true(is_hex(keys.device, 32, "81d170e07fbdac93c1a676242c2576124a380d87bb73ed9ce4834de2272cf409"));
    public_key_clear(device);
    public_key_clear(fixed);
    private_key_free(reader);
}

static void readers(void **state)
{
    struct anchor_set *set = anchor_set_new();
    struct mdoc_options opt = { .profile = PROFILE_STRICT, .anchors = set };
    const struct anchor_origin from = { .source = "test" };
    struct session_content content;
    struct mdoc_request r;
    struct digest d;
    struct span in = example("device_request.cbor");

    (void)state;
    assert_true(time_parse(SPAN("2020-12-01T00:00:00Z"), &opt.at));
    assert_true(transcript_open(example("session_transcript_bytes.cbor"), &opt.transcript));
    assert_int_equal(mdoc_request_verify(in, &opt, &test_arena, &r, NULL), RESULT_NO_ANCHOR);
    assert_string_equal(r.why.reason, "CERT_UNTRUSTED");
    assert_true(anchor_set_add(set, example("reader_root.der"), &from, ANCHOR_VOUCHED, NULL, NULL));
    assert_int_equal(mdoc_request_verify(in, &opt, &test_arena, &r, NULL), RESULT_GENUINE);
    assert_int_equal(r.n, 1);
    assert_true(span_eq_str(r.request[0].doc_type, "org.iso.18013.5.1.mDL"));
    reader_content(&content, opt.transcript, r.request[0].items);
    digest_parts(DIGEST_SHA256, content.content.part, content.content.n, &d);
    assert_true(is_hex(d.b, 32, "d6e35addfc49a676827927344952930758be15354bc022a3da8524bff0ba35c9"));
    opt.transcript = SPAN("\x83\xf6\xf6\xf6");
    assert_int_equal(mdoc_request_verify(in, &opt, &test_arena, &r, NULL), RESULT_FORGED);
    assert_string_equal(r.why.reason, "COSE_SIG");
    anchor_set_free(set);
}

/* --- properties --- */

static bool inside(struct span s, const uint8_t *p)
{
    return s.n && p >= s.p && p < s.p + s.n;
}

static bool inside_cose(const struct cose *c, const uint8_t *p)
{
    return inside(c->protected_header, p) || inside(c->payload, p) || inside(c->proof, p) ||
           inside(c->chain_unprotected, p);
}

/* Whether that byte is part of anything that is believed: it may be in the names of members that are then
 * unknown and stepped over, in a minor version, or in a header that nobody signs and nobody reads. */
static bool believed(const struct mdoc *m, const uint8_t *p)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct mdoc_document *d = m->document[i].document;
        struct cose device;

        assert_true(cose_parse(d->device_signature, m->response.base, COSE_SIGN1, COSE_UNTAGGED, NULL,
                               &test_arena, &device, NULL));
        if (inside(d->doc_type, p) || inside_cose(&m->document[i].issuer_auth, p) ||
            inside(d->device_spaces, p) || inside_cose(&device, p))
            return true;
        for (size_t k = 0; k < d->n_items; k++)
            if (inside(d->item[k].ns, p) || inside(d->item[k].whole, p))
                return true;
    }
    return false;
}

static void no_byte_can_change(void **state)
{
    json_t *file = load_json(vector_path("licence/generated/index.json")), *c;
    size_t i, tried = 0, genuine = 0;

    (void)state;
    json_array_foreach(json_object_get(file, "cases"), i, c)
    {
        static const uint8_t change[] = { 0x01, 0x20, 0x80 };
        struct mdoc_options opt;
        struct anchor_set *set;
        struct span in;
        uint8_t *p;
        struct arena a;

        if (strcmp(json_string_value(json_object_get(c, "id")), "auth0-kz-es256-min") != 0)
            continue;
        opt = options_of(c);
        opt.anchors = set = anchors_of(c);
        in = file_of(c, "file");
        p = (uint8_t *)(uintptr_t)in.p;
        arena_init(&a, MDOC_ARENA(in.n));
        for (size_t at = 0; at < in.n; at++) {
            for (size_t k = 0; k < sizeof change; k++) {
                struct mdoc m;

                p[at] ^= change[k];
                opt.profile = k % 2 ? PROFILE_LENIENT : PROFILE_STRICT;
                if (mdoc_verify(in, &opt, &a, &m, NULL) == RESULT_GENUINE && believed(&m, p + at))
                    fail_msg("byte %zu may be changed by %02x", at, change[k]);
                genuine += m.result == RESULT_GENUINE;
                p[at] ^= change[k];
                arena_reset(&a);
                tried++;
            }
        }
        arena_free(&a);
        anchor_set_free(set);
        options_free(&opt);
    }
    assert_true(tried > 5000);
    print_message("%zu changes of %zu touch nothing that is believed\n", genuine, tried);
    assert_true(genuine < 60); /* letters of "nameSpaces", "documentErrors" and the like */
    json_decref(file);
}

/* Cut anywhere, it is malformed, and nothing behind the cut is read. */
static void cut_anywhere(void **state)
{
    json_t *file = load_json(vector_path("licence/bad/index.json")),
           *c = json_array_get(json_object_get(file, "cases"), 0);
    struct mdoc_options opt = options_of(c);
    struct span in = file_of(c, "file");
    struct arena a;

    (void)state;
    arena_init(&a, MDOC_ARENA(in.n));
    for (size_t n = 0; n < in.n; n += 7) {
        struct span cut = guard_copy(span_sub(in, 0, n));
        struct mdoc m;

        assert_int_equal(mdoc_verify(cut, &opt, &a, &m, NULL), RESULT_MALFORMED);
        assert_string_equal(m.why.reason, "CBOR_TRUNCATED");
        guard_free(cut);
        arena_reset(&a);
    }
    arena_free(&a);
    json_decref(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_defect_each),
        cmocka_unit_test(issued_by_others),
        cmocka_unit_test(worked_example),
        cmocka_unit_test(public_answers),
        cmocka_unit_test(public_structures),
        cmocka_unit_test(with_status),
        cmocka_unit_test(fragments),
        cmocka_unit_test(transcripts_of_each_flow),
        cmocka_unit_test(transcripts_in_person),
        cmocka_unit_test(keys_of_the_worked_example),
        cmocka_unit_test(readers),
        cmocka_unit_test(no_byte_can_change),
        cmocka_unit_test(cut_anywhere),
    };

    return cmocka_run_group_tests_name("mdoc", tests, arena_setup, arena_teardown);
}
