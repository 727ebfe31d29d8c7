/*
 * Pictures: barcodes out of photographs, and seals drawn for printing. Decoding is done by libpng, libjpeg
 * and zxing-cpp, drawing by zint and cairo.
 */
#ifndef SERAI_PICTURE_PICTURE_H
#define SERAI_PICTURE_PICTURE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"

enum barcode_format { BARCODE_DATA_MATRIX, BARCODE_QR, BARCODE_AZTEC, BARCODE_PDF417 };

struct barcode {
    enum barcode_format format;
    struct span bytes; /* content, as bytes */
};

enum { BARCODES_MAX = 8 };

/* PNG or JPEG by its first bytes. */
bool picture_is(struct span file);

/*
 * All barcodes in a PNG or JPEG, largest first; at most BARCODES_MAX. False with reason "picture" (cannot be
 * decoded, too many pixels), "no-barcode" (decoded, nothing found). Bytes live in the arena.
 */
MUST_USE bool picture_barcodes(struct span file, struct arena *a, struct barcode out[BARCODES_MAX], size_t *n,
                               struct why *w);

/* content as PNG: Data Matrix (ECC 200) or QR, module pixels each, with quiet zone. */
MUST_USE bool barcode_png(enum barcode_format format, struct span content, unsigned module,
                          struct buffer *png, struct why *w);

#endif
