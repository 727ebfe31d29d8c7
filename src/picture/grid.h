/* A Data Matrix taken module by module, for photographs in which zxing does not find its outline. */
#ifndef SERAI_PICTURE_GRID_H
#define SERAI_PICTURE_GRID_H

#include "picture/luma.h"

enum { GRID_MAX = 144 };

struct grid {
    int n;           /* modules a side */
    float corner[8]; /* x, y: top left, top right, bottom right, bottom left of the symbol */
    float fit;       /* share of its finder and timing modules that are as they must be, -1..1 */
    float level[GRID_MAX * GRID_MAX]; /* 0 dark .. 255 light, at each module's middle */
};

/*
 * The symbol of ISO/IEC 16022 about (x, y), roughly side pixels wide, in a picture of even light (luma_even).
 * False when its two solid edges or its clock tracks are not there.
 */
bool grid_find(const struct luma *even, float x, float y, float side, struct grid *out);

/*
 * The modules as a picture of one upright symbol, 4 pixels a module, for a decoder. sharpen takes back what
 * blur carried over from neighbours: 0 none, 1 all of the difference; levels below threshold are dark. Free
 * with luma_free.
 */
struct luma grid_picture(const struct grid *g, float sharpen, float threshold);

#endif
