/* Where groups come from: the standard's table, or the key of a chip. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>
#include <stdlib.h>

#include "crypto/exchange_internal.h"
#include "crypto/internal.h"
#include "wire/der.h"

static const char parameters_clause[] = "Doc 9303-11 9.5";

/* Bits of a prime field that is not one of the table: below it proves too little, above it costs too much. */
enum { FIELD_BITS_MIN = 1024, FIELD_BITS_MAX = 8 * EXCHANGE_MAX, ORDER_BITS_MIN = 160 };

/* Doc 9303-11 9.5.1, table 12. */
static const struct {
    int nid;           /* of a curve; 0: none */
    const char *group; /* OpenSSL's name of an RFC 5114 group; NULL: none */
    const char *name;
} standard[] = {
    [0] = { 0, "dh_1024_160", "DH 1024/160" },
    [1] = { 0, "dh_2048_224", "DH 2048/224" },
    [2] = { 0, "dh_2048_256", "DH 2048/256" },
    [8] = { NID_X9_62_prime192v1, NULL, "secp192r1" },
    [9] = { NID_brainpoolP192r1, NULL, "brainpoolP192r1" },
    [10] = { NID_secp224r1, NULL, "secp224r1" },
    [11] = { NID_brainpoolP224r1, NULL, "brainpoolP224r1" },
    [12] = { NID_X9_62_prime256v1, NULL, "secp256r1" },
    [13] = { NID_brainpoolP256r1, NULL, "brainpoolP256r1" },
    [14] = { NID_brainpoolP320r1, NULL, "brainpoolP320r1" },
    [15] = { NID_secp384r1, NULL, "secp384r1" },
    [16] = { NID_brainpoolP384r1, NULL, "brainpoolP384r1" },
    [17] = { NID_brainpoolP512r1, NULL, "brainpoolP512r1" },
    [18] = { NID_secp521r1, NULL, "secp521r1" },
};

static struct domain *domain_new(enum exchange_kind kind, const char *name)
{
    struct domain *d = calloc(1, sizeof *d);

    domain_need(d != NULL);
    d->kind = kind;
    d->name = name;
    d->ctx = BN_CTX_secure_new();
    domain_need(d->ctx != NULL);
    return d;
}

struct domain *domain_of_curve(int nid, const char *name)
{
    struct domain *d = domain_new(EXCHANGE_ECDH, name);

    d->group = EC_GROUP_new_by_curve_name(nid);
    domain_need(d->group != NULL);
    d->p = BN_new();
    d->q = BN_dup(EC_GROUP_get0_order(d->group));
    d->generator = EC_POINT_dup(EC_GROUP_get0_generator(d->group), d->group);
    domain_need(d->p && d->q && d->generator && EC_GROUP_get_curve(d->group, d->p, NULL, NULL, d->ctx) == 1);
    d->bytes = (size_t)BN_num_bytes(d->p);
    return d;
}

struct domain *domain_of_field(BIGNUM *p, BIGNUM *q, BIGNUM *g, const char *name)
{
    struct domain *d = domain_new(EXCHANGE_DH, name);

    d->p = p;
    d->q = q;
    d->g = g;
    d->bytes = (size_t)BN_num_bytes(p);
    d->mont = BN_MONT_CTX_new();
    domain_need(d->mont && BN_MONT_CTX_set(d->mont, p, d->ctx) == 1);
    return d;
}

void domain_free(struct domain *d)
{
    if (!d)
        return;
    BN_free(d->p);
    BN_free(d->q);
    BN_clear_free(d->g);
    BN_MONT_CTX_free(d->mont);
    EC_POINT_clear_free(d->generator);
    EC_GROUP_free(d->group);
    BN_CTX_free(d->ctx);
    free(d);
}

static struct domain *domain_of_group(const char *group, const char *name)
{
    char value[16];
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DHX", NULL);
    EVP_PKEY *key = NULL;
    BIGNUM *p = NULL, *q = NULL, *g = NULL;

    (void)snprintf(value, sizeof value, "%s", group);
    domain_need(
        ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEY_PARAMETERS,
                          (OSSL_PARAM[]){ OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, value, 0),
                                          OSSL_PARAM_END }) == 1 &&
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &p) == 1 &&
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_Q, &q) == 1 &&
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_G, &g) == 1);
    EVP_PKEY_free(key);
    EVP_PKEY_CTX_free(ctx);
    return domain_of_field(p, q, g, name);
}

bool domain_standard(unsigned id, struct domain **ret, struct why *w)
{
    if (id >= sizeof standard / sizeof standard[0] || !standard[id].name)
        return why_set(w, "key-not-supported", WHY_NO_OFFSET, "Doc 9303-11 9.5.1",
                       "no standardized domain parameters %u", id);
    *ret = standard[id].nid ? domain_of_curve(standard[id].nid, standard[id].name)
                            : domain_of_group(standard[id].group, standard[id].name);
    return true;
}

enum exchange_kind domain_kind(const struct domain *d)
{
    return d->kind;
}

size_t domain_bytes(const struct domain *d)
{
    return d->bytes;
}

const char *domain_name(const struct domain *d)
{
    return d->name;
}

bool domain_same(const struct domain *a, const struct domain *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == EXCHANGE_ECDH)
        return EC_GROUP_get_curve_name(a->group) == EC_GROUP_get_curve_name(b->group);
    return BN_cmp(a->p, b->p) == 0 && (!a->q || !b->q || BN_cmp(a->q, b->q) == 0);
}

/* The parameters of a prime field: odd, of a bearable size, the order a divisor of p - 1, the generator of
 * that order. Whether they are primes is the issuer's word: the file is signed. */
static bool field_sound(const struct domain *d)
{
    BIGNUM *t = BN_new(), *below = BN_new();
    bool ok;

    domain_need(t && below && BN_sub(below, d->p, BN_value_one()) == 1);
    ok = BN_cmp(d->g, BN_value_one()) > 0 && BN_cmp(d->g, below) < 0;
    if (ok && d->q) {
        domain_need(BN_mod(t, below, d->q, d->ctx) == 1);
        ok = BN_is_zero(t);
    }
    if (ok && d->q) {
        field_power(d, t, d->g, d->q);
        ok = BN_is_one(t);
    }
    BN_free(t);
    BN_free(below);
    return ok;
}

static bool field_from_numbers(struct span p, struct span q, struct span g, struct domain **ret,
                               struct why *w)
{
    BIGNUM *bp = domain_number(p), *bq = q.n ? domain_number(q) : NULL, *bg = domain_number(g);
    int bits = BN_num_bits(bp);
    bool sizes = bits >= FIELD_BITS_MIN && bits <= FIELD_BITS_MAX && BN_is_odd(bp) &&
                 (!bq || (BN_num_bits(bq) >= ORDER_BITS_MIN && BN_cmp(bq, bp) < 0));
    struct domain *d;

    if (!sizes) {
        BN_free(bp);
        BN_free(bq);
        BN_free(bg);
        return why_set(w, "key-not-supported", WHY_NO_OFFSET, parameters_clause,
                       "a prime field of %d bits, or with another order", bits);
    }
    d = domain_of_field(bp, bq, bg, "DH by its own parameters");
    if (!field_sound(d)) {
        domain_free(d);
        return why_set(w, "key", WHY_NO_OFFSET, parameters_clause,
                       "the generator does not have the order that is given");
    }
    *ret = d;
    return true;
}

/* A number that is not negative, without leading zeros. */
static struct span positive(struct der *d)
{
    struct span s = der_integer(d);

    if (s.n > 0 && s.p[0] >= 0x80)
        der_fail(d, s.p, "a negative number");
    if (s.n > 1 && s.p[0] == 0)
        s = span_sub(s, 1, s.n);
    return s;
}

/* DomainParameters of X9.42 ({p, g, q, ...}) and DHParameter of PKCS #3 ({p, g, length}). */
static bool read_field(struct der *parent, bool with_order, struct domain **ret, struct why *w)
{
    struct der seq = der_open(parent, DER_SEQUENCE);
    struct span p = positive(&seq), g = positive(&seq), q = { NULL, 0 };

    if (with_order)
        q = positive(&seq);
    while (der_more(&seq))
        (void)der_any(&seq); /* cofactor, seed or length: not needed */
    der_close(parent, &seq);
    if (!der_ok(parent))
        return der_finish(parent, "der", parameters_clause, w);
    return field_from_numbers(p, q, g, ret, w);
}

static bool read_curve(struct der *parent, struct domain **ret, struct why *w)
{
    enum curve id = CURVE_NONE;
    struct der_item item = der_any(parent);

    if (!der_ok(parent))
        return der_finish(parent, "der", parameters_clause, w);
    if (item.tag == DER_OID)
        id = curve_by_oid(item.body);
    else if (item.tag == DER_SEQUENCE && !curve_explicit(item.body, 0, &id, w))
        return false;
    if (id == CURVE_NONE)
        return why_set(w, "key-not-supported", WHY_NO_OFFSET, parameters_clause, "not a known curve");
    *ret = domain_of_curve(curve_nid(id), curve_name(id));
    return true;
}

/* AlgorithmIdentifier of the key. */
static bool read_algorithm(struct der *d, struct domain **ret, struct why *w)
{
    struct der alg = der_open(d, DER_SEQUENCE);
    struct span oid = der_oid(&alg);
    bool ok;

    if (!der_ok(&alg))
        ok = der_finish(&alg, "der", parameters_clause, w);
    else if (span_eq(oid, SPAN("\x04\x00\x7f\x00\x07\x01\x02"))) /* standardizedDomainParameters */
        ok = domain_standard((unsigned)der_small(&alg), ret, w);
    else if (span_eq(oid, SPAN("\x2a\x86\x48\xce\x3d\x02\x01"))) /* ecPublicKey */
        ok = read_curve(&alg, ret, w);
    else if (span_eq(oid, SPAN("\x2a\x86\x48\xce\x3e\x02\x01"))) /* dhpublicnumber */
        ok = read_field(&alg, true, ret, w);
    else if (span_eq(oid, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01"))) /* dhKeyAgreement */
        ok = read_field(&alg, false, ret, w);
    else
        ok = why_set(w, "key-not-supported", WHY_NO_OFFSET, parameters_clause, "not a key for key agreement");
    der_close(d, &alg);
    return ok;
}

bool domain_from_algorithm(struct span algorithm, struct domain **ret, struct why *w)
{
    struct der d = der_of(algorithm);
    struct domain *domain = NULL;
    bool ok = read_algorithm(&d, &domain, w) && der_finish(&d, "der", parameters_clause, w);

    if (ok)
        *ret = domain;
    else
        domain_free(domain);
    return ok;
}

/* A point stands in the BIT STRING as it is, a number as an INTEGER. */
static bool read_key(const struct domain *d, struct span bits, struct octets *key, struct why *w)
{
    struct span value = bits;

    if (d->kind == EXCHANGE_DH) {
        struct der n = der_of(bits);

        value = positive(&n);
        if (!der_finish(&n, "der", "Doc 9303-11 9.2.6", w))
            return false;
    }
    if (!exchange_check(d, value, w))
        return false;
    key->n = value.n;
    memcpy(key->b, value.p, value.n);
    return true;
}

bool domain_from_spki(struct span spki, struct domain **ret, struct octets *key, struct why *w)
{
    struct der d = der_of(spki), seq = der_open(&d, DER_SEQUENCE);
    struct domain *domain = NULL;
    struct span bits;
    bool ok = read_algorithm(&seq, &domain, w) && domain;

    bits = der_bits(&seq);
    der_close(&d, &seq);
    ok = ok && der_finish(&d, "der", "RFC 5280 4.1.2.7", w) && read_key(domain, bits, key, w);
    if (ok)
        *ret = domain;
    else
        domain_free(domain);
    return ok;
}
