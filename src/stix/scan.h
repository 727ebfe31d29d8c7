/* Where a JSON value ends, told without reading it: brackets and quotes are counted, in pieces of any size.
 */
#ifndef SERAI_STIX_SCAN_H
#define SERAI_STIX_SCAN_H

#include "base/span.h"

struct stix_scan {
    uint32_t depth; /* open brackets */
    bool text;      /* inside a string */
    bool escape;    /* behind a backslash */
    bool bare;      /* a number or a word: ends before a comma, a bracket or a blank */
};

/* first: the value's first byte, which is not looked at yet. */
struct stix_scan stix_scan_from(uint8_t first);

/* Goes on from p, which is the value's first byte or where it stopped. The byte behind the value with *done,
 * or end without. Of a value that is no JSON the end is where brackets and quotes say, which is as good as
 * any. */
const uint8_t *stix_scan_on(struct stix_scan *s, const uint8_t *p, const uint8_t *end, bool *done);

#endif
