/* PNG files of our own pictures. */
#ifndef SERAI_PICTURE_PNG_WRITE_H
#define SERAI_PICTURE_PNG_WRITE_H

#include "base/buffer.h"

enum png_pixels { PNG_BITS, PNG_GREY, PNG_XRGB };

struct png_picture {
    enum png_pixels pixels; /* one byte a pixel, 0 dark else light; luminance; cairo's native 32 bits */
    const uint8_t *p;
    int w, h, stride;
    unsigned per_metre; /* resolution; 0: none */
};

/* Same picture, same bytes: no times, no names. Out of room: the buffer is bad. */
void png_put(const struct png_picture *picture, struct buffer *out);

#endif
