/* Places in the files of a compact set (filter.h), and how one part of it is laid out. */
#ifndef SERAI_LOOKUP_FILTER_INTERNAL_H
#define SERAI_LOOKUP_FILTER_INTERNAL_H

#include "lookup/bytes.h"
#include "lookup/filter.h"

#define FILTER_MAGIC "SERAIFUS"
#define DELTA_MAGIC  "SERAIFUD"

enum {
    FILTER_VERSION = 1,
    FILTER_VERSION_AT = 8,
    FILTER_BITS_AT = 12, /* of the parts: 2^bits of them */
    FILTER_N_AT = 16,
    FILTER_TIME_AT = 24,
    FILTER_WORDS_AT = 32,
    FILTER_HASH_AT = 40, /* over all but itself */
    FILTER_HEAD = 80,
    FILTER_PART = 16, /* in the table: first word (4), words that starts fall into (4), entries (4), bits of a
                         segment (1), tries (1), zero (2) */
    FILTER_PART_MOST = 1 << 20, /* entries of a part, on average */
    FILTER_BITS_MOST = 12,
    FILTER_SEGMENT_MOST = 18, /* bits */
    DELTA_IMAGE_AT = 16,
    DELTA_SEQUENCE_AT = 48,
    DELTA_TIME_AT = 56,
    DELTA_ADDED_AT = 64,
    DELTA_GONE_AT = 72,
    DELTA_HASH_AT = 80,
    DELTA_HEAD = 112,
};

/* One part: where its words stand, and what they were made with. */
struct filter_part {
    uint32_t first, starts, n;
    uint8_t segment_bits, tries;
};

static inline struct filter_part filter_part_at(const uint8_t *p)
{
    return (struct filter_part){ le32(p), le32(p + 4), le32(p + 8), p[12], p[13] };
}

static inline uint64_t filter_part_words(const struct filter_part *p)
{
    return p->n ? (uint64_t)p->starts + 2 * (UINT64_C(1) << p->segment_bits) : 0;
}

/* The three places of a fingerprint, in three segments behind one another, and its word. */
struct filter_spot {
    uint32_t at[3];
    uint16_t word;
};

static inline uint64_t filter_hash(lookup_print p, unsigned tries)
{
    return mix64(p ^ mix64(0x5345524149u + tries));
}

static inline struct filter_spot filter_spot_of(uint64_t h, uint32_t starts, unsigned segment_bits)
{
    uint32_t mask = (UINT32_C(1) << segment_bits) - 1;
    uint32_t first = (uint32_t)(((unsigned __int128)h * starts) >> 64);

    return (struct filter_spot){ { first, (first + mask + 1) ^ ((uint32_t)(h >> 18) & mask),
                                   (first + 2 * (mask + 1)) ^ ((uint32_t)h & mask) },
                                 (uint16_t)(h ^ h >> 32 ^ h >> 47) };
}

unsigned filter_bits_for(uint64_t n);
/* The hash of a file but for the 32 bytes at `at`. */
void filter_file_hash(struct span file, size_t at, uint8_t out[LOOKUP_HASH]);

/* Words of one part out of its fingerprints, each once: appended to out. Reason "too-large": no try worked.
 */
MUST_USE bool filter_part_build(const lookup_print *p, size_t n, struct filter_part *part, struct buffer *out,
                                struct why *w);

#endif
