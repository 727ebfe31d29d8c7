/*
 * Digests over OpenSSL's low-level functions. They are marked deprecated, and used here, in this file alone,
 * because EVP allocates, looks up and frees around each digest: half a microsecond, for a chip with its
 * certificate a dozen times, where hashing a name takes less than that.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/digest.h"

#include <openssl/sha.h>

union state {
    SHA_CTX sha1;
    SHA256_CTX sha256;
    SHA512_CTX sha512;
};

/* SHA-224 is SHA-256 from another start, and SHA-384 is SHA-512: both share its update. */
static int sha1_init(union state *s)
{
    return SHA1_Init(&s->sha1);
}

static int sha1_update(union state *s, const void *p, size_t n)
{
    return SHA1_Update(&s->sha1, p, n);
}

static int sha1_final(union state *s, uint8_t *out)
{
    return SHA1_Final(out, &s->sha1);
}

static int sha224_init(union state *s)
{
    return SHA224_Init(&s->sha256);
}

static int sha256_init(union state *s)
{
    return SHA256_Init(&s->sha256);
}

static int sha256_update(union state *s, const void *p, size_t n)
{
    return SHA256_Update(&s->sha256, p, n);
}

/* As long as the start said. */
static int sha256_final(union state *s, uint8_t *out)
{
    return SHA256_Final(out, &s->sha256);
}

static int sha384_init(union state *s)
{
    return SHA384_Init(&s->sha512);
}

static int sha512_init(union state *s)
{
    return SHA512_Init(&s->sha512);
}

static int sha512_update(union state *s, const void *p, size_t n)
{
    return SHA512_Update(&s->sha512, p, n);
}

static int sha512_final(union state *s, uint8_t *out)
{
    return SHA512_Final(out, &s->sha512);
}

static const struct {
    const char *name;
    size_t size;
    int (*init)(union state *);
    int (*update)(union state *, const void *, size_t);
    int (*final)(union state *, uint8_t *);
} digests[] = {
    [DIGEST_SHA1] = { "SHA-1", 20, sha1_init, sha1_update, sha1_final },
    [DIGEST_SHA224] = { "SHA-224", 28, sha224_init, sha256_update, sha256_final },
    [DIGEST_SHA256] = { "SHA-256", 32, sha256_init, sha256_update, sha256_final },
    [DIGEST_SHA384] = { "SHA-384", 48, sha384_init, sha512_update, sha512_final },
    [DIGEST_SHA512] = { "SHA-512", 64, sha512_init, sha512_update, sha512_final },
};

size_t digest_size(enum digest_alg alg)
{
    return digests[alg].size;
}

const char *digest_name(enum digest_alg alg)
{
    return digests[alg].name;
}

/* The functions return 1 always: they take no memory and know no error. */
void digest_parts(enum digest_alg alg, const struct span *part, size_t n, struct digest *out)
{
    union state s;

    (void)digests[alg].init(&s);
    for (size_t i = 0; i < n; i++)
        if (part[i].n)
            (void)digests[alg].update(&s, part[i].p, part[i].n);
    (void)digests[alg].final(&s, out->b);
    out->n = digests[alg].size;
}

_Static_assert(sizeof(union state) <= sizeof((struct digest_run *)0)->state, "room for each state");

void digest_begin(enum digest_alg alg, struct digest_run *r)
{
    union state s;

    (void)digests[alg].init(&s);
    r->alg = alg;
    memcpy(r->state, &s, sizeof s);
}

void digest_more(struct digest_run *r, struct span more)
{
    union state s;

    memcpy(&s, r->state, sizeof s);
    if (more.n)
        (void)digests[r->alg].update(&s, more.p, more.n);
    memcpy(r->state, &s, sizeof s);
}

void digest_end(const struct digest_run *r, struct digest *out)
{
    union state s;

    memcpy(&s, r->state, sizeof s);
    (void)digests[r->alg].final(&s, out->b);
    out->n = digests[r->alg].size;
}

void digest_each(enum digest_alg alg, const struct span *in, size_t n, struct digest *out)
{
    for (size_t i = 0; i < n; i++)
        digest_parts(alg, &in[i], 1, &out[i]);
}
