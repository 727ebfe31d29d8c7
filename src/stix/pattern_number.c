#include "stix/pattern_number.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/text.h"
#include "stix/pattern.h"
#include "wire/json.h"

/* A number of JSON: digits before the point are added where the pattern has none. */
bool pattern_real(struct span s, double *out)
{
    char room[400];
    size_t from = 0, n = 0;
    struct json_node node = { .kind = JSON_KIND_NUMBER };
    struct json j = { .node = &node, .n = 1 };

    if (s.n > sizeof room - 2)
        return false;
    if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
        from = 1;
    if (s.n && s.p[0] == '-')
        room[n++] = '-';
    while (from + 1 < s.n && s.p[from] == '0' && ascii_digit(s.p[from + 1]))
        from++;
    if (from < s.n && s.p[from] == '.')
        room[n++] = '0';
    memcpy(room + n, s.p + from, s.n - from);
    n += s.n - from;
    node.len = (uint32_t)n;
    node.next = 1;
    j.text = span_of(room, n);
    return json_double(&j, 0, out);
}

static int base64_digit(int c)
{
    if (ascii_upper(c))
        return c - 'A';
    if (ascii_lower(c))
        return c - 'a' + 26;
    if (ascii_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool pattern_base64(struct span s, struct arena *a, struct span *out)
{
    uint8_t *p = arena_alloc(a, s.n / 4 * 3 + 3);
    uint32_t group = 0;
    size_t digits = 0, padding = 0, n = 0;

    if (!p)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        int v = base64_digit(s.p[i]);

        if (s.p[i] == '\n' || s.p[i] == '\r')
            continue;
        if (s.p[i] == '=' && (digits + padding) % 4 >= 2) {
            padding++;
            continue;
        }
        if (v < 0 || padding)
            return false;
        group = group << 6 | (uint32_t)v;
        if (digits++ % 4 == 0)
            continue;
        p[n++] = (uint8_t)(group >> (6 - 2 * ((digits - 1) % 4)));
    }
    if ((digits + padding) % 4 != 0 || padding > 2)
        return false;
    *out = span_of(p, n);
    return true;
}

/* Digits behind a point: at most 18 that are not trailing zeros. */
static bool fraction(struct span s, uint64_t *out)
{
    uint64_t v = 0;

    while (s.n && s.p[s.n - 1] == '0')
        s.n--;
    if (s.n > 18)
        return false;
    for (size_t i = 0; i < 18; i++) {
        if (i < s.n && !ascii_digit(s.p[i]))
            return false;
        v = v * 10 + (i < s.n ? s.p[i] - (uint64_t)'0' : 0);
    }
    *out = v;
    return true;
}

static bool two(struct span s, size_t i, int most, int *out)
{
    if (!ascii_digit(s.p[i]) || !ascii_digit(s.p[i + 1]))
        return false;
    *out = (s.p[i] - '0') * 10 + s.p[i + 1] - '0';
    return *out <= most;
}

bool pattern_time_read(struct span s, struct pattern_time *out)
{
    struct date d;
    int h, m, sec;
    uint64_t f = 0;

    if (s.n < 20 || s.p[s.n - 1] != 'Z' || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':')
        return false;
    if (!date_parse(span_sub(s, 0, 10), &d) || !two(s, 11, 23, &h) || !two(s, 14, 59, &m) ||
        !two(s, 17, 60, &sec))
        return false;
    if (s.n > 20 && (s.p[19] != '.' || s.n == 21 || !fraction(span_sub(s, 20, s.n - 1), &f)))
        return false;
    if (sec == 60 && d.year == 9999 && d.month == 12 && d.day == 31)
        return false;
    *out = (struct pattern_time){ time_of_date(d) + h * 3600 + m * 60 + sec, f };
    return true;
}

int pattern_time_cmp(struct pattern_time a, struct pattern_time b)
{
    if (a.seconds != b.seconds)
        return a.seconds < b.seconds ? -1 : 1;
    return a.fraction < b.fraction ? -1 : a.fraction > b.fraction;
}

bool pattern_seconds(struct span s, struct pattern_time *out)
{
    uint64_t whole = 0, f = 0;
    const uint8_t *point;
    size_t dot;

    if (s.n && s.p[0] == '+')
        s = span_sub(s, 1, s.n);
    point = s.n ? memchr(s.p, '.', s.n) : NULL;
    dot = point ? (size_t)(point - s.p) : s.n;
    if (dot && !text_number(span_sub(s, 0, dot), (UINT64_C(1) << 53) - 1, &whole))
        return false;
    if (point && !fraction(span_sub(s, dot + 1, s.n), &f))
        return false;
    *out = (struct pattern_time){ (int64_t)whole, f };
    return true;
}

bool pattern_range_read(struct span s, struct pattern_range *out)
{
    struct pattern_range r = { 0 };
    const uint8_t *slash = s.n ? memchr(s.p, '/', s.n) : NULL;
    struct span address = slash ? span_sub(s, 0, (size_t)(slash - s.p)) : s;
    char room[INET6_ADDRSTRLEN + 1];
    uint64_t bits;

    if (address.n == 0 || address.n >= sizeof room || memchr(address.p, 0, address.n))
        return false;
    memcpy(room, address.p, address.n);
    room[address.n] = 0;
    r.v6 = strchr(room, ':') != NULL;
    if (inet_pton(r.v6 ? AF_INET6 : AF_INET, room, r.address) != 1)
        return false;
    bits = r.v6 ? 128 : 32;
    if (slash && !text_number(span_sub(s, address.n + 1, s.n), bits, &bits))
        return false;
    r.bits = (unsigned)bits;
    for (unsigned i = r.bits; i < 128; i++)
        r.address[i / 8] &= (uint8_t) ~(0x80u >> i % 8);
    *out = r;
    return true;
}

bool pattern_range_within(const struct pattern_range *a, const struct pattern_range *b)
{
    if (a->v6 != b->v6 || a->bits < b->bits)
        return false;
    for (unsigned i = 0; i < b->bits; i++)
        if ((a->address[i / 8] ^ b->address[i / 8]) & 0x80u >> i % 8)
            return false;
    return true;
}
