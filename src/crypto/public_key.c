/* SubjectPublicKeyInfo to a prepared key, and the one way to verify with it. */
#include <stdlib.h>

#include "crypto/internal.h"
#include "wire/der.h"

struct public_key {
    enum key_kind kind;
    enum curve curve;
    EC_KEY *ec;
    struct rsa_key *rsa;
};

#define OID_EC_PUBLIC_KEY  SPAN("\x2a\x86\x48\xce\x3d\x02\x01")
#define OID_RSA_ENCRYPTION SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define OID_RSASSA_PSS     SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")

static bool ec_from(struct der *algorithm, struct span bits, struct public_key *k, struct why *w)
{
    struct der_item parameters = der_any(algorithm);
    size_t at = (size_t)(parameters.body.p - algorithm->base);

    if (!der_done(algorithm))
        return der_finish(algorithm, "key", "RFC 5480 2.1.1", w);
    k->kind = KEY_EC;
    if (parameters.tag == DER_OID)
        k->curve = curve_by_oid(parameters.body);
    else if (parameters.tag != DER_SEQUENCE)
        return why_set(w, "key", at, "RFC 5480 2.1.1", "neither a named curve nor curve parameters");
    else if (!curve_explicit(parameters.body, at, &k->curve, w))
        return false;
    if (k->curve == CURVE_NONE)
        return why_set(w, "key-not-supported", at, "RFC 5480 2.1.1", "unknown curve");
    k->ec = ec_key_make(k->curve, bits, w);
    return k->ec != NULL;
}

static bool rsa_from(struct span bits, struct public_key *k, struct why *w)
{
    struct der d = der_of(bits), key = der_open(&d, DER_SEQUENCE);
    struct span n = der_integer(&key), e = der_integer(&key);

    der_close(&d, &key);
    if (!der_done(&d))
        return der_finish(&d, "key", "RFC 8017 A.1.1", w);
    k->kind = KEY_RSA;
    k->curve = CURVE_NONE;
    k->rsa = rsa_key_make(n, e, w);
    return k->rsa != NULL;
}

bool public_key_from_spki(struct span der, struct public_key **ret, struct why *w)
{
    struct der d = der_of(der), spki = der_open(&d, DER_SEQUENCE), algorithm = der_open(&spki, DER_SEQUENCE);
    struct span oid = der_oid(&algorithm), bits = der_bits(&spki);
    struct public_key *k;
    bool ok;

    der_close(&d, &spki);
    if (!der_ok(&algorithm))
        der_fail(&d, algorithm.bad_at, algorithm.what);
    if (!der_done(&d))
        return der_finish(&d, "der", "RFC 5280 4.1.2.7", w);
    k = calloc(1, sizeof *k);
    if (!k)
        abort();
    if (span_eq(oid, OID_EC_PUBLIC_KEY))
        ok = ec_from(&algorithm, bits, k, w);
    else if (span_eq(oid, OID_RSA_ENCRYPTION) || span_eq(oid, OID_RSASSA_PSS))
        ok = rsa_from(bits, k, w);
    else
        ok = why_set(w, "key-not-supported", (size_t)(oid.p - der.p), "Doc 9303-12 4.4",
                     "unknown kind of key");
    if (!ok) {
        public_key_free(k);
        return false;
    }
    *ret = k;
    return true;
}

void public_key_free(struct public_key *k)
{
    if (!k)
        return;
    ec_key_free(k->ec);
    rsa_key_free(k->rsa);
    free(k);
}

enum key_kind public_key_kind(const struct public_key *k)
{
    return k->kind;
}

enum curve public_key_curve(const struct public_key *k)
{
    return k->curve;
}

size_t public_key_bits(const struct public_key *k)
{
    return k->kind == KEY_RSA ? rsa_key_bits(k->rsa) : curve_known(k->curve)->bits;
}

size_t public_key_order_bytes(const struct public_key *k)
{
    return k->kind == KEY_RSA ? 0 : curve_known(k->curve)->order;
}

/* v, without leading zeros, is in [1, n-1] (FIPS 186-5 6.4.2; CVE-2022-21449). */
static bool in_range(struct span *v, const struct known_curve *c)
{
    const uint8_t *n = c->n;

    while (v->n > 0 && v->p[0] == 0)
        *v = span_sub(*v, 1, v->n);
    if (v->n == 0 || v->n > c->order)
        return false;
    return v->n < c->order || memcmp(v->p, n, c->order) < 0;
}

/* Ecdsa-Sig-Value (RFC 5480 appendix A). A negative number is out of range. */
static bool split_der(struct span sig, struct span *r, struct span *s)
{
    struct der d = der_of(sig), seq = der_open(&d, DER_SEQUENCE);

    *r = der_integer(&seq);
    *s = der_integer(&seq);
    der_close(&d, &seq);
    return der_done(&d) && r->p[0] < 0x80 && s->p[0] < 0x80;
}

static bool ecdsa_holds(const struct public_key *k, enum sig_scheme scheme, const struct digest *d,
                        struct span sig, struct why *w)
{
    const struct known_curve *c = curve_known(k->curve);
    struct span r = span_sub(sig, 0, c->order), s = span_sub(sig, c->order, sig.n);

    if (scheme == SIG_ECDSA_RAW && sig.n != 2 * c->order)
        return why_set(w, "signature", WHY_NO_OFFSET, "BSI TR-03111 5.2.1",
                       "signature of %zu bytes instead of %zu", sig.n, 2 * c->order);
    if (scheme == SIG_ECDSA_DER && !split_der(sig, &r, &s))
        return why_set(w, "signature", WHY_NO_OFFSET, "RFC 5480 A", "not an ECDSA signature");
    if (!in_range(&r, c) || !in_range(&s, c))
        return why_set(w, "signature", WHY_NO_OFFSET, "FIPS 186-5 6.4.2", "r or s is outside [1, n-1]");
    if (!ec_key_verify(k->ec, d, r, s))
        return why_set(w, "signature", WHY_NO_OFFSET, "FIPS 186-5 6.4.2",
                       "the ECDSA signature does not hold");
    return true;
}

bool signature_verify(const struct public_key *k, const struct sig_alg *alg, const struct digest *d,
                      struct span sig, struct why *w)
{
    bool ec = alg->scheme == SIG_ECDSA_RAW || alg->scheme == SIG_ECDSA_DER;

    if (ec != (k->kind == KEY_EC))
        return why_set(w, "algorithm", WHY_NO_OFFSET, NULL, "%s signature under %s key", ec ? "ECDSA" : "RSA",
                       ec ? "an RSA" : "an EC");
    if (d->n != digest_size(alg->digest))
        return why_set(w, "algorithm", WHY_NO_OFFSET, NULL, "digest of %zu bytes for %s", d->n,
                       digest_name(alg->digest));
    return ec ? ecdsa_holds(k, alg->scheme, d, sig, w) : rsa_key_verify(k->rsa, alg, d, sig, w);
}
