#include "picture/png_write.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

static _Noreturn void fail(png_structp png, png_const_charp message)
{
    struct buffer *out = png_get_error_ptr(png);

    (void)message;
    out->bad = true;
    png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void put(png_structp png, png_bytep p, size_t n)
{
    buf_put(png_get_io_ptr(png), span_of(p, n));
}

static void flush(png_structp png)
{
    (void)png;
}

static void convert_row(const struct png_picture *picture, int y, uint8_t *row)
{
    const uint8_t *from = picture->p + (size_t)y * (size_t)picture->stride;

    for (int x = 0; x < picture->w; x++) {
        uint32_t pixel;

        switch (picture->pixels) {
        case PNG_BITS:
        case PNG_GREY:
            row[x] = from[x];
            break;
        case PNG_XRGB:
            memcpy(&pixel, from + 4 * (size_t)x, 4);
            row[3 * x] = (uint8_t)(pixel >> 16);
            row[3 * x + 1] = (uint8_t)(pixel >> 8);
            row[3 * x + 2] = (uint8_t)pixel;
            break;
        }
    }
}

static void write_all(png_structp png, png_infop info, const struct png_picture *picture, uint8_t *row,
                      struct buffer *out)
{
    if (setjmp(png_jmpbuf(png)))
        return;
    png_set_write_fn(png, out, put, flush);
    png_set_IHDR(png, info, (png_uint_32)picture->w, (png_uint_32)picture->h,
                 picture->pixels == PNG_BITS ? 1 : 8,
                 picture->pixels == PNG_XRGB ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (picture->per_metre)
        png_set_pHYs(png, info, picture->per_metre, picture->per_metre, PNG_RESOLUTION_METER);
    if (picture->pixels == PNG_XRGB) { /* half the time of the default, a few per cent larger */
        png_set_compression_level(png, 3);
        png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
    }
    png_write_info(png, info);
    if (picture->pixels == PNG_BITS)
        png_set_packing(png);
    for (int y = 0; y < picture->h; y++) {
        convert_row(picture, y, row);
        png_write_row(png, row);
    }
    png_write_end(png, info);
}

void png_put(const struct png_picture *picture, struct buffer *out)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, out, fail, ignore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    uint8_t *row = malloc((size_t)picture->w * 3);

    if (!info || !row)
        abort();
    write_all(png, info, picture, row, out);
    png_destroy_write_struct(&png, &info);
    free(row);
}
