/* The search for symbols in a decoded picture: cheap ways first. */
#ifndef SERAI_PICTURE_SEARCH_H
#define SERAI_PICTURE_SEARCH_H

#include "picture/luma.h"
#include "picture/picture.h"

/* What was found so far, largest first. */
struct finds {
    struct arena *arena;
    struct barcode item[BARCODES_MAX];
    float area[BARCODES_MAX]; /* twice, in pixels of the whole picture */
    float scale;              /* of the level being searched */
    size_t n;
    bool full; /* the arena's ceiling was met */
};

/*
 * Everything in l and in smaller versions of it. shrink: l is 1/shrink of the picture. finest_only: the
 * smaller versions were searched before.
 */
bool search_symbols(const struct luma *l, unsigned shrink, bool finest_only, struct finds *f);

#endif
