/* Numbers, Base64 and addresses of patterns and of the values they are compared with. */
#ifndef SERAI_STIX_PATTERN_NUMBER_H
#define SERAI_STIX_PATTERN_NUMBER_H

#include "base/arena.h"

/* [+-]?[0-9]*[.][0-9]+ or an integer, as the nearest double, independent of the locale. False beyond the
 * range. */
MUST_USE bool pattern_real(struct span s, double *out);

/* RFC 4648 section 4 with padding; line feeds are passed over (9.2), unused bits may be set. */
MUST_USE bool pattern_base64(struct span s, struct arena *a, struct span *out);

/* Decimal seconds without a sign; more than 18 digits of fraction are refused. For WITHIN. */
struct pattern_time;
MUST_USE bool pattern_seconds(struct span s, struct pattern_time *out);

/* An IPv4 or IPv6 address, or a range with its prefix length (CIDR; bits below the prefix are passed over).
 */
struct pattern_range {
    bool v6;
    unsigned bits;       /* 0..32 or 0..128 */
    uint8_t address[16]; /* bits behind the prefix are zero */
};

MUST_USE bool pattern_range_read(struct span s, struct pattern_range *out);
/* a lies within b, or is the same. */
bool pattern_range_within(const struct pattern_range *a, const struct pattern_range *b);

#endif
