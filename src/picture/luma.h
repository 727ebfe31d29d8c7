/* A decoded picture: one byte of luminance a pixel, 0 black. */
#ifndef SERAI_PICTURE_LUMA_H
#define SERAI_PICTURE_LUMA_H

#include "base/span.h"
#include "base/why.h"

struct luma {
    uint8_t *p;
    int w, h;
    int stride; /* bytes from one row to the next, >= w */
};

/* An uninitialised picture on the heap; both sides > 0, the product at most LIMIT_PICTURE_PIXELS. */
struct luma luma_new(int w, int h);
void luma_free(struct luma *l);

/* A part of l, clipped to it; shares its memory. */
struct luma luma_part(const struct luma *l, int x, int y, int w, int h);

/* Half the size, each pixel the mean of four; l has at least 2 x 2 pixels. */
struct luma luma_half(const struct luma *l);

/* PNG or JPEG by its first bytes. */
bool luma_known(struct span file);

/*
 * Width and height by the header alone, nothing decoded. False with reason "picture" when it is no PNG or
 * JPEG, or when a side is above LIMIT_PICTURE_SIDE or the picture above LIMIT_PICTURE_PIXELS.
 */
MUST_USE bool luma_size(struct span file, int *w, int *h, struct why *why);

/*
 * The picture at 1/shrink of its size (1, 2, 4 or 8), colour weighted as ITU-R BT.601, transparency on white.
 * Free it with luma_free. False with reason "picture".
 */
MUST_USE bool luma_read(struct span file, unsigned shrink, struct luma *out, struct why *why);

/* The two readers behind luma_size (out NULL) and luma_read. */
MUST_USE bool luma_read_png(struct span file, unsigned shrink, int *w, int *h, struct luma *out,
                            struct why *why);
MUST_USE bool luma_read_jpeg(struct span file, unsigned shrink, int *w, int *h, struct luma *out,
                             struct why *why);

/* The ceilings on the sides a header announces; false with the why filled. */
MUST_USE bool luma_allowed(uint64_t w, uint64_t h, struct why *why);

#endif
