/*
 * Fingerprints: what a set of this layer holds in place of the thing itself. Eight bytes of SHA-256 over the
 * key of the set (empty: a plain set, the same everywhere), the kind of thing and its parts, each behind its
 * length. What is fingerprinted here has few values, so a plain set is no secret, and a keyed one only as
 * long as its key is.
 */
#ifndef SERAI_LOOKUP_PRINT_H
#define SERAI_LOOKUP_PRINT_H

#include "base/span.h"

typedef uint64_t lookup_print;

enum { LOOKUP_KEY = 32, LOOKUP_PARTS = 6 };

/* kind: "document"; n <= LOOKUP_PARTS. */
lookup_print lookup_print_of(struct span key, const char *kind, const struct span *part, size_t n);

#endif
