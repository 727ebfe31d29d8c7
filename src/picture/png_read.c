#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/reader.h"
#include "picture/luma.h"

/* A picture in passes is held whole in colour, four bytes a pixel. */
enum { INTERLACED_PIXELS_MAX = 8 * 1000 * 1000, CHUNK_MAX = 256 * 1024 };

struct png_job {
    struct span file;
    size_t at;
    png_structp png;
    png_infop info;
    uint8_t *rows; /* one row, or all of them when interlaced */
    png_bytep *list;
    struct luma full;
    struct why *why;
};

static void give_bytes(png_structp png, png_bytep to, size_t n)
{
    struct png_job *j = png_get_io_ptr(png);

    if (n > j->file.n - j->at)
        png_error(png, "the file is cut short");
    memcpy(to, j->file.p + j->at, n);
    j->at += n;
}

static _Noreturn void fail(png_structp png, png_const_charp message)
{
    struct png_job *j = png_get_error_ptr(png);

    (void)why_set(j->why, "picture", j->at, "ISO/IEC 15948", "The PNG cannot be decoded: %s.", message);
    png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

/* Every chunk that does not change luminance is skipped unread: no inflating of text or colour profiles. */
static void skip_ancillary(png_structp png)
{
    static const png_byte names[] = "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0"
                                    "sPLT\0sRGB\0sTER\0tEXt\0tIME\0zTXt";

    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, names, (int)(sizeof names / 5));
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
}

/* One row of 8-bit samples to luminance on white. */
static void row_to_luma(const uint8_t *from, int channels, int w, uint8_t *to)
{
    for (int x = 0; x < w; x++, from += channels) {
        unsigned v = from[0], alpha = 255;

        if (channels >= 3)
            v = (306U * from[0] + 601U * from[1] + 117U * from[2] + 512) >> 10;
        if (channels == 2 || channels == 4)
            alpha = from[channels - 1];
        to[x] = (uint8_t)((v * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}

static void decode(struct png_job *j, int w, int h)
{
    png_structp png = j->png;
    bool passes = png_get_interlace_type(png, j->info) != PNG_INTERLACE_NONE;
    size_t row;
    int channels;

    if (passes && (int64_t)w * h > INTERLACED_PIXELS_MAX)
        png_error(png, "too large for an interlaced picture");
    png_set_expand(png);
    png_set_strip_16(png);
    if (passes)
        (void)png_set_interlace_handling(png);
    png_read_update_info(png, j->info);
    channels = png_get_channels(png, j->info);
    row = png_get_rowbytes(png, j->info);
    if (png_get_bit_depth(png, j->info) != 8 || row != (size_t)w * (size_t)channels)
        png_error(png, "unexpected row format");
    j->rows = malloc(passes ? row * (size_t)h : row);
    j->list = passes ? malloc((size_t)h * sizeof *j->list) : NULL;
    if (!j->rows || (passes && !j->list))
        abort();
    j->full = luma_new(w, h);
    for (int y = 0; passes && y < h; y++)
        j->list[y] = j->rows + (size_t)y * row;
    if (passes)
        png_read_image(png, j->list);
    for (int y = 0; y < h; y++) {
        if (!passes)
            png_read_row(png, j->rows, NULL);
        row_to_luma(passes ? j->list[y] : j->rows, channels, w, j->full.p + (size_t)y * (size_t)w);
    }
}

/* Everything that can jump; j is the caller's, so nothing here is lost by a jump. */
static bool run(struct png_job *j, bool want_pixels, int *w, int *h)
{
    png_uint_32 pw, ph;

    if (setjmp(png_jmpbuf(j->png)))
        return false;
    png_set_read_fn(j->png, j, give_bytes);
    png_set_user_limits(j->png, LIMIT_PICTURE_SIDE, LIMIT_PICTURE_SIDE);
    png_set_chunk_malloc_max(j->png, CHUNK_MAX);
    skip_ancillary(j->png);
    png_read_info(j->png, j->info);
    pw = png_get_image_width(j->png, j->info);
    ph = png_get_image_height(j->png, j->info);
    if (!luma_allowed(pw, ph, j->why))
        return false;
    *w = (int)pw;
    *h = (int)ph;
    if (want_pixels)
        decode(j, (int)pw, (int)ph);
    return true;
}

/* IHDR stands first (ISO/IEC 15948 5.6): its sides are looked at before libpng allocates anything. */
static bool header_allowed(struct span file, struct why *why)
{
    struct reader r = rd_of(span_sub(file, 16, 24));
    uint32_t w = rd_u32(&r), h = rd_u32(&r);

    if (!rd_ok(&r))
        return why_set(why, "picture", file.n, "ISO/IEC 15948 5.6", "The PNG ends in its header.");
    return luma_allowed(w, h, why);
}

bool luma_read_png(struct span file, unsigned shrink, int *w, int *h, struct luma *out, struct why *why)
{
    struct png_job j = { .file = file, .why = why };
    bool ok;

    if (!header_allowed(file, why))
        return false;
    j.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &j, fail, ignore);
    if (!j.png)
        abort();
    j.info = png_create_info_struct(j.png);
    if (!j.info)
        abort();
    ok = run(&j, out != NULL, w, h);
    png_destroy_read_struct(&j.png, &j.info, NULL);
    free(j.rows);
    free(j.list);
    for (; ok && out && shrink > 1 && j.full.w > 1 && j.full.h > 1; shrink /= 2) {
        struct luma half = luma_half(&j.full);

        luma_free(&j.full);
        j.full = half;
    }
    if (ok && out)
        *out = j.full;
    else
        luma_free(&j.full);
    return ok;
}
