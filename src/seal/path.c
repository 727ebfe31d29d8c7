#include "seal/path.h"

#include "seal/anchors_internal.h"

enum { CANDIDATES = 32 };

#define CLAUSE "Doc 9303-12 6; RFC 5280 6.1"

/* Issuers of the certificate's issuer name that its key identifier does not rule out: those without one, or
 * all when it names no key. */
static size_t by_name(const struct anchor_set *set, const struct certificate *c, const struct anchor **out,
                      size_t max)
{
    size_t n = issuers_by_subject(set, c->issuer, out, max), kept = 0;

    for (size_t i = 0; i < n; i++)
        if (c->aki.n == 0 || out[i]->cert.ski.n == 0)
            out[kept++] = out[i];
    return kept;
}

static void note_issuer(const struct certificate *signer, const struct anchor *by, struct findings *f)
{
    if (span_eq(signer->issuer, by->cert.subject))
        return;
    finding_add(f, names_equal(signer->issuer, by->cert.subject) ? FINDING_NOTE : FINDING_WARNING,
                "issuer-name", (size_t)(signer->issuer.p - signer->der.p), "RFC 5280 4.1.2.4",
                "issuer is not written as the subject of the certificate whose key signed");
}

static enum result found(const struct certificate *signer, const struct anchor *by, bool direct,
                         struct path *out, struct findings *f)
{
    if (!direct)
        note_issuer(signer, by, f);
    *out = (struct path){ .anchor = by, .direct = direct };
    return RESULT_GENUINE;
}

/* What it means that no candidate verified: n tried, of them `unsupported` could not be, `named` are known by
 * key. */
static enum result refused(const struct certificate *signer, size_t named, size_t unsupported, struct why *w)
{
    size_t at = (size_t)((signer->aki.n ? signer->aki.p : signer->issuer.p) - signer->der.p);

    if (unsupported) {
        (void)why_set(w, "key-not-supported", at, CLAUSE,
                      "the issuer's key or its kind of signature is not supported");
        return RESULT_UNDETERMINED;
    }
    if (named) {
        (void)why_set(w, "chain", at, CLAUSE, "names a known key as its issuer, which did not sign it");
        return RESULT_FORGED;
    }
    (void)why_set(w, "no-anchor", at, CLAUSE, "no known key of the issuer signed it");
    return RESULT_NO_ANCHOR;
}

/* The first of n candidates whose key verifies the signature; NULL, with those counted whose key is not
 * supported. */
static const struct anchor *first_that_signed(const struct anchor *const *candidate, size_t n,
                                              const struct certificate *signer, const struct digest *tbs,
                                              size_t *unsupported)
{
    for (size_t i = 0; i < n; i++) {
        if (!candidate[i]->key)
            ++*unsupported;
        else if (signature_verify(candidate[i]->key, &signer->sig_alg, tbs, signer->signature, NULL))
            return candidate[i];
    }
    return NULL;
}

/* Certified by an issuer of the set: now or before. sha256 is that of the whole certificate. Keys that it
 * names come first; names are compared only when none of them signed. */
static enum result certified(const struct anchor_set *set, const struct certificate *signer,
                             const struct digest *sha256, struct path *out, struct findings *f, struct why *w)
{
    const struct anchor *candidate[CANDIDATES], *by = anchors_certified(set, sha256);
    struct digest tbs;
    size_t named, n, unsupported = 0;

    if (by)
        return found(signer, by, false, out, f);
    digest_of(signer->sig_alg.digest, signer->tbs, &tbs);
    named = issuers_by_key_id(set, signer->aki, candidate, CANDIDATES);
    by = first_that_signed(candidate, named, signer, &tbs, &unsupported);
    if (!by) {
        n = by_name(set, signer, candidate, CANDIDATES - named);
        by = first_that_signed(candidate, n, signer, &tbs, &unsupported);
    }
    if (!by)
        return refused(signer, named, unsupported, w);
    anchors_certify(set, sha256, by);
    return found(signer, by, false, out, f);
}

enum result path_find(const struct anchor_set *set, const struct certificate *signer, struct path *out,
                      struct findings *f, struct why *w)
{
    const struct anchor *known;
    struct digest sha256;

    digest_of(DIGEST_SHA256, signer->der, &sha256);
    known = anchor_by_sha256(set, &sha256);
    if (known && known->use != ANCHOR_CANDIDATE)
        return found(signer, known, true, out, f);
    return certified(set, signer, &sha256, out, f, w);
}

enum result path_of_anchor(const struct anchor_set *set, const struct anchor *a, struct path *out,
                           struct findings *f, struct why *w)
{
    struct digest sha256 = { .n = 32 };

    if (a->use != ANCHOR_CANDIDATE)
        return found(&a->cert, a, true, out, f);
    memcpy(sha256.b, a->sha256, 32);
    return certified(set, &a->cert, &sha256, out, f, w);
}
