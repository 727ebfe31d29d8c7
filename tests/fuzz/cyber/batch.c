/* The body of a record with objects: whatever is accepted gives the same objects when it is packed again. The
 * input is a body, or behind a first byte of 1 what stands in the frame. */
#include <stdlib.h>
#include <zstd.h>

#include "base/limits.h"
#include "service/cyber/release_batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void again(struct cyber_batch *b)
{
    struct cyber_batch_out out = { 0 };
    struct cyber_batch first = *b, second;
    struct span x = { 0 }, y = { 0 };
    struct buffer body;
    struct arena a;
    bool any = true, other = true;

    if (!cyber_batch_begin(&out, &b->head))
        return; /* a head of escapes only may be longer when it is written */
    while (cyber_batch_next(b, &x, &any, NULL) && any)
        if (!cyber_batch_add(&out, x))
            break;
    buf_init(&body, LIMIT_LOG_BODY);
    arena_init(&a, 32 << 20);
    if (!cyber_batch_pack(&out, &body, NULL) || !cyber_batch_open(buf_span(&body), &a, &second, NULL))
        abort();
    for (size_t i = 0; i < out.n; i++)
        if (!cyber_batch_next(&first, &x, &any, NULL) || !cyber_batch_next(&second, &y, &other, NULL) ||
            !any || !other || !span_eq(x, y))
            abort();
    arena_free(&a);
    buf_free(&body);
    cyber_batch_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static uint8_t frame[128 * 1024];
    struct span body = span_of(p, n);
    struct cyber_batch b;
    struct arena a;

    if (n > 1 && p[0] == 1 && n < 64 * 1024) {
        size_t k = ZSTD_compress(frame + 4, sizeof frame - 4, p + 1, n - 1, 1);

        memcpy(frame, CYBER_BATCH_MAGIC, 4);
        body = span_of(frame, ZSTD_isError(k) ? 0 : k + 4);
    }
    arena_init(&a, 32 << 20);
    if (cyber_batch_open(body, &a, &b, NULL))
        again(&b);
    arena_free(&a);
    return 0;
}
