/* OBJECT IDENTIFIER as people write it. */
#ifndef SERAI_WIRE_OID_H
#define SERAI_WIRE_OID_H

#include "base/span.h"

enum { OID_TEXT = 96 };

/* Content octets in dotted numbers: "2.23.136.1.1.5". Cut at whole numbers, followed by "..", when it does
 * not fit; numbers of more than 64 bits are "?". Returns out. */
const char *oid_text(struct span oid, char out[OID_TEXT]);

#endif
