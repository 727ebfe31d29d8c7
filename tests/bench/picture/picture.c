/*
 * Twelve-megapixel photographs of a seal of 170 bytes, against the bare decoding of the same JPEG at half
 * size; drawing; and the most memory a process holds that reads one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../unit/picture/distort.h"
#include "bench.h"
#include "picture/sticker.h"

enum { SEAL = 170, ARENA = 64 * 1024 };

static uint8_t seal[SEAL];

struct photo {
    struct span file;
    bool found;
};

static void read_photo(void *ctx, size_t n)
{
    struct photo *p = ctx;

    for (size_t i = 0; i < n; i++) {
        struct barcode found[BARCODES_MAX];
        struct arena a;
        size_t count = 0;

        arena_init(&a, ARENA);
        p->found = picture_barcodes(p->file, &a, found, &count, NULL) &&
                   span_eq(found[0].bytes, span_of(seal, SEAL));
        arena_free(&a);
    }
}

static void decode_half(void *ctx, size_t n)
{
    const struct photo *p = ctx;
    struct luma l;

    for (size_t i = 0; i < n; i++)
        if (luma_read(p->file, 2, &l, NULL))
            luma_free(&l);
}

static void draw(void *ctx, size_t n)
{
    const enum barcode_format *format = ctx;
    struct buffer png;

    buf_init(&png, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        buf_reset(&png);
        (void)!barcode_png(*format, span_of(seal, SEAL), 4, &png, NULL);
    }
    buf_free(&png);
}

static const struct sticker specimen = {
    .title = { "VISA", "ویزا", "Виза", "Vize" },
    .state = "Utopia",
    .number = "UTO 0000017",
    .value = { "SPECIMEN, SPECIMEN", "P00000000", "UTO", "1974-08-12", "2026-11-21", "2027-05-20", "MULTIPLE",
               "30 days", "Pilgrimage", "2026-11-21", "Utopia City" },
    .mrz = { "VCUTOSPECIMEN<<SPECIMEN<<<<<<<<<<<<<<<<<<<<<", "P000000000UTO7408122F2705203<<<<<<<<<<<<<<<<" },
    .seal = { seal, SEAL },
    .specimen = true,
};

static void draw_sticker(void *ctx, size_t n)
{
    const bool *pdf = ctx;
    struct buffer out;

    buf_init(&out, 8 << 20);
    for (size_t i = 0; i < n; i++) {
        buf_reset(&out);
        (void)!(*pdf ? sticker_pdf(&specimen, 0, &out, NULL) : sticker_png(&specimen, &out, NULL));
    }
    buf_free(&out);
}

/* In a process of its own: everything else here takes memory too. */
static int hold_one(const char *path)
{
    struct photo p;
    struct buffer file;
    uint8_t *to;
    FILE *f = fopen(path, "rb");
    long size;

    if (!f || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) != 0)
        return 1;
    buf_init(&file, (size_t)size);
    to = buf_grow(&file, (size_t)size);
    if (!to || fread(to, 1, (size_t)size, f) != (size_t)size)
        return 1;
    (void)fclose(f);
    p.file = buf_span(&file);
    read_photo(&p, 1);
    return 0;
}

static void peak(struct span file)
{
    char path[] = "/tmp/serai-bench-XXXXXX";
    int fd = mkstemp(path);
    struct rusage used;
    pid_t child;

    if (fd < 0 || write(fd, file.p, file.n) != (ssize_t)file.n || close(fd) != 0)
        return;
    child = fork();
    if (child == 0) {
        (void)execl("/proc/self/exe", "bench-picture", "--hold", path, (char *)NULL);
        _exit(127);
    }
    if (child > 0 && wait4(child, NULL, 0, &used) == child)
        bench_figure("peak of a process that reads one", (double)used.ru_maxrss / 1024, "MiB");
    (void)unlink(path);
}

static const struct {
    const char *name;
    struct shot shot;
} photos[] = {
    { "12 MP, plain", { .module = 9 } },
    { "12 MP, turned by 37 degrees", { .module = 9, .turn = 37 } },
    { "12 MP, tilted by 25 degrees", { .module = 9, .turn = 80, .tilt = 25, .axis = 30 } },
    { "12 MP, light falling to 30 %", { .module = 9, .light = 0.3 } },
    { "12 MP, small and off the middle", { .module = 5, .turn = 37, .off_x = 0.2, .off_y = -0.1 } },
    { "12 MP, all of these",
      { .module = 5, .turn = 37, .tilt = 25, .light = 0.3, .blur = 1.2, .off_x = 0.2 } },
    { "12 MP, and a hard shadow",
      { .module = 9, .turn = 45, .tilt = 25, .light = 0.3, .blur = 1, .shadow = 1, .off_x = 0.1 } },
    { "12 MP, no readable seal", { .module = 0.5 } },
};

int main(int argc, char **argv)
{
    static const enum barcode_format formats[] = { BARCODE_DATA_MATRIX, BARCODE_QR };
    struct rng r = { 1 };
    struct page page;

    rng_bytes(&r, seal, SEAL);
    if (argc == 3 && strcmp(argv[1], "--hold") == 0)
        return hold_one(argv[2]);
    bench_init(argc, argv);
    page = page_make(BARCODE_DATA_MATRIX, span_of(seal, SEAL), 8, &r);
    for (size_t i = 0; i < sizeof photos / sizeof *photos; i++) {
        struct shot s = photos[i].shot;
        struct photo p;
        struct buffer file;
        struct luma l;

        s.w = 4000;
        s.h = 3000;
        s.noise = 4;
        s.blur = s.blur > 0 ? s.blur : 0.8;
        l = shot_take(&page, &s, &r);
        buf_init(&file, 32 << 20);
        shot_jpeg(&l, 90, &file);
        luma_free(&l);
        p.file = buf_span(&file);
        (void)bench_ratio(photos[i].name, read_photo, &p, "decoding at half size", decode_half, &p, 0);
        if (!p.found && s.module > 1)
            bench_figure("  ... not read", 1, "");
        if (i == 0)
            peak(p.file);
        buf_free(&file);
    }
    page_free(&page);
    (void)bench_time("draw Data Matrix, 170 bytes", draw, (void *)(uintptr_t)&formats[0]);
    (void)bench_time("draw QR, 170 bytes", draw, (void *)(uintptr_t)&formats[1]);
    (void)bench_time("draw the sticker as PNG", draw_sticker, &(bool){ false });
    (void)bench_time("draw the sticker as PDF", draw_sticker, &(bool){ true });
    return 0;
}
