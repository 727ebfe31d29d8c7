/* A share on paper. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/node_key.h"
#include "crypto/shares.h"

enum { LINE = 16 };

static const char clause[] = "crypto/shares.h";

/* Of one line: a wrong digit shows where it is. */
static unsigned line_check(const struct share *s, unsigned number, struct span bytes)
{
    const uint8_t head[] = { (uint8_t)s->index, (uint8_t)number };
    struct span part[] = { span_of(s->set, sizeof s->set), span_of(head, sizeof head), bytes };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 3, &d);
    return (unsigned)d.b[0] << 8 | d.b[1];
}

void share_write(const struct share *s, struct buffer *out)
{
    buf_str(out, "serai key share 1\nname ");
    buf_put(out, s->name);
    buf_str(out, "\nset ");
    hex_put(out, span_of(s->set, sizeof s->set));
    buf_printf(out, "\nshare %u of %u, any %u restore\n", s->index, s->n, s->k);
    for (size_t at = 0; at < s->bytes; at += LINE) {
        struct span line = span_sub(span_of(s->value, s->bytes), at, at + LINE);

        buf_printf(out, "%02u", (unsigned)(at / LINE + 1));
        for (size_t i = 0; i < line.n; i += 2) {
            buf_u8(out, ' ');
            hex_put(out, span_sub(line, i, i + 2));
        }
        buf_printf(out, " check %04x\n", line_check(s, (unsigned)(at / LINE + 1), line));
    }
}

static bool line_with(struct span *rest, struct span head, struct span *value)
{
    struct span line = { 0 };

    if (!text_split(rest, '\n', &line) || !span_starts(line, head))
        return false;
    *value = span_sub(line, head.n, line.n);
    return true;
}

/* Digits of either case, with blanks anywhere; false: something else, or too many. */
static bool digits(struct span text, uint8_t *out, size_t room, size_t *n)
{
    unsigned half = 0, byte = 0;

    for (*n = 0; text.n; text = span_sub(text, 1, text.n)) {
        int c = text.p[0], v = ascii_digit(c)         ? c - '0'
                               : c >= 'a' && c <= 'f' ? c - 'a' + 10
                               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                      : -1;

        if (ascii_space(c))
            continue;
        if (v < 0 || *n == room)
            return false;
        byte = byte << 4 | (unsigned)v;
        if (half++ % 2) {
            out[(*n)++] = (uint8_t)byte;
            byte = 0;
        }
    }
    return half % 2 == 0;
}

static bool numbers(struct span value, struct share *s)
{
    char text[64], end = 0;

    if (value.n == 0 || value.n >= sizeof text)
        return false;
    memcpy(text, value.p, value.n);
    text[value.n] = '\0';
    return sscanf(text, "%2u of %2u, any %2u restore%c", &s->index, &s->n, &s->k, &end) == 3 &&
           s->index >= 1 && s->index <= s->n && s->n <= SHARES_MOST && s->k >= 2 && s->k <= s->n;
}

static bool data_line(struct span line, unsigned number, struct share *s)
{
    const uint8_t *mark = memmem(line.p, line.n, " check ", 7);
    uint8_t bytes[1 + LINE], check[2];
    size_t n, m;
    bool ok;

    if (!mark || !digits(span_of(line.p, (size_t)(mark - line.p)), bytes, sizeof bytes, &n) || n < 2 ||
        !digits(span_sub(line, (size_t)(mark - line.p) + 7, line.n), check, sizeof check, &m) || m != 2)
        return false;
    n--;
    ok = (unsigned)(bytes[0] >> 4) * 10 + (bytes[0] & 15) == number && s->bytes + n <= sizeof s->value &&
         line_check(s, number, span_of(bytes + 1, n)) == ((unsigned)check[0] << 8 | check[1]);
    if (ok) {
        memcpy(s->value + s->bytes, bytes + 1, n);
        s->bytes += n;
    }
    wipe(bytes, sizeof bytes);
    return ok;
}

bool share_parse(struct span text, struct share *out, struct why *w)
{
    struct share s = { 0 };
    struct span rest = text, value = { 0 }, line = { 0 };
    size_t at = 0, n;
    unsigned number = 0;
    bool ok = true;

    if (!line_with(&rest, SPAN("serai key share 1"), &value) || value.n)
        return why_set(w, "share", 0, clause, "this is no share of a key");
    if (!line_with(&rest, SPAN("name "), &s.name) || s.name.n == 0 ||
        !line_with(&rest, SPAN("set "), &value) || !digits(value, s.set, sizeof s.set, &n) ||
        n != sizeof s.set || !line_with(&rest, SPAN("share "), &value) || !numbers(value, &s))
        return why_set(w, "share", text.n - rest.n, clause,
                       "expected name, set, and `share 1 of 5, any 3 restore`");
    while (ok && rest.n) {
        at = text.n - rest.n;
        ok = text_split(&rest, '\n', &line) && data_line(line, ++number, &s);
    }
    if (ok && s.bytes > SHARES_CHECK) {
        *out = s;
        wipe(&s, sizeof s);
        return true;
    }
    wipe(&s, sizeof s);
    return why_set(w, "share", at, clause, "line %u of the digits is not as it was written", number);
}
