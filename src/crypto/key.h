/*
 * Keys and signatures of documents (OpenSSL): RSA PKCS #1 v1.5, RSA-PSS, ECDSA over the NIST and brainpool
 * curves, EdDSA over edwards25519 and edwards448, and ECDH, also on curve25519 and curve448. A public_key is
 * prepared once, immutable afterwards, and may be used by several threads.
 */
#ifndef SERAI_CRYPTO_KEY_H
#define SERAI_CRYPTO_KEY_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"
#include "crypto/digest.h"

struct public_key;
struct private_key;

/* X25519 and X448 agree on secrets and sign nothing; they come from COSE keys and private keys only. */
enum key_kind { KEY_RSA, KEY_EC, KEY_ED25519, KEY_ED448, KEY_X25519, KEY_X448 };

enum curve {
    CURVE_P224,
    CURVE_P256,
    CURVE_P384,
    CURVE_P521,
    CURVE_BP192,
    CURVE_BP224,
    CURVE_BP256,
    CURVE_BP320,
    CURVE_BP384,
    CURVE_BP512,
    CURVE_NONE,
};

enum sig_scheme {
    SIG_ECDSA_RAW /* r || s, each as long as the order */,
    SIG_ECDSA_DER,
    SIG_RSA_PKCS1,
    SIG_RSA_PSS,
    SIG_EDDSA /* RFC 8032, over the message itself: the digest says nothing */
};

struct sig_alg {
    enum sig_scheme scheme;
    enum digest_alg digest;
    enum digest_alg mgf; /* PSS: hash of MGF1 */
    uint16_t salt;       /* PSS: length in bytes */
};

/*
 * SubjectPublicKeyInfo (RFC 5280 4.1.2.7). Explicit EC parameters are accepted only when every one of them is
 * that of a known named curve (CVE-2020-0601, CVE-2022-0778). Free with public_key_free. On failure reason is
 * "key-not-supported" (undetermined) or "der" / "key" (malformed).
 */
MUST_USE bool public_key_from_spki(struct span der, struct public_key **ret, struct why *w);
/* The same without a copy: der must outlive the key. */
MUST_USE bool public_key_borrow_spki(struct span der, struct public_key **ret, struct why *w);
void public_key_free(struct public_key *k); /* NULL allowed */

/*
 * Keys of one request, in its arena and without a copy: der, point and octets must outlive them. Instead of
 * public_key_free they take public_key_clear, which lets go of what verification prepared.
 */
MUST_USE bool public_key_place_spki(struct span der, struct arena *a, struct public_key **ret, struct why *w);
/* A point as SEC 1 2.3.3 writes it, compressed or not. Reason "key" when it is not on the curve. */
MUST_USE bool public_key_place_point(enum curve c, struct span point, struct arena *a,
                                     struct public_key **ret, struct why *w);
/* KEY_ED25519 or KEY_ED448 (RFC 8032 5.1.5, 5.2.5), KEY_X25519 or KEY_X448 (RFC 7748 5). Reason "key" for
 * another length. */
MUST_USE bool public_key_place_edwards(enum key_kind kind, struct span octets, struct arena *a,
                                       struct public_key **ret, struct why *w);
void public_key_clear(struct public_key *k); /* NULL allowed */

/*
 * What verification with a key has prepared, held apart from it for others of the same bytes. Holders are
 * counted: each lets go by itself, in any thread. Empty when .prepared is NULL, as it is for RSA.
 */
struct key_share {
    enum key_kind kind;
    enum curve curve;
    void *prepared;
};
/* Of a key that is in use: prepares it when nothing was verified with it yet. */
struct key_share public_key_share(const struct public_key *k);
struct key_share key_share_hold(const struct key_share *s);
void key_share_drop(struct key_share *s); /* leaves it empty; empty allowed */
/*
 * As public_key_place_spki, without reading der again: it has the very bytes of the key that was shared.
 * Takes the share over, also when it is false for lack of room.
 */
MUST_USE bool public_key_place_share(struct span der, struct key_share *s, struct arena *a,
                                     struct public_key **ret);

enum key_kind public_key_kind(const struct public_key *k);
enum curve public_key_curve(const struct public_key *k); /* CURVE_NONE unless KEY_EC */
size_t public_key_bits(const struct public_key *k);
/* Bytes of r or s: those of the group order. 0 unless KEY_EC. */
size_t public_key_order_bytes(const struct public_key *k);

/* Verifies sig over a digest that was computed with alg->digest. False with reason "signature" when it does
 * not hold, also for r or s outside [1, n-1] and for a scheme that does not fit the key ("algorithm"). Reason
 * "key-not-supported": this build cannot verify with such a key (wasm/key.c), and nothing is said of the
 * signature. Never allocates on behalf of hostile lengths. */
MUST_USE bool signature_verify(const struct public_key *k, const struct sig_alg *alg, const struct digest *d,
                               struct span sig, struct why *w);

/*
 * The same over the concatenation of the parts. Hashed part by part; EdDSA, which reads its message twice,
 * takes room for it from scratch. Reason "too-large" when there is none.
 */
MUST_USE bool signature_verify_parts(const struct public_key *k, const struct sig_alg *alg,
                                     const struct span *part, size_t n, struct span sig,
                                     struct arena *scratch, struct why *w);
/* Bytes of a signature of that scheme under the key; 0: it does not fit, or lengths vary. */
size_t signature_bytes(const struct public_key *k, enum sig_scheme scheme);

/* Doc 9303-13 and BSI TR-03137: the digest that goes with an ECDSA key, by the size of its field. */
enum digest_alg digest_for_curve(enum curve c);
const char *curve_name(enum curve c); /* "brainpoolP256r1" */

/* Private keys: for members' own signers and for tests. PKCS #8, PEM or DER. */
MUST_USE bool private_key_load(struct span pem_or_der, struct private_key **ret, struct why *w);
MUST_USE bool private_key_generate(enum curve c, struct private_key **ret, struct why *w);
/* The same for Ed25519, Ed448, X25519 and X448 keys as well (RFC 8410), which mobile licences and their
 * devices may have. private_key_load refuses those: seals and chips have none. */
MUST_USE bool private_key_load_any(struct span pem_or_der, struct private_key **ret, struct why *w);
/* Not KEY_RSA, not KEY_EC. */
MUST_USE bool private_key_generate_kind(enum key_kind kind, struct private_key **ret, struct why *w);
enum key_kind private_key_kind(const struct private_key *k);
void private_key_pem(const struct private_key *k, struct buffer *out);  /* unencrypted PKCS #8 */
void private_key_spki(const struct private_key *k, struct buffer *out); /* DER of the public half */
enum curve private_key_curve(const struct private_key *k);              /* CURVE_NONE unless KEY_EC */
void private_key_free(struct private_key *k);
/* ECDH (SP 800-56A 5.7.1.2; RFC 7748 6): the first coordinate of the shared point, n bytes of the field.
 * False with reason "algorithm" when the keys are not on one curve, "key" when the other is of small order.
 * Wipe out afterwards. */
enum { SHARED_SECRET_MAX = 66 };
MUST_USE bool private_key_agree(const struct private_key *k, const struct public_key *other,
                                uint8_t out[SHARED_SECRET_MAX], size_t *n, struct why *w);
/* Signs a digest; SIG_ECDSA_RAW or SIG_ECDSA_DER. */
MUST_USE bool signature_make(const struct private_key *k, enum sig_scheme scheme, const struct digest *d,
                             struct buffer *out, struct why *w);
/* The counterpart of signature_verify_parts: EC keys with SIG_ECDSA_RAW or SIG_ECDSA_DER, Ed25519 and Ed448
 * with SIG_EDDSA, which takes room for the message from scratch. */
MUST_USE bool signature_make_parts(const struct private_key *k, const struct sig_alg *alg,
                                   const struct span *part, size_t n, struct arena *scratch,
                                   struct buffer *out, struct why *w);

#endif
