/* Files of sets as strangers may send or damage them: whatever is accepted can be asked anything. */
#include <stdlib.h>

#include "lookup/filter.h"
#include "lookup/image.h"
#include "lookup/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const lookup_print asked[] = { 0, 1, UINT64_C(1) << 63, UINT64_MAX, 0x1234567890abcdef };

static void exact(struct span s)
{
    struct pages i;
    uint32_t value = 0;
    lookup_print last = 0;

    if (!pages_over(s, &i, NULL))
        return;
    for (size_t k = 0; k < sizeof asked / sizeof *asked; k++)
        (void)pages_find(&i, asked[k], &value);
    if (pages_verify(&i, NULL))
        for (uint64_t k = 0; k < i.n && k < 1000; k++)
            if (!pages_at(&i, k, &last, &value) || pages_find(&i, last, &value) != LOOKUP_THERE)
                abort();
    pages_leave(&i);
}

static void compact(struct span s, struct span rest)
{
    struct lookup_image i;
    struct lookup_delta d;
    bool has_delta = lookup_delta_open(rest, &d, NULL);

    if (!lookup_image_open(s, &i, NULL))
        return;
    for (size_t k = 0; k < sizeof asked / sizeof *asked; k++)
        (void)lookup_filter_ask(&i, has_delta ? &d : NULL, asked[k]);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct span s = span_of(p, n);
    struct table t = { 0 };

    exact(s);
    compact(s, s);
    if (journal_read(s, 3, 0, &t) * JOURNAL_RECORD > n)
        abort();
    table_free(&t);
    return 0;
}
