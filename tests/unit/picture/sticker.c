/* The visa sticker: its seal must survive printing, its texts must be right or refused. */
#include "distort.h"
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "picture/sticker.h"

enum { CREATED = 1795300000, SEAL = 172 };

static struct sticker specimen(uint8_t seal[SEAL])
{
    struct rng r = { 3 };

    rng_bytes(&r, seal, SEAL);
    return (struct sticker){
        .title = { "VISA", "ویزا", "Виза", "Vize" },
        .state = "Utopia",
        .state_local = "آرمان‌شهر",
        .number = "UTO 0000017",
        .value = { [STICKER_NAMES] = "SPECIMEN, SPECIMEN",
                   [STICKER_PASSPORT] = "P00000000",
                   [STICKER_NATIONALITY] = "UTO",
                   [STICKER_BORN] = "1974-08-12",
                   [STICKER_FROM] = "2026-11-21",
                   [STICKER_UNTIL] = "2027-05-20",
                   [STICKER_ENTRIES] = "MULTIPLE",
                   [STICKER_STAY] = "30 days",
                   [STICKER_PURPOSE] = "Pilgrimage",
                   [STICKER_ISSUED] = "2026-11-21",
                   [STICKER_PLACE] = "Utopia City",
                   [STICKER_REMARKS] = "Valid in every party that accepts it" },
        .label = { [STICKER_NAMES] = "نام خانوادگی، نام",
                   [STICKER_FROM] = "از تاریخ",
                   [STICKER_UNTIL] = "تا تاریخ" },
        .mrz = { "VCUTOSPECIMEN<<SPECIMEN<<<<<<<<<<<<<<<<<<<<<",
                 "P000000000UTO7408122F2705203<<<<<<<<<<<<<<<<" },
        .seal = { seal, SEAL },
        .specimen = true,
    };
}

static bool holds_seal(struct span picture, struct span seal)
{
    struct barcode found[BARCODES_MAX];
    struct arena a;
    size_t n = 0;
    bool ok;

    arena_init(&a, 1 << 16);
    ok = picture_barcodes(picture, &a, found, &n, NULL) && n == 1 && found[0].format == BARCODE_DATA_MATRIX &&
         span_eq(found[0].bytes, seal);
    arena_free(&a);
    return ok;
}

static void png_keeps_the_seal(void **state)
{
    uint8_t seal[SEAL];
    struct sticker s = specimen(seal);
    struct buffer png, again;
    struct why w = { 0 };
    int width, height;

    (void)state;
    buf_init(&png, 8 << 20);
    buf_init(&again, 8 << 20);
    assert_true(sticker_png(&s, &png, &w));
    assert_true(luma_size(buf_span(&png), &width, &height, &w));
    assert_int_equal(width, 1417); /* 120 x 80 mm at 300 dpi */
    assert_int_equal(height, 945);
    assert_true(holds_seal(buf_span(&png), s.seal));
    assert_true(sticker_png(&s, &again, &w));
    assert_true(span_eq(buf_span(&png), buf_span(&again)));
    buf_free(&png);
    buf_free(&again);
}

/* Rasterised as a printer would, by poppler; skipped where it is not installed. */
static void pdf_keeps_the_seal(void **state)
{
    static const char *const sheets[] = { "sticker", "sheet" };
    uint8_t seal[SEAL];
    struct sticker s = specimen(seal);
    struct why w = { 0 };
    char folder[] = "/tmp/serai-sticker-XXXXXX", path[128], command[512];

    (void)state;
    if (system("command -v pdftoppm >/dev/null") != 0)
        skip();
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < 2; i++) {
        struct buffer pdf;
        struct arena a;
        FILE *f;

        buf_init(&pdf, 8 << 20);
        arena_init(&a, 32 << 20);
        assert_true(i == 0 ? sticker_pdf(&s, CREATED, &pdf, &w) : sticker_sheet_pdf(&s, CREATED, &pdf, &w));
        (void)snprintf(path, sizeof path, "%s/%s.pdf", folder, sheets[i]);
        f = fopen(path, "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(pdf.p, 1, pdf.n, f), pdf.n);
        assert_int_equal(fclose(f), 0);
        (void)snprintf(command, sizeof command, "pdftoppm -r 300 -png -singlefile %s %s/%s", path, folder,
                       sheets[i]);
        assert_int_equal(system(command), 0);
        (void)snprintf(path, sizeof path, "%s/%s.png", folder, sheets[i]);
        assert_true(holds_seal(load_file(&a, path), s.seal));
        buf_free(&pdf);
        arena_free(&a);
    }
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
}

static void pdf_is_reproducible(void **state)
{
    uint8_t seal[SEAL];
    struct sticker s = specimen(seal);
    struct buffer one, two, later;
    struct why w = { 0 };

    (void)state;
    buf_init(&one, 8 << 20);
    buf_init(&two, 8 << 20);
    buf_init(&later, 8 << 20);
    assert_true(sticker_pdf(&s, CREATED, &one, &w));
    assert_true(sticker_pdf(&s, CREATED, &two, &w));
    assert_true(sticker_pdf(&s, CREATED + 86400, &later, &w));
    assert_true(span_eq(buf_span(&one), buf_span(&two)));
    assert_false(span_eq(buf_span(&one), buf_span(&later)));
    buf_free(&one);
    buf_free(&two);
    buf_free(&later);
}

/* The sticker in the hand, photographed: text, guilloche and SPECIMEN around the seal. */
static void photographed(void **state)
{
    uint8_t seal[SEAL];
    struct sticker s = specimen(seal);
    struct rng r = { 5 };
    struct page page = { .x = 1190, .y = 440, .module = 6 };
    struct buffer png, file;
    struct why w = { 0 };
    int ok = 0;

    (void)state;
    buf_init(&png, 8 << 20);
    assert_true(sticker_png(&s, &png, &w));
    assert_true(luma_read(buf_span(&png), 1, &page.l, &w));
    for (int i = 0; i < 12; i++) {
        struct shot shot = { .w = 1600,
                             .h = 1200,
                             .module = 3.5 + i % 3,
                             .turn = 7 + i * 30,
                             .tilt = 5 + 2 * i,
                             .axis = i * 50,
                             .light = 0.4,
                             .blur = 0.8,
                             .noise = 4,
                             .off_x = 0.05 };
        struct luma l = shot_take(&page, &shot, &r);

        buf_init(&file, 8 << 20);
        shot_jpeg(&l, 85, &file);
        ok += holds_seal(buf_span(&file), s.seal);
        buf_free(&file);
        luma_free(&l);
    }
    printf("# %d of 12 photographs of the sticker\n", ok);
    assert_true(ok >= 11);
    luma_free(&page.l);
    buf_free(&png);
}

static void expect_refused(const char *what, const struct sticker *s, size_t ceiling, const char *reason,
                           size_t offset)
{
    struct buffer out;
    struct why w = { 0 };

    buf_init(&out, ceiling);
    if (sticker_png(s, &out, &w))
        fail_msg("%s: was drawn", what);
    if (strcmp(w.reason, reason) != 0 || w.offset != offset)
        fail_msg("%s: reason %s at %zu", what, w.reason, w.offset);
    assert_int_equal(out.n, 0);
    buf_free(&out);
    buf_init(&out, ceiling);
    why_clear(&w);
    assert_false(sticker_pdf(s, CREATED, &out, &w));
    assert_string_equal(w.reason, reason);
    assert_int_equal(out.n, 0);
    buf_free(&out);
}

static void refusals(void **state)
{
    static uint8_t large[1200];
    uint8_t seal[SEAL];
    struct sticker good = specimen(seal), s;

    (void)state;
    s = good;
    s.mrz[0] = "VCUTOSPECIMEN";
    expect_refused("short machine-readable line", &s, 8 << 20, "sticker", 13);
    s = good;
    s.mrz[1] = "P000000000uto7408122F2705203<<<<<<<<<<<<<<<<";
    expect_refused("small letter in a machine-readable line", &s, 8 << 20, "sticker", 10);
    s = good;
    s.value[STICKER_PLACE] = "caf\xe9";
    expect_refused("text in Latin-1", &s, 8 << 20, "sticker", 3);
    s = good;
    s.value[STICKER_PASSPORT] = "A NUMBER THAT GOES ON AND ON AND ON AND ON";
    expect_refused("text that would be cut", &s, 8 << 20, "sticker", WHY_NO_OFFSET);
    s = good;
    s.seal = span_of(large, sizeof large);
    expect_refused("seal of 1200 bytes", &s, 8 << 20, "sticker", WHY_NO_OFFSET);
    expect_refused("buffer of 1000 bytes", &good, 1000, "too-large", WHY_NO_OFFSET);
}

/* Nothing is mandatory for the drawing itself. */
static void empty(void **state)
{
    struct sticker s = { 0 };
    struct buffer png;
    struct why w = { 0 };

    (void)state;
    buf_init(&png, 8 << 20);
    assert_true(sticker_png(&s, &png, &w));
    buf_free(&png);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(png_keeps_the_seal),
        cmocka_unit_test(pdf_keeps_the_seal),
        cmocka_unit_test(pdf_is_reproducible),
        cmocka_unit_test(photographed),
        cmocka_unit_test(refusals),
        cmocka_unit_test(empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
