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

/*
 * NULL, or the reason of cbor_check. p has n > 0 bytes. The content of a string and at least one byte for
 * each item of an array or map are within them afterwards.
 */
const char *cbor_head_read(const uint8_t *p, size_t n, struct cbor_head *h);

#endif
