/* Pictures that must be read, and pictures that must be refused. */
#include "distort.h"
#include "guard.h"
#include "vectors.h"

#include "base/limits.h"
#include "picture/png_write.h"
#include "picture/symbol.h"

static struct span corpus(struct arena *a, const char *name)
{
    char path[256];

    (void)snprintf(path, sizeof path, "tests/fuzz/corpus/picture/%s", name);
    return load_file(a, source_path(path));
}

/* Read from memory that ends with the file. */
static bool read_guarded(struct span file, struct arena *a, struct barcode out[BARCODES_MAX], size_t *n,
                         struct why *w)
{
    struct span copy = guard_copy(file);
    bool ok = picture_barcodes(copy, a, out, n, w);

    guard_free(copy);
    return ok;
}

static void file_kinds(void **state)
{
    static const struct {
        const char *name, *hex;
    } cases[] = {
        { "data-matrix.png", "53504543494d454e" },
        { "data-matrix.jpg", "53504543494d454e" },
        { "interlaced.png", "53504543494d454e" },
        { "progressive.jpg", "53504543494d454e" },
        { "qr.png", "00ff80" },
        { "palette.png", "00ff80" },
        { "cmyk.jpg", "00ff80" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct barcode found[BARCODES_MAX];
        struct arena a;
        struct why w = { 0 };
        struct span want;
        size_t n = 0;

        arena_init(&a, 1 << 20);
        want = from_hex(&a, cases[i].hex);
        if (!read_guarded(corpus(&a, cases[i].name), &a, found, &n, &w))
            fail_msg("%s: %s", cases[i].name, w.detail);
        assert_int_equal(n, 1);
        if (!span_eq(found[0].bytes, want))
            fail_msg("%s: wrong bytes", cases[i].name);
        arena_free(&a);
    }
}

static void put_be32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void expect_refused(const char *what, struct span file, size_t arena, const char *reason)
{
    struct barcode found[BARCODES_MAX] = { { .bytes = SPAN("untouched") } };
    struct arena a;
    struct why w = { 0 };
    size_t n = 77;

    arena_init(&a, arena);
    if (read_guarded(file, &a, found, &n, &w))
        fail_msg("%s: was read", what);
    if (!w.reason || strcmp(w.reason, reason) != 0)
        fail_msg("%s: reason %s, wanted %s", what, w.reason ? w.reason : "none", reason);
    assert_true(w.detail[0] != 0);
    assert_int_equal(n, 77);
    assert_true(span_eq(found[0].bytes, SPAN("untouched")));
    arena_free(&a);
}

static void refusals(void **state)
{
    struct arena a;
    uint8_t bomb[256];
    struct span png, jpeg, qr;

    (void)state;
    arena_init(&a, 1 << 20);
    png = corpus(&a, "data-matrix.png");
    jpeg = corpus(&a, "data-matrix.jpg");
    qr = corpus(&a, "qr.png");
    expect_refused("empty", SPAN(""), 1024, "picture");
    expect_refused("text", SPAN("P<UTO"), 1024, "picture");
    expect_refused("another picture format", SPAN("GIF89a......"), 1024, "picture");
    expect_refused("PNG signature alone", span_sub(png, 0, 8), 1024, "picture");
    expect_refused("JPEG marker alone", span_sub(jpeg, 0, 3), 1024, "picture");
    expect_refused("blank paper", corpus(&a, "blank.png"), 1024, "no-barcode");
    expect_refused("content above the arena's ceiling", qr, 0, "too-large");

    assert_true(png.n <= sizeof bomb);
    memcpy(bomb, png.p, png.n);
    put_be32(bomb + 16, 0x7fffffff);
    put_be32(bomb + 20, 0x7fffffff);
    expect_refused("PNG of 2^31 pixels a side", span_of(bomb, png.n), 1024, "picture");
    put_be32(bomb + 16, LIMIT_PICTURE_SIDE);
    put_be32(bomb + 20, LIMIT_PICTURE_SIDE);
    expect_refused("PNG above the pixel ceiling", span_of(bomb, png.n), 1024, "picture");
    put_be32(bomb + 16, 0);
    expect_refused("PNG without width", span_of(bomb, png.n), 1024, "picture");
    memcpy(bomb, png.p, png.n);
    bomb[png.n / 2] ^= 0x10;
    expect_refused("PNG with a wrong checksum", span_of(bomb, png.n), 1024, "picture");
    arena_free(&a);
}

/* ITU-T T.81 B.2.2: a frame header that announces far more than follows. */
static void jpeg_bomb(void **state)
{
    static const char huge[] = "\xff\xd8\xff\xc0\x00\x0b\x08\xff\xdc\xff\xdc\x01\x01\x11\x00";
    struct arena a;
    struct span jpeg;
    uint8_t *copy;
    struct luma l;
    struct why w = { 0 };
    int width, height;

    (void)state;
    expect_refused("JPEG of 65500 pixels a side", span_of(huge, sizeof huge - 1), 1024, "picture");
    arena_init(&a, 1 << 20);
    jpeg = corpus(&a, "data-matrix.jpg");
    copy = arena_alloc(&a, jpeg.n);
    memcpy(copy, jpeg.p, jpeg.n);
    for (size_t i = 0; i + 9 < jpeg.n; i++) {
        if (copy[i] == 0xff && copy[i + 1] == 0xc0) {
            copy[i + 5] = copy[i + 7] = 0x17; /* 6000 x 6000 or so */
            break;
        }
    }
    assert_true(luma_size(span_of(copy, jpeg.n), &width, &height, &w));
    assert_true(width > 5000 && height > 5000);
    assert_false(luma_read(span_of(copy, jpeg.n), 1, &l, &w));
    assert_string_equal(w.reason, "picture");
    arena_free(&a);
}

/* Cut anywhere, a file is refused, never half believed and never read past its end. */
static void cut_anywhere(void **state)
{
    static const char *const names[] = { "data-matrix.png", "interlaced.png", "data-matrix.jpg",
                                         "progressive.jpg" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct barcode found[BARCODES_MAX];
        struct arena a;
        struct span file;
        bool png = strstr(names[i], "png") != NULL;

        arena_init(&a, 1 << 20);
        file = corpus(&a, names[i]);
        for (size_t cut = 0; cut + (png ? 12 : 2) < file.n; cut++) {
            struct why w = { 0 };
            size_t n = 0;
            bool ok = read_guarded(span_sub(file, 0, cut), &a, found, &n, &w);

            if (ok && cut * 10 < file.n * 9)
                fail_msg("%s cut at %zu was read", names[i], cut);
            if (!ok && !w.reason)
                fail_msg("%s cut at %zu: no reason", names[i], cut);
        }
        arena_free(&a);
    }
}

static void paste(struct luma *l, const struct symbol *s, int x0, int y0, int m)
{
    for (int y = 0; y < s->h * m; y++)
        for (int x = 0; x < s->w * m; x++)
            l->p[(y0 + y) * l->stride + x0 + x] = symbol_dark(s, x / m, y / m) ? 0 : 255;
}

/* Several kinds on one page, of four sizes. */
static void several_largest_first(void **state)
{
    static const struct {
        enum barcode_format format;
        const char *text;
        int x, y, module;
    } on_page[] = {
        { BARCODE_PDF417, "a ticket in four rows", 40, 40, 3 },
        { BARCODE_QR, "second", 60, 400, 7 },
        { BARCODE_DATA_MATRIX, "third", 500, 450, 6 },
        { BARCODE_DATA_MATRIX, "fourth", 800, 500, 5 },
    };
    struct luma l = luma_new(1000, 700);
    struct barcode found[BARCODES_MAX];
    struct buffer png;
    struct arena a;
    struct why w = { 0 };
    size_t n = 0;

    (void)state;
    memset(l.p, 255, (size_t)l.w * (size_t)l.h);
    for (size_t i = 0; i < 4; i++) {
        struct symbol *s = symbol_make(on_page[i].format, span_str(on_page[i].text), &w);

        assert_non_null(s);
        paste(&l, s, on_page[i].x, on_page[i].y, on_page[i].module);
        symbol_free(s);
    }
    buf_init(&png, 1 << 20);
    arena_init(&a, 1 << 16);
    png_put(&(struct png_picture){ PNG_GREY, l.p, l.w, l.h, l.stride, 0 }, &png);
    assert_true(picture_barcodes(buf_span(&png), &a, found, &n, &w));
    assert_int_equal(n, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(found[i].format, on_page[i].format);
        assert_true(span_eq_str(found[i].bytes, on_page[i].text));
    }
    buf_free(&png);
    arena_free(&a);
    luma_free(&l);
}

/* Aztec is found where it stands near the middle. */
static void aztec_alone(void **state)
{
    struct barcode found[BARCODES_MAX];
    struct buffer png;
    struct arena a;
    struct why w = { 0 };
    size_t n = 0;

    (void)state;
    buf_init(&png, 1 << 20);
    arena_init(&a, 1 << 16);
    assert_true(barcode_png(BARCODE_AZTEC, SPAN("in \x80 the middle"), 4, &png, &w));
    assert_true(picture_barcodes(buf_span(&png), &a, found, &n, &w));
    assert_int_equal(n, 1);
    assert_int_equal(found[0].format, BARCODE_AZTEC);
    assert_true(span_eq(found[0].bytes, SPAN("in \x80 the middle")));
    buf_free(&png);
    arena_free(&a);
}

static void draw_refusals(void **state)
{
    static uint8_t many[4000];
    struct buffer png;
    struct why w = { 0 };

    (void)state;
    buf_init(&png, 1 << 20);
    assert_false(barcode_png(BARCODE_DATA_MATRIX, SPAN(""), 4, &png, &w));
    assert_string_equal(w.reason, "barcode");
    why_clear(&w);
    assert_false(barcode_png(BARCODE_DATA_MATRIX, span_of(many, sizeof many), 4, &png, &w));
    assert_string_equal(w.reason, "barcode");
    why_clear(&w);
    assert_false(barcode_png(BARCODE_QR, SPAN("x"), 0, &png, &w));
    assert_string_equal(w.reason, "barcode");
    why_clear(&w);
    assert_false(barcode_png(BARCODE_QR, SPAN("x"), 65, &png, &w));
    assert_string_equal(w.reason, "barcode");
    assert_int_equal(png.n, 0);
    buf_free(&png);
    buf_init(&png, 64);
    why_clear(&w);
    assert_false(barcode_png(BARCODE_QR, SPAN("x"), 4, &png, &w));
    assert_string_equal(w.reason, "too-large");
    assert_int_equal(png.n, 0);
    buf_free(&png);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_kinds),
        cmocka_unit_test(refusals),
        cmocka_unit_test(jpeg_bomb),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(draw_refusals),
        cmocka_unit_test(aztec_alone),
        cmocka_unit_test(several_largest_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
