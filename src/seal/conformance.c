#include "seal/conformance.h"

#include "seal/name.h"
#include "wire/der.h"

#define PROFILE "Doc 9303-12 7.1"

/* The second of two bytes after 55 1D: extensions of RFC 5280 4.2.1 that the profile speaks of. */
enum {
    EXT_DIRECTORY_ATTRIBUTES = 9,
    EXT_SKI = 14,
    EXT_KEY_USAGE = 15,
    EXT_USAGE_PERIOD = 16,
    EXT_SUBJECT_ALT = 17,
    EXT_ISSUER_ALT = 18,
    EXT_BASIC = 19,
    EXT_NAME_CONSTRAINTS = 30,
    EXT_CRL_POINTS = 31,
    EXT_POLICIES = 32,
    EXT_POLICY_MAPPINGS = 33,
    EXT_AKI = 35,
    EXT_POLICY_CONSTRAINTS = 36,
    EXT_EKU = 37,
    EXT_FRESHEST_CRL = 46,
    EXT_ANY_POLICY = 54,
    EXT_DOCUMENT_TYPE = 62, /* 2.23.136.1.1.6.2; no number under 55 1D comes near */
    EXT_NAME_CHANGE = 61,   /* 2.23.136.1.1.6.1 */
};

/* Everything the rules ask about, gathered in one pass. */
struct facts {
    const struct certificate *c;
    uint64_t present, critical; /* bit n: EXT_ n */
    bool unknown_critical;
    bool has_path_length;
    int32_t version, path_length;
    struct span issuer_country;
    uint8_t country_tag;
    uint8_t time_tag[2];
    bool unique_id;
    size_t rsa_bits;   /* 0: not RSA */
    size_t field_bits; /* 0: not EC */
    bool named_curve, no_cofactor, compressed;
};

static bool there(const struct facts *k, unsigned extension)
{
    return k->present >> extension & 1;
}

static bool is_critical(const struct facts *k, unsigned extension)
{
    return k->critical >> extension & 1;
}

/* Rules. Each says whether the certificate deviates. */

static bool not_version_3(const struct facts *k)
{
    return k->version != 2;
}

static bool serial_negative(const struct facts *k)
{
    return k->c->serial.p[0] >= 0x80;
}

static bool serial_zero(const struct facts *k)
{
    return k->c->serial.n == 1 && k->c->serial.p[0] == 0;
}

static bool serial_padded(const struct facts *k)
{
    struct span s = k->c->serial;

    return s.n > 1 && ((s.p[0] == 0 && s.p[1] < 0x80) || (s.p[0] == 0xff && s.p[1] >= 0x80));
}

static bool serial_long(const struct facts *k)
{
    return k->c->serial.n > 20;
}

static bool country_missing(const struct facts *k)
{
    return k->c->country.n == 0;
}

static bool country_form(const struct facts *k)
{
    return k->c->country.n && k->c->country.n != 2;
}

static bool has_lower_case(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= 'a' && s.p[i] <= 'z')
            return true;
    return false;
}

static bool country_case(const struct facts *k)
{
    return has_lower_case(k->c->country) || has_lower_case(k->issuer_country);
}

static bool country_string(const struct facts *k)
{
    return k->c->country.n && k->country_tag != DER_PRINTABLE_STRING;
}

static bool country_differs(const struct facts *k)
{
    struct span a = k->c->country, b = k->issuer_country;

    return a.n == 2 && b.n == 2 && ((a.p[0] | 0x20) != (b.p[0] | 0x20) || (a.p[1] | 0x20) != (b.p[1] | 0x20));
}

static bool common_name_missing(const struct facts *k)
{
    return k->c->common_name.n == 0;
}

static bool weak_digest(const struct facts *k)
{
    return k->c->sig_alg.digest == DIGEST_SHA1;
}

static bool weak_key(const struct facts *k)
{
    return (k->rsa_bits && k->rsa_bits < 2048) || (k->field_bits && k->field_bits < 224);
}

/* RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
static bool time_form(const struct facts *k)
{
    const unix_time in_2050 = 2524608000;

    return (k->time_tag[0] == DER_GENERALIZED_TIME) != (k->c->not_before >= in_2050) ||
           (k->time_tag[1] == DER_GENERALIZED_TIME) != (k->c->not_after >= in_2050);
}

static bool validity_reversed(const struct facts *k)
{
    return k->c->not_after < k->c->not_before;
}

static bool unique_id(const struct facts *k)
{
    return k->unique_id;
}

static bool named_curve(const struct facts *k)
{
    return k->named_curve;
}

static bool explicit_curve(const struct facts *k)
{
    return k->field_bits && !k->named_curve;
}

static bool no_cofactor(const struct facts *k)
{
    return k->no_cofactor;
}

static bool compressed_point(const struct facts *k)
{
    return k->compressed;
}

static bool aki_missing(const struct facts *k)
{
    return k->c->aki.n == 0;
}

/* A self-signed certificate may leave it out (RFC 5280 4.2.1.1): a link certificate may not. */
static bool link_aki_missing(const struct facts *k)
{
    return k->c->aki.n == 0 && !names_equal(k->c->issuer, k->c->subject);
}

static bool ski_missing(const struct facts *k)
{
    return k->c->ski.n == 0;
}

static bool key_usage_missing(const struct facts *k)
{
    return !there(k, EXT_KEY_USAGE);
}

static bool key_usage_not_critical(const struct facts *k)
{
    return there(k, EXT_KEY_USAGE) && !is_critical(k, EXT_KEY_USAGE);
}

static bool key_usage_of_document_signer(const struct facts *k)
{
    return there(k, EXT_KEY_USAGE) && k->c->key_usage != KEY_USAGE_DIGITAL_SIGNATURE;
}

static bool key_usage_of_country_signer(const struct facts *k)
{
    return there(k, EXT_KEY_USAGE) && k->c->key_usage != (KEY_USAGE_CERT_SIGN | KEY_USAGE_CRL_SIGN);
}

static bool usage_period_missing(const struct facts *k)
{
    return !there(k, EXT_USAGE_PERIOD);
}

static bool document_type_missing(const struct facts *k)
{
    return !there(k, EXT_DOCUMENT_TYPE);
}

static bool has_document_type(const struct facts *k)
{
    return there(k, EXT_DOCUMENT_TYPE);
}

static bool has_basic_constraints(const struct facts *k)
{
    return there(k, EXT_BASIC);
}

static bool basic_constraints_missing(const struct facts *k)
{
    return !there(k, EXT_BASIC);
}

static bool ca_flag(const struct facts *k)
{
    return there(k, EXT_BASIC) && !k->c->is_ca;
}

static bool basic_not_critical(const struct facts *k)
{
    return there(k, EXT_BASIC) && !is_critical(k, EXT_BASIC);
}

static bool path_length(const struct facts *k)
{
    return there(k, EXT_BASIC) && (!k->has_path_length || k->path_length != 0);
}

static bool has_eku(const struct facts *k)
{
    return k->c->has_eku;
}

static bool alternative_name_missing(const struct facts *k)
{
    return !there(k, EXT_SUBJECT_ALT) || !there(k, EXT_ISSUER_ALT);
}

static bool crl_points_missing(const struct facts *k)
{
    return !there(k, EXT_CRL_POINTS);
}

static bool unknown_critical(const struct facts *k)
{
    return k->unknown_critical;
}

/* Critical where RFC 5280 or the profile says that it is not. */
static bool critical_needlessly(const struct facts *k)
{
    const uint64_t never = 1ull << EXT_SKI | 1ull << EXT_AKI | 1ull << EXT_USAGE_PERIOD |
                           1ull << EXT_SUBJECT_ALT | 1ull << EXT_ISSUER_ALT | 1ull << EXT_CRL_POINTS |
                           1ull << EXT_DOCUMENT_TYPE | 1ull << EXT_NAME_CHANGE;

    return k->critical & never;
}

static bool forbidden(const struct facts *k)
{
    const uint64_t never = 1ull << EXT_DIRECTORY_ATTRIBUTES | 1ull << EXT_NAME_CONSTRAINTS |
                           1ull << EXT_POLICY_MAPPINGS | 1ull << EXT_POLICY_CONSTRAINTS |
                           1ull << EXT_FRESHEST_CRL | 1ull << EXT_ANY_POLICY;

    return k->present & never;
}

enum { CSCA = CONFORMS_COUNTRY_SIGNER, DSC = CONFORMS_DOCUMENT_SIGNER, WEAK = 1 << 7, MILD = 1 << 8 };

static const struct rule {
    const char *reason, *clause;
    unsigned roles; /* WEAK: a warning in every profile; MILD: a note in every one */
    bool (*deviates)(const struct facts *k);
    const char *text;
} rules[] = {
    { "weak-digest", "Doc 9303-12 4.4", DSC | WEAK, weak_digest, "is signed over SHA-1" },
    /* Nobody relies on the signature of a country signer that is believed. */
    { "weak-digest", "Doc 9303-12 4.4", CSCA, weak_digest, "is signed over SHA-1" },
    { "weak-key", "Doc 9303-12 4.4", CSCA | DSC | WEAK, weak_key, "has a key that is too short for its use" },
    { "critical-extension", "RFC 5280 4.2", CSCA | DSC | WEAK, unknown_critical,
      "has a critical extension that is not known here" },
    { "certificate-version", PROFILE, CSCA | DSC, not_version_3, "is not of version 3" },
    { "serial-negative", "RFC 5280 4.1.2.2", CSCA | DSC, serial_negative, "has a negative serial number" },
    { "serial-zero", "RFC 5280 4.1.2.2", CSCA | DSC, serial_zero, "has the serial number zero" },
    { "serial-padded", "RFC 5280 4.1.2.2", CSCA | DSC, serial_padded,
      "has a serial number with leading octets" },
    { "serial-long", "RFC 5280 4.1.2.2", CSCA | DSC, serial_long,
      "has a serial number of more than 20 octets" },
    { "country-missing", PROFILE, CSCA | DSC, country_missing, "names no country" },
    { "country-form", PROFILE, CSCA | DSC, country_form, "has a country that is not two letters" },
    { "country-case", PROFILE, CSCA | DSC, country_case, "writes the country in small letters" },
    { "country-string", "RFC 5280 A.1", CSCA | DSC, country_string,
      "has the country not as a PrintableString" },
    { "country-differs", PROFILE, CSCA | DSC, country_differs,
      "names one country as issuer, another as subject" },
    { "common-name-missing", PROFILE, CSCA | DSC, common_name_missing, "has no common name" },
    { "time-form", "RFC 5280 4.1.2.5", CSCA | DSC, time_form,
      "writes a date in UTCTime from 2050 on, or in GeneralizedTime before" },
    { "validity-reversed", "RFC 5280 4.1.2.5", CSCA | DSC, validity_reversed, "ends before it begins" },
    { "unique-id", PROFILE, CSCA | DSC, unique_id, "has a unique identifier of issuer or subject" },
    { "curve-named", "Doc 9303-12 4.4", CSCA | DSC, named_curve,
      "names its curve instead of writing it out" },
    { "curve-explicit", "RFC 5480 2.1.1", CSCA | DSC | MILD, explicit_curve,
      "writes its curve out instead of naming it" },
    { "curve-cofactor", "Doc 9303-12 4.4", CSCA | DSC, no_cofactor,
      "writes its curve out without the cofactor" },
    { "point-compressed", "Doc 9303-12 4.4", CSCA | DSC, compressed_point,
      "has a compressed point as its key" },
    { "authority-key-id-missing", PROFILE, DSC, aki_missing, "does not name its issuer's key" },
    { "authority-key-id-missing", PROFILE, CSCA, link_aki_missing, "does not name its issuer's key" },
    { "subject-key-id-missing", PROFILE, CSCA, ski_missing, "has no identifier of its own key" },
    { "subject-key-id-missing", "RFC 5280 4.2.1.2", DSC, ski_missing, "has no identifier of its own key" },
    { "key-usage-missing", PROFILE, CSCA | DSC, key_usage_missing, "does not say what its key is for" },
    { "key-usage-not-critical", PROFILE, CSCA | DSC, key_usage_not_critical,
      "has a keyUsage that is not critical" },
    { "key-usage", PROFILE, DSC, key_usage_of_document_signer, "has a keyUsage other than digitalSignature" },
    { "key-usage", PROFILE, CSCA, key_usage_of_country_signer,
      "has a keyUsage other than keyCertSign with cRLSign" },
    { "usage-period-missing", PROFILE, CSCA | DSC, usage_period_missing,
      "does not say how long its private key is used" },
    { "document-type-missing", PROFILE, DSC, document_type_missing, "does not say which documents it signs" },
    { "document-type", PROFILE, CSCA, has_document_type, "names kinds of documents" },
    { "basic-constraints", PROFILE, DSC, has_basic_constraints, "has basicConstraints" },
    { "basic-constraints-missing", PROFILE, CSCA, basic_constraints_missing, "has no basicConstraints" },
    { "basic-constraints-not-critical", PROFILE, CSCA, basic_not_critical,
      "has basicConstraints that are not critical" },
    { "ca-flag", PROFILE, CSCA, ca_flag, "says of itself that it is no certification authority" },
    { "path-length", PROFILE, CSCA, path_length, "does not limit its paths to length 0" },
    { "extended-key-usage", PROFILE, CSCA | DSC, has_eku, "has an extended key usage" },
    { "alternative-name-missing", PROFILE, CSCA | DSC, alternative_name_missing,
      "lacks an alternative name of issuer or subject" },
    { "crl-points-missing", PROFILE, CSCA | DSC, crl_points_missing,
      "does not say where its revocation list is" },
    { "extension-critical", "RFC 5280 4.2.1", CSCA | DSC, critical_needlessly,
      "marks an extension as critical that must not be" },
    { "extension-forbidden", PROFILE, CSCA | DSC, forbidden, "has an extension that the profile excludes" },
};

/* Number of an extension that is known here; -1: another one. */
static int known(struct span oid)
{
    const uint64_t some = 1ull << EXT_DIRECTORY_ATTRIBUTES | 1ull << EXT_SKI | 1ull << EXT_KEY_USAGE |
                          1ull << EXT_USAGE_PERIOD | 1ull << EXT_SUBJECT_ALT | 1ull << EXT_ISSUER_ALT |
                          1ull << EXT_BASIC | 1ull << EXT_NAME_CONSTRAINTS | 1ull << EXT_CRL_POINTS |
                          1ull << EXT_POLICIES | 1ull << EXT_POLICY_MAPPINGS | 1ull << EXT_AKI |
                          1ull << EXT_POLICY_CONSTRAINTS | 1ull << EXT_EKU | 1ull << EXT_FRESHEST_CRL |
                          1ull << EXT_ANY_POLICY;

    if (oid.n == 3 && oid.p[0] == 0x55 && oid.p[1] == 0x1d)
        return oid.p[2] < 60 && some >> oid.p[2] & 1 ? oid.p[2] : -1;
    if (span_eq(oid, SPAN("\x67\x81\x08\x01\x01\x06\x02")))
        return EXT_DOCUMENT_TYPE;
    if (span_eq(oid, SPAN("\x67\x81\x08\x01\x01\x06\x01")))
        return EXT_NAME_CHANGE;
    return -1;
}

static void read_extensions(struct facts *k)
{
    struct der exts = der_of(k->c->extensions), v, basic;

    while (der_more(&exts)) {
        struct der e = der_open(&exts, DER_SEQUENCE);
        int number = known(der_oid(&e));
        bool critical = der_flag(&e);
        struct span value = der_take(&e, DER_OCTET_STRING);

        der_close(&exts, &e);
        if (number < 0) {
            k->unknown_critical |= critical;
            continue;
        }
        k->present |= 1ull << number;
        k->critical |= (uint64_t)critical << number;
        if (number != EXT_BASIC)
            continue;
        v = der_of(value);
        basic = der_open(&v, DER_SEQUENCE);
        (void)der_flag(&basic);
        k->has_path_length = der_more(&basic);
        if (k->has_path_length)
            k->path_length = der_small(&basic);
    }
}

static struct span country_of(struct span name, uint8_t *tag)
{
    struct name_parts it = name_parts(name);
    struct name_part p;

    while (name_next(&it, &p)) {
        if (!span_eq(p.type, SPAN("\x55\x04\x06")))
            continue;
        *tag = p.tag;
        return p.value;
    }
    return (struct span){ 0 };
}

/* The parameters of an EC key: an OID, or ECParameters whose sixth part is the cofactor (SEC 1 C.2). */
static void read_curve(struct facts *k, struct der *algorithm, struct span point)
{
    struct der parameters;
    size_t parts = 0;

    k->compressed = point.n && point.p[0] != 4;
    k->field_bits = 8 * (point.n ? (point.n - 1) / (k->compressed ? 1 : 2) : 0);
    k->named_curve = der_peek(algorithm) == DER_OID;
    if (k->named_curve)
        return;
    parameters = der_open(algorithm, DER_SEQUENCE);
    for (; der_more(&parameters); parts++)
        (void)der_any(&parameters);
    k->no_cofactor = der_ok(&parameters) && parts < 6;
}

static void read_key(struct facts *k)
{
    struct der d = der_of(k->c->spki), spki = der_open(&d, DER_SEQUENCE),
               algorithm = der_open(&spki, DER_SEQUENCE), number, key;
    struct span oid = der_oid(&algorithm), bits, modulus;

    spki.p = algorithm.end;
    bits = der_bits(&spki);
    if (!der_ok(&spki) || !der_ok(&algorithm))
        return;
    if (span_eq(oid, SPAN("\x2a\x86\x48\xce\x3d\x02\x01"))) {
        read_curve(k, &algorithm, bits);
        return;
    }
    number = der_of(bits);
    key = der_open(&number, DER_SEQUENCE);
    modulus = der_take(&key, DER_INTEGER);
    if (modulus.n && modulus.p[0] == 0)
        modulus = span_sub(modulus, 1, modulus.n);
    k->rsa_bits = 8 * modulus.n;
}

/* What certificate_parse does not keep. The certificate is known to be readable. */
static void read_body(struct facts *k)
{
    struct der d = der_of(k->c->tbs), tbs = der_open(&d, DER_SEQUENCE), version, validity;

    if (der_peek(&tbs) == DER_CONTEXT_CONSTRUCTED(0)) {
        version = der_open(&tbs, DER_CONTEXT_CONSTRUCTED(0));
        k->version = der_small(&version);
        der_close(&tbs, &version);
    }
    for (int i = 0; i < 3; i++) /* serial number, algorithm, issuer */
        (void)der_any(&tbs);
    validity = der_open(&tbs, DER_SEQUENCE);
    for (int i = 0; i < 2; i++)
        k->time_tag[i] = der_any(&validity).tag;
    der_close(&tbs, &validity);
    for (int i = 0; i < 2; i++) /* subject, key */
        (void)der_any(&tbs);
    k->unique_id = der_peek(&tbs) == DER_CONTEXT(1) || der_peek(&tbs) == DER_CONTEXT(2);
}

void certificate_conformance(const struct certificate *c, enum conformance_role role, enum profile profile,
                             size_t offset, struct findings *f)
{
    struct buffer text;
    char mem[WHY_DETAIL];
    struct facts k = { .c = c };
    uint8_t tag = 0;
    bool loud;

    if (!f)
        return;
    k.issuer_country = country_of(c->issuer, &tag);
    (void)country_of(c->subject, &k.country_tag);
    read_body(&k);
    read_extensions(&k);
    read_key(&k);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct rule *r = &rules[i];

        if (!(r->roles & (unsigned)role) || !r->deviates(&k))
            continue;
        loud = r->roles & WEAK || (profile == PROFILE_STRICT && !(r->roles & MILD));
        /* Without printf: a document has a dozen of these. */
        buf_init_fixed(&text, mem, sizeof mem);
        buf_str(&text, role == CONFORMS_COUNTRY_SIGNER ? "the country signer " : "the document signer ");
        buf_str(&text, r->text);
        finding_add(f, loud ? FINDING_WARNING : FINDING_NOTE, r->reason, offset, r->clause, "%s",
                    buf_cstr(&text));
    }
}
