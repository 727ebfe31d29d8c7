/*
 * What changed since an image was compiled: additions and withdrawals, appended to the file IMAGE.delta and
 * seen by running detectors at once.
 *
 *   header     4096 bytes: magic, version, the identity of the image it belongs to, and, at 64, how many
 * bytes of entries there are: the last thing that is written, and what detectors map and look at entries
 * length of the rest (4 bytes), its check (4), what (1: added, 2: withdrawn), kind, weight, from and until (8
 * each), length of the id (2), id, value
 *
 * A delta of another image counts as none. The last word about an id holds.
 */
#ifndef SERAI_DETECT_DELTA_H
#define SERAI_DETECT_DELTA_H

#include <stdatomic.h>

#include "detect/image.h"

enum { DELTA_HEADER = 4096, DELTA_PATH = 4096 };
enum detect_change_what { DETECT_ADDED = 1, DETECT_WITHDRAWN };

struct detect_change {
    enum detect_change_what what;
    struct detect_indicator indicator; /* of a withdrawal the id alone */
};

/* "IMAGE.delta"; false: too long. */
MUST_USE bool detect_delta_path(const char *image, char out[DELTA_PATH]);

/*
 * Appends changes: on disk, and counted by detectors, when it returns true. One writer at a time; others
 * wait. Reasons "io", "full" (LIMIT_DETECT_DELTA_BYTES: compile a new image), those of the image.
 */
MUST_USE bool detect_delta_append(const char *image, const struct detect_change *change, size_t n,
                                  struct why *w);

/* A delta as a detector holds it open. */
struct detect_delta {
    int fd;
    const uint8_t *header; /* mapped; NULL: there is none */
    uint64_t device, inode;
};

/* Of this image; none is no failure. */
MUST_USE bool detect_delta_open(const char *image, struct detect_delta *d, struct why *w);
void detect_delta_close(struct detect_delta *d);

/* Bytes of entries now. */
static inline uint64_t detect_delta_length(const struct detect_delta *d)
{
    return d->header ? atomic_load_explicit((const _Atomic uint64_t *)(const void *)(d->header + 64),
                                            memory_order_acquire)
                     : 0;
}

static inline bool detect_delta_is_of(const struct detect_delta *d, const struct detect_image *i)
{
    return d->header && memcmp(d->header + 16, i->identity, 16) == 0;
}

/* Entries [0, length), in order. False: "damaged", "io". */
typedef void (*detect_delta_fn)(void *ctx, const struct detect_change *c);
MUST_USE bool detect_delta_read(const struct detect_delta *d, uint64_t length, detect_delta_fn each,
                                void *ctx, struct why *w);

#endif
