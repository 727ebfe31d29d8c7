/* Distinguished names (RFC 5280 4.1.2.4), compared as people mean them. Between the files of seal/. */
#ifndef SERAI_SEAL_NAME_H
#define SERAI_SEAL_NAME_H

#include "base/buffer.h"
#include "wire/der.h"

struct name_part {
    struct span type; /* content octets of the OBJECT IDENTIFIER */
    uint8_t tag;      /* kind of string */
    struct span value;
};

/* Steps through the attributes of a DER Name: parts is made with name_parts. False at the end or after an
 * error, which stands in parts->rdns. */
struct name_parts {
    struct der rdns, rdn;
};

struct name_parts name_parts(struct span name);
bool name_next(struct name_parts *parts, struct name_part *out);

/* Whether both have the same attributes, byte for byte, in any order. */
bool names_reordered(struct span a, struct span b);

/* Equal for names that names_equal holds equal. */
uint64_t name_hash(struct span name);

/* "C=DE, O=bund, CN=CSCA": for people; bytes that are no text appear as '?'. */
void name_put(struct buffer *b, struct span name);

#endif
