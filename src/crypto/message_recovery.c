#include "crypto/message_recovery.h"

#include <stdlib.h>

#include "crypto/internal.h"
#include "wire/der.h"

#define CLAUSE "ISO/IEC 9796-2 8; Doc 9303-11 6.1.2"

enum { BLOCK = 1024 /* bytes of the longest modulus that is taken */ };

static bool read_key(struct span spki, struct rsa_numbers *out, struct why *w)
{
    struct der d = der_of(spki), info = der_open(&d, DER_SEQUENCE), inner, key;
    struct span bits, n, e;

    (void)der_get(&info, DER_SEQUENCE); /* the caller knows that it is RSA */
    bits = der_bits(&info);
    der_close(&d, &info);
    if (!der_done(&d))
        return der_finish(&d, "der", "RFC 5280 4.1.2.7", w);
    inner = der_of(bits);
    key = der_open(&inner, DER_SEQUENCE);
    n = der_integer(&key);
    e = der_integer(&key);
    der_close(&inner, &key);
    if (!der_done(&inner))
        return der_finish(&inner, "key", "RFC 8017 A.1.1", w);
    if (!rsa_numbers_check(n, e, out, w))
        return false;
    if (out->n.n > BLOCK || out->n.p[0] < 0x80)
        return why_set(w, "key-not-supported", WHY_NO_OFFSET, CLAUSE,
                       "a modulus that is not whole bytes long");
    return true;
}

/* sig^e mod n, or n less that: whichever ends in the nibble C, as every trailer does. */
static bool recover(const struct rsa_numbers *key, struct span sig, uint8_t *block)
{
    uint8_t e[8];
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *n = BN_bin2bn(key->n.p, (int)key->n.n, NULL), *s = BN_bin2bn(sig.p, (int)sig.n, NULL), *exponent,
           *m = BN_new();
    bool ok;

    for (size_t i = 0; i < sizeof e; i++)
        e[i] = (uint8_t)(key->e >> (56 - 8 * i));
    exponent = BN_bin2bn(e, sizeof e, NULL);
    if (!ctx || !n || !s || !exponent || !m)
        abort();
    ok = BN_ucmp(s, n) < 0 && BN_mod_exp_mont(m, s, exponent, n, ctx, NULL) == 1;
    if (ok && BN_mod_word(m, 16) != 12)
        ok = BN_usub(m, n, m) == 1;
    ok = ok && BN_mod_word(m, 16) == 12 && BN_bn2binpad(m, block, (int)key->n.n) == (int)key->n.n;
    BN_free(n);
    BN_free(s);
    BN_free(exponent);
    BN_free(m);
    BN_CTX_free(ctx);
    return ok;
}

/* The digest that the trailer names, and how many bytes the trailer has; 0: none that is known. */
static size_t trailer(struct span block, enum digest_alg *digest)
{
    static const struct {
        uint8_t id;
        enum digest_alg digest;
    } known[] = { { 0x33, DIGEST_SHA1 },
                  { 0x38, DIGEST_SHA224 },
                  { 0x34, DIGEST_SHA256 },
                  { 0x36, DIGEST_SHA384 },
                  { 0x35, DIGEST_SHA512 } };

    if (block.p[block.n - 1] == 0xbc) {
        *digest = DIGEST_SHA1;
        return 1;
    }
    for (size_t i = 0; block.p[block.n - 1] == 0xcc && i < sizeof known / sizeof known[0]; i++) {
        if (block.p[block.n - 2] == known[i].id) {
            *digest = known[i].digest;
            return 2;
        }
    }
    return 0;
}

/* Where the recovered message begins: behind 6A, or behind 6B BB .. BB BA; 0: neither. The rule leaves one
 * reading. */
static size_t header(struct span block, size_t end)
{
    size_t i = 1;

    if (block.p[0] == 0x6a)
        return 1;
    if (block.p[0] != 0x6b)
        return 0;
    while (i < end && block.p[i] == 0xbb)
        i++;
    return i < end && block.p[i] == 0xba ? i + 1 : 0;
}

bool message_recovery_verify(struct span spki, struct span rest, struct span sig, enum digest_alg *digest,
                             struct why *w)
{
    struct rsa_numbers key = { 0 };
    uint8_t mem[BLOCK] = { 0 };
    struct span block;
    struct digest d;
    size_t tail, head, end;

    if (!read_key(spki, &key, w))
        return false;
    if (sig.n != key.n.n)
        return why_set(w, "signature", WHY_NO_OFFSET, CLAUSE, "signature of %zu bytes for a modulus of %zu",
                       sig.n, key.n.n);
    if (!recover(&key, sig, mem))
        return why_set(w, "signature", WHY_NO_OFFSET, CLAUSE, "what the signature holds has no trailer");
    block = span_of(mem, key.n.n);
    if ((tail = trailer(block, digest)) == 0)
        return why_set(w, "signature", WHY_NO_OFFSET, CLAUSE, "the trailer names no known digest");
    end = block.n - tail - digest_size(*digest);
    if ((head = header(block, end)) == 0)
        return why_set(w, "signature", WHY_NO_OFFSET, CLAUSE, "what the signature holds has no header");
    digest_parts(*digest, (const struct span[]){ span_sub(block, head, end), rest }, 2, &d);
    if (!span_eq(digest_span(&d), span_sub(block, end, block.n - tail)))
        return why_set(w, "signature", WHY_NO_OFFSET, CLAUSE,
                       "the digest in the signature is not that of the message");
    return true;
}
