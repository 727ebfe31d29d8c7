#include "card/atr.h"

#include "base/reader.h"

/* TA, TB, TC and TD as the high half of the byte before announces; TD begins the next round. */
static void skip_interface_bytes(struct reader *r, uint8_t announced)
{
    while (rd_ok(r)) {
        uint8_t next = 0;

        for (uint8_t bit = 0x10; bit <= 0x40; bit = (uint8_t)(bit << 1))
            if (announced & bit)
                (void)rd_u8(r);
        if (!(announced & 0x80))
            return;
        next = rd_u8(r);
        announced = next;
    }
}

bool atr_extended_lengths(struct span atr)
{
    struct reader r = rd_of(atr), history;
    uint8_t t0;

    (void)rd_u8(&r);
    t0 = rd_u8(&r);
    skip_interface_bytes(&r, t0);
    history = rd_of(rd_take(&r, t0 & 0x0f));
    if (rd_u8(&history) != 0x80) /* other category indicators do not hold compact data objects to the end */
        return false;
    while (rd_left(&history)) {
        uint8_t tag = rd_u8(&history);
        struct span value = rd_take(&history, tag & 0x0f);

        if (tag == 0x73)
            return value.n == 3 && value.p[2] & 0x40;
    }
    return false;
}
