/* Answer to reset (ISO 7816-3 8.2; for contactless cards made up by the reader, PC/SC part 3, 3.1.3.2.3). */
#ifndef SERAI_CARD_ATR_H
#define SERAI_CARD_ATR_H

#include "base/span.h"

/* Whether the historical bytes announce extended lengths: third byte of the card capabilities (ISO
 * 7816-4 12.1.1.9). */
bool atr_extended_lengths(struct span atr);

#endif
