#include "wire/ldif.h"

#include "base/text.h"

enum { NAME_MOST = 256, DN_MOST = 4096 };

#define CLAUSE "RFC 2849"

void ldif_init(struct ldif *l, size_t most, const struct ldif_sink *sink)
{
    *l = (struct ldif){ .sink = *sink, .at_start = true, .line = 1 };
    buf_init(&l->text, most / 3 * 4 + NAME_MOST);
    buf_init(&l->raw, most);
    buf_init(&l->dn, DN_MOST);
}

void ldif_done(struct ldif *l)
{
    buf_free(&l->text);
    buf_free(&l->raw);
    buf_free(&l->dn);
}

static void bad(const struct ldif *l, const char *reason, const char *what)
{
    struct why w = { .offset = WHY_NO_OFFSET };

    (void)why_set(&w, reason, (size_t)l->begun, CLAUSE, "line %zu: %s", l->begun_line, what);
    l->sink.bad(l->sink.ctx, &w, l->begun_line);
}

/* AttributeType with options: letters, digits, "-", ".", ";" (RFC 4512 2.5). */
static bool is_name(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !ascii_upper(s.p[i]) && !ascii_lower(s.p[i]) && s.p[i] != '-' &&
            s.p[i] != '.' && s.p[i] != ';' && s.p[i] != '_')
            return false;
    return s.n > 0 && s.n <= NAME_MOST;
}

static struct span without_blanks(struct span s)
{
    while (s.n && s.p[0] == ' ')
        s = span_sub(s, 1, s.n);
    while (s.n && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

/* The value behind the colon: FILL text, ":" base64, "<" URL. */
static bool read_value(struct ldif *l, struct span rest, struct span *out)
{
    size_t at;

    if (rest.n && rest.p[0] == '<') {
        bad(l, "ldif", "the value stands elsewhere, under a URL, which is not followed");
        return false;
    }
    if (!rest.n || rest.p[0] != ':') {
        while (rest.n && rest.p[0] == ' ')
            rest = span_sub(rest, 1, rest.n);
        *out = rest;
        return true;
    }
    buf_reset(&l->raw);
    if (!base64_decode(without_blanks(span_sub(rest, 1, rest.n)), BASE64_STD, &l->raw, &at) ||
        !buf_ok(&l->raw)) {
        if (buf_ok(&l->raw))
            bad(l, "base64", "the value is no base64");
        else
            bad(l, "too-large", "the value is too long");
        return false;
    }
    *out = buf_span(&l->raw);
    return true;
}

static void take_dn(struct ldif *l, struct span value)
{
    buf_reset(&l->dn);
    buf_put(&l->dn, value);
    if (buf_ok(&l->dn))
        return;
    buf_reset(&l->dn);
    bad(l, "too-large", "the name of the entry is too long");
}

/* The unfolded line at hand. An empty one ends an entry; "-" parts the steps of a modification. */
static void take_line(struct ldif *l)
{
    struct span text = buf_span(&l->text), value;
    const uint8_t *colon;
    struct ldif_value v = { .dn = buf_span(&l->dn), .offset = l->begun, .line = l->begun_line };

    if (l->comment)
        return;
    if (l->lost || !buf_ok(&l->text)) {
        bad(l, "too-large", "the line is too long");
        return;
    }
    if (l->begun_line == 1 && span_starts(text, SPAN("\xef\xbb\xbf")))
        text = span_sub(text, 3, text.n);
    if (text.n == 0) {
        buf_reset(&l->dn);
        return;
    }
    if (span_eq_str(text, "-"))
        return;
    colon = memchr(text.p, ':', text.n);
    v.name = colon ? span_of(text.p, (size_t)(colon - text.p)) : (struct span){ NULL, 0 };
    if (!is_name(v.name)) {
        bad(l, "ldif", "no name of an attribute with a colon behind it");
        return;
    }
    if (!read_value(l, span_sub(text, v.name.n + 1, text.n), &value))
        return;
    v.value = value;
    if (ldif_named(&v, "dn"))
        take_dn(l, value);
    else
        l->sink.value(l->sink.ctx, &v);
}

/* At the first byte of a physical line: a blank continues the line at hand, anything else ends it. */
static bool begin_line(struct ldif *l, uint8_t c)
{
    l->at_start = false;
    if (c == ' ' && l->begun_line)
        return true;
    if (l->begun_line)
        take_line(l);
    buf_reset(&l->text);
    l->begun = l->offset;
    l->begun_line = l->line;
    l->comment = c == '#';
    l->lost = false;
    return false;
}

static void put(struct ldif *l, struct span s)
{
    if (l->comment || l->lost)
        return;
    buf_put(&l->text, s);
    l->lost = !buf_ok(&l->text);
}

void ldif_feed(struct ldif *l, struct span piece)
{
    while (piece.n) {
        const uint8_t *end;
        size_t n;

        if (l->at_start && begin_line(l, piece.p[0])) {
            piece = span_sub(piece, 1, piece.n);
            l->offset++;
            continue;
        }
        end = memchr(piece.p, '\n', piece.n);
        n = end ? (size_t)(end - piece.p) : piece.n;
        if (l->seen_cr && n > 0)
            put(l, SPAN("\r")); /* it ended no line */
        l->seen_cr = n > 0 ? piece.p[n - 1] == '\r' : l->seen_cr && !end;
        put(l, span_sub(piece, 0, n - (n > 0 && l->seen_cr)));
        if (end) {
            l->seen_cr = false;
            l->at_start = true;
            l->line++;
            n++;
        }
        piece = span_sub(piece, n, piece.n);
        l->offset += n;
    }
}

void ldif_end(struct ldif *l)
{
    if (l->begun_line)
        take_line(l);
    l->begun_line = 0;
}

static bool starts_folded(struct span s, const char *word)
{
    size_t n = strlen(word);

    if (s.n < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((ascii_upper(s.p[i]) ? s.p[i] + 32 : s.p[i]) != word[i])
            return false;
    return true;
}

bool ldif_likely(struct span s)
{
    struct span line;

    if (span_starts(s, SPAN("\xef\xbb\xbf")))
        s = span_sub(s, 3, s.n);
    while (text_split(&s, '\n', &line)) {
        bool passed = line.n == 0 || line.p[0] == '#' || line.p[0] == ' ' || line.p[0] == '\r';

        if (!passed)
            return starts_folded(line, "version:") || starts_folded(line, "dn:");
    }
    return false;
}

bool ldif_named(const struct ldif_value *v, const char *type)
{
    size_t n = strlen(type);

    for (size_t i = 0; i < n; i++)
        if (i >= v->name.n || ((ascii_upper(v->name.p[i]) ? v->name.p[i] + 32 : v->name.p[i]) !=
                               (ascii_upper(type[i]) ? type[i] + 32 : type[i])))
            return false;
    return v->name.n == n || v->name.p[n] == ';';
}
