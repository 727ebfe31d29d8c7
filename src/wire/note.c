#include "wire/note.h"

#include "base/text.h"

static const char clause[] = "C2SP signed-note";

/* "— " in UTF-8: the em dash and a space that begin each signature line. */
static const uint8_t dash[] = { 0xe2, 0x80, 0x94, ' ' };

static bool unicode_space(uint32_t c)
{
    return c <= ' ' || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
           c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

bool note_name_valid(struct span name)
{
    struct reader r = rd_of(name);
    uint32_t c;

    while (rd_left(&r)) {
        c = utf8_next(&r);
        if (!rd_ok(&r) || c == '+' || unicode_space(c))
            return false;
    }
    return name.n > 0;
}

/* Start of the signatures: after the last blank line. 0 when there is none. */
static size_t split_at(struct span in)
{
    for (size_t i = in.n; i >= 2; i--)
        if (in.p[i - 1] == '\n' && in.p[i - 2] == '\n')
            return i;
    return 0;
}

static bool parse_line(struct span line, struct note_signature *out)
{
    struct span name = { 0 }, rest;
    uint8_t raw[NOTE_KEY_HASH + NOTE_SIGNATURE_MAX];
    struct buffer b;
    size_t bad_at;

    if (!span_starts(line, span_of(dash, sizeof dash)))
        return false;
    rest = span_sub(line, sizeof dash, line.n);
    if (!text_split(&rest, ' ', &name) || !note_name_valid(name))
        return false;
    buf_init_fixed(&b, raw, sizeof raw);
    /* With its padding: one signature has one text. */
    if (rest.n % 4 || !base64_decode(rest, BASE64_STD, &b, &bad_at) || b.n <= NOTE_KEY_HASH)
        return false;
    out->name = name;
    memcpy(out->key_hash, raw, NOTE_KEY_HASH);
    out->base64 = rest;
    return true;
}

bool note_signature_bytes(const struct note_signature *s, uint8_t *sig, size_t n)
{
    uint8_t raw[NOTE_KEY_HASH + NOTE_SIGNATURE_MAX];
    struct buffer b;
    size_t bad_at;

    buf_init_fixed(&b, raw, sizeof raw);
    if (!base64_decode(s->base64, BASE64_STD, &b, &bad_at) || b.n != NOTE_KEY_HASH + n)
        return false;
    memcpy(sig, raw + NOTE_KEY_HASH, n);
    return true;
}

bool note_parse(struct span in, struct note *out, struct why *w)
{
    struct note note = { 0 };
    size_t at = split_at(in);
    struct span rest, line;

    if (at == 0 || at == in.n || in.p[in.n - 1] != '\n')
        return why_set(w, "note", in.n, clause, "no blank line followed by signature lines");
    for (size_t i = 0; i < in.n; i++)
        if (in.p[i] < 0x20 && in.p[i] != '\n')
            return why_set(w, "note", i, clause, "control character 0x%02x", in.p[i]);
    if (utf8_valid_to(in) != in.n)
        return why_set(w, "note", utf8_valid_to(in), clause, "not UTF-8");
    note.text = span_sub(in, 0, at - 1);
    rest = span_sub(in, at, in.n);
    while (text_split(&rest, '\n', &line)) {
        if (note.n == NOTE_SIGNATURES)
            return why_set(w, "too-large", (size_t)(line.p - in.p), clause, "more than %d signatures",
                           NOTE_SIGNATURES);
        if (!parse_line(line, &note.signature[note.n]))
            return why_set(w, "note", (size_t)(line.p - in.p), clause, "signature line %zu cannot be read",
                           note.n + 1);
        note.n++;
    }
    *out = note;
    return true;
}

void note_put_signature(struct buffer *b, struct span name, const uint8_t key_hash[NOTE_KEY_HASH],
                        struct span sig)
{
    uint8_t raw[NOTE_KEY_HASH + NOTE_SIGNATURE_MAX];

    if (sig.n > NOTE_SIGNATURE_MAX) {
        b->bad = true;
        return;
    }
    memcpy(raw, key_hash, NOTE_KEY_HASH);
    memcpy(raw + NOTE_KEY_HASH, sig.p, sig.n);
    buf_put(b, span_of(dash, sizeof dash));
    buf_put(b, name);
    buf_u8(b, ' ');
    base64_put(b, span_of(raw, NOTE_KEY_HASH + sig.n), BASE64_STD);
    buf_u8(b, '\n');
}
