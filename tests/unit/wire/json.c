#include "wire/json.h"

#include "vectors.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "guard.h"
#include "wire/jcs.h"

static bool parses(struct arena *a, const char *text, size_t n, struct json *j, struct why *w)
{
    *w = (struct why){ .offset = WHY_NO_OFFSET };
    return json_parse(span_of(text, n), a, j, w);
}

static void accepted(void **state)
{
    static const char *const cases[] = {
        "null",
        " true\n",
        "false",
        "0",
        "-0",
        "-0.0e-0",
        "1E+2",
        "123456789012345678901234567890",
        "\"\"",
        "\"a\"",
        "\"\\u0000\"",
        "\"\\ud83d\\ude00\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"",
        "\"\x7f\"",
        "[]",
        "[ ]",
        "{}",
        "{ }",
        "[1,2,[3,[4]],{}]",
        "{\"\":0,\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}]}",
        "\t\r\n [ 1 , 2 ] ",
        "[0.1e1,1e1]",
        "\"\xed\x9f\xbf\xee\x80\x80\"",
        "{\"A\":1,\"a\":2}",
    };
    struct arena a;
    struct json j;
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span s = guard_copy(span_str(cases[i]));

        arena_init(&a, 1 << 20);
        if (!parses(&a, (const char *)s.p, s.n, &j, &w))
            fail_msg("%s: %s", cases[i], w.detail);
        assert_int_equal(j.node[0].next, j.n);
        arena_free(&a);
        guard_free(s);
    }
}

static void refused(void **state)
{
    static const struct {
        const char *what, *text;
        size_t n; /* 0: of the literal */
        const char *reason;
        size_t offset;
    } cases[] = {
        { "nothing", "", 0, "json", 0 },
        { "blanks only", "  ", 0, "json", 2 },
        { "two values", "1 2", 0, "json", 2 },
        { "comma at the end of an array", "[1,]", 0, "json", 3 },
        { "comma at the end of an object", "{\"a\":1,}", 0, "json", 7 },
        { "comma first", "[,1]", 0, "json", 1 },
        { "no comma", "[1 2]", 0, "json", 3 },
        { "no colon", "{\"a\" 1}", 0, "json", 5 },
        { "name without quotes", "{a:1}", 0, "json", 1 },
        { "open array", "[1", 0, "json", 2 },
        { "open object", "{\"a\":1", 0, "json", 6 },
        { "open string", "\"ab", 0, "json", 3 },
        { "wrong bracket", "[1}", 0, "json", 2 },
        { "single quotes", "'a'", 0, "json", 0 },
        { "capitals", "True", 0, "json", 0 },
        { "cut literal", "nul", 0, "json", 0 },
        { "not a number", "NaN", 0, "json", 0 },
        { "infinity", "-Infinity", 0, "json", 0 },
        { "plus", "+1", 0, "json", 0 },
        { "minus alone", "-", 0, "json", 0 },
        { "leading zero", "01", 0, "json", 0 },
        { "minus and leading zero", "-01", 0, "json", 0 },
        { "point at the end", "1.", 0, "json", 1 },
        { "point first", ".5", 0, "json", 0 },
        { "no exponent", "1e", 0, "json", 2 },
        { "no digit in the exponent", "1e+", 0, "json", 3 },
        { "hexadecimal", "0x1", 0, "json", 1 },
        { "line feed in a string", "\"a\nb\"", 0, "json", 2 },
        { "NUL in a string", "\"\0\"", 3, "json", 1 },
        { "NUL after the value", "1\0", 2, "json", 1 },
        { "unknown escape", "\"\\a\"", 0, "json", 1 },
        { "escape of NUL", "\"\\\0\"", 4, "json", 1 },
        { "short escape", "\"\\u12\"", 0, "json", 1 },
        { "escape of no digits", "\"\\u12g4\"", 0, "json", 1 },
        { "high surrogate alone", "\"\\ud800\"", 0, "surrogate", 1 },
        { "low surrogate alone", "\"x\\udc00\"", 0, "surrogate", 2 },
        { "high surrogate before a letter", "\"\\ud800\\u0041\"", 0, "surrogate", 1 },
        { "two high surrogates", "\"\\ud800\\ud800\"", 0, "surrogate", 1 },
        { "surrogate in UTF-8", "\"\xed\xa0\x80\"", 0, "utf-8", 1 },
        { "overlong", "\"\xc0\xaf\"", 0, "utf-8", 1 },
        { "overlong, three bytes", "\"\xe0\x80\xaf\"", 0, "utf-8", 1 },
        { "beyond U+10FFFF", "\"\xf4\x90\x80\x80\"", 0, "utf-8", 1 },
        { "cut sequence", "\"\xe2\x82\"", 0, "utf-8", 1 },
        { "continuation byte alone", "\"a\x80\"", 0, "utf-8", 2 },
        { "byte order mark", "\xef\xbb\xbf{}", 0, "json", 0 },
        { "name twice", "{\"a\":1,\"b\":2,\"a\":3}", 0, "duplicate-member", 13 },
        { "name twice, one escaped", "{\"a\":1,\"\\u0061\":2}", 0, "duplicate-member", 7 },
        { "empty name twice", "{\"\":1,\"\":2}", 0, "duplicate-member", 6 },
        { "long name twice", "{\"abcdefghi\":1,\"abcdefghi\":2}", 0, "duplicate-member", 15 },
        { "name twice further in", "[{\"x\":{\"k\":0,\"k\":0}}]", 0, "duplicate-member", 13 },
        { "vertical tab", "\v1", 0, "json", 0 },
        { "comment", "1//x", 0, "json", 1 },
    };
    struct arena a;
    struct json j;
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span s = guard_copy(span_of(cases[i].text, cases[i].n ? cases[i].n : strlen(cases[i].text)));

        arena_init(&a, 1 << 20);
        if (parses(&a, (const char *)s.p, s.n, &j, &w))
            fail_msg("%s: accepted", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0 || w.offset != cases[i].offset)
            fail_msg("%s: %s at %zu (%s), expected %s at %zu", cases[i].what, w.reason, w.offset, w.detail,
                     cases[i].reason, cases[i].offset);
        assert_non_null(w.clause);
        arena_free(&a);
        guard_free(s);
    }
}

static void depth_has_a_limit(void **state)
{
    char text[2 * LIMIT_JSON_DEPTH + 4];
    struct arena a;
    struct json j;
    struct why w;
    size_t n = LIMIT_JSON_DEPTH;

    (void)state;
    memset(text, '[', n);
    memset(text + n, ']', n);
    arena_init(&a, 1 << 20);
    assert_true(parses(&a, text, 2 * n, &j, &w));
    memset(text, '[', n + 1);
    memset(text + n + 1, ']', n + 1);
    assert_false(parses(&a, text, 2 * n + 2, &j, &w));
    assert_string_equal(w.reason, "too-deep");
    assert_int_equal(w.offset, n);
    arena_free(&a);
}

static void an_arena_that_is_full_is_a_limit(void **state)
{
    struct arena a;
    struct json j;
    struct why w;
    char text[4096];

    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 ? ',' : '1';
    text[0] = '[';
    text[sizeof text - 1] = ']';
    text[sizeof text - 2] = '1';
    text[1] = '1';
    arena_init(&a, 2048);
    assert_false(parses(&a, text, sizeof text, &j, &w));
    arena_free(&a);
}

static void look_ups(void **state)
{
    static const char text[] =
        "{\"n\":-42,\"big\":9223372036854775808,\"min\":-9223372036854775808,\"r\":1.5e3,"
        "\"s\":\"a\\u0042\\n\",\"t\":true,\"list\":[10,[],{\"x\":1},\"e\"],\"o\":{\"k\":null},\"\\u006b\":7}";
    struct arena a;
    struct json j;
    struct why w;
    struct span s;
    int64_t v;
    double d;
    bool b;
    json_ref list, item;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_true(parses(&a, text, sizeof text - 1, &j, &w));
    assert_true(json_int64(&j, json_member(&j, JSON_ROOT, "n"), &v));
    assert_int_equal(v, -42);
    assert_true(json_int64(&j, json_member(&j, JSON_ROOT, "min"), &v));
    assert_true(v == INT64_MIN);
    assert_false(json_int64(&j, json_member(&j, JSON_ROOT, "big"), &v));
    assert_false(json_int64(&j, json_member(&j, JSON_ROOT, "r"), &v));
    assert_false(json_int64(&j, json_member(&j, JSON_ROOT, "s"), &v));
    assert_true(json_double(&j, json_member(&j, JSON_ROOT, "r"), &d));
    assert_true(d == 1500);
    assert_true(json_text_of(&j, json_member(&j, JSON_ROOT, "s"), &a, &s));
    assert_true(span_eq_str(s, "aB\n"));
    assert_true(json_text_is(&j, json_member(&j, JSON_ROOT, "s"), "aB\n"));
    assert_false(json_text_is(&j, json_member(&j, JSON_ROOT, "s"), "aB"));
    assert_false(json_text_is(&j, json_member(&j, JSON_ROOT, "s"), "aB\nx"));
    assert_true((json_boolean)(&j, json_member(&j, JSON_ROOT, "t"), &b) && b);
    assert_true(json_int64(&j, json_member(&j, JSON_ROOT, "k"), &v));
    assert_int_equal(v, 7);
    assert_true(json_is(&j, json_member(&j, json_member(&j, JSON_ROOT, "o"), "k"), JSON_KIND_NULL));
    assert_true(json_member(&j, json_member(&j, JSON_ROOT, "absent"), "k") == JSON_NONE);
    list = json_member(&j, JSON_ROOT, "list");
    assert_int_equal(json_count(&j, list), 4);
    assert_int_equal(json_count(&j, JSON_ROOT), 9);
    item = json_after(&j, list, json_after(&j, list, json_first(&j, list)));
    assert_true(span_eq_str(json_source(&j, item), "{\"x\":1}"));
    assert_true(json_first(&j, json_after(&j, list, json_first(&j, list))) == JSON_NONE);
    assert_true(span_eq_str(json_source(&j, json_member(&j, JSON_ROOT, "s")), "\"a\\u0042\\n\""));
    arena_free(&a);
}

/* n members; the last has the name of number twin, or its own. */
static bool many_members(size_t n, size_t twin, bool escaped)
{
    struct buffer b;
    struct arena a;
    struct json j;
    struct why w = { 0 };
    bool ok;

    buf_init(&b, 1 << 26);
    buf_u8(&b, '{');
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s\"%smember number %zu\":%zu", i ? "," : "",
                   escaped && i % 3 == 0 ? "\\u0041 " : "A ", i == n - 1 ? twin : i, i);
    buf_u8(&b, '}');
    arena_init(&a, 1 << 28);
    ok = json_parse(buf_span(&b), &a, &j, &w);
    if (!ok)
        assert_string_equal(w.reason, "duplicate-member");
    arena_free(&a);
    buf_free(&b);
    return ok;
}

static void duplicates_are_found_in_objects_of_any_size(void **state)
{
    (void)state;
    for (size_t n = 2; n < 70; n++) {
        assert_true(many_members(n, n - 1, n % 2));
        for (size_t twin = 0; twin + 1 < n; twin++)
            assert_false(many_members(n, twin, n % 2));
    }
    assert_true(many_members(100000, 99999, false));
    assert_false(many_members(100000, 5, false));
}

static size_t random_text(char *out, size_t room)
{
    static const char *const parts[] = { "{",
                                         "}",
                                         "[",
                                         "]",
                                         ",",
                                         ":",
                                         "\"a\"",
                                         "\"b\"",
                                         "\"\\u0061\"",
                                         "\"\\ud83d\\ude00\"",
                                         "1",
                                         "-2.5e3",
                                         "0",
                                         "true",
                                         "null",
                                         " ",
                                         "\"\xc3\xa4\"",
                                         "\"",
                                         "\\",
                                         "\x01",
                                         "\xff",
                                         "1e5" };
    size_t n = 0, want = (size_t)rand() % 14;

    for (size_t i = 0; i < want; i++) {
        const char *p = parts[(size_t)rand() % (sizeof parts / sizeof parts[0])];

        if (n + strlen(p) < room) {
            memcpy(out + n, p, strlen(p));
            n += strlen(p);
        }
    }
    return n;
}

/* A text made of a grammar, so that it is accepted unless it is hit by a mutation. */
static void grow(struct buffer *b, unsigned depth)
{
    static const char *const leaves[] = { "0",
                                          "-1",
                                          "12.25",
                                          "1e-7",
                                          "true",
                                          "false",
                                          "null",
                                          "\"\"",
                                          "\"x\\ny\"",
                                          "\"\\u20ac\"",
                                          "\"\xf0\x9f\x98\x80\"",
                                          "123456789" };
    int kind = depth > 4 ? 0 : rand() % 4;
    int n = rand() % 4;

    if (kind < 2) {
        buf_str(b, leaves[(size_t)rand() % (sizeof leaves / sizeof leaves[0])]);
        return;
    }
    buf_u8(b, kind == 2 ? '[' : '{');
    for (int i = 0; i < n; i++) {
        buf_str(b, i ? ", " : "");
        if (kind == 3)
            buf_printf(b, rand() % 3 ? "\"k%d\":" : "\"\\u006b%d\" :", rand() % 9);
        grow(b, depth + 1);
    }
    buf_u8(b, kind == 2 ? ']' : '}');
}

static void agrees(const char *text, size_t n, size_t *both)
{
    struct arena a;
    struct json j;
    struct why w;
    json_error_t e;
    json_t *theirs = json_loadb(text, n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &e),
           *again;
    struct buffer b;
    bool ours;

    arena_init(&a, 1 << 20);
    ours = parses(&a, text, n, &j, &w);
    if (ours != (theirs != NULL) && json_error_code(&e) != json_error_numeric_overflow)
        fail_msg("%.*s: ours %d (%s), theirs %d (%s)", (int)n, text, ours, ours ? "" : w.detail,
                 theirs != NULL, e.text);
    if (ours && theirs) {
        buf_init(&b, 1 << 20);
        assert_true(jcs_put(&b, &j, JSON_ROOT, &a, &w));
        again = json_loadb((const char *)b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
        assert_non_null(again);
        if (!strpbrk(text, ".eE")) /* jansson keeps integers and reals apart: 1.0 and 1 differ to it */
            assert_true(json_equal(theirs, again));
        json_decref(again);
        buf_free(&b);
        ++*both;
    }
    json_decref(theirs);
    arena_free(&a);
}

static void agrees_with_jansson(void **state)
{
    char text[400];
    size_t both = 0;
    struct buffer b;

    (void)state;
    srand(8259);
    for (int i = 0; i < 60000; i++) {
        size_t n = random_text(text, sizeof text - 1);

        text[n] = 0;
        agrees(text, n, &both);
    }
    for (int i = 0; i < 20000; i++) {
        buf_init(&b, 1 << 20);
        grow(&b, 0);
        if (rand() % 2 && b.n)
            b.p[(size_t)rand() % b.n] = (uint8_t)rand();
        (void)buf_cstr(&b);
        agrees((const char *)b.p, b.n, &both);
        buf_free(&b);
    }
    assert_true(both > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(refused),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(an_arena_that_is_full_is_a_limit),
        cmocka_unit_test(look_ups),
        cmocka_unit_test(duplicates_are_found_in_objects_of_any_size),
        cmocka_unit_test(agrees_with_jansson),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
