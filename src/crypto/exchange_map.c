/* The mappings of PACE: from a nonce that only one who knows the password has, to a generator. */
#include "crypto/exchange_internal.h"
#include "crypto/node_key.h"

static const char clause_integrated[] = "Doc 9303-11 4.4.3.3.2";

/* The generators change hands here: the old one is freed. */
static void take_point(struct domain *d, EC_POINT *g)
{
    EC_POINT_clear_free(d->generator);
    d->generator = g;
}

static void take_number(struct domain *d, BIGNUM *g)
{
    BN_clear_free(d->g);
    d->g = g;
}

static bool generic_curve(struct domain *d, const BIGNUM *s, const BIGNUM *x, struct span public,
                          struct why *w)
{
    EC_POINT *y = curve_point(d, public, w), *g, *h;
    bool ok;

    if (!y)
        return false;
    g = EC_POINT_new(d->group);
    h = EC_POINT_new(d->group);
    /* Two multiplications by one number each: both at once would leak the nonce in its time. */
    domain_need(g && h && EC_POINT_mul(d->group, h, NULL, y, x, d->ctx) == 1 &&
                EC_POINT_mul(d->group, g, NULL, d->generator, s, d->ctx) == 1 &&
                EC_POINT_add(d->group, g, g, h, d->ctx) == 1);
    ok = !EC_POINT_is_at_infinity(d->group, g);
    EC_POINT_clear_free(h);
    EC_POINT_free(y);
    if (ok) {
        take_point(d, g);
        return true;
    }
    EC_POINT_free(g);
    return why_set(w, "public-key", WHY_NO_OFFSET, "Doc 9303-11 4.4.3.3.1",
                   "the mapped generator is nothing");
}

static bool generic_field(struct domain *d, const BIGNUM *s, const BIGNUM *x, struct span public,
                          struct why *w)
{
    BIGNUM *y = field_element(d, public, w), *g;
    bool ok;

    if (!y)
        return false;
    g = BN_new();
    domain_need(g != NULL);
    field_power(d, y, y, x);
    field_power(d, g, d->g, s);
    domain_need(BN_mod_mul(g, g, y, d->p, d->ctx) == 1);
    ok = !BN_is_one(g);
    BN_clear_free(y);
    if (ok) {
        take_number(d, g);
        return true;
    }
    BN_free(g);
    return why_set(w, "public-key", WHY_NO_OFFSET, "Doc 9303-11 4.4.3.3.1",
                   "the mapped generator is nothing");
}

bool domain_map_generic(struct domain *d, struct span nonce, const struct octets *private, struct span public,
                        struct why *w)
{
    BIGNUM *s = domain_number(nonce), *x = domain_number(octets_span(private));
    bool ok;

    BN_set_flags(s, BN_FLG_CONSTTIME);
    BN_set_flags(x, BN_FLG_CONSTTIME);
    /* A nonce can have more bits than the order: the multiplication takes it as it is. */
    ok = d->kind == EXCHANGE_ECDH ? generic_curve(d, s, x, public, w) : generic_field(d, s, x, public, w);
    BN_clear_free(s);
    BN_clear_free(x);
    return ok;
}

/* The constants of 4.4.3.3.2, of one block of output. */
static const uint8_t c0_128[16] = { 0xa6, 0x68, 0x89, 0x2a, 0x7c, 0x41, 0xe3, 0xca,
                                    0x73, 0x9f, 0x40, 0xb0, 0x57, 0xd8, 0x59, 0x04 };
static const uint8_t c1_128[16] = { 0xa4, 0xe1, 0x36, 0xac, 0x72, 0x5f, 0x73, 0x8b,
                                    0x01, 0xc1, 0xf6, 0x02, 0x17, 0xc1, 0x88, 0xad };
static const uint8_t c0_256[32] = { 0xd4, 0x63, 0xd6, 0x52, 0x34, 0x12, 0x4e, 0xf7, 0x89, 0x70, 0x54,
                                    0x98, 0x6d, 0xca, 0x0a, 0x17, 0x4e, 0x28, 0xdf, 0x75, 0x8c, 0xba,
                                    0xa0, 0x3f, 0x24, 0x06, 0x16, 0x41, 0x4d, 0x5a, 0x16, 0x76 };
static const uint8_t c1_256[32] = { 0x54, 0xbd, 0x72, 0x55, 0xf0, 0xaa, 0xf8, 0x31, 0xbe, 0xc3, 0x42,
                                    0x3f, 0xcf, 0x39, 0xd6, 0x9b, 0x6c, 0xbf, 0x06, 0x66, 0x77, 0xd0,
                                    0xfa, 0xae, 0x5a, 0xad, 0xd9, 0x9d, 0xf8, 0xe5, 0x35, 0x17 };

/* One output of the pseudo-random function is as long as the nonce: whole blocks that hold a key. */
static size_t output_size(enum cipher_alg alg)
{
    return alg == CIPHER_AES192 || alg == CIPHER_AES256 ? 32 : 16;
}

/* R(s, t) mod p: keys that follow from each other, each giving one piece of a long number. */
static BIGNUM *pseudo_random(const struct domain *d, enum cipher_alg alg, struct span s, struct span t)
{
    size_t l = output_size(alg), k = cipher_key_size(alg), n = 0;
    size_t want = (size_t)BN_num_bits(d->p) + 64;
    struct span c0 = l == 32 ? span_of(c0_256, 32) : span_of(c0_128, 16);
    struct span c1 = l == 32 ? span_of(c1_256, 32) : span_of(c1_128, 16);
    struct cipher_key key = { .alg = alg };
    uint8_t next[32], x[EXCHANGE_MAX + 64];
    BIGNUM *r;

    memcpy(key.b, t.p, k);
    cipher_encrypt(&key, NULL, s, next);
    while (8 * n < want) {
        memcpy(key.b, next, k);
        cipher_encrypt(&key, NULL, c1, x + n);
        cipher_encrypt(&key, NULL, c0, next);
        n += l;
    }
    r = domain_number(span_of(x, n));
    domain_need(BN_mod(r, r, d->p, d->ctx) == 1);
    wipe(x, sizeof x);
    wipe(next, sizeof next);
    wipe(&key, sizeof key);
    return r;
}

/*
 * Appendix B.2: the point that the element t of the field leads to, on a curve with p = 3 mod 4. NULL when
 * the construction has none: t = 0, 1 or -1, which no one meets by chance.
 */
static EC_POINT *point_of_element(const struct domain *d, const BIGNUM *t)
{
    BN_CTX *c = d->ctx;
    const BIGNUM *p = d->p, *one = BN_value_one();
    BIGNUM *a, *b, *alpha, *v, *x2, *h2, *root, *e, *y;
    EC_POINT *point = NULL;

    BN_CTX_start(c);
    a = BN_CTX_get(c);
    b = BN_CTX_get(c);
    alpha = BN_CTX_get(c);
    v = BN_CTX_get(c);
    x2 = BN_CTX_get(c);
    h2 = BN_CTX_get(c);
    root = BN_CTX_get(c);
    e = BN_CTX_get(c);
    y = BN_CTX_get(c);
    domain_need(y && EC_GROUP_get_curve(d->group, NULL, a, b, c) == 1);
    /* alpha = -t^2; v = alpha + alpha^2 */
    domain_need(BN_mod_sqr(alpha, t, p, c) == 1 && BN_mod_sub(alpha, p, alpha, p, c) == 1 &&
                BN_mod_sqr(v, alpha, p, c) == 1 && BN_mod_add(v, v, alpha, p, c) == 1);
    if (BN_is_zero(v))
        goto out;
    /* x2 = -b/a (1 + 1/v) */
    domain_need(BN_mod_inverse(v, v, p, c) && BN_mod_add(v, v, one, p, c) == 1 &&
                BN_mod_inverse(x2, a, p, c) && BN_mod_mul(x2, x2, b, p, c) == 1 &&
                BN_mod_mul(x2, x2, v, p, c) == 1 && BN_mod_sub(x2, p, x2, p, c) == 1);
    /* h2 = x2^3 + a x2 + b */
    domain_need(BN_mod_sqr(h2, x2, p, c) == 1 && BN_mod_add(h2, h2, a, p, c) == 1 &&
                BN_mod_mul(h2, h2, x2, p, c) == 1 && BN_mod_add(h2, h2, b, p, c) == 1);
    /* root = h2^(p - 1 - (p + 1)/4): of h2 its inverse root, where it has one */
    domain_need(BN_add(e, p, one) == 1 && BN_rshift(e, e, 2) == 1 && BN_sub(e, p, e) == 1 &&
                BN_sub(e, e, one) == 1 && BN_mod_exp(root, h2, e, p, c) == 1);
    domain_need(BN_mod_sqr(v, root, p, c) == 1 && BN_mod_mul(v, v, h2, p, c) == 1);
    if (!BN_is_one(v)) {
        /* x3 = alpha x2, y = root t^3 h2 */
        domain_need(BN_mod_mul(x2, x2, alpha, p, c) == 1 && BN_mod_sqr(v, t, p, c) == 1 &&
                    BN_mod_mul(v, v, t, p, c) == 1 && BN_mod_mul(h2, h2, v, p, c) == 1);
    }
    domain_need(BN_mod_mul(y, root, h2, p, c) == 1);
    point = EC_POINT_new(d->group);
    domain_need(point != NULL);
    if (EC_POINT_set_affine_coordinates(d->group, point, x2, y, c) != 1) {
        EC_POINT_free(point);
        point = NULL;
    }
out:
    BN_CTX_end(c);
    return point;
}

bool domain_maps_integrated(const struct domain *d)
{
    return d->kind == EXCHANGE_DH ? d->q != NULL : BN_mod_word(d->p, 4) == 3;
}

/* x to the cofactor (p - 1)/q; NULL when that is 1. */
static BIGNUM *number_of_element(const struct domain *d, const BIGNUM *x)
{
    BIGNUM *cofactor = BN_new(), *g = BN_new();
    bool ok;

    domain_need(cofactor && g && BN_sub(cofactor, d->p, BN_value_one()) == 1 &&
                BN_div(cofactor, NULL, cofactor, d->q, d->ctx) == 1);
    field_power(d, g, x, cofactor);
    ok = !BN_is_zero(g) && !BN_is_one(g);
    BN_free(cofactor);
    if (ok)
        return g;
    BN_free(g);
    return NULL;
}

bool domain_map_integrated(struct domain *d, enum cipher_alg alg, struct span nonce, struct span other,
                           struct why *w)
{
    BIGNUM *r;
    bool ok = false;

    if (!domain_maps_integrated(d))
        return why_set(w, "key-not-supported", WHY_NO_OFFSET, "Doc 9303-11 9.5.1",
                       "%s has no integrated mapping", d->name);
    if (nonce.n != output_size(alg) || other.n != cipher_key_size(alg))
        return why_set(w, "nonce", WHY_NO_OFFSET, clause_integrated,
                       "nonces of %zu and %zu bytes do not go with %s", nonce.n, other.n, cipher_name(alg));
    r = pseudo_random(d, alg, nonce, other);
    if (d->kind == EXCHANGE_ECDH) {
        EC_POINT *g = point_of_element(d, r);

        ok = g != NULL;
        if (ok)
            take_point(d, g);
    } else {
        BIGNUM *g = number_of_element(d, r);

        ok = g != NULL;
        if (ok)
            take_number(d, g);
    }
    BN_clear_free(r);
    return ok || why_set(w, "nonce", WHY_NO_OFFSET, clause_integrated, "the nonces lead to no generator");
}
