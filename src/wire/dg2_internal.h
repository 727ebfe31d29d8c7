/* The two encodings of a face inside DG2; for dg2.c. */
#ifndef SERAI_WIRE_DG2_INTERNAL_H
#define SERAI_WIRE_DG2_INTERNAL_H

#include "wire/dg2.h"

#define DG2_CLAUSE "Doc 9303-10 4.7.2"

/* What a reader of one block works on. */
struct dg2_reading {
    const uint8_t *base; /* of the file */
    struct dg2 *out;
    struct findings *f;
    struct why *w;
};

static inline size_t dg2_at(const struct dg2_reading *g, const uint8_t *p)
{
    return (size_t)(p - g->base);
}

/* Adds face, found and offset filled in; false when there is no room. */
bool dg2_add(struct dg2_reading *g, struct face *face);

/* The pictures of a block of the template added last. */
bool dg2_read_19794(struct dg2_reading *g, struct span block);
bool dg2_read_39794(struct dg2_reading *g, struct span block);

#endif
