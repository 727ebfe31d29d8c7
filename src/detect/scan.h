/* Sixty-four bytes at a time. Reads up to p + 64: buffers have DETECT_PAD bytes behind their end. */
#ifndef SERAI_DETECT_SCAN_H
#define SERAI_DETECT_SCAN_H

#include "base/span.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { DETECT_PAD = 64 };

/* Bit i: p[i] is a or b. */
static inline uint64_t scan_two(const uint8_t *p, uint8_t a, uint8_t b)
{
    uint64_t mask = 0;

#ifdef __SSE2__
    const __m128i va = _mm_set1_epi8((char)a), vb = _mm_set1_epi8((char)b);

    for (unsigned k = 0; k < 4; k++) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * k));
        __m128i e = _mm_or_si128(_mm_cmpeq_epi8(x, va), _mm_cmpeq_epi8(x, vb));

        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(e) << 16 * k;
    }
#else
    for (unsigned k = 0; k < 64; k++)
        mask |= (uint64_t)(p[k] == a || p[k] == b) << k;
#endif
    return mask;
}

/* Bit i: p[i] is a; of *other: it is b. */
static inline uint64_t scan_each(const uint8_t *p, uint8_t a, uint8_t b, uint64_t *other)
{
    uint64_t mask = 0, second = 0;

#ifdef __SSE2__
    const __m128i va = _mm_set1_epi8((char)a), vb = _mm_set1_epi8((char)b);

    for (unsigned k = 0; k < 4; k++) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * k));

        mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x, va)) << 16 * k;
        second |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x, vb)) << 16 * k;
    }
#else
    for (unsigned k = 0; k < 64; k++) {
        mask |= (uint64_t)(p[k] == a) << k;
        second |= (uint64_t)(p[k] == b) << k;
    }
#endif
    *other = second;
    return mask;
}

/* Of sixteen bytes: bit i: a dot; of *digits: a digit. */
static inline uint32_t scan_digits(const uint8_t *p, uint32_t *digits)
{
#ifdef __SSE2__
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i t = _mm_sub_epi8(x, _mm_set1_epi8('0'));

    *digits = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(t, _mm_set1_epi8(9)), t));
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8('.')));
#else
    uint32_t dots = 0;

    *digits = 0;
    for (unsigned i = 0; i < 16; i++) {
        *digits |= (uint32_t)(p[i] >= '0' && p[i] <= '9') << i;
        dots |= (uint32_t)(p[i] == '.') << i;
    }
    return dots;
#endif
}

/* The end of what numbers and words of JSON are made of: letters, digits, '+', '-', '.'. */
static inline const uint8_t *scan_word(const uint8_t *p, const uint8_t *end)
{
#ifdef __SSE2__
    for (; p < end; p += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i t = _mm_sub_epi8(_mm_or_si128(x, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        __m128i letter = _mm_cmpeq_epi8(_mm_min_epu8(t, _mm_set1_epi8(25)), t);
        __m128i u = _mm_sub_epi8(x, _mm_set1_epi8('+')); /* '+' to '9', but ',' and '/' */
        __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(u, _mm_set1_epi8('9' - '+')), u);
        __m128i odd =
            _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8(',')), _mm_cmpeq_epi8(x, _mm_set1_epi8('/')));
        unsigned good = (unsigned)_mm_movemask_epi8(_mm_or_si128(letter, _mm_andnot_si128(odd, digit)));

        if (good != 0xffff) {
            p += __builtin_ctz(~good);
            break;
        }
    }
    return p < end ? p : end;
#else
    while (p < end && ((*p >= '0' && *p <= '9') || (uint8_t)((*p | 0x20) - 'a') < 26 || *p == '-' ||
                       *p == '+' || *p == '.'))
        p++;
    return p;
#endif
}

/*
 * Sixteen bytes in lower case to out; *dots: bit i: a dot; the result: bit i: a byte above 0x7f, a backslash
 * or a colon, which need a closer look.
 */
static inline uint32_t scan_fold(const uint8_t *p, uint8_t *out, uint32_t *dots)
{
#ifdef __SSE2__
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i t = _mm_sub_epi8(x, _mm_set1_epi8('A'));
    __m128i upper = _mm_cmpeq_epi8(_mm_min_epu8(t, _mm_set1_epi8(25)), t);
    __m128i odd = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('\\')), _mm_cmpeq_epi8(x, _mm_set1_epi8(':')));

    _mm_storeu_si128((__m128i *)(void *)out, _mm_or_si128(x, _mm_and_si128(upper, _mm_set1_epi8(0x20))));
    *dots = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8('.')));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(odd, x));
#else
    uint32_t odd = 0;

    *dots = 0;
    for (unsigned i = 0; i < 16; i++) {
        uint8_t c = p[i];

        out[i] = (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        *dots |= (uint32_t)(c == '.') << i;
        odd |= (uint32_t)(c > 0x7f || c == '\\' || c == ':') << i;
    }
    return odd;
#endif
}

#endif
