/* Machine-readable zones from fields, all check digits computed (Doc 9303-3 section 4). */
#ifndef SERAI_WIRE_MRZ_WRITE_H
#define SERAI_WIRE_MRZ_WRITE_H

#include "wire/mrz.h"

/*
 * Texts are in the alphabet of the zone already (names: translit_to_mrz). In all of them a blank or hyphen
 * stands for a filler; in names apostrophes, commas and full stops are dropped and runs of fillers become one
 * (Doc 9303-3 4.6).
 */
struct mrz_fields {
    enum mrz_format format;
    struct span code;        /* 1 or 2 letters: "P", "ID", "V" */
    struct span issuer;      /* 1 to 3 letters: "D", "KAZ" */
    struct span number;      /* 1..9 characters; TD1 up to 22, TD2 up to 14 */
    struct span nationality; /* 1 to 3 letters */
    struct span primary, secondary;
    struct mrz_date birth,
        expiry; /* state ILLEGAL refused; else 0 in a part means unknown; the century is not written */
    enum mrz_sex sex;
    struct span optional1, optional2; /* optional2: TD1 only */
};

/*
 * Appends the lines, a LF between them and none behind the last. A name too long is cut so that the beginning
 * of the secondary identifier stays and the field ends with a letter (Doc 9303-4 4.2.3); *truncated (may be
 * NULL) says so. False with why, and nothing appended: "document-code", "code" (issuer, nationality),
 * "number", "name", "date", "sex", "optional"; offset is then the one in the field, the detail names the
 * field. "too-large": out is full.
 */
MUST_USE bool mrz_write(const struct mrz_fields *f, struct buffer *out, bool *truncated, struct why *w);

/* The fields of a zone, to be written again; the spans live in m. Optional data are taken as they stand. */
struct mrz_fields mrz_fields_of(const struct mrz *m);

#endif
