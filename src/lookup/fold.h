/* Numbers of documents as they are compared (Doc 9303-3 4.2 for what a zone may hold). */
#ifndef SERAI_LOOKUP_FOLD_H
#define SERAI_LOOKUP_FOLD_H

#include "base/span.h"

enum { LOOKUP_NUMBER = 64 };

/*
 * Letters large; blanks, hyphens, fillers, "/" and "." dropped; O and 0, I and 1 stay apart. Into out, of
 * LOOKUP_NUMBER bytes. False: nothing is left, too much is, or something else stands there.
 */
MUST_USE bool lookup_fold(struct span s, uint8_t out[LOOKUP_NUMBER], size_t *n);

#endif
