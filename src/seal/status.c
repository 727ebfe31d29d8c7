/* Whether a status token can be believed, and what it says of one licence. */
#include "base/limits.h"
#include "seal/mdl_certificate.h"
#include "seal/mdoc_errors.h"
#include "seal/status_internal.h"

#define CLAUSE "ISO/IEC 18013-5 12.3.6"

static const char *const media[] = {
    [STATUS_LIST] = "application/statuslist", [STATUS_IDENTIFIERS] = "application/identifierlist"
};

/* "application/statuslist+cwt"; in a JWT "application/" may be left out (RFC 7515 4.1.9). */
static bool names(const struct status_token *t, enum status_kind kind, bool *prefix)
{
    struct span name = span_str(media[kind]), s = t->type;

    *prefix = span_starts(s, SPAN("application/"));
    if (!*prefix)
        name = span_sub(name, SPAN("application/").n, name.n);
    return span_starts(s, name) && span_eq(span_sub(s, name.n, s.n), t->json ? SPAN("+jwt") : SPAN("+cwt"));
}

static bool check_type(const struct status_token *t, const struct status_options *opt, enum status_kind *kind,
                       struct findings *f, struct why *w)
{
    size_t at = t->json || t->cose.type.n == 0 ? 0 : (size_t)(t->cose.type.p - t->all.p);
    bool prefix = false, list = names(t, STATUS_LIST, &prefix), wanted = list;

    if (opt->kind)
        wanted = *opt->kind == STATUS_LIST;
    else if (t->has_list != t->has_identifiers)
        wanted = t->has_list;
    if (list != wanted || (!list && !names(t, STATUS_IDENTIFIERS, &prefix)))
        return why_set(w, "STATUS_TYPE", at, CLAUSE,
                       "the header does not say the type of list that is asked for");
    *kind = list ? STATUS_LIST : STATUS_IDENTIFIERS;
    if (prefix || t->json)
        return true;
    if (opt->profile == PROFILE_STRICT)
        return why_set(w, "STATUS_TYPE", at, CLAUSE, "the type lacks \"application/\"");
    licence_deviation(f, "STATUS_TYPE", at, CLAUSE, "the type lacks \"application/\"");
    return true;
}

/* The certificates the token brings, the signer's first. */
static bool chain_of(const struct status_token *t, struct span out[STATUS_CHAIN], size_t *n, struct why *w)
{
    if (!t->json) {
        if (!cose_chain(&t->cose, out, STATUS_CHAIN, n, w))
            return false;
    } else {
        if (t->n_chain == 0)
            return why_set(w, "CERT_MISSING", 0, "RFC 7515 4.1.6", "no certificate of the signer");
        memcpy(out, t->chain, sizeof t->chain);
        *n = t->n_chain;
    }
    if (*n > STATUS_CHAIN)
        return why_set(w, "CERT_PATHLEN", 0, CLAUSE, "more than %d certificates", STATUS_CHAIN);
    return true;
}

/* The licence itself names who signs: that certificate, or whom it certified. Its issuer signed the name. */
static bool check_named(const struct certificate *signer, const struct status_options *opt,
                        const uint8_t *base, struct arena *a, struct why *w)
{
    size_t at = (size_t)(signer->der.p - base);
    struct certificate named;
    struct public_key *key = NULL;
    struct digest d;
    bool signed_by_it;

    if (span_eq(signer->der, opt->certificate)) {
        named = *signer;
    } else {
        if (!mdl_certificate_parse(opt->certificate, opt->certificate.p, &named, w))
            return false;
        if (!public_key_place_spki(named.spki, a, &key, NULL))
            return why_set(w, "CERT_KEY", at, CLAUSE, "the key that the licence names is not supported");
        digest_of(signer->sig_alg.digest, signer->tbs, &d);
        signed_by_it = named.is_ca && signature_verify(key, &signer->sig_alg, &d, signer->signature, NULL);
        public_key_clear(key);
        if (!signed_by_it)
            return why_set(w, "CERT_UNTRUSTED", at, CLAUSE,
                           "neither the certificate that the licence names nor signed by it");
    }
    if (opt->at < signer->not_before || opt->at > signer->not_after || opt->at < named.not_before ||
        opt->at > named.not_after)
        return why_set(w, "CERT_VALIDITY", at, "RFC 5280 6.1.3", "the signer is outside its validity");
    return true;
}

static bool check_path(const struct span *chain, size_t n, const struct status_options *opt,
                       const uint8_t *base, struct arena *a, struct status_list *l, struct findings *f,
                       struct why *w)
{
    struct path path;

    if (opt->certificate.n)
        return check_named(&l->signer, opt, base, a, w);
    if (!mdl_path_find(opt->anchors, &l->signer, chain + 1, n - 1, opt->at, base, &path, w))
        return false;
    l->anchor = path.anchor;
    if (!mdl_path_states(&path, &l->signer, opt->profile, base, f, w))
        return false;
    /* Of two authorities with one name only the key tells which it is. */
    if (opt->authority && !path.direct && !span_eq(path.anchor->cert.spki, opt->authority->cert.spki))
        return why_set(w, "CERT_UNTRUSTED", (size_t)(l->signer.der.p - base), CLAUSE,
                       "another authority than that of the licence signed the certificate of the signer");
    return true;
}

static bool verify_jwt(const struct status_token *t, const struct public_key *key, struct arena *a,
                       struct why *w)
{
    size_t at = t->signing_input.n + 1;
    struct sig_alg alg;

    if (!cose_alg_fits(t->cose.alg, key, &alg))
        return why_set(w, "COSE_ALG_KEY", 0, "RFC 7518 3.4", "the algorithm does not go with the key");
    if (t->cose.proof.n != signature_bytes(key, alg.scheme))
        return why_set(w, "COSE_SIG_LEN", at, "RFC 7518 3.4", "signature of %zu bytes instead of %zu",
                       t->cose.proof.n, signature_bytes(key, alg.scheme));
    if (!signature_verify_parts(key, &alg, &t->signing_input, 1, t->cose.proof, a, NULL))
        return why_set(w, "COSE_SIG", at, "RFC 7515 5.2", "the signature does not hold");
    return true;
}

static bool check_signer(struct status_list *l, const struct status_options *opt, struct arena *a,
                         struct findings *f, struct why *w)
{
    struct span chain[STATUS_CHAIN] = { { 0 } };
    struct public_key *key = NULL;
    const uint8_t *base;
    size_t n = 0;
    bool ok;

    if (!chain_of(&l->token, chain, &n, w))
        return false;
    base = l->token.json ? chain[0].p : l->token.all.p;
    if (!mdl_certificate_parse(chain[0], base, &l->signer, w) ||
        !cose_check_x5t(&l->token.cose, chain[0], w) ||
        !mdl_certificate_check(&l->signer, MDL_STATUS_SIGNER, opt->profile, base, f, w) ||
        !check_path(chain, n, opt, base, a, l, f, w))
        return false;
    if (!public_key_place_spki(l->signer.spki, a, &key, NULL))
        return why_set(w, "CERT_KEY", (size_t)(l->signer.der.p - base), CLAUSE, "the key is not supported");
    ok = l->token.json ? verify_jwt(&l->token, key, a, w)
                       : cose_verify(&l->token.cose, key, (struct span){ 0 }, NULL, a, "COSE_SIG", w);
    public_key_clear(key);
    return ok;
}

static bool check_claims(const struct status_list *l, const struct status_options *opt, struct why *w)
{
    const struct status_token *t = &l->token;
    bool list = l->kind == STATUS_LIST;

    if (!t->has_subject || (opt->uri && !span_eq(t->subject, *opt->uri)))
        return why_set(w, "STATUS_SUB", WHY_NO_OFFSET, CLAUSE, "the token is about another address");
    if (!t->has_issued || !t->has_expires)
        return why_set(w, "STATUS_STRUCT", WHY_NO_OFFSET, CLAUSE,
                       "it does not say from when until when it holds");
    if (t->has_list != list || t->has_identifiers == list)
        return why_set(w, "STATUS_STRUCT", WHY_NO_OFFSET, CLAUSE,
                       "not one list of the kind that the type announces");
    if (opt->at < t->issued)
        return why_set(w, "STATUS_NOT_YET", WHY_NO_OFFSET, CLAUSE, "issued in the future");
    if (opt->at >= t->expires)
        return why_set(w, "STATUS_EXPIRED", WHY_NO_OFFSET, CLAUSE, "a newer token was due at this time");
    return true;
}

static bool verify(struct status_list *l, struct span in, const struct status_options *opt, struct arena *a,
                   struct findings *f)
{
    struct why *w = &l->why;

    return status_token_parse(in, opt->profile, a, &l->token, f, w) &&
           cose_check_form(&l->token.cose, false, w) && check_type(&l->token, opt, &l->kind, f, w) &&
           check_signer(l, opt, a, f, w) && check_claims(l, opt, w) &&
           (l->kind == STATUS_IDENTIFIERS || status_unpack(l->token.bits, opt->any_bits, l->token.packed,
                                                           l->token.packed_at, a, &l->values, w));
}

enum result status_list_verify(struct span in, const struct status_options *opt, struct arena *a,
                               struct status_list *out, struct findings *f)
{
    *out = (struct status_list){ .why = { .offset = WHY_NO_OFFSET } };
    if (verify(out, in, opt, a, f))
        out->result = RESULT_GENUINE;
    else
        out->result = licence_error_result(out->why.reason);
    return out->result;
}

const char *status_word(enum status_answer s)
{
    static const char *const words[] = {
        [STATUS_UNDETERMINED] = "undetermined", [STATUS_VALID] = "valid", [STATUS_REVOKED] = "revoked"
    };

    return words[s];
}

static enum status_answer revoked(struct why *w)
{
    (void)why_set(w, "REVOKED", WHY_NO_OFFSET, CLAUSE, "the issuer has revoked this copy of the licence");
    return STATUS_REVOKED;
}

enum status_answer status_of(const struct status_reference *ref, struct span in,
                             const struct status_options *opt, struct arena *a, struct status_list *out,
                             struct findings *f, struct why *w)
{
    struct status_options o = *opt;
    unsigned value;

    if (in.n == 0) {
        *out = (struct status_list){ .result = RESULT_UNDETERMINED, .why = { .offset = WHY_NO_OFFSET } };
        (void)why_set(w, "STATUS_UNAVAILABLE", WHY_NO_OFFSET, CLAUSE, "no status token could be had");
        return STATUS_UNDETERMINED;
    }
    o.kind = &ref->kind;
    o.uri = &ref->uri;
    o.certificate = ref->certificate;
    if (status_list_verify(in, &o, a, out, f) != RESULT_GENUINE) {
        if (w)
            *w = out->why;
        return STATUS_UNDETERMINED;
    }
    if (ref->kind == STATUS_IDENTIFIERS)
        return status_listed(out, ref->identifier) ? revoked(w) : STATUS_VALID;
    if (!status_at(&out->values, ref->index, &value)) {
        (void)why_set(w, "STATUS_INDEX", WHY_NO_OFFSET, CLAUSE, "the list does not reach that far");
        return STATUS_UNDETERMINED;
    }
    return value ? revoked(w) : STATUS_VALID;
}
