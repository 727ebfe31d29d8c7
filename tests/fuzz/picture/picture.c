/* Any bytes as a picture: header, decoders and the search, with small pictures only so that runs stay short.
 */
#include "picture/picture.h"
#include "picture/luma.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    enum { PIXELS_MAX = 300 * 300 };
    struct span file = span_of(data, n);
    struct barcode found[BARCODES_MAX];
    struct arena a;
    struct why w = { 0 };
    struct luma l;
    size_t count = 0;
    int width, height;

    if (!luma_size(file, &width, &height, NULL) || (int64_t)width * height > PIXELS_MAX)
        return 0;
    arena_init(&a, 64 * 1024);
    if (picture_barcodes(file, &a, found, &count, &w)) {
        if (count == 0 || count > BARCODES_MAX || found[0].bytes.n == 0)
            __builtin_trap();
    } else if (!w.reason) {
        __builtin_trap();
    }
    arena_free(&a);
    if (luma_read(file, 4, &l, NULL))
        luma_free(&l);
    return 0;
}
