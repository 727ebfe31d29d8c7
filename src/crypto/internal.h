/* Between the files of crypto/ only. */
#ifndef SERAI_CRYPTO_INTERNAL_H
#define SERAI_CRYPTO_INTERNAL_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "crypto/key.h"

/* What explicit parameters are compared with; each as written on the wire, of fixed length. */
struct known_curve {
    enum curve id;
    size_t field, order; /* bytes */
    size_t bits;         /* of the field */
    uint8_t p[66], a[66], b[66], g[133], n[66];
    EC_GROUP *group;
};

/* Never fails for id < CURVE_NONE; made at the first use and never changed. */
const struct known_curve *curve_known(enum curve id);

/* By the content octets of the OBJECT IDENTIFIER; CURVE_NONE when unknown. */
enum curve curve_by_oid(struct span oid);
int curve_nid(enum curve id);
enum curve curve_by_nid(int nid);

/* ECParameters as content of a SEQUENCE (SEC 1 C.2): the curve with exactly these parameters. False with
 * reason "key-not-supported" when there is none, "key" when it cannot be read. */
MUST_USE bool curve_explicit(struct span parameters, size_t offset, enum curve *out, struct why *w);

/* Whether the encoded point is on the curve and not at infinity (RFC 5480 2.2). */
MUST_USE bool ec_point_valid(enum curve id, struct span point);

/* An EC public key over OpenSSL's low-level interface, of a point that is valid; only read afterwards. */
/* For a point not looked at yet; NULL when it is not valid. */
EC_KEY *ec_key_of_point(enum curve id, struct span point);
EC_KEY *ec_key_make(enum curve id, struct span point);
void ec_key_hold(EC_KEY *k); /* one more to free */
void ec_key_free(EC_KEY *k);
/* r and s were checked to be within [1, n-1]. */
MUST_USE bool ec_key_verify(const EC_KEY *k, const struct digest *d, struct span r, struct span s);

/* The secret of a private key on that curve and a public one: the field's bytes. */
MUST_USE bool ec_key_agree(EVP_PKEY *own, const EC_KEY *other, uint8_t *out, size_t n);

/* Of a public_key; NULL unless KEY_EC. */
const EC_KEY *public_key_ec(const struct public_key *k);

/* EdDSA and X25519, X448 keys: octets of the right length. */
EVP_PKEY *edwards_make(enum key_kind kind, struct span octets);
/* "ED25519": what OpenSSL calls the kind; NULL for RSA and EC. */
const char *edwards_name(enum key_kind kind);
MUST_USE bool edwards_verify(EVP_PKEY *k, struct span message, struct span sig);
MUST_USE bool edwards_sign(EVP_PKEY *k, struct span message, uint8_t *sig, size_t *n);
/* RFC 7748 6: false when the secret is all zero. n bytes. */
MUST_USE bool montgomery_agree(EVP_PKEY *own, EVP_PKEY *other, uint8_t *out, size_t n);

/* The parts as one message, from the arena; false past its ceiling. */
MUST_USE bool message_of_parts(const struct span *part, size_t n, struct arena *a, struct span *out);
/* Of a public_key that is neither RSA nor EC; else NULL. */
EVP_PKEY *public_key_edwards(const struct public_key *k);

/* Modulus without leading zeros, and exponent. */
struct rsa_numbers {
    struct span n;
    uint64_t e;
};

/* n and e are content octets of INTEGERs. Reason "key" or "key-not-supported". */
MUST_USE bool rsa_numbers_check(struct span n, struct span e, struct rsa_numbers *out, struct why *w);
size_t rsa_bits(struct span modulus);

/* What OpenSSL needs for them; only read afterwards. */
struct rsa_key;
struct rsa_key *rsa_key_make(const struct rsa_numbers *r);
void rsa_key_free(struct rsa_key *k);
MUST_USE bool rsa_key_verify(const struct rsa_key *k, const struct sig_alg *alg, const struct digest *d,
                             struct span sig, struct why *w);

#endif
