#include "seal/anchor_proof.h"

#include "seal/anchors_internal.h"

enum { CANDIDATES = 32 };

static bool signed_by(const struct anchor *a, const struct digest *tbs, const struct anchor *by)
{
    return by->key && signature_verify(by->key, &a->cert.sig_alg, tbs, a->cert.signature, NULL);
}

/* *by gets who signed it when that is proved. */
static enum anchor_proof try_signers(const struct anchor_set *set, const struct anchor *a,
                                     const struct anchor **by)
{
    const struct anchor *candidate[CANDIDATES];
    bool own = a->cert.aki.n == 0 || span_eq(a->cert.aki, a->cert.ski);
    bool same_name = names_equal(a->cert.issuer, a->cert.subject);
    struct digest tbs;
    size_t n;

    digest_of(a->cert.sig_alg.digest, a->cert.tbs, &tbs);
    if ((own || same_name) && signed_by(a, &tbs, a)) {
        *by = a;
        return ANCHOR_PROVED;
    }
    n = a->cert.aki.n ? issuers_by_key_id(set, a->cert.aki, candidate, CANDIDATES)
                      : issuers_by_subject(set, a->cert.issuer, candidate, CANDIDATES);
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

static enum anchor_proof prove(const struct anchor_set *set, const struct anchor *a)
{
    struct digest sha256 = { .n = 32 };
    const struct anchor *by;
    enum anchor_proof proof;

    memcpy(sha256.b, a->sha256, 32);
    if (anchors_certified(set, &sha256))
        return ANCHOR_PROVED;
    proof = try_signers(set, a, &by);
    if (proof == ANCHOR_PROVED)
        anchors_certify(set, &sha256, by);
    return proof;
}

enum anchor_proof anchor_prove(const struct anchor_set *set, const struct anchor *a,
                               const struct anchor **use)
{
    const struct anchor *twin[CANDIDATES];
    enum anchor_proof proof = prove(set, a);
    size_t n;

    *use = a;
    if (proof == ANCHOR_PROVED)
        return proof;
    n = issuers_by_key_id(set, a->cert.ski, twin, CANDIDATES);
    for (size_t i = 0; i < n; i++) {
        if (twin[i] == a || !span_eq(twin[i]->cert.spki, a->cert.spki) ||
            prove(set, twin[i]) != ANCHOR_PROVED)
            continue;
        *use = twin[i];
        return ANCHOR_PROVED;
    }
    return proof;
}
