/*
 * RSA verification (RFC 8017): the public operation is OpenSSL's Montgomery exponentiation, the encodings are
 * compared here, whole, with what they must be. Nothing of a recovered block is ever parsed or searched
 * (CVE-2006-4339, CVE-2014-1568).
 */
#include <stdlib.h>

#include "crypto/internal.h"

enum { RSA_BITS_MIN = 1024, RSA_BITS_MAX = 8192, RSA_BYTES = RSA_BITS_MAX / 8, RSA_EXPONENT_BYTES = 8 };

struct rsa_key {
    BIGNUM *n, *e;
    BN_MONT_CTX *mont;
    size_t bits, bytes;
};

static struct span without_zeros(struct span s)
{
    while (s.n > 0 && s.p[0] == 0)
        s = span_sub(s, 1, s.n);
    return s;
}

bool rsa_numbers_check(struct span n, struct span e, struct rsa_numbers *out, struct why *w)
{
    bool negative = n.n == 0 || e.n == 0 || n.p[0] >= 0x80 || e.p[0] >= 0x80;
    struct rsa_numbers r = { .n = without_zeros(n) };

    e = without_zeros(e);
    if (negative || r.n.n == 0 || e.n == 0 || !(r.n.p[r.n.n - 1] & 1) || !(e.p[e.n - 1] & 1) ||
        (e.n == 1 && e.p[0] == 1))
        return why_set(w, "key", WHY_NO_OFFSET, "RFC 8017 3.1",
                       "modulus or exponent is not that of an RSA key");
    if (r.n.n < RSA_BITS_MIN / 8 || r.n.n > RSA_BYTES || e.n > RSA_EXPONENT_BYTES)
        return why_set(w, "key-not-supported", WHY_NO_OFFSET, "Doc 9303-12 4.4",
                       "RSA key of %zu bits, exponent of %zu", r.n.n * 8, e.n * 8);
    for (size_t i = 0; i < e.n; i++)
        r.e = r.e << 8 | e.p[i];
    *out = r;
    return true;
}

size_t rsa_bits(struct span modulus)
{
    size_t bits = modulus.n * 8;

    for (uint8_t top = modulus.p[0]; top < 0x80; top = (uint8_t)(top << 1))
        bits--;
    return bits;
}

struct rsa_key *rsa_key_make(const struct rsa_numbers *r)
{
    struct rsa_key *k = calloc(1, sizeof *k);
    BN_CTX *ctx = BN_CTX_new();
    uint8_t e[RSA_EXPONENT_BYTES];

    for (size_t i = 0; i < sizeof e; i++)
        e[i] = (uint8_t)(r->e >> (8 * (sizeof e - 1 - i)));
    if (!k || !ctx || !(k->n = BN_bin2bn(r->n.p, (int)r->n.n, NULL)) ||
        !(k->e = BN_bin2bn(e, sizeof e, NULL)) || !(k->mont = BN_MONT_CTX_new()) ||
        BN_MONT_CTX_set(k->mont, k->n, ctx) != 1)
        abort();
    BN_CTX_free(ctx);
    k->bits = rsa_bits(r->n);
    k->bytes = r->n.n;
    return k;
}

void rsa_key_free(struct rsa_key *k)
{
    if (!k)
        return;
    BN_free(k->n);
    BN_free(k->e);
    BN_MONT_CTX_free(k->mont);
    free(k);
}

/* RFC 8017 5.2.2: em = sig^e mod n, as long as the modulus. False when sig is not below n. */
static bool recover(const struct rsa_key *k, struct span sig, uint8_t *em)
{
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *s = BN_bin2bn(sig.p, (int)sig.n, NULL), *m = BN_new();
    bool ok = false;

    if (!ctx || !s || !m)
        abort();
    if (BN_ucmp(s, k->n) < 0)
        ok = BN_mod_exp_mont(m, s, k->e, k->n, ctx, k->mont) == 1 &&
             BN_bn2binpad(m, em, (int)k->bytes) == (int)k->bytes;
    BN_free(s);
    BN_free(m);
    BN_CTX_free(ctx);
    return ok;
}

/* RFC 8017 9.2 note 1, with the NULL; without it two lengths shrink by two and the last two bytes fall away.
 */
static const struct {
    const char *prefix;
    uint8_t n;
} digest_info[] = {
    [DIGEST_SHA1] = { "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14", 15 },
    [DIGEST_SHA224] = { "\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c", 19 },
    [DIGEST_SHA256] = { "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", 19 },
    [DIGEST_SHA384] = { "\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30", 19 },
    [DIGEST_SHA512] = { "\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40", 19 },
};

/* EMSA-PKCS1-v1_5: writes the block of n bytes that a right signature must give. */
static bool expected_block(const struct digest *d, enum digest_alg alg, bool null, uint8_t *em, size_t n)
{
    size_t head = digest_info[alg].n, t;
    uint8_t prefix[19];

    memcpy(prefix, digest_info[alg].prefix, head);
    if (!null) {
        prefix[1] = (uint8_t)(prefix[1] - 2);
        prefix[3] = (uint8_t)(prefix[3] - 2);
        memmove(prefix + head - 4, prefix + head - 2, 2);
        head -= 2;
    }
    t = head + d->n;
    if (n < t + 11)
        return false;
    memset(em, 0xff, n);
    em[0] = 0;
    em[1] = 1;
    em[n - t - 1] = 0;
    memcpy(em + n - t, prefix, head);
    memcpy(em + n - d->n, d->b, d->n);
    return true;
}

static bool pkcs1_holds(const uint8_t *em, size_t n, enum digest_alg alg, const struct digest *d)
{
    uint8_t want[RSA_BYTES];

    for (int null = 1; null >= 0; null--)
        if (expected_block(d, alg, null, want, n) && memcmp(em, want, n) == 0)
            return true;
    return false;
}

/* RFC 8017 B.2.1, xored over the n bytes at p. */
static void mgf1_xor(enum digest_alg alg, struct span seed, uint8_t *p, size_t n)
{
    struct digest d;
    uint8_t counter[4];

    for (uint32_t i = 0; n > 0; i++) {
        size_t step;

        for (size_t j = 0; j < 4; j++)
            counter[j] = (uint8_t)(i >> (24 - 8 * j));
        digest_parts(alg, (const struct span[]){ seed, span_of(counter, 4) }, 2, &d);
        step = d.n < n ? d.n : n;
        for (size_t j = 0; j < step; j++)
            p[j] ^= d.b[j];
        p += step;
        n -= step;
    }
}

/* EMSA-PSS-VERIFY, RFC 8017 9.1.2; the block is changed. */
static bool pss_holds(uint8_t *em, size_t n, size_t bits, const struct sig_alg *alg, const struct digest *d)
{
    size_t em_bits = bits - 1, h = d->n, salt = alg->salt, db, zeros;
    struct digest again;

    if (em_bits % 8 == 0) { /* the block is one byte shorter than the modulus */
        if (em[0] != 0)
            return false;
        em++;
        n--;
    }
    if (n < h + salt + 2 || em[n - 1] != 0xbc)
        return false;
    db = n - h - 1;
    if (em_bits % 8 && em[0] >> (em_bits % 8) != 0)
        return false;
    mgf1_xor(alg->mgf, span_of(em + db, h), em, db);
    if (em_bits % 8)
        em[0] &= (uint8_t)(0xff >> (8 - em_bits % 8));
    zeros = db - salt - 1;
    for (size_t i = 0; i < zeros; i++)
        if (em[i] != 0)
            return false;
    if (em[zeros] != 1)
        return false;
    digest_parts(
        alg->digest,
        (const struct span[]){ SPAN("\0\0\0\0\0\0\0\0"), digest_span(d), span_of(em + db - salt, salt) }, 3,
        &again);
    return memcmp(again.b, em + db, h) == 0;
}

bool rsa_key_verify(const struct rsa_key *k, const struct sig_alg *alg, const struct digest *d,
                    struct span sig, struct why *w)
{
    uint8_t em[RSA_BYTES];
    bool pss = alg->scheme == SIG_RSA_PSS;

    if (sig.n != k->bytes)
        return why_set(w, "signature", WHY_NO_OFFSET, pss ? "RFC 8017 8.1.2" : "RFC 8017 8.2.2",
                       "signature of %zu bytes for a modulus of %zu", sig.n, k->bytes);
    if (recover(k, sig, em) &&
        (pss ? pss_holds(em, k->bytes, k->bits, alg, d) : pkcs1_holds(em, k->bytes, alg->digest, d)))
        return true;
    return why_set(w, "signature", WHY_NO_OFFSET, pss ? "RFC 8017 8.1.2" : "RFC 8017 8.2.2",
                   "the RSA signature does not hold");
}
