#include "cli/agreement_say.h"

#include <stdio.h>

#include "base/text.h"

static void put_capital(struct buffer *out, struct span s)
{
    if (s.n && ascii_lower(s.p[0])) {
        buf_u8(out, (uint8_t)(s.p[0] - 32));
        s = span_sub(s, 1, s.n);
    }
    buf_put(out, s);
}

static size_t columns(struct span s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += (s.p[i] & 0xc0) != 0x80;
    return n;
}

void agreement_put_wrapped(struct buffer *out, size_t indent, struct span text)
{
    struct span line = buf_span(out), word;
    size_t at = 0;

    for (size_t i = line.n; i && line.p[i - 1] != '\n'; i--)
        at += (line.p[i - 1] & 0xc0) != 0x80;
    for (bool first = true; text_split(&text, ' ', &word); first = false) {
        if (!first && at + 1 + columns(word) > 100) {
            buf_printf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!first) {
            buf_u8(out, ' ');
            at++;
        }
        buf_put(out, word);
        at += columns(word);
    }
    buf_u8(out, '\n');
}

static void group_text(const struct affected *x, const struct affected_group *g, const struct tongue *t,
                       bool counts, uint64_t total, struct buffer *out)
{
    int sign = affected_sign(x, g);
    struct buffer who, line;

    buf_init(&who, 1 << 16);
    buf_printf(out, "%-6s",
               sign > 0   ? tongue_phrase(t, PHRASE_GAIN)
               : sign < 0 ? tongue_phrase(t, PHRASE_LOSE)
                          : "");
    buf_str(out, "  ");
    if (counts)
        buf_printf(out, "%llu (%.2f%%)  ", (unsigned long long)g->count,
                   total ? 100.0 * (double)g->count / (double)total : 0);
    affected_who(x, g, t, &who);
    buf_init(&line, 1 << 17);
    put_capital(&line, buf_span(&who));
    buf_str(&line, ": ");
    affected_change_text(x, g, t, &line);
    buf_u8(&line, '.');
    agreement_put_wrapped(out, 8, buf_span(&line));
    if (!counts) {
        buf_reset(&who);
        buf_reset(&line);
        traveller_put(&g->example, x->c->on, UINT64_MAX, &who);
        tongue_put(t, PHRASE_FOR_EXAMPLE, buf_cstr(&who), NULL, &line);
        buf_str(out, "          ");
        agreement_put_wrapped(out, 10, buf_span(&line));
    }
    buf_free(&line);
    buf_free(&who);
}

void affected_text(const struct affected *x, const struct tongue *t, bool counts, uint64_t total,
                   struct buffer *out)
{
    for (int sign = 1; sign >= -1; sign--)
        for (size_t i = 0; i < x->n_groups; i++)
            if (affected_sign(x, &x->group[i]) == sign)
                group_text(x, &x->group[i], t, counts, total, out);
    if (!x->n_groups)
        buf_printf(out, "%s\n", tongue_phrase(t, PHRASE_NOBODY));
}
