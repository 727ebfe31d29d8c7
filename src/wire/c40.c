#include "wire/c40.h"

#include "base/text.h"

static const char clause[] = "Doc 9303-13 C40";

enum { VALUE_BLANK = 3, VALUE_0 = 4, VALUE_A = 14, VALUES = 40, UNLATCH = 0xfe };

static inline bool is_value(unsigned v)
{
    return v >= VALUE_BLANK && v < VALUES;
}

static inline char char_of(unsigned v, char blank)
{
    if (v == VALUE_BLANK)
        return blank;
    return (char)(v < VALUE_A ? '0' + (v - VALUE_0) : 'A' + (v - VALUE_A));
}

/* 0 for what C40 has no value for here. */
static unsigned value_of(uint8_t c)
{
    if (c == ' ' || c == '<')
        return VALUE_BLANK;
    if (ascii_digit(c))
        return (unsigned)(c - '0') + VALUE_0;
    return ascii_upper(c) ? (unsigned)(c - 'A') + VALUE_A : 0;
}

/* One pair; the last may hold two characters (the third value zero) or one in ASCII. Characters written, 0:
 * refused. */
static size_t pair(uint8_t hi, uint8_t lo, bool last, char blank, char *out)
{
    unsigned v = (unsigned)hi << 8 | lo, a, b, c;

    if (hi == UNLATCH) {
        unsigned x = lo ? value_of((uint8_t)(lo - 1)) : 0;

        if (!last || x == 0)
            return 0;
        out[0] = char_of(x, blank);
        return 1;
    }
    if (v == 0)
        return 0;
    v--;
    a = v / 1600;
    b = v / 40 % 40;
    c = v % 40;
    if (!is_value(a) || !is_value(b) || !(is_value(c) || (last && c == 0)))
        return 0;
    out[0] = char_of(a, blank);
    out[1] = char_of(b, blank);
    if (c == 0)
        return 2;
    out[2] = char_of(c, blank);
    return 3;
}

bool c40_decode(struct span in, char blank, char *out, size_t *n, struct why *w)
{
    size_t done = 0, got;

    if (in.n % 2)
        return why_set(w, "c40", in.n, clause, "an odd number of bytes");
    for (size_t i = 0; i < in.n; i += 2) {
        got = pair(in.p[i], in.p[i + 1], i + 2 == in.n, blank, out + done);
        if (got == 0)
            return why_set(w, "c40", i, clause, "a pair that is no three characters of A-Z, 0-9 and blank");
        done += got;
    }
    *n = done;
    return true;
}

bool c40_put(struct buffer *b, struct span text, struct why *w)
{
    for (size_t i = 0; i < text.n; i++)
        if (value_of(text.p[i]) == 0)
            return why_set(w, "c40", i, clause, "only A-Z, 0-9, blank and '<' can be written");
    for (size_t i = 0; i < text.n; i += 3) {
        size_t left = text.n - i;

        if (left == 1) {
            buf_u8(b, UNLATCH);
            /* '<' is a blank here as in every pair */
            buf_u8(b, (uint8_t)((text.p[i] == '<' ? ' ' : text.p[i]) + 1));
            break;
        }
        buf_be(b,
               1600 * value_of(text.p[i]) + 40 * value_of(text.p[i + 1]) +
                   (left > 2 ? value_of(text.p[i + 2]) : 0) + 1,
               2);
    }
    return true;
}
