#include "wire/json_write.h"

#include "base/text.h"

/* Bytes at the start that stand for themselves: most text is written as it is. */
static size_t plain_run(struct span s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] >= 0x20 && s.p[n] < 0x80 && s.p[n] != '"' && s.p[n] != '\\')
        n++;
    return n;
}

static void quote_plain(struct buffer *b, struct span s)
{
    uint8_t *p = buf_grow(b, s.n + 2);

    if (!p)
        return;
    *p++ = '"';
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '"';
}

void jw_quote(struct buffer *b, struct span s)
{
    struct reader r = rd_of(s);
    uint32_t cp;

    if (plain_run(s) == s.n) {
        quote_plain(b, s);
        return;
    }
    buf_u8(b, '"');
    while (rd_left(&r)) {
        buf_put(b, rd_take(&r, plain_run(span_of(r.p, rd_left(&r)))));
        if (!rd_left(&r))
            break;
        cp = utf8_next(&r);
        if (!rd_ok(&r)) {
            r.bad = false;
            r.p++;
            cp = 0xfffd;
        }
        switch (cp) {
        case '"':
            buf_str(b, "\\\"");
            break;
        case '\\':
            buf_str(b, "\\\\");
            break;
        case '\n':
            buf_str(b, "\\n");
            break;
        case '\r':
            buf_str(b, "\\r");
            break;
        case '\t':
            buf_str(b, "\\t");
            break;
        default:
            if (cp < 0x20)
                buf_printf(b, "\\u%04x", cp);
            else
                utf8_put(b, cp);
        }
    }
    buf_u8(b, '"');
}

static void value(struct json_writer *w, const char *key)
{
    if (w->comma & 1u << w->depth)
        buf_u8(w->b, ',');
    w->comma |= 1u << w->depth;
    if (key) {
        jw_quote(w->b, span_str(key));
        buf_u8(w->b, ':');
    }
}

static void open(struct json_writer *w, const char *key, uint8_t c)
{
    value(w, key);
    buf_u8(w->b, c);
    if (w->depth < 31)
        w->depth++;
    else
        w->b->bad = true;
    w->comma &= ~(1u << w->depth);
}

static void close(struct json_writer *w, uint8_t c)
{
    if (w->depth)
        w->depth--;
    buf_u8(w->b, c);
}

void jw_object(struct json_writer *w, const char *key)
{
    open(w, key, '{');
}

void jw_object_end(struct json_writer *w)
{
    close(w, '}');
}

void jw_array(struct json_writer *w, const char *key)
{
    open(w, key, '[');
}

void jw_array_end(struct json_writer *w)
{
    close(w, ']');
}

void jw_text(struct json_writer *w, const char *key, struct span s)
{
    value(w, key);
    jw_quote(w->b, s);
}

void jw_str(struct json_writer *w, const char *key, const char *s)
{
    if (s)
        jw_text(w, key, span_str(s));
    else
        jw_null(w, key);
}

void jw_int(struct json_writer *w, const char *key, int64_t v)
{
    value(w, key);
    buf_decimal(w->b, v);
}

void jw_real(struct json_writer *w, const char *key, double v)
{
    value(w, key);
    buf_printf(w->b, "%.6g", v);
}

void jw_bool(struct json_writer *w, const char *key, bool v)
{
    value(w, key);
    buf_str(w->b, v ? "true" : "false");
}

void jw_null(struct json_writer *w, const char *key)
{
    value(w, key);
    buf_str(w->b, "null");
}

void jw_hex(struct json_writer *w, const char *key, struct span s)
{
    value(w, key);
    buf_u8(w->b, '"');
    hex_put(w->b, s);
    buf_u8(w->b, '"');
}

void jw_raw(struct json_writer *w, const char *key, struct span s)
{
    value(w, key);
    buf_put(w->b, s);
}
