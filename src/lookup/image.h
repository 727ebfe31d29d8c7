/*
 * The image of an exact set: a file that is written once, in order, and then mapped.
 *
 *   header      4096 bytes: magic, version, counts, sizes, SHA-256 over itself and the index
 *   pages       341 fingerprints (8 bytes), 341 values (4), a check of the page (4): 4096 bytes
 *   index       the first fingerprint of each page
 *
 * Numbers are little endian. What is behind the last entry of the last page is zero.
 */
#ifndef SERAI_LOOKUP_IMAGE_H
#define SERAI_LOOKUP_IMAGE_H

#include <stdatomic.h>

#include "base/why.h"
#include "files/durable.h"
#include "lookup/exact.h"

enum { IMAGE_PAGE = 4096, IMAGE_ENTRIES = 341 /* of one page */ };

struct pages {
    const uint8_t *map; /* NULL: the empty image */
    size_t bytes;
    uint64_t n, pages;
    lookup_print first; /* the least of all; 0: empty */
    /* In memory, in one piece, so that a look-up touches little beside its page: */
    uint64_t *index;       /* as in the file */
    _Atomic uint8_t *seen; /* pages that were checked */
};

/* Reasons "damaged" (not an image, cut, longer, header or index changed), "io". */
MUST_USE bool pages_open(const char *path, struct pages *out, struct why *w);
/* Over bytes of the caller, which outlive it. */
MUST_USE bool pages_over(struct span file, struct pages *out, struct why *w);
void pages_close(struct pages *i); /* all zero allowed */
void pages_leave(struct pages *i); /* of pages_over */

enum lookup_found pages_find(const struct pages *i, lookup_print p, uint32_t *value);

/* Entry k < n, in order. False: its page is damaged. */
MUST_USE bool pages_at(const struct pages *i, uint64_t k, lookup_print *p, uint32_t *value);

/* Reads and checks one page. */
MUST_USE bool pages_touch(const struct pages *i, uint64_t page);

/* Every page, and that all is in order. Reason "damaged". */
MUST_USE bool pages_verify(const struct pages *i, struct why *w);

struct pages_writer;
/* A file of that name must not be there. */
MUST_USE bool pages_write_begin(const char *path, struct pages_writer **ret, struct why *w);
/* Each larger than the one before: else reason "order". */
MUST_USE bool pages_write(struct pages_writer *iw, lookup_print p, uint32_t value, struct why *w);
/* On disk when true; frees iw in either case, and leaves no file on failure. */
MUST_USE bool pages_write_end(struct pages_writer *iw, struct why *w);
void pages_write_abandon(struct pages_writer *iw); /* NULL allowed */

#endif
