#include "base/text.h"

struct span text_trim(struct span s)
{
    while (s.n && ascii_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && ascii_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool text_split(struct span *s, uint8_t sep, struct span *part)
{
    const uint8_t *end;

    if (s->n == 0)
        return false;
    end = memchr(s->p, sep, s->n);
    if (!end) {
        *part = *s;
        *s = (struct span){ NULL, 0 };
        return true;
    }
    *part = span_of(s->p, (size_t)(end - s->p));
    *s = span_sub(*s, part->n + 1, s->n);
    return true;
}

size_t text_distance(struct span a, struct span b)
{
    enum { LONGEST = 40 };
    size_t row[LONGEST + 1], before, here;

    if (a.n > LONGEST || b.n > LONGEST)
        return TEXT_FAR;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        before = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            here = before + (a.p[i - 1] != b.p[j - 1]);
            before = row[j];
            if (row[j] + 1 < here)
                here = row[j] + 1;
            if (row[j - 1] + 1 < here)
                here = row[j - 1] + 1;
            row[j] = here;
        }
    }
    return row[b.n];
}

uint32_t utf8_next(struct reader *r)
{
    size_t left = rd_left(r), more;
    uint32_t cp, least;
    const uint8_t *p = r->p;

    if (left == 0)
        return UTF8_BAD;
    if (p[0] < 0x80) {
        r->p++;
        return p[0];
    }
    if (p[0] >= 0xc2 && p[0] < 0xe0) {
        more = 1, least = 0x80, cp = p[0] & 0x1fu;
    } else if (p[0] >= 0xe0 && p[0] < 0xf0) {
        more = 2, least = 0x800, cp = p[0] & 0x0fu;
    } else if (p[0] >= 0xf0 && p[0] < 0xf5) {
        more = 3, least = 0x10000, cp = p[0] & 0x07u;
    } else {
        rd_fail(r);
        return UTF8_BAD;
    }
    if (left <= more) {
        rd_fail(r);
        return UTF8_BAD;
    }
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            rd_fail(r);
            return UTF8_BAD;
        }
        cp = cp << 6 | (p[i] & 0x3fu);
    }
    if (cp < least || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000)) {
        rd_fail(r);
        return UTF8_BAD;
    }
    r->p += more + 1;
    return cp;
}

/* How many bytes at the start are ASCII, counted in eights. */
static size_t ascii_eights(struct span s)
{
    size_t n = 0;
    uint64_t eight;

    while (s.n - n >= sizeof eight) {
        memcpy(&eight, s.p + n, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
        n += sizeof eight;
    }
    return n;
}

size_t utf8_valid_to(struct span s)
{
    size_t plain = s.n < 8 ? 0 : ascii_eights(s);
    struct reader r;

    while (plain < s.n && s.p[plain] < 0x80)
        plain++;
    r = rd_of(span_sub(s, plain, s.n));
    while (rd_left(&r))
        (void)utf8_next(&r);
    return plain + rd_offset(&r);
}

void utf8_put(struct buffer *b, uint32_t cp)
{
    uint8_t u[4];
    size_t n;

    if (cp < 0x80) {
        u[0] = (uint8_t)cp, n = 1;
    } else if (cp < 0x800) {
        u[0] = (uint8_t)(0xc0 | cp >> 6), n = 2;
    } else if (cp < 0x10000) {
        u[0] = (uint8_t)(0xe0 | cp >> 12), n = 3;
    } else {
        u[0] = (uint8_t)(0xf0 | (cp >> 18 & 7)), n = 4;
    }
    for (size_t i = 1; i < n; i++)
        u[i] = (uint8_t)(0x80 | (cp >> 6 * (n - 1 - i) & 0x3f));
    buf_put(b, span_of(u, n));
}

static bool is_plain(uint32_t cp)
{
    return cp == '\n' || (cp >= 0x20 && cp < 0x7f) ||
           (cp > 0x9f && (cp < 0x2028 || cp > 0x202e) && (cp < 0x2066 || cp > 0x2069));
}

void text_put_plain(struct buffer *b, struct span s)
{
    struct reader r = rd_of(s);

    while (rd_left(&r) > 0) {
        uint32_t cp = utf8_next(&r);

        if (rd_ok(&r) && is_plain(cp)) {
            utf8_put(b, cp);
            continue;
        }
        buf_u8(b, '.');
        if (!rd_ok(&r)) /* go on behind the offending byte */
            r = (struct reader){ r.start, r.p + 1, r.end, false };
    }
}

void hex_put(struct buffer *b, struct span s)
{
    static const char digit[] = "0123456789abcdef";

    uint8_t *p = buf_grow(b, 2 * s.n);

    for (size_t i = 0; p && i < s.n; i++) {
        *p++ = (uint8_t)digit[s.p[i] >> 4];
        *p++ = (uint8_t)digit[s.p[i] & 15];
    }
}

static int hex_value(uint8_t c)
{
    if (ascii_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode(struct span s, struct arena *a, struct span *out)
{
    uint8_t *p;

    if (s.n % 2)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (hex_value(s.p[i]) < 0)
            return false;
    p = arena_alloc(a, s.n / 2);
    if (!p)
        return false;
    for (size_t i = 0; i < s.n / 2; i++)
        p[i] = (uint8_t)((unsigned)hex_value(s.p[2 * i]) << 4 | (unsigned)hex_value(s.p[2 * i + 1]));
    *out = span_of(p, s.n / 2);
    return true;
}

/* Bits of s in groups of width, most significant first, the last group filled with zeros. */
static void put_groups(struct buffer *b, struct span s, unsigned width, const char *alphabet)
{
    uint32_t acc = 0;
    unsigned bits = 0;

    for (size_t i = 0; i < s.n; i++) {
        acc = acc << 8 | s.p[i];
        bits += 8;
        while (bits >= width) {
            bits -= width;
            buf_u8(b, (uint8_t)alphabet[acc >> bits & ((1u << width) - 1)]);
        }
        acc &= (1u << bits) - 1;
    }
    if (bits)
        buf_u8(b, (uint8_t)alphabet[acc << (width - bits) & ((1u << width) - 1)]);
}

/* The reverse; value maps a character to its group or -1. *bad_at as the public decoders say. Inlined, so
 * that each alphabet has a loop of its own. */
static inline __attribute__((always_inline)) bool
get_groups(struct span s, unsigned width, int (*value)(uint8_t), struct buffer *out, size_t *bad_at)
{
    uint32_t acc = 0;
    unsigned bits = 0;
    size_t start = out->n;
    uint8_t *p = buf_grow(out, s.n * width / 8);

    *bad_at = s.n;
    if (!p && s.n * width / 8)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        int v = value(s.p[i]);

        if (v < 0) {
            *bad_at = i;
            out->n = start;
            return false;
        }
        acc = acc << width | (uint32_t)v;
        bits += width;
        if (bits >= 8) {
            bits -= 8;
            /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): room was made above */
            *p++ = (uint8_t)(acc >> bits);
        }
        acc &= (1u << bits) - 1;
    }
    if (bits >= width || acc != 0) { /* a character too many, or unused bits that say something */
        out->n = start;
        return false;
    }
    return true;
}

static const char base32_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static int base32_value(uint8_t c)
{
    if (ascii_upper(c))
        return c - 'A';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

void base32_put(struct buffer *b, struct span s)
{
    put_groups(b, s, 5, base32_alphabet);
}

bool base32_decode(struct span s, struct buffer *out, size_t *bad_at)
{
    return get_groups(s, 5, base32_value, out, bad_at);
}

static const char base64_std[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int base64_common(uint8_t c)
{
    if (ascii_upper(c))
        return c - 'A';
    if (ascii_lower(c))
        return c - 'a' + 26;
    return ascii_digit(c) ? c - '0' + 52 : -1;
}

static int base64_std_value(uint8_t c)
{
    return c == '+' ? 62 : c == '/' ? 63 : base64_common(c);
}

static int base64_url_value(uint8_t c)
{
    return c == '-' ? 62 : c == '_' ? 63 : base64_common(c);
}

void base64_put(struct buffer *b, struct span s, enum base64_alphabet alphabet)
{
    put_groups(b, s, 6, alphabet == BASE64_STD ? base64_std : base64_url);
    if (alphabet == BASE64_STD)
        for (size_t i = s.n; i % 3; i++)
            buf_u8(b, '=');
}

bool base64_decode(struct span s, enum base64_alphabet alphabet, struct buffer *out, size_t *bad_at)
{
    size_t pad = 0;

    if (s.n % 4 == 0)
        while (pad < 2 && pad < s.n && s.p[s.n - 1 - pad] == '=')
            pad++;
    return get_groups(span_sub(s, 0, s.n - pad), 6,
                      alphabet == BASE64_STD ? base64_std_value : base64_url_value, out, bad_at);
}

bool text_number(struct span s, uint64_t most, uint64_t *out)
{
    uint64_t n = 0, digit;

    for (size_t i = 0; i < s.n; i++) {
        digit = (uint64_t)s.p[i] - '0';
        if (!ascii_digit(s.p[i]) || n > (most - digit) / 10 || digit > most)
            return false;
        n = 10 * n + digit;
    }
    if (s.n == 0)
        return false;
    *out = n;
    return true;
}
