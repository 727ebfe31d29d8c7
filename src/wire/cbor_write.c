#include "wire/cbor_write.h"

size_t cbor_head_bytes(enum cbor_major major, uint64_t arg, uint8_t out[9])
{
    unsigned power = arg < 24 ? 0 : arg <= UINT8_MAX ? 1 : arg <= UINT16_MAX ? 2 : arg <= UINT32_MAX ? 3 : 4;
    size_t octets = power ? (size_t)1 << (power - 1) : 0;

    out[0] = (uint8_t)((unsigned)major << 5 | (power ? 23 + power : (unsigned)arg));
    for (size_t i = 0; i < octets; i++)
        out[1 + i] = (uint8_t)(arg >> 8 * (octets - 1 - i));
    return 1 + octets;
}

void cbor_put_head(struct buffer *b, enum cbor_major major, uint64_t arg)
{
    uint8_t head[9];

    buf_put(b, span_of(head, cbor_head_bytes(major, arg, head)));
}

void cbor_put_int(struct buffer *b, int64_t n)
{
    if (n >= 0)
        cbor_put_head(b, CBOR_UINT, (uint64_t)n);
    else
        cbor_put_head(b, CBOR_NINT, (uint64_t)(-1 - n));
}

void cbor_put_bytes(struct buffer *b, struct span s)
{
    cbor_put_head(b, CBOR_BYTES, s.n);
    buf_put(b, s);
}

void cbor_put_text(struct buffer *b, struct span s)
{
    cbor_put_head(b, CBOR_TEXT, s.n);
    buf_put(b, s);
}

void cbor_put_str(struct buffer *b, const char *s)
{
    cbor_put_text(b, span_str(s));
}

void cbor_put_bool(struct buffer *b, bool v)
{
    cbor_put_head(b, CBOR_OTHER, v ? CBOR_TRUE : CBOR_FALSE);
}

void cbor_put_null(struct buffer *b)
{
    cbor_put_head(b, CBOR_OTHER, CBOR_NULL);
}

void cbor_put_encoded(struct buffer *b, struct span item)
{
    cbor_put_head(b, CBOR_TAG, CBOR_TAG_ENCODED);
    cbor_put_bytes(b, item);
}
