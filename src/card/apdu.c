#include "card/apdu.h"

#include "base/reader.h"

void apdu_put(struct buffer *b, const struct apdu *c)
{
    bool extended = c->data.n > APDU_SHORT_DATA || c->le > APDU_SHORT_LE;

    if (c->data.n > APDU_EXTENDED_DATA || c->le > APDU_EXTENDED_LE) {
        b->bad = true;
        return;
    }
    buf_u8(b, c->cla);
    buf_u8(b, c->ins);
    buf_u8(b, c->p1);
    buf_u8(b, c->p2);
    if (extended)
        buf_u8(b, 0);
    if (c->data.n) {
        buf_be(b, c->data.n, extended ? 2 : 1);
        buf_put(b, c->data);
    }
    if (c->le) /* the largest is written as zero */
        buf_be(b, c->le, extended ? 2 : 1);
}

/* What follows the header, ISO 7816-4 5.2: table of the cases 2 to 4, short (S) and extended (E). */
static void parse_body(struct reader *r, struct apdu *c)
{
    size_t width = 1, lc, le;

    if (rd_left(r) == 1) { /* 2S */
        le = rd_u8(r);
        c->le = le ? (uint32_t)le : APDU_SHORT_LE;
        return;
    }
    lc = rd_u8(r);
    if (lc == 0) {
        width = 2;
        lc = rd_u16(r);
        if (rd_left(r) == 0) { /* 2E */
            c->le = lc ? (uint32_t)lc : APDU_EXTENDED_LE;
            return;
        }
    }
    if (lc == 0) /* a data field of no bytes is not one */
        rd_fail(r);
    c->data = rd_take(r, lc);
    if (rd_left(r) == 0) /* 3S, 3E */
        return;
    le = (size_t)rd_be(r, width);
    c->le = le ? (uint32_t)le : width == 1 ? APDU_SHORT_LE : APDU_EXTENDED_LE;
}

bool apdu_parse(struct span in, struct apdu *out, struct why *w)
{
    struct reader r = rd_of(in);
    struct apdu c = { 0 };

    c.cla = rd_u8(&r);
    c.ins = rd_u8(&r);
    c.p1 = rd_u8(&r);
    c.p2 = rd_u8(&r);
    if (rd_left(&r))
        parse_body(&r, &c);
    if (!rd_done(&r))
        return why_set(w, "apdu", rd_offset(&r), "ISO 7816-4 5.2",
                       "the lengths of the command do not fit it");
    *out = c;
    return true;
}

bool reply_parse(struct span in, struct reply *out, struct why *w)
{
    if (in.n < 2 || in.n > APDU_EXTENDED_LE + 2)
        return why_set(w, "response", WHY_NO_OFFSET, "ISO 7816-4 5.1", "an answer of %zu bytes is none",
                       in.n);
    out->data = span_sub(in, 0, in.n - 2);
    out->sw = (uint16_t)(in.p[in.n - 2] << 8 | in.p[in.n - 1]);
    return true;
}

bool sw_is_ok(uint16_t sw)
{
    return sw == SW_OK || sw >> 8 == 0x62 || sw >> 8 == 0x63;
}

/* By the first byte alone when the second does not matter: mask ff00. */
static const struct {
    uint16_t sw, mask;
    const char *reason, *say;
} status[] = {
    { 0x6982, 0xffff, "access", "the chip wants another key, or another right, for it" },
    { 0x6300, 0xff00, "access", "the chip does not accept the key" },
    { 0x6983, 0xffff, "access", "the chip has blocked this way in after too many wrong tries" },
    { 0x6985, 0xffff, "card",
      "the chip is not in a state for it; take the document away and present it again" },
    { 0x6a82, 0xfffe, "no-file", "the chip has no such file" },
    { 0x6a88, 0xffff, "no-file", "the chip has no such key" },
    { 0x6d00, 0xff00, "not-supported", "the chip does not know this command" },
    { 0x6e00, 0xff00, "not-supported", "the chip does not know this class of commands" },
    { 0x6800, 0xff00, "not-supported", "the chip does not do this kind of protection" },
    { 0x6a81, 0xffff, "not-supported", "the chip does not do this" },
    { 0x6a86, 0xffff, "not-supported", "the chip does not take these parameters" },
    { 0x6700, 0xffff, "length", "the chip does not take this length" },
    { 0x6b00, 0xffff, "length", "the chip says that this lies beyond the end of the file" },
    { 0x6200, 0xff00, "card", "the chip warns" },
};

bool sw_why(uint16_t sw, const char *doing, struct why *w)
{
    for (size_t i = 0; i < sizeof status / sizeof status[0]; i++)
        if ((sw & status[i].mask) == status[i].sw)
            return why_set(w, status[i].reason, WHY_NO_OFFSET, "ISO 7816-4 5.3.4", "%s: %s (status %04X)",
                           doing, status[i].say, sw);
    return why_set(w, "card", WHY_NO_OFFSET, "ISO 7816-4 5.3.4", "%s: the chip answers with status %04X",
                   doing, sw);
}
