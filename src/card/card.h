/*
 * A contactless card as seen through some reader: one command APDU out, one response APDU back (ISO 7816-4).
 * Whoever drives the reader fills it: PC/SC, or a card in the same process.
 */
#ifndef SERAI_CARD_CARD_H
#define SERAI_CARD_CARD_H

#include "base/buffer.h"
#include "base/why.h"

struct card {
    /* response gets data and status word. False with reason "card" when the card or reader is gone. */
    bool (*transmit)(void *ctx, struct span command, struct buffer *response, struct why *w);
    /* Takes the field away and gives it back, waiting for a card that was moved; nothing said before counts
     * any more. False with reason "card" when it does not come back. NULL: cannot be done. */
    bool (*reset)(void *ctx, struct why *w);
    void *ctx;
    bool extended; /* extended lengths work, as far as reader and ATR tell; EF.ATR/INFO may tell more */
};

#endif
