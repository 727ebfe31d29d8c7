/*
 * Names of machine-readable zones in the Arabic letters they stand for: Doc 9303-3 section 6.C writes a
 * letter that A to Z do not have with X before it, MXHMD for محمد. The vowels are gone as in Arabic, so that
 * such a word is compared as Arabic and not as Latin.
 */
#ifndef SERAI_NAMES_ZONE_H
#define SERAI_NAMES_ZONE_H

#include "names/name.h"

enum zone_reading {
    ZONE_NONE,      /* Xavier, Xi, Maxim, Hoxha, Alexei: no such name */
    ZONE_PLAUSIBLE, /* XHAMD, and Xhafer of Albania: perhaps */
    ZONE_SURE,      /* MXHMD, AXHMD, ALXDHAHR: nobody writes that otherwise */
};

/*
 * What the Latin words of the name say: the strongest of all. out, when not ZONE_NONE: the same with each
 * word that can be decoded in Arabic letters (SEYD beside MXHMD too); doubled letters but L become one, as
 * shadda doubles them.
 */
enum zone_reading zone_read(const struct channel *c, enum names_schema schema, const struct names_name *n,
                            struct names_name *out);

#endif
