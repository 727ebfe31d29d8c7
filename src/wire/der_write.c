#include "wire/der_write.h"

#include "wire/der.h"

size_t der_put_begin(struct buffer *b, uint8_t tag)
{
    buf_u8(b, tag);
    return b->n;
}

static size_t length_octets(size_t n)
{
    size_t k = 1;

    if (n >= 0x80)
        for (; n; n >>= 8)
            k++;
    return k;
}

void der_put_end(struct buffer *b, size_t at)
{
    size_t n = b->n - at, k = length_octets(n);
    uint8_t *p;

    if (!buf_ok(b) || !buf_grow(b, k))
        return;
    p = b->p + at;
    memmove(p + k, p, n);
    if (k == 1) {
        p[0] = (uint8_t)n;
        return;
    }
    p[0] = (uint8_t)(0x80 | (k - 1));
    for (size_t i = k - 1; i > 0; i--, n >>= 8)
        p[i] = (uint8_t)n;
}

void der_put(struct buffer *b, uint8_t tag, struct span body)
{
    size_t at = der_put_begin(b, tag);

    buf_put(b, body);
    der_put_end(b, at);
}

void der_put_number(struct buffer *b, struct span s)
{
    size_t at = der_put_begin(b, DER_INTEGER);

    while (s.n > 0 && s.p[0] == 0)
        s = span_sub(s, 1, s.n);
    if (s.n == 0 || s.p[0] >= 0x80)
        buf_u8(b, 0);
    buf_put(b, s);
    der_put_end(b, at);
}

void der_put_uint(struct buffer *b, uint64_t v)
{
    uint8_t p[8];

    for (size_t i = 0; i < 8; i++)
        p[i] = (uint8_t)(v >> (56 - 8 * i));
    der_put_number(b, span_of(p, 8));
}

void der_put_bool(struct buffer *b, bool v)
{
    der_put(b, DER_BOOLEAN, span_of(&(uint8_t){ v ? 0xff : 0 }, 1));
}

void der_put_bits(struct buffer *b, struct span bytes)
{
    size_t at = der_put_begin(b, DER_BIT_STRING);

    buf_u8(b, 0);
    buf_put(b, bytes);
    der_put_end(b, at);
}

void der_put_time(struct buffer *b, unix_time t)
{
    struct date d = date_of_time(t);
    bool utc = d.year >= 1950 && d.year < 2050;
    size_t at = der_put_begin(b, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME);
    int second = (int)(t - time_of_date(d));

    if (!utc)
        buf_printf(b, "%02d", d.year / 100);
    buf_printf(b, "%02d%02d%02d%02d%02d%02dZ", d.year % 100, d.month, d.day, second / 3600, second / 60 % 60,
               second % 60);
    der_put_end(b, at);
}
