#include "stix/scan.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

struct stix_scan stix_scan_from(uint8_t first)
{
    return (struct stix_scan){ .bare = first != '"' && first != '{' && first != '[' };
}

/* The first quote or backslash. */
static const uint8_t *to_quote(const uint8_t *p, const uint8_t *end)
{
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');

    for (; end - p >= 16; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        int m = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)));

        if (m)
            return p + __builtin_ctz((unsigned)m);
    }
#endif
    while (p < end && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* The first quote or bracket: '[' and '{', ']' and '}' differ in one bit. */
static const uint8_t *to_bracket(const uint8_t *p, const uint8_t *end)
{
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), open = _mm_set1_epi8('{'), close = _mm_set1_epi8('}'),
                  low = _mm_set1_epi8(0x20);

    for (; end - p >= 16; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p), c = _mm_or_si128(v, low);
        int m = _mm_movemask_epi8(_mm_or_si128(
            _mm_cmpeq_epi8(v, quote), _mm_or_si128(_mm_cmpeq_epi8(c, open), _mm_cmpeq_epi8(c, close))));

        if (m)
            return p + __builtin_ctz((unsigned)m);
    }
#endif
    for (; p < end; p++) {
        uint8_t c = *p | 0x20;

        if (*p == '"' || c == '{' || c == '}')
            break;
    }
    return p;
}

const uint8_t *stix_scan_on(struct stix_scan *s, const uint8_t *p, const uint8_t *end, bool *done)
{
    *done = false;
    if (s->bare) {
        while (p<end && * p> ' ' && *p != ',' && *p != ']' && *p != '}')
            p++;
        *done = p < end;
        return p;
    }
    while (p < end) {
        if (s->escape) {
            s->escape = false;
            p++;
        } else if (s->text) {
            p = to_quote(p, end);
            if (p == end)
                break;
            s->escape = *p == '\\';
            s->text = s->escape;
            p++;
        } else {
            p = to_bracket(p, end);
            if (p == end)
                break;
            if (*p == '"')
                s->text = true;
            else if ((*p | 0x20) == '{')
                s->depth++;
            else if (s->depth)
                s->depth--;
            p++;
            if (s->text)
                continue;
        }
        if (!s->text && s->depth == 0) {
            *done = true;
            return p;
        }
    }
    return end;
}
