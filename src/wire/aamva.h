/*
 * Payload of the PDF417 barcode on driving licences and identity cards of North America (AAMVA DL/ID Card
 * Design Standard, Annex D): a header, entries that say where the subfiles are, subfiles of elements. It is
 * unsigned: what can be read proves nothing.
 */
#ifndef SERAI_WIRE_AAMVA_H
#define SERAI_WIRE_AAMVA_H

#include "base/date.h"
#include "base/why.h"

enum { AAMVA_SUBFILES = 16, AAMVA_ELEMENTS = 256 };

struct aamva_subfile {
    char type[3]; /* "DL", "ID", "ZV" */
    uint16_t offset, length;
};

struct aamva_element {
    char id[4]; /* "DAQ" */
    uint8_t subfile;
    struct span value; /* as it stands, blanks at the end too; in the payload */
};

struct aamva {
    char issuer[7];               /* six digits; "" when lost */
    uint8_t version;              /* 1 to 99; 0: lost */
    uint8_t jurisdiction_version; /* 0 in version 1, which has none */
    bool best_effort; /* what a damaged payload still gave: a hint where to look, and nothing else */
    size_t n_subfiles, n_elements;
    struct aamva_subfile subfile[AAMVA_SUBFILES];
    struct aamva_element element[AAMVA_ELEMENTS];
};

/*
 * The payload as the standard wants it. False with why, and *out untouched, for the first of
 *   BARCODE_HEADER      compliance indicator, separators, file type, issuer, versions
 *   BARCODE_ENTRIES     number of entries: none, more than there are, or more than AAMVA_SUBFILES
 *   BARCODE_OFFSET      a subfile is not where its entry says, runs past the end or into another one
 *   BARCODE_TERMINATOR  a subfile does not end with its terminator, or has one inside; a part between
 *                       separators that is no element
 *   BARCODE_DUP         one type of subfile, or one element of a subfile, twice
 */
MUST_USE bool aamva_parse(struct span payload, struct aamva *out, struct why *w);

/*
 * What can still be found in a payload that aamva_parse refuses, such as one typed by a scanner that drops
 * control characters. Elements with separators between them are taken by their place; without separators by
 * the identifiers of the version, and left out where an identifier could stand in more than one place. Sets
 * best_effort; offsets and lengths of subfiles are not believed. True when there is at least one element.
 */
MUST_USE bool aamva_recover(struct span payload, struct aamva *out);

/* Is it worth calling such a payload, well formed or not? Looks at the first bytes only. */
bool aamva_looks_like(struct span payload);

/* The first element of that name. */
bool aamva_get(const struct aamva *a, const char *id, struct span *value);

/* Family name and given names, whatever elements the version has for them; empty spans when absent. */
void aamva_names(const struct aamva *a, struct span *family, struct span *given);

enum aamva_date_state {
    AAMVA_DATE_ABSENT,  /* no such element, or an empty one */
    AAMVA_DATE_ILLEGAL, /* no day of the calendar */
    AAMVA_DATE_LEGAL,
    AAMVA_DATE_OTHER, /* a day in the form of another version or country; the two cannot be confused */
};

/* A date: YYYYMMDD in version 1 and in Canada, else MMDDYYYY. *out is set for LEGAL and OTHER. */
enum aamva_date_state aamva_date(const struct aamva *a, const char *id, struct date *out);

enum aamva_form { AAMVA_UNKNOWN, AAMVA_TEXT, AAMVA_DATE, AAMVA_SEX, AAMVA_FLAG };

/* What the value of an element looks like; AAMVA_UNKNOWN when that version (0: any) has no such element. */
enum aamva_form aamva_form_of(const uint8_t id[3], unsigned version);

#endif
