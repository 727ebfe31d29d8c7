/* gzip (RFC 1952), as feeds and catalogues are published, with a ceiling on what comes out. */
#ifndef SERAI_WIRE_GZIP_H
#define SERAI_WIRE_GZIP_H

#include "base/buffer.h"
#include "base/why.h"

/* Begins as a gzip file does. */
static inline bool gzip_is(struct span s)
{
    return s.n > 2 && s.p[0] == 0x1f && s.p[1] == 0x8b && s.p[2] == 8;
}

/* All members of the file, appended to out up to its ceiling. Zeros behind the last member are padding.
 * Reasons: "gzip" (damaged, cut, other bytes behind it), "too-large". */
MUST_USE bool gzip_unpack(struct span in, struct buffer *out, struct why *w);

#endif
