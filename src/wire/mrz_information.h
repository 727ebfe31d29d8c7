/*
 * The MRZ information: document number, birth and expiry with their check digits, from which the keys of a
 * chip are derived (Doc 9303-11 4.3.2 and appendix D.2). Issuers disagree about document numbers of more than
 * nine characters, so there can be several readings.
 */
#ifndef SERAI_WIRE_MRZ_INFORMATION_H
#define SERAI_WIRE_MRZ_INFORMATION_H

#include "wire/mrz.h"

enum { MRZ_INFORMATION = 48, MRZ_INFORMATION_READINGS = 4 };

struct mrz_information {
    size_t n;                                             /* at least 1 */
    char text[MRZ_INFORMATION_READINGS][MRZ_INFORMATION]; /* the likeliest first; with a NUL */
};

/* Reason "check-digit" when one of the three digits does not hold, "no-chip" for a visa. */
MUST_USE bool mrz_information(const struct mrz *m, struct mrz_information *out, struct why *w);

/*
 * From fields as a person types them. number: letters in both cases, digits, fillers; blanks and hyphens
 * count as fillers, those at the end need not be there. Dates: YYMMDD or YYYY-MM-DD, '<' or 'X' for unknown
 * parts. Reasons "number", "birth", "expiry".
 */
MUST_USE bool mrz_information_of(struct span number, struct span birth, struct span expiry,
                                 struct mrz_information *out, struct why *w);

#endif
