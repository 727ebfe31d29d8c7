/*
 * C40 as visible seals use it (Doc 9303-13, after ISO/IEC 16022): three characters of A-Z, 0-9 and blank in
 * two bytes. A blank stands for the filler '<' of a machine-readable zone. Shift sets do not occur and are
 * refused.
 */
#ifndef SERAI_WIRE_C40_H
#define SERAI_WIRE_C40_H

#include "base/buffer.h"
#include "base/why.h"

/* Most characters that n bytes can hold. */
static inline size_t c40_chars(size_t n)
{
    return n / 2 * 3;
}

/* Bytes that n characters take. */
static inline size_t c40_bytes(size_t n)
{
    return (n + 2) / 3 * 2;
}

/*
 * Decodes all of in; out has room for c40_chars(in.n). Blanks become blank (' ' or '<'). *n is what was
 * written. On failure reason "c40" with the offset of the pair in `in`.
 */
MUST_USE bool c40_decode(struct span in, char blank, char *out, size_t *n, struct why *w);

/* ' ' and '<' are both written as blank. False, with nothing written, for any other character. */
MUST_USE bool c40_put(struct buffer *b, struct span text, struct why *w);

#endif
