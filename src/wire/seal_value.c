#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "wire/c40.h"
#include "wire/seal_dictionary.h"
#include "wire/seal_tlv.h"

/* Decoded C40 with room for line ends; the longest raw message is below LIMIT_SEAL. */
enum { NUMBER_BYTES = 8, LINES = 3 };

size_t seal_value_room(size_t raw)
{
    return c40_chars(raw) + LINES + 32;
}

/* Length of a line of the zone; 0: the characters are no zone of this kind. */
static size_t line_width(enum seal_coding c, size_t n)
{
    if (c == SEAL_CODING_MRZ_MRVA)
        return n == 72 || n == 88 ? 44 : 0;
    if (c == SEAL_CODING_MRZ_MRVB)
        return n == 64 || n == 72 ? 36 : 0;
    if (c == SEAL_CODING_MRZ_TD1)
        return n == 90 ? 30 : 0;
    if (c == SEAL_CODING_MRZ_TD3)
        return n == 88 ? 44 : 0;
    return n == 90 ? 30 : n == 88 ? 44 : n == 72 ? 36 : 0;
}

static bool zone_text(enum seal_coding c, struct span raw, struct buffer *out)
{
    char chars[96];
    size_t n, width;

    if (raw.n > 64 || !c40_decode(raw, '<', chars, &n, NULL))
        return false;
    width = line_width(c, n);
    for (size_t i = 0; width && i < n; i += width) {
        if (i)
            buf_u8(out, '\n');
        buf_put(out, span_sub(span_of(chars, n), i, i + width));
    }
    return width != 0;
}

static bool c40_text(struct span raw, struct buffer *out)
{
    size_t n, before = out->n;
    uint8_t *p = buf_grow(out, c40_chars(raw.n));

    if (!p || !c40_decode(raw, ' ', (char *)p, &n, NULL)) {
        out->n = before;
        return false;
    }
    while (n && p[n - 1] == ' ')
        n--;
    out->n = before + n;
    return true;
}

/* What would steer a terminal or turn the order of reading around: no text of a document has it. */
static bool steers(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

static bool plain_text(struct span raw, struct buffer *out)
{
    struct reader r = rd_of(raw);
    uint32_t c;

    while (rd_left(&r)) {
        c = utf8_next(&r);
        if (!rd_ok(&r) || steers(c))
            return false;
    }
    buf_put(out, raw);
    return true;
}

static uint64_t big_endian(struct span s)
{
    struct reader r = rd_of(s);

    return rd_be(&r, s.n);
}

static bool date_text(struct date d, struct buffer *out)
{
    char text[DATE_TEXT];

    buf_str(out, date_format(d, text));
    return true;
}

static bool date_time_text(uint64_t v, struct buffer *out)
{
    unsigned s = (unsigned)(v % 100), m = (unsigned)(v / 100 % 100), h = (unsigned)(v / 10000 % 100);
    struct date d;

    if (v / 1000000 > UINT32_MAX || !seal_date((uint32_t)(v / 1000000), &d) || h > 23 || m > 59 || s > 60)
        return false;
    (void)date_text(d, out);
    buf_printf(out, "T%02u:%02u:%02uZ", h, m, s);
    return true;
}

static bool digits_date(struct span raw, struct date *d)
{
    unsigned v = 0;

    for (size_t i = 0; i < raw.n; i++) {
        if (!ascii_digit(raw.p[i]))
            return false;
        v = v * 10 + (unsigned)(raw.p[i] - '0');
    }
    return raw.n == 8 && date_make((int)(v / 10000), (int)(v / 100 % 100), (int)(v % 100), d);
}

static bool duration_text(struct span raw, struct buffer *out)
{
    static const char unit[] = "YMD";

    if (raw.p[0] == 0xff && raw.p[1] == 0xff && raw.p[2] == 0xff) {
        buf_str(out, "by-authority");
        return true;
    }
    buf_u8(out, 'P');
    for (int i = 0; i < 3; i++)
        if (raw.p[2 - i])
            buf_printf(out, "%u%c", raw.p[2 - i], unit[i]);
    if (raw.p[0] == 0 && raw.p[1] == 0 && raw.p[2] == 0)
        buf_str(out, "0D");
    return true;
}

bool seal_value_text(const struct seal_field_def *d, struct span raw, struct buffer *out)
{
    char masked[MASKED_DATE_TEXT];
    struct date day;
    const char *word;

    switch ((enum seal_coding)d->coding) {
    case SEAL_CODING_MRZ:
    case SEAL_CODING_MRZ_TD1:
    case SEAL_CODING_MRZ_TD3:
    case SEAL_CODING_MRZ_MRVA:
    case SEAL_CODING_MRZ_MRVB:
        return zone_text((enum seal_coding)d->coding, raw, out);
    case SEAL_CODING_C40:
        return c40_text(raw, out);
    case SEAL_CODING_TEXT:
        return plain_text(raw, out);
    case SEAL_CODING_BYTE:
    case SEAL_CODING_NUMBER:
        if (raw.n < 1 || raw.n > (d->coding == SEAL_CODING_BYTE ? 1 : NUMBER_BYTES))
            return false;
        buf_printf(out, "%llu", (unsigned long long)big_endian(raw));
        return true;
    case SEAL_CODING_DATE:
        return raw.n == 3 && seal_date((uint32_t)big_endian(raw), &day) && date_text(day, out);
    case SEAL_CODING_MASK_DATE:
        if (raw.n != 4 ||
            !seal_masked_date(raw.p[0], (uint32_t)big_endian(span_sub(raw, 1, 4)), masked, &day))
            return false;
        buf_str(out, masked);
        return true;
    case SEAL_CODING_DATE_TEXT:
        return digits_date(raw, &day) && date_text(day, out);
    case SEAL_CODING_DATE_TIME:
        return raw.n == 6 && date_time_text(big_endian(raw), out);
    case SEAL_CODING_DURATION:
        return raw.n == 3 && duration_text(raw, out);
    case SEAL_CODING_CODE:
        word = raw.n == 1 ? seal_code_word(d, raw.p[0]) : NULL;
        buf_str(out, word);
        return word != NULL;
    case SEAL_CODING_BYTES:
    case SEAL_CODING_MESSAGES:
        break;
    }
    return false;
}

struct date seal_text_day(struct span text)
{
    struct date d = { 0 };

    if (!date_parse(text, &d))
        return (struct date){ 0 };
    return d;
}

/* --- writing --- */

static bool bad(const struct seal_field_def *d, struct why *w, const char *what)
{
    return why_set(w, "field", WHY_NO_OFFSET, NULL, "%s: %s", d->name, what);
}

static bool put_zone(const struct seal_field_def *d, struct span text, struct buffer *out, struct why *w)
{
    char chars[96];
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n' || text.p[i] == '\r')
            continue;
        if (n == sizeof chars - 1)
            return bad(d, w, "too long for a machine-readable zone");
        chars[n++] = (char)text.p[i];
    }
    if (line_width((enum seal_coding)d->coding, n) == 0)
        return bad(d, w, "the lines do not have the lengths of the zone");
    return c40_put(out, span_of(chars, n), NULL) || bad(d, w, "only A-Z, 0-9 and '<' can stand in a zone");
}

/* Blanks fill up to the shortest length allowed. */
static bool put_c40(const struct seal_field_def *d, struct span text, struct buffer *out, struct why *w)
{
    char chars[3 * 127];
    size_t n = text.n, least = c40_chars(d->min);

    if (n > sizeof chars)
        return bad(d, w, "too long");
    memcpy(chars, text.p, n);
    while (n < least)
        chars[n++] = ' ';
    return c40_put(out, span_of(chars, n), NULL) || bad(d, w, "only A-Z, 0-9 and blank can be written");
}

static bool decimal(struct span text, uint64_t *v)
{
    *v = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (!ascii_digit(text.p[i]) || *v > (UINT64_MAX - 9) / 10)
            return false;
        *v = *v * 10 + (unsigned)(text.p[i] - '0');
    }
    return text.n > 0;
}

static bool put_number(const struct seal_field_def *d, struct span text, struct buffer *out, struct why *w)
{
    uint64_t v;
    size_t n = d->coding == SEAL_CODING_BYTE ? 1 : d->min;

    if (!decimal(text, &v))
        return bad(d, w, "a decimal number is wanted");
    while (n < NUMBER_BYTES && v >> 8 * n)
        n++;
    if (n > d->max || n > NUMBER_BYTES)
        return bad(d, w, "the number is too large");
    buf_be(out, v, n);
    return true;
}

static bool put_duration(const struct seal_field_def *d, struct span text, struct buffer *out, struct why *w)
{
    uint8_t raw[3] = { 0 };
    unsigned v = 0;
    bool digits = false, any = false;

    if (span_eq_str(text, "by-authority")) {
        buf_be(out, 0xffffff, 3);
        return true;
    }
    for (size_t i = text.n && text.p[0] == 'P'; i < text.n; i++) {
        uint8_t c = text.p[i];
        int at = c == 'D' ? 0 : c == 'M' ? 1 : c == 'Y' ? 2 : -1;

        if (ascii_digit(c) && v <= 25) {
            v = v * 10 + (unsigned)(c - '0');
            digits = true;
        } else if (at >= 0 && digits && raw[at] == 0 && v <= 255) {
            raw[at] = (uint8_t)v;
            v = 0;
            digits = false;
            any = true;
        } else {
            return bad(d, w, "a duration as P30D, P6M or P1Y2M3D is wanted, each number up to 255");
        }
    }
    if (!any || digits || text.p[0] != 'P')
        return bad(d, w, "a duration as P30D, P6M or P1Y2M3D is wanted, each number up to 255");
    buf_put(out, span_of(raw, 3));
    return true;
}

static bool put_date(const struct seal_field_def *d, struct span text, struct buffer *out, struct why *w)
{
    struct date day;
    uint8_t mask;
    uint32_t v;
    unix_time t;

    if (d->coding == SEAL_CODING_MASK_DATE) {
        if (!seal_masked_date_from(text, &mask, &v))
            return bad(d, w, "a date YYYY-MM-DD is wanted, X for unknown digits");
        buf_u8(out, mask);
        buf_be(out, v, 3);
        return true;
    }
    if (d->coding == SEAL_CODING_DATE_TIME) {
        if (!time_parse(text, &t))
            return bad(d, w, "a time YYYY-MM-DDThh:mm:ssZ is wanted");
        v = (uint32_t)(((t % 86400) + 86400) % 86400);
        buf_be(out,
               seal_date_number(date_of_time(t)) * 1000000ull + v / 3600 * 10000 + v / 60 % 60 * 100 + v % 60,
               6);
        return true;
    }
    if (!date_parse(text, &day))
        return bad(d, w, "a date YYYY-MM-DD is wanted");
    if (d->coding == SEAL_CODING_DATE)
        buf_be(out, seal_date_number(day), 3);
    else
        buf_printf(out, "%04d%02d%02d", day.year, day.month, day.day);
    return true;
}

static bool put_code(const struct seal_field_def *d, struct span text, struct buffer *out, struct why *w)
{
    const char *word;

    for (unsigned v = 0; v < 256; v++) {
        word = seal_code_word(d, (uint8_t)v);
        if (word && span_eq_str(text, word)) {
            buf_u8(out, (uint8_t)v);
            return true;
        }
    }
    return bad(d, w, "no such word in its list");
}

static bool put_bytes(const struct seal_field_def *d, struct span text, struct buffer *out, struct why *w)
{
    struct arena a;
    struct span raw;
    bool ok;

    arena_init(&a, LIMIT_SEAL * 2);
    ok = hex_decode(text, &a, &raw);
    if (ok)
        buf_put(out, raw);
    arena_free(&a);
    return ok || bad(d, w, "bytes are given in hexadecimal");
}

static bool put(const struct seal_field_def *d, struct span text, struct buffer *out, struct why *w)
{
    switch ((enum seal_coding)d->coding) {
    case SEAL_CODING_MRZ:
    case SEAL_CODING_MRZ_TD1:
    case SEAL_CODING_MRZ_TD3:
    case SEAL_CODING_MRZ_MRVA:
    case SEAL_CODING_MRZ_MRVB:
        return put_zone(d, text, out, w);
    case SEAL_CODING_C40:
        return put_c40(d, text, out, w);
    case SEAL_CODING_TEXT:
        if (!plain_text(text, out))
            return bad(d, w, "text is UTF-8 without control characters");
        return true;
    case SEAL_CODING_BYTE:
    case SEAL_CODING_NUMBER:
        return put_number(d, text, out, w);
    case SEAL_CODING_DATE:
    case SEAL_CODING_MASK_DATE:
    case SEAL_CODING_DATE_TEXT:
    case SEAL_CODING_DATE_TIME:
        return put_date(d, text, out, w);
    case SEAL_CODING_DURATION:
        return put_duration(d, text, out, w);
    case SEAL_CODING_CODE:
        return put_code(d, text, out, w);
    case SEAL_CODING_BYTES:
        return put_bytes(d, text, out, w);
    case SEAL_CODING_MESSAGES:
        break;
    }
    return bad(d, w, "holds messages: give those");
}

bool seal_value_put(const struct seal_field_def *d, struct span text, struct buffer *out, struct why *w)
{
    size_t before = out->n, n;

    if (!put(d, text, out, w)) {
        out->n = before;
        return false;
    }
    n = out->n - before;
    if (!buf_ok(out) || n < d->min || n > d->max) {
        out->n = before;
        return why_set(w, "field", WHY_NO_OFFSET, NULL, "%s: %zu bytes, allowed are %u to %u", d->name, n,
                       d->min, d->max);
    }
    return true;
}
