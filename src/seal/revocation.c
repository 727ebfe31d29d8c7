/* Revocation lists of an anchor set: whose they are, and what they say about a certificate. */
#include "base/limits.h"
#include "seal/anchors_internal.h"
#include "seal/name.h"
#include "wire/der.h"

enum result anchors_crl_issuer(const struct anchor_set *s, const struct crl *c, const struct anchor **by,
                               struct why *w)
{
    const struct anchor *candidate[32];
    size_t n = issuers_by_key_id(s, c->aki, FOR_ALL, candidate, 32), named = 0;

    if (n == 0)
        n = issuers_by_subject(s, c->issuer, FOR_ALL, candidate, 32);
    for (size_t i = 0; i < n; i++) {
        if (!candidate[i]->key || !crl_names(c, &candidate[i]->cert))
            continue;
        named += c->aki.n > 0;
        if (crl_signed_by(c, candidate[i]->key)) {
            *by = candidate[i];
            return RESULT_GENUINE;
        }
    }
    if (named) {
        (void)why_set(w, "signature", WHY_NO_OFFSET, "RFC 5280 6.3.3",
                      "the revocation list is not signed by the country signer it names");
        return RESULT_FORGED;
    }
    (void)why_set(w, "no-anchor", WHY_NO_OFFSET, "RFC 5280 6.3.3",
                  "no known country signer issued the revocation list");
    return RESULT_NO_ANCHOR;
}

/* Over its own copy of the bytes, which can be read. */
static struct listed *listed_new(struct span der, size_t n)
{
    struct listed *l = must(calloc(1, sizeof *l + n * sizeof *l->sorted + der.n));

    memcpy(l->sorted + n, der.p, der.n);
    if (!crl_parse(span_of(l->sorted + n, der.n), &l->crl, NULL, NULL))
        abort();
    crl_sort(&l->crl, l->sorted);
    l->n_sorted = n;
    return l;
}

bool anchor_set_add_crl(struct anchor_set *s, struct span der, const struct anchor_origin *from,
                        struct findings *f, struct why *w)
{
    struct crl crl;
    struct listed *l;
    const struct anchor *by;

    for (l = s->crls; l; l = l->next) {
        if (span_eq(l->crl.der, der)) {
            l->origin = origin_keep(s, from, ANCHOR_KNOWN, l->origin);
            return true;
        }
    }
    if (!crl_parse(der, &crl, f, w) || anchors_crl_issuer(s, &crl, &by, w) != RESULT_GENUINE)
        return false;
    l = listed_new(der, crl_count(&crl));
    l->by = by;
    l->origin = origin_keep(s, from, ANCHOR_KNOWN, NULL);
    *s->crls_end = l;
    s->crls_end = &l->next;
    s->n_crls++;
    return true;
}

size_t anchor_set_crl_count(const struct anchor_set *s)
{
    return s->n_crls;
}

static struct anchor_crl told(const struct listed *l)
{
    return (struct anchor_crl){ .crl = &l->crl, .by = l->by, .origin = l->origin };
}

bool anchor_crl_at(const struct anchor_set *s, size_t i, struct anchor_crl *out)
{
    const struct listed *l = s->crls;

    while (l && i-- > 0)
        l = l->next;
    if (l)
        *out = told(l);
    return l != NULL;
}

/* Link certificates share the key of a root. */
static bool is_of(const struct listed *l, const struct anchor *issuer)
{
    return l->by == issuer || span_eq(l->by->cert.spki, issuer->cert.spki);
}

bool anchors_newest_crl(const struct anchor_set *s, const struct anchor *issuer, struct anchor_crl *out)
{
    const struct listed *newest = NULL;

    for (const struct listed *l = s->crls; l; l = l->next)
        if (is_of(l, issuer) && (!newest || l->crl.this_update >= newest->crl.this_update))
            newest = l;
    if (newest)
        *out = told(newest);
    return newest != NULL;
}

enum revocation anchors_revocation(const struct anchor_set *s, const struct anchor *issuer,
                                   struct span serial, unix_time at)
{
    enum revocation r = REVOCATION_UNKNOWN;

    for (const struct listed *l = s->crls; l; l = l->next) {
        if (l->crl.this_update > at || !is_of(l, issuer))
            continue;
        if (crl_sorted_lists(l->sorted, l->n_sorted, serial))
            return REVOCATION_REVOKED;
        if (l->crl.next_update >= at)
            r = REVOCATION_CLEAR;
    }
    return r;
}
