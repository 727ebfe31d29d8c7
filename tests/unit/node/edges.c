/* Who may read here as an edge: one line a key, and a file that cannot be read lets nobody in. */
#include "vectors.h"

#include "node/edges.h"

#define PIN_A "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PIN_B "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static const uint8_t a[EDGE_PIN] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45,
                                     0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab,
                                     0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };

static void finds_by_pin(void **state)
{
    static const char text[] = "# desks\n\n  " PIN_B "  road-1 \n" PIN_A "\ttorugart.2";
    struct span name = { NULL, 0 };
    uint8_t other[EDGE_PIN] = { 0 };
    struct why w = { 0 };

    (void)state;
    assert_true(edges_find(span_str(text), a, &name, &w));
    assert_true(span_eq_str(name, "torugart.2"));
    assert_false(edges_find(span_str(text), other, &name, &w));
    assert_null(w.reason);
    assert_false(edges_find(SPAN("# none\n"), a, &name, &w));
    assert_null(w.reason);
}

static void bad_lines_let_nobody_in(void **state)
{
    static const struct {
        const char *what, *text;
        size_t offset;
    } bad[] = {
        { "no name", PIN_A "\n", 0 },
        { "a pin that is too short", PIN_A " a\n0123 b\n", 67 },
        { "capital digits", PIN_A " a\nFFFFffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff b\n",
          67 },
        { "two names", PIN_A " a b\n", 0 },
        { "a name with a slash", PIN_A " a\n" PIN_B " ../b\n", 67 },
        { "name and pin together", PIN_A "a\n", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct span name = { NULL, 0 };
        struct why w = { 0 };

        if (edges_find(span_str(bad[i].text), a, &name, &w) || !w.reason || name.n)
            fail_msg("%s: taken", bad[i].what);
        assert_string_equal(w.reason, "edges");
        if (w.offset != bad[i].offset)
            fail_msg("%s: offset %zu", bad[i].what, w.offset);
    }
}

static void one_key_has_one_name(void **state)
{
    struct span name = { NULL, 0 };
    struct why w = { 0 };

    (void)state;
    assert_false(edges_find(SPAN(PIN_A " a\n" PIN_A " b\n"), a, &name, &w));
    assert_string_equal(w.reason, "edges");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_by_pin),
        cmocka_unit_test(bad_lines_let_nobody_in),
        cmocka_unit_test(one_key_has_one_name),
    };

    return cmocka_run_group_tests_name("edges", tests, NULL, NULL);
}
