/* Several sorted sources of entries become one. */
#ifndef SERAI_LOOKUP_MERGE_H
#define SERAI_LOOKUP_MERGE_H

#include "base/limits.h"
#include "lookup/image.h"
#include "lookup/table.h"

/* An image, or entries in order. */
struct merge_source {
    const struct pages *image;
    const struct table_entry *entry; /* when image is NULL */
    uint64_t n, at;
    struct table_entry now;
};

enum { MERGE_SOURCES = LIMIT_LOOKUP_RUNS + 2 };

/*
 * Each fingerprint once, in order, as the last source that has it says; what that takes out is left out. one
 * returns false, with its reason, to end. Reason "damaged": a page of the image.
 */
MUST_USE bool merge_run(struct merge_source *s, size_t n,
                        bool (*one)(void *ctx, lookup_print p, uint32_t value, struct why *w), void *ctx,
                        struct why *w);

#endif
