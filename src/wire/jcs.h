/*
 * The canonical form of JSON (RFC 8785): members sorted by the UTF-16 code units of their names, numbers as
 * ECMAScript writes them, the fewest escapes, no white space. What a signature over JSON covers.
 */
#ifndef SERAI_WIRE_JCS_H
#define SERAI_WIRE_JCS_H

#include "base/buffer.h"
#include "wire/json.h"

/* Appends the canonical form of a value. False with reason "number" (beyond a double) or "too-large" (out or
 * the arena is full). */
MUST_USE bool jcs_put(struct buffer *out, const struct json *j, json_ref v, struct arena *scratch,
                      struct why *w);

/* Order of two UTF-8 texts by UTF-16 code units: U+1F600 (a surrogate pair) stands before U+FB33. */
int jcs_compare(struct span a, struct span b);

#endif
