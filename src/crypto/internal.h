/* Between the files of crypto/ only. */
#ifndef SERAI_CRYPTO_INTERNAL_H
#define SERAI_CRYPTO_INTERNAL_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>

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

/* An EC public key over OpenSSL's low-level interface. NULL with reason "key" when the point is not on the
 * curve. */
EC_KEY *ec_key_make(enum curve id, struct span point, struct why *w);
void ec_key_free(EC_KEY *k);
/* r and s were checked to be within [1, n-1]. */
MUST_USE bool ec_key_verify(const EC_KEY *k, const struct digest *d, struct span r, struct span s);

struct rsa_key;
/* n and e are content octets of positive INTEGERs. */
struct rsa_key *rsa_key_make(struct span n, struct span e, struct why *w);
void rsa_key_free(struct rsa_key *k);
size_t rsa_key_bits(const struct rsa_key *k);
MUST_USE bool rsa_key_verify(const struct rsa_key *k, const struct sig_alg *alg, const struct digest *d,
                             struct span sig, struct why *w);

#endif
