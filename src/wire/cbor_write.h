/* CBOR written in its preferred form (RFC 8949 4.1): the caller sees to it that counts and items agree. */
#ifndef SERAI_WIRE_CBOR_WRITE_H
#define SERAI_WIRE_CBOR_WRITE_H

#include "base/buffer.h"
#include "wire/cbor.h"

void cbor_put_head(struct buffer *b, enum cbor_major major, uint64_t arg);
void cbor_put_int(struct buffer *b, int64_t n);
void cbor_put_bytes(struct buffer *b, struct span s);
void cbor_put_text(struct buffer *b, struct span s);
void cbor_put_str(struct buffer *b, const char *s);
void cbor_put_bool(struct buffer *b, bool v);
void cbor_put_null(struct buffer *b);
/* Tag 24 over a byte string that holds item. */
void cbor_put_encoded(struct buffer *b, struct span item);

static inline void cbor_put_array(struct buffer *b, size_t n)
{
    cbor_put_head(b, CBOR_ARRAY, n);
}

static inline void cbor_put_map(struct buffer *b, size_t n)
{
    cbor_put_head(b, CBOR_MAP, n);
}

/* The octets of a head, as a hash over parts needs them: at most 9. Returns how many. */
size_t cbor_head_bytes(enum cbor_major major, uint64_t arg, uint8_t out[9]);

#endif
