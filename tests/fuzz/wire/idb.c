/* A barcode that parses is made of its parts, and its text can be written again. The first byte chooses: as
 * it is, or zipped here. */
#include "wire/idb.h"

#include <stdlib.h>

#include "wire/inflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void check(struct span in)
{
    struct arena a;
    struct idb *v, *again;
    struct why w = { .offset = WHY_NO_OFFSET };
    struct buffer b;

    arena_init(&a, 1 << 20);
    v = arena_alloc(&a, sizeof *v);
    again = arena_alloc(&a, sizeof *v);
    buf_init(&b, 1 << 20);
    if (idb_parse(in, &a, v, &w)) {
        must(v->signed_bytes.n <= v->payload.n && v->n > 0);
        must(idb_put_text(&b, v->payload, v->has_signature_flag, v->zipped, &w));
        must(idb_parse(buf_span(&b), &a, again, &w));
        must(again->n == v->n && span_eq(again->payload, v->payload) && again->masked == v->masked);
    } else {
        must(w.reason != NULL);
    }
    buf_free(&b);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct buffer b;

    if (n && data[0] < 4 && n < LIMIT_SEAL) { /* bytes under the text */
        buf_init(&b, 1 << 20);
        if (idb_put_text(&b, span_of(data + 1, n - 1), data[0] & 1, data[0] & 2, NULL))
            check(buf_span(&b));
        buf_free(&b);
    } else {
        check(span_of(data, n));
    }
    return 0;
}
