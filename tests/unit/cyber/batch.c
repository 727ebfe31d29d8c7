/* Batches of objects: what goes in comes out, and what is damaged is refused with its place. */
#include "service/cyber/release_batch.h"

#include "vectors.h"

#include <stdio.h>
#include <zstd.h>

#include "base/limits.h"

static struct span packed(const struct cyber_batch_head *h, const char *const *object, size_t n)
{
    struct cyber_batch_out b = { 0 };
    struct buffer out;
    struct why w = { 0 };
    struct span s;

    buf_init(&out, LIMIT_LOG_BODY);
    assert_true(cyber_batch_begin(&b, h));
    for (size_t i = 0; i < n; i++)
        assert_true(cyber_batch_add(&b, span_str(object[i])));
    assert_true(cyber_batch_pack(&b, &out, &w));
    s = arena_copy(&test_arena, buf_span(&out));
    cyber_batch_free(&b);
    buf_free(&out);
    return s;
}

static void round_trip(void **unused)
{
    static const char *const objects[] = { "{\"a\":1}", "", "{\"b\":\"\\u0000\"}" };
    const struct cyber_batch_head h = { .release = SPAN("R-1"),
                                        .article = SPAN("33"),
                                        .owner = SPAN("KZ"),
                                        .group = SPAN("energy"),
                                        .exercise = true,
                                        .embargo = 1800000000 };
    struct cyber_batch b;
    struct why w = { 0 };
    struct span s;
    bool any;

    (void)unused;
    assert_true(cyber_batch_open(packed(&h, objects, 3), &test_arena, &b, &w));
    assert_true(span_eq_str(b.head.release, "R-1") && span_eq_str(b.head.article, "33"));
    assert_true(span_eq_str(b.head.owner, "KZ") && span_eq_str(b.head.group, "energy"));
    assert_true(b.head.exercise && b.head.embargo == 1800000000);
    for (size_t i = 0; i < 3; i++) {
        assert_true(cyber_batch_next(&b, &s, &any, &w) && any);
        assert_true(span_eq_str(s, objects[i]));
    }
    assert_true(cyber_batch_next(&b, &s, &any, &w));
    assert_false(any);
}

/* A frame over that plain text. */
static struct span framed(struct span plain)
{
    size_t bound = ZSTD_compressBound(plain.n), n;
    uint8_t *p = arena_alloc(&test_arena, bound + 4);

    memcpy(p, "SCB1", 4);
    n = ZSTD_compress(p + 4, bound, plain.p, plain.n, 1);
    return span_of(p, n + 4);
}

#define HEAD "{\"release\":\"R\",\"article\":\"1\"}"

static void damaged(void **unused)
{
    static const struct {
        const char *what, *plain;
        size_t n;
        bool opens;
    } cases[] = {
        { "nothing in it", "", 0, false },
        { "a head longer than the batch", "\0\x40{}", 4, false },
        { "a head that is no JSON", "\0\2}{", 4, false },
        { "a head without a release", "\0\x11{\"article\":\"33\"}", 19, false },
        { "an empty release", "\0\x1d{\"release\":\"\",\"article\":\"1\"} ", 31, false },
        { "an object longer than the batch", "\0\x1d" HEAD "\0\0\0\2x", 36, true },
        { "a length that is cut", "\0\x1d" HEAD "\0\0\0", 34, true },
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span plain = span_of(cases[i].plain, cases[i].n), s;
        struct cyber_batch b;
        struct why w = { 0 };
        bool any, ok = cyber_batch_open(framed(plain), &test_arena, &b, &w);

        if (ok != cases[i].opens)
            fail_msg("%s: %s", cases[i].what, ok ? "opens" : w.detail);
        if (ok)
            assert_false(cyber_batch_next(&b, &s, &any, &w));
        assert_string_equal(w.reason, "batch");
    }
}

static void hostile_frames(void **unused)
{
    static const char *const none[] = { "{}" };
    const struct cyber_batch_head h = { .release = SPAN("R"), .article = SPAN("1") };
    struct span good = packed(&h, none, 1), s;
    struct cyber_batch b;
    uint8_t copy[4096], bomb[64];
    struct why w = { 0 };

    (void)unused;
    assert_true(good.n < sizeof copy - 8);
    memcpy(copy, good.p, good.n);
    memset(copy + good.n, 0, 8);
    assert_false(cyber_batch_open(span_of(copy, good.n + 1), &test_arena, &b, &w)); /* more behind it */
    assert_string_equal(w.reason, "batch");
    for (size_t n = 0; n < good.n; n++) { /* cut anywhere */
        why_clear(&w);
        s = arena_copy(&test_arena, span_of(good.p, n));
        assert_false(cyber_batch_open(s, &test_arena, &b, &w));
        assert_string_equal(w.reason, "batch");
    }
    /* A frame that says it holds 2^40 bytes: magic, descriptor with an 8-byte size, one window byte. */
    memcpy(bomb, "SCB1\x28\xb5\x2f\xfd\xc0\x00", 10);
    memcpy(bomb + 10, "\0\0\0\0\0\1\0\0", 8);
    memset(bomb + 18, 0, sizeof bomb - 18);
    why_clear(&w);
    assert_false(cyber_batch_open(span_of(bomb, sizeof bomb), &test_arena, &b, &w));
    assert_string_equal(w.reason, "too-large");
}

static void full(void **unused)
{
    const struct cyber_batch_head h = { .release = SPAN("R"), .article = SPAN("1") };
    struct cyber_batch_out b = { 0 };
    uint8_t *large = arena_alloc(&test_arena, LIMIT_CYBER_BATCH);
    size_t n = 0;

    (void)unused;
    memset(large, 'x', LIMIT_CYBER_BATCH);
    assert_true(cyber_batch_begin(&b, &h));
    assert_false(cyber_batch_add(&b, span_of(large, LIMIT_CYBER_BATCH)));
    while (cyber_batch_add(&b, span_of(large, 1 << 20)))
        n++;
    assert_int_equal(n, 7);
    assert_int_equal(b.n, 7);
    cyber_batch_free(&b);
    assert_true(cyber_batch_begin(&b, &h));
    for (n = 0; cyber_batch_add(&b, SPAN("{}")); n++)
        ;
    assert_int_equal(n, LIMIT_CYBER_BATCH_OBJECTS);
    cyber_batch_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(damaged),
        cmocka_unit_test(hostile_frames),
        cmocka_unit_test(full),
    };

    return cmocka_run_group_tests_name("batch", tests, arena_setup, arena_teardown);
}
