/* Between the files of exchange only. */
#ifndef SERAI_CRYPTO_EXCHANGE_INTERNAL_H
#define SERAI_CRYPTO_EXCHANGE_INTERNAL_H

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <stdlib.h>

#include "crypto/exchange.h"

struct domain {
    enum exchange_kind kind;
    const char *name;
    size_t bytes; /* of the field */
    BN_CTX *ctx;
    BIGNUM *p;
    BIGNUM *q;           /* order; NULL: not known (PKCS #3) */
    EC_GROUP *group;     /* curves */
    EC_POINT *generator; /* curves */
    BIGNUM *g;           /* prime fields */
    BN_MONT_CTX *mont;   /* prime fields */
};

/* Out of memory is the only way in which any of these fail; then the process ends. */
static inline void domain_need(bool ok)
{
    if (!ok)
        abort();
}

BIGNUM *domain_number(struct span s);
/* From its parts, which it takes over. */
struct domain *domain_of_curve(int nid, const char *name);
struct domain *domain_of_field(BIGNUM *p, BIGNUM *q, BIGNUM *g, const char *name);

/* base^e mod p in time that does not depend on e. */
void field_power(const struct domain *d, BIGNUM *out, const BIGNUM *base, const BIGNUM *e);
/* A validated element; the caller frees it. NULL with reason "public-key". */
BIGNUM *field_element(const struct domain *d, struct span public, struct why *w);
EC_POINT *curve_point(const struct domain *d, struct span public, struct why *w);
void point_octets(const struct domain *d, const EC_POINT *point, struct octets *out);

#endif
