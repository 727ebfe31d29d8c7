/* FIPS 180-4, plainly: the browser hashes what it is asked to verify, so this is about items and names. */
#include "wasm/sha.h"

/* 4.2.3; the constants of 4.2.2 are the upper halves of the first 64. */
static const uint64_t k[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817
};

/* 5.3.5 and 5.3.4; SHA-256 begins with the upper halves of the first, SHA-224 with the lower of the second.
 */
static const uint64_t begin_512[8] = { 0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                       0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                       0x1f83d9abfb41bd6b, 0x5be0cd19137e2179 };
static const uint64_t begin_384[8] = { 0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
                                       0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511,
                                       0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4 };
static const uint32_t begin_1[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };

enum { BLOCK_32 = 64, BLOCK_64 = 128 };

/* Of either width: words of 32 bits for SHA-1, SHA-224 and SHA-256, else of 64. */
struct sha {
    bool wide, first; /* first: SHA-1 */
    uint64_t h64[8];
    uint32_t h32[8];
    uint64_t total;
    size_t fill;
    uint8_t block[BLOCK_64];
};

static uint32_t load_32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t left(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static uint32_t right_32(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static uint64_t right_64(uint64_t x, unsigned n)
{
    return x >> n | x << (64 - n);
}

/* 6.1.2 */
static void block_1(uint32_t h[5], const uint8_t *p)
{
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

    for (size_t t = 0; t < 80; t++)
        w[t] = t < 16 ? load_32(p + 4 * t) : left(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    for (size_t t = 0; t < 80; t++) {
        uint32_t f = t < 20   ? ((b & c) ^ (~b & d)) + 0x5a827999
                     : t < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                     : t < 60 ? ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdc
                              : (b ^ c ^ d) + 0xca62c1d6;

        f += left(a, 5) + e + w[t];
        e = d;
        d = c;
        c = left(b, 30);
        b = a;
        a = f;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

/* 6.2.2 */
static void block_256(uint32_t h[8], const uint8_t *p)
{
    uint32_t w[64], v[8];

    memcpy(v, h, sizeof v);
    for (size_t t = 0; t < 16; t++)
        w[t] = load_32(p + 4 * t);
    for (size_t t = 16; t < 64; t++)
        w[t] = (right_32(w[t - 2], 17) ^ right_32(w[t - 2], 19) ^ w[t - 2] >> 10) + w[t - 7] +
               (right_32(w[t - 15], 7) ^ right_32(w[t - 15], 18) ^ w[t - 15] >> 3) + w[t - 16];
    for (size_t t = 0; t < 64; t++) {
        uint32_t one = v[7] + (right_32(v[4], 6) ^ right_32(v[4], 11) ^ right_32(v[4], 25)) +
                       ((v[4] & v[5]) ^ (~v[4] & v[6])) + (uint32_t)(k[t] >> 32) + w[t];
        uint32_t two = (right_32(v[0], 2) ^ right_32(v[0], 13) ^ right_32(v[0], 22)) +
                       ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += one;
        v[0] = one + two;
    }
    for (size_t i = 0; i < 8; i++)
        h[i] += v[i];
}

/* 6.4.2 */
static void block_512(uint64_t h[8], const uint8_t *p)
{
    uint64_t w[80], v[8];

    memcpy(v, h, sizeof v);
    for (size_t t = 0; t < 16; t++)
        w[t] = (uint64_t)load_32(p + 8 * t) << 32 | load_32(p + 8 * t + 4);
    for (size_t t = 16; t < 80; t++)
        w[t] = (right_64(w[t - 2], 19) ^ right_64(w[t - 2], 61) ^ w[t - 2] >> 6) + w[t - 7] +
               (right_64(w[t - 15], 1) ^ right_64(w[t - 15], 8) ^ w[t - 15] >> 7) + w[t - 16];
    for (size_t t = 0; t < 80; t++) {
        uint64_t one = v[7] + (right_64(v[4], 14) ^ right_64(v[4], 18) ^ right_64(v[4], 41)) +
                       ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[t] + w[t];
        uint64_t two = (right_64(v[0], 28) ^ right_64(v[0], 34) ^ right_64(v[0], 39)) +
                       ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += one;
        v[0] = one + two;
    }
    for (size_t i = 0; i < 8; i++)
        h[i] += v[i];
}

static void start(struct sha *s, enum digest_alg alg)
{
    const uint64_t *h = alg == DIGEST_SHA512 || alg == DIGEST_SHA256 ? begin_512 : begin_384;

    *s = (struct sha){ .wide = alg == DIGEST_SHA384 || alg == DIGEST_SHA512, .first = alg == DIGEST_SHA1 };
    for (size_t i = 0; i < 8; i++) {
        s->h64[i] = h[i];
        s->h32[i] = (uint32_t)(alg == DIGEST_SHA256 ? h[i] >> 32 : h[i]);
    }
    if (s->first)
        memcpy(s->h32, begin_1, sizeof begin_1);
}

static void one_block(struct sha *s, const uint8_t *p)
{
    if (s->wide)
        block_512(s->h64, p);
    else if (s->first)
        block_1(s->h32, p);
    else
        block_256(s->h32, p);
}

static void update(struct sha *s, struct span in)
{
    size_t block = s->wide ? BLOCK_64 : BLOCK_32;

    s->total += in.n;
    while (in.n > 0) {
        size_t step = block - s->fill;

        if (s->fill == 0 && in.n >= block) {
            one_block(s, in.p);
            in = span_sub(in, block, in.n);
            continue;
        }
        step = step < in.n ? step : in.n;
        memcpy(s->block + s->fill, in.p, step);
        in = span_sub(in, step, in.n);
        s->fill += step;
        if (s->fill == block) {
            one_block(s, s->block);
            s->fill = 0;
        }
    }
}

/* 5.1: a bit, zeros, and the number of bits at the end of a block; the upper half of 128 bits stays zero. */
static void finish(struct sha *s, uint8_t *out, size_t n)
{
    size_t block = s->wide ? BLOCK_64 : BLOCK_32, length = s->wide ? 16 : 8;
    uint64_t bits = 8 * s->total;

    s->block[s->fill++] = 0x80;
    if (s->fill > block - length) {
        memset(s->block + s->fill, 0, block - s->fill);
        one_block(s, s->block);
        s->fill = 0;
    }
    memset(s->block + s->fill, 0, block - s->fill);
    for (size_t i = 0; i < 8; i++)
        s->block[block - 1 - i] = (uint8_t)(bits >> 8 * i);
    one_block(s, s->block);
    for (size_t i = 0; i < n; i++) {
        uint64_t word = s->wide ? s->h64[i / 8] >> (56 - 8 * (i % 8)) : s->h32[i / 4] >> (24 - 8 * (i % 4));

        out[i] = (uint8_t)word;
    }
}

size_t sha_bytes(enum digest_alg alg)
{
    static const uint8_t size[] = { 20, 28, 32, 48, 64 };

    return size[alg];
}

void sha_parts(enum digest_alg alg, const struct span *part, size_t n, uint8_t *out)
{
    struct sha s;

    start(&s, alg);
    for (size_t i = 0; i < n; i++)
        update(&s, part[i]);
    finish(&s, out, sha_bytes(alg));
}
