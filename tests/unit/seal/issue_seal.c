#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "seal/issue_certificate.h"
#include "seal/issue_seal.h"
#include "seal/visible.h"

/* A country with a seal signer and a VDS-NC signer of it; keys are made anew at every run. */
struct country {
    struct arena arena;
    struct private_key *csca_key, *seal_key, *vdsnc_key;
    struct span csca, seal, vdsnc;
    struct anchor_set *direct;  /* holds the signers themselves */
    struct anchor_set *chained; /* holds the country signer only */
    unix_time at;
};

static struct span certificate(struct country *c, enum certificate_role role, const char *cn, uint64_t serial,
                               const struct private_key *subject, const struct private_key *issuer,
                               struct span issuer_der)
{
    struct certificate_order o = { .role = role,
                                   .country = "UT",
                                   .organization = "SPECIMEN",
                                   .common_name = cn,
                                   .serial = serial,
                                   .document_types = role == CERTIFICATE_VDSNC_SIGNER ? "NV" : NULL };
    struct buffer b;
    struct why w = { 0 };
    struct span der;

    assert_true(time_parse(SPAN("2026-01-01"), &o.not_before));
    assert_true(time_parse(SPAN("2031-01-01"), &o.not_after));
    buf_init(&b, LIMIT_CERTIFICATE);
    if (!certificate_issue(&o, subject, issuer, issuer_der, &b, &w))
        fail_msg("%s", w.detail);
    der = arena_copy(&c->arena, buf_span(&b));
    buf_free(&b);
    return der;
}

static void begin(struct country *c, enum curve curve, enum curve vdsnc)
{
    struct why w = { 0 };

    arena_init(&c->arena, 1 << 24);
    assert_true(time_parse(SPAN("2026-11-21"), &c->at));
    assert_true(private_key_generate(CURVE_P256, &c->csca_key, &w));
    assert_true(private_key_generate(curve, &c->seal_key, &w));
    assert_true(private_key_generate(vdsnc, &c->vdsnc_key, &w));
    c->csca =
        certificate(c, CERTIFICATE_COUNTRY_SIGNER, "CSCA", 1, c->csca_key, c->csca_key, (struct span){ 0 });
    c->seal = certificate(c, CERTIFICATE_SEAL_SIGNER, "SP", 0x1a2b, c->seal_key, c->csca_key, c->csca);
    c->vdsnc = certificate(c, CERTIFICATE_VDSNC_SIGNER, "NC", 3, c->vdsnc_key, c->csca_key, c->csca);
    c->direct = anchor_set_new();
    c->chained = anchor_set_new();
    assert_true(anchor_set_add(c->direct, c->seal, &(struct anchor_origin){ .source = "test" },
                               ANCHOR_VOUCHED, NULL, &w));
    assert_true(anchor_set_add(c->direct, c->vdsnc, &(struct anchor_origin){ .source = "test" },
                               ANCHOR_VOUCHED, NULL, &w));
    assert_true(anchor_set_add(c->chained, c->csca, &(struct anchor_origin){ .source = "test" },
                               ANCHOR_VOUCHED, NULL, &w));
}

static void end(struct country *c)
{
    private_key_free(c->csca_key);
    private_key_free(c->seal_key);
    private_key_free(c->vdsnc_key);
    anchor_set_free(c->direct);
    anchor_set_free(c->chained);
    arena_free(&c->arena);
}

static enum result verify(struct country *c, const struct anchor_set *set, struct span in, struct arena *a,
                          struct visible_seal *s, struct findings *f)
{
    struct seal_options opt = { set, c->at, PROFILE_STRICT };

    findings_init(f);
    arena_init(a, 1 << 20);
    return visible_seal_verify(in, &opt, a, s, f);
}

static const char zone[] =
    "V<UTOSPECIMEN<<TRAVELLER<<<<<<<<<<<<<<<<<<<<\nV7654321<1UTO8802299M2701312<<<<<<<<<<<<<<<<";

static struct visa_order visa(enum seal_form form)
{
    return (struct visa_order){ .form = form,
                                .country = SPAN("UTO"),
                                .issued = { 2026, 11, 1 },
                                .signed_on = { 2026, 11, 2 },
                                .zone = SPAN(zone),
                                .entries = 2,
                                .days = 30,
                                .passport_number = SPAN("L898902C"),
                                .purpose = "pilgrimage",
                                .valid_from = { 2026, 11, 15 },
                                .permission_id = SPAN("ECO-0001") };
}

static void field_is(const struct visible_seal *s, const char *name, const char *text)
{
    const struct seal_field *f = seal_field(s, name);

    if (!f)
        fail_msg("%s is missing", name);
    if (!span_eq_str(f->text, text))
        fail_msg("%s: %.*s, expected %s", name, (int)f->text.n, (const char *)f->text.p, text);
}

static void visa_holds_what_was_put_in(void **state)
{
    static const enum seal_form forms[] = { SEAL_FORM_VDS4, SEAL_FORM_VDS3, SEAL_FORM_IDB };
    static const enum curve curves[] = { CURVE_P256,  CURVE_BP256, CURVE_P384,
                                         CURVE_BP224, CURVE_P521,  CURVE_BP512 };
    struct country c;
    struct arena a;
    struct visible_seal s;
    struct findings f;

    (void)state;
    for (size_t k = 0; k < 6; k++) {
        begin(&c, curves[k], CURVE_P256);
        for (size_t i = 0; i < 3; i++) {
            struct visa_order v = visa(forms[i]);
            struct seal_issuer by = { c.seal_key, c.seal, { 0 }, { 0 } };
            struct buffer out;
            struct why w = { 0 };

            buf_init(&out, 1 << 16);
            if (!visa_seal_issue(&v, &by, &c.arena, &out, &w))
                fail_msg("%s: %s", curve_name(curves[k]), w.detail);
            if (verify(&c, c.direct, buf_span(&out), &a, &s, &f) != RESULT_GENUINE)
                fail_msg("%s: %s %s", curve_name(curves[k]), s.why.reason, s.why.detail);
            assert_int_equal(f.n, 1); /* specimen */
            assert_string_equal(s.type, "visa");
            field_is(&s, "mrz", "V<UTOSPECIMEN<<TRAVELLER<<<<<<<<<<<<<<<<<<<<\nV7654321<1UTO8802299M2701312");
            field_is(&s, "number-of-entries", "2");
            field_is(&s, "duration-of-stay", "P30D");
            field_is(&s, "passport-number", "L898902C");
            field_is(&s, "travel-purpose", "pilgrimage");
            field_is(&s, "valid-from", "2026-11-15");
            field_is(&s, "permission-id", "ECO-0001");
            arena_free(&a);
            buf_free(&out);
        }
        end(&c);
    }
}

/* Every bit of a seal, also of header, lengths and signature. */
static void no_mutation_is_genuine(void **state)
{
    struct country c;
    struct arena a;
    struct visible_seal s;
    struct findings f;
    struct visa_order v = visa(SEAL_FORM_VDS4);
    struct buffer out;
    struct why w = { 0 };
    uint8_t *p;

    (void)state;
    begin(&c, CURVE_P256, CURVE_P256);
    buf_init(&out, 1 << 16);
    assert_true(
        visa_seal_issue(&v, &(struct seal_issuer){ c.seal_key, c.seal, { 0 }, { 0 } }, &c.arena, &out, &w));
    p = out.p;
    for (int profile = 0; profile < 2; profile++) {
        struct seal_options opt = { c.direct, c.at, profile ? PROFILE_STRICT : PROFILE_LENIENT };

        for (size_t bit = 0; bit < out.n * 8; bit++) {
            p[bit / 8] ^= (uint8_t)(1u << bit % 8);
            arena_init(&a, 1 << 20);
            findings_init(&f);
            if (visible_seal_verify(buf_span(&out), &opt, &a, &s, &f) == RESULT_GENUINE)
                fail_msg("genuine with bit %zu of byte %zu changed", bit % 8, bit / 8);
            assert_non_null(s.why.reason);
            assert_null(seal_field(&s, "mrz"));
            arena_free(&a);
            p[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    for (size_t n = 0; n < out.n; n++) { /* and cut anywhere */
        assert_int_not_equal(verify(&c, c.direct, span_of(p, n), &a, &s, &f), RESULT_GENUINE);
        arena_free(&a);
    }
    buf_free(&out);
    end(&c);
}

/* Random text in the alphabet of a coding, in the form in which it is read back. */
static struct span random_value(struct arena *a, const struct seal_field_def *d)
{
    static const char alnum[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    char t[600];
    size_t n = 0, least = d->min, most = d->max, want;

    switch ((enum seal_coding)d->coding) {
    case SEAL_CODING_MRZ:
    case SEAL_CODING_MRZ_TD1:
    case SEAL_CODING_MRZ_TD3:
    case SEAL_CODING_MRZ_MRVA:
    case SEAL_CODING_MRZ_MRVB: {
        size_t first =
            d->coding == SEAL_CODING_MRZ_MRVA || d->coding == SEAL_CODING_MRZ_TD3 || d->min == 60 ? 44 : 36;
        size_t total = d->coding == SEAL_CODING_MRZ_MRVA   ? 72
                       : d->coding == SEAL_CODING_MRZ_MRVB ? 64
                                                           : 2 * first;

        if (d->coding == SEAL_CODING_MRZ_TD1) {
            first = 30;
            total = 90;
        }
        for (size_t i = 0; i < total; i++) {
            if (i && i % first == 0)
                t[n++] = '\n';
            t[n++] = "ABCXYZ0189<"[rand() % 11];
        }
        /* an expiry that has not passed, where the layout has one */
        for (size_t i = 0; i < 6; i++)
            t[first + 1 + (first == 30 ? 8 : 21) + i] = "271231"[i];
        break;
    }
    case SEAL_CODING_C40:
        want = least / 2 * 3 + (size_t)rand() % (most / 2 * 3 - least / 2 * 3 + 1);
        while (n < want)
            t[n++] = alnum[rand() % 36];
        break;
    case SEAL_CODING_TEXT:
        want = least + (size_t)rand() % (most - least + 1);
        while (n < want)
            t[n++] = (char)(' ' + rand() % 95);
        break;
    case SEAL_CODING_BYTE:
        n = (size_t)snprintf(t, sizeof t, "%d", rand() % 256);
        break;
    case SEAL_CODING_NUMBER:
        n = (size_t)snprintf(t, sizeof t, "%d", rand());
        break;
    case SEAL_CODING_DATE:
    case SEAL_CODING_DATE_TEXT:
        n = (size_t)snprintf(t, sizeof t, "20%02d-%02d-%02d", 27 + rand() % 70, 1 + rand() % 12,
                             1 + rand() % 28);
        break;
    case SEAL_CODING_MASK_DATE:
        n = (size_t)snprintf(t, sizeof t, rand() % 2 ? "20%02d-%02d-XX" : "20%02d-%02d-15", 27 + rand() % 70,
                             1 + rand() % 12);
        break;
    case SEAL_CODING_DATE_TIME:
        n = (size_t)snprintf(t, sizeof t, "2025-%02d-%02dT%02d:%02d:%02dZ", 1 + rand() % 12, 1 + rand() % 28,
                             rand() % 24, rand() % 60, rand() % 60);
        break;
    case SEAL_CODING_DURATION:
        n = (size_t)snprintf(t, sizeof t, "P%dM%dD", 1 + rand() % 255, 1 + rand() % 255);
        break;
    case SEAL_CODING_CODE:
        for (uint8_t v = (uint8_t)(1 + rand() % 5); n == 0; v++)
            if (seal_code_word(d, v))
                n = (size_t)snprintf(t, sizeof t, "%s", seal_code_word(d, v));
        break;
    case SEAL_CODING_BYTES:
        want = least + (size_t)rand() % ((most < 200 ? most : 200) - least + 1);
        while (n < 2 * want)
            t[n++] = "0123456789abcdef"[rand() % 16];
        break;
    case SEAL_CODING_MESSAGES:
        break;
    }
    return arena_copy(a, span_of(t, n));
}

static bool has_name(const struct seal_value *v, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].name, name) == 0)
            return true;
    return false;
}

/* A value for each field of a scope, now and then for one that is not required. */
static size_t random_values(struct arena *a, struct seal_scope scope, struct seal_value *v, size_t n)
{
    for (size_t i = 0; i < scope.n && n < 60; i++) {
        const struct seal_field_def *d = &scope.def[i];

        if (seal_scope_inside(d).n && (d->coding == SEAL_CODING_MESSAGES || rand() % 2)) {
            n = random_values(a, seal_scope_inside(d), v, n);
            continue;
        }
        if (has_name(v, n, d->name) || (!d->required && !d->one_of && rand() % 3 == 0))
            continue;
        v[n++] = (struct seal_value){ d->name, random_value(a, d) };
    }
    return n;
}

static void values_come_back(const struct visible_seal *s, const struct seal_value *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct seal_field *f = seal_field(s, v[i].name);
        struct buffer hex;

        if (!f)
            fail_msg("%s: %s is missing", s->type, v[i].name);
        buf_init(&hex, 1 << 16);
        if (f->text.n == 0)
            hex_put(&hex, f->raw);
        if (!span_eq(f->text.n ? f->text : buf_span(&hex), v[i].text))
            fail_msg("%s: %s: %.*s, expected %.*s", s->type, v[i].name, (int)f->text.n,
                     (const char *)f->text.p, (int)v[i].text.n, (const char *)v[i].text.p);
        buf_free(&hex);
    }
}

static void every_type_round_trips(void **state)
{
    struct country c;
    const struct seal_type *t;
    struct arena a;
    struct visible_seal s;
    struct findings f;
    size_t types = 0;

    (void)state;
    srand(20261121);
    begin(&c, CURVE_BP256, CURVE_P256);
    for (size_t i = 0; (t = seal_type_at(i)) != NULL; i++) {
        if (seal_type_by_name(t->family, span_str(t->type)) != t)
            continue; /* a second document with the same name is issued as the first */
        for (int round = 0; round < 12; round++) {
            struct seal_value v[64];
            struct seal_order o = { .form = t->family == SEAL_FAMILY_IDB ? SEAL_FORM_IDB
                                            : round % 2                  ? SEAL_FORM_VDS3
                                                                         : SEAL_FORM_VDS4,
                                    .type = t->type,
                                    .country = SPAN("UTO"),
                                    .issued = { 2026, 10, 1 },
                                    .signed_on = { 2026, 10, 1 },
                                    .value = v,
                                    .zipped = round % 3 == 0,
                                    .with_certificate = round % 2 };
            struct buffer out;
            struct why w = { 0 };

            o.n = random_values(&c.arena, seal_scope_of_type(t), v, 0);
            if (o.n == 0)
                continue;
            buf_init(&out, 1 << 16);
            if (!seal_issue(&o, &(struct seal_issuer){ c.seal_key, c.seal, { 0 }, { 0 } }, &c.arena, &out,
                            &w))
                fail_msg("%s: %s", t->type, w.detail);
            if (verify(&c, c.direct, buf_span(&out), &a, &s, &f) != RESULT_GENUINE)
                fail_msg("%s: %s %s", t->type, s.why.reason, s.why.detail);
            for (size_t k = 0; k < f.n; k++)
                if (f.item[k].severity == FINDING_WARNING)
                    fail_msg("%s: %s %s", t->type, f.item[k].why.reason, f.item[k].why.detail);
            assert_string_equal(s.type, t->type);
            values_come_back(&s, v, o.n);
            arena_free(&a);
            /* The country signer alone is enough when the certificate comes along. */
            assert_int_equal(verify(&c, c.chained, buf_span(&out), &a, &s, &f),
                             o.form == SEAL_FORM_IDB && o.with_certificate ? RESULT_GENUINE
                                                                           : RESULT_NO_ANCHOR);
            arena_free(&a);
            buf_free(&out);
            types++;
        }
    }
    assert_true(types > 150);
    end(&c);
}

static void vdsnc_round_trips(void **state)
{
    static const enum curve curves[] = { CURVE_P256, CURVE_P384, CURVE_P521 };
    struct country c;
    struct arena a;
    struct visible_seal s;
    struct findings f;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct buffer out;
        struct why w = { 0 };
        uint8_t *digit;

        begin(&c, CURVE_P256, curves[i]);
        buf_init(&out, 1 << 16);
        if (!seal_issue_vdsnc(SPAN("icao.test"), 1, SPAN("UTO"),
                              SPAN("{\"z\":1.0,\"\xf0\x9f\x98\x80\":2,\"a\":\"SPECIMEN\"}"),
                              &(struct seal_issuer){ c.vdsnc_key, c.vdsnc, { 0 }, { 0 } }, &c.arena, &out,
                              &w))
            fail_msg("%s", w.detail);
        if (verify(&c, c.chained, buf_span(&out), &a, &s, &f) != RESULT_GENUINE)
            fail_msg("%s %s", s.why.reason, s.why.detail);
        assert_false(s.path.direct);
        assert_true(span_eq_str(s.json, "{\"a\":\"SPECIMEN\",\"z\":1,\"\xf0\x9f\x98\x80\":2}"));
        arena_free(&a);
        assert_int_equal(verify(&c, c.direct, buf_span(&out), &a, &s, &f), RESULT_GENUINE);
        assert_true(s.path.direct);
        arena_free(&a);
        digit = (uint8_t *)memmem(out.p, out.n, "\"z\":1", 5) + 4;
        *digit = '2';
        assert_int_equal(verify(&c, c.chained, buf_span(&out), &a, &s, &f), RESULT_FORGED);
        assert_string_equal(s.why.reason, "signature");
        arena_free(&a);
        buf_free(&out);
        end(&c);
    }
}

/* A certificate of a passport signer may not sign VDS-NC, nor a signer of one State for another. */
static void signers_stay_within_their_purpose(void **state)
{
    struct country c;
    struct arena a;
    struct visible_seal s;
    struct findings f;
    struct buffer out;
    struct why w = { 0 };
    struct visa_order v = visa(SEAL_FORM_VDS4);
    struct seal_options lenient = { 0 };

    (void)state;
    begin(&c, CURVE_P256, CURVE_P256);
    buf_init(&out, 1 << 16);
    assert_true(seal_issue_vdsnc(SPAN("icao.test"), 1, SPAN("UTO"), SPAN("{}"),
                                 &(struct seal_issuer){ c.seal_key, c.seal, { 0 }, { 0 } }, &c.arena, &out,
                                 &w));
    assert_int_equal(verify(&c, c.chained, buf_span(&out), &a, &s, &f), RESULT_NO_ANCHOR);
    assert_string_equal(s.why.reason, "signer-purpose");
    arena_free(&a);
    buf_reset(&out);
    assert_true(seal_issue_vdsnc(SPAN("icao.test"), 1, SPAN("KAZ"), SPAN("{}"),
                                 &(struct seal_issuer){ c.vdsnc_key, c.vdsnc, { 0 }, { 0 } }, &c.arena, &out,
                                 &w));
    lenient = (struct seal_options){ c.chained, c.at, PROFILE_LENIENT };
    arena_init(&a, 1 << 20);
    findings_init(&f);
    assert_int_equal(visible_seal_verify(buf_span(&out), &lenient, &a, &s, &f), RESULT_FORGED);
    assert_string_equal(s.why.reason, "signer-country");
    arena_free(&a);
    buf_reset(&out);
    v.country =
        SPAN("KAZ"); /* named by the seal: a specimen in the lenient profile, refused in the strict one */
    assert_true(
        visa_seal_issue(&v, &(struct seal_issuer){ c.seal_key, c.seal, { 0 }, { 0 } }, &c.arena, &out, &w));
    assert_int_equal(verify(&c, c.direct, buf_span(&out), &a, &s, &f), RESULT_FORGED);
    assert_string_equal(s.why.reason, "signer-country");
    arena_free(&a);
    buf_free(&out);
    end(&c);
}

/* What a signer of one State may do for a seal of another, named by the seal or not. */
static void who_may_sign_for_whom(void **state)
{
    static const struct {
        const char *what, *seal, *signer, *warning;
        bool named;
        enum result lenient, strict;
    } cases[] = {
        { "own State, named", "KAZ", "KZ", NULL, true, RESULT_GENUINE, RESULT_GENUINE },
        { "own State, not named", "KAZ", "KZ", "signer-not-named", false, RESULT_GENUINE, RESULT_NO_ANCHOR },
        { "another State, named", "KAZ", "TR", NULL, true, RESULT_FORGED, RESULT_FORGED },
        { "another State, not named", "KAZ", "TR", NULL, false, RESULT_NO_ANCHOR, RESULT_NO_ANCHOR },
        { "Utopia for a State, named", "KAZ", "UT", "signer-country", true, RESULT_GENUINE, RESULT_FORGED },
        { "a State for Utopia, not named", "UTO", "KZ", "signer-not-named", false, RESULT_GENUINE,
          RESULT_NO_ANCHOR },
        { "one letter for Germany", "D", "DE", NULL, true, RESULT_GENUINE, RESULT_GENUINE },
        { "no State", "QQQ", "KZ", NULL, true, RESULT_UNDETERMINED, RESULT_UNDETERMINED },
    };
    struct country c;

    (void)state;
    begin(&c, CURVE_P256, CURVE_P256);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct certificate_order o = { .role = CERTIFICATE_SEAL_SIGNER,
                                       .country = cases[i].signer,
                                       .common_name = "SP",
                                       .serial = 0x77,
                                       .not_before = 1767225600,
                                       .not_after = 1925000000 };
        struct visa_order v = visa(SEAL_FORM_VDS4);
        struct anchor_set *set = anchor_set_new();
        struct buffer der, out;
        struct why w = { 0 };

        buf_init(&der, LIMIT_CERTIFICATE);
        buf_init(&out, 1 << 16);
        assert_true(certificate_issue(&o, c.seal_key, c.csca_key, c.csca, &der, &w));
        assert_true(anchor_set_add(set, buf_span(&der), &(struct anchor_origin){ .source = "test" },
                                   ANCHOR_VOUCHED, NULL, &w));
        v.country = span_str(cases[i].seal);
        assert_true(visa_seal_issue(&v,
                                    &(struct seal_issuer){ c.seal_key, buf_span(&der),
                                                           cases[i].named ? (struct span){ 0 } : SPAN("KZXX"),
                                                           cases[i].named ? (struct span){ 0 } : SPAN("99") },
                                    &c.arena, &out, &w));
        for (int strict = 0; strict < 2; strict++) {
            struct seal_options opt = { set, c.at, strict ? PROFILE_STRICT : PROFILE_LENIENT };
            struct visible_seal s;
            struct findings f;
            struct arena a;
            bool warned = cases[i].warning == NULL || strict;

            findings_init(&f);
            arena_init(&a, 1 << 20);
            if (visible_seal_verify(buf_span(&out), &opt, &a, &s, &f) !=
                (strict ? cases[i].strict : cases[i].lenient))
                fail_msg("%s, %s: %s (%s)", cases[i].what, strict ? "strict" : "lenient",
                         result_word(s.result), s.why.reason);
            for (size_t k = 0; k < f.n; k++)
                warned = warned || (f.item[k].severity == FINDING_WARNING &&
                                    strcmp(f.item[k].why.reason, cases[i].warning) == 0);
            if (!warned)
                fail_msg("%s: warning %s is missing", cases[i].what, cases[i].warning);
            arena_free(&a);
        }
        anchor_set_free(set);
        buf_free(&der);
        buf_free(&out);
    }
    end(&c);
}

/* Dates of signature around the validity of the signer, which is 2026-01-01 to 2031-01-01. */
static void signed_in_time(void **state)
{
    static const struct {
        const char *what;
        struct date on;
        enum result direct_lenient, direct_strict, chained;
    } cases[] = {
        { "first day", { 2026, 1, 1 }, RESULT_GENUINE, RESULT_GENUINE, RESULT_GENUINE },
        { "day before", { 2025, 12, 31 }, RESULT_GENUINE, RESULT_UNDETERMINED, RESULT_UNDETERMINED },
        { "long before", { 2016, 1, 1 }, RESULT_GENUINE, RESULT_UNDETERMINED, RESULT_UNDETERMINED },
        { "tomorrow", { 2026, 11, 22 }, RESULT_GENUINE, RESULT_GENUINE, RESULT_GENUINE },
        { "the day after", { 2026, 11, 23 }, RESULT_GENUINE, RESULT_UNDETERMINED, RESULT_GENUINE },
        { "after the end", { 2031, 1, 2 }, RESULT_GENUINE, RESULT_UNDETERMINED, RESULT_UNDETERMINED },
    };
    struct country c;

    (void)state;
    begin(&c, CURVE_P256, CURVE_P256);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct seal_value value[] = { { "mrz", SPAN("V<UTOSPECIMEN<<TRAVELLER<<<<<<<<<<<<<<<<<<<<"
                                                    "V7654321<1UTO8802299M2701312") },
                                      { "number-of-entries", SPAN("1") },
                                      { "duration-of-stay", SPAN("P30D") },
                                      { "passport-number", SPAN("L898902C") } };
        struct seal_order o = { .form = SEAL_FORM_IDB,
                                .type = "visa",
                                .country = SPAN("UTO"),
                                .signed_on = cases[i].on,
                                .value = value,
                                .n = 4,
                                .with_certificate = true };
        struct buffer out;
        struct why w = { 0 };
        const enum result want[3] = { cases[i].direct_lenient, cases[i].direct_strict, cases[i].chained };

        buf_init(&out, 1 << 16);
        assert_true(
            seal_issue(&o, &(struct seal_issuer){ c.seal_key, c.seal, { 0 }, { 0 } }, &c.arena, &out, &w));
        for (int k = 0; k < 3; k++) {
            struct seal_options opt = { k < 2 ? c.direct : c.chained, c.at,
                                        k == 1 ? PROFILE_STRICT : PROFILE_LENIENT };
            struct visible_seal s;
            struct findings f;
            struct arena a;

            findings_init(&f);
            arena_init(&a, 1 << 20);
            if (visible_seal_verify(buf_span(&out), &opt, &a, &s, &f) != want[k])
                fail_msg("%s, %d: %s (%s)", cases[i].what, k, result_word(s.result), s.why.reason);
            arena_free(&a);
        }
        buf_free(&out);
    }
    end(&c);
}

static void orders_that_are_refused(void **state)
{
    static const struct {
        const char *what, *type, *name, *value, *reason;
        enum seal_form form;
    } cases[] = {
        { "unknown type", "laissez-passer", "mrz", "A", "type", SEAL_FORM_VDS4 },
        { "unknown field", "emergency-travel-document", "colour", "red", "field", SEAL_FORM_VDS4 },
        { "missing field", "residence-permit", "passport-number", "L898902C", "field", SEAL_FORM_VDS4 },
        { "zone too short", "emergency-travel-document", "mrz", "I<UTO", "field", SEAL_FORM_VDS4 },
        { "lower case", "residence-permit", "passport-number", "l898902c", "field", SEAL_FORM_VDS4 },
        { "no such purpose", "visa", "travel-purpose", "leisure", "field", SEAL_FORM_VDS4 },
        { "date that is none", "travel-authorization", "valid-until", "2026-02-30", "field", SEAL_FORM_IDB },
        { "number too large", "visa", "number-of-entries", "256", "field", SEAL_FORM_VDS4 },
        { "stay without unit", "visa", "duration-of-stay", "30", "field", SEAL_FORM_VDS4 },
    };
    struct country c;

    (void)state;
    begin(&c, CURVE_P256, CURVE_P256);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct seal_value v = { cases[i].name, span_str(cases[i].value) };
        struct seal_order o = { .form = cases[i].form,
                                .type = cases[i].type,
                                .country = SPAN("UTO"),
                                .issued = { 2026, 1, 1 },
                                .signed_on = { 2026, 1, 1 },
                                .value = &v,
                                .n = 1 };
        struct buffer out;
        struct why w = { 0 };

        buf_init(&out, 1 << 16);
        if (seal_issue(&o, &(struct seal_issuer){ c.seal_key, c.seal, { 0 }, { 0 } }, &c.arena, &out, &w))
            fail_msg("%s: issued", cases[i].what);
        assert_string_equal(w.reason, cases[i].reason);
        assert_int_equal(out.n, 0);
        buf_free(&out);
    }
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visa_holds_what_was_put_in),
        cmocka_unit_test(no_mutation_is_genuine),
        cmocka_unit_test(every_type_round_trips),
        cmocka_unit_test(vdsnc_round_trips),
        cmocka_unit_test(signers_stay_within_their_purpose),
        cmocka_unit_test(orders_that_are_refused),
        cmocka_unit_test(who_may_sign_for_whom),
        cmocka_unit_test(signed_in_time),
    };

    return cmocka_run_group_tests_name("issue-seal", tests, NULL, NULL);
}
