#include "vectors.h"

#include <stdlib.h>

#include "base/text.h"
#include "guard.h"

static void utf8(void **state)
{
    static const struct {
        const char *what, *in;
        size_t n, valid_to;
    } cases[] = {
        { "empty", "", 0, 0 },
        { "ascii", "abc", 3, 3 },
        { "two to four bytes", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9, 9 },
        { "continuation alone", "a\x80", 2, 1 },
        { "cut in the middle", "a\xe2\x82", 3, 1 },
        { "overlong slash", "\xc0\xaf", 2, 0 },
        { "overlong three", "\xe0\x80\xaf", 3, 0 },
        { "surrogate", "\xed\xa0\x80", 3, 0 },
        { "above U+10FFFF", "\xf4\x90\x80\x80", 4, 0 },
        { "last code point", "\xf4\x8f\xbf\xbf", 4, 4 },
        { "byte FF", "\xff", 1, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span s = guard_copy(span_of(cases[i].in, cases[i].n));

        if (utf8_valid_to(s) != cases[i].valid_to)
            fail_msg("%s", cases[i].what);
        guard_free(s);
    }
}

static void utf8_round_trip(void **state)
{
    uint8_t mem[4];
    struct buffer b;
    struct reader r;

    (void)state;
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        if (cp >= 0xd800 && cp < 0xe000)
            continue;
        buf_init_fixed(&b, mem, sizeof mem);
        utf8_put(&b, cp);
        r = rd_of(buf_span(&b));
        assert_int_equal(utf8_next(&r), cp);
        assert_true(rd_done(&r));
    }
}

static void base64_vectors(void **state)
{
    static const struct {
        const char *text;
        enum base64_alphabet alphabet;
        bool ok;
        const char *bytes;
        size_t bad_at;
    } cases[] = {
        { "", BASE64_STD, true, "", 0 },
        { "Zg==", BASE64_STD, true, "f", 0 },
        { "Zg", BASE64_STD, true, "f", 0 },
        { "Zm8=", BASE64_STD, true, "fo", 0 },
        { "Zm9vYmFy", BASE64_STD, true, "foobar", 0 },
        { "Zm9vYmE", BASE64_URL, true, "fooba", 0 },
        { "Zh==", BASE64_STD, false, NULL, 2 },  /* unused bits set */
        { "Z", BASE64_STD, false, NULL, 1 },     /* a character too many */
        { "Zg=", BASE64_STD, false, NULL, 2 },   /* half the padding */
        { "Zm 9v", BASE64_STD, false, NULL, 2 }, /* blank */
        { "-_==", BASE64_STD, false, NULL, 0 },  /* the other alphabet */
        { "+/", BASE64_URL, false, NULL, 0 },
    };
    struct buffer b;
    size_t bad_at;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_init(&b, 100);
        if (base64_decode(span_str(cases[i].text), cases[i].alphabet, &b, &bad_at) != cases[i].ok)
            fail_msg("%s", cases[i].text);
        if (cases[i].ok)
            assert_true(span_eq_str(buf_span(&b), cases[i].bytes));
        else
            assert_int_equal(bad_at, cases[i].bad_at);
        buf_free(&b);
    }
}

/* Random bytes through each encoding and back; the decoder may use exactly the room it needs. */
static void encodings_round_trip(void **state)
{
    struct arena a;

    (void)state;
    srandom(1);
    for (int round = 0; round < 3000; round++) {
        uint8_t in[70], mem[70];
        size_t n = (size_t)random() % sizeof in, bad_at;
        struct buffer text, back;
        struct span out;

        for (size_t i = 0; i < n; i++)
            in[i] = (uint8_t)random();
        buf_init(&text, 1000);
        for (int how = 0; how < 4; how++) {
            bool ok;

            buf_reset(&text);
            buf_init_fixed(&back, mem, n);
            if (how == 0) {
                base32_put(&text, span_of(in, n));
                ok = base32_decode(buf_span(&text), &back, &bad_at);
            } else if (how == 3) {
                arena_init(&a, 4096);
                hex_put(&text, span_of(in, n));
                ok = hex_decode(buf_span(&text), &a, &out);
                buf_put(&back, out);
                arena_free(&a);
            } else {
                base64_put(&text, span_of(in, n), how == 1 ? BASE64_STD : BASE64_URL);
                ok = base64_decode(buf_span(&text), how == 1 ? BASE64_STD : BASE64_URL, &back, &bad_at);
            }
            assert_true(ok);
            assert_true(span_eq(buf_span(&back), span_of(in, n)));
        }
        buf_free(&text);
    }
}

static void splitting(void **state)
{
    struct span s = SPAN("a,,b,"), part;
    size_t n = 0;

    (void)state;
    while (text_split(&s, ',', &part))
        n++;
    assert_int_equal(n, 3); /* a, empty, b; nothing follows the last comma */
    assert_true(span_eq_str(text_trim(SPAN(" \t x y\r\n")), "x y"));
    assert_int_equal(text_trim(SPAN(" \n ")).n, 0);
}

/* What a terminal obeys, or what turns text around, is never passed on. */
static void numbers(void **state)
{
    static const struct {
        const char *text;
        uint64_t most;
        bool good;
        uint64_t n;
    } cases[] = { { "0", 0, true, 0 },
                  { "1", 0, false, 0 },
                  { "007", 7, true, 7 },
                  { "10", 9, false, 0 },
                  { "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
                  { "18446744073709551616", UINT64_MAX, false, 0 },
                  { "99999999999999999999", UINT64_MAX, false, 0 },
                  { "9", 5, false, 0 },
                  { "", 9, false, 0 },
                  { "-1", 9, false, 0 },
                  { "1 ", 9, false, 0 },
                  { "1.0", 9, false, 0 } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t n = 0;

        if (text_number(span_str(cases[i].text), cases[i].most, &n) != cases[i].good || n != cases[i].n)
            fail_msg("%s up to %llu", cases[i].text, (unsigned long long)cases[i].most);
    }
}

static void plain_text(void **state)
{
    static const struct {
        const char *what, *in, *out;
    } cases[] = {
        { "letters of every script", "Мұхтар درخشان Öz", "Мұхтар درخشان Öz" },
        { "lines stay", "A\nB", "A\nB" },
        { "escape sequence", "A\033[31mB\033]0;x\007", "A.[31mB.]0;x." },
        { "tab, carriage return, delete", "A\tB\rC\177", "A.B.C." },
        { "control of the second set", "A\302\233 31m", "A. 31m" },
        { "last of it, and the first letter", "\302\237\302\240", ".\302\240" },
        { "direction turned", "\342\200\256abc\342\200\254", ".abc." },
        { "direction isolated", "\342\201\246abc\342\201\251", ".abc." },
        { "line and paragraph separator", "\342\200\250\342\200\251", ".." },
        { "joiners belong to Persian", "\342\200\214\342\200\215", "\342\200\214\342\200\215" },
        { "bytes that are not UTF-8", "A\377\300\200B", "A...B" },
        { "cut short", "A\342\200", "A.." },
        { "beyond the first plane", "\360\237\230\200", "\360\237\230\200" },
        { "nothing", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(span_str(cases[i].in));
        struct buffer b;

        buf_init(&b, 1024);
        text_put_plain(&b, in);
        if (strcmp(buf_cstr(&b), cases[i].out) != 0)
            fail_msg("%s: %s", cases[i].what, buf_cstr(&b));
        buf_free(&b);
        guard_free(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8),           cmocka_unit_test(utf8_round_trip),
        cmocka_unit_test(base64_vectors), cmocka_unit_test(encodings_round_trip),
        cmocka_unit_test(splitting),      cmocka_unit_test(numbers),
        cmocka_unit_test(plain_text),
    };

    return cmocka_run_group_tests_name("base-text", tests, NULL, NULL);
}
