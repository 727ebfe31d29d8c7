/* Who signed a visible seal, and whether that signer may. */
#include "base/text.h"
#include "seal/measured.h"
#include "seal/visible_internal.h"
#include "wire/mrz_codes.h"

enum { NAMED = 8, UNNAMED_TRIED = 16 };

static const char country_clause[] = "Doc 9303-13 signer certificate";

static enum result is(enum result r, struct seal_work *s, const char *reason, const char *clause,
                      const char *detail)
{
    (void)why_set(&s->out->why, reason, WHY_NO_OFFSET, clause, "%s", detail);
    return r;
}

/* --- States --- */

static void two_letters(struct span code, char out[3])
{
    const char *two;

    out[0] = out[1] = out[2] = 0;
    if (code.n == 2) {
        for (int i = 0; i < 2; i++)
            out[i] = (char)(ascii_lower(code.p[i]) ? code.p[i] - 32 : code.p[i]);
        return;
    }
    two = code.n ? state_from_alpha3(code) : NULL;
    if (two)
        memcpy(out, two, 2);
}

enum states { STATES_SAME, STATES_SPECIMEN, STATES_DIFFER, STATES_UNKNOWN };

/* The codes of a seal (three letters or D) and of a certificate (two, sometimes three). Utopia, UTO or UT, is
 * no State: a specimen may be signed by whoever made it. */
static enum states compare_states(struct span seal, struct span certificate)
{
    char x[3], y[3];

    two_letters(seal, x);
    two_letters(certificate, y);
    if (span_eq_str(seal, "UTO"))
        memcpy(x, "UT", 3);
    if (span_eq_str(certificate, "UTO"))
        memcpy(y, "UT", 3);
    if (x[0] == 0 || y[0] == 0)
        return STATES_UNKNOWN;
    if (strcmp(x, y) == 0)
        return STATES_SAME;
    return strcmp(x, "UT") == 0 || strcmp(y, "UT") == 0 ? STATES_SPECIMEN : STATES_DIFFER;
}

static enum result same_state(struct seal_work *s, struct span country)
{
    static const char detail[] = "the seal names another issuing State than the certificate of its signer";
    enum states states = compare_states(s->out->country, country);

    if (states == STATES_SAME)
        return RESULT_GENUINE;
    if (states == STATES_UNKNOWN)
        return is(RESULT_UNDETERMINED, s, "country-unknown", country_clause,
                  "the State of the seal or of its signer is no known code");
    if (states == STATES_SPECIMEN && s->out->path.direct && s->opt->profile == PROFILE_LENIENT) {
        (void)seal_tolerate(s, "signer-country", country_clause, detail);
        return RESULT_GENUINE;
    }
    return is(RESULT_FORGED, s, "signer-country", country_clause, detail);
}

/* --- one key --- */

static bool fits(const struct public_key *k, const struct seal_claim *c)
{
    return public_key_kind(k) == KEY_EC &&
           (c->order_bytes == 0 || public_key_order_bytes(k) == c->order_bytes);
}

static bool holds(const struct seal_work *s, const struct public_key *k, const struct seal_claim *c)
{
    struct sig_alg alg = { .scheme = SIG_ECDSA_RAW, .digest = c->digest };
    uint64_t from = stopwatch_from(s->opt->watch);
    struct digest d;
    bool ok;

    if (c->by_curve)
        alg.digest = digest_for_curve(public_key_curve(k));
    digest_of(alg.digest, c->signed_bytes, &d);
    ok = signature_verify(k, &alg, &d, c->signature, NULL);
    (void)stopwatch_stop(s->opt->watch, "signature", from);
    return ok;
}

/* --- rules for a signer that is found --- */

static enum result in_time(struct seal_work *s, const struct certificate *signer)
{
    struct date on = s->out->signed_on, from = date_of_time(signer->not_before),
                to = date_of_time(signer->not_after);

    if (!date_is_set(on)) {
        finding_add(s->f, FINDING_NOTE, "signing-time-unknown", WHY_NO_OFFSET, "Doc 9303-12",
                    "without a full date of signature the validity of the signer cannot be told");
        return RESULT_GENUINE;
    }
    if (date_cmp(on, date_of_time(s->opt->at + 86400)) > 0 &&
        !seal_tolerate(s, "signed-in-future", NULL, "the date of signature lies in the future"))
        return RESULT_UNDETERMINED;
    if (date_cmp(on, from) >= 0 && date_cmp(on, to) <= 0)
        return RESULT_GENUINE;
    if (s->out->path.direct && seal_tolerate(s, "signer-validity", "RFC 5280 4.1.2.5",
                                             "signed outside the validity of the signer's certificate"))
        return RESULT_GENUINE;
    return is(RESULT_UNDETERMINED, s, "signer-validity", "RFC 5280 4.1.2.5",
              "signed outside the validity of the signer's certificate");
}

/*
 * Revoked by a list of the issuer: the one that certified the signer, or for a signer vouched for itself any
 * issuer in the set that its certificate names. A signature made before the revocation counts no more than
 * one made after: the date in a seal is whatever the holder of the key wrote.
 */
static enum result look_for_revocation(struct seal_work *s, const struct certificate *signer)
{
    const struct anchor_set *set = s->opt->anchors;
    const struct anchor *issuer[NAMED] = { s->out->path.anchor };
    size_t n = 1;

    if (anchor_set_crl_count(set) == 0)
        return RESULT_GENUINE;
    if (s->out->path.direct)
        n = signer->aki.n ? anchors_by_key_id(set, signer->aki, issuer, NAMED)
                          : anchors_by_subject(set, signer->issuer, issuer, NAMED);
    for (size_t i = 0; i < n; i++)
        if (anchors_revocation(set, issuer[i], signer->serial, s->opt->at) == REVOCATION_REVOKED)
            return is(RESULT_REVOKED, s, "revoked", "RFC 5280 5",
                      "the signer is on the revocation list of its issuer");
    return RESULT_GENUINE;
}

static enum result not_revoked(struct seal_work *s, const struct certificate *signer)
{
    uint64_t from = stopwatch_from(s->opt->watch);
    enum result r = look_for_revocation(s, signer);

    seal_measured(s->opt->watch, "revocation", from, s->opt->anchors, s->out->path.anchor);
    return r;
}

static enum result by_path(struct seal_work *s, const struct certificate *signer, bool vdsnc);

/* An anchor whose key proved the claim: vouched for itself as a signer of seals, or else one that an issuer
 * must have certified. */
static enum result by_anchor(struct seal_work *s, const struct anchor *a)
{
    enum result r;

    if (!anchor_serves(a, FOR_SEALS)) {
        r = path_of_anchor(s->opt->anchors, a, FOR_SEALS, &s->out->path, s->f, &s->out->why);
        return r == RESULT_GENUINE ? by_path(s, &a->cert, false) : r;
    }
    s->out->path = (struct path){ .anchor = a, .direct = true };
    s->out->signer_der = a->cert.der;
    r = same_state(s, a->cert.country);
    if (r == RESULT_GENUINE)
        r = not_revoked(s, &a->cert);
    return r == RESULT_GENUINE ? in_time(s, &a->cert) : r;
}

static bool is_believed(const struct seal_work *s, const struct anchor *a)
{
    uint64_t from = stopwatch_from(s->opt->watch);
    struct path path = { NULL, false };
    enum result r = path_of_anchor(s->opt->anchors, a, FOR_SEALS, &path, NULL, NULL);

    seal_measured(s->opt->watch, "chain", from, NULL, path.anchor);
    return r == RESULT_GENUINE;
}

/* What is vouched for as something else alone cannot make a seal forged that it did not sign. */
static bool concerns_seals(const struct seal_work *s, const struct anchor *a)
{
    return a->use == ANCHOR_CANDIDATE || is_believed(s, a);
}

/* Tries the candidates in turn, and one that is believed counts before one that is only known; not genuine:
 * none proves it, and the why says what that means for a named signer. */
static enum result by_named(struct seal_work *s, const struct seal_claim *c,
                            const struct anchor *const *named, size_t n)
{
    size_t unsupported = 0, concerned = 0;
    const struct anchor *proved = NULL;

    for (size_t i = 0; i < n; i++) {
        if (!named[i]->key || !fits(named[i]->key, c)) {
            unsupported += concerns_seals(s, named[i]);
        } else if (holds(s, named[i]->key, c)) {
            if (is_believed(s, named[i]))
                return by_anchor(s, named[i]);
            proved = proved ? proved : named[i];
        } else {
            concerned += concerns_seals(s, named[i]);
        }
    }
    if (proved)
        return by_anchor(s, proved);
    if (unsupported)
        return is(RESULT_UNDETERMINED, s, "key-not-supported", c->clause,
                  "the key of the named signer is not supported");
    if (!concerned)
        return is(
            RESULT_NO_ANCHOR, s, "no-anchor", c->clause,
            "the signer that the seal names is vouched for as no signer of seals, and did not sign this");
    return is(RESULT_FORGED, s, "signature", c->clause, "the named signer did not sign this");
}

/*
 * No anchor is named by the seal. Signers that are vouched for themselves are tried: of the seal's own State
 * first, then of Utopia, or any when the seal is Utopia's; never a signer of another State, never an issuer,
 * and a bounded number of them.
 */
static const struct anchor *unnamed(struct seal_work *s, const struct seal_claim *c)
{
    static const enum states passes[] = { STATES_SAME, STATES_SPECIMEN };
    size_t tried = 0;
    const struct anchor *a;

    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; tried < UNNAMED_TRIED && (a = anchor_at(s->opt->anchors, i)) != NULL; i++) {
            if (!a->key || !anchor_serves(a, FOR_SEALS) || a->cert.is_ca ||
                public_key_kind(a->key) != KEY_EC || public_key_order_bytes(a->key) * 2 != c->signature.n ||
                compare_states(s->out->country, a->cert.country) != passes[pass])
                continue;
            tried++;
            if (holds(s, a->key, c))
                return a;
        }
    }
    return NULL;
}

enum result seal_prove_vds(struct seal_work *s, const struct seal_claim *c)
{
    const struct anchor *named[NAMED], *a = NULL;
    size_t n = anchors_by_seal_ref(s->opt->anchors, s->out->signer, s->out->cert_ref, named, NAMED);

    if (n)
        return by_named(s, c, named, n);
    if (s->opt->profile == PROFILE_LENIENT)
        a = unnamed(s, c);
    if (!a)
        return is(RESULT_NO_ANCHOR, s, "no-anchor", c->clause, "the signer that the seal names is not known");
    finding_add(s->f, FINDING_WARNING, "signer-not-named", WHY_NO_OFFSET, c->clause,
                "the seal names a signer that is not known; another signer that is vouched for did sign it");
    return by_anchor(s, a);
}

/* --- signers whose certificate comes with the seal --- */

/* Extended key usage of VDS-NC signers, 2.23.136.1.1.14.2. */
static const uint8_t eku_vdsnc[] = { 0x67, 0x81, 0x08, 0x01, 0x01, 0x0e, 0x02 };

static enum result may_sign(struct seal_work *s, const struct certificate *signer, bool vdsnc)
{
    static const char clause[] = "ICAO TR VDS-NC signer certificate";

    if (signer->is_ca &&
        !seal_tolerate(s, "signer-purpose", clause, "the signer's certificate is that of an issuer"))
        return RESULT_NO_ANCHOR;
    if (!vdsnc || certificate_has_eku(signer, span_of(eku_vdsnc, sizeof eku_vdsnc)))
        return RESULT_GENUINE;
    if (signer->has_eku)
        return is(RESULT_NO_ANCHOR, s, "signer-purpose", clause,
                  "the signer's certificate is for another purpose");
    return seal_tolerate(s, "signer-purpose", clause, "the signer's certificate names no purpose")
               ? RESULT_GENUINE
               : RESULT_NO_ANCHOR;
}

/* The claim holds for the certificate's own key, and path says who vouches for it. */
static enum result by_path(struct seal_work *s, const struct certificate *signer, bool vdsnc)
{
    struct visible_seal *out = s->out;
    enum result r;

    out->signer_der = signer->der;
    r = same_state(s, out->path.anchor->cert.country);
    if (r == RESULT_GENUINE && !out->path.direct)
        r = same_state(s, signer->country);
    if (r == RESULT_GENUINE)
        r = not_revoked(s, signer);
    if (r == RESULT_GENUINE)
        r = may_sign(s, signer, vdsnc);
    return r == RESULT_GENUINE ? in_time(s, signer) : r;
}

static enum result by_certificate(struct seal_work *s, const struct seal_claim *c, bool vdsnc)
{
    struct why *w = &s->out->why;
    struct certificate signer;
    struct public_key *key;
    enum result r;
    uint64_t from;
    bool ok;

    if (!certificate_parse(c->certificate, &signer, s->f, w)) {
        if (w->reason && strcmp(w->reason, "algorithm-not-supported") == 0)
            return RESULT_UNDETERMINED;
        w->offset = WHY_NO_OFFSET;
        return RESULT_MALFORMED;
    }
    if (!public_key_from_spki(signer.spki, &key, w)) {
        w->offset = WHY_NO_OFFSET;
        return w->reason && strcmp(w->reason, "key-not-supported") == 0 ? RESULT_UNDETERMINED
                                                                        : RESULT_MALFORMED;
    }
    if (!fits(key, c)) {
        public_key_free(key);
        return is(RESULT_MALFORMED, s, "algorithm", c->clause, "the algorithm does not fit the signer's key");
    }
    ok = holds(s, key, c);
    public_key_free(key);
    if (!ok)
        return is(RESULT_FORGED, s, "signature", c->clause, "the signer did not sign this");
    from = stopwatch_from(s->opt->watch);
    r = path_find(s->opt->anchors, &signer, FOR_SEALS, &s->out->path, s->f, w);
    seal_measured(s->opt->watch, "chain", from, NULL, s->out->path.anchor);
    return r == RESULT_GENUINE ? by_path(s, &signer, vdsnc) : r;
}

enum result seal_prove_idb(struct seal_work *s, const struct seal_claim *c, struct span tail)
{
    const struct anchor *named[NAMED];
    size_t n = anchors_by_sha1_tail(s->opt->anchors, tail, named, NAMED);
    struct digest sha1;

    if (n)
        return by_named(s, c, named, n);
    if (c->certificate.n == 0)
        return is(RESULT_NO_ANCHOR, s, "no-anchor", c->clause,
                  "the signer that the barcode names is not known");
    digest_of(DIGEST_SHA1, c->certificate, &sha1);
    if (!span_eq(span_sub(digest_span(&sha1), sha1.n - tail.n, sha1.n), tail))
        return is(RESULT_NO_ANCHOR, s, "signer-reference", c->clause,
                  "the certificate inside is not the one that the header names");
    return by_certificate(s, c, false);
}

enum result seal_prove_vdsnc(struct seal_work *s, const struct seal_claim *c)
{
    const struct anchor *a;
    struct digest sha256;

    digest_of(DIGEST_SHA256, c->certificate, &sha256);
    a = anchor_by_sha256(s->opt->anchors, &sha256);
    if (!a || !anchor_serves(a, FOR_SEALS) || !a->key || !fits(a->key, c))
        return by_certificate(s, c, true);
    if (!holds(s, a->key, c))
        return is(RESULT_FORGED, s, "signature", c->clause, "the signer did not sign this");
    s->out->path = (struct path){ .anchor = a, .direct = true };
    return by_path(s, &a->cert, true);
}
