/*
 * Members of an archive in the form of POSIX.1-1988 (ustar), as tar writes and reads them: a block of 512
 * bytes that says name, mode, size and time, then the bytes, filled up to whole blocks; two empty blocks end
 * it. Plain files only.
 */
#ifndef SERAI_WIRE_USTAR_H
#define SERAI_WIRE_USTAR_H

#include "base/date.h"
#include "base/why.h"

enum { USTAR_BLOCK = 512, USTAR_NAME = 257 };

struct ustar {
    char name[USTAR_NAME]; /* "trust/acts/kz/1.act": no empty part, no "." and "..", visible ASCII */
    unsigned mode;         /* permission bits */
    uint64_t size;
    unix_time time;
};

/* A name that can stand in an archive and below any folder. */
bool ustar_name_ok(struct span name);

/* Reason "archive": such a name, or its length, cannot be written, or the size is beyond 8 GiB and no number
 * of 8 bytes. */
MUST_USE bool ustar_put(const struct ustar *m, uint8_t block[USTAR_BLOCK], struct why *w);

/* *end: an empty block. Reason "archive": not such a block, its sum does not hold, another kind of member
 * than a plain file, or a name that must not be. */
MUST_USE bool ustar_parse(const uint8_t block[USTAR_BLOCK], struct ustar *out, bool *end, struct why *w);

/* Bytes behind a member of that size up to the next block. */
static inline size_t ustar_padding(uint64_t size)
{
    return (size_t)(-size & (USTAR_BLOCK - 1));
}

#endif
