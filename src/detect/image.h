/*
 * The image of a set of indicators: written once, then mapped and only read, by any number of threads.
 *
 *   header       4096 bytes: magic, version, key, counts, places of the sections, SHA-256 over the header and
 *                the checks
 *   codec        strings that make texts short (detect/codec.h)
 *   ids          beginnings of ids: "indicator--", "w"
 *   notes        of a set of warning lists: their names and what they are for; residual patterns
 *   net24        one bit for each IPv4 /24 in which something is listed; absent when there is little
 *   bloom        blocks of 512 bits, one bit in each of the 8 words a key
 *   buckets      where each bucket of records begins
 *   records      bucket after bucket: how many, a tag of each, the records; each holds the value itself, so
 *                that what a fingerprint found is compared, and its id, weight and validity
 *   checks       one for each MiB of what is before
 *
 * Numbers are little endian. Fingerprints are 64 bits under the key of the image (detect/hash.h); the bucket
 * is told by the high bits and the tag by the low ones.
 */
#ifndef SERAI_DETECT_IMAGE_H
#define SERAI_DETECT_IMAGE_H

#include "base/arena.h"
#include "base/date.h"
#include "detect/codec.h"
#include "detect/hash.h"
#include "detect/value.h"

enum detect_sign { DETECT_ALERT, DETECT_WARNING /* a set of warning lists */ };

enum { DETECT_ID = 256 /* longest id, bytes */, DETECT_WEIGHT = 100 /* where none is said */ };

/* One indicator. A pattern has its text as value and kind DETECT_KINDS. */
struct detect_indicator {
    enum detect_kind kind;
    struct span value; /* in the form of detect/value.h */
    struct span id;
    uint8_t weight;        /* 0 to 100 */
    unix_time from, until; /* [from, until); 0: open */
};

struct detect_image {
    const uint8_t *p;
    size_t n;
    int mapped;
    struct detect_key key;
    enum detect_sign sign;
    unix_time made;
    uint64_t count;            /* of records, patterns not counted */
    uint64_t of[DETECT_KINDS]; /* of each kind */
    uint32_t kinds;            /* bit (1 << kind) where there is one */
    uint64_t bits4;            /* lengths of prefixes that occur; bit n */
    uint64_t bits6[3];
    uint8_t identity[16]; /* of this image alone: what a delta belongs to */
    const uint64_t *net24, *bloom;
    uint64_t blocks, buckets;
    const uint8_t *bucket, *records;
    uint64_t records_n;
    struct span ids, notes;
    struct detect_codec codec;
};

/* Reasons "damaged" (not an image, cut, changed), "version", "io". */
MUST_USE bool detect_image_open(const char *path, struct detect_image *out, struct why *w);
/* Over bytes of the caller, aligned to 8, which outlive it. */
MUST_USE bool detect_image_over(struct span bytes, struct detect_image *out, struct why *w);
void detect_image_close(struct detect_image *i); /* all zero allowed */

/* A record as it is found: valid until the next call with the same room. */
struct detect_found {
    struct detect_indicator indicator;
    uint64_t place; /* of its bytes among the records: tells records of one image apart */
    size_t length;
    uint8_t value[DETECT_VALUE], id[DETECT_ID];
};

/* Walks the records with this fingerprint; *at 0 at first. False: there is no further one. The value is to be
 * compared by the caller, or told in want (n 0: all with that tag). */
bool detect_image_next(const struct detect_image *i, uint64_t print, enum detect_kind kind, struct span want,
                       uint64_t *at, struct detect_found *out);

/* Whether the bucket holds a record with its tag: the first question. */
bool detect_image_perhaps(const struct detect_image *i, uint64_t print);

/* The record that was found at place. */
MUST_USE bool detect_image_record(const struct detect_image *i, uint64_t place, size_t length,
                                  struct detect_found *out);

/* Walks all records; *at 0 at first. */
struct detect_walk {
    uint64_t bucket, at;
    unsigned k, n;
};
bool detect_image_each(const struct detect_image *i, struct detect_walk *walk, struct detect_found *out);

/* What stands beside the records, one after the other; *at 0 at first. */
enum detect_note {
    DETECT_NOTE_SOURCE = 1, /* what it was made of: a name */
    DETECT_NOTE_PATTERN,    /* a residual STIX pattern: detect_found_of */
    DETECT_NOTE_LIST,       /* a warning list: detect_list_of; they are numbered from 0 */
    DETECT_NOTE_ENTRY,      /* a substring or expression of one: its number in 2 bytes, then the text */
};
bool detect_image_note(const struct detect_image *i, uint64_t *at, unsigned *note, struct span *bytes);
MUST_USE bool detect_found_of(const struct detect_image *i, struct span bytes, struct detect_found *out);

enum detect_list_type { LIST_CIDR, LIST_STRING, LIST_HOSTNAME, LIST_SUBSTRING, LIST_REGEX };

struct detect_list {
    struct span name;
    uint32_t kinds; /* bit (1 << enum detect_kind) that it is for */
    enum detect_list_type type;
};
MUST_USE bool detect_list_of(struct span bytes, struct detect_list *out);

static inline bool detect_bloom_has(const struct detect_image *i, uint64_t h)
{
    const uint64_t *b = i->bloom + (uint64_t)((unsigned __int128)h * i->blocks >> 64) * 8;
    uint64_t g = h * 0x9e3779b97f4a7c15u;

    for (unsigned k = 0; k < 8; k++)
        if (!(b[k] >> (g >> 6 * k & 63) & 1))
            return false;
    return true;
}

static inline const void *detect_bloom_at(const struct detect_image *i, uint64_t h)
{
    return i->bloom + (uint64_t)((unsigned __int128)h * i->blocks >> 64) * 8;
}

static inline bool detect_net24_has(const struct detect_image *i, uint32_t a)
{
    return !i->net24 || (i->net24[a >> 14] >> (a >> 8 & 63) & 1);
}

/* Of the high 32 bits alone, by which records are in order. */
static inline uint64_t detect_bucket_of(const struct detect_image *i, uint64_t h)
{
    return (h >> 32) * i->buckets >> 32;
}

#endif
