/*
 * COSE_Sign1 and COSE_Mac0 (RFC 9052) read in place, and what they prove. Structure first (STRUCT, CBOR_*),
 * then the form a profile asks for, then the certificates, then the proof: each step by itself, so that a
 * caller can report them in its own order. Reasons are those of licences: COSE_PAYLOAD, COSE_ALG, COSE_CRIT,
 * CERT_AMBIGUOUS, CERT_MISSING, CERT_X5T, COSE_ALG_KEY, COSE_SIG_LEN, KEY_UNSUPPORTED, COSE_SIG.
 */
#ifndef SERAI_SEAL_COSE_H
#define SERAI_SEAL_COSE_H

#include "crypto/key.h"
#include "wire/cbor.h"

enum cose_kind { COSE_SIGN1, COSE_MAC0 };
enum cose_tagging { COSE_UNTAGGED, COSE_TAGGED, COSE_EITHER };

enum cose_alg {
    COSE_ALG_UNUSABLE = 0, /* absent, unprotected, text, or none of these */
    COSE_HMAC_256 = 5,
    COSE_ES256 = -7,
    COSE_EDDSA = -8,
    COSE_ES384 = -35,
    COSE_ES512 = -36,
    COSE_PS256 = -37, /* with RSA keys (RFC 8230 2): of health certificates, refused by cose_check_form */
};

struct cose {
    const uint8_t *base; /* offsets count from here */
    enum cose_kind kind;
    bool tagged;
    struct span all;              /* with the tag */
    struct span protected_header; /* content of the byte string: a map, or nothing */
    struct span unprotected_header;
    bool detached; /* payload null */
    struct span payload;
    struct span proof;   /* signature or authentication tag */
    enum cose_alg alg;   /* of the protected header */
    const uint8_t *crit; /* where crit (2) is, in either header; NULL: absent */
    /* Items; empty when absent. */
    struct span type;                               /* typ (16, RFC 9596), protected */
    struct span chain_protected, chain_unprotected; /* x5chain (33, RFC 9360) */
    struct span x5t;                                /* 34, the protected one first */
    struct span kid_protected, kid_unprotected;     /* 4 */
};

/*
 * item is one CBOR item that cbor_check has passed, alone or with what it lies in; the protected header is
 * checked here. x5chain must be a byte string or an array of them; null is none. nonpreferred as for
 * cbor_check, added to. Reason STRUCT or CBOR_*; offsets count from base.
 */
MUST_USE bool cose_parse(struct span item, const uint8_t *base, enum cose_kind kind,
                         enum cose_tagging tagging, size_t *nonpreferred, struct arena *scratch,
                         struct cose *out, struct why *w);

/* COSE_PAYLOAD (there although it must be detached, or the reverse), COSE_ALG (none that goes with the kind),
 * COSE_CRIT (nothing critical is understood), in this order. */
MUST_USE bool cose_check_form(const struct cose *c, bool detached, struct why *w);

/*
 * The certificates of x5chain, the signer's first: at most max of *n. Both headers may have it when they
 * say the same. CERT_AMBIGUOUS, CERT_MISSING (also for an empty one).
 */
MUST_USE bool cose_chain(const struct cose *c, struct span *out, size_t max, size_t *n, struct why *w);

/* x5t, when there is one, is the hash of the certificate: SHA-256, SHA-384 or SHA-512 (RFC 9360 2). CERT_X5T.
 */
MUST_USE bool cose_check_x5t(const struct cose *c, struct span certificate, struct why *w);

/*
 * The kid names the certificate as EU health certificates do: the first eight bytes of its SHA-256. One in
 * the protected header decides; only where there is none the unprotected one counts. CERT_KID, also when
 * there is no kid at all.
 */
MUST_USE bool cose_check_kid(const struct cose *c, struct span certificate, struct why *w);

/* What is signed when the payload is detached, in parts; else NULL, and the attached payload is. */
struct cose_content {
    const struct span *part;
    size_t n; /* at most COSE_PARTS */
};
enum { COSE_PARTS = 8 };

/*
 * The signature of a COSE_Sign1 over Sig_structure (RFC 9052 4.4), hashed in parts. COSE_ALG_KEY (alg does
 * not go with the curve of the key), COSE_SIG_LEN, KEY_UNSUPPORTED (this build cannot tell), and bad, for
 * example "COSE_SIG", when it does not hold.
 */
MUST_USE bool cose_verify(const struct cose *c, const struct public_key *key, struct span external_aad,
                          const struct cose_content *detached, struct arena *scratch, const char *bad,
                          struct why *w);

/* The tag of a COSE_Mac0 (RFC 9052 6.3), in full: 32 bytes. Reason bad. */
MUST_USE bool cose_verify_mac(const struct cose *c, struct span key, struct span external_aad,
                              const struct cose_content *detached, const char *bad, struct why *w);

/* The digest that goes with an ECDSA alg, and whether alg is one for this key (RFC 9053 2.1; ISO/IEC 18013-5
 * 12.3.4 for brainpool). */
MUST_USE bool cose_alg_fits(enum cose_alg alg, const struct public_key *key, struct sig_alg *out);
/* "ES256" */
const char *cose_alg_name(enum cose_alg alg);

/* COSE_Key (RFC 9053 7): public keys on curves. */
struct cose_key {
    int64_t kty, crv;
    struct span x, y;
    bool has_y, y_is_sign, y_sign; /* y a coordinate, or the sign bit of a compressed point */
    bool extra; /* a private key, or a parameter that RFC 9052 7.1 does not have, is there as well */
};

/* A map checked by cbor_check. Reason STRUCT: no map, or a label twice or of another type. What is missing or
 * of an unexpected type stays zero and is found by cose_key_public. */
MUST_USE bool cose_key_parse(struct span map, const uint8_t *base, struct cose_key *out, struct why *w);
/* The key, with public_key_place_*: take public_key_clear. Reason bad for a curve that is unknown, a
 * coordinate of another length than the field's, a point off the curve. */
MUST_USE bool cose_key_public(const struct cose_key *k, struct arena *a, struct public_key **ret,
                              const char *bad, struct why *w);

#endif
