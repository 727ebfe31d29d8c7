/*
 * A compact set as devices fetch it: FOLDER/image and FOLDER/delta, each replaced whole. FOLDER/prints is
 * what the image was made of, from which the next delta is told; it stays where it was made.
 */
#ifndef SERAI_LOOKUP_DEVICE_H
#define SERAI_LOOKUP_DEVICE_H

#include "lookup/filter.h"

struct device_made {
    bool image; /* a new one: devices fetch it; else its delta alone is new */
    size_t n, added, gone;
    size_t image_bytes, delta_bytes;
};

/* Out of an exact set of plain fingerprints, of that age. Reasons of lookup_image_of_set, "io". */
MUST_USE bool device_make(struct lookup_exact *x, const char *folder, unix_time as_of,
                          struct device_made *out, struct why *w);

/* What a device holds. Reasons of lookup_image_open and lookup_delta_open, "absent". Ends with arena_free. */
struct device {
    struct arena arena;
    struct lookup_image image;
    struct lookup_delta delta;
    bool has_delta; /* and it is of this image */
};
MUST_USE bool device_open(const char *folder, struct device *out, struct why *w);
struct lookup_answer device_ask(const struct device *d, lookup_print p, unix_time now, unix_time stale_after);
void device_close(struct device *d);

#endif
