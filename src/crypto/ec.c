/*
 * ECDSA over OpenSSL's low-level EC_KEY. It is marked deprecated, and used here, in this file alone, because
 * the replacement decodes and copies a key in 190 microseconds where EC_KEY takes 3.5: for a certificate seen
 * once that is more than the P-256 verification itself. An EC_KEY is only read after it was made, so threads
 * may share it.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/ecdh.h>
#include <stdlib.h>

#include "crypto/internal.h"

bool ec_point_valid(enum curve id, struct span point)
{
    const struct known_curve *c = curve_known(id);
    EC_POINT *q = EC_POINT_new(c->group);
    /* oct2point refuses points off the curve and coordinates that are not below p. */
    bool ok = q && EC_POINT_oct2point(c->group, q, point.p, point.n, NULL) == 1 &&
              !EC_POINT_is_at_infinity(c->group, q);

    EC_POINT_free(q);
    return ok;
}

EC_KEY *ec_key_of_point(enum curve id, struct span point)
{
    const struct known_curve *c = curve_known(id);
    EC_POINT *q = EC_POINT_new(c->group);
    EC_KEY *k = NULL;

    if (!q)
        abort();
    if (EC_POINT_oct2point(c->group, q, point.p, point.n, NULL) == 1 &&
        !EC_POINT_is_at_infinity(c->group, q)) {
        k = EC_KEY_new();
        if (!k || EC_KEY_set_group(k, c->group) != 1 || EC_KEY_set_public_key(k, q) != 1)
            abort(); /* out of memory */
    }
    EC_POINT_free(q);
    return k;
}

EC_KEY *ec_key_make(enum curve id, struct span point)
{
    const struct known_curve *c = curve_known(id);
    EC_POINT *q = EC_POINT_new(c->group);
    EC_KEY *k = EC_KEY_new();

    if (!q || !k || EC_POINT_oct2point(c->group, q, point.p, point.n, NULL) != 1 ||
        EC_KEY_set_group(k, c->group) != 1 || EC_KEY_set_public_key(k, q) != 1)
        abort(); /* the point was valid: out of memory */
    EC_POINT_free(q);
    return k;
}

void ec_key_hold(EC_KEY *k)
{
    if (EC_KEY_up_ref(k) != 1)
        abort();
}

void ec_key_free(EC_KEY *k)
{
    EC_KEY_free(k);
}

bool ec_key_verify(const EC_KEY *k, const struct digest *d, struct span r, struct span s)
{
    BIGNUM *br = BN_bin2bn(r.p, (int)r.n, NULL), *bs = BN_bin2bn(s.p, (int)s.n, NULL);
    ECDSA_SIG *sig = ECDSA_SIG_new();
    bool ok = false;

    if (br && bs && sig && ECDSA_SIG_set0(sig, br, bs) == 1) {
        /* sig owns them now. The cast takes nothing away: verification does not write to the key. */
        ok = ECDSA_do_verify(d->b, (int)d->n, sig, (EC_KEY *)(uintptr_t)k) == 1;
    } else {
        BN_free(br);
        BN_free(bs);
    }
    ECDSA_SIG_free(sig);
    return ok;
}

bool ec_key_agree(EVP_PKEY *own, const EC_KEY *other, uint8_t *out, size_t n)
{
    EC_KEY *k = EVP_PKEY_get1_EC_KEY(own);
    bool ok = k && ECDH_compute_key(out, n, EC_KEY_get0_public_key(other), k, NULL) == (int)n;

    EC_KEY_free(k);
    return ok;
}
