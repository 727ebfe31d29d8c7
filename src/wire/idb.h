/* The ICAO barcode (ICAO TR "Datastructure for Barcode"): RDB1 or NDB1, a flag, Base32. Syntax only. */
#ifndef SERAI_WIRE_IDB_H
#define SERAI_WIRE_IDB_H

#include "base/arena.h"
#include "wire/seal_tlv.h"

enum { IDB_MESSAGES = 0x61, IDB_CERTIFICATE = 0x7e, IDB_SIGNATURE = 0x7f, IDB_CERT_REF = 5 };

struct idb {
    bool has_signature_flag;          /* B or D */
    bool zipped;                      /* C or D */
    bool masked;                      /* the header has a mask before the date */
    uint8_t algorithm;                /* 1, 2, 3: ECDSA with SHA-256, -384, -512 */
    struct span country;              /* fillers dropped; points into text */
    struct span cert_ref;             /* five bytes */
    char date_text[MASKED_DATE_TEXT]; /* "" when not signed */
    struct date date;                 /* unset when a digit is unknown */
    struct span payload;              /* all bytes; offsets below are in it */
    struct span signed_bytes;
    struct span certificate; /* empty when none is inside: a candidate, never an anchor */
    struct span signature;   /* empty when the zone is missing */
    size_t n;
    struct seal_message message[LIMIT_SEAL_MESSAGES];
    char text[4];
};

/*
 * in is the text of the barcode, exactly. Base32 is upper case without padding: anything else is refused. A
 * date without mask is recognised by the messages ending exactly. The payload is the arena's. Reasons:
 * "magic", "flag", "base32", "zlib", "too-large", "c40", "algorithm", "date", "length", "truncated",
 * "duplicate-message", "no-messages", "signature-zone", "trailing".
 */
MUST_USE bool idb_parse(struct span in, struct arena *a, struct idb *out, struct why *w);

struct idb_head {
    struct span country; /* up to three characters */
    bool is_signed;
    uint8_t algorithm;
    struct span cert_ref; /* five bytes */
    struct date date;
};

MUST_USE bool idb_put_head(struct buffer *b, const struct idb_head *h, struct why *w);

/* The text of the barcode for a complete payload. */
MUST_USE bool idb_put_text(struct buffer *b, struct span payload, bool is_signed, bool zipped, struct why *w);

#endif
