/* SubjectPublicKeyInfo to a prepared key, and the one way to verify with it. */
#include <stdatomic.h>
#include <stdlib.h>

#include "crypto/internal.h"
#include "crypto/node_key.h"
#include "wire/der.h"

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define SERAI_THREAD_SANITIZER
#endif
#elif defined(__SANITIZE_THREAD__)
#define SERAI_THREAD_SANITIZER
#endif
#ifdef SERAI_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

/*
 * What is needed to verify is made at the first use and set once, by compare and swap: most anchors never
 * verify anything, and a set of thousands stays small. The key is the same before and after.
 */
struct public_key {
    enum key_kind kind;
    enum curve curve;
    struct span bytes;        /* EC: the point as encoded; RSA: the modulus; EdDSA: the octets */
    uint64_t e;               /* RSA: the exponent */
    _Atomic(void *) prepared; /* EC_KEY, struct rsa_key or EVP_PKEY */
    uint8_t own[];            /* copy of the key, unless it was borrowed */
};

#define OID_EC_PUBLIC_KEY  SPAN("\x2a\x86\x48\xce\x3d\x02\x01")
#define OID_RSA_ENCRYPTION SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")
#define OID_RSASSA_PSS     SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")
#define OID_ED25519        SPAN("\x2b\x65\x70")
#define OID_ED448          SPAN("\x2b\x65\x71")

enum { ED25519_KEY = 32, ED25519_SIGNATURE = 64, ED448_KEY = 57, ED448_SIGNATURE = 114, X448_KEY = 56 };

/* prepare: the key is for use at once, and deciding whether the point is valid prepares it. */
static bool ec_from(struct der *algorithm, struct span bits, bool prepare, struct public_key *k,
                    struct why *w)
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
    if (prepare)
        atomic_init(&k->prepared, ec_key_of_point(k->curve, bits));
    if (prepare ? !atomic_load(&k->prepared) : !ec_point_valid(k->curve, bits))
        return why_set(w, "key", (size_t)(bits.p - algorithm->base), "RFC 5480 2.2", "the point is not on %s",
                       curve_name(k->curve));
    k->bytes = bits;
    return true;
}

static bool rsa_from(struct span bits, struct public_key *k, struct why *w)
{
    struct der d = der_of(bits), key = der_open(&d, DER_SEQUENCE);
    struct span n = der_integer(&key), e = der_integer(&key);
    struct rsa_numbers r;

    der_close(&d, &key);
    if (!der_done(&d))
        return der_finish(&d, "key", "RFC 8017 A.1.1", w);
    k->kind = KEY_RSA;
    k->curve = CURVE_NONE;
    if (!rsa_numbers_check(n, e, &r, w))
        return false;
    k->bytes = r.n;
    k->e = r.e;
    return true;
}

static bool edwards_from(enum key_kind kind, struct span octets, size_t at, struct public_key *k,
                         struct why *w)
{
    size_t n = kind == KEY_ED448 ? ED448_KEY : kind == KEY_X448 ? X448_KEY : ED25519_KEY;

    if (octets.n != n)
        return why_set(w, "key", at, "RFC 8032 5, RFC 7748 5", "a key of %zu bytes instead of %zu", octets.n,
                       n);
    k->kind = kind;
    k->curve = CURVE_NONE;
    k->bytes = octets;
    return true;
}

/* Reads into *k, whose spans point into der. */
static bool read_spki(struct span der, bool prepare, struct public_key *k, struct why *w)
{
    struct der d = der_of(der), spki = der_open(&d, DER_SEQUENCE), algorithm = der_open(&spki, DER_SEQUENCE);
    struct span oid = der_oid(&algorithm), bits = der_bits(&spki);

    der_close(&d, &spki);
    if (!der_ok(&algorithm))
        der_fail(&d, algorithm.bad_at, algorithm.what);
    if (!der_done(&d))
        return der_finish(&d, "der", "RFC 5280 4.1.2.7", w);
    if (span_eq(oid, OID_EC_PUBLIC_KEY))
        return ec_from(&algorithm, bits, prepare, k, w);
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

    if (!read_spki(der, false, &read, w))
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
    k->e = read.e;
    atomic_init(&k->prepared, NULL);
    *ret = k;
    return true;
}

bool public_key_from_spki(struct span der, struct public_key **ret, struct why *w)
{
    return make(der, true, ret, w);
}

bool public_key_borrow_spki(struct span der, struct public_key **ret, struct why *w)
{
    return make(der, false, ret, w);
}

/* OpenSSL counts the holders of a key by atomic operations, which ThreadSanitizer cannot see in a library
 * that it did not compile: each drop comes before the last one, which frees. */
static void count_is_seen(void *prepared)
{
#ifdef SERAI_THREAD_SANITIZER
    __tsan_release(prepared);
    __tsan_acquire(prepared);
#else
    (void)prepared;
#endif
}

static void drop(enum key_kind kind, void *prepared)
{
    if (prepared)
        count_is_seen(prepared);
    if (kind == KEY_EC)
        ec_key_free(prepared);
    else if (kind == KEY_RSA)
        rsa_key_free(prepared);
    else
        EVP_PKEY_free(prepared);
}

/* What was read and perhaps prepared, in the arena; dropped with why when there is no room. */
static bool place(struct public_key *read, struct arena *a, struct public_key **ret, struct why *w)
{
    struct public_key *k = arena_alloc(a, sizeof *k);

    if (!k) {
        public_key_clear(read);
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    }
    k->kind = read->kind;
    k->curve = read->curve;
    k->bytes = read->bytes;
    k->e = read->e;
    atomic_init(&k->prepared, atomic_load(&read->prepared));
    *ret = k;
    return true;
}

bool public_key_place_spki(struct span der, struct arena *a, struct public_key **ret, struct why *w)
{
    struct public_key read = { 0 };

    return read_spki(der, true, &read, w) && place(&read, a, ret, w);
}

bool public_key_place_point(enum curve c, struct span point, struct arena *a, struct public_key **ret,
                            struct why *w)
{
    struct public_key read = { .kind = KEY_EC, .curve = c, .bytes = point };

    atomic_init(&read.prepared, ec_key_of_point(c, point));
    if (!atomic_load(&read.prepared))
        return why_set(w, "key", WHY_NO_OFFSET, "SEC 1 3.2.2", "the point is not on %s", curve_name(c));
    return place(&read, a, ret, w);
}

bool public_key_place_edwards(enum key_kind kind, struct span octets, struct arena *a,
                              struct public_key **ret, struct why *w)
{
    struct public_key read = { 0 };

    return edwards_from(kind, octets, WHY_NO_OFFSET, &read, w) && place(&read, a, ret, w);
}

void public_key_clear(struct public_key *k)
{
    if (k)
        drop(k->kind, atomic_exchange(&k->prepared, NULL));
}

void public_key_free(struct public_key *k)
{
    if (!k)
        return;
    drop(k->kind, atomic_load(&k->prepared));
    free(k);
}

static void *prepared(const struct public_key *k)
{
    struct public_key *own = (struct public_key *)(uintptr_t)k;
    struct rsa_numbers r = { k->bytes, k->e };
    void *p = atomic_load_explicit(&own->prepared, memory_order_acquire), *none = NULL;

    if (p)
        return p;
    p = k->kind == KEY_EC    ? (void *)ec_key_make(k->curve, k->bytes)
        : k->kind == KEY_RSA ? (void *)rsa_key_make(&r)
                             : (void *)edwards_make(k->kind, k->bytes);
    if (!atomic_compare_exchange_strong(&own->prepared, &none, p)) {
        drop(k->kind, p); /* another thread was first */
        p = none;
    }
    return p;
}

struct key_share public_key_share(const struct public_key *k)
{
    struct key_share s = { .kind = k->kind, .curve = k->curve };

    if (k->kind != KEY_RSA)
        s.prepared = prepared(k);
    return key_share_hold(&s);
}

struct key_share key_share_hold(const struct key_share *s)
{
    if (s->prepared && s->kind == KEY_EC)
        ec_key_hold(s->prepared);
    else if (s->prepared && EVP_PKEY_up_ref(s->prepared) != 1)
        abort();
    return *s;
}

void key_share_drop(struct key_share *s)
{
    drop(s->kind, s->prepared);
    s->prepared = NULL;
}

bool public_key_place_share(struct span der, struct key_share *s, struct arena *a, struct public_key **ret)
{
    struct der d = der_of(der), spki = der_open(&d, DER_SEQUENCE);
    struct public_key read = { .kind = s->kind, .curve = s->curve };

    (void)der_any(&spki);
    read.bytes = der_bits(&spki);
    if (!s->prepared)
        return false;
    atomic_init(&read.prepared, s->prepared);
    s->prepared = NULL;
    return place(&read, a, ret, NULL);
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
        return rsa_bits(k->bytes);
    case KEY_ED25519:
        return 255;
    case KEY_ED448:
        return 448;
    case KEY_X25519:
        return 255;
    case KEY_X448:
        return 448;
    case KEY_EC:
        break;
    }
    return curve_known(k->curve)->bits;
}

size_t public_key_order_bytes(const struct public_key *k)
{
    return k->kind == KEY_EC ? curve_known(k->curve)->order : 0;
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
    if (!ec_key_verify(prepared(k), d, r, s))
        return why_set(w, "signature", WHY_NO_OFFSET, "FIPS 186-5 6.4.2",
                       "the ECDSA signature does not hold");
    return true;
}

static const char *kind_name(enum key_kind k)
{
    static const char *const name[] = {
        [KEY_RSA] = "an RSA",     [KEY_EC] = "an EC",         [KEY_ED25519] = "an Ed25519",
        [KEY_ED448] = "an Ed448", [KEY_X25519] = "an X25519", [KEY_X448] = "an X448",
    };

    return name[k];
}

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

static bool unfit(const struct public_key *k, enum sig_scheme scheme, struct why *w)
{
    const char *what = scheme == SIG_EDDSA                                  ? "EdDSA"
                       : scheme == SIG_ECDSA_RAW || scheme == SIG_ECDSA_DER ? "ECDSA"
                                                                            : "RSA";

    return why_set(w, "algorithm", WHY_NO_OFFSET, NULL, "%s signature under %s key", what,
                   kind_name(k->kind));
}

bool signature_verify(const struct public_key *k, const struct sig_alg *alg, const struct digest *d,
                      struct span sig, struct why *w)
{
    if (alg->scheme == SIG_EDDSA || !fits(k->kind, alg->scheme))
        return unfit(k, alg->scheme, w);
    if (d->n != digest_size(alg->digest))
        return why_set(w, "algorithm", WHY_NO_OFFSET, NULL, "digest of %zu bytes for %s", d->n,
                       digest_name(alg->digest));
    return k->kind == KEY_EC ? ecdsa_holds(k, alg->scheme, d, sig, w)
                             : rsa_key_verify(prepared(k), alg, d, sig, w);
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
    case KEY_EC:
    case KEY_X25519: /* not reached: nothing fits */
    case KEY_X448:
        break;
    }
    return 2 * public_key_order_bytes(k);
}

bool message_of_parts(const struct span *part, size_t n, struct arena *a, struct span *out)
{
    size_t total = 0, at = 0;
    uint8_t *message;

    for (size_t i = 0; i < n; i++)
        total += part[i].n;
    message = arena_alloc(a, total + 1);
    if (!message)
        return false;
    for (size_t i = 0; i < n; at += part[i++].n)
        if (part[i].n)
            memcpy(message + at, part[i].p, part[i].n);
    *out = span_of(message, total);
    return true;
}

/* Documents and nodes' notes are judged by one verifier (crypto/edwards_strict.h says why). */
static bool eddsa_holds(const struct public_key *k, struct span message, struct span sig)
{
    return k->kind == KEY_ED25519 ? node_verify(message, sig.p, k->bytes.p)
                                  : edwards_verify(prepared(k), message, sig);
}

bool signature_verify_parts(const struct public_key *k, const struct sig_alg *alg, const struct span *part,
                            size_t n, struct span sig, struct arena *scratch, struct why *w)
{
    struct digest d;
    struct span message;

    if (alg->scheme != SIG_EDDSA) {
        digest_parts(alg->digest, part, n, &d);
        return signature_verify(k, alg, &d, sig, w);
    }
    if (!fits(k->kind, alg->scheme))
        return unfit(k, alg->scheme, w);
    if (!message_of_parts(part, n, scratch, &message))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (sig.n != signature_bytes(k, SIG_EDDSA) || !eddsa_holds(k, message, sig))
        return why_set(w, "signature", WHY_NO_OFFSET, "RFC 8032 5", "the EdDSA signature does not hold");
    return true;
}

const EC_KEY *public_key_ec(const struct public_key *k)
{
    return k->kind == KEY_EC ? prepared(k) : NULL;
}

EVP_PKEY *public_key_edwards(const struct public_key *k)
{
    return k->kind == KEY_EC || k->kind == KEY_RSA ? NULL : prepared(k);
}
