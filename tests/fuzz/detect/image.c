/* Bytes behind an image's header, as if its checks fitted: whatever is found there, nothing is read beyond
 * it. */
#include <stdlib.h>

#include "detect/image_internal.h"
#include "detect/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void ask(const struct detect_image *i)
{
    struct detect_found *f = malloc(sizeof *f);
    struct detect_walk walk = { 0 };
    struct span bytes;
    unsigned note, steps = 0;
    uint64_t at = 0;

    if (!f)
        abort();
    while (steps++ < 2000 && detect_image_each(i, &walk, f)) {
        uint64_t again = 0;

        if ((unsigned)f->indicator.kind < DETECT_KINDS &&
            detect_bloom_has(i, detect_print_of(&i->key, f->indicator.kind, f->indicator.value)))
            (void)detect_image_next(i, detect_print_of(&i->key, f->indicator.kind, f->indicator.value),
                                    f->indicator.kind, (struct span){ NULL, 0 }, &again, f);
    }
    for (uint64_t h = 1; h; h <<= 1) {
        uint64_t again = 0;

        (void)detect_image_perhaps(i, h);
        while (detect_image_next(i, h, DETECT_DOMAIN, (struct span){ NULL, 0 }, &again, f))
            ;
        (void)detect_net24_has(i, (uint32_t)h);
    }
    while (detect_image_note(i, &at, &note, &bytes)) {
        struct detect_list l;

        (void)(detect_list_of(bytes, &l) || detect_found_of(i, bytes, f));
    }
    free(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct detect_image i;
    void *copy;

    if (n == 0 || posix_memalign(&copy, 64, n) != 0)
        return 0;
    memcpy(copy, p, n);
    if (detect_image_layout(span_of(copy, n), false, &i, NULL))
        ask(&i);
    if (detect_image_over(span_of(copy, n), &i, NULL))
        ask(&i);
    free(copy);
    return 0;
}
