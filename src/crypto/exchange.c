/* Keys and shared secrets. OpenSSL gives the arithmetic: multiplication of a point by one number, and powers
 * to a secret exponent, take a time that does not depend on the secret. */
#include "crypto/exchange.h"

#include "crypto/exchange_internal.h"
#include "crypto/node_key.h"

static const char check_clause[] = "Doc 9303-11 9.6; BSI TR-03111 4.3.1, RFC 2631 2.1.5";

/* What a private key has where the order is not known: twice the strength of any group that is accepted. */
enum { PRIVATE_WITHOUT_ORDER = 64 };

BIGNUM *domain_number(struct span s)
{
    BIGNUM *n = BN_bin2bn(s.p, (int)s.n, NULL);

    domain_need(n != NULL);
    return n;
}

static BIGNUM *secret_number(struct span s)
{
    BIGNUM *n = domain_number(s);

    BN_set_flags(n, BN_FLG_CONSTTIME);
    return n;
}

void exchange_private(const struct domain *d, random_fn random, struct octets *out)
{
    size_t size = d->q ? (size_t)BN_num_bytes(d->q) : PRIVATE_WITHOUT_ORDER;
    uint8_t r[EXCHANGE_MAX + 8];
    BIGNUM *x, *below = BN_new();

    /* 64 bits more than the order has: what the remainder prefers is beyond measure. */
    random(r, size + 8);
    x = secret_number(span_of(r, size + 8));
    domain_need(below != NULL);
    if (d->q)
        domain_need(BN_sub(below, d->q, BN_value_one()) == 1);
    else
        domain_need(BN_lshift(below, BN_value_one(), 8 * PRIVATE_WITHOUT_ORDER - 1) == 1);
    domain_need(BN_mod(x, x, below, d->ctx) == 1 && BN_add_word(x, 1) == 1);
    out->n = size;
    domain_need(BN_bn2binpad(x, out->b, (int)size) == (int)size);
    wipe(r, sizeof r);
    BN_clear_free(x);
    BN_free(below);
}

void point_octets(const struct domain *d, const EC_POINT *point, struct octets *out)
{
    out->n =
        EC_POINT_point2oct(d->group, point, POINT_CONVERSION_UNCOMPRESSED, out->b, sizeof out->b, d->ctx);
    domain_need(out->n == 1 + 2 * d->bytes);
}

static void field_octets(const BIGNUM *n, struct octets *out)
{
    out->n = (size_t)BN_bn2bin(n, out->b);
}

void field_power(const struct domain *d, BIGNUM *out, const BIGNUM *base, const BIGNUM *e)
{
    domain_need(BN_mod_exp_mont_consttime(out, base, e, d->p, d->ctx, d->mont) == 1);
}

void exchange_public(const struct domain *d, const struct octets *private, struct octets *out)
{
    BIGNUM *x = secret_number(octets_span(private));

    if (d->kind == EXCHANGE_ECDH) {
        EC_POINT *y = EC_POINT_new(d->group);

        domain_need(y && EC_POINT_mul(d->group, y, NULL, d->generator, x, d->ctx) == 1);
        point_octets(d, y, out);
        EC_POINT_free(y);
    } else {
        BIGNUM *y = BN_new();

        domain_need(y != NULL);
        field_power(d, y, d->g, x);
        field_octets(y, out);
        BN_free(y);
    }
    BN_clear_free(x);
}

EC_POINT *curve_point(const struct domain *d, struct span public, struct why *w)
{
    EC_POINT *p = EC_POINT_new(d->group);

    domain_need(p != NULL);
    /* oct2point refuses points off the curve and coordinates that are not below p; the cofactor is 1. */
    if (public.n == 1 + 2 * d->bytes && public.p[0] == POINT_CONVERSION_UNCOMPRESSED &&
        EC_POINT_oct2point(d->group, p, public.p, public.n, d->ctx) == 1 &&
        !EC_POINT_is_at_infinity(d->group, p))
        return p;
    EC_POINT_free(p);
    (void)why_set(w, "public-key", WHY_NO_OFFSET, check_clause, "not an uncompressed point of %s", d->name);
    return NULL;
}

BIGNUM *field_element(const struct domain *d, struct span public, struct why *w)
{
    BIGNUM *y, *t = BN_new();
    bool ok;

    domain_need(t != NULL);
    if (public.n == 0 || public.n > d->bytes) {
        BN_free(t);
        (void)why_set(w, "public-key", WHY_NO_OFFSET, check_clause, "%zu bytes for a field of %zu", public.n,
                      d->bytes);
        return NULL;
    }
    y = domain_number(public);
    domain_need(BN_sub(t, d->p, BN_value_one()) == 1);
    ok = BN_cmp(y, BN_value_one()) > 0 && BN_cmp(y, t) < 0;
    if (ok && d->q) {
        field_power(d, t, y, d->q);
        ok = BN_is_one(t);
    }
    BN_free(t);
    if (ok)
        return y;
    BN_free(y);
    (void)why_set(w, "public-key", WHY_NO_OFFSET, check_clause, "not in the subgroup of %s", d->name);
    return NULL;
}

bool exchange_check(const struct domain *d, struct span public, struct why *w)
{
    if (d->kind == EXCHANGE_ECDH) {
        EC_POINT *p = curve_point(d, public, w);

        EC_POINT_free(p);
        return p != NULL;
    }
    BIGNUM *y = field_element(d, public, w);

    BN_free(y);
    return y != NULL;
}

bool exchange_multiply(const struct domain *d, struct span private, struct span public, struct octets *out,
                       struct why *w)
{
    EC_POINT *y, *z;
    BIGNUM *x;
    bool ok;

    if (d->kind != EXCHANGE_ECDH)
        return why_set(w, "public-key", WHY_NO_OFFSET, check_clause, "not a curve");
    y = curve_point(d, public, w);
    if (!y)
        return false;
    x = secret_number(private);
    z = EC_POINT_new(d->group);
    domain_need(z != NULL);
    ok = !BN_is_zero(x) && BN_cmp(x, d->q) < 0;
    if (ok) {
        domain_need(EC_POINT_mul(d->group, z, NULL, y, x, d->ctx) == 1);
        point_octets(d, z, out); /* not at infinity: the order is prime */
    } else {
        (void)why_set(w, "public-key", WHY_NO_OFFSET, check_clause, "not a number from 1 to the order");
    }
    EC_POINT_free(y);
    EC_POINT_clear_free(z);
    BN_clear_free(x);
    return ok;
}

bool exchange_secret(const struct domain *d, const struct octets *private, struct span public,
                     struct octets *out, struct why *w)
{
    BIGNUM *x, *y;

    if (d->kind == EXCHANGE_ECDH) {
        struct octets point;

        if (!exchange_multiply(d, octets_span(private), public, &point, w))
            return false;
        out->n = d->bytes;
        memcpy(out->b, point.b + 1, d->bytes);
        wipe(&point, sizeof point);
        return true;
    }
    y = field_element(d, public, w);
    if (!y)
        return false;
    x = secret_number(octets_span(private));
    field_power(d, y, y, x);
    out->n = d->bytes;
    domain_need(BN_bn2binpad(y, out->b, (int)d->bytes) == (int)d->bytes);
    BN_clear_free(x);
    BN_clear_free(y);
    return true;
}

void domain_generator(const struct domain *d, struct octets *out)
{
    if (d->kind == EXCHANGE_ECDH)
        point_octets(d, d->generator, out);
    else
        field_octets(d->g, out);
}
