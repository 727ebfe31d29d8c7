/* The head of one CBOR item (RFC 8949 3): what checking and reading share. */
#ifndef SERAI_WIRE_CBOR_HEAD_H
#define SERAI_WIRE_CBOR_HEAD_H

#include "wire/cbor.h"

struct cbor_head {
    enum cbor_major major;
    uint64_t arg; /* value, length, count, tag, simple value or bits of a float */
    size_t n;     /* octets of the head */
    bool nonpreferred;
};

/* Whether content that the head announces can be there at all. */
static inline bool cbor_head_fits(const struct cbor_head *h, size_t left)
{
    switch (h->major) {
    case CBOR_BYTES:
    case CBOR_TEXT:
    case CBOR_ARRAY:
        return h->arg <= left;
    case CBOR_MAP:
        return h->arg <= left / 2;
    case CBOR_TAG:
        return left > 0;
    case CBOR_UINT:
    case CBOR_NINT:
    case CBOR_OTHER:
    case CBOR_NONE:
        break;
    }
    return true;
}

/* Of more than one octet, or none at all. */
const char *cbor_head_read_long(const uint8_t *p, size_t n, struct cbor_head *h);

/*
 * NULL, or the reason of cbor_check. p has n > 0 bytes. The content of a string and at least one byte for
 * each item of an array or map are within them afterwards.
 */
static inline const char *cbor_head_read(const uint8_t *p, size_t n, struct cbor_head *h)
{
    if ((p[0] & 31) >= 24)
        return cbor_head_read_long(p, n, h);
    *h = (struct cbor_head){ .major = (enum cbor_major)(p[0] >> 5), .arg = p[0] & 31, .n = 1 };
    return cbor_head_fits(h, n - 1) ? NULL : "CBOR_TRUNCATED";
}

#endif
