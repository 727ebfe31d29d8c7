/* What passes the check can be read to its end, and a naive count of its items agrees. */
#include "wire/cbor.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

/* Reads everything flat: containers by their count, so that nesting needs no stack here either. */
static void read_all(struct span in)
{
    struct cbor c = cbor_of(in);
    uint64_t left = 1;

    for (; left > 0 && cbor_ok(&c); left--) {
        switch (cbor_peek(&c)) {
        case CBOR_ARRAY:
            left += cbor_array(&c);
            break;
        case CBOR_MAP:
            left += 2 * cbor_map(&c);
            break;
        case CBOR_TAG:
            (void)cbor_tag(&c);
            left++;
            break;
        case CBOR_BYTES:
            (void)cbor_bytes(&c);
            break;
        case CBOR_TEXT:
            (void)cbor_text(&c);
            break;
        case CBOR_UINT:
            (void)cbor_uint(&c);
            break;
        case CBOR_NINT:
        case CBOR_OTHER:
            must(cbor_item(&c).n > 0);
            break;
        case CBOR_NONE:
            abort();
        }
    }
    must(cbor_finish(&c, NULL, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n), value;
    struct cbor c = cbor_of(in);
    struct arena a;
    size_t longer = 0;
    bool strict, lenient;

    arena_init(&a, 1 << 20);
    strict = cbor_check(in, NULL, &a, NULL);
    lenient = cbor_check(in, &longer, &a, NULL);
    must(!strict || (lenient && longer == 0));
    must(strict || !lenient || longer > 0);
    if (lenient) {
        read_all(in);
        must(cbor_item(&c).n == n);
    }
    (void)cbor_item(&c); /* also of what was refused */
    (void)cbor_find_text(in, SPAN("a"), &value);
    (void)cbor_find_int(in, -1, &value);
    arena_free(&a);
    return 0;
}
