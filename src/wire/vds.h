/*
 * The visible digital seal (Doc 9303-13; BSI TR-03137, TR-03171): header, messages, signature zone. Syntax
 * only: nothing here says whether the seal is genuine.
 */
#ifndef SERAI_WIRE_VDS_H
#define SERAI_WIRE_VDS_H

#include "wire/seal_tlv.h"

/* How the reference of the signer's certificate is written in the header. */
enum vds_reference {
    VDS_REF_FIVE,    /* version 3: five characters */
    VDS_REF_HEX,     /* version 4: two hexadecimal digits of length, then as many characters */
    VDS_REF_DECIMAL, /* as version 4, but the length is a decimal number (signer DEZV) */
    VDS_REF_OLD,     /* version 4 with the field of version 3 (signer DEME) */
};

struct vds {
    uint8_t version; /* 3 or 4 */
    enum vds_reference form;
    uint16_t document_ref; /* 0x5D01 */
    struct span country;   /* fillers dropped; this and the next two point into text */
    struct span signer, ref;
    struct date issued, signed_on;
    struct span head;         /* header */
    struct span signed_bytes; /* header and all messages */
    struct span signature;    /* empty: the seal is not signed */
    size_t n;
    struct seal_message message[LIMIT_SEAL_MESSAGES]; /* in the order of the seal */
    char text[272];
};

/*
 * in is the whole seal. Where the length of the reference can be read in two ways, the one wins with which
 * the messages end exactly with the seal; the standard's reading comes first. Reasons: "version", "c40",
 * "date", "length", "truncated", "duplicate-message", "signature-zone", "no-messages", "too-large",
 * "reference".
 */
MUST_USE bool vds_parse(struct span in, struct vds *out, struct why *w);

struct vds_head {
    uint8_t version; /* 3 or 4 */
    uint16_t document_ref;
    struct span country, signer,
        ref; /* three, four, and for version 3 at most five characters (filled with 0) */
    struct date issued, signed_on;
};

/* Writes the header as the standard has it. */
MUST_USE bool vds_put_head(struct buffer *b, const struct vds_head *h, struct why *w);

enum { VDS_MAGIC = 0xdc, VDS_SIGNATURE = 0xff };

#endif
