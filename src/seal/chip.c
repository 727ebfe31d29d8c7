#include "seal/chip.h"

#include "base/limits.h"
#include "seal/algorithm.h"
#include "seal/cms.h"
#include "seal/country.h"

#define OID_LDS_SECURITY_OBJECT SPAN("\x67\x81\x08\x01\x01\x01")
#define OID_DATA                SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")

struct run {
    const struct chip_options *opt;
    struct arena *a;
    struct chip *out;
    struct findings *f;
    struct cms cms;
};

/* The order in which results win: the lowest number. */
static int rank(enum result r)
{
    static const int order[] = {
        [RESULT_MALFORMED] = 0,    [RESULT_FORGED] = 1,  [RESULT_REVOKED] = 2,     [RESULT_NO_ANCHOR] = 3,
        [RESULT_UNDETERMINED] = 4, [RESULT_EXPIRED] = 5, [RESULT_WELL_FORMED] = 6, [RESULT_GENUINE] = 7
    };

    return order[r];
}

/* Takes r with its reason when it weighs more than what is known. */
static void conclude(struct run *k, enum result r, const struct why *w)
{
    if (rank(r) >= rank(k->out->result))
        return;
    k->out->result = r;
    k->out->why = *w;
}

static void say(struct run *k, enum result r, const char *reason, size_t offset, const char *clause,
                const char *text)
{
    struct why w = { .offset = WHY_NO_OFFSET };

    (void)why_set(&w, reason, offset, clause, "%s", text);
    conclude(k, r, &w);
}

/* What a failed reading means: an unknown algorithm is no malformation. */
static enum result unreadable(const struct why *w)
{
    return w->reason && (strcmp(w->reason, "algorithm-not-supported") == 0 ||
                         strcmp(w->reason, "key-not-supported") == 0)
               ? RESULT_UNDETERMINED
               : RESULT_MALFORMED;
}

/* A deviation that real documents have: a note, and under the strict profile a refusal. */
static void deviation(struct run *k, const char *reason, size_t offset, const char *clause, const char *text)
{
    finding_add(k->f, FINDING_WARNING, reason, offset, clause, "%s", text);
    if (k->opt->profile == PROFILE_STRICT)
        say(k, RESULT_MALFORMED, reason, offset, clause, text);
}

/* DataGroupHash: number 1..16, none twice, hash as long as the digest. */
static void read_hash(struct run *k, struct der *list)
{
    struct der entry = der_open(list, DER_SEQUENCE);
    const uint8_t *at = entry.p;
    int32_t number = der_small(&entry);
    struct span hash = der_take(&entry, DER_OCTET_STRING);

    if (der_ok(&entry) && (number < 1 || number > LDS_GROUPS))
        der_fail(&entry, at, "no such data group");
    else if (der_ok(&entry) && k->out->hash[number].n)
        der_fail(&entry, at, "the same data group twice");
    else if (der_ok(&entry) && hash.n != digest_size(k->out->lds_digest))
        der_fail(&entry, hash.p, "hash of another length than its algorithm gives");
    der_close(list, &entry);
    if (der_ok(list))
        k->out->hash[number] = hash;
}

/* LDSSecurityObject (Doc 9303-10 4.6.2.3). */
static bool read_lds(struct run *k, struct why *w)
{
    struct der d = der_of(k->cms.content), object, list, version;
    const uint8_t *at;

    if (!der_check(k->cms.content, false, NULL, w))
        return false;
    object = der_open(&d, DER_SEQUENCE);
    at = object.p;
    k->out->lds_version = der_small(&object);
    if (der_ok(&object) && k->out->lds_version > 1)
        der_fail(&object, at, "unknown LDS version");
    if (der_ok(&object) && !digest_alg_read(&object, &k->out->lds_digest, w) && der_ok(&object))
        return false;
    list = der_open(&object, DER_SEQUENCE);
    while (der_more(&list))
        read_hash(k, &list);
    der_close(&object, &list);
    if (der_ok(&object) && k->out->lds_version == 1) {
        version = der_open(&object, DER_SEQUENCE);
        (void)der_take(&version, DER_PRINTABLE_STRING);
        (void)der_take(&version, DER_PRINTABLE_STRING);
        der_close(&object, &version);
    }
    der_close(&d, &object);
    return der_finish(&d, "lds", "Doc 9303-10 4.6.2.3", w);
}

/* EF.SOD: tag 77, one SignedData over an LDS security object, nothing after it. */
static bool read_sod(struct run *k, struct span sod, struct why *w)
{
    struct der d = der_ber(sod);
    struct der_item item;

    if (sod.n > LIMIT_SOD)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "EF.SOD of %zu bytes", sod.n);
    if (!der_check(sod, true, NULL, w))
        return false;
    item = der_get(&d, 0x77);
    if (!der_done(&d))
        return der_finish(&d, "sod", "Doc 9303-10 4.6.2", w);
    if (!cms_parse(item.body, k->a, &k->cms, k->f, w)) {
        why_shift(w, (size_t)(item.body.p - sod.p));
        return false;
    }
    if (span_eq(k->cms.content_type, OID_DATA))
        deviation(k, "content-type", (size_t)(k->cms.content_type.p - sod.p), "Doc 9303-10 4.6.2.2",
                  "content is marked as plain data, not as an LDS security object");
    else if (!span_eq(k->cms.content_type, OID_LDS_SECURITY_OBJECT))
        return why_set(w, "content-type", (size_t)(k->cms.content_type.p - sod.p), "Doc 9303-10 4.6.2.2",
                       "content is not an LDS security object");
    if (k->cms.indefinite)
        deviation(k, "indefinite-length", WHY_NO_OFFSET, "Doc 9303-10 4.6.2", "EF.SOD is BER, not DER");
    return read_lds(k, w);
}

/* The signature under one certificate that the SignerInfo names. */
static void try_signer(struct run *k, struct span der, size_t offset)
{
    struct certificate cert;
    struct public_key *key;
    struct why w = { .offset = WHY_NO_OFFSET };
    enum cms_match match;

    if (k->out->signature == STEP_HOLDS)
        return;
    if (!certificate_parse(der, &cert, NULL, &w)) {
        why_shift(&w, offset);
        conclude(k, unreadable(&w), &w);
        return;
    }
    match = cms_names(&k->cms, &cert);
    if (match == CMS_OTHER)
        return;
    k->out->has_signer = true;
    k->out->signer = cert;
    if (match == CMS_REORDERED)
        finding_add(k->f, FINDING_WARNING, "signer-name", offset, "RFC 5652 10.2.4",
                    "the parts of the signer's issuer stand in another order than in its certificate");
    else if (match == CMS_ALMOST)
        say(k, RESULT_UNDETERMINED, "signer-name", offset, "RFC 5652 10.2.4",
            "the signer's issuer is written in other letters than in its certificate");
    if (!public_key_from_spki(cert.spki, &key, &w)) {
        conclude(k, RESULT_UNDETERMINED, &w);
        return;
    }
    k->out->signature = cms_signature_holds(&k->cms, key, NULL) ? STEP_HOLDS : STEP_FAILS;
    public_key_free(key);
}

static void find_signer(struct run *k, struct span sod)
{
    const struct anchor *known[4];
    size_t n = anchors_by_key_id(k->opt->anchors, k->cms.ski, known, 4);

    for (size_t i = 0; i < k->cms.n_certificates; i++)
        try_signer(k, k->cms.certificate[i], (size_t)(k->cms.certificate[i].p - sod.p));
    for (size_t i = 0; i < k->opt->n_dsc; i++)
        try_signer(k, k->opt->dsc[i], 0);
    if (!k->out->has_signer && n == 0)
        n = anchors_by_issuer_serial(k->opt->anchors, k->cms.issuer, k->cms.serial, known, 4);
    for (size_t i = 0; i < n; i++)
        try_signer(k, known[i]->cert.der, 0);
    k->out->message_digest = cms_digest_holds(&k->cms) ? STEP_HOLDS : STEP_FAILS;
    if (k->out->message_digest == STEP_FAILS)
        say(k, RESULT_FORGED, "message-digest", (size_t)(k->cms.message_digest.p - sod.p), "RFC 5652 11.2",
            "the signed digest is not that of the LDS security object");
    if (k->out->signature == STEP_FAILS)
        say(k, RESULT_FORGED, "signature", (size_t)(k->cms.signature.p - sod.p), "RFC 5652 5.4",
            "the document signer's signature does not hold");
    if (!k->out->has_signer)
        say(k, RESULT_UNDETERMINED, "no-signer", WHY_NO_OFFSET, "Doc 9303-11 5.1",
            "the document signer's certificate is neither in EF.SOD nor known");
}

/* The same country signer also certifies those that sign lists and seals: a chip is not theirs to sign. */
static void check_purpose(struct run *k)
{
    static const struct span others[] = { { (const uint8_t *)"\x67\x81\x08\x01\x01\x03", 6 },
                                          { (const uint8_t *)"\x67\x81\x08\x01\x01\x08", 6 },
                                          { (const uint8_t *)"\x67\x81\x08\x01\x01\x0e\x02", 7 } };

    for (size_t i = 0; k->out->has_signer && i < sizeof others / sizeof others[0]; i++)
        if (certificate_has_eku(&k->out->signer, others[i]))
            say(k, RESULT_UNDETERMINED, "purpose", WHY_NO_OFFSET, "Doc 9303-12 7.1",
                "the signer's certificate is for lists or seals, not for chips");
}

static void check_chain(struct run *k)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    enum result r;

    if (!k->out->has_signer)
        return;
    r = path_find(k->opt->anchors, &k->out->signer, &k->out->path, k->f, &w);
    k->out->chain = r == RESULT_GENUINE ? STEP_HOLDS : r == RESULT_FORGED ? STEP_FAILS : STEP_NOT_DONE;
    if (r != RESULT_GENUINE)
        conclude(k, r, &w);
}

/* The signer must have been valid when it signed; that it expired since is normal. */
static void check_validity(struct run *k)
{
    const struct certificate *c = &k->out->signer;

    if (!k->out->has_signer)
        return;
    if (!k->cms.has_signing_time)
        finding_add(
            k->f, FINDING_NOTE, "no-signing-time", WHY_NO_OFFSET, "Doc 9303-10 4.6.2.2",
            "EF.SOD does not say when it was signed, so the signer's validity at that time is not known");
    else if (k->cms.signing_time < c->not_before || k->cms.signing_time > c->not_after)
        say(k, RESULT_UNDETERMINED, "signing-time", WHY_NO_OFFSET, "Doc 9303-12 7.1",
            "signed outside the validity of the document signer");
    if (k->opt->at > c->not_after)
        finding_add(k->f, FINDING_NOTE, "dsc-expired-now", WHY_NO_OFFSET, "Doc 9303-12 5.2",
                    "the document signer has expired since");
    if (k->out->chain == STEP_HOLDS && k->opt->at > k->out->path.anchor->cert.not_after)
        finding_add(k->f, FINDING_NOTE, "csca-expired-now", WHY_NO_OFFSET, "Doc 9303-12 5.2",
                    "the country signer has expired since");
}

static void check_weak_digests(struct run *k)
{
    if (k->out->lds_digest == DIGEST_SHA1 || k->cms.digest == DIGEST_SHA1 ||
        k->cms.sig_alg.digest == DIGEST_SHA1 ||
        (k->out->has_signer && k->out->signer.sig_alg.digest == DIGEST_SHA1))
        finding_add(k->f, FINDING_WARNING, "weak-digest", WHY_NO_OFFSET, "Doc 9303-12 4.4",
                    "SHA-1 is in use");
}

static void check_revocation(struct run *k)
{
    if (k->out->chain != STEP_HOLDS || k->out->path.direct)
        return;
    switch (anchors_revocation(k->opt->anchors, k->out->path.anchor, k->out->signer.serial, k->opt->at)) {
    case REVOCATION_REVOKED:
        say(k, RESULT_REVOKED, "revoked", WHY_NO_OFFSET, "Doc 9303-12 8",
            "the document signer is on the revocation list of its country");
        break;
    case REVOCATION_UNKNOWN:
        if (k->opt->crl_required)
            say(k, RESULT_UNDETERMINED, "no-current-crl", WHY_NO_OFFSET, "Doc 9303-12 8",
                "no current revocation list of the country signer is at hand");
        break;
    case REVOCATION_CLEAR:
        break;
    }
}

static void check_group(struct run *k, const struct data_group *dg)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct lds_file file;
    struct digest d;
    enum group_state *state;

    if (!lds_file_parse(dg->bytes, &file, &w)) {
        conclude(k, RESULT_MALFORMED, &w);
        return;
    }
    if (file.number == LDS_COM)
        return;
    state = &k->out->group[file.number];
    if ((dg->number && dg->number != file.number) ||
        (*state != GROUP_ABSENT && *state != GROUP_NOT_CHECKED)) {
        say(k, RESULT_MALFORMED, "lds", 0, "Doc 9303-10 4.7",
            "data group twice, or with the tag of another one");
        return;
    }
    if (file.number == 1)
        k->out->mrz = file.mrz;
    if (k->out->hash[file.number].n == 0) {
        *state = GROUP_INJECTED;
        say(k, RESULT_FORGED, "data-group-not-covered", WHY_NO_OFFSET, "Doc 9303-11 5.1",
            "a data group is present that EF.SOD does not cover");
        return;
    }
    digest_of(k->out->lds_digest, dg->bytes, &d);
    *state = span_eq(digest_span(&d), k->out->hash[file.number]) ? GROUP_HOLDS : GROUP_ALTERED;
    if (*state == GROUP_ALTERED)
        say(k, RESULT_FORGED, "data-group-hash", WHY_NO_OFFSET, "Doc 9303-11 5.1",
            "a data group is not the one that was signed");
}

static void check_groups(struct run *k, const struct data_group *dg, size_t n)
{
    for (size_t i = 1; i <= LDS_GROUPS; i++)
        if (k->out->hash[i].n)
            k->out->group[i] = GROUP_NOT_CHECKED;
    for (size_t i = 0; i < n; i++)
        check_group(k, &dg[i]);
    for (unsigned i = 1; i <= LDS_GROUPS; i++) {
        bool wanted = !k->opt->required || k->opt->required >> i & 1;

        if (wanted &&
            (k->out->group[i] == GROUP_NOT_CHECKED || (k->opt->required && k->out->group[i] == GROUP_ABSENT)))
            say(k, RESULT_UNDETERMINED, "data-group-missing", WHY_NO_OFFSET, "Doc 9303-11 5.1",
                "a data group that EF.SOD covers was not supplied");
    }
}

/* Else any country could sign for any other (Doc 9303-12 7.1: country of issuer and subject). */
static void check_country(struct run *k)
{
    struct span state = span_sub(k->out->mrz, 2, 5);
    const struct certificate *anchor;
    enum country_match m;

    if (k->out->chain != STEP_HOLDS)
        return;
    anchor = &k->out->path.anchor->cert;
    if (anchor->country.n != k->out->signer.country.n || anchor->country.n != 2 ||
        (anchor->country.p[0] | 32) != (k->out->signer.country.p[0] | 32) ||
        (anchor->country.p[1] | 32) != (k->out->signer.country.p[1] | 32)) {
        say(k, RESULT_FORGED, "country", WHY_NO_OFFSET, "Doc 9303-12 7.1",
            "document signer and country signer name different States");
        return;
    }
    if (state.n == 0)
        return;
    m = country_match(anchor->country, state);
    if (m == COUNTRY_OTHER)
        say(k, RESULT_FORGED, "country", WHY_NO_OFFSET, "Doc 9303-12 7.1",
            "DG1 names another issuing State than the country signer");
    else if (m == COUNTRY_UNKNOWN)
        say(k, RESULT_UNDETERMINED, "country", WHY_NO_OFFSET, "Doc 9303-3 5",
            "DG1 names an unknown issuing State");
}

static int two(const uint8_t *p)
{
    return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9' ? 10 * (p[0] - '0') + p[1] - '0' : -1;
}

/* Date of expiry in DG1 (Doc 9303-4, -5, -6): the year nearest to today, fifty either way. */
static void check_expiry(struct run *k)
{
    struct span mrz = k->out->mrz;
    size_t at = mrz.n == 90 ? 38 : mrz.n == 72 ? 57 : 65;
    struct date today = date_of_time(k->opt->at), last;
    int year;

    if (mrz.n == 0 || (year = two(mrz.p + at)) < 0)
        return;
    year += today.year / 100 * 100;
    year += year > today.year + 50 ? -100 : year < today.year - 50 ? 100 : 0;
    if (date_make(year, two(mrz.p + at + 2), two(mrz.p + at + 4), &last) && date_cmp(last, today) < 0)
        say(k, RESULT_EXPIRED, "expired", WHY_NO_OFFSET, "Doc 9303-3 4.8", "the document has expired");
}

enum result chip_verify(struct span sod, const struct data_group *dg, size_t n,
                        const struct chip_options *opt, struct arena *a, struct chip *out, struct findings *f)
{
    struct run k = { .opt = opt, .a = a, .out = out, .f = f };
    struct why w = { .offset = WHY_NO_OFFSET };

    *out = (struct chip){ .result = RESULT_GENUINE, .why = { .offset = WHY_NO_OFFSET } };
    if (!read_sod(&k, sod, &w)) {
        conclude(&k, unreadable(&w), &w);
        return out->result;
    }
    out->sig_alg = k.cms.sig_alg;
    out->has_signing_time = k.cms.has_signing_time;
    out->signing_time = k.cms.signing_time;
    find_signer(&k, sod);
    check_purpose(&k);
    check_chain(&k);
    check_validity(&k);
    check_weak_digests(&k);
    check_revocation(&k);
    check_groups(&k, dg, n);
    check_country(&k);
    check_expiry(&k);
    /* Nothing above may have been passed by: what was not done did not hold. */
    if (out->signature != STEP_HOLDS || out->message_digest != STEP_HOLDS || out->chain != STEP_HOLDS)
        say(&k, RESULT_UNDETERMINED, "not-checked", WHY_NO_OFFSET, "Doc 9303-11 5.1",
            "a step could not be done");
    return out->result;
}
