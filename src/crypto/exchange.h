/*
 * Key agreement with a chip (Doc 9303-11 9.5, 9.6): Diffie-Hellman over prime fields and over elliptic
 * curves, and the mappings of PACE that give a group another generator. What the other side sends is
 * validated before a secret meets it: a point off the curve or outside the subgroup never reaches a
 * multiplication.
 */
#ifndef SERAI_CRYPTO_EXCHANGE_H
#define SERAI_CRYPTO_EXCHANGE_H

#include "base/why.h"
#include "crypto/cipher.h"

/* Fills p with n random bytes. An argument, so that published examples can be followed to the byte. */
typedef void (*random_fn)(void *p, size_t n);

enum exchange_kind { EXCHANGE_DH, EXCHANGE_ECDH };

/* A group and a generator. Changed by the mappings only; owned by one thread. */
struct domain;

enum { EXCHANGE_MAX = 512, EXCHANGE_STANDARD_IDS = 32 };

/* A number or a point as octets, big endian. Wipe it where it holds a secret. */
struct octets {
    size_t n;
    uint8_t b[EXCHANGE_MAX];
};

static inline struct span octets_span(const struct octets *o)
{
    return span_of(o->b, o->n);
}

/* Standardized domain parameters by their id (9.5.1): 0..2 RFC 5114, 8..18 NIST and brainpool. Reason
 * "key-not-supported". Free with domain_free. */
MUST_USE bool domain_standard(unsigned id, struct domain **ret, struct why *w);

/*
 * SubjectPublicKeyInfo of a chip's static key (9.2.6): standardized parameters, a curve by name or by its
 * parameters (only those of a known curve), or a prime field by its parameters, of 1024 to 4096 bits. The key
 * is validated and given in the form in which exchange_secret takes it. Reason "key-not-supported", "key" or
 * "der". Free the domain with domain_free.
 */
MUST_USE bool domain_from_spki(struct span spki, struct domain **ret, struct octets *key, struct why *w);

/* The group alone, from an AlgorithmIdentifier (9.5.2). Reasons as above. */
MUST_USE bool domain_from_algorithm(struct span algorithm, struct domain **ret, struct why *w);

void domain_free(struct domain *d); /* NULL allowed */

enum exchange_kind domain_kind(const struct domain *d);
/* Bytes of an element of the field: the length of a shared secret. */
size_t domain_bytes(const struct domain *d);
/* The same group, whatever the generators. */
bool domain_same(const struct domain *a, const struct domain *b);
/* "brainpoolP256r1", "DH 2048/224" */
const char *domain_name(const struct domain *d);

/* A private key, uniform over 1 to q - 1, from random bytes (FIPS 186-4 B.4.1). */
void exchange_private(const struct domain *d, random_fn random, struct octets *out);
/* The public key that goes with it under the domain's generator: an uncompressed point, or a number without
 * leading zeros (9.4.1). */
void exchange_public(const struct domain *d, const struct octets *private, struct octets *out);

/* Whether the octets are a valid public key: on the curve and not at infinity; for prime fields from 2 to
 * p - 2 and, where the order is known, in the subgroup (RFC 2631 2.1.5). Reason "public-key". */
MUST_USE bool exchange_check(const struct domain *d, struct span public, struct why *w);

/* The shared secret as octets of the field's length: of a point its first coordinate. Reason "public-key". */
MUST_USE bool exchange_secret(const struct domain *d, const struct octets *private, struct span public,
                              struct octets *out, struct why *w);

/* private times the point public, in full: for the check of chip authentication data (4.4.3.5.2). private may
 * be any number from 1 to q - 1; curves only. Reason "public-key". */
MUST_USE bool exchange_multiply(const struct domain *d, struct span private, struct span public,
                                struct octets *out, struct why *w);

/* Generic mapping (4.4.3.3.1): nonce * G + H, H shared with the other side's mapping key. Reason
 * "public-key". */
MUST_USE bool domain_map_generic(struct domain *d, struct span nonce, const struct octets *private,
                                 struct span public, struct why *w);

/* Whether integrated mapping is defined for this group: not for P-224 (9.5.1). */
bool domain_maps_integrated(const struct domain *d);

/*
 * Integrated mapping (4.4.3.3.2, appendix B): the generator is what the nonces of both sides lead to. nonce
 * has the smallest number of whole blocks that holds a key of alg, other has the size of a key. Reason
 * "nonce".
 */
MUST_USE bool domain_map_integrated(struct domain *d, enum cipher_alg alg, struct span nonce,
                                    struct span other, struct why *w);

/* The generator as octets; for tests. */
void domain_generator(const struct domain *d, struct octets *out);

#endif
