#include "seal/anchor_proof.h"
#include "seal/chip_internal.h"
#include "seal/conformance.h"
#include "seal/measured.h"

/* Certificates of one issuer and serial number that are tried: real collisions have two (reference: Doc
 * 9303-12 7.1 forbids any), and a file full of them must not cost a signature each. */
enum { SIGNERS_TRIED = 4 };

static size_t offset_in(const struct chip_run *k, struct span part)
{
    return part.p >= k->file.p && part.p < k->file.p + k->file.n ? (size_t)(part.p - k->file.p)
                                                                 : WHY_NO_OFFSET;
}

/* How the SignerInfo's naming fits; it is not signed, so only what changes nothing passes (cms.h). */
static void check_naming(struct chip_run *k, enum cms_match match, size_t offset)
{
    if (match == CMS_REORDERED)
        chip_deviation(k, DEVIATION_NAMED, "signer-name", offset, "RFC 5652 10.2.4",
                       "the parts of the signer's issuer stand in another order than in its certificate");
    else if (match == CMS_ALMOST)
        chip_say(k, RESULT_UNDETERMINED, "signer-name", offset, "RFC 5652 10.2.4",
                 "the signer's issuer is written in other letters than in its certificate");
}

/* The signature under one certificate that the SignerInfo names. */
static void try_signer(struct chip_run *k, struct span der)
{
    size_t offset = offset_in(k, der);
    struct certificate cert;
    struct public_key *key;
    struct why w = { .offset = WHY_NO_OFFSET };
    enum cms_match match;

    if (k->out->signature == STEP_HOLDS || k->signers_tried > SIGNERS_TRIED)
        return;
    /* What is in the file was walked with it, as DER where nothing has an indefinite length. */
    if (offset != WHY_NO_OFFSET && !k->cms.indefinite ? !certificate_read(der, &cert, NULL, &w)
                                                      : !certificate_parse(der, &cert, NULL, &w)) {
        if (offset != WHY_NO_OFFSET)
            why_shift(&w, offset);
        chip_conclude(k, chip_unreadable(&w), &w);
        return;
    }
    match = cms_names(&k->cms, &cert);
    if (match == CMS_OTHER)
        return;
    if (++k->signers_tried > SIGNERS_TRIED) {
        chip_say(k, RESULT_MALFORMED, "signers", offset, "RFC 5652 5.1",
                 "too many certificates of the same issuer and serial number");
        return;
    }
    k->out->has_signer = true;
    k->out->signer = cert;
    if (!public_key_borrow_spki(cert.spki, &key, &w)) {
        chip_conclude(k, RESULT_UNDETERMINED, &w);
        return;
    }
    k->out->signature = cms_signature_holds(&k->cms, key, NULL) ? STEP_HOLDS : STEP_FAILS;
    public_key_free(key);
}

static void find_signer(struct chip_run *k)
{
    const struct anchor *known[SIGNERS_TRIED];
    size_t n = anchors_by_key_id(k->opt->anchors, k->cms.ski, known, SIGNERS_TRIED);

    for (size_t i = 0; i < k->cms.n_certificates; i++)
        try_signer(k, k->cms.certificate[i]);
    for (size_t i = 0; i < k->opt->n_dsc; i++)
        try_signer(k, k->opt->dsc[i]);
    if (!k->out->has_signer && n == 0)
        n = anchors_by_issuer_serial(k->opt->anchors, k->cms.issuer, k->cms.serial, known, SIGNERS_TRIED);
    for (size_t i = 0; i < n; i++)
        try_signer(k, known[i]->cert.der);
    if (!k->out->has_signer) {
        chip_say(k, RESULT_UNDETERMINED, "no-signer", WHY_NO_OFFSET, "Doc 9303-11 5.1",
                 "the document signer's certificate is neither in the file nor known");
        return;
    }
    check_naming(k, cms_names(&k->cms, &k->out->signer), offset_in(k, k->out->signer.der));
    if (offset_in(k, k->out->signer.der) == WHY_NO_OFFSET)
        chip_deviation(k, DEVIATION_PLAIN, "signer-outside", WHY_NO_OFFSET, "Doc 9303-10 4.6.2.2",
                       "the document signer's certificate is not in the file");
}

static void check_signature(struct chip_run *k)
{
    k->out->message_digest = cms_digest_holds(&k->cms) ? STEP_HOLDS : STEP_FAILS;
    if (k->out->message_digest == STEP_FAILS)
        chip_say(k, RESULT_FORGED, "message-digest", offset_in(k, k->cms.message_digest), "RFC 5652 11.2",
                 "the signed digest is not that of the content");
    if (k->out->signature == STEP_FAILS)
        chip_say(k, RESULT_FORGED, "signature", offset_in(k, k->cms.signature), "RFC 5652 5.4",
                 "the document signer's signature does not hold");
}

/* The same country signer also certifies those that sign lists and seals: a chip is not theirs to sign. */
static void check_purpose(struct chip_run *k)
{
    static const struct span others[] = { { (const uint8_t *)"\x67\x81\x08\x01\x01\x03", 6 },
                                          { (const uint8_t *)"\x67\x81\x08\x01\x01\x08", 6 },
                                          { (const uint8_t *)"\x67\x81\x08\x01\x01\x0e\x02", 7 } };

    for (size_t i = 0; k->out->has_signer && i < sizeof others / sizeof others[0]; i++)
        if (certificate_has_eku(&k->out->signer, others[i]))
            chip_say(k, RESULT_UNDETERMINED, "purpose", WHY_NO_OFFSET, "Doc 9303-12 7.1",
                     "the signer's certificate is for lists or seals, not for chips");
}

static void check_chain(struct chip_run *k)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    enum result r;

    if (!k->out->has_signer)
        return;
    r = path_find(k->opt->anchors, &k->out->signer, FOR_TRAVEL, &k->out->path, k->f, &w);
    k->out->chain = r == RESULT_GENUINE ? STEP_HOLDS : r == RESULT_FORGED ? STEP_FAILS : STEP_NOT_DONE;
    if (r != RESULT_GENUINE) {
        chip_conclude(k, r, &w);
        return;
    }
    if (k->out->path.direct)
        return;
    switch (anchor_prove(k->opt->anchors, k->out->path.anchor, FOR_TRAVEL, &k->out->path.anchor)) {
    case ANCHOR_PROVED:
        break;
    case ANCHOR_UNPROVED:
        finding_add(k->f, FINDING_WARNING, "anchor-not-proved", WHY_NO_OFFSET, "Doc 9303-12 6; RFC 5280 6.1",
                    "the country signer's certificate is a link from a key that is not known: believed on "
                    "the word of "
                    "who named it");
        break;
    case ANCHOR_REFUTED:
        k->out->chain = STEP_NOT_DONE;
        chip_say(k, RESULT_NO_ANCHOR, "anchor-altered", WHY_NO_OFFSET, "Doc 9303-12 6; RFC 5280 6.1",
                 "the country signer's certificate is not signed by the key that it names: it was altered");
        break;
    }
}

/* What a link between keys and the certificates leave to be wished for. */
static void check_conformance(struct chip_run *k)
{
    if (!k->f || !k->out->has_signer)
        return;
    certificate_conformance(&k->out->signer, CONFORMS_DOCUMENT_SIGNER, k->opt->profile,
                            offset_in(k, k->out->signer.der), k->f);
    if (k->out->chain == STEP_HOLDS && !k->out->path.direct)
        certificate_conformance(&k->out->path.anchor->cert, CONFORMS_COUNTRY_SIGNER, k->opt->profile,
                                WHY_NO_OFFSET, k->f);
}

static void check_revocation(struct chip_run *k)
{
    if (k->out->chain != STEP_HOLDS)
        return;
    if (k->out->path.direct) {
        if (k->opt->crl_required)
            chip_say(
                k, RESULT_UNDETERMINED, "no-current-crl", WHY_NO_OFFSET, "Doc 9303-12 8",
                "the document signer is believed itself: no country signer to ask for a revocation list");
        return;
    }
    switch (anchors_revocation(k->opt->anchors, k->out->path.anchor, k->out->signer.serial, k->opt->at)) {
    case REVOCATION_REVOKED:
        chip_say(k, RESULT_REVOKED, "revoked", WHY_NO_OFFSET, "Doc 9303-12 8",
                 "the document signer is on the revocation list of its country");
        break;
    case REVOCATION_UNKNOWN:
        if (k->opt->crl_required)
            chip_say(k, RESULT_UNDETERMINED, "no-current-crl", WHY_NO_OFFSET, "Doc 9303-12 8",
                     "no current revocation list of the country signer is at hand");
        else
            finding_add(k->f, FINDING_NOTE, "no-current-crl", WHY_NO_OFFSET, "Doc 9303-12 8",
                        "no current revocation list of the country signer is at hand");
        break;
    case REVOCATION_CLEAR:
        break;
    }
}

void chip_signer_check(struct chip_run *k)
{
    struct stopwatch *watch = k->opt->watch;
    uint64_t from = stopwatch_from(watch);

    find_signer(k);
    check_signature(k);
    check_purpose(k);
    (void)stopwatch_stop(watch, "signature", from);
    from = stopwatch_from(watch);
    check_chain(k);
    seal_measured(watch, "chain", from, NULL, k->out->path.anchor);
    from = stopwatch_from(watch);
    check_revocation(k);
    seal_measured(watch, "revocation", from, k->opt->anchors, k->out->path.anchor);
    check_conformance(k);
    if (k->cms.digest == DIGEST_SHA1 || k->cms.sig_alg.digest == DIGEST_SHA1)
        chip_deviation(k, DEVIATION_NAMED, "weak-digest", WHY_NO_OFFSET, "Doc 9303-12 4.4",
                       "signed over SHA-1");
}

static int two_digits(const uint8_t *p)
{
    return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9' ? 10 * (p[0] - '0') + p[1] - '0' : -1;
}

/* Digits of a date in DG12 (Doc 9303-10 4.7.12): 8 characters, or 4 bytes of two digits each. */
static unix_time day_of(struct span v)
{
    char text[8];
    struct date day;

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(v.n == 8   ? v.p[i]
                         : v.n == 4 ? '0' + (i & 1 ? v.p[i / 2] & 15 : v.p[i / 2] >> 4)
                                    : 0);
    if (two_digits((uint8_t *)text) < 0 || two_digits((uint8_t *)text + 2) < 0 ||
        !date_make(100 * two_digits((uint8_t *)text) + two_digits((uint8_t *)text + 2),
                   two_digits((uint8_t *)text + 4), two_digits((uint8_t *)text + 6), &day))
        return 0;
    return time_of_date(day) + 12 * 3600;
}

/* The day of issue that a proven DG12 states; 0: none. */
unix_time chip_day_of_issue(const struct chip_run *k, const struct data_group *dg, size_t n)
{
    struct lds_file file;

    if (k->out->group[12] != GROUP_HOLDS)
        return 0;
    for (size_t i = 0; i < n; i++) {
        struct reader r;
        struct span value;
        uint32_t tag;

        if (!lds_file_parse(dg[i].bytes, &file, NULL) || file.number != 12)
            continue;
        r = rd_of(file.body);
        while (lds_next(&r, &tag, &value))
            if (tag == 0x5f26)
                return day_of(value);
    }
    return 0;
}

/* The signer must have been valid when it signed; that it expired since is normal. */
void chip_signer_times(struct chip_run *k, unix_time issued)
{
    const struct certificate *c = &k->out->signer;
    bool stated = k->cms.has_signing_time;
    unix_time when = stated ? k->cms.signing_time : issued, slack = stated ? 0 : 24 * 3600;

    if (!k->out->has_signer)
        return;
    if (!stated && !issued)
        finding_add(
            k->f, FINDING_NOTE, "no-signing-time", WHY_NO_OFFSET, "Doc 9303-10 4.6.2.2",
            "neither says when it was signed nor when the document was issued: whether the signer was valid "
            "then is not known");
    else if (!stated)
        finding_add(k->f, FINDING_NOTE, "no-signing-time", WHY_NO_OFFSET, "Doc 9303-10 4.6.2.2",
                    "does not say when it was signed: the day of issue in DG12 was taken");
    if ((stated || issued) && (when + slack < c->not_before || when - slack > c->not_after))
        chip_say(k, RESULT_UNDETERMINED, "signing-time", WHY_NO_OFFSET, "Doc 9303-12 7.1",
                 "signed outside the validity of the document signer");
    if (k->opt->at > c->not_after)
        finding_add(k->f, FINDING_NOTE, "dsc-expired-now", WHY_NO_OFFSET, "Doc 9303-12 5.2",
                    "the document signer has expired since");
    if (k->out->chain == STEP_HOLDS && k->opt->at > k->out->path.anchor->cert.not_after)
        finding_add(k->f, FINDING_NOTE, "csca-expired-now", WHY_NO_OFFSET, "Doc 9303-12 5.2",
                    "the country signer has expired since");
}
