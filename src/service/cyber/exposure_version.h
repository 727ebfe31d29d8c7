/*
 * Versions and ranges as advisories write them. Compared are dotted numbers ("4.6", "V3.0.1") and Semantic
 * Versions ("2.1.0-rc.1"); ranges are "vers:" (VERS draft, as CSAF 2.0 3.1.2.3.2 recommends) and the
 * comparisons that advisories use ("< V7.2", ">= 1.19.0 | <= 1.38.0", "all versions"). What else is written
 * is never guessed at: it is undetermined.
 */
#ifndef SERAI_SERVICE_CYBER_EXPOSURE_VERSION_H
#define SERAI_SERVICE_CYBER_EXPOSURE_VERSION_H

#include "base/span.h"

enum version_fit {
    VERSION_FITS,
    VERSION_OUTSIDE,
    VERSION_UNDETERMINED, /* the range, or one of the versions, is of a form that has no order here */
};

/* *order <0, 0, >0. False: the two have no order here; equal texts always have one. */
bool version_order(struct span a, struct span b, int *order);

/* A version in a range. version empty: only a range of all versions fits, else it is undetermined. */
enum version_fit version_in(struct span version, struct span range);

#endif
