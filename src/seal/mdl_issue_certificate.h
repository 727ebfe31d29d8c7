/* Makes certificates of the licence trust model (ISO/IEC 18013-5 Annex B, C.1.7.2): for members without an
 * authority of their own, for the bloc's list, for demonstrations. */
#ifndef SERAI_SEAL_MDL_ISSUE_CERTIFICATE_H
#define SERAI_SEAL_MDL_ISSUE_CERTIFICATE_H

#include "base/buffer.h"
#include "seal/mdl_certificate.h"

struct mdl_certificate_order {
    enum mdl_role role;
    const char *country;      /* two capital letters */
    const char *state;        /* stateOrProvinceName; NULL: none */
    const char *organization; /* NULL: none */
    const char *common_name;
    uint64_t serial; /* not 0 */
    unix_time not_before, not_after;
    const char *authority_url; /* issuerAltName: how the authority is reached */
    const char *crl_url;       /* CRL distribution point */
};

/*
 * Appends the DER certificate of subject's SubjectPublicKeyInfo. issuer_der empty: self-signed by issuer_key,
 * whose public half must then be it. What comes out passes mdl_certificate_check in the strict profile; an
 * order that would not is refused with its reason, or "request".
 */
MUST_USE bool mdl_certificate_issue(const struct mdl_certificate_order *order, struct span subject_spki,
                                    const struct private_key *issuer_key, struct span issuer_der,
                                    struct buffer *out, struct why *w);

#endif
