/* A card that is read is written back as it was; a note of one verifies with the key it names, or is refused.
 */
#include <stdlib.h>

#include "trust/card.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = { data, n };
    struct member_card c = { .number = 77 };
    struct why w = { 0 };
    struct buffer b;

    (void)card_address_valid(in);
    if (!card_parse(in, &c, &w)) {
        if (!w.reason || (w.offset != WHY_NO_OFFSET && w.offset > n) || c.number != 77)
            abort();
    } else {
        buf_init(&b, n + 1);
        card_write(&c, &b);
        if (!buf_ok(&b) || !span_eq(buf_span(&b), in) || c.n_log == 0 || c.n_log > CARD_KEYS)
            abort();
        buf_free(&b);
    }
    why_clear(&w);
    if (!card_verify(in, &c, &w) && !w.reason)
        abort();
    return 0;
}
