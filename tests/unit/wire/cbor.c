#include "wire/cbor_write.h"

#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "guard.h"

static bool check(const char *hex, size_t *longer, struct why *w)
{
    struct span s = guard_copy(from_hex(&test_arena, hex));
    bool ok;

    why_clear(w);
    ok = cbor_check(s, longer, &test_arena, w);
    guard_free(s);
    return ok;
}

/* RFC 8949 appendix A, those of definite length. */
static void accepted(void **state)
{
    static const char *const cases[] = {
        "00",
        "01",
        "0a",
        "17",
        "1818",
        "1819",
        "1864",
        "1903e8",
        "1a000f4240",
        "1b000000e8d4a51000",
        "1bffffffffffffffff",
        "c249010000000000000000",
        "3bffffffffffffffff",
        "20",
        "29",
        "3863",
        "3903e7",
        "f90000",
        "f98000",
        "f93c00",
        "fb3ff199999999999a",
        "f93e00",
        "fa47c35000",
        "fb7e37e43c8800759c",
        "f97c00",
        "f4",
        "f5",
        "f6",
        "f7",
        "f0",
        "f8ff",
        "c074323031332d30332d32315432303a30343a30305a",
        "c11a514b67b0",
        "d74401020304",
        "d818456449455446",
        "40",
        "4401020304",
        "60",
        "6161",
        "6449455446",
        "62225c",
        "62c3bc",
        "63e6b0b4",
        "64f0908591",
        "80",
        "83010203",
        "8301820203820405",
        "a0",
        "a201020304",
        "a26161016162820203",
        "826161a161626163",
        "a56161614161626142616361436164614461656145",
        "a1818080",
        "d818d81800",
    };
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (!check(cases[i], NULL, &w))
            fail_msg("%s: %s at %zu", cases[i], w.reason, w.offset);
}

static void refused(void **state)
{
    static const struct {
        const char *name, *hex, *reason;
        size_t offset;
    } cases[] = {
        { "nothing", "", "CBOR_TRUNCATED", 0 },
        { "argument cut", "19ff", "CBOR_TRUNCATED", 0 },
        { "string of four gigabytes", "5affffffff00", "CBOR_TRUNCATED", 0 },
        { "string of 2^64-1", "7bffffffffffffffff00", "CBOR_TRUNCATED", 0 },
        { "array of 2^64-1", "9bffffffffffffffff00", "CBOR_TRUNCATED", 0 },
        { "map with half a pair", "a10100a1", "CBOR_TRAILING", 3 },
        { "map that ends at a key", "a101", "CBOR_TRUNCATED", 0 },
        { "array that ends", "830102", "CBOR_TRUNCATED", 0 },
        { "outer array that ends", "8283010203", "CBOR_TRUNCATED", 5 },
        { "tag over nothing", "c0", "CBOR_TRUNCATED", 0 },
        { "bytes after", "0000", "CBOR_TRAILING", 1 },
        { "indefinite bytes", "5f4100ff", "CBOR_INDEFINITE", 0 },
        { "indefinite text", "7f6161ff", "CBOR_INDEFINITE", 0 },
        { "indefinite array", "829fff00", "CBOR_INDEFINITE", 1 },
        { "indefinite map", "bfff", "CBOR_INDEFINITE", 0 },
        { "break", "ff", "CBOR_ILLFORMED", 0 },
        { "indefinite integer", "1f", "CBOR_ILLFORMED", 0 },
        { "indefinite tag", "df00", "CBOR_ILLFORMED", 0 },
        { "reserved head", "1c", "CBOR_ILLFORMED", 0 },
        { "reserved other", "fc", "CBOR_ILLFORMED", 0 },
        { "simple value 31 in two bytes", "f81f", "CBOR_ILLFORMED", 0 },
        { "one as two bytes", "1801", "CBOR_NONPREFERRED", 0 },
        { "255 as three",
          "8119"
          "00ff",
          "CBOR_NONPREFERRED", 1 },
        { "65535 as five", "1a0000ffff", "CBOR_NONPREFERRED", 0 },
        { "2^32-1 as nine", "1b00000000ffffffff", "CBOR_NONPREFERRED", 0 },
        { "long count", "b90000", "CBOR_NONPREFERRED", 0 },
        { "key twice", "a201000100", "CBOR_DUPKEY", 3 },
        { "key twice, far apart", "a3616100616200616100", "CBOR_DUPKEY", 7 },
        { "key twice in an inner map", "a101a2020002f6", "CBOR_DUPKEY", 5 },
        { "array as key twice", "a2810100810100", "CBOR_DUPKEY", 4 },
        { "key twice before the end is missing", "a3010001", "CBOR_TRUNCATED", 0 },
        { "key twice, then a reserved head", "a3010001001c00", "CBOR_DUPKEY", 3 },
        { "break before a key twice", "a3ff0001000100", "CBOR_ILLFORMED", 1 },
        { "latin-1", "62c328", "CBOR_UTF8", 1 },
        { "surrogate", "63eda080", "CBOR_UTF8", 1 },
        { "UTF-8 offence before a key twice", "a261ff0061ff00", "CBOR_UTF8", 2 },
    };
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (check(cases[i].hex, NULL, &w))
            fail_msg("%s: accepted", cases[i].name);
        if (strcmp(w.reason, cases[i].reason) != 0 || w.offset != cases[i].offset)
            fail_msg("%s: %s at %zu", cases[i].name, w.reason, w.offset);
    }
}

static void longer_heads_hide_no_key(void **state)
{
    struct why w;
    size_t longer = 9;

    (void)state;
    assert_true(check("b9000101190002", &longer, &w));
    assert_int_equal(longer, 2);
    assert_false(check("a20100180100", &longer, &w));
    assert_string_equal(w.reason, "CBOR_DUPKEY");
    assert_int_equal(w.offset, 3);
    assert_false(check("a26161007801"
                       "6100",
                       &longer, &w));
    assert_string_equal(w.reason, "CBOR_DUPKEY");
}

/* Levels arrays, one in the other, around a zero. */
static void depth_has_a_limit(void **state)
{
    uint8_t b[20000];
    struct why w;

    (void)state;
    memset(b, 0x81, sizeof b);
    b[LIMIT_CBOR_DEPTH] = 0;
    assert_true(cbor_check(span_of(b, LIMIT_CBOR_DEPTH + 1), NULL, &test_arena, NULL));
    b[LIMIT_CBOR_DEPTH] = 0x81;
    b[sizeof b - 1] = 0;
    why_clear(&w);
    assert_false(cbor_check(span_of(b, sizeof b), NULL, &test_arena, &w));
    assert_string_equal(w.reason, "CBOR_DEPTH");
    assert_int_equal(w.offset, LIMIT_CBOR_DEPTH);
    memset(b, 0xc1, sizeof b);
    why_clear(&w);
    assert_false(cbor_check(span_of(b, sizeof b), NULL, &test_arena, &w));
    assert_string_equal(w.reason, "CBOR_DEPTH");
}

/* Keys in falling order, which is the worst for those who compare each with all before it. */
static void duplicates_are_found_in_maps_of_any_size(void **state)
{
    enum { N = 30000 };
    struct buffer b;
    struct why w;

    (void)state;
    for (int twice = 0; twice < 2; twice++) {
        buf_init(&b, 1 << 20);
        cbor_put_map(&b, N);
        for (int64_t i = 0; i < N; i++) {
            cbor_put_int(&b, twice && i == N - 1 ? N / 2 : N - i);
            cbor_put_null(&b);
        }
        why_clear(&w);
        assert_int_equal(cbor_check(buf_span(&b), NULL, &test_arena, &w), !twice);
        if (twice)
            assert_string_equal(w.reason, "CBOR_DUPKEY");
        buf_free(&b);
    }
}

/* --- hostile maps --- */

enum shape { FALLING, ALIKE, NESTED_KEYS, OPEN_MAPS, SHAPES };

/* Of about n bytes: integers in falling order, texts that differ at their ends, containers as keys, and maps
 * each of which is the last value of the one around it. */
static void put_hostile(struct buffer *b, enum shape shape, size_t n)
{
    size_t pairs = n / (shape == ALIKE ? 34 : 6);
    char text[64];

    if (shape == OPEN_MAPS) {
        for (int depth = 1; depth < LIMIT_CBOR_DEPTH; depth++) {
            cbor_put_map(b, pairs / LIMIT_CBOR_DEPTH);
            for (size_t i = pairs / LIMIT_CBOR_DEPTH; i-- > 0;) {
                cbor_put_int(b, (int64_t)(70000 + i));
                if (i || depth == LIMIT_CBOR_DEPTH - 1)
                    cbor_put_null(b);
            }
        }
        return;
    }
    cbor_put_map(b, pairs);
    for (size_t i = pairs; i-- > 0;) {
        if (shape == NESTED_KEYS)
            cbor_put_array(b, 1);
        (void)snprintf(text, sizeof text, "a_name_as_long_as_others_%06zu", i);
        if (shape == ALIKE)
            cbor_put_str(b, text);
        else
            cbor_put_int(b, (int64_t)(70000 + i));
        cbor_put_null(b);
    }
}

/* The least of several, in time of this thread alone. */
static double work(struct span in)
{
    double least = 0;

    for (int i = 0; i < 15; i++) {
        struct timespec from, to;
        double t;

        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        for (int k = 0; k < 4; k++) {
            arena_reset(&test_arena);
            assert_true(cbor_check(in, NULL, &test_arena, NULL));
        }
        (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        t = (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
        least = i == 0 || t < least ? t : least;
    }
    return least;
}

/* Four times the bytes: 4 when linear, less than 5 when n log n, 16 when each is compared with each. */
static void work_grows_with_the_input_not_with_its_square(void **state)
{
    static const char *const name[SHAPES] = { "falling keys", "texts alike", "containers as keys",
                                              "maps within maps" };

    (void)state;
    for (enum shape s = 0; s < SHAPES; s++) {
        double t[2];

        for (size_t i = 0; i < 2; i++) {
            struct buffer b;

            buf_init(&b, 1 << 20);
            put_hostile(&b, s, i ? 65536 : 16384);
            t[i] = work(buf_span(&b));
            buf_free(&b);
        }
        print_message("%s: %.1f times the work\n", name[s], t[1] / t[0]);
        if (t[1] > 9 * t[0])
            fail_msg("%s: %.1f times the work for four times the bytes", name[s], t[1] / t[0]);
    }
}

static void reading(void **state)
{
    struct span in = from_hex(&test_arena, "a30126614182f5f66162d818420102"), value, whole;
    struct cbor c = cbor_of(in), at;

    (void)state;
    assert_true(cbor_check(in, NULL, &test_arena, NULL));
    assert_int_equal(cbor_map(&c), 3);
    assert_false(cbor_next_int_is(&c, 2));
    assert_true(cbor_next_int_is(&c, 1));
    assert_int_equal(cbor_int(&c), -7);
    assert_true(cbor_is_text(&c, SPAN("A")));
    assert_int_equal(cbor_array(&c), 2);
    assert_true(cbor_bool(&c));
    cbor_null(&c);
    assert_true(span_eq_str(cbor_text(&c), "b"));
    assert_true(span_eq(cbor_encoded(&c, &whole), SPAN("\x01\x02")));
    assert_int_equal(whole.n, 5);
    assert_true(cbor_finish(&c, NULL, NULL));
    assert_true(cbor_find_text(in, SPAN("A"), &value));
    assert_int_equal(value.n, 3);
    assert_true(cbor_find_int(in, 1, &value));
    assert_int_equal(value.n, 1);
    assert_false(cbor_find_int(in, 2, &value));
    at = cbor_of(in);
    (void)cbor_uint(&at);
    assert_false(cbor_ok(&at));
    assert_int_equal(cbor_offset(&at), 0);
    assert_int_equal(cbor_item(&at).n, 0);
    assert_int_equal(cbor_text(&at).n, 0);
    at = cbor_of(from_hex(&test_arena, "3bffffffffffffffff"));
    (void)cbor_int(&at);
    assert_false(cbor_ok(&at));
}

static void heads_are_written_as_short_as_they_can_be(void **state)
{
    static const uint64_t edge[] = { 0, 23, 24, 255, 256, 65535, 65536, UINT32_MAX, 1ULL << 32, INT64_MAX };
    struct why w = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof edge / sizeof edge[0]; i++)
        for (int minus = 0; minus < 2; minus++) {
            int64_t v = minus ? -1 - (int64_t)edge[i] : (int64_t)edge[i];
            struct buffer b;
            struct cbor c;

            buf_init(&b, 64);
            cbor_put_int(&b, v);
            assert_true(cbor_check(buf_span(&b), NULL, &test_arena, &w));
            c = cbor_of(buf_span(&b));
            assert_int_equal(cbor_int(&c), v);
            buf_free(&b);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(refused),
        cmocka_unit_test(longer_heads_hide_no_key),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(duplicates_are_found_in_maps_of_any_size),
        cmocka_unit_test(work_grows_with_the_input_not_with_its_square),
        cmocka_unit_test(reading),
        cmocka_unit_test(heads_are_written_as_short_as_they_can_be),
    };

    return cmocka_run_group_tests_name("cbor", tests, arena_setup, arena_teardown);
}
