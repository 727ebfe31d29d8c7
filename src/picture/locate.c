#include "picture/locate.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = 8, SIDE_MAX = 900 / BLOCK }; /* a larger symbol is found in a smaller version of the picture */

/* Sums over the blocks above and left: (w + 1) * (h + 1). */
struct density {
    float *sum;
    int w, h; /* blocks */
};

/* The weaker of the two directions: rulings and edges of paper have one only. */
static float block_density(const uint8_t *p, int stride)
{
    unsigned across = 0, down = 0, light = 0;

    for (int y = 0; y < BLOCK; y++, p += stride) {
        unsigned a = 0, d = 0, v = 0;

        for (int x = 0; x < BLOCK; x++) {
            a += (unsigned)abs(p[x] - p[x + 1]);
            d += (unsigned)abs(p[x] - p[x + stride]);
            v += p[x];
        }
        across += a;
        down += d;
        light += v;
    }
    return (float)(across < down ? across : down) / ((float)light + 32 * BLOCK * BLOCK);
}

static struct density density_of(const struct luma *l)
{
    struct density d = { .w = (l->w - 1) / BLOCK, .h = (l->h - 1) / BLOCK };

    d.sum = calloc((size_t)(d.w + 1) * (size_t)(d.h + 1), sizeof *d.sum);
    if (!d.sum)
        abort();
    for (int y = 0; y < d.h; y++) {
        const uint8_t *p = l->p + (size_t)y * BLOCK * (size_t)l->stride;
        const float *above = d.sum + y * (d.w + 1);
        float *row = d.sum + (y + 1) * (d.w + 1), run = 0;

        for (int x = 0; x < d.w; x++) {
            run += block_density(p + (size_t)x * BLOCK, l->stride);
            row[x + 1] = above[x + 1] + run;
        }
    }
    return d;
}

/* Sum over [x0, x1) x [y0, y1), clipped; nothing beyond the picture. */
static float box(const struct density *d, int x0, int y0, int x1, int y1)
{
    int w = d->w + 1;

    x0 = x0 < 0 ? 0 : x0 > d->w ? d->w : x0;
    x1 = x1 < x0 ? x0 : x1 > d->w ? d->w : x1;
    y0 = y0 < 0 ? 0 : y0 > d->h ? d->h : y0;
    y1 = y1 < y0 ? y0 : y1 > d->h ? d->h : y1;
    return d->sum[y1 * w + x1] - d->sum[y0 * w + x1] - d->sum[y1 * w + x0] + d->sum[y0 * w + x0];
}

/* The thinnest of nine parts of the square, against the ring around it. */
static float score_at(const struct density *d, int x, int y, int side)
{
    float least = INFINITY, all = box(d, x, y, x + side, y + side), ring;
    int margin = side / 4 + 1, outer = side + 2 * margin, third = (side + 2) / 3;

    for (int i = 0; i < 9; i++) {
        int cx = x + i % 3 * (side - third) / 2, cy = y + i / 3 * (side - third) / 2;
        float v = box(d, cx, cy, cx + third, cy + third);

        least = v < least ? v : least;
    }
    ring = box(d, x - margin, y - margin, x + side + margin, y + side + margin) - all;
    return 0.6F * least / (float)(third * third) + 0.4F * all / (float)(side * side) -
           0.6F * ring / (float)(outer * outer - side * side);
}

/* Places near a better one are the same. */
static int keep_place(struct place *out, int n, struct place p)
{
    int at;

    for (int i = 0; i < n; i++) {
        int near = (out[i].side + p.side) / 4;

        if (abs(out[i].x - p.x) < near && abs(out[i].y - p.y) < near && 2 * out[i].side > p.side &&
            2 * p.side > out[i].side) {
            if (out[i].score >= p.score)
                return n;
            memmove(out + i, out + i + 1, (size_t)(n - i - 1) * sizeof *out);
            n--;
            i--;
        }
    }
    for (at = n; at > 0 && out[at - 1].score < p.score; at--)
        ;
    if (at == PLACES_MAX)
        return n;
    if (n < PLACES_MAX)
        n++;
    memmove(out + at + 1, out + at, (size_t)(n - 1 - at) * sizeof *out);
    out[at] = p;
    return n;
}

int locate_dense(const struct luma *l, struct place out[PLACES_MAX])
{
    struct density d;
    int n = 0;

    if (l->w < 6 * BLOCK || l->h < 6 * BLOCK)
        return 0;
    d = density_of(l);
    for (int side = 4; side <= d.w && side <= d.h && side <= SIDE_MAX; side = side * 5 / 4 + 1) {
        int step = side / 6 + 1;

        for (int y = 0; y + side <= d.h; y += step) {
            for (int x = 0; x + side <= d.w; x += step) {
                struct place p = { (2 * x + side) * BLOCK / 2, (2 * y + side) * BLOCK / 2, side * BLOCK,
                                   score_at(&d, x, y, side) };

                if (p.score > 0.01F && (n < PLACES_MAX || p.score > out[n - 1].score))
                    n = keep_place(out, n, p);
            }
        }
    }
    free(d.sum);
    return n;
}

/* Least and greatest of a (2 * r + 1) window along a line of n values, step apart. */
static void extremes(uint8_t *lo, uint8_t *hi, int n, int step, int r, uint8_t *scratch)
{
    uint8_t *a = scratch, *b = scratch + n;

    for (int i = 0; i < n; i++) {
        a[i] = lo[i * step];
        b[i] = hi[i * step];
    }
    for (int i = 0; i < n; i++) {
        uint8_t l = 255, h = 0;

        for (int k = i > r ? i - r : 0; k <= i + r && k < n; k++) {
            l = a[k] < l ? a[k] : l;
            h = b[k] > h ? b[k] : h;
        }
        lo[i * step] = l;
        hi[i * step] = h;
    }
}

/* Least and greatest of each neighbourhood, kept on a grid as coarse as the reach allows. */
struct extent {
    uint8_t *lo, *hi, *scratch;
    int w, h;
    int cell; /* pixels */
};

static struct extent extent_of(const struct luma *l, int reach)
{
    int cell = reach / 4 > 4 ? reach / 4 : 4, r = (reach + cell - 1) / cell;
    struct extent e = { .w = (l->w + cell - 1) / cell, .h = (l->h + cell - 1) / cell, .cell = cell };
    size_t n = (size_t)e.w * (size_t)e.h;

    e.lo = malloc(2 * n + 2 * (size_t)(e.w > e.h ? e.w : e.h));
    if (!e.lo)
        abort();
    e.hi = e.lo + n;
    e.scratch = e.hi + n;
    memset(e.lo, 255, n);
    memset(e.hi, 0, n);
    for (int y = 0; y < l->h; y++) {
        const uint8_t *p = l->p + (size_t)y * (size_t)l->stride;
        uint8_t *lo = e.lo + (size_t)(y / cell) * (size_t)e.w, *hi = e.hi + (size_t)(y / cell) * (size_t)e.w;

        for (int x = 0, at = 0; x < l->w; at++) {
            for (int end = x + cell < l->w ? x + cell : l->w; x < end; x++) {
                lo[at] = p[x] < lo[at] ? p[x] : lo[at];
                hi[at] = p[x] > hi[at] ? p[x] : hi[at];
            }
        }
    }
    for (int y = 0; y < e.h; y++)
        extremes(e.lo + y * e.w, e.hi + y * e.w, e.w, 1, r, e.scratch);
    for (int x = 0; x < e.w; x++)
        extremes(e.lo + x, e.hi + x, e.h, e.w, r, e.scratch);
    return e;
}

struct luma luma_even(const struct luma *l, int reach)
{
    enum { LEAST_RANGE = 12 }; /* grey levels; less is blank paper, and stays white */
    struct extent e = extent_of(l, reach);
    struct luma out = luma_new(l->w, l->h);

    for (int y = 0; y < l->h; y++) {
        const uint8_t *p = l->p + (size_t)y * (size_t)l->stride;
        uint8_t *to = out.p + (size_t)y * (size_t)out.stride;

        for (int x = 0, cell = 0; x < l->w; cell++) {
            size_t at = (size_t)(y / e.cell) * (size_t)e.w + (size_t)cell;
            int lo = e.lo[at], range = e.hi[at] - lo, end = x + e.cell < l->w ? x + e.cell : l->w;
            int share = range < LEAST_RANGE ? 0 : 255 * 256 / range;

            for (; x < end; x++)
                to[x] = share ? (uint8_t)((p[x] - lo) * share >> 8) : 255;
        }
    }
    free(e.lo);
    return out;
}
