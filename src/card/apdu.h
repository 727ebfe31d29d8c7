/*
 * Commands and responses of ISO 7816-4 (2013) 5.1 to 5.3: short and extended lengths, status words. Command
 * chaining is not used.
 */
#ifndef SERAI_CARD_APDU_H
#define SERAI_CARD_APDU_H

#include "base/buffer.h"
#include "base/why.h"

enum { APDU_SHORT_DATA = 255, APDU_SHORT_LE = 256, APDU_EXTENDED_DATA = 65535, APDU_EXTENDED_LE = 65536 };

enum {
    INS_READ_BINARY = 0xb0,
    INS_READ_BINARY_ODD = 0xb1, /* offset as DO'54, data as DO'53: beyond 32 KiB */
    INS_SELECT = 0xa4,
    INS_GET_CHALLENGE = 0x84,
    INS_EXTERNAL_AUTHENTICATE = 0x82,
    INS_INTERNAL_AUTHENTICATE = 0x88,
    INS_GENERAL_AUTHENTICATE = 0x86,
    INS_MANAGE_SECURITY_ENVIRONMENT = 0x22,
    INS_GET_RESPONSE = 0xc0,
};

enum { SW_OK = 0x9000 };

struct apdu {
    uint8_t cla, ins, p1, p2;
    struct span data; /* empty: no command data field */
    uint32_t le;      /* most bytes wanted back, 1..65536; 0: no Le field */
};

struct reply {
    struct span data;
    uint16_t sw;
};

/* Extended lengths are written when data or le need them. Data beyond 65535 or le beyond 65536: the buffer
 * fails. */
void apdu_put(struct buffer *b, const struct apdu *c);
/* The reverse, for a card in the same process. Spans point into in. Reason "apdu". */
MUST_USE bool apdu_parse(struct span in, struct apdu *out, struct why *w);

/* Data and status word of a response APDU. Reason "response". */
MUST_USE bool reply_parse(struct span in, struct reply *out, struct why *w);

/* 9000, or a warning 62xx/63xx with which data may come. */
bool sw_is_ok(uint16_t sw);
/* Fills w for a status word, and returns false: reason "access" (6982, 6300, 63Cx), "no-file" (6A82, 6A83),
 * "not-supported" (6Dxx, 6Exx, 6A81, 6A86), "card" for the rest. doing: "reading DG1". */
bool sw_why(uint16_t sw, const char *doing, struct why *w);

#endif
