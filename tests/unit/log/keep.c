/* What is asked of etcd and how its answers are read; tests/e2e/failover.py asks a real one. */
#include "log/keep.h"

#include <string.h>

#include "base/limits.h"
#include "vectors.h"

static void a_swap_names_what_it_expects(void **state)
{
    static const struct {
        const char *before, *expected;
    } cases[] = {
        { "", "\"target\":\"CREATE\",\"create_revision\":\"0\"" },
        { "old", "\"target\":\"VALUE\",\"value\":\"b2xk\"" },
    };
    struct buffer b;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_init(&b, 4096);
        etcd_swap_put(SPAN("key"), span_str(cases[i].before), SPAN("new"), &b);
        assert_true(buf_ok(&b));
        assert_non_null(strstr(buf_cstr(&b), cases[i].expected));
        assert_non_null(strstr(buf_cstr(&b), "\"request_put\":{\"key\":\"a2V5\",\"value\":\"bmV3\"}"));
        assert_non_null(strstr(buf_cstr(&b), "\"request_range\":{\"key\":\"a2V5\"}"));
        buf_free(&b);
    }
}

static void answers_are_read(void **state)
{
    static const struct {
        const char *body;
        bool ok, swapped;
        const char *value;
    } cases[] = {
        { "{\"succeeded\":true,\"responses\":[{\"response_put\":{}}]}", true, true, "" },
        { "{\"responses\":[{\"response_range\":{\"kvs\":[{\"value\":\"b2xk\"}]}}]}", true, false, "old" },
        { "{\"succeeded\":false,\"responses\":[{\"response_range\":{}}]}", true, false, "" },
        { "{\"succeeded\":\"true\"}", true, false, "" }, /* a word is not true */
        { "{\"kvs\":[{\"value\":\"b2xk\"}]}", true, false, "old" },
        { "{}", true, false, "" },
        { "{\"kvs\":[{\"value\":\"b2xk!\"}]}", false, false, "" },
        { "{\"kvs\":[{\"value\":7}]}", false, false, "" },
        { "{\"kvs\":{}}", false, false, "" },
        { "{\"kvs\":[]}", false, false, "" },
        { "[]", false, false, "" },
        { "<html>", false, false, "" },
        { "", false, false, "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct etcd_answer answer = { true, SPAN("untouched") };
        struct why w = { 0 };
        struct arena a;

        arena_init(&a, 1 << 20);
        if (etcd_answer_parse(span_str(cases[i].body), &a, &answer, &w) != cases[i].ok)
            fail_msg("%s: %s", cases[i].body, w.detail);
        if (cases[i].ok) {
            assert_int_equal(answer.swapped, cases[i].swapped);
            assert_true(span_eq_str(answer.value, cases[i].value));
        } else {
            assert_non_null(w.reason);
            assert_true(span_eq_str(answer.value, "untouched"));
        }
        arena_free(&a);
    }
}

static void where_is_understood_or_refused(void **state)
{
    static const struct {
        const char *where;
        bool ok;
    } cases[] = {
        { "etcd http://127.0.0.1:1", true },
        { "etcd http://127.0.0.1:1,https://127.0.0.1:2/ ca=/a certificate=/b key=/c", true },
        { "etcd ", false },
        { "etcd 127.0.0.1:1", false },
        { "etcd http://127.0.0.1:1 certificate=/b", false },
        { "etcd http://127.0.0.1:1 colour=red", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct log_keep k = { 0 };
        struct why w = { 0 };

        if (log_keep_open(cases[i].where, SPAN("a/b"), NULL, &k, &w) != cases[i].ok)
            fail_msg("%s", cases[i].where);
        if (!cases[i].ok)
            assert_string_equal(w.reason, "keep");
        log_keep_close(&k);
    }
}

static void nobody_there_is_said(void **state)
{
    struct log_keep k = { 0 };
    struct span note = SPAN("untouched");
    struct why w = { 0 };
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_true(log_keep_open("etcd http://127.0.0.1:1,http://127.0.0.1:2", SPAN("a/b"), NULL, &k, &w));
    assert_false(k.get(k.ctx, &a, &note, &w));
    assert_string_equal(w.reason, "unreachable");
    assert_true(span_eq_str(note, "untouched"));
    why_clear(&w);
    assert_false(k.swap(k.ctx, SPAN(""), SPAN("new"), &a, &w));
    assert_string_equal(w.reason, "unreachable");
    log_keep_close(&k);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_swap_names_what_it_expects),
        cmocka_unit_test(answers_are_read),
        cmocka_unit_test(where_is_understood_or_refused),
        cmocka_unit_test(nobody_there_is_said),
    };

    return cmocka_run_group_tests_name("where the last checkpoint is kept", tests, NULL, NULL);
}
