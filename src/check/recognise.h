/* What bytes are, by their content alone: names and announced types are never believed. */
#ifndef SERAI_CHECK_RECOGNISE_H
#define SERAI_CHECK_RECOGNISE_H

#include "base/arena.h"

enum thing {
    THING_UNKNOWN,
    THING_MRZ,
    THING_LICENCE_MRZ, /* lines of a driving licence in a layout of its own */
    THING_AAMVA,       /* barcode payload of a North American licence */
    THING_VDS,         /* bytes */
    THING_VDS_HEX,     /* the same as hexadecimal text */
    THING_IDB,
    THING_VDSNC,
    THING_PICTURE,        /* PNG or JPEG */
    THING_SOD,            /* EF.SOD */
    THING_DATA_GROUP,     /* a data group or EF.COM alone */
    THING_CARD_ACCESS,    /* EF.CardAccess */
    THING_CARD_SECURITY,  /* EF.CardSecurity */
    THING_CHIP_DIRECTORY, /* EF.DIR */
    THING_CERTIFICATE,
    THING_CRL,
    THING_MASTER_LIST,
    THING_PEM,          /* text form of one of the three before */
    THING_NOTE,         /* signed note: a receipt */
    THING_VICAL,        /* list of authorities that issue mobile licences */
    THING_STATUS_TOKEN, /* status list or identifier list */
    THING_STATUS_MAP,   /* the values of a status list, unsigned */
    THING_MDOC,         /* mobile licence: a map of CBOR */
};

/* Looks at the beginning only, never at more than a few hundred bytes but for text and COSE, where it is
 * linear. */
enum thing recognise(struct span s);

/* The value of "kind" in the interface. */
const char *thing_word(enum thing t);

/* The bytes of a THING_VDS_HEX text. */
MUST_USE bool recognise_hex(struct span s, struct arena *a, struct span *out);

#endif
