#include "picture/luma.h"
#include "picture/picture.h"
#include "picture/search.h"

/* A longer side above this is halved while it is decoded; modules of a seal stay above two pixels. */
enum { FIRST_SIDE = 2400 };

bool picture_is(struct span file)
{
    return luma_known(file);
}

static bool search_at(struct span file, unsigned shrink, bool finest_only, struct finds *f, struct why *w)
{
    struct luma l;

    if (!luma_read(file, shrink, &l, w))
        return false;
    (void)search_symbols(&l, shrink, finest_only, f);
    luma_free(&l);
    return true;
}

bool picture_barcodes(struct span file, struct arena *a, struct barcode out[BARCODES_MAX], size_t *n,
                      struct why *w)
{
    struct finds f = { .arena = a };
    unsigned shrink = 1;
    int width, height;

    if (!luma_size(file, &width, &height, w))
        return false;
    while (shrink < 8 && (width > height ? width : height) / (int)shrink > FIRST_SIDE)
        shrink *= 2;
    if (!search_at(file, shrink, false, &f, w))
        return false;
    if (f.n == 0 && !f.full && shrink > 1 && !search_at(file, shrink / 2, true, &f, w))
        return false;
    if (f.full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "The barcodes hold more than the memory allowed.");
    if (f.n == 0)
        return why_set(w, "no-barcode", WHY_NO_OFFSET, NULL, "There is no readable barcode in the picture.");
    memcpy(out, f.item, f.n * sizeof *out);
    *n = f.n;
    return true;
}
