/*
 * A compact set: "surely not listed" or "perhaps", in 18.2 bits an entry, for devices that cannot hold an
 * exact one. Binary fuse filters (Graf, Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor Filters", ACM
 * JEA 27, 2022) of 16-bit words, one for each part of the range of fingerprints: a wrong "perhaps" once in
 * 65,536 times. One set gives one image, byte for byte, wherever it is built.
 *
 * A delta holds what changed since: fingerprints added, which answer "listed", and withdrawn, which answer
 * "not listed". Image and delta name each other by the hash of the image.
 */
#ifndef SERAI_LOOKUP_FILTER_H
#define SERAI_LOOKUP_FILTER_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"
#include "lookup/answer.h"
#include "lookup/exact.h"
#include "lookup/print.h"

enum { LOOKUP_HASH = 32 };

/* An image, read in place. Spans of the caller: a mapped file or memory. */
struct lookup_image {
    uint64_t n; /* fingerprints */
    unix_time as_of;
    uint8_t hash[LOOKUP_HASH]; /* of the whole image: what is signed and compared */
    unsigned parts_bits;
    const uint8_t *table; /* of the parts */
    struct span words;
};

/* Sorted by fingerprint, each once. Memory: 40 MB whatever n is, besides the image (2.3 bytes an entry).
 * as_of is part of the image. Reason "too-large", "order". */
MUST_USE bool lookup_image_build(const lookup_print *sorted, size_t n, unix_time as_of, struct buffer *out,
                                 struct why *w);
/* Every fingerprint of an exact set. */
MUST_USE bool lookup_image_of_set(struct lookup_exact *x, unix_time as_of, struct buffer *out, struct why *w);

/* Reasons "image" (not one, of another version, cut, longer), "damaged" (not its own hash). */
MUST_USE bool lookup_image_open(struct span file, struct lookup_image *out, struct why *w);
bool lookup_image_has(const struct lookup_image *i, lookup_print p); /* "perhaps" */

struct lookup_delta {
    uint8_t image[LOOKUP_HASH]; /* the image that it goes with */
    uint64_t sequence;          /* counts up with each delta of one image */
    unix_time as_of;
    size_t n_added, n_gone;
    const uint8_t *added, *gone; /* sorted, eight bytes each, little endian */
};

/* Both sorted, each once, none in both. */
bool lookup_delta_put(const struct lookup_delta *d, const lookup_print *added, const lookup_print *gone,
                      struct buffer *out);
MUST_USE bool lookup_delta_open(struct span file, struct lookup_delta *out, struct why *w);

/* delta: NULL, or of another image, counts as none. */
struct lookup_answer lookup_filter_ask(const struct lookup_image *i, const struct lookup_delta *d,
                                       lookup_print p);

#endif
