#include "service/travel/slot_token.h"

#include "base/text.h"
#include "crypto/hmac.h"

enum { VERSION = 1, STRETCH = 2048, PLATE = 24, NUMBER = 20, TOKEN_BYTES = 256 };

static const char mark[] = "SLOT1";

const char *const slot_document_kinds[] = { "passport",        "identity-card", "residence-permit",
                                            "travel-document", "seafarer",      NULL };

/* One block of PBKDF2 (RFC 8018 5.2) with HMAC-SHA-256; the code is its password, what is bound its salt. */
void slot_bind(const uint8_t code[SLOT_CODE], struct span document, struct span plate, uint8_t out[SLOT_BIND])
{
    const struct span key = span_of(code, SLOT_CODE);
    const struct span part[] = { SPAN("serai slot bind\n"), document, SPAN("\n"), plate, SPAN("\0\0\0\1") };
    struct digest u, sum;

    hmac_sha256(key, part, sizeof part / sizeof *part, &u);
    sum = u;
    for (int i = 1; i < STRETCH; i++) {
        const struct span last = digest_span(&u);
        struct digest next;

        hmac_sha256(key, &last, 1, &next);
        u = next;
        for (size_t k = 0; k < sum.n; k++)
            sum.b[k] ^= u.b[k];
    }
    memcpy(out, sum.b, SLOT_BIND);
}

void slot_seen(const uint8_t code[SLOT_CODE], uint8_t out[SLOT_SEEN])
{
    const struct span part[] = { SPAN("serai slot\n"), span_of(code, SLOT_CODE) };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 2, &d);
    memcpy(out, d.b, SLOT_SEEN);
}

static bool message_of(struct span member, struct span bytes, struct buffer *b)
{
    buf_str(b, "serai slot token\n");
    buf_put(b, member);
    buf_str(b, "\n");
    buf_put(b, bytes);
    return buf_ok(b);
}

bool slot_token_put(const struct slot_token *t, struct span member, const struct signer *s,
                    struct buffer *out, struct why *w)
{
    uint8_t mem[TOKEN_BYTES], said[TOKEN_BYTES + 64], sig[NODE_SIGNATURE];
    struct buffer b, m;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_u8(&b, VERSION);
    buf_put(&b, span_of(t->code, sizeof t->code));
    buf_be(&b, (uint64_t)(t->start / 60), 4);
    buf_be(&b, (uint64_t)t->persons, 2);
    buf_u8(&b, (uint8_t)t->place.n);
    buf_put(&b, t->place);
    buf_put(&b, span_of(t->bind, sizeof t->bind));
    buf_init_fixed(&m, said, sizeof said);
    if (t->place.n > 100 || !buf_ok(&b) || !message_of(member, buf_span(&b), &m))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the name of the place is too long for a token");
    if (!signer_sign(s, buf_span(&m), sig, w))
        return false;
    buf_put(&b, span_of(sig, sizeof sig));
    buf_str(out, mark);
    base32_put(out, buf_span(&b));
    return (buf_ok(&b) && buf_ok(out)) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "there is no room for a token");
}

/* Capitals without blanks and hyphens; false: no letter of Base32, or too long. */
static bool plain(struct span text, struct buffer *out)
{
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];

        if (ascii_space(c) || c == '-')
            continue;
        buf_u8(out, ascii_lower(c) ? (uint8_t)(c - 32) : c);
    }
    return buf_ok(out);
}

static bool no_token(struct why *w)
{
    return why_set(w, "token", WHY_NO_OFFSET, NULL, "this is no token of a slot");
}

bool slot_token_read(struct span text, struct span member, const uint8_t pub[NODE_PUBLIC_KEY],
                     struct arena *a, struct slot_token *out, struct why *w)
{
    uint8_t letters[LIMIT_SLOT_TOKEN], bytes[TOKEN_BYTES], said[TOKEN_BYTES + 64];
    const struct span head = span_str(mark);
    struct slot_token t = { 0 };
    struct buffer l, b, m;
    size_t bad = 0, n;

    buf_init_fixed(&l, letters, sizeof letters);
    buf_init_fixed(&b, bytes, sizeof bytes);
    buf_init_fixed(&m, said, sizeof said);
    if (!plain(text, &l) || !span_starts(buf_span(&l), head) ||
        !base32_decode(span_sub(buf_span(&l), head.n, l.n), &b, &bad) || !buf_ok(&b))
        return no_token(w);
    n = 18; /* up to the place */
    if (b.n < n + SLOT_BIND + NODE_SIGNATURE || bytes[0] != VERSION ||
        b.n != n + bytes[17] + SLOT_BIND + NODE_SIGNATURE || bytes[17] == 0)
        return no_token(w);
    if (!message_of(member, span_of(bytes, b.n - NODE_SIGNATURE), &m))
        return no_token(w);
    if (!node_verify(buf_span(&m), bytes + b.n - NODE_SIGNATURE, pub))
        return why_set(w, "forged", WHY_NO_OFFSET, NULL, "the member's key did not sign this token");
    memcpy(t.code, bytes + 1, SLOT_CODE);
    t.start = 60 * ((int64_t)bytes[11] << 24 | bytes[12] << 16 | bytes[13] << 8 | bytes[14]);
    t.persons = bytes[15] << 8 | bytes[16];
    t.place = arena_copy(a, span_of(bytes + n, bytes[17]));
    memcpy(t.bind, bytes + n + bytes[17], SLOT_BIND);
    if (!t.place.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = t;
    return true;
}

static bool bad_form(struct why *w, const char *text)
{
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "%s", text);
}

bool slot_document_form(struct span state, struct span kind, struct span number, struct arena *a,
                        struct span *key, struct span *bound, struct why *w)
{
    uint8_t mem[NUMBER + 64];
    struct buffer b;
    size_t k = 0, from, known = 0;

    while (slot_document_kinds[known] && !span_eq_str(kind, slot_document_kinds[known]))
        known++;
    if (!slot_document_kinds[known])
        return bad_form(w,
                        "the kind is passport, identity-card, residence-permit, travel-document or seafarer");
    buf_init_fixed(&b, mem, sizeof mem);
    for (size_t i = 0; i < state.n && state.n <= 3; i++)
        if (ascii_upper(state.p[i]) || ascii_lower(state.p[i]))
            buf_u8(&b, ascii_lower(state.p[i]) ? (uint8_t)(state.p[i] - 32) : state.p[i]);
    if (b.n != state.n || (b.n != 3 && b.n != 1)) /* one form each: D, IRN */
        return bad_form(w, "the state of the document is its code of three letters, as in the lines");
    buf_u8(&b, ' ');
    from = b.n;
    for (size_t i = 0; i < number.n; i++) {
        uint8_t c = number.p[i];

        if (c == ' ' || c == '-' || c == '<')
            continue;
        c = ascii_lower(c) ? (uint8_t)(c - 32) : c;
        if ((!ascii_upper(c) && !ascii_digit(c)) || k++ == NUMBER)
            return bad_form(w, "a document's number has at most 20 letters and digits");
        buf_u8(&b, c);
    }
    if (b.n == from)
        return bad_form(w, "the document has no number");
    *key = arena_copy(a, buf_span(&b));
    buf_u8(&b, ' ');
    buf_put(&b, kind);
    *bound = arena_copy(a, buf_span(&b));
    return (key->p && bound->p && buf_ok(&b)) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* Cyrillic capitals that plates share with Latin ones: А В Е К М Н О Р С Т У Х. */
static uint32_t latin_of(uint32_t c)
{
    static const struct {
        uint16_t from;
        char to;
    } same[] = { { 0x410, 'A' }, { 0x412, 'B' }, { 0x415, 'E' }, { 0x41a, 'K' },
                 { 0x41c, 'M' }, { 0x41d, 'H' }, { 0x41e, 'O' }, { 0x420, 'P' },
                 { 0x421, 'C' }, { 0x422, 'T' }, { 0x423, 'Y' }, { 0x425, 'X' } };

    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (same[i].from == c)
            return (uint32_t)same[i].to;
    return c;
}

/* 0: left out; UTF8_BAD: no letter or digit. */
static uint32_t plate_letter(uint32_t c)
{
    if (c == ' ' || c == '-' || c == '.' || c == 0xa0 || c == 0x200c || c == 0x200d || c == 0x640)
        return 0;
    if (c >= 'a' && c <= 'z')
        return c - 32;
    if (c >= 0x430 && c <= 0x44f)
        return latin_of(c - 32);
    if (c >= 0x660 && c <= 0x669)
        return '0' + c - 0x660;
    if (c >= 0x6f0 && c <= 0x6f9)
        return '0' + c - 0x6f0;
    if (c == 0x6cc) /* Persian yeh and Arabic yeh, Persian and Arabic kaf */
        return 0x64a;
    if (c == 0x6a9)
        return 0x643;
    if (c < 0x80 && !ascii_upper((int)c) && !ascii_digit((int)c))
        return UTF8_BAD;
    return c < 0xc0 && c >= 0x80 ? UTF8_BAD : latin_of(c);
}

bool slot_plate_form(struct span plate, struct arena *a, struct span *out, struct why *w)
{
    struct reader r = rd_of(plate);
    uint8_t mem[4 * PLATE];
    struct buffer b;
    size_t n = 0;

    buf_init_fixed(&b, mem, sizeof mem);
    while (rd_left(&r)) {
        uint32_t c = utf8_next(&r);

        c = c == UTF8_BAD ? c : plate_letter(c);
        if (c == 0)
            continue;
        if (c == UTF8_BAD || n++ == PLATE)
            return bad_form(w, "a plate has at most 24 letters and digits");
        utf8_put(&b, c);
    }
    if (!n)
        return bad_form(w, "the plate is empty");
    *out = arena_copy(a, buf_span(&b));
    return out->p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}
