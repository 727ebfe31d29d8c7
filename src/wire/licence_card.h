/* What a physical card says, in the form of licence_data: its barcode, its machine-readable lines. It is
 * unsigned, and often less than what is printed; elements that are absent are absent, not guessed. */
#ifndef SERAI_WIRE_LICENCE_CARD_H
#define SERAI_WIRE_LICENCE_CARD_H

#include "wire/aamva.h"
#include "wire/licence_data.h"
#include "wire/licence_mrz.h"

/*
 * payload is what a was parsed from. Classes are categories of the issuer's own; restrictions and
 * endorsements are codes of its own, none of which is known here: a category with any is
 * LICENCE_CODE_UNKNOWN. A date in the form of another version is taken with LICENCE_DATA_VALUE; one that is
 * none is LICENCE_DATA_DATE; a card without number or country is LICENCE_DATA_MISSING. Spans lie in the
 * payload and static memory.
 */
void licence_data_of_aamva(const struct aamva *a, struct span payload, unix_time now,
                           struct licence_data *out);

/* Lines hold no categories. Spans lie in *m, which must last; offsets are not told. */
void licence_data_of_mrz(const struct licence_mrz *m, unix_time now, struct licence_data *out);

#endif
