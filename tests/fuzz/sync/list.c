/* What another node says that it keeps: whatever comes of it is an origin. */
#include <stdlib.h>

#include "sync/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool one(void *ctx, const struct origin *o, struct why *w)
{
    struct origin again;
    unsigned *left = ctx;

    if (o->text.n == 0 || o->text.n >= ORIGIN_MAX || !origin_parse(o->text, &again, w))
        abort();
    return *left && (*left)--;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    unsigned left = 64;
    struct arena a;

    arena_init(&a, 8 << 20);
    if (!log_list_read(span_of(p, n), &a, one, &left, NULL) && left == 64)
        left = 0; /* no JSON: nothing came of it */
    arena_free(&a);
    return 0;
}
