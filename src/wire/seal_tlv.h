/*
 * What VDS and IDB share: messages of tag, length and value, dates as decimal numbers, and dates with unknown
 * digits. Lengths are DER: one octet up to 127, 81 from 128, 82 from 256; anything longer than needed and the
 * octet 80 are refused.
 */
#ifndef SERAI_WIRE_SEAL_TLV_H
#define SERAI_WIRE_SEAL_TLV_H

#include "base/buffer.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/reader.h"
#include "base/why.h"

struct seal_message {
    uint8_t tag;
    struct span value;
    size_t offset; /* of the tag in what was parsed */
};

/* One message at the cursor; false with the reader failed at the fault, and why set. Offsets are the
 * reader's. */
MUST_USE bool seal_tlv_next(struct reader *r, const char *clause, struct seal_message *out, struct why *w);

/* value.n < 65536 */
void seal_tlv_put(struct buffer *b, uint8_t tag, struct span value);

/* MMDDYYYY as a decimal number in 24 bits. False when there is no such day. */
MUST_USE bool seal_date(uint32_t v, struct date *out);
uint32_t seal_date_number(struct date d);

enum { MASKED_DATE_TEXT = 11, MASKED_DATE_BYTES = 4 };

/*
 * A mask (bit 7 for the first digit of MMDDYYYY: unknown) and a date: text is YYYY-MM-DD with X for each
 * unknown digit. *day is unset unless all is known. False when the known digits can be no date.
 */
MUST_USE bool seal_masked_date(uint8_t mask, uint32_t v, char text[MASKED_DATE_TEXT], struct date *day);

/* The reverse, from YYYY-MM-DD with X; unknown digits are written as 0. */
MUST_USE bool seal_masked_date_from(struct span text, uint8_t *mask, uint32_t *v);

#endif
