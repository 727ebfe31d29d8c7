/*
 * CMS SignedData (RFC 5652) with one signer, as chips and master lists have it. Reading proves nothing:
 * content may be used only after cms_verify.
 */
#ifndef SERAI_SEAL_CMS_H
#define SERAI_SEAL_CMS_H

#include "base/arena.h"
#include "seal/certificate.h"

enum { CMS_CERTIFICATES = 16 };

struct cms {
    struct span content_type; /* eContentType, content octets of the OBJECT IDENTIFIER */
    struct span content;      /* joined when it came in pieces; then it lives in the arena */
    size_t n_certificates;
    struct span certificate[CMS_CERTIFICATES];
    struct span issuer, serial; /* how the signer is named: a Name and content octets, */
    struct span ski;            /* or a key identifier */
    enum digest_alg digest;     /* of the content */
    struct sig_alg sig_alg;     /* of the attributes, from SignerInfo, never from a certificate */
    struct span attributes;     /* content octets of signedAttrs */
    struct span message_digest;
    bool has_signing_time;
    unix_time signing_time;
    struct span signature;
    size_t indefinite; /* how many indefinite lengths (BER) */
};

/*
 * in is a ContentInfo and nothing after it. SignedData version 3, at least one digest algorithm, exactly one
 * SignerInfo, signed attributes with content-type equal to eContentType and message-digest, each once.
 * Indefinite lengths and content in pieces are read; certificates and signed attributes must be DER. Reason
 * "der", "cms", "too-large" (malformed), or "algorithm-not-supported" (undetermined).
 */
MUST_USE bool cms_parse(struct span in, struct arena *a, struct cms *out, struct findings *f, struct why *w);

/*
 * How the SignerInfo names a certificate. It is not covered by the signature: the same parts in another order
 * (MY) name it still; other letters or another kind of string are a change that nobody signed.
 */
enum cms_match { CMS_OTHER, CMS_SAME, CMS_REORDERED, CMS_ALMOST /* names_equal only */ };

/* Whether the certificate is the one that the SignerInfo names. */
enum cms_match cms_names(const struct cms *c, const struct certificate *signer);

/* message-digest equals the digest of the content. */
bool cms_digest_holds(const struct cms *c);

/* The signature over the attributes, re-tagged as SET OF (RFC 5652 5.4), holds under the key. Says nothing
 * about the content: ask cms_digest_holds as well. Reason as signature_verify. */
MUST_USE bool cms_signature_holds(const struct cms *c, const struct public_key *key, struct why *w);

#endif
