/* The browser's reader of zlib streams and zlib agree on what is one and what comes out. */
#include <stdlib.h>
#include <zlib.h>

#include "wire/inflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { CEILING = 64 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static uint8_t want[CEILING];
    z_stream z = { .next_in = (z_const Bytef *)(uintptr_t)data, .avail_in = (uInt)n };
    struct span out = { 0 };
    struct arena a;
    bool ours, theirs;
    size_t size = 0;

    if (n > 1 << 20)
        return 0;
    z.next_out = want;
    z.avail_out = sizeof want;
    if (inflateInit(&z) != Z_OK)
        abort();
    theirs = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0;
    (void)inflateEnd(&z);
    arena_init(&a, (size_t)1 << 20);
    ours = zlib_inflate(span_of(data, n), CEILING, &a, &out, NULL);
    if (ours != theirs || (ours && !span_eq(out, span_of(want, sizeof want - z.avail_out))))
        abort();
    if (ours && (!zlib_inflated_size(span_of(data, n), CEILING, &a, &size, NULL) || size != out.n))
        abort();
    arena_free(&a);
    return 0;
}
