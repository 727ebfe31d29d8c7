/* Any pixels to the search: the first byte gives the width (16 to 271), the rest are luminance, row by row.
 */
#include "picture/search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    enum { ROWS_MAX = 256 };
    struct finds f = { 0 };
    struct arena a;
    struct luma l;
    size_t w, h;

    if (n < 1 + 16 * 16)
        return 0;
    w = 16 + (size_t)data[0];
    h = (n - 1) / w;
    if (h < 1 || h > ROWS_MAX)
        return 0;
    arena_init(&a, 64 * 1024);
    f.arena = &a;
    l = luma_new((int)w, (int)h);
    memcpy(l.p, data + 1, w * h);
    if (search_symbols(&l, 1, data[1] & 1, &f) && f.n == 0 && !f.full)
        __builtin_trap();
    luma_free(&l);
    arena_free(&a);
    return 0;
}
