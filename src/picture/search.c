#include "picture/search.h"

#include <math.h>

#include "picture/grid.h"
#include "picture/locate.h"
#include "picture/scan.h"

enum {
    LEVELS_MAX = 4,
    GRID_LEVELS = 3,   /* of these modules are taken one by one */
    LEVEL_LEAST = 250, /* pixels of the longer side below which no smaller level is made */
    WHOLE_SIDE = 1300, /* a whole picture is scanned first at the level that is at most this long */
};

struct pyramid {
    struct luma level[LEVELS_MAX]; /* [0] is the caller's */
    int n;
};

/* Twice the area of a quadrilateral. */
static float area_of(const float c[8])
{
    float a = 0;

    for (int i = 0; i < 4; i++) {
        int k = (i + 1) % 4;

        a += c[2 * i] * c[2 * k + 1] - c[2 * k] * c[2 * i + 1];
    }
    return fabsf(a);
}

static void keep(void *ctx, unsigned format, const uint8_t *bytes, size_t n, const float corners[8])
{
    struct finds *f = ctx;
    struct barcode found = { (enum barcode_format)format, { bytes, n } };
    float area = area_of(corners) * f->scale * f->scale;
    size_t at;

    if (n == 0)
        return;
    for (size_t i = 0; i < f->n; i++)
        if (f->item[i].format == found.format && span_eq(f->item[i].bytes, found.bytes))
            return;
    for (at = f->n; at > 0 && f->area[at - 1] < area; at--)
        ;
    if (at == BARCODES_MAX)
        return;
    found.bytes = arena_copy(f->arena, found.bytes);
    if (!found.bytes.p) {
        f->full = true;
        return;
    }
    if (f->n < BARCODES_MAX)
        f->n++;
    for (size_t i = f->n - 1; i > at; i--) {
        f->item[i] = f->item[i - 1];
        f->area[i] = f->area[i - 1];
    }
    f->item[at] = found;
    f->area[at] = area;
}

static bool scan(const struct luma *l, unsigned formats, enum scan_threshold threshold, struct finds *f)
{
    struct scan_job job = { .p = l->p,
                            .w = l->w,
                            .h = l->h,
                            .stride = l->stride,
                            .formats = formats,
                            .threshold = threshold,
                            .harder = true,
                            .max = BARCODES_MAX };

    return scan_symbols(&job, keep, f) > 0;
}

/* zxing looks for Data Matrix from the middle outwards: each place is cut out, so that it is in the middle.
 */
static bool scan_place(const struct luma *l, const struct place *at, bool evened, struct finds *f)
{
    int side = at->side * 3 / 2;
    struct luma part = luma_part(l, at->x - side / 2, at->y - side / 2, side, side), even;
    bool found;

    if (part.w < 10 || part.h < 10)
        return false;
    if (scan(&part, 1U << BARCODE_DATA_MATRIX, SCAN_LOCAL, f))
        return true;
    if (!evened || f->n > 0)
        return false; /* a further symbol is looked for the cheap way only */
    even = luma_even(&part, side / 16);
    found = scan(&even, 1U << BARCODE_DATA_MATRIX, SCAN_FIXED, f);
    luma_free(&even);
    return found;
}

static bool scan_places(const struct luma *l, struct finds *f)
{
    enum { EVENED = 4 }; /* so many of the likeliest get the dearer try */
    struct place places[PLACES_MAX];
    int n = locate_dense(l, places);
    bool found = false;

    for (int i = 0; i < n; i++)
        found |= scan_place(l, &places[i], i < EVENED, f);
    return found;
}

/* Decodes modules taken by the grid: nothing is left for zxing to find. A low threshold sees through hard
 * shadows. */
static bool scan_grid(const struct grid *g, struct finds *f)
{
    static const struct {
        float sharpen, threshold;
    } ways[] = { { 0.4F, 128 }, { 0.4F, 90 }, { 1, 110 }, { 0, 100 } };
    bool found = false;

    for (size_t i = 0; i < sizeof ways / sizeof *ways && !found; i++) {
        struct luma l = grid_picture(g, ways[i].sharpen, ways[i].threshold);
        struct scan_job job = { .p = l.p,
                                .w = l.w,
                                .h = l.h,
                                .stride = l.stride,
                                .formats = 1U << BARCODE_DATA_MATRIX,
                                .threshold = SCAN_FIXED,
                                .pure = true,
                                .max = 1 };

        found = scan_symbols(&job, keep, f) > 0;
        luma_free(&l);
    }
    return found;
}

/* The densest part of a symbol may be taken for all of it, so a larger square is tried as well. */
static bool grid_place(const struct luma *l, float x, float y, float side, struct finds *f)
{
    static const float larger[] = { 1.15F, 1.5F };
    struct grid g;
    bool found = false;

    for (int i = 0; i < 2 && !found; i++) {
        float s = side * larger[i];
        int left = (int)(x - s), top = (int)(y - s);
        struct luma part = luma_part(l, left, top, (int)(2 * s), (int)(2 * s)), even;

        even = luma_even(&part, (int)(s / 24) + 2);
        found = grid_find(&even, x - (float)(left > 0 ? left : 0), y - (float)(top > 0 ? top : 0), s, &g) &&
                scan_grid(&g, f);
        luma_free(&even);
    }
    return found;
}

/* Places of one level, modules taken from the next finer one while the square is not too large. */
static bool try_grid(const struct pyramid *p, int level, float shrink, struct finds *f)
{
    enum { TRIES = 2, SIDE_MAX = 400 };
    struct place places[PLACES_MAX];
    int n;
    bool found = false;

    if (level >= p->n)
        return false;
    n = locate_dense(&p->level[level], places);
    for (int i = 0; i < n && i < TRIES && !found; i++) {
        int finer = level > 0 && places[i].side <= SIDE_MAX;
        float k = finer ? 2 : 1;

        f->scale = shrink * (float)(1 << (level - finer));
        found = grid_place(&p->level[level - finer], (float)places[i].x * k, (float)places[i].y * k,
                           (float)places[i].side * k, f);
    }
    return found;
}

static struct pyramid pyramid_of(const struct luma *l)
{
    struct pyramid p = { .level = { *l }, .n = 1 };

    while (p.n < LEVELS_MAX) {
        const struct luma *last = &p.level[p.n - 1];

        if ((last->w > last->h ? last->w : last->h) < 2 * LEVEL_LEAST || last->w < 16 || last->h < 16)
            break;
        p.level[p.n] = luma_half(last);
        p.n++;
    }
    return p;
}

static void pyramid_free(struct pyramid *p)
{
    for (int i = 1; i < p->n; i++)
        luma_free(&p->level[i]);
}

static bool try_whole(const struct pyramid *p, int level, float shrink, struct finds *f)
{
    const struct luma *l = &p->level[level];

    f->scale = shrink * (float)(1 << level);
    return scan(l, SCAN_ALL_FORMATS, SCAN_LOCAL, f) || scan(l, SCAN_ALL_FORMATS, SCAN_HISTOGRAM, f);
}

static bool try_places(const struct pyramid *p, int level, float shrink, struct finds *f)
{
    if (level >= p->n)
        return false;
    f->scale = shrink * (float)(1 << level);
    return scan_places(&p->level[level], f);
}

bool search_symbols(const struct luma *l, unsigned shrink, bool finest_only, struct finds *f)
{
    static const int order[LEVELS_MAX] = { 1, 0, 2, 3 };
    struct pyramid p = { .level = { *l }, .n = 1 };
    float s = (float)shrink;
    int whole = 0;
    bool found = false;

    if (!finest_only)
        p = pyramid_of(l);
    while (whole + 1 < p.n && (p.level[whole].w > WHOLE_SIDE || p.level[whole].h > WHOLE_SIDE))
        whole++;
    if (!finest_only && try_whole(&p, whole, s, f)) {
        found = true;
        (void)try_places(&p, whole, s, f); /* further seals, which a scan of the whole may have passed over */
    }
    for (int i = 0; i < LEVELS_MAX && !found; i++)
        found = try_places(&p, order[i], s, f);
    for (int i = 0; i < GRID_LEVELS && !found; i++)
        found = try_grid(&p, order[i], s, f);
    if (!found && (finest_only || whole > 0))
        found = try_whole(&p, 0, s, f);
    pyramid_free(&p);
    return found;
}
