/*
 * wire/inflate.h without zlib: RFC 1951 by canonical codes, one bit at a time. Status lists are what it is
 * for; they come once for each licence, and a megabyte in well under a second.
 */
#include "wire/inflate.h"

static const char clause[] = "RFC 1951";

enum { CODE_BITS = 15, LITERALS = 288, DISTANCES = 32, LENGTH_CODES = 19, END = 256 };

/* How many codes have each length, and the symbols in order of their codes. */
struct code {
    uint16_t count[CODE_BITS + 1], symbol[LITERALS];
};

struct work {
    struct span in;
    size_t at;       /* next byte */
    unsigned bit, n; /* what is left of the bytes taken, and how many bits that are */
    uint8_t *out;    /* NULL: only counted */
    size_t total, ceiling;
    const char *bad; /* reason */
    struct code literal, distance;
};

static bool fail(struct work *k, const char *reason)
{
    if (!k->bad)
        k->bad = reason;
    return false;
}

static unsigned bits(struct work *k, unsigned n)
{
    unsigned v;

    while (k->n < n && !k->bad) {
        if (k->at == k->in.n) {
            (void)fail(k, "zlib");
            return 0;
        }
        k->bit |= (unsigned)k->in.p[k->at++] << k->n;
        k->n += 8;
    }
    v = k->bit & ((1u << n) - 1);
    k->bit >>= n;
    k->n -= n;
    return v;
}

static bool emit(struct work *k, uint8_t byte)
{
    if (k->total == k->ceiling)
        return fail(k, "too-large");
    if (k->out)
        k->out[k->total] = byte;
    k->total++;
    return true;
}

/* 3.2.2. False for lengths that no code has; one code of a single bit may stand alone (3.2.7). */
static bool make(struct code *c, const uint8_t *length, unsigned n)
{
    uint16_t at[CODE_BITS + 1] = { 0 };
    int left = 1;

    memset(c->count, 0, sizeof c->count);
    for (unsigned i = 0; i < n; i++)
        c->count[length[i]]++;
    if (c->count[0] == n)
        return true; /* no code: an error only when one is read */
    for (unsigned i = 1; i <= CODE_BITS; i++) {
        left = 2 * left - c->count[i];
        if (left < 0)
            return false;
    }
    if (left > 0 && !(c->count[0] == n - 1 && c->count[1] == 1))
        return false;
    for (unsigned i = 1; i < CODE_BITS; i++)
        at[i + 1] = (uint16_t)(at[i] + c->count[i]);
    for (unsigned i = 0; i < n; i++)
        if (length[i])
            c->symbol[at[length[i]]++] = (uint16_t)i;
    return true;
}

static unsigned symbol(struct work *k, const struct code *c)
{
    int code = 0, first = 0, index = 0;

    for (unsigned i = 1; i <= CODE_BITS && !k->bad; i++) {
        int count = c->count[i];

        code |= (int)bits(k, 1);
        if (code - count < first)
            return c->symbol[index + (code - first)];
        index += count;
        first = (first + count) << 1;
        code <<= 1;
    }
    (void)fail(k, "zlib");
    return END;
}

static bool copy(struct work *k, unsigned length, size_t distance)
{
    if (distance > k->total)
        return fail(k, "zlib");
    while (length-- > 0)
        if (!emit(k, k->out ? k->out[k->total - distance] : 0))
            return false;
    return true;
}

/* 3.2.5 */
static bool codes(struct work *k)
{
    static const uint16_t base[] = { 3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                     31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258 };
    static const uint16_t far[] = { 1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                    33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                    1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577 };
    unsigned s, d, length, extra;

    while ((s = symbol(k, &k->literal)) != END && !k->bad) {
        if (s < END) {
            (void)emit(k, (uint8_t)s);
            continue;
        }
        s -= END + 1;
        if (s >= sizeof base / sizeof *base)
            return fail(k, "zlib");
        extra = s < 8 || s == 28 ? 0 : s / 4 - 1;
        length = base[s] + bits(k, extra);
        d = symbol(k, &k->distance);
        if (d >= sizeof far / sizeof *far)
            return fail(k, "zlib");
        if (!copy(k, length, far[d] + (size_t)bits(k, d < 4 ? 0 : d / 2 - 1)))
            return false;
    }
    return !k->bad;
}

/* 3.2.4 */
static bool stored(struct work *k)
{
    unsigned n;

    k->bit = k->n = 0;
    n = bits(k, 16);
    if ((n ^ bits(k, 16)) != 0xffff)
        return fail(k, "zlib");
    for (; n > 0 && !k->bad; n--)
        (void)emit(k, (uint8_t)bits(k, 8));
    return !k->bad;
}

/* 3.2.6 */
static void fixed(struct work *k)
{
    uint8_t length[LITERALS];

    for (unsigned i = 0; i < LITERALS; i++)
        length[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    (void)make(&k->literal, length, LITERALS);
    memset(length, 5, DISTANCES);
    (void)make(&k->distance, length, DISTANCES);
}

static bool lengths(struct work *k, uint8_t *out, unsigned n)
{
    for (unsigned i = 0; i < n && !k->bad;) {
        unsigned s = symbol(k, &k->literal), times;
        uint8_t v = 0;

        if (s < 16) {
            out[i++] = (uint8_t)s;
            continue;
        }
        if (s == 16 && i == 0)
            return fail(k, "zlib");
        if (s == 16)
            v = out[i - 1];
        times = s == 16 ? 3 + bits(k, 2) : s == 17 ? 3 + bits(k, 3) : 11 + bits(k, 7);
        if (times > n - i)
            return fail(k, "zlib");
        for (; times > 0; times--)
            out[i++] = v;
    }
    return !k->bad;
}

/* 3.2.7 */
static bool dynamic(struct work *k)
{
    static const uint8_t order[LENGTH_CODES] = { 16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                 11, 4,  12, 3, 13, 2, 14, 1, 15 };
    uint8_t length[LITERALS + DISTANCES] = { 0 };
    unsigned n = bits(k, 5) + 257, d = bits(k, 5) + 1, c = bits(k, 4) + 4;

    if (n > 286 || d > 30)
        return fail(k, "zlib");
    for (unsigned i = 0; i < c; i++)
        length[order[i]] = (uint8_t)bits(k, 3);
    if (!make(&k->literal, length, LENGTH_CODES))
        return fail(k, "zlib");
    memset(length, 0, sizeof length);
    if (!lengths(k, length, n + d) || length[END] == 0)
        return fail(k, "zlib");
    return (make(&k->literal, length, n) && make(&k->distance, length + n, d)) || fail(k, "zlib");
}

static bool blocks(struct work *k)
{
    bool last = false;

    while (!last && !k->bad) {
        unsigned kind;

        last = bits(k, 1);
        kind = bits(k, 2);
        if (kind == 3)
            return fail(k, "zlib");
        if (kind == 0) {
            (void)stored(k);
            continue;
        }
        if (kind == 1)
            fixed(k);
        else if (!dynamic(k))
            return false;
        (void)codes(k);
    }
    return !k->bad;
}

/* RFC 1950 9, of what came out. */
static uint32_t adler(const uint8_t *p, size_t n)
{
    uint32_t a = 1, b = 0;

    for (size_t i = 0; i < n; i++) {
        a = (a + p[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

/* RFC 1950 2.2: two bytes before, the check value of what came out behind. */
static bool stream(struct work *k, struct why *w)
{
    uint32_t sum = 0;

    if (k->in.n < 2 || (k->in.p[0] & 15) != 8 || k->in.p[0] >> 4 > 7 || k->in.p[1] & 0x20 ||
        (k->in.p[0] * 256 + k->in.p[1]) % 31 != 0)
        return why_set(w, "zlib", 0, "RFC 1950 2.2", "no zlib stream");
    k->at = 2;
    if (blocks(k)) {
        k->bit = k->n = 0;
        for (int i = 0; i < 4; i++)
            sum = sum << 8 | bits(k, 8);
    }
    if (k->bad && strcmp(k->bad, "too-large") == 0)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "inflates to more than %zu bytes", k->ceiling);
    if (k->bad || (k->out && sum != adler(k->out, k->total)))
        return why_set(w, "zlib", k->at, clause, "no complete zlib stream");
    if (k->at != k->in.n)
        return why_set(w, "zlib", k->at, clause, "bytes after the end of the stream");
    return true;
}

static struct work *begin(struct span in, size_t ceiling, struct arena *a, struct why *w)
{
    struct work *k = arena_alloc(a, sizeof *k);

    if (!k) {
        (void)why_set(w, "too-large", WHY_NO_OFFSET, clause, "more than memory allows");
        return NULL;
    }
    k->in = in;
    k->ceiling = ceiling;
    return k;
}

bool zlib_inflate(struct span in, size_t ceiling, struct arena *a, struct span *out, struct why *w)
{
    struct work *k = begin(in, ceiling, a, w);

    if (!k)
        return false;
    k->out = arena_alloc(a, ceiling);
    if (!k->out)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "more than memory allows");
    if (!stream(k, w))
        return false;
    *out = span_of(k->out, k->total);
    return true;
}

bool zlib_inflated_size(struct span in, size_t ceiling, struct arena *a, size_t *out, struct why *w)
{
    struct work *k = begin(in, ceiling, a, w);

    if (!k || !stream(k, w))
        return false;
    *out = k->total;
    return true;
}

bool zlib_deflate(struct span in, struct buffer *out, struct why *w)
{
    (void)in;
    (void)out;
    return why_set(w, "too-large", WHY_NO_OFFSET, clause, "nothing is compressed here");
}
