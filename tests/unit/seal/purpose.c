/* Each kind of document under anchors of each set of purposes, as issuer and as signer; none is ever forged.
 */
#include "vectors.h"

#include <stdio.h>

#include "make_sod.h"
#include "seal/card_security.h"
#include "seal/issue_certificate.h"
#include "seal/issue_list.h"
#include "seal/issue_seal.h"
#include "seal/master_list.h"
#include "seal/visible.h"
#include "wire/der_write.h"

enum kind { CHIP, CARD_SECURITY, VDS, IDB, VDSNC, MASTER_LIST, LICENCE, KINDS };

/* Doc 9303-12 and 9303-13: what an issuer and what a signer must be vouched for. */
static const struct {
    const char *what;
    unsigned issuer, signer;
} rule[KINDS] = {
    [CHIP] = { "EF.SOD", FOR_TRAVEL, FOR_TRAVEL },
    [CARD_SECURITY] = { "EF.CardSecurity", FOR_TRAVEL, FOR_TRAVEL },
    [VDS] = { "VDS", FOR_SEALS | FOR_TRAVEL, FOR_SEALS },
    [IDB] = { "IDB", FOR_SEALS | FOR_TRAVEL, FOR_SEALS },
    [VDSNC] = { "VDS-NC", FOR_SEALS | FOR_TRAVEL, FOR_SEALS },
    [MASTER_LIST] = { "master list", FOR_LISTS | FOR_TRAVEL, FOR_LISTS },
    [LICENCE] = { "driving licence", FOR_LICENCES, FOR_LICENCES },
};

static const unix_time now = 1760000000;

static struct private_key *ca_key, *key;
static struct span ca, twin, signer[KINDS], document[KINDS], dg1;

static struct span keep(struct buffer *b)
{
    struct span s = arena_copy(&test_arena, buf_span(b));

    assert_true(buf_ok(b));
    buf_free(b);
    return s;
}

static struct span issue(enum certificate_role role, const char *name, uint64_t serial,
                         const struct private_key *subject, struct span issuer)
{
    const struct certificate_order o = { role,       "UT",
                                         "SPECIMEN", name,
                                         serial,     1700000000,
                                         1900000000, role == CERTIFICATE_VDSNC_SIGNER ? "NV" : NULL };
    struct why w = { 0 };
    struct buffer b;

    buf_init(&b, 8192);
    if (!certificate_issue(&o, subject, ca_key, issuer, &b, &w))
        fail_msg("%s", w.detail);
    return keep(&b);
}

static struct span sod_of(struct sod_order o)
{
    struct buffer b;

    o.signer = key;
    buf_init(&b, 65536);
    make_sod(&o, &b);
    return keep(&b);
}

static struct span visa_of(enum seal_form form, struct span by)
{
    const struct visa_order v = {
        .form = form,
        .country = SPAN("UTO"),
        .issued = { 2025, 9, 1 },
        .signed_on = { 2025, 9, 2 },
        .zone = SPAN(
            "V<UTOSPECIMEN<<TRAVELLER<<<<<<<<<<<<<<<<<<<<\nV7654321<1UTO8802299M2701312<<<<<<<<<<<<<<<<"),
        .entries = 2,
        .days = 30,
        .passport_number = SPAN("L898902C"),
        .purpose = "pilgrimage",
        .valid_from = { 2025, 9, 15 },
        .permission_id = SPAN("ECO-0001")
    };
    struct why w = { 0 };
    struct buffer b;

    buf_init(&b, 1 << 16);
    if (!visa_seal_issue(&v, &(struct seal_issuer){ key, by, { 0 }, { 0 } }, &test_arena, &b, &w))
        fail_msg("%s", w.detail);
    return keep(&b);
}

static struct span list_of(struct span by)
{
    const struct list_order o = { &ca, 1, by, ca, now };
    struct why w = { 0 };
    struct buffer b;

    buf_init(&b, 1 << 16);
    if (!master_list_issue(&o, key, &b, &w))
        fail_msg("%s", w.detail);
    return keep(&b);
}

static struct span group1(void)
{
    static const char mrz[] =
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F3204159ZE184226B<<<<<18";
    struct buffer b;
    size_t at;

    buf_init(&b, 256);
    at = der_put_begin(&b, 0x61);
    buf_be(&b, 0x5f1f, 2);
    buf_u8(&b, (uint8_t)strlen(mrz));
    buf_str(&b, mrz);
    der_put_end(&b, at);
    return keep(&b);
}

static int setup(void **state)
{
    static const struct span self = { NULL, 0 };
    struct buffer b;

    (void)arena_setup(state);
    assert_true(private_key_generate(CURVE_P256, &ca_key, NULL));
    assert_true(private_key_generate(CURVE_P256, &key, NULL));
    ca = issue(CERTIFICATE_COUNTRY_SIGNER, "CSCA SPECIMEN", 1, ca_key, self);
    twin = issue(CERTIFICATE_COUNTRY_SIGNER, "CSCA SPECIMEN", 2, ca_key, self); /* another one of its key */
    signer[CHIP] = signer[CARD_SECURITY] = issue(CERTIFICATE_DOCUMENT_SIGNER, "DS", 3, key, ca);
    signer[VDS] = signer[IDB] = issue(CERTIFICATE_SEAL_SIGNER, "SP", 4, key, ca);
    signer[VDSNC] = issue(CERTIFICATE_VDSNC_SIGNER, "NC", 5, key, ca);
    signer[MASTER_LIST] = issue(CERTIFICATE_LIST_SIGNER, "List signer", 6, key, ca);
    signer[LICENCE] = issue(CERTIFICATE_DOCUMENT_SIGNER, "Licences", 7, key, ca);
    dg1 = group1();
    document[CHIP] = sod_of((struct sod_order){ .dsc = signer[CHIP], .dg = &dg1, .n_dg = 1 });
    document[CARD_SECURITY] = span_sub(
        sod_of((struct sod_order){ .dsc = signer[CHIP],
                                   .dg = &dg1,
                                   .n_dg = 1,
                                   .content_type = SPAN("\x04\x00\x7f\x00\x07\x03\x02\x01"),
                                   .content = SPAN("\x31\x0f\x30\x0d\x06\x08\x04\x00\x7f\x00\x07\x02\x02\x02"
                                                   "\x02\x01\x01") }),
        0, 1 << 20);
    /* EF.SOD has tag 77 around the ContentInfo, EF.CardSecurity has not. */
    document[CARD_SECURITY] = span_sub(document[CARD_SECURITY], 4, document[CARD_SECURITY].n);
    document[VDS] = visa_of(SEAL_FORM_VDS4, signer[VDS]);
    document[IDB] = visa_of(SEAL_FORM_IDB, signer[IDB]);
    buf_init(&b, 1 << 16);
    assert_true(seal_issue_vdsnc(SPAN("icao.test"), 1, SPAN("UTO"), SPAN("{}"),
                                 &(struct seal_issuer){ key, signer[VDSNC], { 0 }, { 0 } }, &test_arena, &b,
                                 NULL));
    document[VDSNC] = keep(&b);
    document[MASTER_LIST] = list_of(signer[MASTER_LIST]);
    return 0;
}

static int teardown(void **state)
{
    private_key_free(ca_key);
    private_key_free(key);
    return arena_teardown(state);
}

static void add(struct anchor_set *s, struct span der, unsigned purposes, const char *source,
                enum anchor_standing standing)
{
    const struct anchor_origin from = { .source = source, .member = "UT", .purposes = purposes };

    assert_true(anchor_set_add(s, der, &from, standing, NULL, NULL));
}

/* By the way that this kind of document goes. */
static enum result verify(const struct anchor_set *s, enum kind kind, struct why *w)
{
    const struct chip_options chip = { .anchors = s, .at = now, .profile = PROFILE_LENIENT };
    const struct seal_options seal = { s, now, PROFILE_LENIENT };
    struct card_security card;
    struct certificate cert;
    struct master_list list;
    struct visible_seal visible;
    struct chip c;
    struct path path;
    enum result r;

    *w = (struct why){ .offset = WHY_NO_OFFSET };
    switch (kind) {
    case CHIP:
        r = chip_verify(document[kind], &(struct data_group){ 0, dg1 }, 1, &chip, &test_arena, &c, NULL);
        *w = c.why;
        return r;
    case CARD_SECURITY:
        r = card_security_verify(document[kind], &chip, &test_arena, &card, NULL);
        *w = card.why;
        return r;
    case VDS:
    case IDB:
    case VDSNC:
        r = visible_seal_verify(document[kind], &seal, &test_arena, &visible, NULL);
        *w = visible.why;
        return r;
    case MASTER_LIST:
        r = master_list_verify(document[kind], s, &test_arena, &list, NULL);
        *w = list.why;
        return r;
    case LICENCE:
    case KINDS:
        break;
    }
    assert_true(certificate_parse(signer[kind], &cert, NULL, NULL));
    return path_find(s, &cert, FOR_LICENCES, &path, NULL, w);
}

static void expect(const struct anchor_set *s, enum kind kind, bool believed, unsigned vouched)
{
    char as[PURPOSES_TEXT];
    struct why w;
    enum result r = verify(s, kind, &w);

    (void)purposes_text(vouched, as);
    if (r != (believed ? RESULT_GENUINE : RESULT_NO_ANCHOR))
        fail_msg("%s under %s: %s %s %s", rule[kind].what, as, result_word(r), w.reason ? w.reason : "",
                 w.reason ? w.detail : "");
    if (believed)
        return;
    if (!w.reason || strcmp(w.reason, "anchor-purpose") != 0 || !w.clause || !strstr(w.detail, as))
        fail_msg("%s under %s: %s, %s", rule[kind].what, as, w.reason, w.detail);
}

static void an_issuer_certifies_what_it_is_vouched_for(void **state)
{
    (void)state;
    for (unsigned p = 1; p <= FOR_ALL; p++) {
        struct anchor_set *s = anchor_set_new();

        add(s, ca, p, "list", ANCHOR_VOUCHED);
        for (enum kind k = 0; k < KINDS; k++)
            add(s, signer[k], 0, "pkd", ANCHOR_KNOWN);
        for (int again = 0; again < 2; again++) /* then out of the memory of what was certified */
            for (enum kind k = 0; k < KINDS; k++)
                expect(s, k, p & rule[k].issuer, p);
        anchor_set_free(s);
    }
}

static void a_signer_signs_what_it_is_vouched_for(void **state)
{
    (void)state;
    for (unsigned p = 1; p <= FOR_ALL; p++) {
        for (enum kind k = 0; k < KINDS; k++) {
            struct anchor_set *s = anchor_set_new();

            add(s, signer[k], p, "list", ANCHOR_VOUCHED);
            expect(s, k, p & rule[k].signer, p);
            anchor_set_free(s);
        }
    }
}

/* Vouched for as something else, it is like one that is only known: its issuer decides. */
static void a_signer_of_another_purpose_may_have_an_issuer(void **state)
{
    (void)state;
    for (enum kind k = 0; k < KINDS; k++) {
        struct anchor_set *s = anchor_set_new();

        add(s, signer[k], FOR_ALL & ~rule[k].signer, "list", ANCHOR_VOUCHED);
        expect(s, k, false, FOR_ALL & ~rule[k].signer);
        add(s, ca, k == LICENCE ? FOR_LICENCES : FOR_TRAVEL, "list", ANCHOR_VOUCHED);
        expect(s, k, true, 0);
        anchor_set_free(s);
    }
}

static void one_key_in_two_certificates_of_two_purposes(void **state)
{
    (void)state;
    for (int order = 0; order < 2; order++) {
        struct anchor_set *s = anchor_set_new();
        struct certificate c;
        struct path path;

        add(s, order ? ca : twin, order ? FOR_TRAVEL : FOR_LICENCES, "list", ANCHOR_VOUCHED);
        add(s, order ? twin : ca, order ? FOR_LICENCES : FOR_TRAVEL, "list", ANCHOR_VOUCHED);
        assert_true(certificate_parse(signer[CHIP], &c, NULL, NULL));
        for (int i = 0; i < 3; i++) { /* the memory of one purpose does not speak for the other */
            assert_int_equal(path_find(s, &c, FOR_TRAVEL, &path, NULL, NULL), RESULT_GENUINE);
            assert_true(span_eq(path.anchor->cert.der, ca));
            assert_int_equal(path_find(s, &c, FOR_LICENCES, &path, NULL, NULL), RESULT_GENUINE);
            assert_true(span_eq(path.anchor->cert.der, twin));
            expect(s, CHIP, true, 0);
        }
        anchor_set_free(s);
    }
}

static void origins_that_come_later_widen(void **state)
{
    struct anchor_set *s = anchor_set_new();
    const struct anchor *a;

    (void)state;
    add(s, ca, FOR_LICENCES, "one", ANCHOR_KNOWN); /* says nothing */
    a = anchor_at(s, 0);
    assert_int_equal(a->purposes, 0);
    assert_false(anchor_serves(a, FOR_ALL));
    add(s, ca, FOR_LICENCES, "one", ANCHOR_VOUCHED);
    assert_int_equal(a->purposes, FOR_LICENCES);
    expect(s, CHIP, false, FOR_LICENCES);
    add(s, ca, FOR_SEALS, "two", ANCHOR_VOUCHED);
    assert_int_equal(a->purposes, FOR_LICENCES | FOR_SEALS);
    expect(s, VDSNC, true, 0);
    expect(s, CHIP, false, FOR_LICENCES | FOR_SEALS);
    add(s, ca, FOR_TRAVEL, "two", ANCHOR_VOUCHED); /* one source, another purpose: an origin of its own */
    assert_int_equal(a->origin->purposes, FOR_TRAVEL);
    assert_int_equal(a->origin->next->purposes, FOR_SEALS);
    expect(s, CHIP, true, 0);
    add(s, ca, FOR_SEALS, "three", ANCHOR_VOUCHED); /* takes nothing back */
    expect(s, CHIP, true, 0);
    add(s, ca, 0, "file", ANCHOR_VOUCHED); /* a person who says nothing vouches for all */
    assert_int_equal(a->purposes, FOR_ALL);
    assert_int_equal(a->origin->purposes, FOR_ALL);
    anchor_set_free(s);
}

/* A key identifier is anybody's to write: whoever is vouched for as a licence issuer with that of a country
 * signer makes no passport forged, and hides no country signer. */
static void another_purpose_accuses_and_hides_nobody(void **state)
{
    struct anchor_set *s = anchor_set_new();
    EVP_PKEY *other = key_ec("P-256", false);
    struct certificate c;
    struct why w;

    (void)state;
    assert_true(certificate_parse(ca, &c, NULL, NULL));
    for (unsigned i = 0; i < 40; i++) {
        const struct odd_certificate o = { .by = { other, SIGN_ECDSA, DIGEST_SHA256, 0 },
                                           .key = other,
                                           .subject = c.subject,
                                           .issuer = c.subject,
                                           .serial = span_of(&(uint8_t){ (uint8_t)(i + 1) }, 1),
                                           .ski = c.ski,
                                           .aki = c.ski,
                                           .ca = true };

        add(s, certificate_make(&o, &test_arena), i ? FOR_LICENCES : FOR_ALL & ~FOR_TRAVEL, "list",
            ANCHOR_VOUCHED);
        if (i == 0) { /* vouched for as one of seals and of lists, it is a key that did not sign these */
            assert_int_equal(verify(s, VDSNC, &w), RESULT_FORGED);
            assert_int_equal(verify(s, MASTER_LIST, &w), RESULT_FORGED);
            assert_int_equal(verify(s, CHIP, &w), RESULT_NO_ANCHOR);
            assert_string_equal(w.reason, "no-anchor");
            anchor_set_free(s);
            s = anchor_set_new();
        }
    }
    for (enum kind k = 0; k < KINDS; k++)
        if (k != LICENCE)
            assert_int_equal(verify(s, k, &w), RESULT_NO_ANCHOR);
    add(s, ca, FOR_TRAVEL, "list", ANCHOR_VOUCHED);
    expect(s, CHIP, true, 0);
    anchor_set_free(s);
    EVP_PKEY_free(other);
}

static void words_of_purposes(void **state)
{
    static const struct {
        const char *text;
        unsigned set;
    } cases[] = {
        { "travel documents", FOR_TRAVEL },
        { "visible seals, lists", FOR_SEALS | FOR_LISTS },
        { "visible seals,lists", FOR_SEALS | FOR_LISTS },
        { "all", FOR_ALL },
        { "", 0 },
        { "lists,", 0 },
        { "passports", 0 },
        { "lists, passports", 0 },
        { "Lists", 0 },
        { " lists", 0 },
    };
    char text[PURPOSES_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (purposes_of(span_str(cases[i].text)) != cases[i].set)
            fail_msg("\"%s\" is %x", cases[i].text, purposes_of(span_str(cases[i].text)));
    for (unsigned p = 1; p <= FOR_ALL; p++)
        assert_int_equal(purposes_of(span_str(purposes_text(p, text))), p);
    assert_string_equal(purposes_text(0, text), "nothing");
    assert_null(purpose_word(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_issuer_certifies_what_it_is_vouched_for),
        cmocka_unit_test(a_signer_signs_what_it_is_vouched_for),
        cmocka_unit_test(a_signer_of_another_purpose_may_have_an_issuer),
        cmocka_unit_test(one_key_in_two_certificates_of_two_purposes),
        cmocka_unit_test(origins_that_come_later_widen),
        cmocka_unit_test(another_purpose_accuses_and_hides_nobody),
        cmocka_unit_test(words_of_purposes),
    };

    return cmocka_run_group_tests_name("purpose", tests, setup, teardown);
}
