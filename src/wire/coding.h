/* Content codings of HTTP (RFC 9110 8.4.1): which one a client takes, and bytes packed with it. */
#ifndef SERAI_WIRE_CODING_H
#define SERAI_WIRE_CODING_H

#include "base/arena.h"

enum coding { CODING_NONE, CODING_GZIP, CODING_ZSTD, CODINGS };

/* The word of the header; NULL for CODING_NONE. */
const char *coding_word(enum coding c);

/* RFC 9110 12.5.3: the one with the greatest weight; of equals zstd, then gzip. A header that is absent
 * (NULL) or is not one leaves the bytes as they are: that is always right. */
enum coding coding_choose(const char *accept_encoding);

/* QUICK while somebody waits, SMALL once for many. */
enum coding_effort { CODING_QUICK, CODING_SMALL };

/* Into the arena. False when that does not make it smaller or memory is short: send it as it is. */
MUST_USE bool coding_pack(enum coding c, enum coding_effort effort, struct span in, struct arena *a,
                          struct span *out);

#endif
