/* Places in the file of an image (image.h), for what reads and what writes it. */
#ifndef SERAI_DETECT_IMAGE_INTERNAL_H
#define SERAI_DETECT_IMAGE_INTERNAL_H

#include "crypto/digest.h"
#include "detect/image.h"
#include "lookup/bytes.h"

#define DETECT_MAGIC "SERAIDET"

enum {
    DETECT_HEADER = 4096,
    DETECT_VERSION = 1,
    DETECT_VERSION_AT = 8,
    DETECT_SIGN_AT = 12,
    DETECT_KEY_AT = 16,
    DETECT_IDENTITY_AT = 32,
    DETECT_MADE_AT = 48,
    DETECT_COUNT_AT = 56,
    DETECT_OF_AT = 64, /* 16 counts */
    DETECT_BITS4_AT = 192,
    DETECT_BITS6_AT = 200,   /* 3 words */
    DETECT_SECTION_AT = 224, /* offset and length of each */
    DETECT_HASH_AT = DETECT_HEADER - 32,
    DETECT_CHECKED = 1 << 20, /* bytes under one check */
    DETECT_ALIGN = 64,
    DETECT_TAG = 0xff,
};

/* In the order of the file. */
enum detect_section {
    SECTION_CODEC,
    SECTION_IDS,
    SECTION_NOTES,
    SECTION_RECORDS,
    SECTION_BUCKETS,
    SECTION_BLOOM,
    SECTION_NET24,
    SECTION_CHECKS,
    SECTIONS,
};

enum { ID_NUMBER, ID_UUID, ID_TEXT, ID_VALUE /* the value itself */ };
enum { META_FROM = 1, META_UNTIL = 2, META_WEIGHT = 4 };
enum { RECORD_META = 0x40, NET24_BYTES = 1 << 21 };

/* A varint: seven bits a byte, low ones first. */
static inline size_t varint_put(uint8_t *out, uint64_t v)
{
    size_t n = 0;

    for (; v > 0x7f; v >>= 7)
        out[n++] = (uint8_t)(v | 0x80);
    out[n++] = (uint8_t)v;
    return n;
}

static inline bool varint_get(const uint8_t **p, const uint8_t *end, uint64_t *out)
{
    uint64_t v = 0;

    for (unsigned shift = 0; *p < end && shift < 64; shift += 7) {
        uint8_t c = *(*p)++;

        v |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80) {
            *out = v;
            return true;
        }
    }
    return false;
}

/* Length of the form; 0: a text. */
static inline size_t detect_fixed(unsigned kind)
{
    static const uint8_t n[DETECT_KINDS] = {
        [DETECT_IPV4] = 4, [DETECT_IPV6] = 16, [DETECT_CIDR4] = 5,   [DETECT_CIDR6] = 17,
        [DETECT_MD5] = 16, [DETECT_SHA1] = 20, [DETECT_SHA256] = 32, [DETECT_SHA512] = 64,
    };

    return kind < DETECT_KINDS ? n[kind] : 0;
}

/* As detect_image_over; sums false: the bytes are believed to be whole, for tests of what lies behind. */
MUST_USE bool detect_image_layout(struct span bytes, bool sums, struct detect_image *out, struct why *w);

/* The fingerprint of a value; of a URL prefix that of what stands before its last "/", which is included. */
uint64_t detect_print_of(const struct detect_key *k, enum detect_kind kind, struct span value);

#endif
