/*
 * Issuing a mobile licence, or any other document of ISO/IEC 18013-5: elements in, IssuerSigned out. What
 * strict verification would refuse is not issued, for the same reason and under the same name.
 */
#ifndef SERAI_SEAL_MDOC_ISSUE_H
#define SERAI_SEAL_MDOC_ISSUE_H

#include "base/buffer.h"
#include "crypto/exchange.h"
#include "seal/mdoc.h"

#define MDL_DOC_TYPE   "org.iso.18013.5.1.mDL"
#define MDL_NAME_SPACE "org.iso.18013.5.1"

struct mdoc_issue_element {
    struct span ns, id;
    struct span value; /* one CBOR item */
};

struct mdoc_issue_order {
    struct span doc_type;
    const struct mdoc_issue_element *element; /* in any order */
    size_t n;
    enum digest_alg digest; /* SHA-256, SHA-384 or SHA-512 */
    struct span device_key; /* COSE_Key; only its public part goes into the document */
    const struct mdoc_authorization *authorization; /* what the device may sign itself */
    size_t n_authorizations;
    unix_time signed_at, valid_from, valid_until;
    unix_time expected_update; /* 0: not said */
    struct mdoc_status status; /* where revocation can be asked */
};

struct mdoc_issuer {
    const struct private_key *key;
    struct span certificate; /* of the document signer, DER */
    struct span authority;   /* IACA certificate, DER: not sent, looked at */
    bool x5t;                /* as in struct cose_signer */
};

/*
 * Appends IssuerSigned. Identifiers of digests are a random permutation, so that they tell nothing of what
 * else there is; each element has 32 random bytes. The same random bytes give the same document, but for
 * an ECDSA signature.
 *
 * Reasons are those of mdoc_verify in the strict profile at valid_from, in its order (ELEMENT_DUP, CERT_*,
 * COSE_ALG_KEY, COSE_SIG: not its key, MSO_VALIDITY, COUNTRY_MISMATCH, …); besides: DEVICE_KEY, DIGEST_ALG,
 * WARN_UNTIL_AFTER_DS (a licence ends with the certificate of its signer at the latest), STRUCT and CBOR_*
 * for what is no CBOR item or no name, and for a driving licence DATA_* and SIGN_MISMATCH, LICENCE_EXPIRED,
 * CATEGORY_DUP of what it says (wire/licence_data.h), DATA_MISSING for a mandatory element (13.4.2).
 * Categories and codes that are not known, and privileges that have not begun or are over, are findings.
 */
MUST_USE bool mdoc_issue(const struct mdoc_issue_order *o, const struct mdoc_issuer *by, random_fn random,
                         struct arena *a, struct buffer *out, struct findings *f, struct why *w);

#endif
