/* Makes certificates of country signers and seal signers (Doc 9303-12 7.1). */
#ifndef SERAI_SEAL_ISSUE_CERTIFICATE_H
#define SERAI_SEAL_ISSUE_CERTIFICATE_H

#include "base/buffer.h"
#include "base/date.h"
#include "crypto/key.h"

enum certificate_role {
    CERTIFICATE_COUNTRY_SIGNER, /* CSCA: certifies the others */
    CERTIFICATE_SEAL_SIGNER,    /* VDS: subject C and CN make up the signer identifier, the serial is the
                                   reference */
    CERTIFICATE_VDSNC_SIGNER,   /* VDS-NC: purpose 2.23.136.1.1.14.2 */
    CERTIFICATE_DOCUMENT_SIGNER,
    CERTIFICATE_LIST_SIGNER, /* master lists: purpose 2.23.136.1.1.3 */
};

struct certificate_order {
    enum certificate_role role;
    const char *country;      /* two capital letters */
    const char *organization; /* NULL: none */
    const char *common_name;  /* seal signer: two characters */
    uint64_t serial;          /* not 0 */
    unix_time not_before, not_after;
    const char *document_types; /* documentType (2.23.136.1.1.6.2), separated by blanks: "NV"; NULL: none */
};

/*
 * Appends the DER certificate of subject's public half to out. issuer_der empty: self-signed by issuer_key,
 * which must then be subject. ECDSA with the digest of the issuer's curve. False with reason "request" when
 * the order makes no sense, or with that of the signature. Does not ask whether the issuer is still valid.
 */
MUST_USE bool certificate_issue(const struct certificate_order *order, const struct private_key *subject,
                                const struct private_key *issuer_key, struct span issuer_der,
                                struct buffer *out, struct why *w);

/* "-----BEGIN CERTIFICATE-----" in lines of 64 characters (RFC 7468). */
void certificate_pem(struct span der, struct buffer *out);

#endif
