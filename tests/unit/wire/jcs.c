#include "wire/jcs.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/reader.h"
#include "base/text.h"
#include "wire/json_number.h"

static bool canonical(const char *text, size_t n, struct buffer *out, struct why *w)
{
    struct arena a;
    struct json j;
    bool ok;

    arena_init(&a, 1 << 22);
    *w = (struct why){ .offset = WHY_NO_OFFSET };
    buf_init(out, 1 << 22);
    ok = json_parse(span_of(text, n), &a, &j, w) && jcs_put(out, &j, JSON_ROOT, &a, w);
    arena_free(&a);
    return ok;
}

static void forms(void **state)
{
    static const struct {
        const char *what, *in, *out;
    } cases[] = {
        { "white space", " { \"a\" : [ 1 , 2 ] } ", "{\"a\":[1,2]}" },
        { "order", "{\"b\":1,\"a\":2,\"\":3,\"aa\":4,\"A\":5}", "{\"\":3,\"A\":5,\"a\":2,\"aa\":4,\"b\":1}" },
        { "surrogates stand before the private use area", "{\"\xef\xac\xb3\":1,\"\xf0\x9f\x98\x80\":2}",
          "{\"\xf0\x9f\x98\x80\":2,\"\xef\xac\xb3\":1}" },
        { "but after what is below them", "{\"\xf0\x9f\x98\x80\":1,\"\xed\x9f\xbf\":2}",
          "{\"\xed\x9f\xbf\":2,\"\xf0\x9f\x98\x80\":1}" },
        { "order of unescaped names", "{\"\\u20ac\":1,\"\\r\":2,\"1\":3,\"\\u0080\":4,\"\\u00f6\":5}",
          "{\"\\r\":2,\"1\":3,\"\xc2\x80\":4,\"\xc3\xb6\":5,\"\xe2\x82\xac\":1}" },
        { "escapes", "\"\\u0008\\u0009\\u000a\\u000c\\u000d\\u0022\\u005c\\/\\u001f\\u007f\\u0041\"",
          "\"\\b\\t\\n\\f\\r\\\"\\\\/\\u001f\x7f"
          "A\"" },
        { "NUL", "\"\\u0000\"", "\"\\u0000\"" },
        { "surrogate pair", "\"\\uD83D\\uDE00\"", "\"\xf0\x9f\x98\x80\"" },
        { "numbers", "[1.0,-0,-0.0,1e2,1E400e]", NULL },
        { "zero and integers", "[1.0,-0,-0.0,1e2,0.00,100,-5]", "[1,0,0,100,0,100,-5]" },
        { "beyond 2^53", "[9007199254740993,123456789012345678]", "[9007199254740992,123456789012345680]" },
        { "exponents", "[1e21,1e20,1e-6,1e-7,123e-20,1e23]",
          "[1e+21,100000000000000000000,0.000001,1e-7,1.23e-18,1e+23]" },
        { "of RFC 8785 3.2.2", "[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001]",
          "[333333333.3333333,1e+30,4.5,0.002,1e-27]" },
        { "smallest", "[4.9406564584124654e-324,1e-400]", "[5e-324,0]" },
        { "too large", "1e309", NULL },
        { "nested", "{\"b\":{\"d\":[],\"c\":{}},\"a\":[{\"z\":0,\"y\":null}]}",
          "{\"a\":[{\"y\":null,\"z\":0}],\"b\":{\"c\":{},\"d\":[]}}" },
    };
    struct buffer b;
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool ok = canonical(cases[i].in, strlen(cases[i].in), &b, &w);

        if (ok != (cases[i].out != NULL))
            fail_msg("%s: %s", cases[i].what, ok ? "accepted" : w.detail);
        if (ok && !span_eq_str(buf_span(&b), cases[i].out))
            fail_msg("%s: %.*s", cases[i].what, (int)b.n, (const char *)b.p);
        buf_free(&b);
    }
    assert_false(canonical("1e309", 5, &b, &w));
    assert_string_equal(w.reason, "number");
    buf_free(&b);
}

static void doubles(void **state)
{
    struct arena a;
    struct span file, line;
    size_t n = 0;

    (void)state;
    arena_init(&a, 1 << 22);
    file = load_file(&a, source_path("tests/vectors/wire/doubles.tsv"));
    while (text_split(&file, '\n', &line)) {
        struct span raw, text = span_sub(line, 17, line.n);
        struct reader r;
        struct buffer b;
        uint64_t bits;
        double v, back;

        if (line.n < 18 || line.p[0] == '#')
            continue;
        assert_true(hex_decode(span_sub(line, 0, 16), &a, &raw));
        r = rd_of(raw);
        bits = rd_be(&r, 8);
        memcpy(&v, &bits, 8);
        buf_init(&b, 64);
        json_number_put(&b, v);
        if (!span_eq(buf_span(&b), text))
            fail_msg("%.17g: %.*s, expected %.*s", v, (int)b.n, (const char *)b.p, (int)text.n,
                     (const char *)text.p);
        assert_true(json_number_read(buf_span(&b), &back));
        assert_true(back == v);
        buf_free(&b);
        n++;
    }
    assert_true(n >= 1400);
    arena_free(&a);
}

/* Exactly between two doubles, told apart by a digit far behind. */
static void long_numbers_round_right(void **state)
{
    char text[2000];
    double v;

    (void)state;
    (void)snprintf(text, sizeof text, "9007199254740993.%01500d", 0);
    assert_true(json_number_read(span_str(text), &v));
    assert_true(v == 9007199254740992.0);
    text[strlen(text) - 1] = '1';
    assert_true(json_number_read(span_str(text), &v));
    assert_true(v == 9007199254740994.0);
    assert_true(json_number_read(SPAN("0.000000000000000000000001e24"), &v));
    assert_true(v == 1.0);
    assert_true(json_number_read(SPAN("0e999999999999"), &v));
    assert_true(v == 0.0);
    assert_false(json_number_read(SPAN("1e999999999999"), &v));
    assert_true(json_number_read(SPAN("1e-999999999999"), &v));
    assert_true(v == 0.0);
}

/* Against UTF-16 code units written out. */
static size_t utf16(struct span s, uint16_t *out)
{
    struct reader r = rd_of(s);
    size_t n = 0;

    while (rd_left(&r)) {
        uint32_t c = utf8_next(&r);

        if (c >= 0x10000) {
            out[n++] = (uint16_t)(0xd800 + ((c - 0x10000) >> 10));
            out[n++] = (uint16_t)(0xdc00 + ((c - 0x10000) & 0x3ff));
        } else {
            out[n++] = (uint16_t)c;
        }
    }
    return n;
}

static void order_is_that_of_utf16(void **state)
{
    static const uint32_t points[] = { 0x41,   0x42,   0xff,   0x7ff,   0x800,   0xd7ff,
                                       0xe000, 0xfb33, 0xffff, 0x10000, 0x1f600, 0x10ffff };
    uint8_t m[2][32];
    uint16_t u[2][16];

    (void)state;
    srand(1);
    for (int i = 0; i < 50000; i++) {
        struct buffer b[2];
        size_t n[2];
        int want = 0, got;

        for (int k = 0; k < 2; k++) {
            buf_init_fixed(&b[k], m[k], sizeof m[k]);
            for (int c = rand() % 4; c > 0; c--)
                utf8_put(&b[k], points[rand() % 12]);
            n[k] = utf16(buf_span(&b[k]), u[k]);
        }
        for (size_t k = 0; want == 0 && k < n[0] && k < n[1]; k++)
            want = u[0][k] < u[1][k] ? -1 : u[0][k] > u[1][k];
        if (want == 0)
            want = n[0] < n[1] ? -1 : n[0] > n[1];
        got = jcs_compare(buf_span(&b[0]), buf_span(&b[1]));
        assert_int_equal(got < 0 ? -1 : got > 0, want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(forms), cmocka_unit_test(doubles),
                                        cmocka_unit_test(long_numbers_round_right),
                                        cmocka_unit_test(order_is_that_of_utf16) };

    return cmocka_run_group_tests_name("jcs", tests, NULL, NULL);
}
