/*
 * What a misread zone may have been: corrections of characters that readers confuse (0 and O, 1 and I, ...).
 * A suggestion is for a person to compare with the document; nothing applies it.
 */
#ifndef SERAI_WIRE_MRZ_SUGGEST_H
#define SERAI_WIRE_MRZ_SUGGEST_H

#include "wire/mrz.h"

enum { MRZ_CHANGES = 20 };

struct mrz_change {
    uint8_t pos;     /* in the zone without line ends */
    uint16_t offset; /* in the text given */
    char from, to;
    bool confirmed; /* a check digit covers the character */
};

struct mrz_suggestion {
    char zone[MRZ_ZONE + 1];
    size_t n_changes;
    struct mrz_change change[MRZ_CHANGES];
    unsigned cost;  /* what the confusions weigh together; less is likelier */
    bool ambiguous; /* another correction is as good, whether it found room or not */
};

/*
 * Corrections of least cost after which every check digit holds, the dates are legal and only letters stand
 * where only letters can. Up to max of them in out; returns how many. 0 when the zone reads well already,
 * when its layout cannot be told (then w says why, as mrz_parse does), or when no set of known confusions
 * mends it; a digit taken for another digit is not among these, for that cannot be told from an alteration.
 *
 * Work is bounded: at most two changes of choice in each of number and optional data, MRZ_CHANGES in all; at
 * most 10,000 check digits and 2 x 4,096 combinations for any input.
 */
size_t mrz_suggest(struct span text, unix_time now, struct mrz_suggestion *out, size_t max, struct why *w);

#endif
