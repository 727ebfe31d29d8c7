#include "seal/anchor_proof.h"

#include "seal/anchors_internal.h"

enum { CANDIDATES = 32 };

static bool signed_by(const struct anchor *a, const struct digest *tbs, const struct anchor *by)
{
    return by->key && signature_verify(by->key, &a->cert.sig_alg, tbs, a->cert.signature, NULL);
}

static const struct anchor *signer_of(const struct anchor_set *set, const struct anchor *a)
{
    const struct anchor *candidate[CANDIDATES];
    struct digest tbs;
    size_t n;

    digest_of(a->cert.sig_alg.digest, a->cert.tbs, &tbs);
    if ((a->cert.aki.n == 0 || span_eq(a->cert.aki, a->cert.ski)) && signed_by(a, &tbs, a))
        return a;
    n = issuers_by_key_id(set, a->cert.aki, candidate, CANDIDATES);
    if (a->cert.aki.n == 0)
        n = issuers_by_subject(set, a->cert.issuer, candidate, CANDIDATES);
    for (size_t i = 0; i < n; i++)
        if (candidate[i] != a && signed_by(a, &tbs, candidate[i]))
            return candidate[i];
    return NULL;
}

static bool proved_itself(const struct anchor_set *set, const struct anchor *a)
{
    struct digest sha256 = { .n = 32 };
    const struct anchor *by;

    memcpy(sha256.b, a->sha256, 32);
    if (anchors_certified(set, &sha256))
        return true;
    if ((by = signer_of(set, a)) == NULL)
        return false;
    anchors_certify(set, &sha256, by);
    return true;
}

const struct anchor *anchor_proved(const struct anchor_set *set, const struct anchor *a)
{
    const struct anchor *twin[CANDIDATES];
    size_t n;

    if (proved_itself(set, a))
        return a;
    n = issuers_by_key_id(set, a->cert.ski, twin, CANDIDATES);
    for (size_t i = 0; i < n; i++)
        if (twin[i] != a && span_eq(twin[i]->cert.spki, a->cert.spki) && proved_itself(set, twin[i]))
            return twin[i];
    return NULL;
}
