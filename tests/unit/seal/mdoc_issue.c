/* Issuing, presenting, asking: what is made here is what strict verification takes, and nothing else is. */
#include "make_licence.h"

#include <stdio.h>

#include "seal/cose_write.h"
#include "seal/mdl_issue_certificate.h"
#include "seal/mdoc_present.h"
#include "seal/mdoc_transcript.h"
#include "support/vectors.h"
#include "wire/cbor_write.h"

#define SESSION SPAN("\x83\xf6\xf6\x81\x01")

static struct private_key *new_key(enum curve c)
{
    struct private_key *k = NULL;

    assert_true(private_key_generate(c, &k, NULL));
    return k;
}

static struct private_key *new_kind(enum key_kind kind)
{
    struct private_key *k = NULL;

    if (kind == KEY_EC)
        return new_key(CURVE_P256);
    assert_true(private_key_generate_kind(kind, &k, NULL));
    return k;
}

/* The first error of a strict verifier, or "OK". */
static const char *verified(struct span in, const struct licence_maker *m, const struct private_key *reader,
                            struct mdoc *out)
{
    struct anchor_set *set = anchor_set_new();
    struct mdoc_options opt = { .form = MDOC_RESPONSE,
                                .profile = PROFILE_STRICT,
                                .at = ISSUED_AT + DAY,
                                .anchors = set,
                                .transcript = SESSION,
                                .reader_key = reader };
    struct findings f;
    const char *reason;

    findings_init(&f);
    assert_true(anchor_set_add(set, m->by.authority, &(struct anchor_origin){ .source = "test" },
                               ANCHOR_VOUCHED, NULL, NULL));
    (void)mdoc_verify(in, &opt, &test_arena, out, &f);
    assert_int_equal(f.n, 0);
    reason = out->why.reason ? out->why.reason : "OK";
    anchor_set_free(set);
    return reason;
}

static struct span issued(const struct mdoc_issue_order *o, const struct mdoc_issuer *by)
{
    struct buffer b;
    struct span out;
    struct why w = { 0 };

    buf_init(&b, 1 << 24);
    if (!mdoc_issue(o, by, licence_chance, &test_arena, &b, NULL, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static struct span presented(const struct mdoc_presentation *p, size_t n)
{
    struct buffer b;
    struct span out;
    struct why w = { 0 };

    buf_init(&b, 1 << 24);
    if (!mdoc_present(p, n, SESSION, &test_arena, &b, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static struct public_key *public_of(const struct private_key *k)
{
    struct public_key *out;
    struct cose_key key;

    assert_true(cose_key_parse(device_key_of(k, &test_arena), NULL, &key, NULL));
    assert_true(cose_key_public(&key, &test_arena, &out, "DEVICE_KEY", NULL));
    return out;
}

/* --- every algorithm --- */

static void issue_and_present(struct private_key *issuer, struct private_key *device,
                              struct private_key *reader, enum digest_alg digest)
{
    struct licence_maker m;
    struct mdoc_issue_order o;
    struct mdoc_presentation p = { .all = true, .device_key = device };
    struct public_key *reader_public = reader ? public_of(reader) : NULL;
    struct mdoc out;

    licence_maker_init(&m, issuer, MDL_SIGNER, NULL);
    m.by.x5t = digest == DIGEST_SHA384;
    o = licence_order(&test_arena, device_key_of(device, &test_arena));
    o.digest = digest;
    p.issuer_signed = issued(&o, &m.by);
    p.reader_key = reader_public;
    assert_string_equal(verified(presented(&p, 1), &m, reader, &out), "OK");
    assert_int_equal(out.result, RESULT_GENUINE);
    assert_int_equal(out.document[0].device, PROOF_HOLDS);
    assert_int_equal(out.document[0].device_by_mac, reader != NULL);
    assert_int_equal(out.document[0].digests_checked, o.n);
    assert_int_equal(out.document[0].issuer_auth.alg, cose_alg_of(issuer));
    public_key_clear(reader_public);
    licence_maker_free(&m);
}

static void all_algorithms(void **state)
{
    static const enum curve curve[] = { CURVE_P256,  CURVE_P384,  CURVE_P521, CURVE_BP256,
                                        CURVE_BP320, CURVE_BP384, CURVE_BP512 };
    static const enum key_kind kind[] = { KEY_ED25519, KEY_ED448 };
    static const enum digest_alg digest[] = { DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

    (void)state;
    for (size_t i = 0; i < sizeof curve / sizeof *curve; i++) {
        struct private_key *device = new_key(curve[i]), *reader = new_key(curve[i]);

        issue_and_present(new_key(curve[i]), device, NULL, digest[i % 3]);
        issue_and_present(new_key(curve[i]), device, reader, digest[(i + 1) % 3]);
        private_key_free(device);
        private_key_free(reader);
    }
    for (size_t i = 0; i < 2; i++) {
        struct private_key *device = new_kind(kind[i]);

        issue_and_present(new_kind(kind[i]), device, NULL, DIGEST_SHA512);
        private_key_free(device);
    }
}

/* --- several documents --- */

enum { AT_ONCE = 3 };

/* g: genuine, e: past its day, n: of an authority nobody vouches for, f: an element was changed. */
static struct span several(const char *kinds, const struct licence_maker *m,
                           const struct licence_maker *other, const struct private_key *device)
{
    struct mdoc_presentation p[AT_ONCE] = { 0 };
    size_t n = strlen(kinds);
    struct span in;
    struct mdoc out;

    for (size_t i = 0; i < n; i++) {
        struct mdoc_issue_order o = licence_order(&test_arena, device_key_of(device, &test_arena));

        if (kinds[i] == 'e')
            o.valid_until = ISSUED_AT + DAY / 2;
        p[i] = (struct mdoc_presentation){ .all = true, .device_key = device };
        p[i].issuer_signed = issued(&o, kinds[i] == 'n' ? &other->by : &m->by);
    }
    in = presented(p, n);
    (void)verified(in, m, NULL, &out);
    assert_int_equal(out.n, n);
    for (size_t i = 0; i < n; i++) {
        const struct mdoc_document *d = out.document[i].document;

        for (size_t k = 0; kinds[i] == 'f' && k < d->n_items; k++)
            if (span_eq_str(d->item[k].id, "document_number"))
                ((uint8_t *)(uintptr_t)d->item[k].value.p)[d->item[k].value.n - 1] ^= 1;
    }
    return in;
}

static void the_gravest_of_several_documents(void **state)
{
    static const struct {
        const char *kinds;
        enum result result;
        const char *reason;
    } cases[] = {
        { "gg", RESULT_GENUINE, "OK" },
        { "ge", RESULT_EXPIRED, "MSO_EXPIRED" },
        { "eg", RESULT_EXPIRED, "MSO_EXPIRED" },
        { "ef", RESULT_FORGED, "DIGEST_MISMATCH" },
        { "fe", RESULT_FORGED, "DIGEST_MISMATCH" },
        { "en", RESULT_NO_ANCHOR, "CERT_UNTRUSTED" },
        { "ne", RESULT_NO_ANCHOR, "CERT_UNTRUSTED" },
        { "nf", RESULT_FORGED, "DIGEST_MISMATCH" },
        { "enf", RESULT_FORGED, "DIGEST_MISMATCH" },
        { "gen", RESULT_NO_ANCHOR, "CERT_UNTRUSTED" },
    };
    struct private_key *device = new_key(CURVE_P256);
    struct licence_maker m, other;

    (void)state;
    licence_maker_init(&m, new_key(CURVE_P256), MDL_SIGNER, NULL);
    licence_maker_init(&other, new_key(CURVE_P256), MDL_SIGNER, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span in = several(cases[i].kinds, &m, &other, device);
        struct mdoc out;
        const char *reason = verified(in, &m, NULL, &out);

        if (out.result != cases[i].result || strcmp(reason, cases[i].reason) != 0)
            fail_msg("%s: %s, %s", cases[i].kinds, result_word(out.result), reason);
    }
    licence_maker_free(&m);
    licence_maker_free(&other);
    private_key_free(device);
}

/* 12.6.3: keys that agree and do not sign. */
static void devices_that_agree_only(void **state)
{
    static const enum key_kind kind[] = { KEY_X25519, KEY_X448 };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct private_key *device = new_kind(kind[i]), *reader = new_kind(kind[i]);

        issue_and_present(new_key(CURVE_P256), device, reader, DIGEST_SHA256);
        private_key_free(device);
        private_key_free(reader);
    }
}

/* --- what is sent --- */

static void only_what_is_wanted(void **state)
{
    const struct mdoc_wanted wanted[] = { { SPAN(MDL_NAME_SPACE), SPAN("portrait") },
                                          { SPAN(MDL_NAME_SPACE), SPAN("no_such_thing") },
                                          { SPAN("org.example"), { 0 } } };
    struct mdoc_issue_element own = { SPAN("org.example"), SPAN("mine"), SPAN("\xf5") };
    const struct mdoc_authorization may = { SPAN("org.example"), SPAN("mine") };
    struct private_key *device = new_key(CURVE_P256);
    struct mdoc_presentation p[2] = { { .wanted = wanted, .n_wanted = 3, .device_key = device },
                                      { .device_key = device, .own = &own, .n_own = 1 } };
    struct licence_maker m;
    struct mdoc_issue_order o;
    struct mdoc_issue_element *e;
    struct mdoc out;

    (void)state;
    licence_maker_init(&m, new_key(CURVE_P256), MDL_SIGNER, NULL);
    o = licence_order(&test_arena, device_key_of(device, &test_arena));
    e = arena_array(&test_arena, o.n + 2, sizeof *e);
    memcpy(e, o.element, o.n * sizeof *e);
    e[o.n++] = (struct mdoc_issue_element){ SPAN("org.example"), SPAN("a"), SPAN("\x82\xa1\x01\x02\xf6") };
    e[o.n++] = (struct mdoc_issue_element){ SPAN("org.example"), SPAN("b"), SPAN("\xd8\x18\x41\x01") };
    o.element = e;
    o.authorization = &may;
    o.n_authorizations = 1;
    p[0].issuer_signed = p[1].issuer_signed = issued(&o, &m.by);
    assert_string_equal(verified(presented(p, 2), &m, NULL, &out), "OK");
    assert_int_equal(out.n, 2);
    assert_int_equal(out.document[0].document->n_items, 3);
    assert_non_null(mdoc_item_find(out.document[0].document, MDL_NAME_SPACE, "portrait"));
    assert_non_null(mdoc_item_find(out.document[0].document, "org.example", "b"));
    assert_int_equal(out.document[1].document->n_items, 0);
    assert_int_equal(out.document[1].document->n_elements, 1);
    own.id = SPAN("other");
    {
        struct why w = { 0 };
        struct buffer b;

        buf_init(&b, 1 << 20);
        assert_false(mdoc_present(&p[1], 1, SESSION, &test_arena, &b, &w));
        assert_string_equal(w.reason, "DEVICE_NOT_AUTHORIZED");
        p[0].device_key = m.authority_key;
        memset(&w, 0, sizeof w);
        assert_false(mdoc_present(&p[0], 1, SESSION, &test_arena, &b, &w));
        assert_string_equal(w.reason, "DEVICE_KEY");
        assert_int_equal(b.n, 0);
        buf_free(&b);
    }
    licence_maker_free(&m);
    private_key_free(device);
}

/* --- identifiers of digests and randomness --- */

static void identifiers(struct span licence, uint64_t *id, size_t n)
{
    struct mdoc_response r;

    assert_true(mdoc_read(licence, MDOC_ISSUER_SIGNED, false, &test_arena, &r, NULL));
    assert_true(mdoc_items_read(&r, &r.document[0], false, &test_arena, NULL));
    assert_int_equal(r.document[0].n_items, n);
    for (size_t i = 0; i < n; i++) {
        id[i] = r.document[0].item[i].digest_id;
        assert_true(id[i] < n && r.document[0].item[i].random.n >= 16);
        for (size_t k = 0; k < i; k++) {
            assert_true(id[i] != id[k]);
            assert_false(span_eq(r.document[0].item[i].random, r.document[0].item[k].random));
        }
    }
}

static void same_chance_same_document(void **state)
{
    struct private_key *device = new_key(CURVE_P256);
    struct licence_maker m;
    struct mdoc_issue_order o;
    struct span a, b, c;
    uint64_t id[3][16];

    (void)state;
    licence_maker_init(&m, new_kind(KEY_ED25519), MDL_SIGNER, NULL);
    o = licence_order(&test_arena, device_key_of(device, &test_arena));
    licence_chance_from(7);
    a = issued(&o, &m.by);
    licence_chance_from(7);
    b = issued(&o, &m.by);
    c = issued(&o, &m.by);
    assert_true(span_eq(a, b));
    assert_false(span_eq(b, c));
    identifiers(a, id[0], o.n);
    identifiers(b, id[1], o.n);
    identifiers(c, id[2], o.n);
    assert_memory_equal(id[0], id[1], o.n * sizeof id[0][0]);
    assert_memory_not_equal(id[1], id[2], o.n * sizeof id[0][0]);
    licence_maker_free(&m);
    private_key_free(device);
}

/* Every identifier stands in every place about as often: 11 elements, 1 100 documents, 100 expected. */
static void identifiers_are_shuffled_evenly(void **state)
{
    enum { PLACES = 11, DOCUMENTS = 1100 };
    struct private_key *device = new_key(CURVE_P256);
    struct licence_maker m;
    struct mdoc_issue_order o;
    unsigned seen[PLACES][PLACES] = { { 0 } };

    (void)state;
    licence_maker_init(&m, new_kind(KEY_ED25519), MDL_SIGNER, NULL);
    o = licence_order(&test_arena, device_key_of(device, &test_arena));
    assert_int_equal(o.n, PLACES);
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        struct mdoc_response r;
        struct arena a;
        struct buffer b;

        arena_init(&a, 8 << 20);
        buf_init(&b, 1 << 20);
        assert_true(mdoc_issue(&o, &m.by, licence_chance, &a, &b, NULL, NULL));
        assert_true(mdoc_read(buf_span(&b), MDOC_ISSUER_SIGNED, false, &a, &r, NULL) &&
                    mdoc_items_read(&r, &r.document[0], false, &a, NULL));
        for (size_t k = 0; k < PLACES; k++)
            seen[k][r.document[0].item[k].digest_id]++;
        arena_free(&a);
        buf_free(&b);
    }
    for (size_t k = 0; k < PLACES; k++)
        for (size_t d = 0; d < PLACES; d++)
            assert_in_range(seen[k][d], 50, 150);
    licence_maker_free(&m);
    private_key_free(device);
}

/* --- any elements --- */

static size_t pick(size_t n)
{
    uint32_t v;

    licence_chance(&v, sizeof v);
    return v % n;
}

/* A value of up to so many levels, written out without recursion: open counts what each level still wants. */
static struct span any_value(void)
{
    size_t open[6] = { 1 }, depth = 1, names = 0;
    bool is_map[6] = { false };
    struct buffer b;
    struct span out;

    buf_init(&b, 1 << 20);
    while (depth > 0) {
        size_t kind = pick(depth < 5 ? 8 : 6), n = pick(4);

        if (open[depth - 1] == 0) {
            depth--;
            continue;
        }
        open[depth - 1]--;
        if (is_map[depth - 1])
            cbor_put_int(&b, (int64_t)names++ * 300); /* no key twice */
        if (kind == 0)
            cbor_put_int(&b, (int64_t)pick(1u << 31) - (1 << 30));
        else if (kind == 1)
            cbor_put_bytes(&b, span_of("\xff\0\x81", n));
        else if (kind == 2)
            cbor_put_str(&b, n ? "\xd9\x82" : "");
        else if (kind == 3)
            cbor_put_bool(&b, n & 1);
        else if (kind == 4)
            cbor_put_null(&b);
        else if (kind == 5)
            cbor_put_encoded(&b, span_of("\x81\x81\x81", n));
        else {
            if (kind == 6)
                cbor_put_array(&b, n);
            else
                cbor_put_map(&b, n);
            is_map[depth] = kind == 7;
            open[depth++] = n;
        }
    }
    out = arena_copy(&test_arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static struct span name(const char *what, size_t i)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%s %zu", what, i);
    return arena_copy(&test_arena, span_str(text));
}

static void any_elements(void **state)
{
    struct private_key *device = new_key(CURVE_P256);
    struct licence_maker m;

    (void)state;
    licence_maker_init(&m, new_key(CURVE_P256), MDL_SIGNER, NULL);
    for (unsigned round = 0; round < 60; round++) {
        struct mdoc_issue_order o = licence_order(&test_arena, device_key_of(device, &test_arena));
        struct mdoc_issue_element e[40];
        struct mdoc_wanted wanted[40];
        struct mdoc_presentation p = { .wanted = wanted, .device_key = device };
        struct mdoc out;

        o.doc_type = SPAN("org.example.document");
        o.element = e;
        o.n = 1 + pick(40);
        for (size_t i = 0; i < o.n; i++) {
            e[i] =
                (struct mdoc_issue_element){ name("org.example", pick(4)), name("element", i), any_value() };
            if (pick(2))
                wanted[p.n_wanted++] = (struct mdoc_wanted){ e[i].ns, e[i].id };
        }
        p.issuer_signed = issued(&o, &m.by);
        assert_string_equal(verified(presented(&p, 1), &m, NULL, &out), "OK");
        assert_int_equal(out.document[0].document->n_items, p.n_wanted);
        for (size_t i = 0; i < out.document[0].document->n_items; i++) {
            const struct mdoc_item *it = &out.document[0].document->item[i];
            size_t k = 0;

            while (k < o.n && !span_eq(e[k].id, it->id))
                k++;
            assert_true(k < o.n && span_eq(e[k].ns, it->ns) && span_eq(e[k].value, it->value));
        }
    }
    licence_maker_free(&m);
    private_key_free(device);
}

/* --- what is refused --- */

struct refusal {
    struct licence_maker m;
    struct mdoc_issue_order o;
    struct mdoc_issue_element e[16];
    struct private_key *other;
};

static size_t find(const struct refusal *r, const char *id)
{
    size_t i = 0;

    while (!span_eq_str(r->e[i].id, id))
        i++;
    return i;
}

static void set(struct refusal *r, const char *id, struct span value)
{
    r->e[find(r, id)].value = value;
}

static void twice(struct refusal *r)
{
    r->e[r->o.n] = r->e[0];
    r->o.n++;
}

static void no_namespace(struct refusal *r)
{
    r->e[3].ns = (struct span){ 0 };
}

static void no_element(struct refusal *r)
{
    r->o.n = 0;
}

static void not_text(struct refusal *r)
{
    r->e[3].id = SPAN("\xff");
}

static void long_head(struct refusal *r)
{
    set(r, "un_distinguishing_sign", SPAN("\x78\x00"));
}

static void two_items(struct refusal *r)
{
    set(r, "un_distinguishing_sign", SPAN("\x60\x60"));
}

static void double_key(struct refusal *r)
{
    set(r, "driving_privileges", SPAN("\x81\xa2\x01\x02\x01\x02"));
}

static void sha1(struct refusal *r)
{
    r->o.digest = DIGEST_SHA1;
}

static void before_signing(struct refusal *r)
{
    r->o.valid_from = r->o.signed_at - 1;
}

static void for_no_time(struct refusal *r)
{
    r->o.valid_until = r->o.valid_from;
}

static void before_the_signer(struct refusal *r)
{
    r->o.signed_at -= 31 * DAY;
}

static void after_the_signer(struct refusal *r)
{
    r->o.valid_until = ISSUED_AT + 371 * DAY;
}

static void begins_after_the_signer(struct refusal *r)
{
    r->o.valid_from = ISSUED_AT + 380 * DAY;
    r->o.valid_until = ISSUED_AT + 390 * DAY;
}

static void other_key(struct refusal *r)
{
    r->m.by.key = r->other;
}

static void other_curve(struct refusal *r)
{
    private_key_free(r->other);
    r->m.by.key = r->other = new_key(CURVE_P384);
}

static void authority_signs(struct refusal *r)
{
    r->m.by.certificate = r->m.by.authority;
    r->m.by.key = r->m.authority_key;
}

static void signer_as_authority(struct refusal *r)
{
    r->m.by.authority = r->m.by.certificate;
}

static void no_certificate(struct refusal *r)
{
    r->m.by.certificate = SPAN("\x30\x00");
}

static void no_device_key(struct refusal *r)
{
    r->o.device_key = SPAN("\xa0");
}

static void device_off_curve(struct refusal *r)
{
    struct span k = arena_copy(&test_arena, r->o.device_key);

    ((uint8_t *)(uintptr_t)k.p)[k.n - 1] ^= 1;
    r->o.device_key = k;
}

static void other_country(struct refusal *r)
{
    set(r, "issuing_country", SPAN("\x62KZ"));
}

static void small_letters(struct refusal *r)
{
    set(r, "issuing_country", SPAN("\x62xk"));
}

static void date_as_text(struct refusal *r)
{
    set(r, "birth_date",
        SPAN("\x6a"
             "1990-05-05"));
}

static void birth_as_time(struct refusal *r)
{
    set(r, "birth_date",
        SPAN("\xc0\x74"
             "1990-05-05T00:00:00Z"));
}

static void no_such_day(struct refusal *r)
{
    set(r, "expiry_date",
        SPAN("\xd9\x03\xec\x6a"
             "2036-02-30"));
}

static void ended(struct refusal *r)
{
    set(r, "expiry_date",
        SPAN("\xd9\x03\xec\x6a"
             "2026-07-01"));
    set(r, "issue_date",
        SPAN("\xd9\x03\xec\x6a"
             "2026-06-01"));
    r->o.valid_from = ISSUED_AT + 2 * DAY;
}

static void no_picture(struct refusal *r)
{
    set(r, "portrait", SPAN("\x43GIF"));
}

static void cyrillic(struct refusal *r)
{
    set(r, "family_name", SPAN("\x62\xd0\x90"));
}

static void no_portrait(struct refusal *r)
{
    r->e[find(r, "portrait")].id = SPAN("picture");
}

static void no_category(struct refusal *r)
{
    set(r, "driving_privileges", SPAN("\x81\xa0"));
}

static void category_twice(struct refusal *r)
{
    set(r, "driving_privileges",
        SPAN("\x82\xa1\x75vehicle_category_code\x61"
             "B\xa1\x75vehicle_category_code\x61"
             "B"));
}

static const struct {
    const char *what, *reason;
    void (*spoil)(struct refusal *r);
} refusals[] = {
    { "no element", "STRUCT", no_element },
    { "an element without namespace", "STRUCT", no_namespace },
    { "a name that is no text", "CBOR_UTF8", not_text },
    { "a head longer than needed", "CBOR_NONPREFERRED", long_head },
    { "two items in one value", "CBOR_TRAILING", two_items },
    { "a key twice in a value", "CBOR_DUPKEY", double_key },
    { "an element twice", "ELEMENT_DUP", twice },
    { "another digest", "DIGEST_ALG", sha1 },
    { "a signer that is none", "CERT_PARSE", no_certificate },
    { "the authority as signer", "CERT_EKU", authority_signs },
    { "the signer as authority", "CERT_EKU", signer_as_authority },
    { "a key that is not the certificate's", "COSE_SIG", other_key },
    { "a key on another curve", "COSE_ALG_KEY", other_curve },
    { "valid before it was signed", "MSO_VALIDITY", before_signing },
    { "valid for no time", "MSO_VALIDITY", for_no_time },
    { "signed before its signer began", "MSO_SIGNED_OUTSIDE_CERT", before_the_signer },
    { "begins when its signer has ended", "CERT_VALIDITY", begins_after_the_signer },
    { "valid for longer than its signer", "WARN_UNTIL_AFTER_DS", after_the_signer },
    { "no key of the device", "DEVICE_KEY", no_device_key },
    { "a device key off its curve", "DEVICE_KEY", device_off_curve },
    { "another country than the signer's", "COUNTRY_MISMATCH", other_country },
    { "country in small letters", "DATA_VALUE", small_letters },
    { "a date as text", "DATA_TYPE", date_as_text },
    { "a birthday with a time", "DATA_TYPE", birth_as_time },
    { "a day that is not in the calendar", "DATA_DATE", no_such_day },
    { "a licence that is over", "LICENCE_EXPIRED", ended },
    { "a portrait of another kind", "DATA_VALUE", no_picture },
    { "a name in Cyrillic as the Latin one", "DATA_VALUE", cyrillic },
    { "without portrait", "DATA_MISSING", no_portrait },
    { "a privilege without category", "DATA_MISSING", no_category },
    { "a category twice", "CATEGORY_DUP", category_twice },
};

static void refused(void **state)
{
    struct private_key *device = new_key(CURVE_P256);

    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct refusal r = { .other = new_key(CURVE_P256) };
        struct why w = { 0 };
        struct buffer b;

        licence_maker_init(&r.m, new_key(CURVE_P256), MDL_SIGNER, NULL);
        r.o = licence_order(&test_arena, device_key_of(device, &test_arena));
        memcpy(r.e, r.o.element, r.o.n * sizeof *r.e);
        r.o.element = r.e;
        refusals[i].spoil(&r);
        buf_init(&b, 1 << 20);
        if (mdoc_issue(&r.o, &r.m.by, licence_chance, &test_arena, &b, NULL, &w))
            fail_msg("%s: issued", refusals[i].what);
        if (strcmp(w.reason, refusals[i].reason) != 0)
            fail_msg("%s: %s (%s) instead of %s", refusals[i].what, w.reason, w.detail, refusals[i].reason);
        assert_int_equal(b.n, 0);
        buf_free(&b);
        licence_maker_free(&r.m);
        private_key_free(r.other);
    }
    private_key_free(device);
}

/* Letters a State has of its own are issued, and said. */
static void own_categories(void **state)
{
    struct private_key *device = new_key(CURVE_P256);
    struct refusal r = { 0 };
    struct findings f;
    struct buffer b;

    (void)state;
    licence_maker_init(&r.m, new_key(CURVE_P256), MDL_SIGNER, NULL);
    r.o = licence_order(&test_arena, device_key_of(device, &test_arena));
    memcpy(r.e, r.o.element, r.o.n * sizeof *r.e);
    r.o.element = r.e;
    set(&r, "driving_privileges",
        SPAN("\x81\xa1\x75vehicle_category_code\x63"
             "LTV"));
    findings_init(&f);
    buf_init(&b, 1 << 20);
    assert_true(mdoc_issue(&r.o, &r.m.by, licence_chance, &test_arena, &b, &f, NULL));
    assert_int_equal(f.n, 1);
    assert_string_equal(f.item[0].why.reason, "CATEGORY_UNKNOWN");
    buf_free(&b);
    licence_maker_free(&r.m);
    private_key_free(device);
}

/* Private and unknown parameters of a device key stay where they were; revocation and what the device may
 * sign are in the document. */
static void only_the_public_key(void **state)
{
    struct private_key *device = new_key(CURVE_P384);
    const struct mdoc_authorization may[] = { { SPAN("org.example.1"), { 0 } },
                                              { SPAN("org.example.2"), SPAN("a") },
                                              { SPAN("org.example.2"), SPAN("b") } };
    struct mdoc_presentation p = { .device_key = device, .all = true };
    struct licence_maker m;
    struct mdoc_issue_order o;
    struct span key;
    struct buffer b;
    struct mdoc out;

    (void)state;
    licence_maker_init(&m, new_key(CURVE_P384), MDL_SIGNER, "XK-A");
    key = device_key_of(device, &test_arena);
    buf_init(&b, 4096);
    cbor_put_map(&b, 6);
    buf_put(&b, span_sub(key, 1, key.n));
    cbor_put_int(&b, -4);
    cbor_put_bytes(&b, SPAN("secret"));
    cbor_put_str(&b, "note");
    cbor_put_null(&b);
    o = licence_order(&test_arena, arena_copy(&test_arena, buf_span(&b)));
    o.authorization = may;
    o.n_authorizations = 3;
    o.expected_update = o.valid_from + 90 * DAY;
    o.status = (struct mdoc_status){ .has_list = true,
                                     .has_identifiers = true,
                                     .index = 70000,
                                     .list_uri = SPAN("https://licences.example/list"),
                                     .identifier = SPAN("\x01\x02"),
                                     .identifiers_uri = SPAN("https://licences.example/ids"),
                                     .identifiers_certificate = m.by.certificate };
    p.issuer_signed = issued(&o, &m.by);
    assert_string_equal(verified(presented(&p, 1), &m, NULL, &out), "OK");
    assert_true(span_eq(out.document[0].mso.device_key, key));
    assert_int_equal(out.document[0].mso.n_authorizations, 3);
    assert_int_equal(out.document[0].mso.status.index, 70000);
    assert_true(span_eq(out.document[0].mso.status.identifier, SPAN("\x01\x02")));
    assert_true(span_eq(out.document[0].mso.status.identifiers_certificate, m.by.certificate));
    assert_true(out.document[0].mso.expected_update.n > 0);
    buf_free(&b);
    licence_maker_free(&m);
    private_key_free(device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_algorithms),
        cmocka_unit_test(the_gravest_of_several_documents),
        cmocka_unit_test(devices_that_agree_only),
        cmocka_unit_test(only_what_is_wanted),
        cmocka_unit_test(same_chance_same_document),
        cmocka_unit_test(identifiers_are_shuffled_evenly),
        cmocka_unit_test(any_elements),
        cmocka_unit_test(refused),
        cmocka_unit_test(own_categories),
        cmocka_unit_test(only_the_public_key),
    };

    return cmocka_run_group_tests_name("mdoc issue", tests, arena_setup, arena_teardown);
}
