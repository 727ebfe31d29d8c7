#include <stdlib.h>

#include "picture/png_write.h"
#include "picture/symbol.h"

enum { MODULE_MAX = 64 };

bool barcode_png(enum barcode_format format, struct span content, unsigned module, struct buffer *png,
                 struct why *w)
{
    struct symbol *s;
    struct png_picture picture = { .pixels = PNG_BITS };
    uint8_t *pixels;
    int m = (int)module;
    size_t start = png->n;

    if (module < 1 || module > MODULE_MAX)
        return why_set(w, "barcode", WHY_NO_OFFSET, NULL, "A module has 1 to %d pixels.", (int)MODULE_MAX);
    s = symbol_make(format, content, w);
    if (!s)
        return false;
    picture.w = picture.stride = (s->w + 2 * s->quiet) * m;
    picture.h = (s->h + 2 * s->quiet) * m;
    pixels = malloc((size_t)picture.w * (size_t)picture.h);
    if (!pixels)
        abort();
    memset(pixels, 1, (size_t)picture.w * (size_t)picture.h);
    for (int y = 0; y < s->h * m; y++)
        for (int x = 0; x < s->w * m; x++)
            if (symbol_dark(s, x / m, y / m))
                pixels[(size_t)(y + s->quiet * m) * (size_t)picture.w + (size_t)(x + s->quiet * m)] = 0;
    picture.p = pixels;
    png_put(&picture, png);
    free(pixels);
    symbol_free(s);
    if (!buf_ok(png))
        png->n = start;
    return buf_ok(png) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "The picture does not fit its buffer.");
}
