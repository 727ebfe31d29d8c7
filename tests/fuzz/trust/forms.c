/* Any bytes as a file to import: each item passed on lies in the file or the arena, and work is bounded. */
#include <stdlib.h>

#include "trust/forms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void on_item(void *ctx, enum trust_item kind, struct span der)
{
    uint8_t sum = 0;

    if (der.n == 0 || kind > ITEM_VICAL)
        abort();
    for (size_t i = 0; i < der.n; i++)
        sum ^= der.p[i];
    ++*(size_t *)ctx;
    (void)sum;
}

static void on_bad(void *ctx, const struct why *w)
{
    (void)ctx;
    if (!w->reason)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    size_t items = 0;
    const struct trust_items to = { on_item, on_bad, &items };
    struct arena a;

    arena_init(&a, 8 << 20);
    if (trust_items_in(span_of(data, n), &a, &to) != items)
        abort();
    (void)trust_form_word(trust_form_of(span_of(data, n)));
    arena_free(&a);
    return 0;
}
