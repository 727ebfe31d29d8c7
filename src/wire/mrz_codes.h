/* State and organisation codes: ISO 3166-1 and those that exist only in machine-readable zones (Doc 9303-3
 * section 5). */
#ifndef SERAI_WIRE_MRZ_CODES_H
#define SERAI_WIRE_MRZ_CODES_H

#include "base/span.h"

/* A code of the zone, fillers at the end allowed: "KAZ", "D<<", "XXA". */
bool mrz_code_known(struct span alpha3);

/* What it means, for codes that are no state's: "stateless person"; "" for a state; NULL when unknown. */
const char *mrz_code_meaning(struct span alpha3);

/* "KAZ" -> "KZ", "D<<" and "DEU" -> "DE", as in certificates and agreements; NULL: unknown or it has no such
 * form. */
const char *state_from_alpha3(struct span alpha3);

/* "KZ" -> "KAZ", "DE" -> "D", any case; the form of the zone without fillers. NULL when unknown. */
const char *state_to_alpha3(struct span alpha2);

#endif
