/* Makes a master list (Doc 9303-12 9): country signers, signed by a State's list signer. */
#ifndef SERAI_SEAL_ISSUE_LIST_H
#define SERAI_SEAL_ISSUE_LIST_H

#include "base/buffer.h"
#include "base/date.h"
#include "crypto/key.h"

struct list_order {
    const struct span *certificate; /* DER, any order; each once */
    size_t n;
    struct span signer;  /* certificate of the list signer: purpose 2.23.136.1.1.3, with a key identifier */
    struct span country; /* certificate that certified it; empty: not enclosed */
    unix_time signing_time;
};

/*
 * Appends a ContentInfo: SignedData version 3 over CscaMasterList version 0, certificates in DER order, the
 * signer named by key identifier, ECDSA with the digest of its curve. Everything but the signature value
 * depends on the order alone. Reason "request" when the signer's certificate is none for lists or not of that
 * key, or that of the signature.
 */
MUST_USE bool master_list_issue(const struct list_order *o, const struct private_key *key, struct buffer *out,
                                struct why *w);

#endif
