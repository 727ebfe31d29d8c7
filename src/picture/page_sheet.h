/* What stands on a page, put sheet by sheet on a context of cairo whose units are millimetres. */
#ifndef SERAI_PICTURE_PAGE_SHEET_H
#define SERAI_PICTURE_PAGE_SHEET_H

#include <cairo.h>

#include "picture/page.h"
#include "picture/symbol.h"

enum { PAGE_A4_HEIGHT = 297 };

struct page_sheet {
    cairo_t *c;
    const struct page *p;
    struct symbol *qr;
    double margin, width, top, y, bottom; /* bottom 0: without end */
    bool draws;                           /* false: only measured */
    bool tagged;                          /* a PDF */
    size_t number, of;                    /* this sheet; all of them, known once it was measured */
    size_t unknown;
};

/* Everything from the top; afterwards y and number are where it ended. */
void page_sheet_put(struct page_sheet *t, bool draws);

#endif
