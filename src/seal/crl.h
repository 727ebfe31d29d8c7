/* Certificate revocation lists (RFC 5280 5, Doc 9303-12 7.1.2). */
#ifndef SERAI_SEAL_CRL_H
#define SERAI_SEAL_CRL_H

#include "seal/certificate.h"

struct crl {
    struct span der, tbs;
    struct span issuer;                 /* DER Name */
    struct span aki;                    /* empty when absent */
    struct span revoked;                /* content of revokedCertificates; empty when none */
    unix_time this_update, next_update; /* next_update 0: absent */
    struct sig_alg sig_alg;
    struct span signature;
};

/* One CertificateList and nothing after it. Reason "der", "crl" or "algorithm-not-supported". */
MUST_USE bool crl_parse(struct span der, struct crl *out, struct findings *f, struct why *w);

/* Whether the list names this country signer as its issuer, by key identifier or, without one, by name; and
 * whether that key signed it. */
bool crl_names(const struct crl *c, const struct certificate *issuer);
bool crl_signed_by(const struct crl *c, const struct public_key *key);

/* Whether the serial, content octets of an INTEGER, is listed; compared as a number. Reads the whole list. */
bool crl_lists(const struct crl *c, struct span serial);

/*
 * For lists that are asked often: the serial numbers in order, for a search by halves. sorted has crl_count
 * places; its spans point into the list.
 */
size_t crl_count(const struct crl *c);
void crl_sort(const struct crl *c, struct span *sorted);
bool crl_sorted_lists(const struct span *sorted, size_t n, struct span serial);

#endif
