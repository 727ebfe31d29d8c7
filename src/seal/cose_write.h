/*
 * COSE_Sign1, COSE_Mac0 and COSE_Key (RFC 9052, RFC 9053) written in their preferred form: what seal/cose.h
 * reads.
 */
#ifndef SERAI_SEAL_COSE_WRITE_H
#define SERAI_SEAL_COSE_WRITE_H

#include "base/buffer.h"
#include "seal/cose.h"

/* The signature algorithm that goes with the key; COSE_ALG_UNUSABLE: none does. */
enum cose_alg cose_alg_of(const struct private_key *key);

struct cose_signer {
    const struct private_key *key;
    const struct span *chain; /* x5chain in the unprotected header, the signer's first; n 0: none */
    size_t n_chain;
    bool x5t; /* and the SHA-256 of the first in the protected one (RFC 9360 2) */
};

/*
 * Untagged; attached: content is the payload, else that is null. Reasons: "COSE_ALG_KEY" (the key signs
 * nothing here), those of signing, "too-large".
 */
MUST_USE bool cose_sign1_put(struct buffer *b, const struct cose_signer *s,
                             const struct cose_content *content, bool attached, struct arena *scratch,
                             struct why *w);
/* HMAC 256/256 with a detached payload. */
void cose_mac0_put(struct buffer *b, const uint8_t key[32], const struct cose_content *content);

/*
 * The COSE_Key of a SubjectPublicKeyInfo, Ed25519, Ed448, X25519 and X448 (RFC 8410) included: kty, crv and
 * the coordinates, nothing else. Reason "DEVICE_KEY" for any other, and for a point off its curve.
 */
MUST_USE bool cose_key_put_spki(struct buffer *b, struct span spki, struct arena *scratch, struct why *w);
/* The same of a key that was read, which drops everything private or unknown in it. */
MUST_USE bool cose_key_put(struct buffer *b, const struct cose_key *k, struct arena *scratch, struct why *w);

#endif
