/* Content negotiation of TAXII 2.1 (1.6.8; RFC 9110 12.5.1, 8.3). */
#ifndef SERAI_TAXII_MEDIA_H
#define SERAI_TAXII_MEDIA_H

#include "base/span.h"

#define TAXII_MEDIA "application/taxii+json;version=2.1"
#define TAXII_STIX  "application/stix+json;version=2.1"

/* An Accept header that TAXII_MEDIA satisfies: the most specific range that fits has a q above 0. Without a
 * version the latest is meant. Type names ignore case. Empty, or too long: false. */
MUST_USE bool taxii_accepts(struct span accept);

/* A Content-Type that is TAXII_MEDIA, or the same without a version. */
MUST_USE bool taxii_is_content(struct span content_type);

#endif
