/*
 * Fingerprints of values under the random key of an image: whoever chooses names does not know it and cannot
 * make them collide. Names are hashed from the right, label by label, so that every parent domain is a step
 * of the same computation.
 */
#ifndef SERAI_DETECT_HASH_H
#define SERAI_DETECT_HASH_H

#include "base/span.h"

struct detect_key {
    uint64_t a, b; /* b is odd */
};

static inline uint64_t detect_mum(uint64_t a, uint64_t b)
{
    unsigned __int128 m = (unsigned __int128)a * b;

    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* The n bytes at p, 1 <= n <= 8, as one word. */
static inline uint64_t detect_word(const uint8_t *p, size_t n)
{
    uint64_t v = 0;

    if (n >= 4) {
        uint32_t lo, hi;

        memcpy(&lo, p, 4);
        memcpy(&hi, p + n - 4, 4);
        return lo | (uint64_t)hi << 32;
    }
    v = p[0] | (uint64_t)p[n / 2] << 8 | (uint64_t)p[n - 1] << 16;
    return v;
}

static inline uint64_t detect_hash_begin(const struct detect_key *k)
{
    return k->a;
}

/* One part of a key: a label, or the whole of what has no labels. Its length counts. */
static inline uint64_t detect_hash_part(const struct detect_key *k, uint64_t h, const uint8_t *p, size_t n)
{
    uint64_t length = (uint64_t)n * 0x9e3779b97f4a7c15u;

    for (; n > 8; p += 8, n -= 8) {
        uint64_t w;

        memcpy(&w, p, 8);
        h = detect_mum(h ^ w, k->b);
    }
    return detect_mum(h ^ (n ? detect_word(p, n) : 0) ^ length, k->b);
}

static inline uint64_t detect_hash_end(uint64_t h, unsigned kind)
{
    return detect_mum(h ^ (uint64_t)(kind + 1) * 0xd6e8feb86659fd93u, 0xa0761d6478bd642fu);
}

static inline uint64_t detect_hash_of(const struct detect_key *k, unsigned kind, const uint8_t *p, size_t n)
{
    return detect_hash_end(detect_hash_part(k, detect_hash_begin(k), p, n), kind);
}

/* A name in lower case without a dot at its end, as detect_hash_part of its labels from the right. */
uint64_t detect_hash_name(const struct detect_key *k, unsigned kind, const uint8_t *p, size_t n);

#endif
