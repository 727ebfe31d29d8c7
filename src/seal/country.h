/*
 * Which State a certificate and a machine-readable zone name: certificates use the two letters of ISO 3166-1,
 * zones its three letters and the codes of Doc 9303-3 section 5.
 */
#ifndef SERAI_SEAL_COUNTRY_H
#define SERAI_SEAL_COUNTRY_H

#include "base/span.h"

enum country_match {
    COUNTRY_SAME,
    COUNTRY_OTHER,
    COUNTRY_UNKNOWN /* the zone's code names no State that is known */
};

/* two: letters of a certificate, in any case; three: of a zone, fillers '<' at the end allowed. */
enum country_match country_match(struct span two, struct span three);

#endif
