/*
 * What the messages of visible seals are called and how they are written: the files in data/seals/, compiled
 * in. An entry that is missing never hides a message: unknown ones are passed on as bytes.
 */
#ifndef SERAI_WIRE_SEAL_DICTIONARY_H
#define SERAI_WIRE_SEAL_DICTIONARY_H

#include "base/buffer.h"
#include "base/date.h"
#include "base/why.h"

enum seal_coding {
    SEAL_CODING_BYTES,
    SEAL_CODING_MRZ,      /* C40; 72, 88 or 90 characters in lines of 36, 44 or 30 */
    SEAL_CODING_MRZ_TD1,  /* C40; three lines of 30 */
    SEAL_CODING_MRZ_TD3,  /* C40; two lines of 44 */
    SEAL_CODING_MRZ_MRVA, /* C40; a line of 44, the rest is line 2 */
    SEAL_CODING_MRZ_MRVB, /* C40; a line of 36, the rest is line 2 */
    SEAL_CODING_C40,
    SEAL_CODING_TEXT,      /* UTF-8 without control and direction characters */
    SEAL_CODING_BYTE,      /* a number 0..255 */
    SEAL_CODING_NUMBER,    /* big endian, up to eight bytes */
    SEAL_CODING_DATE,      /* MMDDYYYY in 24 bits */
    SEAL_CODING_MASK_DATE, /* a mask of unknown digits, then as DATE */
    SEAL_CODING_DATE_TEXT, /* eight digits YYYYMMDD */
    SEAL_CODING_DATE_TIME, /* MMDDYYYYhhmmss in 48 bits */
    SEAL_CODING_DURATION,  /* days, months, years, a byte each; FF FF FF: decided by the authority */
    SEAL_CODING_CODE,      /* one byte with a word for it */
    SEAL_CODING_MESSAGES,  /* messages inside */
};

struct seal_code {
    uint8_t value;
    const char *word;
};

struct seal_field_def {
    uint8_t tag;
    uint8_t coding;
    uint8_t one_of; /* not 0: exactly one of the messages with this number */
    bool required;
    bool last_day;   /* the document, visa or authorization ends with this day */
    bool names_type; /* code: its word is the type of the document */
    int16_t marker;  /* not -1: bytes that begin with this byte and go on as messages are those */
    uint16_t min, max;
    uint16_t first, n; /* messages inside, or words of a code */
    const char *name, *title;
    const char *country; /* holds for seals of this country only; NULL: any */
};

enum seal_family { SEAL_FAMILY_VDS, SEAL_FAMILY_IDB };

struct seal_type {
    enum seal_family family;
    uint16_t key; /* VDS: document reference; IDB: tag of the message that makes a barcode of this type */
    uint16_t first, n;
    const char *type, *title;
};

/* NULL when unknown. */
const struct seal_type *seal_type_by_key(enum seal_family family, uint16_t key);
const struct seal_type *seal_type_by_name(enum seal_family family, struct span name);
/* All, in the order of the files; NULL at the end. */
const struct seal_type *seal_type_at(size_t i);

/* Where messages are looked up: those of a type, those inside a message, or those of all barcodes. */
struct seal_scope {
    const struct seal_field_def *def;
    size_t n;
};

struct seal_scope seal_scope_of_type(const struct seal_type *t); /* t may be NULL: empty */
struct seal_scope seal_scope_inside(const struct seal_field_def *d);
struct seal_scope seal_scope_idb(void);

const struct seal_field_def *seal_def_by_tag(struct seal_scope s, uint8_t tag);

static inline bool seal_is_zone(const struct seal_field_def *d)
{
    return d->coding >= SEAL_CODING_MRZ && d->coding <= SEAL_CODING_MRZ_MRVB;
}

/* The word for a code; NULL when it has none. */
const char *seal_code_word(const struct seal_field_def *d, uint8_t value);

const char *seal_coding_word(enum seal_coding c);

/*
 * The value of a message for people and programs, appended as UTF-8: MRZ with '\n' between lines and '<' as
 * filler; other C40 without blanks at the end; numbers in decimal; dates YYYY-MM-DD (X: unknown digit), with
 * T and time for DATE_TIME; durations as ISO 8601 ("P30D", "P1Y2M") or "by-authority"; a code's word. False,
 * and nothing appended, when raw is not in the coding; always false for BYTES and MESSAGES.
 */
bool seal_value_text(const struct seal_field_def *d, struct span raw, struct buffer *out);

/* Room for the text of raw. */
size_t seal_value_room(size_t raw);

/* The reverse; BYTES are given in hexadecimal. Reason "field" (with the name in the detail) when it cannot be
 * written in the coding or has the wrong length. */
MUST_USE bool seal_value_put(const struct seal_field_def *d, struct span text, struct buffer *out,
                             struct why *w);

/* The exact day of a text "YYYY-MM-DD"; unset when digits are unknown or it is something else. */
struct date seal_text_day(struct span text);

#endif
