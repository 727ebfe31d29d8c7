#include "picture/luma.h"

#include <stdlib.h>

#include "base/limits.h"

struct luma luma_new(int w, int h)
{
    struct luma l = { malloc((size_t)w * (size_t)h), w, h, w };

    if (!l.p)
        abort(); /* out of memory is not a state to continue in */
    return l;
}

void luma_free(struct luma *l)
{
    free(l->p);
    *l = (struct luma){ 0 };
}

struct luma luma_part(const struct luma *l, int x, int y, int w, int h)
{
    int x1 = x + w < l->w ? x + w : l->w, y1 = y + h < l->h ? y + h : l->h;

    x = x < 0 ? 0 : x;
    y = y < 0 ? 0 : y;
    if (x >= x1 || y >= y1)
        return (struct luma){ l->p, 0, 0, l->stride };
    return (struct luma){ l->p + (size_t)y * (size_t)l->stride + x, x1 - x, y1 - y, l->stride };
}

struct luma luma_half(const struct luma *l)
{
    struct luma out = luma_new(l->w / 2, l->h / 2);

    for (int y = 0; y < out.h; y++) {
        const uint8_t *a = l->p + (size_t)(2 * y) * (size_t)l->stride, *b = a + l->stride;
        uint8_t *to = out.p + (size_t)y * (size_t)out.stride;

        for (int x = 0; x < out.w; x++)
            to[x] = (uint8_t)((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2) >> 2);
    }
    return out;
}

bool luma_allowed(uint64_t w, uint64_t h, struct why *why)
{
    if (w == 0 || h == 0)
        return why_set(why, "picture", 0, NULL, "The picture has no pixels.");
    if (w > LIMIT_PICTURE_SIDE || h > LIMIT_PICTURE_SIDE || w * h > LIMIT_PICTURE_PIXELS)
        return why_set(why, "picture", 0, NULL, "The picture says it is %llu x %llu pixels: too many.",
                       (unsigned long long)w, (unsigned long long)h);
    return true;
}

static bool is_png(struct span file)
{
    return span_starts(file, SPAN("\x89PNG\r\n\x1a\n"));
}

/* ITU-T T.81 B.1.1.3: SOI, then a marker. */
static bool is_jpeg(struct span file)
{
    return span_starts(file, SPAN("\xff\xd8\xff"));
}

bool luma_known(struct span file)
{
    return is_png(file) || is_jpeg(file);
}

static bool read_any(struct span file, unsigned shrink, int *w, int *h, struct luma *out, struct why *why)
{
    if (is_png(file))
        return luma_read_png(file, shrink, w, h, out, why);
    if (is_jpeg(file))
        return luma_read_jpeg(file, shrink, w, h, out, why);
    return why_set(why, "picture", 0, NULL, "The bytes are neither a PNG nor a JPEG picture.");
}

bool luma_size(struct span file, int *w, int *h, struct why *why)
{
    return read_any(file, 1, w, h, NULL, why);
}

bool luma_read(struct span file, unsigned shrink, struct luma *out, struct why *why)
{
    int w, h;

    return read_any(file, shrink, &w, &h, out, why);
}
