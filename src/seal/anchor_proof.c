#include "seal/anchor_proof.h"

#include "seal/anchors_internal.h"

enum { CANDIDATES = 32, LINKS = 8 };

static bool signed_by(const struct anchor *a, const struct digest *tbs, const struct anchor *by)
{
    return by->key && signature_verify(by->key, &a->cert.sig_alg, tbs, a->cert.signature, NULL);
}

/* *by gets who signed it when that is proved. */
static enum anchor_proof try_signers(const struct anchor_set *set, const struct anchor *a,
                                     const struct anchor **by)
{
    const struct anchor *candidate[CANDIDATES];
    bool own = a->cert.aki.n == 0 || a->cert.ski.n == 0 || span_eq(a->cert.aki, a->cert.ski);
    bool same_name = names_equal(a->cert.issuer, a->cert.subject);
    struct digest tbs;
    size_t n;

    digest_of(a->cert.sig_alg.digest, a->cert.tbs, &tbs);
    if ((own || same_name) && signed_by(a, &tbs, a)) {
        *by = a;
        return ANCHOR_PROVED;
    }
    n = a->cert.aki.n ? issuers_by_key_id(set, a->cert.aki, FOR_ALL, candidate, CANDIDATES)
                      : issuers_by_subject(set, a->cert.issuer, FOR_ALL, candidate, CANDIDATES);
    for (size_t i = 0; i < n; i++) {
        if (candidate[i] == a || !signed_by(a, &tbs, candidate[i]))
            continue;
        *by = candidate[i];
        return ANCHOR_PROVED;
    }
    /* Without a key identifier only equal names say that it claims to be self-signed. */
    if (a->cert.aki.n == 0)
        return same_name ? ANCHOR_REFUTED : ANCHOR_UNPROVED;
    return own || n > 0 ? ANCHOR_REFUTED : ANCHOR_UNPROVED;
}

static bool remembered(const struct anchor_set *set, const struct anchor *a)
{
    struct digest sha256 = { .n = 32 };

    memcpy(sha256.b, a->sha256, 32);
    return anchors_certified(set, &sha256) != NULL;
}

/*
 * From link to link up to one that signed itself, or that nothing here signed: then the links below it stand
 * on a key that was vouched for. States cross-certify old and new keys in both directions, so the way may be
 * a circle: after LINKS steps each was signed by another.
 */
static enum anchor_proof prove(const struct anchor_set *set, const struct anchor *a)
{
    const struct anchor *at = a, *by = NULL, *first = NULL;
    struct digest sha256 = { .n = 32 };

    for (int i = 0; i < LINKS && !remembered(set, at); i++) {
        enum anchor_proof proof = try_signers(set, at, &by);

        if (proof != ANCHOR_PROVED)
            return proof;
        if (i == 0)
            first = by;
        if (by == at)
            break;
        at = by;
    }
    if (first) {
        memcpy(sha256.b, a->sha256, 32);
        anchors_certify(set, &sha256, first);
    }
    return ANCHOR_PROVED;
}

enum anchor_proof anchor_prove(const struct anchor_set *set, const struct anchor *a, unsigned need,
                               const struct anchor **use)
{
    const struct anchor *twin[CANDIDATES];
    enum anchor_proof proof = prove(set, a);
    size_t n;

    *use = a;
    if (proof == ANCHOR_PROVED)
        return proof;
    n = issuers_by_key_id(set, a->cert.ski, need, twin, CANDIDATES);
    for (size_t i = 0; i < n; i++) {
        if (twin[i] == a || !span_eq(twin[i]->cert.spki, a->cert.spki) ||
            prove(set, twin[i]) != ANCHOR_PROVED)
            continue;
        *use = twin[i];
        return ANCHOR_PROVED;
    }
    return proof;
}
