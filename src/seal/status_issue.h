/*
 * Makes status tokens (draft-ietf-oauth-status-list; ISO/IEC 18013-5 2nd edition 12.3.6): for members without
 * an issuer of their own, for demonstrations.
 */
#ifndef SERAI_SEAL_STATUS_ISSUE_H
#define SERAI_SEAL_STATUS_ISSUE_H

#include "seal/status_list.h"

struct status_order {
    enum status_kind kind;
    bool json; /* as a JWT; of status lists only */
    struct span uri;
    unix_time issued, expires;
    uint64_t ttl; /* seconds; 0: not said */
    /* STATUS_LIST: one bit for licences (other_documents: 1, 2, 4 or 8). */
    struct status_values values;
    bool other_documents;
    /* STATUS_IDENTIFIERS: those that are revoked. */
    const struct span *identifier;
    size_t n_identifiers;
};

/*
 * Appends the token signed by key, whose certificate (DER) signer is: a CWT with tag 18 and the certificate
 * protected, or a JWT. What comes out passes status_list_verify in the strict profile; what would not is
 * refused with the same reasons: the signer's certificate (CERT_*), a key that is not its key (COSE_ALG_KEY),
 * no address (STATUS_SUB), ends before it begins (STATUS_STRUCT), STATUS_BITS, STATUS_TOO_LARGE, an
 * identifier twice (CBOR_DUPKEY).
 */
MUST_USE bool status_issue(const struct status_order *o, const struct private_key *key, struct span signer,
                           struct arena *a, struct buffer *out, struct why *w);

/* Room for n values of that many bits, all 0; STATUS_BITS, STATUS_TOO_LARGE. */
MUST_USE bool status_values_make(unsigned bits, uint64_t n, struct arena *a, uint8_t **ret,
                                 struct status_values *out, struct why *w);
/* Writes one of them: STATUS_INDEX past the end, STATUS_BITS for a value of more bits. */
MUST_USE bool status_values_set(const struct status_values *v, uint8_t *data, uint64_t index, unsigned value,
                                struct why *w);

#endif
