#include "vectors.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "base/finding.h"
#include "base/reader.h"
#include "base/result.h"
#include "guard.h"

static void reader_error_is_sticky(void **state)
{
    struct span s = guard_copy(SPAN("\x01\x02\x03"));
    struct reader r = rd_of(s);

    (void)state;
    assert_int_equal(rd_u16(&r), 0x0102);
    assert_int_equal(rd_u16(&r), 0); /* one byte too few */
    assert_false(rd_ok(&r));
    assert_int_equal(rd_offset(&r), 2); /* where it happened */
    assert_int_equal(rd_u8(&r), 0);     /* the byte that is there is not given out any more */
    assert_int_equal(rd_left(&r), 0);
    assert_int_equal(rd_peek(&r), -1);
    assert_false(rd_done(&r));
    guard_free(s);
}

static void reader_of_nothing(void **state)
{
    struct reader r = rd_of((struct span){ NULL, 0 });

    (void)state;
    assert_true(rd_done(&r));
    assert_int_equal(rd_rest(&r).n, 0);
    assert_true(rd_done(&r));
    assert_int_equal(rd_take(&r, SIZE_MAX).n, 0);
    assert_false(rd_ok(&r));
}

/* Any way of cutting the bytes gives the same number as reading them at once. */
static void reader_cuts_agree(void **state)
{
    uint8_t b[8];

    (void)state;
    srandom(2);
    for (int round = 0; round < 2000; round++) {
        struct reader whole = rd_of(span_of(b, 8)), parts = rd_of(span_of(b, 8));
        uint64_t v = 0;

        for (size_t i = 0; i < 8; i++)
            b[i] = (uint8_t)random();
        while (rd_left(&parts)) {
            size_t n = 1 + (size_t)random() % rd_left(&parts);

            v = (n == 8 ? 0 : v << 8 * n) | rd_be(&parts, n);
        }
        assert_true(rd_be(&whole, 8) == v);
        assert_true(rd_done(&whole) && rd_done(&parts));
    }
}

static void buffer_overflow_is_sticky(void **state)
{
    uint8_t mem[4] = { 9, 9, 9, 9 };
    struct buffer b;

    (void)state;
    buf_init_fixed(&b, mem, 3);
    buf_str(&b, "ab");
    buf_str(&b, "cd"); /* does not fit: nothing of it is written */
    buf_str(&b, "e");  /* would fit, but the error stays */
    assert_false(buf_ok(&b));
    assert_int_equal(b.n, 2);
    assert_int_equal(mem[3], 9);
    buf_reset(&b);
    buf_printf(&b, "%s", "xyz");
    assert_true(buf_ok(&b));
    assert_string_equal(buf_cstr(&b), ""); /* no room for the NUL */
}

static void buffer_grows_to_its_ceiling(void **state)
{
    struct buffer b;

    (void)state;
    for (size_t ceiling = 1; ceiling < 2000; ceiling += 37) {
        buf_init(&b, ceiling);
        for (size_t i = 0; i < ceiling; i++)
            buf_u8(&b, (uint8_t)i);
        assert_true(buf_ok(&b));
        buf_u8(&b, 0);
        assert_false(buf_ok(&b));
        for (size_t i = 0; i < ceiling; i++)
            assert_int_equal(b.p[i], (uint8_t)i);
        buf_free(&b);
    }
}

static void printf_longer_than_its_block(void **state)
{
    char text[1001];
    struct buffer b;

    (void)state;
    memset(text, 'x', 1000);
    text[1000] = 0;
    buf_init(&b, 4096);
    buf_printf(&b, "<%s>", text);
    assert_int_equal(b.n, 1002);
    assert_int_equal(b.p[1001], '>');
    buf_be(&b, 0x0102030405060708, 3);
    assert_memory_equal(b.p + 1002, "\x06\x07\x08", 3);
    buf_free(&b);
}

static void decimals(void **state)
{
    static const struct {
        int64_t v;
        const char *text;
    } cases[] = { { 0, "0" },
                  { 7, "7" },
                  { -1, "-1" },
                  { 1234567890123, "1234567890123" },
                  { INT64_MAX, "9223372036854775807" },
                  { INT64_MIN, "-9223372036854775808" } };
    struct buffer b;

    (void)state;
    buf_init(&b, 100);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_reset(&b);
        buf_decimal(&b, cases[i].v);
        assert_string_equal(buf_cstr(&b), cases[i].text);
    }
    buf_free(&b);
}

static void arena_gives_apart_and_zeroed(void **state)
{
    struct arena a;
    uint8_t *p[300];
    size_t n[300];

    (void)state;
    srandom(3);
    arena_init(&a, 16 << 20);
    for (size_t i = 0; i < 300; i++) {
        n[i] = (size_t)random() % (i % 10 ? 200 : 40000);
        p[i] = arena_alloc(&a, n[i]);
        assert_non_null(p[i]);
        assert_int_equal((uintptr_t)p[i] % 16, 0);
        for (size_t k = 0; k < n[i]; k++)
            assert_int_equal(p[i][k], 0);
        memset(p[i], (int)i, n[i]);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t k = 0; k < n[i]; k++)
            assert_int_equal(p[i][k], (uint8_t)i);
    arena_free(&a);
}

static void arena_reset_gives_zeroed_memory_again(void **state)
{
    struct arena a;
    uint8_t *p;

    (void)state;
    arena_init(&a, 200000);
    arena_reset(&a);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 18; i++) { /* several blocks and one of its own; the ceiling counts anew */
            size_t n = i == 9 ? 50000 : 8000;

            p = arena_alloc(&a, n);
            assert_non_null(p);
            for (size_t k = 0; k < n; k++)
                assert_int_equal(p[k], 0);
            memset(p, 0xa5, n);
        }
        assert_null(arena_alloc(&a, 20000));
        arena_reset(&a);
    }
    arena_free(&a);
}

static void arena_ceiling_holds(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 1000);
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_array(&a, SIZE_MAX / 2, 3));
    assert_null(arena_alloc(&a, 1001));
    assert_non_null(arena_alloc(&a, 900));
    assert_null(arena_alloc(&a, 200));
    assert_non_null(arena_str(&a, SPAN("still room")));
    arena_free(&a);
}

static void why_keeps_the_first_cause(void **state)
{
    struct why w;
    char longer[400];

    (void)state;
    why_clear(&w);
    assert_false(why_set(&w, "first", 3, "1.2", "number %d", 1));
    assert_false(why_set(&w, "second", 9, NULL, "number %d", 2));
    assert_string_equal(w.reason, "first");
    assert_string_equal(w.detail, "number 1");
    why_shift(&w, 10);
    assert_int_equal(w.offset, 13);
    assert_false(why_set(NULL, "nobody listens", 0, NULL, "%s", ""));

    /* A detail that is too long is cut between characters. */
    why_clear(&w);
    memset(longer, 'a', sizeof longer);
    for (size_t i = 1; i + 2 < sizeof longer; i += 2)
        memcpy(longer + i, "\xc3\xa9", 2);
    longer[sizeof longer - 1] = 0;
    (void)why_set(&w, "long", WHY_NO_OFFSET, NULL, "%s", longer);
    why_shift(&w, 10);
    assert_true(w.offset == WHY_NO_OFFSET);
    assert_true(strlen(w.detail) >= WHY_DETAIL - 3);
    assert_true(((uint8_t)w.detail[strlen(w.detail) - 1] & 0xc0) == 0x80);
    assert_true(((uint8_t)w.detail[strlen(w.detail) - 2]) == 0xc3);
}

static void findings_are_counted_when_there_is_no_room(void **state)
{
    struct findings f;

    (void)state;
    findings_init(&f);
    for (int i = 0; i < FINDINGS_MAX + 5; i++)
        finding_add(&f, FINDING_WARNING, "reason", (size_t)i, NULL, "finding %d", i);
    assert_int_equal(f.n, FINDINGS_MAX);
    assert_int_equal(f.lost, 5);
    assert_string_equal(f.item[2].why.detail, "finding 2");
    finding_add(NULL, FINDING_NOTE, "reason", 0, NULL, "nobody listens");
}

static void results_have_words(void **state)
{
    enum result r;

    (void)state;
    for (enum result i = RESULT_GENUINE; i <= RESULT_WELL_FORMED; i++) {
        assert_true(result_from_word(span_str(result_word(i)), &r));
        assert_int_equal(r, i);
    }
    assert_false(result_from_word(SPAN("good"), &r));
}

static void spans(void **state)
{
    struct span s = SPAN("abcdef");

    (void)state;
    assert_true(span_eq_str(span_sub(s, 2, 4), "cd"));
    assert_true(span_eq_str(span_sub(s, 4, 99), "ef"));
    assert_int_equal(span_sub(s, 5, 3).n, 0);
    assert_int_equal(span_sub(s, 99, 100).n, 0);
    assert_true(span_starts(s, SPAN("abc")));
    assert_false(span_starts(SPAN("ab"), SPAN("abc")));
    assert_true(span_cmp(SPAN("ab"), SPAN("abc")) < 0);
    assert_true(span_cmp(SPAN("b"), SPAN("abc")) > 0);
    assert_true(span_eq(span_str(NULL), SPAN("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader_error_is_sticky),
        cmocka_unit_test(reader_of_nothing),
        cmocka_unit_test(reader_cuts_agree),
        cmocka_unit_test(buffer_overflow_is_sticky),
        cmocka_unit_test(buffer_grows_to_its_ceiling),
        cmocka_unit_test(printf_longer_than_its_block),
        cmocka_unit_test(decimals),
        cmocka_unit_test(arena_gives_apart_and_zeroed),
        cmocka_unit_test(arena_reset_gives_zeroed_memory_again),
        cmocka_unit_test(arena_ceiling_holds),
        cmocka_unit_test(why_keeps_the_first_cause),
        cmocka_unit_test(findings_are_counted_when_there_is_no_room),
        cmocka_unit_test(results_have_words),
        cmocka_unit_test(spans),
    };

    return cmocka_run_group_tests_name("base-bytes", tests, NULL, NULL);
}
