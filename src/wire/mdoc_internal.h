/* What the files of wire/mdoc share. */
#ifndef SERAI_WIRE_MDOC_INTERNAL_H
#define SERAI_WIRE_MDOC_INTERNAL_H

#include "wire/mdoc.h"

/* An embedded part, checked; out reads it with offsets of the whole input. */
MUST_USE bool mdoc_embedded(struct mdoc_response *r, struct span part, bool tolerant, struct arena *a,
                            struct cbor *out, struct why *w);
/* Fails the cursor at that place unless all is there. */
void mdoc_need(struct cbor *c, const uint8_t *at, bool all, const char *what);

#endif
