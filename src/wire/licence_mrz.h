/*
 * Machine-readable lines on driving licences. There is no common layout: France and the Netherlands print one
 * line of 30 (ISO/IEC 18013-3 form, "D1"), Switzerland three of 9, 30 and 30 without check digits. A zone is
 * a claim without proof, and the layout of one State is never applied to a line of another.
 */
#ifndef SERAI_WIRE_LICENCE_MRZ_H
#define SERAI_WIRE_LICENCE_MRZ_H

#include "wire/mrz.h"

enum licence_mrz_layout { LICENCE_MRZ_FRA, LICENCE_MRZ_NLD, LICENCE_MRZ_CHE };

/* Texts are copies with a NUL behind them, fillers at the end dropped; "" and no date: not in this layout. */
struct licence_mrz {
    enum licence_mrz_layout layout;
    uint8_t lines;
    uint16_t line_at[MRZ_LINES]; /* offset of each line in the text parsed; of a run without line ends too */
    uint8_t width[MRZ_LINES];
    char zone[70];      /* the lines one after the other, without line ends */
    char document[3];   /* "D1", "FA" */
    char state[4];      /* as it stands: "FRA" */
    char number[11];    /* of the document */
    char primary[31];   /* surname; a blank for each filler inside */
    char secondary[31]; /* given names */
    char language[2];   /* CHE */
    char pin[10];       /* CHE: number of the person in the register */
    char version[4];    /* CHE: version; NLD: configuration */
    char random[14];    /* NLD: what makes the line a key of the chip */
    char birth_digits[7], expiry_digits[7];
    struct mrz_date birth, expiry;
    bool name_truncated; /* the field is full: the name may go on */
};

/*
 * Reads the lines: LF, CR or CRLF between them, blanks around allowed, the Swiss ones also in one run of 69.
 * now resolves the centuries. False with why, and *out untouched, for the first of
 *   MRZ_CHAR    a character that is none of A-Z, 0-9, <
 *   MRZ_LENGTH  number or length of lines
 *   MRZ_FORMAT  no licence, or of a State whose layout is not known, or a field with other characters than
 *               belong there
 *   MRZ_CHECK   a check digit: misread or altered
 *   MRZ_DATE    no day of the calendar
 */
MUST_USE bool licence_mrz_parse(struct span text, unix_time now, struct licence_mrz *out, struct why *w);

/* Is it worth calling the lines of a licence, well formed or not? Looks at the first bytes only. */
bool licence_mrz_looks_like(struct span text);

/* "D1 FRA", "D1 NLD", "FA CHE" */
const char *licence_mrz_layout_word(enum licence_mrz_layout l);

#endif
