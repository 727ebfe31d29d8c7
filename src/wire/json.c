#include "wire/json.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/limits.h"
#include "base/text.h"
#include "wire/json_names.h"

static const char rfc[] = "RFC 8259";

struct parser {
    const uint8_t *start, *p, *end;
    struct arena *a;
    struct json_node *node;
    uint32_t n, cap;
    unsigned depth;
    json_ref open[LIMIT_JSON_DEPTH];
    struct why *w;
};

static bool refuse(struct parser *s, const uint8_t *at, const char *reason, const char *detail)
{
    return why_set(s->w, reason, (size_t)(at - s->start), rfc, "%s", detail);
}

static bool unexpected(struct parser *s, const char *wanted)
{
    if (s->p == s->end)
        return why_set(s->w, "json", (size_t)(s->p - s->start), rfc, "the text ends where %s is expected",
                       wanted);
    return why_set(s->w, "json", (size_t)(s->p - s->start), rfc, "%s is expected", wanted);
}

static inline void skip_space(struct parser *s)
{
    const uint8_t *p = s->p;

    while (p < s->end && *p <= ' ' && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    s->p = p;
}

/* Doubles the array; what it leaves behind in the arena is less than the array itself. */
static bool more_nodes(struct parser *s)
{
    uint32_t cap = s->cap * 2;
    struct json_node *node;

    if (s->n >= LIMIT_JSON_NODES)
        return refuse(s, s->p, "too-large", "more values than the limit");
    node = arena_array(s->a, cap, sizeof *node);
    if (!node)
        return refuse(s, s->p, "too-large", "more values than memory allows");
    memcpy(node, s->node, s->n * sizeof *node);
    s->node = node;
    s->cap = cap;
    return true;
}

static inline bool add_node(struct parser *s, const uint8_t *at, size_t len, enum json_kind kind,
                            bool escaped)
{
    if (s->n == s->cap && !more_nodes(s))
        return false;
    s->node[s->n] = (struct json_node){ .at = (uint32_t)(at - s->start),
                                        .len = (uint32_t)len,
                                        .next = s->n + 1,
                                        .kind = (uint8_t)kind,
                                        .escaped = escaped };
    s->n++;
    return true;
}

/* The first byte at or after p that is a quote, a backslash, a control character or not ASCII. */
static inline const uint8_t *plain_to(const uint8_t *p, const uint8_t *end)
{
#if defined(__SSE2__)
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), blank = _mm_set1_epi8(' ');

    while (end - p >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        /* Compared as signed: bytes that are not ASCII lie below the blank too. */
        __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)),
                                   _mm_cmplt_epi8(v, blank));
        int mask = _mm_movemask_epi8(hit);

        if (mask)
            return p + __builtin_ctz((unsigned)mask);
        p += 16;
    }
#elif __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;

    while (end - p >= 8) {
        uint64_t v, q, b, m;

        memcpy(&v, p, 8);
        q = v ^ ones * '"';
        b = v ^ ones * '\\';
        /* The lowest byte marked is exact; false marks can only stand above a true one. */
        m = (((q - ones) & ~q) | ((b - ones) & ~b) | (v - ones * 0x20) | v) & high;
        if (m)
            return p + (__builtin_ctzll(m) >> 3);
        p += 8;
    }
#endif
    while (p < end && *p != '"' && *p != '\\' && *p >= 0x20 && *p < 0x80)
        p++;
    return p;
}

static bool hex4(const uint8_t *p, const uint8_t *end, unsigned *out)
{
    unsigned v = 0;

    if (end - p < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        unsigned c = p[i], lower = c | 0x20;

        if (c >= '0' && c <= '9')
            v = v << 4 | (c - '0');
        else if (lower >= 'a' && lower <= 'f')
            v = v << 4 | (lower - 'a' + 10);
        else
            return false;
    }
    *out = v;
    return true;
}

/* p is behind the backslash. The code point and the byte after the escape; NULL: no escape, or a lone
 * surrogate (*lone). */
static const uint8_t *escape(const uint8_t *p, const uint8_t *end, uint32_t *cp, bool *lone)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *simple;
    unsigned hi, lo;

    *lone = false;
    if (p == end || *p == 0)
        return NULL;
    simple = strchr(from, *p);
    if (simple) {
        *cp = (uint8_t)to[simple - from];
        return p + 1;
    }
    if (*p != 'u' || !hex4(p + 1, end, &hi))
        return NULL;
    p += 5;
    *cp = hi;
    if (hi < 0xd800 || hi > 0xdfff)
        return p;
    *lone = true;
    if (hi > 0xdbff || end - p < 6 || p[0] != '\\' || p[1] != 'u' || !hex4(p + 2, end, &lo) || lo < 0xdc00 ||
        lo > 0xdfff)
        return NULL;
    *cp = 0x10000 + ((hi - 0xd800) << 10) + (lo - 0xdc00);
    *lone = false;
    return p + 6;
}

/* The byte after one UTF-8 sequence that starts with a byte of 0x80 or more; NULL when it is none. */
static inline const uint8_t *utf8_step(const uint8_t *p, const uint8_t *end)
{
    struct reader r;

    if (end - p >= 2 && p[0] >= 0xc2 && p[0] <= 0xdf && (p[1] & 0xc0) == 0x80)
        return p + 2;
    if (end - p >= 3 && p[0] >= 0xe1 && p[0] <= 0xec && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
        return p + 3;
    r = rd_of(span_of(p, (size_t)(end - p)));
    (void)utf8_next(&r);
    return rd_ok(&r) ? r.p : NULL;
}

/* p stands on what is not plain: the byte after it, or NULL. */
static __attribute__((noinline)) const uint8_t *not_plain(struct parser *s, const uint8_t *p)
{
    const uint8_t *next = NULL;
    uint32_t cp;
    bool lone;

    if (p == s->end) {
        (void)refuse(s, p, "json", "the text ends inside a string");
    } else if (*p == '\\') {
        next = escape(p + 1, s->end, &cp, &lone);
        if (!next)
            (void)refuse(s, p, lone ? "surrogate" : "json",
                         lone ? "half of a surrogate pair" : "no such escape");
    } else if (*p < 0x20) {
        (void)refuse(s, p, "json", "a control character inside a string");
    } else {
        next = utf8_step(p, s->end);
        if (!next)
            (void)refuse(s, p, "utf-8", "bytes that are not UTF-8");
    }
    return next;
}

/* At the opening quote; leaves the cursor behind the closing one. */
static inline bool string(struct parser *s)
{
    const uint8_t *first = s->p + 1, *p = plain_to(first, s->end);
    bool escaped = false;

    while (p == s->end || *p != '"') {
        escaped = escaped || (p < s->end && *p == '\\');
        p = not_plain(s, p);
        if (!p)
            return false;
        p = plain_to(p, s->end);
    }
    s->p = p + 1;
    return add_node(s, first, (size_t)(p - first), JSON_KIND_STRING, escaped);
}

static inline const uint8_t *digits(const uint8_t *p, const uint8_t *end)
{
    while (p < end && ascii_digit(*p))
        p++;
    return p;
}

static bool number(struct parser *s)
{
    const uint8_t *p = s->p, *q;

    p += *p == '-';
    q = digits(p, s->end);
    if (q == p || (*p == '0' && q - p > 1))
        return refuse(s, s->p, "json", "a number without digits or with a leading zero");
    p = q;
    if (p < s->end && *p == '.') {
        q = digits(p + 1, s->end);
        if (q == p + 1)
            return refuse(s, p, "json", "no digit after the decimal point");
        p = q;
    }
    if (p < s->end && (*p | 0x20) == 'e') {
        p++;
        p += p < s->end && (*p == '+' || *p == '-');
        q = digits(p, s->end);
        if (q == p)
            return refuse(s, p, "json", "no digit in the exponent");
        p = q;
    }
    q = s->p;
    s->p = p;
    return add_node(s, q, (size_t)(p - q), JSON_KIND_NUMBER, false);
}

static bool literal(struct parser *s)
{
    static const struct {
        const char *word;
        uint8_t n;
        enum json_kind kind;
    } words[] = { { "null", 4, JSON_KIND_NULL },
                  { "true", 4, JSON_KIND_TRUE },
                  { "false", 5, JSON_KIND_FALSE } };

    for (size_t i = 0; i < 3; i++) {
        if ((size_t)(s->end - s->p) >= words[i].n && memcmp(s->p, words[i].word, words[i].n) == 0) {
            s->p += words[i].n;
            return add_node(s, s->p - words[i].n, words[i].n, words[i].kind, false);
        }
    }
    return unexpected(s, "a value");
}

static bool opened(struct parser *s)
{
    if (s->depth == LIMIT_JSON_DEPTH)
        return refuse(s, s->p, "too-deep", "nested deeper than the limit");
    if (!add_node(s, s->p, 0, *s->p == '{' ? JSON_KIND_OBJECT : JSON_KIND_ARRAY, false))
        return false;
    s->open[s->depth++] = s->n - 1;
    s->p++;
    return true;
}

/* At the closing bracket. */
static bool closed(struct parser *s)
{
    json_ref at = s->open[--s->depth];
    struct json_node *c = &s->node[at];
    struct json j = { { s->start, (size_t)(s->end - s->start) }, s->node, s->n };

    s->p++;
    c->len = (uint32_t)(s->p - s->start) - c->at;
    c->next = s->n;
    return c->kind == JSON_KIND_ARRAY || json_names_differ(&j, at, s->a, s->w);
}

static bool member_name(struct parser *s)
{
    skip_space(s);
    if (s->p == s->end || *s->p != '"')
        return unexpected(s, "a member name");
    if (!string(s))
        return false;
    skip_space(s);
    if (s->p == s->end || *s->p != ':')
        return unexpected(s, "':'");
    s->p++;
    return true;
}

/* One value, or the opening of one; *complete: it has been read to its end. */
static inline bool value(struct parser *s, bool *complete)
{
    bool object;

    *complete = true;
    skip_space(s);
    if (s->p == s->end)
        return unexpected(s, "a value");
    if (*s->p == '"')
        return string(s);
    if (*s->p == '-' || ascii_digit(*s->p))
        return number(s);
    object = *s->p == '{';
    if (!object && *s->p != '[')
        return literal(s);
    if (!opened(s))
        return false;
    skip_space(s);
    if (s->p < s->end && *s->p == (object ? '}' : ']'))
        return closed(s);
    *complete = false;
    return !object || member_name(s);
}

/* After a complete value: closes what ends here, up to the next value. *done: the root is complete. */
static inline bool after_value(struct parser *s, bool *done)
{
    bool object;

    while (s->depth) {
        object = s->node[s->open[s->depth - 1]].kind == JSON_KIND_OBJECT;
        skip_space(s);
        if (s->p < s->end && *s->p == ',') {
            s->p++;
            return !object || member_name(s);
        }
        if (s->p == s->end || *s->p != (object ? '}' : ']'))
            return unexpected(s, object ? "',' or '}'" : "',' or ']'");
        if (!closed(s))
            return false;
    }
    *done = true;
    return true;
}

bool json_parse(struct span text, struct arena *a, struct json *out, struct why *w)
{
    struct parser s = {
        .start = text.p, .p = text.p, .end = text.n ? text.p + text.n : text.p, .a = a, .w = w
    };
    bool complete, done = false;

    if (text.n >= UINT32_MAX)
        return why_set(w, "too-large", WHY_NO_OFFSET, rfc, "4 GiB or more");
    s.cap = (uint32_t)(text.n / 32 < LIMIT_JSON_NODES / 8 ? text.n / 32 : LIMIT_JSON_NODES / 8) + 16;
    s.node = arena_array(a, s.cap, sizeof *s.node);
    if (!s.node)
        return why_set(w, "too-large", WHY_NO_OFFSET, rfc, "more values than memory allows");
    while (!done)
        if (!value(&s, &complete) || (complete && !after_value(&s, &done)))
            return false;
    skip_space(&s);
    if (s.p != s.end)
        return refuse(&s, s.p, "json", "something after the value");
    *out = (struct json){ text, s.node, s.n };
    return true;
}

struct span json_source(const struct json *j, json_ref v)
{
    const struct json_node *n;

    if (v == JSON_NONE)
        return (struct span){ NULL, 0 };
    n = &j->node[v];
    if (n->kind == JSON_KIND_STRING)
        return span_of(j->text.p + n->at - 1, n->len + 2u);
    return span_of(j->text.p + n->at, n->len);
}

size_t json_offset(const struct json *j, json_ref v)
{
    return v == JSON_NONE ? WHY_NO_OFFSET : j->node[v].at - (j->node[v].kind == JSON_KIND_STRING);
}

json_ref json_first(const struct json *j, json_ref container)
{
    if (container == JSON_NONE || j->node[container].kind < JSON_KIND_ARRAY)
        return JSON_NONE;
    return container + 1 < j->node[container].next ? container + 1 : JSON_NONE;
}

json_ref json_after(const struct json *j, json_ref container, json_ref item)
{
    json_ref next = j->node[container].kind == JSON_KIND_OBJECT ? j->node[item + 1].next : j->node[item].next;

    return next < j->node[container].next ? next : JSON_NONE;
}

json_ref json_value_of(const struct json *j, json_ref name)
{
    (void)j;
    return name == JSON_NONE ? JSON_NONE : name + 1;
}

size_t json_count(const struct json *j, json_ref container)
{
    size_t n = 0;

    for (json_ref i = json_first(j, container); i != JSON_NONE; i = json_after(j, container, i))
        n++;
    return n;
}

json_ref json_member(const struct json *j, json_ref obj, const char *name)
{
    size_t n = strlen(name);
    json_ref end;

    if (!json_is(j, obj, JSON_KIND_OBJECT))
        return JSON_NONE;
    end = j->node[obj].next;
    for (json_ref i = obj + 1; i < end; i = j->node[i + 1].next) {
        const struct json_node *k = &j->node[i];

        if (k->escaped ? json_text_is(j, i, name) : k->len == n && memcmp(j->text.p + k->at, name, n) == 0)
            return i + 1;
    }
    return JSON_NONE;
}

/* A string without its escapes, into b. */
static void unescape(struct span s, struct buffer *b)
{
    const uint8_t *p = s.p, *end = s.p + s.n, *q;
    uint32_t cp;
    bool lone;

    while (p < end) {
        q = memchr(p, '\\', (size_t)(end - p));
        q = q ? q : end;
        buf_put(b, span_of(p, (size_t)(q - p)));
        if (q == end)
            break;
        p = escape(q + 1, end, &cp, &lone);
        if (!p) /* the parser let none through */
            break;
        utf8_put(b, cp);
    }
}

bool json_text_of(const struct json *j, json_ref v, struct arena *a, struct span *out)
{
    const struct json_node *n;
    struct buffer b;
    uint8_t *mem;

    if (!json_is(j, v, JSON_KIND_STRING))
        return false;
    n = &j->node[v];
    if (!n->escaped) {
        *out = span_of(j->text.p + n->at, n->len);
        return true;
    }
    mem = arena_alloc(a, n->len); /* unescaping never lengthens */
    if (!mem)
        return false;
    buf_init_fixed(&b, mem, n->len);
    unescape(span_of(j->text.p + n->at, n->len), &b);
    *out = buf_span(&b);
    return true;
}

bool json_text_is(const struct json *j, json_ref v, const char *s)
{
    const uint8_t *p, *end;
    uint32_t cp = 0;
    bool lone;

    if (!json_is(j, v, JSON_KIND_STRING))
        return false;
    p = j->text.p + j->node[v].at;
    end = p + j->node[v].len;
    if (!j->node[v].escaped)
        return span_eq_str(span_of(p, (size_t)(end - p)), s);
    while (p && p < end) {
        uint8_t mem[4];
        struct buffer b;

        buf_init_fixed(&b, mem, sizeof mem);
        if (*p == '\\') {
            p = escape(p + 1, end, &cp, &lone);
            utf8_put(&b, cp);
        } else {
            buf_u8(&b, *p++);
        }
        for (size_t i = 0; i < b.n; i++)
            if (*s == 0 || (uint8_t)*s++ != mem[i])
                return false;
    }
    return *s == 0;
}

bool json_int64(const struct json *j, json_ref v, int64_t *out)
{
    struct span s = json_source(j, v);
    bool minus;
    uint64_t u = 0, most;

    if (!json_is(j, v, JSON_KIND_NUMBER))
        return false;
    minus = s.p[0] == '-';
    most = minus ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    for (size_t i = minus; i < s.n; i++) {
        unsigned d = (unsigned)s.p[i] - '0';

        if (d > 9 || u > (most - d) / 10)
            return false;
        u = u * 10 + d;
    }
    *out = minus ? (int64_t)(0 - u) : (int64_t)u;
    return true;
}

bool json_boolean(const struct json *j, json_ref v, bool *out)
{
    if (!json_is(j, v, JSON_KIND_TRUE) && !json_is(j, v, JSON_KIND_FALSE))
        return false;
    *out = j->node[v].kind == JSON_KIND_TRUE;
    return true;
}
