#include <stdlib.h>
#include <zint.h>

/* zint's macros of the same name as our formats, kept under names of their own. */
enum { ZINT_AZTEC = BARCODE_AZTEC, ZINT_PDF417 = BARCODE_PDF417 };
#undef BARCODE_AZTEC
#undef BARCODE_PDF417

#include "picture/symbol.h"

/* ISO/IEC 16022 7.2, 18004 6.3.8 and 15438 5.8.3; Aztec needs none, two help readers. */
static const struct {
    int symbology, quiet;
} kinds[] = {
    [BARCODE_DATA_MATRIX] = { BARCODE_DATAMATRIX, 2 },
    [BARCODE_QR] = { BARCODE_QRCODE, 4 },
    [BARCODE_AZTEC] = { ZINT_AZTEC, 2 },
    [BARCODE_PDF417] = { ZINT_PDF417, 4 },
};

static struct symbol *copy_modules(const struct zint_symbol *z, int quiet, int row_height)
{
    struct symbol *s = malloc(sizeof *s + (size_t)z->width * (size_t)(z->rows * row_height));

    if (!s)
        abort();
    s->w = z->width;
    s->h = z->rows * row_height;
    s->quiet = quiet;
    for (int y = 0; y < s->h; y++) {
        const unsigned char *row = z->encoded_data[y / row_height];

        for (int x = 0; x < s->w; x++)
            s->dark[y * s->w + x] = row[x / 8] >> (x & 7) & 1;
    }
    return s;
}

static int encode(struct zint_symbol *z, enum barcode_format format, struct span content, int level)
{
    z->symbology = kinds[format].symbology;
    z->input_mode = DATA_MODE;
    if (format == BARCODE_DATA_MATRIX)
        z->option_3 = DM_SQUARE;
    if (format == BARCODE_QR)
        z->option_1 = level;
    return ZBarcode_Encode(z, content.p, (int)content.n);
}

struct symbol *symbol_make(enum barcode_format format, struct span content, struct why *w)
{
    struct zint_symbol *z;
    struct symbol *s = NULL;
    int rc = ZINT_ERROR_TOO_LONG;

    if (content.n == 0 || content.n > ZINT_MAX_DATA_LEN) {
        (void)why_set(w, "barcode", WHY_NO_OFFSET, NULL, "%zu bytes do not fit a barcode.", content.n);
        return NULL;
    }
    for (int level = 2; level >= 1 && rc >= ZINT_ERROR && !s; level--) {
        z = ZBarcode_Create();
        if (!z)
            abort();
        rc = encode(z, format, content, level);
        if (rc < ZINT_ERROR)
            s = copy_modules(z, kinds[format].quiet, format == BARCODE_PDF417 ? 3 : 1);
        else if (level == 1)
            (void)why_set(w, "barcode", WHY_NO_OFFSET, NULL, "%zu bytes do not fit the barcode: %s.",
                          content.n, z->errtxt);
        ZBarcode_Delete(z);
    }
    return s;
}

void symbol_free(struct symbol *s)
{
    free(s);
}
