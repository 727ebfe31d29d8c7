/*
 * What is matched against: an image, what lies over it (indicators given beside it, the live delta), the ids
 * that the delta withdrew or replaced, and sets of warning lists. Immutable while it is used: a new one is
 * made for each change, and the old one is let go when nobody reads it any more.
 */
#ifndef SERAI_DETECT_SET_H
#define SERAI_DETECT_SET_H

#include "detect/image.h"
#include "detect/warning.h"

enum { DETECT_LAYERS = 3 };

struct detect_set {
    struct detect_image layer[DETECT_LAYERS]; /* all under the key of the first */
    size_t layers;
    /* Ids that do not count in layers below this number; sorted. */
    const struct span *gone;
    size_t gone_n, gone_below;
    const struct detect_warnings *warnings; /* NULL: none */
};

/* Whether an indicator of this layer counts. */
bool detect_set_counts(const struct detect_set *s, size_t layer, struct span id);

#endif
