/*
 * From the signer of a list to a root: RFC 5280 6.1 over the certificates of its chain. Unlike signers of
 * licences, those of lists may stand below an intermediate.
 */
#include "seal/mdl_certificate.h"
#include "seal/path.h"
#include "seal/vical_internal.h"
#include "wire/der.h"

#define CLAUSE "ISO/IEC 18013-5 C.1.8; RFC 5280 6.1"

/* How many certificates of other authorities may stand below; SIZE_MAX: any number. */
static size_t path_length(const struct certificate *c)
{
    struct span value;
    struct der d, in;

    if (!certificate_extension(c, SPAN("\x55\x1d\x13"), &value))
        return SIZE_MAX;
    d = der_of(value);
    in = der_open(&d, DER_SEQUENCE);
    (void)der_flag(&in);
    return der_more(&in) ? (size_t)der_small(&in) : SIZE_MAX;
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

static bool step(const struct certificate *below, const struct certificate *ca, size_t between,
                 const struct vical_options *opt, size_t at, struct why *w)
{
    if (!ca->is_ca || !(ca->key_usage & KEY_USAGE_CERT_SIGN) || path_length(ca) < between)
        return why_set(w, "CERT_PATHLEN", at, CLAUSE, "a certificate of the chain may not stand there");
    if (!span_eq(below->country, ca->country))
        return why_set(w, "CERT_COUNTRY", at, CLAUSE, "the countries of the chain differ");
    if (opt->at < ca->not_before || opt->at > ca->not_after)
        return why_set(w, "CERT_VALIDITY", at, CLAUSE, "an authority is outside its validity");
    return true;
}

/* Through intermediates: chain[0] is the signer. */
static bool through(const struct span *chain, size_t n, const struct certificate *signer,
                    const struct vical_options *opt, const uint8_t *base, const struct anchor **anchor,
                    struct why *w)
{
    struct certificate below = *signer, ca;
    struct path path;

    for (size_t i = 1; i < n; i++) {
        size_t at = (size_t)(chain[i].p - base);

        if (!mdl_certificate_parse(chain[i], base, &ca, w))
            return false;
        if (!signed_by(&below, &ca))
            return why_set(w, "CERT_UNTRUSTED", at, CLAUSE, "did not sign the certificate before it");
        if (!step(&below, &ca, i - 1, opt, at, w))
            return false;
        if (path_find(opt->anchors, &ca, FOR_LISTS, &path, NULL, NULL) == RESULT_GENUINE &&
            path.anchor->purposes & FOR_LISTS) {
            *anchor = path.anchor;
            if (!path.direct &&
                anchors_revocation(opt->anchors, path.anchor, ca.serial, opt->at) == REVOCATION_REVOKED)
                return why_set(w, "CERT_REVOKED", at, CLAUSE, "an intermediate is revoked");
            return path.direct || step(&ca, &path.anchor->cert, i, opt, at, w);
        }
        below = ca;
    }
    return why_set(w, "CERT_UNTRUSTED", (size_t)(signer->der.p - base), CLAUSE, "no known root");
}

bool vical_signer_path(const struct span *chain, size_t n, const struct certificate *signer,
                       const struct vical_options *opt, const uint8_t *base, const struct anchor **anchor,
                       struct why *w)
{
    struct why cause = { .offset = WHY_NO_OFFSET };
    struct path path;

    if (mdl_path_for(opt->anchors, FOR_LISTS, signer, chain + 1, n - 1, opt->at, base, &path, &cause)) {
        *anchor = path.anchor;
        return true;
    }
    if (strcmp(cause.reason, "CERT_PATHLEN") != 0) {
        if (w)
            *w = cause;
        return false;
    }
    if (!through(chain, n, signer, opt, base, anchor, w))
        return false;
    return (opt->at >= signer->not_before && opt->at <= signer->not_after) ||
           why_set(w, "CERT_VALIDITY", (size_t)(signer->der.p - base), CLAUSE,
                   "the signer is outside its validity");
}
