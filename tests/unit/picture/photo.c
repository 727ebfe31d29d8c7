/*
 * Photographs of a seal of 170 bytes (48 x 48 modules) amid bold text, turned in steps through the full
 * circle, at changing places of the picture: how many of them are read, one distortion at a time and all
 * together. What must hold is in the table; the last rows show where it ends.
 */
#include "distort.h"
#include "vectors.h"

#include <stdio.h>

enum { W = 960, H = 720, SEAL = 170, TURNS = 8 };

static const struct {
    const char *what;
    struct shot shot;
    int least; /* of TURNS */
} rows[] = {
    { "2.5 pixels a module", { .module = 2.5 }, 7 },
    { "3 pixels a module", { .module = 3 }, 8 },
    { "5 pixels a module", { .module = 5 }, 8 },
    { "8 pixels a module", { .module = 8 }, 8 },
    { "tilted by 10 degrees", { .tilt = 10 }, 8 },
    { "tilted by 15 degrees", { .tilt = 15 }, 8 },
    { "tilted by 20 degrees", { .tilt = 20 }, 7 },
    { "tilted by 25 degrees", { .tilt = 25 }, 7 },
    { "light falling to 50 %", { .light = 0.5 }, 8 },
    { "light falling to 30 %", { .light = 0.3 }, 8 },
    { "light falling to 10 %", { .light = 0.1 }, 7 },
    { "hard shadow across", { .shadow = 1 }, 6 },
    { "blur of 1 pixel, module 4", { .module = 4, .blur = 1 }, 7 },
    { "blur of 1.5 pixels", { .blur = 1.5 }, 7 },
    { "noise of 10 grey levels", { .noise = 10 }, 8 },
    { "noise of 20 grey levels", { .noise = 20 }, 7 },
    { "80 % of the contrast lost", { .contrast = 0.8 }, 7 },
    { "tilt 25, light 30 %, blur 1, module 4", { .module = 4, .tilt = 25, .light = 0.3, .blur = 1 }, 7 },
    { "the same with a hard shadow, module 5", { .tilt = 25, .light = 0.3, .blur = 1, .shadow = 1 }, 4 },
    { "beyond: tilted by 45 degrees", { .tilt = 45 }, 0 },
    { "beyond: blur of half a module", { .blur = 2.5 }, 0 },
    { "beyond: 2 pixels a module", { .module = 2 }, 0 },
};

struct pages {
    uint8_t seal[SEAL];
    struct page small, middle, large;
};

static const struct page *page_for(const struct pages *p, double module)
{
    return module <= 3 ? &p->small : module <= 5 ? &p->middle : &p->large;
}

/* The photograph as a camera's JPEG, and whether the seal came out of it. */
static bool reads(const struct page *page, const struct shot *s, struct span want, struct rng *r)
{
    struct luma l = shot_take(page, s, r);
    struct barcode found[BARCODES_MAX];
    struct buffer file;
    struct arena a;
    size_t n = 0;
    bool ok = false;

    buf_init(&file, 16 << 20);
    arena_init(&a, 1 << 16);
    shot_jpeg(&l, 88, &file);
    if (picture_barcodes(buf_span(&file), &a, found, &n, NULL))
        for (size_t i = 0; i < n; i++)
            ok |= found[i].format == BARCODE_DATA_MATRIX && span_eq(found[i].bytes, want);
    arena_free(&a);
    buf_free(&file);
    luma_free(&l);
    return ok;
}

static int count_row(const struct pages *p, struct shot base)
{
    int ok = 0;

    base.w = W;
    base.h = H;
    base.module = base.module > 0 ? base.module : 5;
    base.noise = base.noise > 0 ? base.noise : 3;
    base.blur = base.blur > 0 ? base.blur : 0.6;
    for (int i = 0; i < TURNS; i++) {
        double room = base.module > 6 ? 0 : 1.0 / 28;
        struct rng r = { (uint64_t)i };
        struct shot s = base;

        s.turn = 3 + i * 360.0 / TURNS;
        s.axis = i * 57;
        s.off_x = (i * 37 % 11 - 5) * room;
        s.off_y = (i * 53 % 11 - 5) * room;
        ok += reads(page_for(p, s.module), &s, span_of(p->seal, SEAL), &r);
    }
    return ok;
}

static void distortions(void **state)
{
    struct rng r = { 7 };
    struct pages p;
    int short_of = 0;

    (void)state;
    rng_bytes(&r, p.seal, SEAL);
    p.small = page_make(BARCODE_DATA_MATRIX, span_of(p.seal, SEAL), 3, &r);
    p.middle = page_make(BARCODE_DATA_MATRIX, span_of(p.seal, SEAL), 5, &r);
    p.large = page_make(BARCODE_DATA_MATRIX, span_of(p.seal, SEAL), 8, &r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int ok = count_row(&p, rows[i].shot);

        printf("# %2d of %d, at least %2d: %s\n", ok, (int)TURNS, rows[i].least, rows[i].what);
        short_of += ok < rows[i].least;
    }
    page_free(&p.small);
    page_free(&p.middle);
    page_free(&p.large);
    assert_int_equal(short_of, 0);
}

/* Sizes of a seal, each turned and tilted. */
static void sizes(void **state)
{
    static const size_t bytes[] = { 20, 60, 100, 130, 200, 280, 400 };
    struct rng r = { 9 };
    uint8_t seal[400];

    (void)state;
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        struct page page;
        int ok = 0;

        rng_bytes(&r, seal, bytes[i]);
        page = page_make(BARCODE_DATA_MATRIX, span_of(seal, bytes[i]), 5, &r);
        for (int k = 0; k < 6; k++) {
            struct shot s = { .w = W,
                              .h = H,
                              .module = 5,
                              .turn = 11 + k * 60,
                              .tilt = 15,
                              .axis = k * 40,
                              .light = 0.5,
                              .blur = 0.8,
                              .noise = 3 };

            ok += reads(&page, &s, span_of(seal, bytes[i]), &r);
        }
        printf("# %d of 6: %zu bytes\n", ok, bytes[i]);
        assert_true(ok >= 5);
        page_free(&page);
    }
}

/* A phone's twelve megapixels. */
static void phone(void **state)
{
    static const struct shot shots[] = {
        { .module = 12, .turn = 37, .tilt = 25, .axis = 20, .light = 0.3, .blur = 1 },
        { .module = 5, .turn = 200, .light = 0.5, .blur = 1, .off_x = 0.2, .off_y = -0.1 },
    };
    struct rng r = { 11 };
    uint8_t seal[SEAL];
    struct page page;

    (void)state;
    rng_bytes(&r, seal, SEAL);
    page = page_make(BARCODE_DATA_MATRIX, span_of(seal, SEAL), 8, &r);
    for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
        struct shot s = shots[i];

        s.w = 4000;
        s.h = 3000;
        s.noise = 4;
        assert_true(reads(&page, &s, span_of(seal, SEAL), &r));
    }
    page_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distortions),
        cmocka_unit_test(sizes),
        cmocka_unit_test(phone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
