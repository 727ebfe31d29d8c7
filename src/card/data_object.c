#include "card/data_object.h"

#include "base/reader.h"
#include "wire/lds.h"

void object_put(struct buffer *b, unsigned tag, struct span value)
{
    buf_be(b, tag, tag > 0xff ? 2 : 1);
    if (value.n >= 0x80)
        buf_u8(b, value.n > 0xff ? 0x82 : 0x81);
    buf_be(b, value.n, value.n > 0xff ? 2 : 1);
    buf_put(b, value);
}

bool dynamic_data_read(struct span in, struct dynamic_data *out)
{
    struct reader r = rd_of(in), inner;
    struct dynamic_data d = { 0 };
    struct span value;
    uint32_t tag;

    if (!lds_next(&r, &tag, &value) || tag != DYNAMIC_AUTHENTICATION || !rd_done(&r))
        return false;
    inner = rd_of(value);
    while (lds_next(&inner, &tag, &value)) {
        if (tag < 0x80 || tag > 0x8f || (d.seen & 1u << (tag & 15)))
            return false;
        d.seen |= 1u << (tag & 15);
        d.value[tag & 15] = value;
    }
    if (!rd_done(&inner))
        return false;
    *out = d;
    return true;
}
