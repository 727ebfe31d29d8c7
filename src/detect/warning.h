/*
 * Warning lists (MISP's five kinds): values that stand in threat intelligence by mistake. A list never
 * removes a hit: it is named beside it, and the hit is not an alert. Lists are images of negative sign; their
 * substrings and expressions stand in the notes and are tried one after the other.
 */
#ifndef SERAI_DETECT_WARNING_H
#define SERAI_DETECT_WARNING_H

#include "detect/image.h"

enum { DETECT_LISTS = 256 };

struct detect_warnings;

/* The image is used, not copied. Reason "expression": one that does not compile, or "damaged". */
MUST_USE bool detect_warnings_new(const struct detect_image *i, struct detect_warnings **ret, struct why *w);
void detect_warnings_free(struct detect_warnings *x); /* NULL allowed */

/* The numbers of the lists that this value is on, rising; at most room. */
size_t detect_warnings_of(const struct detect_warnings *x, enum detect_kind kind, struct span value,
                          uint16_t *out, size_t room);
struct span detect_warnings_name(const struct detect_warnings *x, unsigned list);

#endif
