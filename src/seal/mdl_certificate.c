#include "seal/mdl_profile.h"

#include "base/text.h"
#include "seal/mdoc_errors.h"
#include "seal/name.h"

#define CLAUSE "ISO/IEC 18013-5 Annex B"

#define OID(text)                                                                                            \
    {                                                                                                        \
        (const uint8_t *)(text), sizeof(text) - 1                                                            \
    }
#define EKU_SIGNER       OID("\x28\x81\x8c\x5d\x05\x01\x02")     /* 1.0.18013.5.1.2 */
#define EKU_READER       OID("\x28\x81\x8c\x5d\x05\x01\x06")     /* 1.0.18013.5.1.6 */
#define EKU_LIST_SIGNER  OID("\x28\x81\x8c\x5d\x05\x01\x08")     /* 1.0.18013.5.1.8 */
#define EKU_OTHER_SIGNER OID("\x28\x81\xb5\x34\x04\x01\x02")     /* 1.0.23220.4.1.2 */
#define EKU_STATUS       OID("\x2b\x06\x01\x05\x05\x07\x03\x1e") /* 1.3.6.1.5.5.7.3.30 */

enum { NON_REPUDIATION = 1 << 1 };

static const struct mdl_profile rules[] = {
    [MDL_IACA] = { .days = 7305,
                   .key_usage = KEY_USAGE_CERT_SIGN | KEY_USAGE_CRL_SIGN,
                   .country = true,
                   .required = BIT(BASIC) | BIT(ISSUER_NAME) | BIT(SKI) },
    [MDL_SIGNER] = { .days = 457,
                     .key_usage = KEY_USAGE_DIGITAL_SIGNATURE,
                     .eku_required = true,
                     .eku_critical = true,
                     .edwards = true,
                     .country = true,
                     .required = BIT(ISSUER_NAME) | BIT(CRL_POINTS) | BIT(SKI) | BIT(AKI),
                     .eku = { EKU_SIGNER, EKU_OTHER_SIGNER } },
    [MDL_STATUS_SIGNER] = { .days = 1187,
                            .key_usage = KEY_USAGE_DIGITAL_SIGNATURE,
                            .edwards = true,
                            .country = true,
                            .required = BIT(SKI) | BIT(AKI),
                            .eku = { EKU_STATUS } },
    [MDL_READER] = { .days = 1187,
                     .key_usage = KEY_USAGE_DIGITAL_SIGNATURE,
                     .eku_required = true,
                     .edwards = true,
                     .required = BIT(CRL_POINTS) | BIT(SKI) | BIT(AKI),
                     .eku = { EKU_READER } },
    [MDL_LIST_SIGNER] = { .days = 1187,
                          .key_usage = NON_REPUDIATION,
                          .eku_required = true,
                          .eku_critical = true,
                          .required = BIT(CRL_POINTS) | BIT(SKI) | BIT(AKI),
                          .eku = { EKU_LIST_SIGNER } },
};

const struct mdl_profile *mdl_profile_of(enum mdl_role role)
{
    return &rules[role];
}

struct check {
    const struct certificate *c;
    const struct mdl_profile *r;
    bool lenient;
    const uint8_t *base;
    struct findings *f;
    struct why *w;
    uint64_t present, critical;
    const uint8_t *unknown; /* a critical extension that nobody here reads */
    bool path_length_0;
};

/* A rule that is broken: true when the profile takes it. */
static bool broken(const struct check *k, const char *name, const uint8_t *at, bool tolerable,
                   const char *detail)
{
    size_t offset = (size_t)((at ? at : k->c->der.p) - k->base);

    if (tolerable && k->lenient) {
        licence_deviation(k->f, name, offset, CLAUSE, detail);
        return true;
    }
    return why_set(k->w, name, offset, CLAUSE, "%s", detail);
}

bool mdl_certificate_parse(struct span der, const uint8_t *base, struct certificate *out, struct why *w)
{
    struct why cause = { .offset = WHY_NO_OFFSET };
    size_t at = (size_t)(der.p - base);

    if (certificate_parse(der, out, NULL, &cause))
        return true;
    return why_set(w, "CERT_PARSE", cause.offset == WHY_NO_OFFSET ? at : at + cause.offset,
                   cause.clause ? cause.clause : "RFC 5280 4.1", "%s", cause.detail);
}

static bool is_sequence(struct span value)
{
    return value.n > 0 && value.p[0] == DER_SEQUENCE && der_check(value, false, NULL, NULL);
}

static void read_basic(struct check *k, struct span value)
{
    struct der d = der_of(value), in = der_open(&d, DER_SEQUENCE);

    (void)der_flag(&in);
    k->path_length_0 = der_more(&in) && der_small(&in) == 0 && der_done(&in);
}

/* Which extensions there are, and that they are DER: certificate_parse takes any TRUE and reads only some. */
static bool walk(struct check *k)
{
    struct der exts = der_of(k->c->extensions);

    while (der_more(&exts)) {
        struct der e = der_open(&exts, DER_SEQUENCE);
        struct span oid = der_oid(&e);
        bool flagged = der_peek(&e) == DER_BOOLEAN;
        const uint8_t *flag = e.p;
        bool critical = der_flag(&e);
        struct span value = der_take(&e, DER_OCTET_STRING);
        bool ce = oid.n == 3 && oid.p[0] == 0x55 && oid.p[1] == 0x1d && oid.p[2] < 64;
        uint64_t bit = ce ? BIT(oid.p[2]) : 0;

        if (!der_ok(&e))
            break;
        if (flagged && (!critical || flag[2] != 0xff) &&
            !broken(k, "CERT_PARSE", flag, false, "critical is not written as DER writes TRUE"))
            return false;
        if (ce && k->present & bit && !broken(k, "CERT_PARSE", oid.p, false, "an extension twice"))
            return false;
        if (ce && (oid.p[2] == CRL_POINTS || oid.p[2] == ISSUER_NAME) && !is_sequence(value) &&
            !broken(k, "CERT_PARSE", value.p, !critical, "an extension that does not hold what it says"))
            return false;
        if (ce && oid.p[2] == BASIC)
            read_basic(k, value);
        k->present |= bit;
        if (critical)
            k->critical |= bit;
        if (critical && !(bit & KNOWN) && !k->unknown)
            k->unknown = oid.p;
    }
    return true;
}

/* The parameters of id-ecPublicKey name a curve, and the point is not compressed. */
static bool plain_ec(struct span spki)
{
    struct der d = der_of(spki), key = der_open(&d, DER_SEQUENCE), alg = der_open(&key, DER_SEQUENCE);
    struct span bits;

    (void)der_oid(&alg);
    (void)der_oid(&alg);
    bits = der_bits(&key);
    return der_done(&alg) && der_ok(&key) && bits.n > 0 && bits.p[0] == 4;
}

bool mdl_curve_allowed(enum curve c)
{
    switch (c) {
    case CURVE_P256:
    case CURVE_P384:
    case CURVE_P521:
    case CURVE_BP256:
    case CURVE_BP320:
    case CURVE_BP384:
    case CURVE_BP512:
        return true;
    case CURVE_P224:
    case CURVE_BP192:
    case CURVE_BP224:
    case CURVE_NONE:
        break;
    }
    return false;
}

static bool key_fits(const struct check *k, const struct public_key *key)
{
    if (!key)
        return false;
    return public_key_kind(key) == KEY_EC ? mdl_curve_allowed(public_key_curve(key)) && plain_ec(k->c->spki)
                                          : k->r->edwards && public_key_kind(key) != KEY_RSA;
}

static bool eku_fits(const struct check *k)
{
    struct der list = der_of(k->c->eku);
    bool found = false;

    while (der_more(&list)) {
        struct span oid = der_oid(&list);
        bool first = k->r->eku[0].n && span_eq(oid, k->r->eku[0]);

        if (!first && !(k->r->eku[1].n && span_eq(oid, k->r->eku[1])))
            return false;
        found = true;
    }
    return found;
}

static bool check_purpose(const struct check *k)
{
    bool has_usage = k->present & BIT(KEY_USAGE);

    if (!k->c->has_eku && k->r->eku_required &&
        !broken(k, "CERT_EKU", NULL, k->r == &rules[MDL_SIGNER], "no extended key usage"))
        return false;
    if (k->c->has_eku && !eku_fits(k) &&
        !broken(k, "CERT_EKU", k->c->eku.p, false, "extended key usage for something else"))
        return false;
    if (!has_usage && !broken(k, "CERT_KU", NULL, k->r == &rules[MDL_SIGNER], "no key usage"))
        return false;
    if (has_usage && k->c->key_usage != k->r->key_usage &&
        !broken(k, "CERT_KU", NULL, false, "key usage other than that of the role"))
        return false;
    return !k->unknown ||
           broken(k, "CERT_CRITEXT", k->unknown, false, "a critical extension that is not known");
}

static bool serial_fits(struct span serial)
{
    size_t n = serial.n && serial.p[0] == 0 ? serial.n - 1 : serial.n;

    return serial.n > 0 && serial.p[0] < 0x80 && n > 0 && n <= 20;
}

bool mdl_signed_well(const struct sig_alg *a)
{
    return a->scheme == SIG_ECDSA_DER &&
           (a->digest == DIGEST_SHA256 || a->digest == DIGEST_SHA384 || a->digest == DIGEST_SHA512);
}

/* Annex B: SHA-1 over the bits of the public key (RFC 5280 4.2.1.2 (1)). */
static bool ski_fits(const struct certificate *c)
{
    struct der d = der_of(c->spki), in = der_open(&d, DER_SEQUENCE);
    struct digest own;

    (void)der_take(&in, DER_SEQUENCE);
    digest_of(DIGEST_SHA1, der_bits(&in), &own);
    return span_eq(digest_span(&own), c->ski);
}

static bool check_profile(const struct check *k)
{
    static const struct {
        uint64_t bit;
        const char *detail;
    } wanted[] = { { BIT(CRL_POINTS), "no CRL distribution points" },
                   { BIT(ISSUER_NAME), "no issuer alternative name" },
                   { BIT(AKI), "no authority key identifier" },
                   { BIT(SKI), "no subject key identifier" } };
    const char *p = "CERT_PROFILE";
    bool ca = k->r == &rules[MDL_IACA];
    unix_time life = k->c->not_after - k->c->not_before;

    if (k->c->has_eku && k->r->eku_critical && !(k->critical & BIT(EKU)) &&
        !broken(k, p, k->c->eku.p, true, "extended key usage is not critical"))
        return false;
    if (k->present & BIT(KEY_USAGE) && !(k->critical & BIT(KEY_USAGE)) &&
        !broken(k, p, NULL, false, "key usage is not critical"))
        return false;
    if (ca && (!k->c->is_ca || !(k->critical & BIT(BASIC)) || !k->path_length_0))
        return broken(k, p, NULL, false, "not a certification authority as the profile has it");
    if (!ca && k->present & BIT(BASIC) &&
        !broken(k, p, NULL, !k->c->is_ca, "basic constraints in a certificate that may have none"))
        return false;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (k->r->required & wanted[i].bit && !(k->present & wanted[i].bit) &&
            !broken(k, p, NULL, true, wanted[i].detail))
            return false;
    if (k->r->required & k->present & BIT(SKI) && !ski_fits(k->c) &&
        !broken(k, p, k->c->ski.p, true, "the subject key identifier is not the SHA-1 of the key"))
        return false;
    if (life > (unix_time)k->r->days * 86400 &&
        !broken(k, p, NULL, true, "valid for longer than the role may be"))
        return false;
    if (life < 0 || k->present & FORBIDDEN)
        return broken(k, p, NULL, false, "an extension that is not allowed, or an empty validity");
    if (k->r->country && k->c->country.n == 0 && !broken(k, p, NULL, !ca, "the subject names no country"))
        return false;
    if (!serial_fits(k->c->serial))
        return broken(k, p, k->c->serial.p, false, "the serial number is not positive, or too long");
    return mdl_signed_well(&k->c->sig_alg) ||
           broken(k, p, k->c->signature.p, false, "signed with another algorithm than ECDSA and SHA-2");
}

bool mdl_certificate_check_key(const struct certificate *c, const struct public_key *key, enum mdl_role role,
                               enum profile profile, const uint8_t *base, struct findings *f, struct why *w)
{
    struct check k = {
        .c = c, .r = &rules[role], .lenient = profile == PROFILE_LENIENT, .base = base, .f = f, .w = w
    };

    if (!walk(&k))
        return false;
    if (!key_fits(&k, key))
        return broken(&k, "CERT_KEY", c->spki.p, false,
                      "a kind of key, or a way to write it, that the role may not have");
    return check_purpose(&k) && check_profile(&k);
}

bool mdl_certificate_check(const struct certificate *c, enum mdl_role role, enum profile profile,
                           const uint8_t *base, struct findings *f, struct why *w)
{
    struct public_key *key = NULL;
    bool ok;

    if (!public_key_borrow_spki(c->spki, &key, NULL))
        key = NULL;
    ok = mdl_certificate_check_key(c, key, role, profile, base, f, w);
    public_key_free(key);
    return ok;
}

struct span mdl_certificate_state(const struct certificate *c)
{
    struct name_parts it = name_parts(c->subject);
    struct name_part p;

    while (name_next(&it, &p))
        if (span_eq(p.type, SPAN("\x55\x04\x08")))
            return p.value;
    return (struct span){ 0 };
}

/* --- path --- */

static bool ascii_letter(uint8_t c)
{
    return ascii_upper(c) || ascii_lower(c);
}

static bool same_text(struct span a, struct span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (a.p[i] != b.p[i] && (!ascii_letter(a.p[i]) || (a.p[i] ^ b.p[i]) != 0x20))
            return false;
    return true;
}

static bool signed_by(const struct certificate *c, const struct certificate *issuer)
{
    struct public_key *key = NULL;
    struct digest d;
    bool ok;

    if (!public_key_borrow_spki(issuer->spki, &key, NULL))
        return false;
    digest_of(c->sig_alg.digest, c->tbs, &d);
    ok = signature_verify(key, &c->sig_alg, &d, c->signature, NULL);
    public_key_free(key);
    return ok;
}

enum { CHAIN_MAX = 4, SAME_KEY = 32 };

/* Whether the other certificates lead from the signer to an issuer of the set. */
static bool through_others(const struct anchor_set *set, unsigned need, const struct certificate *signer,
                           const struct span *others, size_t n)
{
    struct certificate at = *signer, next;
    struct path path;

    for (size_t i = 0; i < n && i < CHAIN_MAX; i++) {
        if (!certificate_parse(others[i], &next, NULL, NULL) || !signed_by(&at, &next))
            return false;
        if (path_find(set, &next, need, &path, NULL, NULL) == RESULT_GENUINE)
            return true;
        at = next;
    }
    return false;
}

static bool in_time(const struct certificate *c, unix_time at)
{
    return c->not_before <= at && at <= c->not_after;
}

bool mdl_path_states(const struct path *p, const struct certificate *signer, enum profile profile,
                     const uint8_t *base, struct findings *f, struct why *w)
{
    static const char detail[] = "its authority names a state, and the certificate of the signer does not";
    size_t offset = (size_t)(signer->subject.p - base);

    if (p->direct || !mdl_certificate_state(&p->anchor->cert).n || mdl_certificate_state(signer).n)
        return true;
    if (profile == PROFILE_STRICT)
        return why_set(w, "CERT_PROFILE", offset, CLAUSE, "%s", detail);
    licence_deviation(f, "CERT_PROFILE", offset, CLAUSE, detail);
    return true;
}

bool mdl_path_find(const struct anchor_set *set, const struct certificate *signer, const struct span *others,
                   size_t n, unix_time at, const uint8_t *base, struct path *out, struct why *w)
{
    return mdl_path_for(set, FOR_LICENCES, signer, others, n, at, base, out, w);
}

bool mdl_path_for(const struct anchor_set *set, unsigned need, const struct certificate *signer,
                  const struct span *others, size_t n, unix_time at, const uint8_t *base, struct path *out,
                  struct why *w)
{
    size_t offset = (size_t)(signer->der.p - base);
    struct why cause = { .offset = WHY_NO_OFFSET };
    const struct certificate *by;
    struct path path;
    enum result found = path_find(set, signer, need, &path, NULL, NULL);

    if (found == RESULT_UNDETERMINED) {
        (void)path_find(set, signer, need, &path, NULL, &cause);
        return why_set(w, "KEY_UNSUPPORTED", offset, "ISO/IEC 18013-5 12.8.3", "%s", cause.detail);
    }
    if (found != RESULT_GENUINE || (path.direct && path.anchor->use == ANCHOR_ISSUER)) {
        if (through_others(set, need, signer, others, n))
            return why_set(w, "CERT_PATHLEN", offset, "ISO/IEC 18013-5 B.1.1",
                           "another certificate stands between the signer and its authority");
        return why_set(w, "CERT_UNTRUSTED", offset, "ISO/IEC 18013-5 12.8.3",
                       "no known authority signed the certificate of the signer");
    }
    if (!(path.anchor->purposes & need)) /* a country signer does not vouch for lists of authorities */
        return why_set(w, "CERT_UNTRUSTED", offset, "ISO/IEC 18013-5 12.8.3",
                       "the authority of the signer is vouched for, but as something else");
    if (!anchor_counts_at(path.anchor, need, at))
        return why_set(w, "CERT_UNTRUSTED", offset, "ISO/IEC 18013-5 C.1.8",
                       "only a list past its last day vouches for the authority of the signer");
    *out = path;
    by = &path.anchor->cert;
    if (!path.direct) {
        struct span st = mdl_certificate_state(signer), by_st = mdl_certificate_state(by);

        if (!same_text(signer->country, by->country) || (st.n && by_st.n && !same_text(st, by_st)))
            return why_set(w, "CERT_COUNTRY", (size_t)(signer->subject.p - base), "ISO/IEC 18013-5 12.8.3",
                           "country or state of the signer are not those of its authority");
    }
    if (!in_time(signer, at) || !in_time(by, at))
        return why_set(w, "CERT_VALIDITY", offset, "RFC 5280 6.1.3",
                       "signer or authority are outside their validity");
    if (!path.direct && anchors_revocation(set, path.anchor, signer->serial, at) == REVOCATION_REVOKED)
        return why_set(w, "CERT_REVOKED", (size_t)(signer->serial.p - base), "RFC 5280 6.3",
                       "the authority has revoked the certificate");
    return true;
}

const struct anchor *mdl_anchor_for(const struct anchor_set *set, const struct anchor *a, struct span type,
                                    unix_time at, const struct anchor_origin **by)
{
    const struct anchor *same[SAME_KEY];
    size_t n;

    if (anchor_typed(a, type, at, by) == ANCHOR_TYPED)
        return a;
    n = a->use == ANCHOR_ISSUER ? anchors_by_subject(set, a->cert.subject, same, SAME_KEY) : 0;
    for (size_t i = 0; i < n; i++)
        if (same[i]->use == ANCHOR_ISSUER && span_eq(same[i]->cert.spki, a->cert.spki) &&
            in_time(&same[i]->cert, at) && anchor_typed(same[i], type, at, by) == ANCHOR_TYPED)
            return same[i];
    return NULL;
}
