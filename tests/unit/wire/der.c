#include "vectors.h"

#include <time.h>

#include "guard.h"
#include "wire/der.h"
#include "wire/der_write.h"

#define HEX(s)                                                                                               \
    {                                                                                                        \
        (const uint8_t *)(s), sizeof(s) - 1                                                                  \
    }

static void trees_are_checked_whole(void **state)
{
    static const struct {
        const char *what;
        struct span in;
        bool der, ber; /* accepted as such */
        size_t at;     /* offset of the error as BER, when refused as both */
    } cases[] = {
        { "one NULL", HEX("\x05\x00"), true, true, 0 },
        { "a sequence of two", HEX("\x30\x05\x02\x01\x07\x05\x00"), true, true, 0 },
        { "empty input", HEX(""), false, false, 0 },
        { "tag only", HEX("\x30"), false, false, 0 },
        { "length past the end", HEX("\x30\x02\x05"), false, false, 0 },
        { "inner length past the outer end", HEX("\x30\x03\x04\x02\x01\x01"), false, false, 2 },
        { "byte behind", HEX("\x05\x00\x00"), false, false, 2 },
        { "inner item cut", HEX("\x30\x01\x05"), false, false, 2 },
        { "length not minimal, 81 for a short one", HEX("\x04\x81\x01\x00"), false, false, 0 },
        { "length not minimal, leading zero", HEX("\x04\x82\x00\x80"), false, false, 0 },
        { "length of length 9", HEX("\x04\x89\x01\x01\x01\x01\x01\x01\x01\x01\x01"), false, false, 0 },
        { "length of length 5", HEX("\x04\x85\x01\x01\x01\x01\x01\x00"), false, false, 0 },
        { "4 GiB less one", HEX("\x04\x84\xff\xff\xff\xff\x00\x00"), false, false, 0 },
        { "just above INT_MAX", HEX("\x30\x84\x80\x00\x00\x00\x00\x00"), false, false, 0 },
        { "FF as first length octet", HEX("\x04\xff\x00"), false, false, 0 },
        { "tag number in several bytes", HEX("\x1f\x81\x01\x00"), false, false, 0 },
        { "tag 0", HEX("\x00\x00"), false, false, 0 },
        { "indefinite", HEX("\x30\x80\x05\x00\x00\x00"), false, true, 0 },
        { "indefinite in indefinite", HEX("\x30\x80\x30\x80\x00\x00\x00\x00"), false, true, 0 },
        { "indefinite, never ended", HEX("\x30\x80\x05\x00"), false, false, 4 },
        { "indefinite, ended by half", HEX("\x30\x80\x05\x00\x00"), false, false, 4 },
        { "indefinite primitive", HEX("\x04\x80\x00\x00"), false, false, 0 },
        { "end-of-contents with content", HEX("\x30\x80\x00\x01\x00"), false, false, 2 },
        { "end-of-contents in a definite one", HEX("\x30\x02\x00\x00"), false, false, 2 },
        { "end-of-contents across the outer end", HEX("\x30\x03\x30\x80\x00\x00"), false, false, 4 },
        { "too many ends", HEX("\x30\x80\x00\x00\x00\x00"), false, false, 4 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span in = guard_copy(cases[i].in);
        struct why w = { 0 }, v = { 0 };
        size_t indefinite = 99;

        if (der_check(in, false, NULL, &w) != cases[i].der ||
            der_check(in, true, &indefinite, &v) != cases[i].ber)
            fail_msg("%s", cases[i].what);
        if (!cases[i].ber) {
            assert_string_equal(v.reason, "der");
            if (v.offset != cases[i].at)
                fail_msg("%s: offset %zu", cases[i].what, v.offset);
            assert_int_equal(indefinite, 99);
        } else {
            assert_int_equal(indefinite > 0, !cases[i].der);
        }
        guard_free(in);
    }
}

/* n times the two bytes, over and over. */
static void nested(uint8_t *p, size_t n, uint8_t a, uint8_t b)
{
    for (size_t i = 0; i < n; i++) {
        p[2 * i] = a;
        p[2 * i + 1] = b;
    }
}

static void nesting_ends_at_the_limit(void **state)
{
    static uint8_t deep[200000];
    struct buffer b;
    struct why w = { 0 };

    (void)state;
    for (size_t depth = LIMIT_DER_DEPTH - 1; depth <= LIMIT_DER_DEPTH + 1; depth++) {
        size_t at[LIMIT_DER_DEPTH + 2];

        buf_init(&b, 4096);
        for (size_t i = 0; i < depth; i++)
            at[i] = der_put_begin(&b, DER_SEQUENCE);
        for (size_t i = depth; i > 0; i--)
            der_put_end(&b, at[i - 1]);
        assert_int_equal(der_check(buf_span(&b), false, NULL, NULL), depth <= LIMIT_DER_DEPTH);
        buf_free(&b);
    }
    nested(deep, sizeof deep / 2, 0x30, 0x80);
    assert_false(der_check(span_of(deep, sizeof deep), true, NULL, &w));
    assert_int_equal(w.offset, 2 * LIMIT_DER_DEPTH);
    {
        struct der d = der_ber(span_of(deep, sizeof deep));

        (void)der_any(&d);
        assert_string_equal(d.what, "nested too deeply");
    }
}

static void a_cursor_keeps_its_first_error(void **state)
{
    struct der d = der_of(SPAN("\x30\x06\x02\x01\x05\x04\x01\x41")), in = der_open(&d, DER_SEQUENCE);
    struct why w = { 0 };

    (void)state;
    assert_int_equal(der_small(&in), 5);
    assert_int_equal(der_take(&in, DER_OID).n, 0); /* an OCTET STRING stands there */
    assert_int_equal(der_take(&in, DER_OCTET_STRING).n, 0);
    assert_int_equal(der_peek(&in), -1);
    assert_false(der_more(&in));
    der_close(&d, &in);
    assert_false(der_finish(&d, "test", "clause", &w));
    assert_string_equal(w.reason, "test");
    assert_string_equal(w.clause, "clause");
    assert_int_equal(w.offset, 5);
}

static void what_is_left_is_an_error(void **state)
{
    struct der d = der_of(SPAN("\x30\x05\x02\x01\x05\x05\x00")), in = der_open(&d, DER_SEQUENCE);
    struct why w = { 0 };

    (void)state;
    assert_int_equal(der_small(&in), 5);
    der_close(&d, &in);
    assert_false(der_finish(&d, "test", NULL, &w));
    assert_int_equal(w.offset, 5);
}

static void numbers_are_in_their_shortest_form(void **state)
{
    static const struct {
        const char *what;
        struct span in;
        int32_t value; /* -1: refused */
        bool integer;
    } cases[] = {
        { "zero", HEX("\x02\x01\x00"), 0, true },
        { "127", HEX("\x02\x01\x7f"), 127, true },
        { "128", HEX("\x02\x02\x00\x80"), 128, true },
        { "greatest", HEX("\x02\x04\x7f\xff\xff\xff"), 0x7fffffff, true },
        { "2 to the 31", HEX("\x02\x05\x00\x80\x00\x00\x00"), -1, true },
        { "minus one", HEX("\x02\x01\xff"), -1, true },
        { "padded", HEX("\x02\x02\x00\x7f"), -1, false },
        { "padded negative", HEX("\x02\x02\xff\x80"), -1, false },
        { "empty", HEX("\x02\x00"), -1, false },
        { "ENUMERATED", HEX("\x0a\x01\x05"), -1, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct der d = der_of(cases[i].in), e = d;
        int32_t v = der_small(&d);

        (void)der_integer(&e);
        if (der_ok(&d) != (cases[i].value >= 0) || (der_ok(&d) && v != cases[i].value) ||
            der_ok(&e) != cases[i].integer)
            fail_msg("%s", cases[i].what);
    }
}

static void other_primitives_are_strict(void **state)
{
    static const struct {
        const char *what;
        struct span in;
        bool bits, oid, flag;
    } cases[] = {
        { "bits", HEX("\x03\x02\x00\xaa"), true, false, true },
        { "bits, three unused", HEX("\x03\x02\x03\xa8"), false, false, true },
        { "bits, empty", HEX("\x03\x00"), false, false, true },
        { "OID", HEX("\x06\x03\x55\x04\x03"), false, true, true },
        { "OID, unfinished", HEX("\x06\x02\x55\x84"), false, false, true },
        { "OID, empty", HEX("\x06\x00"), false, false, true },
        { "TRUE", HEX("\x01\x01\xff"), false, false, true },
        { "TRUE as 01", HEX("\x01\x01\x01"), false, false, true },
        { "BOOLEAN of two bytes", HEX("\x01\x02\xff\xff"), false, false, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct der a = der_of(cases[i].in), b = a, c = a;

        (void)der_bits(&a);
        (void)der_oid(&b);
        (void)der_flag(&c);
        if (der_ok(&a) != cases[i].bits || der_ok(&b) != cases[i].oid || der_ok(&c) != cases[i].flag)
            fail_msg("%s", cases[i].what);
    }
}

static void what_is_written_reads_back(void **state)
{
    static const size_t lengths[] = { 0, 1, 127, 128, 255, 256, 65535, 65536 };
    static uint8_t body[65536];
    struct buffer b;

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct der d;
        struct span s;

        buf_init(&b, 1 << 20);
        der_put(&b, DER_OCTET_STRING, span_of(body, lengths[i]));
        d = der_of(buf_span(&b));
        s = der_take(&d, DER_OCTET_STRING);
        assert_true(der_done(&d));
        assert_int_equal(s.n, lengths[i]);
        assert_int_equal(der_item_length(buf_span(&b)), b.n);
        buf_free(&b);
    }
    for (uint64_t v = 1; v; v <<= 1) {
        for (uint64_t u = v - 1; u <= v; u++) {
            struct der d;
            struct span s;
            uint64_t again = 0;

            buf_init(&b, 64);
            der_put_uint(&b, u);
            d = der_of(buf_span(&b));
            s = der_integer(&d);
            assert_true(der_done(&d));
            for (size_t i = 0; i < s.n; i++)
                again = again << 8 | s.p[i];
            assert_true(again == u && s.p[0] < 0x80);
            buf_free(&b);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_are_checked_whole),
        cmocka_unit_test(nesting_ends_at_the_limit),
        cmocka_unit_test(a_cursor_keeps_its_first_error),
        cmocka_unit_test(what_is_left_is_an_error),
        cmocka_unit_test(numbers_are_in_their_shortest_form),
        cmocka_unit_test(other_primitives_are_strict),
        cmocka_unit_test(what_is_written_reads_back),
    };

    return cmocka_run_group_tests_name("der", tests, NULL, NULL);
}
