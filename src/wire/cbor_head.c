#include "wire/cbor_head.h"

const char *cbor_head_read_long(const uint8_t *p, size_t n, struct cbor_head *h)
{
    unsigned info = p[0] & 31;
    size_t octets;

    *h = (struct cbor_head){ .major = (enum cbor_major)(p[0] >> 5), .arg = info, .n = 1 };
    if (info > 27) {
        if (info < 31 || h->major == CBOR_UINT || h->major == CBOR_NINT || h->major == CBOR_TAG ||
            h->major == CBOR_OTHER)
            return "CBOR_ILLFORMED";
        return "CBOR_INDEFINITE";
    }
    octets = (size_t)1 << (info - 24);
    if (octets > n - 1)
        return "CBOR_TRUNCATED";
    h->arg = 0;
    for (size_t i = 1; i <= octets; i++)
        h->arg = h->arg << 8 | p[i];
    h->n = 1 + octets;
    if (h->major == CBOR_OTHER) {
        if (info == 24 && h->arg < 32)
            return "CBOR_ILLFORMED";
    } else {
        h->nonpreferred = h->arg < 24 || (octets > 1 && h->arg >> (4 * octets) == 0);
    }
    return cbor_head_fits(h, n - h->n) ? NULL : "CBOR_TRUNCATED";
}
