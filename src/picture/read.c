#include <math.h>

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

bool picture_barcodes(struct span file, struct arena *a, struct barcode out[BARCODES_MAX], size_t *n,
                      struct why *w)
{
    struct finds f = { .arena = a };
    struct luma l;

    if (!luma_read(file, 1, &l, w))
        return false;
    (void)(scan(&l, SCAN_ALL_FORMATS, SCAN_LOCAL, true, &f) ||
           scan(&l, SCAN_ALL_FORMATS, SCAN_HISTOGRAM, true, &f));
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
