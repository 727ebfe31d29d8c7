/* Tiles, bundles, checkpoints: one way to write each, and what is refused where. */
#include "log/tile.h"

#include "vectors.h"

#include <stdio.h>

#include "guard.h"
#include "log/checkpoint.h"

static void paths(void **state)
{
    static const struct {
        struct tile t;
        const char *path;
    } cases[] = {
        { { .width = 256 }, "tile/0/000" },
        { { .width = 1 }, "tile/0/000.p/1" },
        { { .index = 999, .width = 256 }, "tile/0/999" },
        { { .index = 1000, .width = 256 }, "tile/0/x001/000" },
        { { .level = 3, .index = 1234067, .width = 8 }, "tile/3/x001/x234/067.p/8" },
        { { .entries = true, .index = 273, .width = 112 }, "tile/entries/273.p/112" },
        { { .level = 63, .index = 1, .width = 255 }, "tile/63/001.p/255" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[TILE_PATH];
        struct tile t = { 0 };

        tile_path(&cases[i].t, path);
        assert_string_equal(path, cases[i].path);
        assert_true(tile_path_parse(span_str(path), &t));
        assert_true(t.entries == cases[i].t.entries && t.level == cases[i].t.level &&
                    t.index == cases[i].t.index && t.width == cases[i].t.width);
    }
}

static void paths_refused(void **state)
{
    static const char *const cases[] = {
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/000/",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/1/2",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/entries/x000/001",
        "tile/0/x1/000",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/0/../000",
        "tile/0/00a",
        "checkpoint",
        "/tile/0/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999",
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span s = guard_copy(span_str(cases[i]));
        struct tile t = { .width = 77 };
        bool read = tile_path_parse(s, &t);

        guard_free(s);
        if (read || t.width != 77)
            fail_msg("%s was read", cases[i]);
    }
}

/* The example of the specification, and every edge of small logs. */
static void widths(void **state)
{
    (void)state;
    assert_int_equal(tile_width(0, 272, 70000), 256);
    assert_int_equal(tile_width(0, 273, 70000), 112);
    assert_int_equal(tile_width(0, 274, 70000), 0);
    assert_int_equal(tile_width(1, 0, 70000), 256);
    assert_int_equal(tile_width(1, 1, 70000), 17);
    assert_int_equal(tile_width(2, 0, 70000), 1);
    assert_int_equal(tile_width(3, 0, 70000), 0);
    assert_int_equal(tile_width(9, 0, UINT64_MAX), 0);
    for (uint64_t size = 0; size < 1030; size++) {
        uint64_t sum = 0;

        for (uint64_t i = 0; i < 6; i++)
            sum += tile_width(0, i, size);
        assert_int_equal(sum, size);
    }
}

static void bundles(void **state)
{
    struct span entry[TILE_WIDTH];
    struct why w = { 0 };
    struct buffer b;

    (void)state;
    buf_init(&b, 1 << 20);
    assert_true(bundle_put(SPAN("one"), &b) && bundle_put((struct span){ 0 }, &b) &&
                bundle_put(SPAN("x"), &b));
    assert_true(bundle_parse(buf_span(&b), 3, entry, NULL));
    assert_true(span_eq(entry[0], SPAN("one")) && entry[1].n == 0 && span_eq(entry[2], SPAN("x")));
    for (size_t n = 0; n < b.n; n++) {
        struct span cut = guard_copy(span_of(b.p, n));

        why_clear(&w);
        assert_false(bundle_parse(cut, 3, entry, &w));
        assert_string_equal(w.reason, "bundle");
        assert_true(w.offset <= n);
        guard_free(cut);
    }
    why_clear(&w);
    assert_false(bundle_parse(buf_span(&b), 2, entry, &w));
    assert_int_equal(w.offset, b.n - 3);
    assert_false(bundle_put(span_of(b.p, TILE_ENTRY + 1), &b));
    buf_free(&b);
}

#define ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

static void checkpoints(void **state)
{
    static const struct {
        const char *what, *text;
        size_t offset; /* of the refusal */
    } cases[] = {
        { "no line feed at the end", "o\n1\n" ROOT, 48 },
        { "empty", "", 0 },
        { "no origin", "\n1\n" ROOT "\n", 0 },
        { "size with a zero before it", "o\n01\n" ROOT "\n", 2 },
        { "negative size", "o\n-1\n" ROOT "\n", 2 },
        { "size of 2^63", "o\n9223372036854775808\n" ROOT "\n", 2 },
        { "no root", "o\n1\n", 4 },
        { "root without padding", "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n", 4 },
        { "root with unused bits", "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", 4 },
        { "root too short", "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hS\n", 4 },
        { "an empty line behind", "o\n1\n" ROOT "\n\n", 49 },
    };
    struct checkpoint c;

    (void)state;
    assert_true(checkpoint_parse(SPAN("o\n0\n" ROOT "\nextension\n"), &c, NULL));
    assert_true(c.size == 0 && c.n_extensions == 1 && span_eq(c.origin, SPAN("o")));
    assert_true(checkpoint_parse(SPAN("o\n9223372036854775807\n" ROOT "\n"), &c, NULL));
    assert_true(c.size == INT64_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };

        if (checkpoint_parse(span_str(cases[i].text), &c, &w) || w.offset != cases[i].offset)
            fail_msg("%s: %s at %zu", cases[i].what, w.reason ? w.detail : "was read", w.offset);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),   cmocka_unit_test(paths_refused), cmocka_unit_test(widths),
        cmocka_unit_test(bundles), cmocka_unit_test(checkpoints),
    };

    return cmocka_run_group_tests_name("tile", tests, arena_setup, arena_teardown);
}
