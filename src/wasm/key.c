/*
 * crypto/key.h where WebCrypto does the arithmetic (wasm/oracle.h): ECDSA over P-256, P-384 and P-521 and
 * Ed25519. Every other key is read, so that what is wrong with a document is still told, and verifies
 * nothing: reason "key-not-supported".
 */
#include <stdlib.h>

#include "crypto/edwards_strict.h"
#include "wasm/oracle.h"
#include "wire/der.h"

struct public_key {
    enum key_kind kind;
    enum curve curve;
    struct span bytes; /* EC: the point as encoded; RSA: the modulus; EdDSA: the octets */
    uint8_t own[];
};

#define OID_EC_PUBLIC_KEY  SPAN("\x2a\x86\x48\xce\x3d\x02\x01")
#define OID_RSA_ENCRYPTION SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define OID_RSASSA_PSS     SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")
#define OID_ED25519        SPAN("\x2b\x65\x70")
#define OID_ED448          SPAN("\x2b\x65\x71")

enum {
    ED25519_KEY = 32,
    ED25519_SIGNATURE = 64,
    ED448_KEY = 57,
    ED448_SIGNATURE = 114,
    X25519_KEY = 32,
    X448_KEY = 56,
    ORDER_MAX = 66
};

static const struct {
    const char *name, *browser, *oid;
    uint8_t oid_n, bytes; /* of the field, which are those of the order */
    uint16_t bits;
} curves[] = {
    [CURVE_P224] = { "secp224r1", NULL, "\x2b\x81\x04\x00\x21", 5, 28, 224 },
    [CURVE_P256] = { "secp256r1", "P-256", "\x2a\x86\x48\xce\x3d\x03\x01\x07", 8, 32, 256 },
    [CURVE_P384] = { "secp384r1", "P-384", "\x2b\x81\x04\x00\x22", 5, 48, 384 },
    [CURVE_P521] = { "secp521r1", "P-521", "\x2b\x81\x04\x00\x23", 5, 66, 521 },
    [CURVE_BP192] = { "brainpoolP192r1", NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x03", 9, 24, 192 },
    [CURVE_BP224] = { "brainpoolP224r1", NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x05", 9, 28, 224 },
    [CURVE_BP256] = { "brainpoolP256r1", NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x07", 9, 32, 256 },
    [CURVE_BP320] = { "brainpoolP320r1", NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x09", 9, 40, 320 },
    [CURVE_BP384] = { "brainpoolP384r1", NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x0b", 9, 48, 384 },
    [CURVE_BP512] = { "brainpoolP512r1", NULL, "\x2b\x24\x03\x03\x02\x08\x01\x01\x0d", 9, 64, 512 },
};

const char *curve_name(enum curve c)
{
    return c < CURVE_NONE ? curves[c].name : "none";
}

static bool not_supported(struct why *w, const char *what)
{
    return why_set(w, "key-not-supported", WHY_NO_OFFSET, NULL, "this device cannot verify %s: ask the node",
                   what);
}

/* --- keys --- */

static enum curve curve_by_oid(struct span oid)
{
    for (size_t i = 0; i < CURVE_NONE; i++)
        if (span_eq(oid, span_of(curves[i].oid, curves[i].oid_n)))
            return (enum curve)i;
    return CURVE_NONE;
}

static bool compressed(struct span point)
{
    return point.n > 0 && (point.p[0] == 2 || point.p[0] == 3);
}

/* SEC 1 2.3.3, by form and length. */
static bool point_form(enum curve c, struct span point)
{
    if (compressed(point))
        return point.n == 1u + curves[c].bytes;
    return point.n == 1u + 2u * curves[c].bytes && point.p[0] == 4;
}

/* Whether the point is on its curve, as far as it can be told here. */
static bool point_valid(enum curve c, struct span point)
{
    const struct oracle_question q = { .algorithm = curves[c].browser, .key = point, .key_alone = true };

    if (!point_form(c, point))
        return false;
    return !q.algorithm || compressed(point) || oracle_ask(&q) != ORACLE_FAILS;
}

static bool off_curve(enum curve c, size_t at, struct why *w)
{
    return why_set(w, "key", at, "RFC 5480 2.2", "the point is not on %s", curve_name(c));
}

static bool ec_from(struct der *algorithm, struct span bits, struct public_key *k, struct why *w)
{
    struct der_item parameters = der_any(algorithm);
    size_t at = (size_t)(parameters.body.p - algorithm->base);

    if (!der_done(algorithm))
        return der_finish(algorithm, "key", "RFC 5480 2.1.1", w);
    k->kind = KEY_EC;
    k->curve = parameters.tag == DER_OID ? curve_by_oid(parameters.body) : CURVE_NONE;
    if (k->curve == CURVE_NONE)
        return why_set(w, "key-not-supported", at, "RFC 5480 2.1.1", "unknown curve");
    if (!point_form(k->curve, bits))
        return off_curve(k->curve, (size_t)(bits.p - algorithm->base), w);
    k->bytes = bits;
    return true;
}

static bool rsa_from(struct span bits, struct public_key *k, struct why *w)
{
    struct der d = der_of(bits), key = der_open(&d, DER_SEQUENCE);
    struct span n = der_integer(&key), e = der_integer(&key);

    der_close(&d, &key);
    if (!der_done(&d))
        return der_finish(&d, "key", "RFC 8017 A.1.1", w);
    while (n.n > 0 && n.p[0] == 0)
        n = span_sub(n, 1, n.n);
    if (n.n == 0 || e.n == 0)
        return why_set(w, "key", WHY_NO_OFFSET, "RFC 8017 3.1",
                       "modulus or exponent is not that of an RSA key");
    k->kind = KEY_RSA;
    k->curve = CURVE_NONE;
    k->bytes = n;
    return true;
}

static bool edwards_from(enum key_kind kind, struct span octets, size_t at, struct public_key *k,
                         struct why *w)
{
    size_t n = kind == KEY_ED25519  ? ED25519_KEY
               : kind == KEY_ED448  ? ED448_KEY
               : kind == KEY_X25519 ? X25519_KEY
                                    : X448_KEY;

    if (octets.n != n)
        return why_set(w, "key", at, "RFC 8032 5", "a key of %zu bytes instead of %zu", octets.n, n);
    k->kind = kind;
    k->curve = CURVE_NONE;
    k->bytes = octets;
    return true;
}

/* Reads into *k, whose span points into der. */
static bool read_spki(struct span der, struct public_key *k, struct why *w)
{
    struct der d = der_of(der), spki = der_open(&d, DER_SEQUENCE), algorithm = der_open(&spki, DER_SEQUENCE);
    struct span oid = der_oid(&algorithm), bits = der_bits(&spki);

    der_close(&d, &spki);
    if (!der_ok(&algorithm))
        der_fail(&d, algorithm.bad_at, algorithm.what);
    if (!der_done(&d))
        return der_finish(&d, "der", "RFC 5280 4.1.2.7", w);
    if (span_eq(oid, OID_EC_PUBLIC_KEY))
        return ec_from(&algorithm, bits, k, w);
    if (span_eq(oid, OID_RSA_ENCRYPTION) || span_eq(oid, OID_RSASSA_PSS))
        return rsa_from(bits, k, w);
    if (span_eq(oid, OID_ED25519) || span_eq(oid, OID_ED448)) {
        if (!der_done(&algorithm)) /* RFC 8410 3: no parameters */
            return der_finish(&algorithm, "key", "RFC 8410 3", w);
        return edwards_from(span_eq(oid, OID_ED448) ? KEY_ED448 : KEY_ED25519, bits, (size_t)(bits.p - der.p),
                            k, w);
    }
    return why_set(w, "key-not-supported", (size_t)(oid.p - der.p), "Doc 9303-12 4.4", "unknown kind of key");
}

static bool make(struct span der, bool copy, struct public_key **ret, struct why *w)
{
    struct public_key read = { 0 }, *k;

    if (!read_spki(der, &read, w))
        return false;
    k = malloc(sizeof *k + (copy ? read.bytes.n : 0));
    if (!k)
        abort();
    if (copy && read.bytes.n) {
        memcpy(k->own, read.bytes.p, read.bytes.n);
        read.bytes.p = k->own;
    }
    k->kind = read.kind;
    k->curve = read.curve;
    k->bytes = read.bytes;
    *ret = k;
    return true;
}

/* Of these two the point is looked at when a signature is verified: anchors are many, and few are used. */
bool public_key_from_spki(struct span der, struct public_key **ret, struct why *w)
{
    return make(der, true, ret, w);
}

bool public_key_borrow_spki(struct span der, struct public_key **ret, struct why *w)
{
    return make(der, false, ret, w);
}

void public_key_free(struct public_key *k)
{
    free(k);
}

static bool place(const struct public_key *read, struct arena *a, struct public_key **ret, struct why *w)
{
    struct public_key *k = arena_alloc(a, sizeof *k);

    if (!k)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    k->kind = read->kind;
    k->curve = read->curve;
    k->bytes = read->bytes;
    *ret = k;
    return true;
}

bool public_key_place_spki(struct span der, struct arena *a, struct public_key **ret, struct why *w)
{
    struct public_key read = { 0 };

    if (!read_spki(der, &read, w))
        return false;
    if (read.kind == KEY_EC && !point_valid(read.curve, read.bytes))
        return off_curve(read.curve, (size_t)(read.bytes.p - der.p), w);
    return place(&read, a, ret, w);
}

bool public_key_place_point(enum curve c, struct span point, struct arena *a, struct public_key **ret,
                            struct why *w)
{
    struct public_key read = { .kind = KEY_EC, .curve = c, .bytes = point };

    return point_valid(c, point) ? place(&read, a, ret, w) : off_curve(c, WHY_NO_OFFSET, w);
}

bool public_key_place_edwards(enum key_kind kind, struct span octets, struct arena *a,
                              struct public_key **ret, struct why *w)
{
    struct public_key read = { 0 };

    return edwards_from(kind, octets, WHY_NO_OFFSET, &read, w) && place(&read, a, ret, w);
}

void public_key_clear(struct public_key *k)
{
    (void)k; /* nothing was prepared */
}

/* Nothing is prepared, so nothing is shared. */
struct key_share public_key_share(const struct public_key *k)
{
    return (struct key_share){ .kind = k->kind, .curve = k->curve };
}

struct key_share key_share_hold(const struct key_share *s)
{
    return *s;
}

void key_share_drop(struct key_share *s)
{
    *s = (struct key_share){ 0 };
}

bool public_key_place_share(struct span der, struct key_share *s, struct arena *a, struct public_key **ret)
{
    key_share_drop(s);
    return public_key_place_spki(der, a, ret, NULL);
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
    switch (k->kind) {
    case KEY_RSA:
        return 8 * k->bytes.n;
    case KEY_ED25519:
    case KEY_X25519:
        return 255;
    case KEY_ED448:
    case KEY_X448:
        return 448;
    case KEY_EC:
        break;
    }
    return curves[k->curve].bits;
}

size_t public_key_order_bytes(const struct public_key *k)
{
    return k->kind == KEY_EC ? curves[k->curve].bytes : 0;
}

/* --- signatures --- */

static bool fits(enum key_kind kind, enum sig_scheme scheme)
{
    switch (scheme) {
    case SIG_ECDSA_RAW:
    case SIG_ECDSA_DER:
        return kind == KEY_EC;
    case SIG_RSA_PKCS1:
    case SIG_RSA_PSS:
        return kind == KEY_RSA;
    case SIG_EDDSA:
        return kind == KEY_ED25519 || kind == KEY_ED448;
    }
    return false;
}

size_t signature_bytes(const struct public_key *k, enum sig_scheme scheme)
{
    if (!fits(k->kind, scheme) || scheme == SIG_ECDSA_DER)
        return 0;
    switch (k->kind) {
    case KEY_ED25519:
        return ED25519_SIGNATURE;
    case KEY_ED448:
        return ED448_SIGNATURE;
    case KEY_RSA:
        return k->bytes.n;
    case KEY_X25519:
    case KEY_X448:
        return 0;
    case KEY_EC:
        break;
    }
    return 2 * public_key_order_bytes(k);
}

/* An INTEGER as n bytes; false when it is negative or longer. */
static bool widen(struct span v, size_t n, uint8_t *out)
{
    if (v.n == 0 || v.p[0] >= 0x80)
        return false;
    while (v.n > 0 && v.p[0] == 0)
        v = span_sub(v, 1, v.n);
    if (v.n > n)
        return false;
    memset(out, 0, n);
    if (v.n)
        memcpy(out + (n - v.n), v.p, v.n);
    return true;
}

/* Ecdsa-Sig-Value (RFC 5480 appendix A) as r || s, which is how browsers take it. */
static bool raw_of_der(struct span sig, size_t n, uint8_t out[2 * ORDER_MAX])
{
    struct der d = der_of(sig), seq = der_open(&d, DER_SEQUENCE);
    struct span r = der_integer(&seq), s = der_integer(&seq);

    der_close(&d, &seq);
    return der_done(&d) && widen(r, n, out) && widen(s, n, out + n);
}

static bool told(enum oracle_answer answer, const char *clause, const char *kind, const char *name,
                 struct why *w)
{
    if (answer == ORACLE_CANNOT)
        return not_supported(w, name);
    return answer == ORACLE_HOLDS ||
           why_set(w, "signature", WHY_NO_OFFSET, clause, "the %s signature does not hold", kind);
}

static bool ecdsa_holds(const struct public_key *k, const struct sig_alg *alg, struct span message,
                        struct span sig, struct why *w)
{
    static const char clause[] = "FIPS 186-5 6.4.2";
    struct oracle_question q = { .algorithm = curves[k->curve].browser,
                                 .hash = digest_name(alg->digest),
                                 .key = k->bytes,
                                 .message = message,
                                 .signature = sig };
    size_t n = curves[k->curve].bytes;
    uint8_t raw[2 * ORDER_MAX];

    if (alg->scheme == SIG_ECDSA_DER) {
        if (!raw_of_der(sig, n, raw))
            return why_set(w, "signature", WHY_NO_OFFSET, "RFC 5480 A", "not an ECDSA signature");
        q.signature = span_of(raw, 2 * n);
    } else if (sig.n != 2 * n) {
        return why_set(w, "signature", WHY_NO_OFFSET, "BSI TR-03111 5.2.1",
                       "signature of %zu bytes instead of %zu", sig.n, 2 * n);
    }
    if (!q.algorithm)
        return not_supported(w, curve_name(k->curve));
    if (compressed(k->bytes))
        return not_supported(w, "a compressed point");
    if (alg->digest == DIGEST_SHA1 || alg->digest == DIGEST_SHA224)
        return not_supported(w, digest_name(alg->digest));
    return told(oracle_ask(&q), clause, "ECDSA", q.algorithm, w);
}

static bool unfit(struct why *w)
{
    return why_set(w, "algorithm", WHY_NO_OFFSET, NULL, "a signature of another kind than the key");
}

static bool holds(const struct public_key *k, const struct sig_alg *alg, struct span message, struct span sig,
                  struct why *w)
{
    const struct oracle_question q = {
        .algorithm = "Ed25519", .key = k->bytes, .message = message, .signature = sig
    };

    switch (k->kind) {
    case KEY_EC:
        return ecdsa_holds(k, alg, message, sig, w);
    case KEY_RSA:
        return not_supported(w, "RSA");
    case KEY_ED448:
        return not_supported(w, "Ed448");
    case KEY_X25519:
    case KEY_X448:
        return unfit(w);
    case KEY_ED25519:
        break;
    }
    if (sig.n != ED25519_SIGNATURE || !ed25519_strict(k->bytes.p, sig.p))
        return why_set(w, "signature", WHY_NO_OFFSET, "RFC 8032 5", "the EdDSA signature does not hold");
    return told(oracle_ask(&q), "RFC 8032 5", "EdDSA", q.algorithm, w);
}

bool signature_verify(const struct public_key *k, const struct sig_alg *alg, const struct digest *d,
                      struct span sig, struct why *w)
{
    struct span message;

    if (alg->scheme == SIG_EDDSA || !fits(k->kind, alg->scheme))
        return unfit(w);
    if (d->n != digest_size(alg->digest))
        return why_set(w, "algorithm", WHY_NO_OFFSET, NULL, "digest of %zu bytes for %s", d->n,
                       digest_name(alg->digest));
    if (!oracle_message_of(alg->digest, d, &message))
        return not_supported(w, "a digest alone");
    return holds(k, alg, message, sig, w);
}

bool signature_verify_parts(const struct public_key *k, const struct sig_alg *alg, const struct span *part,
                            size_t n, struct span sig, struct arena *scratch, struct why *w)
{
    size_t total = 0, at = 0;
    uint8_t *message;

    if (!fits(k->kind, alg->scheme))
        return unfit(w);
    for (size_t i = 0; i < n; i++)
        total += part[i].n;
    message = arena_alloc(scratch, total + 1);
    if (!message)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < n; at += part[i++].n)
        if (part[i].n)
            memcpy(message + at, part[i].p, part[i].n);
    return holds(k, alg, span_of(message, total), sig, w);
}
