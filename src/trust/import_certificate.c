#include "trust/import_internal.h"

#include "seal/crl.h"

/* Whether the certificate says that its own key signed it: its name and, when it names one, its key. */
static bool claims_itself(const struct certificate *c)
{
    return c->aki.n ? span_eq(c->aki, c->ski) : names_equal(c->issuer, c->subject);
}

/*
 * A country signer is believed because somebody names it; yet one that says it signed itself and did not was
 * altered. Equal names without a key identifier may be those of a link, which another key signed: those are
 * let be.
 */
static bool altered(struct import_run *k, const struct certificate *c, struct why *w)
{
    struct public_key *key;
    struct digest d;
    struct path path;
    bool holds;

    if (!c->aki.n || !claims_itself(c) || !names_equal(c->issuer, c->subject) ||
        !public_key_from_spki(c->spki, &key, NULL))
        return false;
    digest_of(c->sig_alg.digest, c->tbs, &d);
    holds = signature_verify(key, &c->sig_alg, &d, c->signature, NULL);
    public_key_free(key);
    if (holds || path_find(k->set, c, FOR_ALL, &path, NULL, NULL) == RESULT_GENUINE)
        return false;
    (void)why_set(w, "signature", WHY_NO_OFFSET, "RFC 5280 6.1.3",
                  "says that its own key signed it, which did not");
    return true;
}

static void take_issuer(struct import_run *k, const struct certificate *c)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct anchor_origin from = import_origin(k, false);

    if (altered(k, c, &w)) {
        import_refuse_named(k, c->subject, &w);
        return;
    }
    if (!anchor_set_add(k->set, c->der, &from, ANCHOR_VOUCHED, NULL, &w)) {
        import_refuse_named(k, c->subject, &w);
        return;
    }
    (void)import_keep(k, TRUST_CERTIFICATE, c->der, ANCHOR_VOUCHED, NULL, &k->counts->certificates);
}

/* Known only: counts when an issuer of the set certified it. */
static void take_known(struct import_run *k, const struct certificate *c)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct path path;
    enum result r = path_find(k->set, c, FOR_ALL, &path, NULL, &w);

    if (r == RESULT_FORGED) {
        import_refuse_named(k, c->subject, &w);
        return;
    }
    if (r == RESULT_GENUINE && path.direct) { /* a list or a file vouches for it already */
        (void)import_keep(k, TRUST_CERTIFICATE, c->der, ANCHOR_KNOWN, NULL, &k->counts->certificates);
        return;
    }
    if (import_keep(k, TRUST_CERTIFICATE, c->der, ANCHOR_KNOWN,
                    r == RESULT_GENUINE ? path.anchor->sha256 : NULL, &k->counts->certificates)) {
        k->counts->certified += r == RESULT_GENUINE;
        k->counts->waiting += r != RESULT_GENUINE;
    }
}

/* As anchor_set_add decides; one without keyUsage and basicConstraints is asked whether it signed itself. */
static bool may_certify(const struct certificate *c)
{
    struct span basic;

    if (c->key_usage)
        return c->key_usage & KEY_USAGE_CERT_SIGN;
    return c->is_ca ||
           (!certificate_extension(c, SPAN("\x55\x1d\x13"), &basic) && names_equal(c->issuer, c->subject));
}

void import_certificate(struct import_run *k, struct span der)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    const struct trust_object *known;
    struct certificate c;
    struct digest d;

    digest_of(DIGEST_SHA256, der, &d);
    known = trust_log_find(k->log, &d);
    if (der.n > LIMIT_CERTIFICATE)
        (void)why_set(&w, "too-large", WHY_NO_OFFSET, NULL, "a certificate of %zu bytes", der.n);
    else if (certificate_parse(der, &c, NULL, &w)) {
        if (k->o->vouch || (!k->ldif && may_certify(&c)))
            take_issuer(k, &c);
        else if (known && !known->dropped) /* proved when it came, or still waiting */
            (void)import_keep(k, TRUST_CERTIFICATE, der, ANCHOR_KNOWN, NULL, &k->counts->certificates);
        else
            take_known(k, &c);
        return;
    }
    import_refuse_named(k, (struct span){ 0 }, &w);
}

void import_crl(struct import_run *k, struct span der)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    const struct anchor *by;
    enum result r;
    struct crl crl;

    if (!crl_parse(der, &crl, NULL, &w)) {
        import_refuse(k, &w);
        return;
    }
    r = anchors_crl_issuer(k->set, &crl, &by, &w);
    if (r == RESULT_FORGED) {
        import_refuse_named(k, crl.issuer, &w);
        return;
    }
    if (import_keep(k, TRUST_CRL, der, ANCHOR_KNOWN, r == RESULT_GENUINE ? by->sha256 : NULL,
                    &k->counts->crls))
        k->counts->waiting += r != RESULT_GENUINE;
}
