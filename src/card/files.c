#include "card/files.h"

#include "base/limits.h"
#include "wire/lds.h"
#include "wire/lds_files.h"

enum {
    HEAD = 6,              /* tag and the longest length there can be */
    PIECE_SHORT = 223,     /* what a protected answer of 256 bytes holds with either cipher */
    PIECE_LEAST = 32,      /* smaller ones are no sign of a chip that means well */
    PIECE_EXTENDED = 4000, /* a lost field costs a piece */
    PIECE_UNTOLD = 2000,   /* extended lengths work, and nobody said how long */
    ENVELOPE = 64,         /* what secure messaging adds to an answer, at most */
    OFFSET_EVEN = 0x7fff,  /* the furthest that B0 reaches */
    ODD_OVERHEAD = 5,      /* DO'53' around the data of B1 */
};

static const char clause[] = "ISO 7816-4 11.3.3";

static const struct {
    const char *name;
    uint16_t id;
    uint8_t tag;
} files[CHIP_FILES] = {
    [CHIP_COM] = { "EF.COM", 0x011e, 0x60 },
    [1] = { "DG1", 0x0101, 0x61 },
    [2] = { "DG2", 0x0102, 0x75 },
    [3] = { "DG3", 0x0103, 0x63 },
    [4] = { "DG4", 0x0104, 0x76 },
    [5] = { "DG5", 0x0105, 0x65 },
    [6] = { "DG6", 0x0106, 0x66 },
    [7] = { "DG7", 0x0107, 0x67 },
    [8] = { "DG8", 0x0108, 0x68 },
    [9] = { "DG9", 0x0109, 0x69 },
    [10] = { "DG10", 0x010a, 0x6a },
    [11] = { "DG11", 0x010b, 0x6b },
    [12] = { "DG12", 0x010c, 0x6c },
    [13] = { "DG13", 0x010d, 0x6d },
    [14] = { "DG14", 0x010e, 0x6e },
    [15] = { "DG15", 0x010f, 0x6f },
    [16] = { "DG16", 0x0110, 0x70 },
    [CHIP_SOD] = { "EF.SOD", 0x011d, 0x77 },
    [CHIP_CARD_ACCESS] = { "EF.CardAccess", 0x011c, 0x31 },
    [CHIP_CARD_SECURITY] = { "EF.CardSecurity", 0x011d, 0x30 },
};

const char *chip_file_name(enum chip_file f)
{
    return files[f].name;
}

bool master_file_select(struct channel *ch, struct why *w)
{
    const struct apdu by_id = { .ins = INS_SELECT, .p2 = 0x0c, .data = SPAN("\x3f\x00") };
    const struct apdu plain = { .ins = INS_SELECT, .p2 = 0x0c };
    struct reply r;

    if (!channel_send(ch, &by_id, &r, w))
        return false;
    return r.sw == SW_OK || channel_send(ch, &plain, &r, w);
}

bool application_select(struct channel *ch, struct why *w)
{
    const struct apdu c = {
        .ins = INS_SELECT, .p1 = 0x04, .p2 = 0x0c, .data = SPAN("\xa0\x00\x00\x02\x47\x10\x01")
    };
    struct reply r;

    if (!channel_send(ch, &c, &r, w))
        return false;
    if (r.sw == 0x6a82)
        return why_set(w, "no-file", WHY_NO_OFFSET, "Doc 9303-10 3.6.1",
                       "this card is not a travel document: it does not have that application");
    return r.sw == SW_OK || sw_why(r.sw, "selecting the travel document's application", w);
}

static bool file_select(struct channel *ch, uint16_t id, struct reply *r, struct why *w)
{
    const uint8_t data[] = { (uint8_t)(id >> 8), (uint8_t)id };
    const struct apdu c = { .ins = INS_SELECT, .p1 = 0x02, .p2 = 0x0c, .data = span_of(data, sizeof data) };

    return channel_send(ch, &c, r, w);
}

bool card_capabilities(struct channel *ch, struct file_manner *m, struct why *w)
{
    const struct apdu read = { .ins = INS_READ_BINARY, .le = APDU_SHORT_LE };
    struct ef_atr atr;
    struct reply r;

    if (!file_select(ch, 0x2f01, &r, w))
        return false;
    if (!sw_is_ok(r.sw))
        return true;
    if (!channel_send(ch, &read, &r, w))
        return false;
    if (!sw_is_ok(r.sw) || !ef_atr_parse(r.data, &atr, NULL))
        return true;
    m->max_response = atr.max_response > 0 ? (uint32_t)atr.max_response : 0;
    if (atr.extended || m->max_response > APDU_SHORT_LE + ENVELOPE)
        ch->extended = true;
    return true;
}

static uint32_t first_piece(const struct channel *ch, const struct file_manner *m)
{
    uint32_t most = m->max_response > ENVELOPE ? m->max_response - ENVELOPE : PIECE_UNTOLD;

    if (!ch->extended || most < PIECE_SHORT)
        return PIECE_SHORT;
    return most < PIECE_EXTENDED ? most : PIECE_EXTENDED;
}

/* A smaller piece after the chip refused one; false when it cannot be smaller. */
static bool smaller_piece(struct channel *ch, struct file_manner *m)
{
    if (m->piece > PIECE_SHORT)
        m->piece = PIECE_SHORT;
    else if (m->piece > PIECE_LEAST)
        m->piece /= 2;
    else
        return false;
    ch->extended = ch->extended && m->piece > PIECE_SHORT;
    return true;
}

/* Beyond the reach of B0: the offset goes in as DO'54', the data come out in DO'53'. */
static bool read_odd(struct channel *ch, size_t offset, uint32_t n, struct reply *r, struct why *w)
{
    const uint8_t data[] = { 0x54, 3, (uint8_t)(offset >> 16), (uint8_t)(offset >> 8), (uint8_t)offset };
    const struct apdu c = { .ins = INS_READ_BINARY_ODD,
                            .data = span_of(data, sizeof data),
                            .le = n + ODD_OVERHEAD };
    struct reader body;
    struct span value;
    uint32_t tag;

    if (!channel_send(ch, &c, r, w))
        return false;
    if (!sw_is_ok(r->sw))
        return true;
    body = rd_of(r->data);
    if (!lds_next(&body, &tag, &value) || tag != 0x53 || !rd_done(&body))
        return why_set(w, "response", WHY_NO_OFFSET, clause,
                       "the data read do not stand in their data object");
    /* Le counts the object's head too, which may be shorter than the longest: then a few bytes more come. */
    r->data = value.n <= n + ODD_OVERHEAD - 2 ? span_sub(value, 0, n) : value;
    return true;
}

/* n bytes of the file that is selected; short_id, when not 0, selects it first. */
static bool read_at(struct channel *ch, uint8_t short_id, size_t offset, uint32_t n, struct reply *r,
                    struct why *w)
{
    const struct apdu c = { .ins = INS_READ_BINARY,
                            .p1 = (uint8_t)(short_id ? 0x80 | short_id : offset >> 8),
                            .p2 = (uint8_t)offset,
                            .le = n };

    if (offset > OFFSET_EVEN ? !read_odd(ch, offset, n, r, w) : !channel_send(ch, &c, r, w))
        return false;
    if (r->data.n > n)
        return why_set(w, "response", WHY_NO_OFFSET, clause,
                       "the chip sends %zu bytes where %u were asked for", r->data.n, (unsigned)n);
    return true;
}

/* The file's whole length from its first bytes. */
static bool head_length(struct span head, enum chip_file f, size_t *total, struct why *w)
{
    struct reader r = rd_of(head);
    uint8_t tag = rd_u8(&r), first = rd_u8(&r);
    size_t n = first;

    if (first > 0x80 && first <= 0x84)
        n = (size_t)rd_be(&r, first & 0x7f);
    else if (first >= 0x80)
        rd_fail(&r);
    if (!rd_ok(&r) || tag != files[f].tag)
        return why_set(w, "response", 0, "Doc 9303-10 4.6",
                       "what the chip gives for %s does not begin as it must", files[f].name);
    n += rd_offset(&r);
    if (n > LIMIT_CHIP_FILE)
        return why_set(w, "too-large", 1, NULL, "%s claims %zu bytes; more than %d are never read",
                       files[f].name, n, LIMIT_CHIP_FILE);
    *total = n;
    return true;
}

static bool piece_refused(uint16_t sw)
{
    return sw == 0x6700 || sw >> 8 == 0x6c || sw == 0x6b00 || sw >> 8 == 0x6f;
}

/* Selects the file and reads its first bytes; *r holds them when its status is well. */
static bool read_head(struct channel *ch, struct file_manner *m, enum chip_file f, struct reply *r,
                      struct why *w)
{
    if (!m->by_select) {
        if (!read_at(ch, files[f].id & 0x1f, 0, HEAD, r, w))
            return false;
        if (sw_is_ok(r->sw) && r->data.n && r->data.p[0] == files[f].tag)
            return true;
    }
    if (!file_select(ch, files[f].id, r, w))
        return false;
    if (r->sw != SW_OK)
        return true;
    if (!read_at(ch, 0, 0, HEAD, r, w))
        return false;
    if (piece_refused(r->sw) && !read_at(ch, 0, 0, 2, r, w)) /* a file of fewer bytes */
        return false;
    if (sw_is_ok(r->sw))
        m->by_select = true;
    return true;
}

/* Puts the bytes at their place: those that are known already must be the same. */
static bool take(struct buffer *out, struct span s, enum chip_file f, struct why *w)
{
    struct span known = span_sub(buf_span(out), 0, s.n);

    if (!span_eq(known, span_sub(s, 0, known.n)))
        return why_set(w, "changed", 0, NULL, "%s is not the file that it was before", files[f].name);
    buf_put(out, span_sub(s, known.n, s.n));
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static bool read_rest(struct channel *ch, struct file_manner *m, enum chip_file f, size_t total,
                      struct buffer *out, file_progress progress, void *ctx, struct why *w)
{
    struct reply r;

    while (out->n < total) {
        uint32_t most = out->n > OFFSET_EVEN ? m->piece - 2 * ODD_OVERHEAD : m->piece;
        uint32_t n = total - out->n < most ? (uint32_t)(total - out->n) : most;

        if (!read_at(ch, 0, out->n, n, &r, w))
            return false;
        if (!sw_is_ok(r.sw)) {
            if (piece_refused(r.sw) && smaller_piece(ch, m))
                continue;
            return sw_why(r.sw, files[f].name, w);
        }
        if (r.data.n == 0)
            return why_set(w, "response", out->n, clause, "%s ends after %zu of the %zu bytes that it claims",
                           files[f].name, out->n, total);
        buf_put(out, r.data);
        if (!buf_ok(out))
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        if (r.data.n < n && r.data.n >= PIECE_LEAST)
            m->piece = (uint32_t)r.data.n; /* all it can send at a time */
        if (progress && !progress(ctx, f, out->n, total))
            return why_set(w, "stopped", WHY_NO_OFFSET, NULL, "reading was stopped");
    }
    return true;
}

bool chip_file_read(struct channel *ch, struct file_manner *m, enum chip_file f, struct buffer *out,
                    file_progress progress, void *ctx, struct why *w)
{
    struct span head;
    struct reply r = { 0 };
    size_t total = 0;

    if (!read_head(ch, m, f, &r, w))
        return false;
    if (!sw_is_ok(r.sw))
        return sw_why(r.sw, files[f].name, w);
    if (!head_length(r.data, f, &total, w))
        return false;
    head = span_sub(r.data, 0, total);
    if (out->n > total)
        return why_set(w, "changed", 1, NULL, "%s is not the file that it was before", files[f].name);
    if (!take(out, head, f, w))
        return false;
    if (!m->piece)
        m->piece = first_piece(ch, m);
    return read_rest(ch, m, f, total, out, progress, ctx, w);
}
