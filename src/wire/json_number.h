/* Numbers between JSON and IEEE 754 doubles, whatever the locale says about decimal points. */
#ifndef SERAI_WIRE_JSON_NUMBER_H
#define SERAI_WIRE_JSON_NUMBER_H

#include "base/buffer.h"

/* s matches the grammar of a JSON number. False when it is too large for a double; too small is zero. */
MUST_USE bool json_number_read(struct span s, double *out);

/* A finite number as ECMAScript writes it (RFC 8785 3.2.2.3): the fewest digits that read back as v. */
void json_number_put(struct buffer *b, double v);

#endif
