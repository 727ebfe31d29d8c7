#include "wire/jcs.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/json_number.h"

static const char rfc[] = "RFC 8785 3.2";

/*
 * UTF-8 orders like code points, and UTF-16 differs from that only where characters beyond U+FFFF (first byte
 * F0..F4) meet U+E000..U+FFFF (first byte EE, EF): surrogates are smaller.
 */
int jcs_compare(struct span a, struct span b)
{
    size_t n = a.n < b.n ? a.n : b.n, i = 0;

    while (i < n && a.p[i] == b.p[i])
        i++;
    if (i == n)
        return a.n < b.n ? -1 : a.n > b.n;
    if (a.p[i] >= 0xee && b.p[i] >= 0xee && (a.p[i] >= 0xf0) != (b.p[i] >= 0xf0))
        return a.p[i] >= 0xf0 ? -1 : 1;
    return a.p[i] < b.p[i] ? -1 : 1;
}

struct member {
    struct span name; /* unescaped */
    json_ref at;
};

/* An array or object being written. */
struct level {
    json_ref container;
    json_ref item;          /* array: the next item */
    struct member *members; /* object: sorted */
    size_t next, n;
};

struct writer {
    struct buffer *out;
    const struct json *j;
    struct arena *a;
    struct why *w;
    struct level level[LIMIT_JSON_DEPTH];
    unsigned depth;
};

static void sift(struct member *v, size_t i, size_t n)
{
    struct member top = v[i];

    for (size_t c = 2 * i + 1; c < n; c = 2 * i + 1) {
        if (c + 1 < n && jcs_compare(v[c].name, v[c + 1].name) < 0)
            c++;
        if (jcs_compare(top.name, v[c].name) >= 0)
            break;
        v[i] = v[c];
        i = c;
    }
    v[i] = top;
}

/* Insertion for the usual few, heapsort for many. */
static void sort(struct member *v, size_t n)
{
    struct member x;

    if (n <= 16) {
        for (size_t i = 1, k; i < n; i++) {
            x = v[i];
            for (k = i; k > 0 && jcs_compare(x.name, v[k - 1].name) < 0; k--)
                v[k] = v[k - 1];
            v[k] = x;
        }
        return;
    }
    for (size_t i = n / 2; i-- > 0;)
        sift(v, i, n);
    for (size_t i = n; i-- > 1;) {
        x = v[0];
        v[0] = v[i];
        v[i] = x;
        sift(v, 0, i);
    }
}

static void put_string(struct buffer *b, struct span s)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *known;
    size_t done = 0;

    buf_u8(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 0x20 && s.p[i] != '"' && s.p[i] != '\\')
            continue;
        buf_put(b, span_sub(s, done, i));
        done = i + 1;
        known = s.p[i] ? strchr(from, s.p[i]) : NULL;
        if (known) {
            buf_u8(b, '\\');
            buf_u8(b, (uint8_t)to[known - from]);
        } else {
            buf_printf(b, "\\u%04x", s.p[i]);
        }
    }
    buf_put(b, span_sub(s, done, s.n));
    buf_u8(b, '"');
}

/* Without escapes a string is canonical as it stands; text is the unescaped one. */
static void put_text(struct writer *s, json_ref v, struct span text)
{
    if (s->j->node[v].escaped)
        put_string(s->out, text);
    else
        buf_put(s->out, json_source(s->j, v));
}

static bool too_large(struct writer *s, json_ref v)
{
    return why_set(s->w, "too-large", json_offset(s->j, v), rfc,
                   "the canonical form needs more memory than allowed");
}

static bool open(struct writer *s, json_ref v)
{
    struct level *l = &s->level[s->depth++];

    *l = (struct level){ .container = v, .item = json_first(s->j, v) };
    if (json_is(s->j, v, JSON_KIND_ARRAY)) {
        buf_u8(s->out, '[');
        return true;
    }
    buf_u8(s->out, '{');
    l->n = json_count(s->j, v);
    l->members = arena_array(s->a, l->n, sizeof *l->members);
    if (!l->members)
        return too_large(s, v);
    for (size_t i = 0; i < l->n; i++) {
        l->members[i].at = l->item;
        if (!json_text_of(s->j, l->item, s->a, &l->members[i].name))
            return too_large(s, l->item);
        l->item = json_after(s->j, v, l->item);
    }
    sort(l->members, l->n);
    return true;
}

/*
 * Canonical as it stands: an integer, or a decimal that does not end in 0, of up to 15 digits and not below
 * 0.000001. No two such numbers are the same double, so there is no shorter way to write it.
 */
static bool is_canonical(struct span s)
{
    size_t digits = 0, zeros = 0;
    bool point = false;

    for (size_t i = s.p[0] == '-'; i < s.n; i++) {
        if (s.p[i] == '.')
            point = true;
        else if (!ascii_digit(s.p[i]))
            return false;
        else if (s.p[i] != '0' || digits)
            digits++;
        else
            zeros++;
    }
    if (digits == 0) /* 0, but not -0 or 0.0 */
        return s.n == 1;
    return digits <= 15 && zeros <= 6 && !(point && s.p[s.n - 1] == '0');
}

static bool number(struct writer *s, json_ref v)
{
    struct span text = json_source(s->j, v);
    double d;

    if (is_canonical(text)) {
        buf_put(s->out, text);
        return true;
    }
    if (!json_double(s->j, v, &d))
        return why_set(s->w, "number", json_offset(s->j, v), "RFC 8785 3.2.2.3",
                       "a number beyond an IEEE 754 double");
    json_number_put(s->out, d);
    return true;
}

static bool scalar(struct writer *s, json_ref v)
{
    struct span text;

    if (json_is(s->j, v, JSON_KIND_NUMBER))
        return number(s, v);
    if (json_is(s->j, v, JSON_KIND_STRING)) {
        if (!json_text_of(s->j, v, s->a, &text))
            return too_large(s, v);
        put_text(s, v, text);
        return true;
    }
    buf_put(s->out, json_source(s->j, v));
    return true;
}

/* The next value of the innermost container, its name written; JSON_NONE when it is complete, closed. */
static json_ref next_value(struct writer *s)
{
    struct level *l = &s->level[s->depth - 1];
    json_ref v = JSON_NONE;

    if (l->members) {
        if (l->next < l->n) {
            if (l->next)
                buf_u8(s->out, ',');
            put_text(s, l->members[l->next].at, l->members[l->next].name);
            buf_u8(s->out, ':');
            v = json_value_of(s->j, l->members[l->next++].at);
        }
    } else if (l->item != JSON_NONE) {
        if (l->next++)
            buf_u8(s->out, ',');
        v = l->item;
        l->item = json_after(s->j, l->container, v);
    }
    if (v == JSON_NONE) {
        buf_u8(s->out, l->members ? '}' : ']');
        s->depth--;
    }
    return v;
}

bool jcs_put(struct buffer *out, const struct json *j, json_ref v, struct arena *scratch, struct why *w)
{
    struct writer s;

    s.out = out;
    s.j = j;
    s.a = scratch;
    s.w = w;
    s.depth = 0;
    for (;;) {
        if (v != JSON_NONE && !(j->node[v].kind >= JSON_KIND_ARRAY ? open(&s, v) : scalar(&s, v)))
            return false;
        if (s.depth == 0)
            break;
        v = next_value(&s);
    }
    return buf_ok(out) || too_large(&s, JSON_NONE);
}
