#include "wire/seal_tlv.h"

#include <stdio.h>

#include "base/text.h"

bool seal_tlv_next(struct reader *r, const char *clause, struct seal_message *out, struct why *w)
{
    struct seal_message m = { .offset = rd_offset(r) };
    size_t at, n, more, least;

    m.tag = rd_u8(r);
    at = rd_offset(r);
    n = rd_u8(r);
    if (n >= 0x80) {
        more = n & 0x7f;
        if (more != 1 && more != 2)
            return why_set(w, "length", at, clause,
                           "length octet %02zx: only 81 and 82 announce a longer length", n);
        least = more == 1 ? 0x80 : 0x100;
        n = (size_t)rd_be(r, more);
        if (rd_ok(r) && n < least)
            return why_set(w, "length", at, clause, "a length in more octets than it needs");
    }
    m.value = rd_take(r, n);
    if (!rd_ok(r))
        return why_set(w, "truncated", at, clause, "a message longer than what is left");
    *out = m;
    return true;
}

void seal_tlv_put(struct buffer *b, uint8_t tag, struct span value)
{
    buf_u8(b, tag);
    if (value.n >= 0x100)
        buf_u8(b, 0x82);
    else if (value.n >= 0x80)
        buf_u8(b, 0x81);
    if (value.n > 0xffff)
        b->bad = true;
    buf_be(b, value.n, value.n >= 0x100 ? 2 : 1);
    buf_put(b, value);
}

bool seal_date(uint32_t v, struct date *out)
{
    return v <= 12319999 && date_make((int)(v % 10000), (int)(v / 1000000), (int)(v / 10000 % 100), out);
}

uint32_t seal_date_number(struct date d)
{
    return d.month * 1000000u + d.day * 10000u + (uint32_t)d.year;
}

/* Where the digits of MMDDYYYY stand in YYYY-MM-DD. */
static const uint8_t place[8] = { 5, 6, 8, 9, 0, 1, 2, 3 };

/* A number of two digits that may be X lies in [least, most] for some choice of the unknown ones. */
static bool possible(const char *two, int least, int most)
{
    for (int v = least; v <= most; v++)
        if ((two[0] == 'X' || two[0] == '0' + v / 10) && (two[1] == 'X' || two[1] == '0' + v % 10))
            return true;
    return false;
}

bool seal_masked_date(uint8_t mask, uint32_t v, char text[MASKED_DATE_TEXT], struct date *day)
{
    char t[MASKED_DATE_TEXT] = "0000-00-00", d[9];
    struct date whole = { 0 };

    if (v > 99999999)
        return false;
    (void)snprintf(d, sizeof d, "%08u", v % 100000000u);
    for (unsigned i = 0; i < 8; i++)
        t[place[i]] = mask & 0x80 >> i ? 'X' : d[i];
    if (mask == 0 && !seal_date(v, &whole))
        return false;
    if (!possible(t + 5, 1, 12) || !possible(t + 8, 1, 31))
        return false;
    memcpy(text, t, sizeof t);
    *day = whole;
    return true;
}

bool seal_masked_date_from(struct span text, uint8_t *mask, uint32_t *v)
{
    uint8_t m = 0;
    uint32_t n = 0;
    char back[MASKED_DATE_TEXT];
    struct date day;

    if (text.n != 10 || text.p[4] != '-' || text.p[7] != '-')
        return false;
    for (unsigned i = 0; i < 8; i++) {
        uint8_t c = text.p[place[i]];

        if (c == 'X')
            m |= (uint8_t)(0x80 >> i);
        else if (!ascii_digit(c))
            return false;
        n = n * 10 + (c == 'X' ? 0u : (uint32_t)(c - '0'));
    }
    if (n > 0xffffff || !seal_masked_date(m, n, back, &day))
        return false;
    *mask = m;
    *v = n;
    return true;
}
