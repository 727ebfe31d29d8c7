#include <math.h>

#include "picture/locate.h"
#include "picture/luma.h"
#include "picture/picture.h"
#include "picture/scan.h"

bool picture_is(struct span file)
{
    return span_starts(file, SPAN("\x89PNG\r\n\x1a\n")) || span_starts(file, SPAN("\xff\xd8\xff"));
}

/* What was found so far, largest first. */
struct finds {
    struct arena *arena;
    struct barcode item[BARCODES_MAX];
    float area[BARCODES_MAX];
    size_t n;
    bool full; /* the arena's ceiling was met */
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
    float area = area_of(corners);
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

static bool scan(const struct luma *l, unsigned formats, enum scan_threshold threshold, bool harder,
                 struct finds *f)
{
    struct scan_job job = { .p = l->p,
                            .w = l->w,
                            .h = l->h,
                            .stride = l->stride,
                            .formats = formats,
                            .threshold = threshold,
                            .harder = harder,
                            .max = BARCODES_MAX };

    return scan_symbols(&job, keep, f) > 0;
}

/* zxing looks for Data Matrix from the middle outwards: each place is cut out, so that it is in the middle.
 */
static bool scan_place(const struct luma *l, const struct place *at, struct finds *f)
{
    int side = at->side * 3 / 2;
    struct luma part = luma_part(l, at->x - side / 2, at->y - side / 2, side, side), even;
    bool found = false;

    if (part.w < 10 || part.h < 10)
        return false;
    if (scan(&part, 1U << BARCODE_DATA_MATRIX, SCAN_LOCAL, true, f))
        return true;
    even = luma_even(&part, side / 16);
    found = scan(&even, 1U << BARCODE_DATA_MATRIX, SCAN_FIXED, true, f);
    luma_free(&even);
    return found;
}

/* Dense squares of this level of the pyramid, modules of about two to five pixels. */
static bool search_places(const struct luma *l, struct finds *f)
{
    struct place places[PLACES_MAX];
    int n = locate_dense(l, places);

    for (int i = 0; i < n; i++)
        if (scan_place(l, &places[i], f))
            return true;
    return false;
}

static bool search(const struct luma *l, struct finds *f)
{
    struct luma half = luma_half(l), quarter = luma_half(&half);
    bool found = search_places(&half, f) || search_places(l, f) || search_places(&quarter, f);

    found = found || scan(l, SCAN_ALL_FORMATS, SCAN_LOCAL, true, f) ||
            scan(l, SCAN_ALL_FORMATS, SCAN_HISTOGRAM, true, f);
    luma_free(&half);
    luma_free(&quarter);
    return found;
}

bool picture_barcodes(struct span file, struct arena *a, struct barcode out[BARCODES_MAX], size_t *n,
                      struct why *w)
{
    struct finds f = { .arena = a };
    struct luma l;

    if (!luma_read(file, 1, &l, w))
        return false;
    (void)search(&l, &f);
    luma_free(&l);
    if (f.full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "The barcodes hold more than the memory allowed.");
    if (f.n == 0)
        return why_set(w, "no-barcode", WHY_NO_OFFSET, NULL, "There is no readable barcode in the picture.");
    memcpy(out, f.item, f.n * sizeof *out);
    *n = f.n;
    return true;
}
