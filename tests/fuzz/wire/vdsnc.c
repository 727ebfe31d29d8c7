/* What parses can be written from its parts and parses to the same canonical data. */
#include "wire/vdsnc.h"

#include <stdlib.h>

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct vdsnc v, again;
    struct buffer b;
    struct why w = { .offset = WHY_NO_OFFSET };

    arena_init(&a, 8 << 20);
    buf_init(&b, 1 << 20);
    if (!vdsnc_parse(span_of(data, n), &a, &v, &w)) {
        must(w.reason != NULL && (w.offset <= n || w.offset == WHY_NO_OFFSET));
    } else if (v.signature.n) {
        vdsnc_put_text(&b, v.canonical, v.alg, v.certificate, v.signature);
        if (b.n <= LIMIT_VDSNC) {
            must(vdsnc_parse(buf_span(&b), &a, &again, &w));
            must(span_eq(again.canonical, v.canonical) && span_eq(again.signature, v.signature));
        }
    }
    buf_free(&b);
    arena_free(&a);
    return 0;
}
