#include "wire/csv.h"

static bool is_end(uint8_t c)
{
    return c == '\n' || c == '\r';
}

static uint8_t separator_of(struct span s)
{
    static const uint8_t known[] = { ',', ';', '\t', '|' };
    size_t count[sizeof known] = { 0 }, best = 0;
    bool quoted = false;

    for (size_t i = 0; i < s.n && (quoted || !is_end(s.p[i])); i++) {
        quoted ^= s.p[i] == '"';
        for (size_t k = 0; k < sizeof known && !quoted; k++)
            count[k] += s.p[i] == known[k];
    }
    for (size_t k = 1; k < sizeof known; k++)
        if (count[k] > count[best])
            best = k;
    return known[best];
}

void csv_open(struct csv *c, struct span text)
{
    static const struct span mark = { (const uint8_t *)"\xef\xbb\xbf", 3 };

    *c = (struct csv){ .in = text, .line = 1 };
    if (span_starts(text, mark))
        c->at = mark.n;
    c->separator = separator_of(span_sub(text, c->at, text.n));
}

/* Past the end of a line that stands at c->at, if one does. CR LF is one. */
static bool take_end(struct csv *c)
{
    if (c->at >= c->in.n || !is_end(c->in.p[c->at]))
        return false;
    if (c->in.p[c->at] == '\r' && c->at + 1 < c->in.n && c->in.p[c->at + 1] == '\n')
        c->at++;
    c->at++;
    c->line++;
    return true;
}

/* The rest of a quoted value, c->at behind its first quote. Without doubled quotes it is part of the text. */
static bool take_quoted(struct csv *c, struct buffer *scratch, struct span *out, struct why *w)
{
    size_t from = c->at, kept = scratch->n;
    bool doubled = false;

    for (; c->at < c->in.n; c->at++) {
        if (c->in.p[c->at] == '\n' ||
            (c->in.p[c->at] == '\r' && !(c->at + 1 < c->in.n && c->in.p[c->at + 1] == '\n')))
            c->line++;
        if (c->in.p[c->at] != '"')
            continue;
        if (c->at + 1 >= c->in.n || c->in.p[c->at + 1] != '"') {
            struct span last = span_sub(c->in, from, c->at++);

            if (!doubled) {
                *out = last;
                return true;
            }
            buf_put(scratch, last);
            *out = span_sub(buf_span(scratch), kept, scratch->n);
            return buf_ok(scratch) || why_set(w, "too-large", c->at, NULL, "the record is too long");
        }
        buf_put(scratch, span_sub(c->in, from, c->at + 1));
        doubled = true;
        from = ++c->at + 1;
    }
    return why_set(w, "quote", c->in.n, "RFC 4180 2.5", "a quote is not closed");
}

static struct span take_plain(struct csv *c)
{
    size_t from = c->at;

    while (c->at < c->in.n && c->in.p[c->at] != c->separator && !is_end(c->in.p[c->at]))
        c->at++;
    return span_sub(c->in, from, c->at);
}

static bool take_record(struct csv *c, struct buffer *scratch, struct csv_record *out, struct why *w)
{
    for (;;) {
        struct span value = { NULL, 0 };
        size_t at = c->at;

        if (at < c->in.n && c->in.p[at] == '"') {
            c->at++;
            if (!take_quoted(c, scratch, &value, w))
                return false;
            if (c->at < c->in.n && c->in.p[c->at] != c->separator && !is_end(c->in.p[c->at]))
                return why_set(w, "quote", c->at, "RFC 4180 2.5", "text stands behind a closed quote");
        } else {
            value = take_plain(c);
        }
        if (out->n == CSV_FIELDS)
            return why_set(w, "fields", at, NULL, "more than %d values", CSV_FIELDS);
        out->field[out->n++] = value;
        if (c->at >= c->in.n || take_end(c))
            return true;
        c->at++; /* the separator */
    }
}

enum csv_got csv_next(struct csv *c, struct buffer *scratch, struct csv_record *out, struct why *w)
{
    buf_reset(scratch);
    out->n = 0;
    while (take_end(c))
        ;
    out->line = c->line;
    out->at = c->at;
    if (c->at >= c->in.n)
        return CSV_END;
    if (take_record(c, scratch, out, w))
        return CSV_RECORD;
    out->n = 0;
    c->at = out->at;
    c->line = out->line;
    while (c->at < c->in.n && !is_end(c->in.p[c->at]))
        c->at++;
    (void)take_end(c);
    return CSV_BAD;
}
