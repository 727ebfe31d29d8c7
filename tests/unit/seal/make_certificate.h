/* Certificates of our own making, as odd as real ones and odder: any name, serial number, key and signature.
 */
#ifndef SERAI_TESTS_MAKE_CERTIFICATE_H
#define SERAI_TESTS_MAKE_CERTIFICATE_H

#include <openssl/evp.h>

#include "base/arena.h"
#include "crypto/digest.h"

enum sign_how { SIGN_ECDSA, SIGN_RSA, SIGN_RSA_NO_NULL, SIGN_PSS };

struct signing {
    EVP_PKEY *key;
    enum sign_how how;
    enum digest_alg digest;
    int salt; /* PSS */
};

/* AlgorithmIdentifier of such a signature, and the signature itself. */
struct span signing_algorithm(const struct signing *s, struct arena *a);
struct span signing_make(const struct signing *s, struct span message, struct arena *a);

EVP_PKEY *key_rsa(unsigned bits, unsigned exponent);
EVP_PKEY *key_ec(const char *curve, bool explicit_parameters);
struct span key_spki(EVP_PKEY *k, struct arena *a);

/* Name of C and CN; tags of the strings as given. */
struct span name_make(const char *country, const char *common, uint8_t tag, bool reversed, struct arena *a);

struct odd_certificate {
    struct signing by;
    EVP_PKEY *key;               /* subject's */
    struct span spki;            /* instead of key's */
    struct span subject, issuer; /* DER names */
    struct span serial;          /* content octets */
    const char *from, *to;       /* 13 characters: UTCTime, 15: GeneralizedTime; NULL: 2020 to 2040 */
    struct span ski, aki;        /* empty: none */
    bool ca, no_key_usage;
    struct span more; /* further Extensions, DER */
};

struct span certificate_make(const struct odd_certificate *o, struct arena *a);
/* One extension: content octets of its OID and of its value. */
struct span extension_make(struct span oid, bool critical, struct span value, struct arena *a);

#endif
