/*
 * Lines of JSON against a reader that takes one byte after the other: made-up lines with blanks, escapes and
 * nesting, every second one damaged, at every distance from the blocks in which the detector looks for
 * quotes.
 */
#include "support.h"

#include "base/text.h"

enum { ROUNDS = 6000, ROOM = 4096, DEPTH = 32 };

static const char *const fields[] = { "id.orig_h", "query", "answers" };
static uint64_t state = 7;

static unsigned random_below(unsigned n)
{
    uint64_t z = state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (unsigned)((z ^ z >> 31) % n);
}

/* ---- a line */

static void put_blanks(struct buffer *b)
{
    while (random_below(6) == 0)
        buf_u8(b, (uint8_t) " \t\r"[random_below(3)]);
}

static void put_text(struct buffer *b)
{
    static const char *const text[] = { "evil.example",
                                        "192.0.2.7",
                                        "ev\\u0069l.example",
                                        "ok.example",
                                        "a\\\\",
                                        "",
                                        "x\\\"y",
                                        "\\\\\\\"evil.example",
                                        "w.evil.example.",
                                        "1.2.3.4",
                                        "{[,:]}",
                                        "long \\/ and longer and longer",
                                        "192.0.2.007",
                                        "192.0.2.7." };

    buf_printf(b, "\"%s\"", text[random_below(sizeof text / sizeof *text)]);
}

static void put_value(struct buffer *b, unsigned depth)
{
    static const char *const word[] = { "true", "null", "-1.5e+7", "0", "62079", "123456789012345678901" };
    unsigned kind = random_below(depth ? 5 : 3), n = random_below(4);

    put_blanks(b);
    if (kind < 2) {
        put_text(b);
    } else if (kind == 2) {
        buf_str(b, word[random_below(6)]);
    } else {
        buf_u8(b, kind == 3 ? '[' : '{');
        for (unsigned i = 0; i < n; i++) {
            buf_str(b, i ? "," : "");
            put_blanks(b);
            if (kind == 4)
                buf_printf(b, "\"%s\":", fields[random_below(3)]);
            put_value(b, depth - 1);
        }
        buf_u8(b, kind == 3 ? ']' : '}');
    }
    put_blanks(b);
}

static void put_line(struct buffer *b)
{
    unsigned n = random_below(8);

    buf_u8(b, '{');
    for (unsigned i = random_below(70); i-- > 0;)
        buf_u8(b, ' ');
    for (unsigned i = 0; i < n; i++) {
        buf_str(b, i ? "," : "");
        put_blanks(b);
        if (random_below(3))
            buf_printf(b, "\"%s\"", fields[random_below(3)]);
        else
            put_text(b);
        put_blanks(b);
        buf_u8(b, ':');
        put_value(b, 3);
    }
    buf_u8(b, '}');
    put_blanks(b);
    if (random_below(2))
        b->p[random_below((unsigned)b->n - 1) + 1] = (uint8_t) "\"\\{}[]:, x1/\t"[random_below(13)];
}

/* ---- the reader that takes its time */

struct naive {
    const uint8_t *p, *end;
    unsigned found; /* bit 2 * field: the name; the next one: the address */
};

static void pass_blanks(struct naive *x)
{
    while (x->p < x->end && (*x->p == ' ' || *x->p == '\t' || *x->p == '\r'))
        x->p++;
}

static bool next_is(struct naive *x, char c)
{
    pass_blanks(x);
    if (x->p == x->end || *x->p != (uint8_t)c)
        return false;
    x->p++;
    return true;
}

static bool naive_string(struct naive *x, struct span *out)
{
    const uint8_t *from;

    if (!next_is(x, '"'))
        return false;
    from = x->p;
    while (x->p < x->end && *x->p != '"')
        x->p += *x->p == '\\' ? 2 : 1;
    if (x->p >= x->end)
        return false;
    *out = span_of(from, (size_t)(x->p - from));
    x->p++;
    return true;
}

/* False: an escape that is none. */
static bool naive_unescape(struct span s, char *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";

    for (size_t i = 0; i < s.n; i++) {
        const char *at;
        unsigned v;

        if (s.p[i] != '\\') {
            *out++ = (char)s.p[i];
        } else if (s.p[++i] == 'u') {
            char hex[5] = { 0 };

            if (s.n - i < 5)
                return false;
            memcpy(hex, s.p + i + 1, 4);
            if (strspn(hex, "0123456789abcdefABCDEF") != 4 || sscanf(hex, "%4x", &v) != 1)
                return false;
            *out++ = (char)(v < 128 ? v : '?');
            i += 4;
        } else {
            at = s.p[i] ? strchr(from, s.p[i]) : NULL;
            if (!at)
                return false;
            *out++ = to[at - from];
        }
    }
    *out = 0;
    return true;
}

static bool naive_take(struct naive *x, int field, struct span s)
{
    char text[ROOM];
    size_t n;

    if (field < 0)
        return true;
    if (!naive_unescape(s, text))
        return false;
    n = strlen(text);
    if (strcmp(text, "192.0.2.7") == 0 || strcmp(text, "192.0.2.007") == 0)
        x->found |= 2u << 2 * field;
    if (n && text[n - 1] == '.')
        text[--n] = 0;
    if (field && n >= 12 && strcmp(text + n - 12, "evil.example") == 0 &&
        (n == 12 || (text[n - 13] == '.' && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789") == n - 13)))
        x->found |= 1u << 2 * field;
    return true;
}

/* Known by name at the root alone; in lists each item is one. */
static bool naive_value(struct naive *x, int field, unsigned depth);

static bool naive_members(struct naive *x, bool root, unsigned depth)
{
    if (next_is(x, '}'))
        return true;
    do {
        struct span name;
        int field = -1;

        if (!naive_string(x, &name) || !next_is(x, ':'))
            return false;
        for (int i = 0; i < 3; i++)
            if (root && span_eq_str(name, fields[i]))
                field = i;
        if (!naive_value(x, field, depth))
            return false;
    } while (next_is(x, ','));
    return next_is(x, '}');
}

static bool naive_value(struct naive *x, int field, unsigned depth)
{
    struct span s;
    size_t n = 0;

    pass_blanks(x);
    if (x->p < x->end && *x->p == '"')
        return naive_string(x, &s) && naive_take(x, field, s);
    if (next_is(x, '{'))
        return depth < DEPTH && naive_members(x, false, depth + 1);
    if (next_is(x, '[')) {
        if (next_is(x, ']'))
            return depth < DEPTH;
        do {
            if (depth >= DEPTH || !naive_value(x, field, depth + 1))
                return false;
        } while (next_is(x, ','));
        return next_is(x, ']');
    }
    for (; x->p < x->end && (ascii_digit(*x->p) || ascii_lower(*x->p | 0x20) || strchr("+-.", *x->p)); n++)
        x->p++;
    return n > 0;
}

static bool naive_line(struct span s, unsigned *found)
{
    struct naive x = { s.p, s.p + s.n, 0 };
    bool ok;

    if (x.p < x.end && x.end[-1] == '\r')
        x.end--;
    ok = next_is(&x, '{') && naive_members(&x, true, 1);
    pass_blanks(&x);
    *found = x.found;
    return ok && x.p == x.end;
}

/* ---- the test */

static unsigned found_of(const char *hits)
{
    unsigned found = 0;

    for (unsigned i = 0; i < 3; i++) {
        char name[40], address[40];

        (void)snprintf(name, sizeof name, "1 %s d ", fields[i]);
        (void)snprintf(address, sizeof address, "1 %s a ", fields[i]);
        found |= (strstr(hits, name) ? 1u : 0u) << 2 * i | (strstr(hits, address) ? 2u : 0u) << 2 * i;
    }
    return found;
}

static void test_lines(void **unused)
{
    const struct detect_log_how how = { .format = LOG_ZEEK };
    struct detect_image image;
    unsigned bad = 0, good = 0;

    (void)unused;
    image_of(SPAN("id,type,value\nd,domain,evil.example\na,ipv4,192.0.2.7\n"), &image);
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint8_t mem[ROOM * 4];
        struct detect_counts c;
        struct buffer b;
        struct hits t = { 0 };
        unsigned want, got;
        bool ok;

        buf_init_fixed(&b, mem, sizeof mem);
        put_line(&b);
        if (!buf_ok(&b) || b.n > ROOM)
            continue;
        ok = naive_line(buf_span(&b), &want);
        got = found_of(match_text(&image, &how, buf_cstr(&b), &t, &c));
        if (c.events != ok || got != want)
            fail_msg("event %u for %u, hits %x for %x: %.*s", (unsigned)c.events, ok, got, want, (int)b.n,
                     (const char *)b.p);
        *(ok ? &good : &bad) += 1;
        buf_free(&t.b);
    }
    assert_true(good > ROUNDS / 4 && bad > ROUNDS / 8); /* both were tried */
    image_release(&image);
}

/* Addresses in the forms that are looked at without branches, and near them. */
static void test_addresses(void **unused)
{
    static const char *const like[] = { "192.0.2.7", "192.0.2.07",  "192.0.2.007", "192.0.2.256",
                                        "192.0.2",   "192.0.2.7.1", "192.0..7",    ".192.0.2.7",
                                        "192.0.2.",  "19.20.2.7",   "192.0.2.77" };
    static const bool is[] = { true, true, true, false, false, false, false, false, false, false, false };
    const struct detect_log_how how = { .format = LOG_ZEEK };
    struct detect_image image;
    char line[200];

    (void)unused;
    image_of(SPAN("id,type,value\na,ipv4,192.0.2.7\n"), &image);
    for (size_t i = 0; i < sizeof like / sizeof *like; i++) {
        struct hits t = { 0 };

        (void)snprintf(line, sizeof line, "{\"id.orig_h\":\"%s\"}", like[i]);
        if ((*match_text(&image, &how, line, &t, NULL) != 0) != is[i])
            fail_msg("%s", like[i]);
        buf_free(&t.b);
    }
    image_release(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_lines), cmocka_unit_test(test_addresses) };

    return cmocka_run_group_tests_name("detect-json", tests, NULL, NULL);
}
