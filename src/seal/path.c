#include "seal/path.h"

#include "seal/anchors_internal.h"

enum { CANDIDATES = 32 };

#define CLAUSE "Doc 9303-12 6; RFC 5280 6.1"

/* What is certified, what for, and how the search came out so far. */
struct search {
    const struct anchor_set *set;
    const struct certificate *signer;
    struct digest tbs;
    const struct anchor *other; /* certifies it, or is it, but is vouched for as something else */
    size_t named, unsupported; /* candidates that it names by key; of all, those whose key is not supported */
    struct why cause;          /* why one is not */
};

/* Issuers of the certificate's issuer name that its key identifier does not rule out: those without one, or
 * all when it names no key. */
static size_t by_name(const struct search *k, unsigned need, const struct anchor **out, size_t max)
{
    size_t n = issuers_by_subject(k->set, k->signer->issuer, need, out, max), kept = 0;

    for (size_t i = 0; i < n; i++)
        if (k->signer->aki.n == 0 || out[i]->cert.ski.n == 0)
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

static enum result vouched_otherwise(const struct search *k, unsigned need, size_t at, struct why *w)
{
    char as[PURPOSES_TEXT], asked[PURPOSES_TEXT];

    (void)why_set(w, "anchor-purpose", at, CLAUSE, "%s is vouched for, but for %s, not for %s",
                  span_eq(k->other->cert.der, k->signer->der) ? "the certificate itself"
                                                              : "the key that signed it",
                  purposes_text(k->other->purposes, as), purposes_text(need, asked));
    return RESULT_NO_ANCHOR;
}

/* What it means that no candidate verified. */
static enum result refused(const struct search *k, unsigned need, struct why *w)
{
    const struct certificate *signer = k->signer;
    size_t at = (size_t)((signer->aki.n ? signer->aki.p : signer->issuer.p) - signer->der.p);

    if (k->other)
        return vouched_otherwise(k, need, at, w);
    if (k->unsupported) {
        (void)why_set(w, "key-not-supported", at, CLAUSE, "%s",
                      k->cause.reason ? k->cause.detail
                                      : "the issuer's key or its kind of signature is not supported");
        return RESULT_UNDETERMINED;
    }
    if (k->named) {
        (void)why_set(w, "chain", at, CLAUSE, "names a known key as its issuer, which did not sign it");
        return RESULT_FORGED;
    }
    (void)why_set(w, "no-anchor", at, CLAUSE, "no known key of the issuer signed it");
    return RESULT_NO_ANCHOR;
}

/* The first of n candidates whose key verifies the signature; NULL, with those counted whose key is not
 * supported. */
static const struct anchor *first_that_signed(const struct anchor *const *candidate, size_t n,
                                              struct search *k)
{
    for (size_t i = 0; i < n; i++) {
        struct why cause = { .offset = WHY_NO_OFFSET };

        if (candidate[i]->key &&
            signature_verify(candidate[i]->key, &k->signer->sig_alg, &k->tbs, k->signer->signature, &cause))
            return candidate[i];
        if (candidate[i]->key && strcmp(cause.reason, "key-not-supported") != 0)
            continue;
        k->unsupported++;
        if (candidate[i]->key && !k->cause.reason)
            k->cause = cause;
    }
    return NULL;
}

/* Keys that it names come first; names are compared only when none of them signed. */
static const struct anchor *who_signed(struct search *k, unsigned need)
{
    const struct anchor *candidate[CANDIDATES], *by;

    k->named = issuers_by_key_id(k->set, k->signer->aki, need, candidate, CANDIDATES);
    by = first_that_signed(candidate, k->named, k);
    if (by)
        return by;
    return first_that_signed(candidate, by_name(k, need, candidate, CANDIDATES - k->named), k);
}

/* Certified by an issuer of the set: now or before. sha256 is that of the whole certificate; self is it in
 * the set, vouched for as something else, or NULL. */
static enum result certified(const struct anchor_set *set, const struct certificate *signer,
                             const struct digest *sha256, const struct anchor *self, unsigned need,
                             struct path *out, struct findings *f, struct why *w)
{
    struct search k = { .set = set, .signer = signer, .other = self };
    const struct anchor *by = anchors_certified(set, sha256);

    if (by && anchor_serves(by, need))
        return found(signer, by, false, out, f);
    if (by && !k.other)
        k.other = by;
    digest_of(signer->sig_alg.digest, signer->tbs, &k.tbs);
    by = who_signed(&k, need);
    if (by) {
        anchors_certify(set, sha256, by);
        return found(signer, by, false, out, f);
    }
    if (!k.other && need != FOR_ALL && (w || k.named || k.unsupported)) {
        struct search all = k;

        k.other = who_signed(&all, FOR_ALL);
    }
    return refused(&k, need, w);
}

enum result path_find(const struct anchor_set *set, const struct certificate *signer, unsigned need,
                      struct path *out, struct findings *f, struct why *w)
{
    const struct anchor *known;
    struct digest sha256;

    digest_of(DIGEST_SHA256, signer->der, &sha256);
    known = anchor_by_sha256(set, &sha256);
    if (known && anchor_serves(known, need))
        return found(signer, known, true, out, f);
    return certified(set, signer, &sha256, known && known->purposes ? known : NULL, need, out, f, w);
}

enum result path_of_anchor(const struct anchor_set *set, const struct anchor *a, unsigned need,
                           struct path *out, struct findings *f, struct why *w)
{
    struct digest sha256 = { .n = 32 };

    if (anchor_serves(a, need))
        return found(&a->cert, a, true, out, f);
    memcpy(sha256.b, a->sha256, 32);
    return certified(set, &a->cert, &sha256, a->purposes ? a : NULL, need, out, f, w);
}
