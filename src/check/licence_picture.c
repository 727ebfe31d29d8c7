#include "check/licence_case.h"
#include "picture/picture.h"

bool licence_picture_read(struct span file, struct arena *a, struct licence_symbol *out, size_t max,
                          size_t *n, struct why *w)
{
    struct barcode code[BARCODES_MAX];
    size_t found;

    if (!picture_barcodes(file, a, code, &found, w))
        return false;
    *n = found < max ? found : max;
    for (size_t i = 0; i < *n; i++)
        out[i].bytes = code[i].bytes;
    return true;
}
