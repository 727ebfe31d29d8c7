/* A barcode symbol as modules, before it becomes pixels or ink. */
#ifndef SERAI_PICTURE_SYMBOL_H
#define SERAI_PICTURE_SYMBOL_H

#include "picture/picture.h"

struct symbol {
    int w, h;       /* modules, without quiet zone */
    int quiet;      /* modules of white on each side that the standard asks for */
    uint8_t dark[]; /* w * h, row by row; 1: dark */
};

/*
 * content as a symbol, all 256 byte values exact. Data Matrix is square ECC 200 (ISO/IEC 16022), QR has error
 * correction level M, or L when the content needs it (ISO/IEC 18004). NULL with reason "barcode" when the
 * content is empty or too long. Free with symbol_free.
 */
struct symbol *symbol_make(enum barcode_format format, struct span content, struct why *w);
void symbol_free(struct symbol *s);

static inline bool symbol_dark(const struct symbol *s, int x, int y)
{
    return s->dark[y * s->w + x] != 0;
}

#endif
