/* The curves that are known, and explicit parameters compared with them byte by byte. */
#include <openssl/obj_mac.h>
#include <pthread.h>
#include <stdlib.h>

#include "crypto/internal.h"
#include "wire/der.h"

static const struct {
    int nid;
    const char *name, *oid;
} curves[] = {
    [CURVE_P224] = { NID_secp224r1, "secp224r1", "\x2b\x81\x04\x00\x21" },
    [CURVE_P256] = { NID_X9_62_prime256v1, "secp256r1", "\x2a\x86\x48\xce\x3d\x03\x01\x07" },
    [CURVE_P384] = { NID_secp384r1, "secp384r1", "\x2b\x81\x04\x00\x22" },
    [CURVE_P521] = { NID_secp521r1, "secp521r1", "\x2b\x81\x04\x00\x23" },
    [CURVE_BP192] = { NID_brainpoolP192r1, "brainpoolP192r1", "\x2b\x24\x03\x03\x02\x08\x01\x01\x03" },
    [CURVE_BP224] = { NID_brainpoolP224r1, "brainpoolP224r1", "\x2b\x24\x03\x03\x02\x08\x01\x01\x05" },
    [CURVE_BP256] = { NID_brainpoolP256r1, "brainpoolP256r1", "\x2b\x24\x03\x03\x02\x08\x01\x01\x07" },
    [CURVE_BP320] = { NID_brainpoolP320r1, "brainpoolP320r1", "\x2b\x24\x03\x03\x02\x08\x01\x01\x09" },
    [CURVE_BP384] = { NID_brainpoolP384r1, "brainpoolP384r1", "\x2b\x24\x03\x03\x02\x08\x01\x01\x0b" },
    [CURVE_BP512] = { NID_brainpoolP512r1, "brainpoolP512r1", "\x2b\x24\x03\x03\x02\x08\x01\x01\x0d" },
};

/* Content octets may hold a zero, so lengths are given apart. */
static const uint8_t oid_length[] = {
    [CURVE_P224] = 5,  [CURVE_P256] = 8,  [CURVE_P384] = 5,  [CURVE_P521] = 5,  [CURVE_BP192] = 9,
    [CURVE_BP224] = 9, [CURVE_BP256] = 9, [CURVE_BP320] = 9, [CURVE_BP384] = 9, [CURVE_BP512] = 9
};

static struct known_curve known[CURVE_NONE];
static pthread_once_t made = PTHREAD_ONCE_INIT;

static bool fill(struct known_curve *c, enum curve id)
{
    EC_GROUP *g = EC_GROUP_new_by_curve_name(curves[id].nid);
    BIGNUM *p = BN_new(), *a = BN_new(), *b = BN_new();
    size_t n = 0;
    bool ok = false;

    if (!g || !p || !a || !b || EC_GROUP_get_curve(g, p, a, b, NULL) != 1)
        goto out;
    c->id = id;
    c->bits = (size_t)BN_num_bits(p);
    c->field = (c->bits + 7) / 8;
    c->order = ((size_t)EC_GROUP_order_bits(g) + 7) / 8;
    n = EC_POINT_point2oct(g, EC_GROUP_get0_generator(g), POINT_CONVERSION_UNCOMPRESSED, c->g, sizeof c->g,
                           NULL);
    ok = BN_bn2binpad(p, c->p, (int)c->field) > 0 && BN_bn2binpad(a, c->a, (int)c->field) > 0 &&
         BN_bn2binpad(b, c->b, (int)c->field) > 0 && n == 1 + 2 * c->field &&
         BN_bn2binpad(EC_GROUP_get0_order(g), c->n, (int)c->order) > 0;
    c->group = g;
out:
    BN_free(p);
    BN_free(a);
    BN_free(b);
    return ok;
}

static void make(void)
{
    for (size_t i = 0; i < CURVE_NONE; i++)
        if (!fill(&known[i], (enum curve)i))
            abort(); /* a library without these curves cannot read travel documents */
}

const struct known_curve *curve_known(enum curve id)
{
    (void)pthread_once(&made, make);
    return &known[id];
}

enum curve curve_by_oid(struct span oid)
{
    for (size_t i = 0; i < CURVE_NONE; i++)
        if (span_eq(oid, span_of(curves[i].oid, oid_length[i])))
            return (enum curve)i;
    return CURVE_NONE;
}

int curve_nid(enum curve id)
{
    return curves[id].nid;
}

enum curve curve_by_nid(int nid)
{
    for (size_t i = 0; i < CURVE_NONE; i++)
        if (curves[i].nid == nid)
            return (enum curve)i;
    return CURVE_NONE;
}

const char *curve_name(enum curve c)
{
    return c < CURVE_NONE ? curves[c].name : "none";
}

enum digest_alg digest_for_curve(enum curve c)
{
    switch (c) {
    case CURVE_P224:
    case CURVE_BP192:
    case CURVE_BP224:
        return DIGEST_SHA224;
    case CURVE_BP320:
    case CURVE_P384:
    case CURVE_BP384:
        return DIGEST_SHA384;
    case CURVE_P521:
    case CURVE_BP512:
        return DIGEST_SHA512;
    case CURVE_P256:
    case CURVE_BP256:
    case CURVE_NONE:
        break;
    }
    return DIGEST_SHA256;
}

/* The parts of ECParameters that make a curve what it is. */
struct parameters {
    struct span p, a, b, g, n, cofactor;
};

/* Whether s is the number of n bytes at v. Leading zeros do not matter: a country signer of AE writes a and b
 * with one too many (SEC 1 C.2 wants exactly the length of the field). */
static bool same_number(struct span s, const uint8_t *v, size_t n)
{
    while (s.n > 0 && s.p[0] == 0)
        s = span_sub(s, 1, s.n);
    while (n > 0 && v[0] == 0) {
        v++;
        n--;
    }
    return span_eq(s, span_of(v, n));
}

static bool same_generator(struct span s, const struct known_curve *c)
{
    if (s.n == 1 + 2 * c->field)
        return span_eq(s, span_of(c->g, s.n));
    return s.n == 1 + c->field && s.p[0] == (2 | (c->g[2 * c->field] & 1)) &&
           memcmp(s.p + 1, c->g + 1, c->field) == 0;
}

static bool same_curve(const struct parameters *e, const struct known_curve *c)
{
    return same_number(e->p, c->p, c->field) && same_number(e->a, c->a, c->field) &&
           same_number(e->b, c->b, c->field) && same_generator(e->g, c) &&
           same_number(e->n, c->n, c->order) &&
           (e->cofactor.n == 0 || (e->cofactor.n == 1 && e->cofactor.p[0] == 1));
}

/* ECParameters of version 1 to 3 over a prime field; the seed is not part of the curve. False: another field.
 */
static bool read_parameters(struct der *d, struct parameters *e)
{
    struct der field, curve;
    struct span type;
    struct der_item seed;
    int32_t version = der_small(d);

    if (der_ok(d) && (version < 1 || version > 3))
        der_fail(d, NULL, "unknown version of ECParameters");
    field = der_open(d, DER_SEQUENCE);
    type = der_oid(&field);
    if (der_ok(&field) && !span_eq(type, SPAN("\x2a\x86\x48\xce\x3d\x01\x01"))) /* prime-field */
        return false;
    e->p = der_integer(&field);
    der_close(d, &field);
    curve = der_open(d, DER_SEQUENCE);
    e->a = der_take(&curve, DER_OCTET_STRING);
    e->b = der_take(&curve, DER_OCTET_STRING);
    (void)der_optional(&curve, DER_BIT_STRING, &seed);
    der_close(d, &curve);
    e->g = der_take(d, DER_OCTET_STRING);
    e->n = der_integer(d);
    if (der_peek(d) == DER_INTEGER)
        e->cofactor = der_integer(d);
    return true;
}

bool curve_explicit(struct span parameters, size_t offset, enum curve *out, struct why *w)
{
    static const char clause[] = "Doc 9303-12 7.1.1; RFC 5480 2.1.1";
    struct parameters e = { 0 };
    struct der d = der_of(parameters);

    if (read_parameters(&d, &e)) {
        if (!der_done(&d)) {
            return why_set(w, "key", offset + der_offset(&d), clause, "%s",
                           der_ok(&d) ? "bytes after the last parameter" : d.what);
        }
        for (size_t i = 0; i < CURVE_NONE; i++) {
            if (same_curve(&e, curve_known((enum curve)i))) {
                *out = (enum curve)i;
                return true;
            }
        }
    }
    return why_set(w, "key-not-supported", offset, clause,
                   "explicit curve parameters are not those of a known curve");
}
