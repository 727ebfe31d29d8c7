/*
 * Signatures of playbooks (CACAO 2.0, signature; JSON Signature Scheme): the playbook with the one signature
 * in it, without its value and without all other signatures, in canonical form (RFC 8785), hashed with
 * SHA-256; the digest is signed with Ed25519. Countersignatures are not read.
 */
#ifndef SERAI_CACAO_SIGN_H
#define SERAI_CACAO_SIGN_H

#include "cacao/cacao.h"
#include "crypto/signer.h"

/* Who signs, and when. */
struct cacao_signing {
    struct span id;         /* "jss--UUID", made by the caller */
    struct span created_by; /* "identity--UUID"; empty: not said */
    struct span signee;     /* a person or an organisation */
    unix_time at;
};

/*
 * Appends the text of the playbook with one more signature to out; not a byte of the rest is changed. Reasons
 * "secret" (it holds a secret in clear), "shape" (it is no playbook), "revoked", those of the signer.
 */
MUST_USE bool cacao_sign(const struct cacao *c, const struct cacao_signing *s, const struct signer *key,
                         struct buffer *out, struct why *w);

enum cacao_proof {
    CACAO_GENUINE,      /* the key in it made this signature over this version */
    CACAO_FORGED,       /* the playbook or the signature was changed */
    CACAO_UNDETERMINED, /* another algorithm, or no public key in it */
    CACAO_WITHDRAWN,    /* genuine, and revoked by who made it */
};
/* "genuine" */
const char *cacao_proof_word(enum cacao_proof p);

/* A signature as it stands there; spans are empty where a member is missing. */
struct cacao_signature {
    json_ref at;
    struct span id, signee, created;
    enum cacao_proof proof;
    const char *says; /* why; static */
    bool has_key;
    uint8_t key[NODE_PUBLIC_KEY];
};

/* Up to LIMIT_CACAO_SIGNATURES; whose a key is stays to be told by the caller. False: the arena is full. */
MUST_USE bool cacao_verify(const struct cacao *c, struct cacao_signature **out, uint32_t *n, struct why *w);

#endif
