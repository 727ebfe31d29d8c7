/*
 * What real documents and lists have that made others fail, one by one, with keys of our own. doc/chip.md
 * says which trap is covered here and which elsewhere.
 */
#include "vectors.h"

#include <openssl/rsa.h>

#include "make_sod.h"
#include "seal/chip.h"
#include "wire/der.h"
#include "wire/der_write.h"

#define LINE1 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define LINE2 "L898902C36UTO7408122F3204159ZE184226B<<<<<18"

static const unix_time now = 1760000000; /* October 2025 */

enum { KEYS = 4 };
static EVP_PKEY *ec[KEYS], *rsa, *rsa3;

/* A document with all that is needed to judge it. Traps change a part before it is put together. */
struct scene {
    struct odd_certificate csca, dsc;
    struct sod_order sod;
    struct signing signer; /* of EF.SOD */
    struct span dg[4];
    size_t n_dg;
    struct anchor_set *set;
    bool no_csca; /* the trap has put what is believed into set */
    bool twice;   /* the file stands there twice */
    struct chip_options opt;
};

static struct span hold(struct span s)
{
    return arena_copy(&test_arena, s);
}

static struct span joined(struct span a, struct span b)
{
    uint8_t *p = arena_alloc(&test_arena, a.n + b.n);

    memcpy(p, a.p, a.n);
    memcpy(p + a.n, b.p, b.n);
    return span_of(p, a.n + b.n);
}

static struct span name(const char *country, const char *common)
{
    return name_make(country, common, DER_UTF8_STRING, false, &test_arena);
}

static struct span group1(const char *mrz)
{
    struct buffer b;
    size_t at;
    struct span s;

    buf_init(&b, 256);
    at = der_put_begin(&b, 0x61);
    buf_be(&b, 0x5f1f, 2);
    buf_u8(&b, 88);
    buf_str(&b, mrz);
    der_put_end(&b, at);
    s = hold(buf_span(&b));
    buf_free(&b);
    return s;
}

static void believe(struct scene *s, const struct odd_certificate *c)
{
    struct why w = { 0 };

    if (!anchor_set_add(s->set, certificate_make(c, &test_arena), NULL, ANCHOR_VOUCHED, NULL, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

static void scene_begin(struct scene *s)
{
    *s = (struct scene){ .set = anchor_set_new(), .opt = { .at = now }, .n_dg = 2 };
    s->csca = (struct odd_certificate){ .by = { ec[0], SIGN_ECDSA, DIGEST_SHA256, 0 },
                                        .key = ec[0],
                                        .subject = name("UT", "CSCA SPECIMEN"),
                                        .issuer = name("UT", "CSCA SPECIMEN"),
                                        .serial = SPAN("\x01"),
                                        .ski = SPAN("first key"),
                                        .aki = SPAN("first key"),
                                        .ca = true };
    s->dsc = (struct odd_certificate){ .by = s->csca.by,
                                       .key = ec[1],
                                       .subject = name("UT", "DS SPECIMEN"),
                                       .issuer = s->csca.subject,
                                       .serial = SPAN("\x02"),
                                       .ski = SPAN("signer"),
                                       .aki = SPAN("first key") };
    s->signer = (struct signing){ ec[1], SIGN_ECDSA, DIGEST_SHA256, 0 };
    s->dg[0] = group1(LINE1 LINE2);
    s->dg[1] = SPAN("\x75\x03\x01\x02\x03");
}

/* Puts the scene together and judges it. */
static enum result scene_end(struct scene *s, struct chip *c, struct findings *f)
{
    struct data_group group[4];
    struct span sod;
    struct buffer b;

    if (!s->no_csca)
        believe(s, &s->csca);
    s->sod.by = &s->signer;
    s->sod.arena = &test_arena;
    s->sod.dg = s->dg;
    s->sod.n_dg = s->n_dg;
    s->sod.dsc = certificate_make(&s->dsc, &test_arena);
    for (size_t i = 0; i < s->n_dg; i++)
        group[i] = (struct data_group){ 0, s->dg[i] };
    buf_init(&b, 1 << 20);
    make_sod(&s->sod, &b);
    sod = hold(buf_span(&b));
    buf_free(&b);
    if (s->twice)
        sod = joined(sod, sod);
    s->opt.anchors = s->set;
    findings_init(f);
    (void)chip_verify(sod, group, s->n_dg, &s->opt, &test_arena, c, f);
    anchor_set_free(s->set);
    return c->result;
}

/* 5.3: how EF.SOD is read. */

static void as_it_should_be(struct scene *s)
{
    (void)s;
}

static void other_order(struct scene *s)
{
    s->sod.issuer = name_make("UT", "CSCA SPECIMEN", DER_UTF8_STRING, true, &test_arena);
    s->sod.serial = s->dsc.serial;
}

static void other_letters(struct scene *s)
{
    s->sod.issuer = name("UT", "csca Specimen");
    s->sod.serial = s->dsc.serial;
}

static void other_strings(struct scene *s)
{
    s->sod.issuer = name_make("UT", "CSCA SPECIMEN", DER_PRINTABLE_STRING, false, &test_arena);
    s->sod.serial = s->dsc.serial;
}

static void unsorted_dg14(struct scene *s)
{
    s->dg[2] = SPAN(
        "\x6e\x26\x31\x24\x30\x12\x06\x0a\x04\x00\x7f\x00\x07\x02\x02\x03\x02\x02\x02\x01\x02\x02\x01\x48"
        "\x30\x0e\x06\x09\x04\x00\x7f\x00\x07\x02\x02\x04\x02\x02\x01\x02");
    s->n_dg = 3;
}

static void old_type(struct scene *s)
{
    s->sod.content_type = SPAN("\x2b\x1b\x01\x01\x01");
}

static void older_type(struct scene *s)
{
    s->sod.content_type = SPAN("\x2a\x84\x10\x01\x87\x6e\x01\x14\x01");
}

static void data_type(struct scene *s)
{
    s->sod.content_type = SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");
}

static void list_type(struct scene *s)
{
    s->sod.content_type = SPAN("\x67\x81\x08\x01\x01\x02");
}

static void file_twice(struct scene *s)
{
    s->twice = true;
}

/* TR: a certificate over RSA-PSS, EF.SOD with PKCS #1; and the reverse. */
static void pss_certificate(struct scene *s)
{
    s->csca.key = s->dsc.key = rsa;
    s->csca.by = s->dsc.by = (struct signing){ rsa, SIGN_PSS, DIGEST_SHA256, 32 };
    s->signer = (struct signing){ rsa, SIGN_RSA, DIGEST_SHA256, 0 };
}

static void pss_sod(struct scene *s)
{
    s->csca.key = s->dsc.key = rsa;
    s->csca.by = s->dsc.by = (struct signing){ rsa, SIGN_RSA, DIGEST_SHA256, 0 };
    s->signer = (struct signing){ rsa, SIGN_PSS, DIGEST_SHA256, 32 };
}

/* 5.4: the chain. */

static void no_aki(struct scene *s)
{
    s->dsc.aki = (struct span){ 0 };
}

static void another_key(struct scene *s, EVP_PKEY *key, struct span ski)
{
    struct odd_certificate other = s->csca;

    other.key = other.by.key = key;
    other.ski = other.aki = ski;
    believe(s, &other);
}

static void three_keys(struct scene *s)
{
    another_key(s, ec[2], SPAN("second key"));
    another_key(s, ec[3], SPAN("third key"));
    s->dsc.aki = (struct span){ 0 };
}

static void shared_key_id(struct scene *s)
{
    struct odd_certificate other = s->csca;

    other.key = other.by.key = ec[2];
    other.subject = other.issuer = name("UT", "ANOTHER CSCA");
    believe(s, &other);
}

static void shared_key_id_abroad(struct scene *s)
{
    struct odd_certificate other = s->csca;

    other.key = other.by.key = ec[2];
    other.subject = other.issuer = name("DE", "CSCA");
    believe(s, &other);
}

/* Two certificates inside of one issuer and serial number; the first is another signer's. */
static void colliding_serials(struct scene *s)
{
    struct odd_certificate other = s->dsc;

    other.key = ec[2];
    s->sod.more = certificate_make(&other, &test_arena);
}

static void new_key(struct scene *s, bool old_known)
{
    struct odd_certificate link = s->csca, old = s->csca;

    link.key = ec[2];
    link.ski = SPAN("second key");
    link.serial = SPAN("\x09");
    s->dsc.by.key = ec[2];
    s->dsc.aki = SPAN("second key");
    if (old_known)
        believe(s, &old);
    believe(s, &link);
    s->no_csca = true;
}

static void link_with_equal_names(struct scene *s)
{
    new_key(s, true);
}

static void link_alone(struct scene *s)
{
    new_key(s, false);
}

/* Says that the old key signed it, and another one did. */
static void false_link(struct scene *s)
{
    struct odd_certificate link = s->csca;

    link.key = ec[2];
    link.by.key = ec[3];
    link.ski = SPAN("second key");
    believe(s, &link);
    s->dsc.by.key = ec[2];
    s->dsc.aki = SPAN("second key");
}

static void link_beside_root(struct scene *s)
{
    struct odd_certificate root = s->csca;

    new_key(s, false);
    root.key = root.by.key = ec[2];
    root.ski = root.aki = SPAN("second key");
    believe(s, &root);
}

static void csca_without_aki(struct scene *s)
{
    s->csca.aki = (struct span){ 0 };
}

static void altered_csca(struct scene *s)
{
    struct span der = certificate_make(&s->csca, &test_arena);

    ((uint8_t *)(uintptr_t)der.p)[der.n - 3] ^= 1;
    assert_true(anchor_set_add(s->set, der, NULL, ANCHOR_VOUCHED, NULL, NULL));
    s->no_csca = true;
}

static void issuer_in_capitals(struct scene *s)
{
    s->dsc.issuer = name_make("UT", "csca  specimen", DER_PRINTABLE_STRING, true, &test_arena);
}

static void negative_serial(struct scene *s)
{
    s->dsc.serial = SPAN("\x8f\x01");
}

static void padded_serial(struct scene *s)
{
    s->dsc.serial = SPAN("\x00\x01");
}

static void long_serial(struct scene *s)
{
    s->dsc.serial =
        SPAN("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15");
}

static void lower_case_country(struct scene *s)
{
    s->dsc.subject = name("ut", "DS SPECIMEN");
}

static void late_utc_time(struct scene *s)
{
    s->dsc.to = "20400101000000Z";
}

static void basic_constraints(struct scene *s)
{
    s->dsc.more = extension_make(SPAN("\x55\x1d\x13"), true, SPAN("\x30\x00"), &test_arena);
}

static void unknown_critical(struct scene *s)
{
    s->dsc.more = extension_make(SPAN("\x2a\x03\x04"), true, SPAN("\x05\x00"), &test_arena);
}

static void critical_name_change(struct scene *s)
{
    s->csca.more = extension_make(SPAN("\x67\x81\x08\x01\x01\x06\x01"), true, SPAN("\x05\x00"), &test_arena);
}

/* LT: the point is one of P-224, the curve named brainpoolP224r1. */
static void wrong_curve_label(struct scene *s)
{
    EVP_PKEY *k = key_ec("P-224", false);
    struct span spki = key_spki(k, &test_arena), bits = span_sub(spki, spki.n - 58, spki.n);
    struct buffer b;
    size_t at, algorithm;

    buf_init(&b, 256);
    at = der_put_begin(&b, DER_SEQUENCE);
    algorithm = der_put_begin(&b, DER_SEQUENCE);
    der_put(&b, DER_OID, SPAN("\x2a\x86\x48\xce\x3d\x02\x01"));
    der_put(&b, DER_OID, SPAN("\x2b\x24\x03\x03\x02\x08\x01\x01\x05"));
    der_put_end(&b, algorithm);
    der_put(&b, DER_BIT_STRING, bits);
    der_put_end(&b, at);
    s->dsc.spki = hold(buf_span(&b));
    buf_free(&b);
    EVP_PKEY_free(k);
}

static void csca_only_inside(struct scene *s)
{
    s->sod.more = certificate_make(&s->csca, &test_arena);
    s->no_csca = true;
}

static void another_signed(struct scene *s)
{
    s->dsc.by.key = ec[3];
}

static void another_signed_unnamed(struct scene *s)
{
    s->dsc.by.key = ec[3];
    s->dsc.aki = (struct span){ 0 };
}

/* 5.5: times. */

static void expired_since(struct scene *s)
{
    s->dsc.to = "250601000000Z";
}

static void signed_too_early(struct scene *s)
{
    s->dsc.from = "250102000000Z";
}

static void signed_too_late(struct scene *s)
{
    s->dsc.to = "241231000000Z";
    s->opt.at = 1700000000; /* within */
}

static void not_stated(struct scene *s)
{
    s->sod.signing_time = "";
    s->dsc.to = "240101000000Z";
}

static void issued(struct scene *s, const char *day)
{
    struct buffer b;

    buf_init(&b, 64);
    buf_put(&b, SPAN("\x6c\x0f\x5c\x02\x5f\x26\x5f\x26\x08"));
    buf_str(&b, day);
    s->dg[2] = hold(buf_span(&b));
    ((uint8_t *)(uintptr_t)s->dg[2].p)[1] = (uint8_t)(b.n - 2);
    buf_free(&b);
    s->n_dg = 3;
    not_stated(s);
}

static void issued_in_time(struct scene *s)
{
    issued(s, "20230615");
}

static void issued_out_of_time(struct scene *s)
{
    issued(s, "20240615");
}

/* 5.6: revocation. */

static void revoke(struct scene *s, struct span serial, EVP_PKEY *by, struct span aki, const char *from,
                   bool hold_back)
{
    const struct signing sign = { by, SIGN_ECDSA, DIGEST_SHA256, 0 };
    struct buffer b, out;
    size_t tbs, list, entry, at;
    struct span body;
    struct why w = { .offset = WHY_NO_OFFSET };

    buf_init(&b, 4096);
    buf_init(&out, 4096);
    tbs = der_put_begin(&b, DER_SEQUENCE);
    der_put_uint(&b, 1);
    buf_put(&b, signing_algorithm(&sign, &test_arena));
    buf_put(&b, s->csca.subject);
    der_put(&b, DER_UTC_TIME, span_str(from));
    der_put(&b, DER_UTC_TIME, SPAN("300101000000Z"));
    list = der_put_begin(&b, DER_SEQUENCE);
    for (int i = 0; i < 2; i++) {
        entry = der_put_begin(&b, DER_SEQUENCE);
        der_put(&b, DER_INTEGER, i ? serial : SPAN("\x7f"));
        der_put(&b, DER_UTC_TIME, span_str(from));
        der_put_end(&b, entry);
    }
    der_put_end(&b, list);
    at = der_put_begin(&b, DER_CONTEXT_CONSTRUCTED(0));
    list = der_put_begin(&b, DER_SEQUENCE);
    {
        uint8_t value[64] = { 0x30, (uint8_t)(aki.n + 2), 0x80, (uint8_t)aki.n };

        memcpy(value + 4, aki.p, aki.n);
        buf_put(&b, extension_make(SPAN("\x55\x1d\x23"), false, span_of(value, aki.n + 4), &test_arena));
    }
    der_put_end(&b, list);
    der_put_end(&b, at);
    der_put_end(&b, tbs);
    body = hold(buf_span(&b));
    at = der_put_begin(&out, DER_SEQUENCE);
    buf_put(&out, body);
    buf_put(&out, signing_algorithm(&sign, &test_arena));
    der_put_bits(&out, signing_make(&sign, body, &test_arena));
    der_put_end(&out, at);
    if (anchor_set_add_crl(s->set, buf_span(&out), NULL, NULL, &w) == hold_back)
        fail_msg("%s", hold_back ? "a list was taken" : w.detail);
    buf_free(&b);
    buf_free(&out);
}

static void on_the_list(struct scene *s)
{
    believe(s, &s->csca);
    revoke(s, SPAN("\x02"), ec[0], SPAN("first key"), "250601000000Z", false);
}

static void on_the_list_padded(struct scene *s)
{
    believe(s, &s->csca);
    revoke(s, SPAN("\x00\x02"), ec[0], SPAN("first key"), "250601000000Z", false);
}

static void on_a_list_of_another_key(struct scene *s)
{
    believe(s, &s->csca);
    another_key(s, ec[2], SPAN("second key"));
    revoke(s, SPAN("\x02"), ec[2], SPAN("second key"), "250601000000Z", false);
    s->opt.crl_required = true;
}

static void on_a_list_to_come(struct scene *s)
{
    believe(s, &s->csca);
    revoke(s, SPAN("\x02"), ec[0], SPAN("first key"), "260601000000Z", false);
}

static void on_a_list_that_does_not_verify(struct scene *s)
{
    believe(s, &s->csca);
    revoke(s, SPAN("\x02"), ec[2], SPAN("first key"), "250601000000Z", true);
}

static void not_on_the_list(struct scene *s)
{
    believe(s, &s->csca);
    revoke(s, SPAN("\x03"), ec[0], SPAN("first key"), "250601000000Z", false);
    s->opt.crl_required = true;
}

/* 5.7: the State. */

static void british(struct scene *s, const char *mrz)
{
    s->csca.subject = s->csca.issuer = s->dsc.issuer = name("GB", "CSCA");
    s->dsc.subject = name("GB", "DS");
    s->dg[0] = group1(mrz);
}

static void overseas_territory(struct scene *s)
{
    british(s, "P<GBDERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" LINE2);
}

static void another_state(struct scene *s)
{
    british(s, "P<IRLERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" LINE2);
}

/* 5.8 and 7: signatures. */

static void sha1_throughout(struct scene *s)
{
    s->csca.by.digest = s->dsc.by.digest = s->signer.digest = DIGEST_SHA1;
}

static EVP_PKEY *explicit_key;

static void explicit_parameters(struct scene *s)
{
    s->csca.key = s->csca.by.key = s->dsc.by.key = explicit_key;
    s->dsc.key = s->signer.key = explicit_key;
}

static void salt_of_64(struct scene *s)
{
    s->csca.key = s->dsc.key = rsa;
    s->csca.by = s->dsc.by = s->signer = (struct signing){ rsa, SIGN_PSS, DIGEST_SHA512, 64 };
}

static void without_null(struct scene *s)
{
    s->csca.key = s->dsc.key = rsa;
    s->csca.by = s->dsc.by = s->signer = (struct signing){ rsa, SIGN_RSA_NO_NULL, DIGEST_SHA256, 0 };
}

/* A block as a forger makes it: the digest comes right behind a short padding, what follows is free. */
static void forged_block(struct scene *s, bool null)
{
    static uint8_t sig[256];
    uint8_t block[256] = { 0x00, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00 };
    const struct span info =
        null ? SPAN("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20")
             : SPAN("\x30\x2f\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x04\x20");
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(rsa3, NULL);
    size_t n = sizeof sig;

    memcpy(block + 11, info.p, info.n);
    memset(block + 11 + info.n + 32, 0xab, sizeof block - 11 - info.n - 32);
    assert_true(EVP_PKEY_sign_init(c) == 1 && EVP_PKEY_CTX_set_rsa_padding(c, RSA_NO_PADDING) == 1 &&
                EVP_PKEY_sign(c, sig, &n, block, sizeof block) == 1);
    EVP_PKEY_CTX_free(c);
    s->dsc.key = rsa3;
    s->signer = (struct signing){ rsa3, SIGN_RSA, DIGEST_SHA256, 0 };
    s->sod.signature = span_of(sig, n);
}

static void forged_with_null(struct scene *s)
{
    forged_block(s, true);
}

static void forged_without_null(struct scene *s)
{
    forged_block(s, false);
}

static void exponent_three(struct scene *s)
{
    s->dsc.key = rsa3;
    s->signer = (struct signing){ rsa3, SIGN_RSA, DIGEST_SHA256, 0 };
}

static void zero_zero(struct scene *s)
{
    s->sod.signature = SPAN("\x30\x06\x02\x01\x00\x02\x01\x00");
}

static void no_signature(struct scene *s)
{
    s->sod.signature = SPAN("\x30\x00");
}

static const struct trap {
    const char *what;
    void (*build)(struct scene *s);
    enum result result;
    const char *reason;  /* NULL when genuine */
    const char *finding; /* that must be there; NULL: none in particular */
} traps[] = {
    { "5.3 a document as it should be", as_it_should_be, RESULT_GENUINE, NULL, NULL },
    { "5.3 MY: the signer's issuer in another order", other_order, RESULT_GENUINE, NULL, "signer-name" },
    { "5.3 the signer's issuer in other letters", other_letters, RESULT_UNDETERMINED, "signer-name", NULL },
    { "5.3 the signer's issuer in other strings", other_strings, RESULT_UNDETERMINED, "signer-name", NULL },
    { "5.3 DG14 with a SET out of order", unsorted_dg14, RESULT_GENUINE, NULL, NULL },
    { "5.8 NL: the older type of the LDS object", old_type, RESULT_GENUINE, NULL, "content-type" },
    { "5.8 NL: the oldest type of the LDS object", older_type, RESULT_GENUINE, NULL, "content-type" },
    { "5.8 CN: plain data", data_type, RESULT_GENUINE, NULL, "content-type" },
    { "5.3 an LDS object that says it is a master list", list_type, RESULT_MALFORMED, "content-type", NULL },
    { "7 the file twice", file_twice, RESULT_MALFORMED, "der", NULL },
    { "9 TR: certificates with PSS, EF.SOD without", pss_certificate, RESULT_GENUINE, NULL, NULL },
    { "9 EF.SOD with PSS, certificates without", pss_sod, RESULT_GENUINE, NULL, NULL },
    { "5.4 a signer that names no key", no_aki, RESULT_GENUINE, NULL, "authority-key-id-missing" },
    { "5.4 one subject, three keys", three_keys, RESULT_GENUINE, NULL, NULL },
    { "5.4 a key identifier of two subjects", shared_key_id, RESULT_GENUINE, NULL, NULL },
    { "5.4 a key identifier of two States", shared_key_id_abroad, RESULT_GENUINE, NULL, NULL },
    { "5.4 issuer and serial number collide", colliding_serials, RESULT_GENUINE, NULL, NULL },
    { "5.4 a link certificate with equal names", link_with_equal_names, RESULT_GENUINE, NULL, NULL },
    { "5.4 a link certificate whose old key is unknown", link_alone, RESULT_GENUINE, NULL,
      "anchor-not-proved" },
    { "5.4 a link beside the root of the same key", link_beside_root, RESULT_GENUINE, NULL, NULL },
    { "5.4 a link that the old key did not sign", false_link, RESULT_NO_ANCHOR, "anchor-altered", NULL },
    { "5.4 a country signer that names no key", csca_without_aki, RESULT_GENUINE, NULL, NULL },
    { "5.4 a country signer that was altered", altered_csca, RESULT_NO_ANCHOR, "anchor-altered", NULL },
    { "5.4 issuer in other case, string and order", issuer_in_capitals, RESULT_GENUINE, NULL, "issuer-name" },
    { "5.4 a negative serial number", negative_serial, RESULT_GENUINE, NULL, "serial-negative" },
    { "5.4 a padded serial number", padded_serial, RESULT_GENUINE, NULL, "serial-padded" },
    { "5.4 a serial number of 21 octets", long_serial, RESULT_GENUINE, NULL, "serial-long" },
    { "5.4 a country in small letters", lower_case_country, RESULT_GENUINE, NULL, "country-case" },
    { "5.4 no documentType", as_it_should_be, RESULT_GENUINE, NULL, "document-type-missing" },
    { "5.4 no private key usage period", as_it_should_be, RESULT_GENUINE, NULL, "usage-period-missing" },
    { "5.4 basicConstraints in a document signer", basic_constraints, RESULT_GENUINE, NULL,
      "basic-constraints" },
    { "5.4 GeneralizedTime before 2050", late_utc_time, RESULT_GENUINE, NULL, "time-form" },
    { "5.1 an unknown critical extension", unknown_critical, RESULT_GENUINE, NULL, "critical-extension" },
    { "5.1 a critical name change", critical_name_change, RESULT_GENUINE, NULL, "extension-critical" },
    { "5.4 LT: a curve named that the point is not on", wrong_curve_label, RESULT_UNDETERMINED, "key", NULL },
    { "5.4 the country signer is only inside EF.SOD", csca_only_inside, RESULT_NO_ANCHOR, "no-anchor", NULL },
    { "5.4 names a key that did not sign it", another_signed, RESULT_FORGED, "chain", NULL },
    { "5.4 names no key, and none known signed it", another_signed_unnamed, RESULT_NO_ANCHOR, "no-anchor",
      NULL },
    { "5.5 the signer expired since", expired_since, RESULT_GENUINE, NULL, "dsc-expired-now" },
    { "5.5 signed before the signer was valid", signed_too_early, RESULT_UNDETERMINED, "signing-time", NULL },
    { "5.5 signed after the signer expired, now within", signed_too_late, RESULT_UNDETERMINED, "signing-time",
      NULL },
    { "5.5 no signing time: today is not taken", not_stated, RESULT_GENUINE, NULL, "no-signing-time" },
    { "5.5 no signing time: issued in time", issued_in_time, RESULT_GENUINE, NULL, "no-signing-time" },
    { "5.5 no signing time: issued out of time", issued_out_of_time, RESULT_UNDETERMINED, "signing-time",
      NULL },
    { "5.6 on the list", on_the_list, RESULT_REVOKED, "revoked", NULL },
    { "5.6 on the list as the same number", on_the_list_padded, RESULT_REVOKED, "revoked", NULL },
    { "5.6 not on the list, which is required", not_on_the_list, RESULT_GENUINE, NULL, NULL },
    { "5.6 on the list of another key", on_a_list_of_another_key, RESULT_UNDETERMINED, "no-current-crl",
      NULL },
    { "5.6 on a list of the future", on_a_list_to_come, RESULT_GENUINE, NULL, "no-current-crl" },
    { "5.6 on a list that does not verify", on_a_list_that_does_not_verify, RESULT_GENUINE, NULL,
      "no-current-crl" },
    { "5.7 GBD is of GB", overseas_territory, RESULT_GENUINE, NULL, NULL },
    { "5.7 a country signer signs for another State", another_state, RESULT_FORGED, "country", NULL },
    { "5.8 RU: SHA-1 throughout", sha1_throughout, RESULT_GENUINE, NULL, "weak-digest" },
    { "5.8 DE, GB: explicit parameters in both", explicit_parameters, RESULT_GENUINE, NULL,
      "curve-explicit" },
    { "5.8 IT: PSS over SHA-512, salt 64", salt_of_64, RESULT_GENUINE, NULL, NULL },
    { "5.8 ICAO: DigestInfo without NULL", without_null, RESULT_GENUINE, NULL, NULL },
    { "5.2 exponent 3", exponent_three, RESULT_GENUINE, NULL, NULL },
    { "7 exponent 3, bytes behind the DigestInfo", forged_with_null, RESULT_FORGED, "signature", NULL },
    { "7 the same without NULL", forged_without_null, RESULT_FORGED, "signature", NULL },
    { "7 r and s are zero", zero_zero, RESULT_FORGED, "signature", NULL },
    { "7 a signature without r and s", no_signature, RESULT_FORGED, "signature", NULL },
};

static bool has_finding(const struct findings *f, const char *reason)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].why.reason, reason) == 0)
            return true;
    return false;
}

static void every_trap_has_its_result(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof traps / sizeof traps[0]; i++) {
        const struct trap *t = &traps[i];

        for (int profile = PROFILE_LENIENT; profile <= PROFILE_STRICT; profile++) {
            struct findings f;
            struct scene s;
            struct chip c;

            scene_begin(&s);
            s.opt.profile = (enum profile)profile;
            t->build(&s);
            (void)scene_end(&s, &c, &f);
            if (c.result != t->result)
                fail_msg("%s: %s: %s", t->what, result_word(c.result), c.why.detail);
            if (t->reason ? !c.why.reason || strcmp(c.why.reason, t->reason) != 0 : c.why.reason != NULL)
                fail_msg("%s: reason %s", t->what, c.why.reason ? c.why.reason : "none");
            if (t->reason)
                assert_non_null(c.why.detail);
            if (t->finding && !has_finding(&f, t->finding))
                fail_msg("%s: no finding %s", t->what, t->finding);
            assert_int_equal(f.lost, 0);
            for (size_t k = 0; k < f.n; k++)
                assert_non_null(f.item[k].why.clause);
        }
    }
}

static int setup(void **state)
{
    for (int i = 0; i < KEYS; i++)
        ec[i] = key_ec("P-256", false);
    rsa = key_rsa(2048, 65537);
    rsa3 = key_rsa(2048, 3);
    explicit_key = key_ec("brainpoolP256r1", true);
    return arena_setup(state);
}

static int teardown(void **state)
{
    for (int i = 0; i < KEYS; i++)
        EVP_PKEY_free(ec[i]);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(rsa3);
    EVP_PKEY_free(explicit_key);
    return arena_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_trap_has_its_result) };

    return cmocka_run_group_tests_name("traps", tests, setup, teardown);
}
