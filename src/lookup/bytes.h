/* Numbers in files of this layer: little endian, at any address. */
#ifndef SERAI_LOOKUP_BYTES_H
#define SERAI_LOOKUP_BYTES_H

#include "base/span.h"

static inline uint64_t le64(const uint8_t *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

static inline uint32_t le32(const uint8_t *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap32(v);
#endif
    return v;
}

static inline void put_le64(uint8_t *p, uint64_t v)
{
    for (unsigned i = 0; i < 8; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

static inline void put_le32(uint8_t *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (8 * i));
}

/* Spreads the bits of one word over all of another; each word gives another one. */
static inline uint64_t mix64(uint64_t v)
{
    v ^= v >> 32;
    v *= 0xd6e8feb86659fd93u;
    v ^= v >> 32;
    v *= 0xd6e8feb86659fd93u;
    v ^= v >> 32;
    return v;
}

/* Against damage, not against intent: any change of one word changes it. n is a multiple of 8. */
static inline uint64_t check64(const uint8_t *p, size_t n, uint64_t salt)
{
    uint64_t lane[8];
    size_t i = 0;

    for (unsigned k = 0; k < 8; k++)
        lane[k] = mix64(salt + 1 + k);
    for (; i + 64 <= n; i += 64)
        for (unsigned k = 0; k < 8; k++) {
            lane[k] = (lane[k] ^ le64(p + i + 8 * k)) * 0x9fb21c651e98df25u;
            lane[k] ^= lane[k] >> 29;
        }
    for (unsigned k = 0; i < n; i += 8, k++)
        lane[k] = (lane[k] ^ le64(p + i)) * 0x9fb21c651e98df25u;
    for (unsigned k = 1; k < 8; k++)
        lane[0] = mix64(lane[0]) ^ lane[k];
    return mix64(lane[0]);
}

#endif
