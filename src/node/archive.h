/*
 * Files in one file, as tar reads them (wire/ustar.h), with the digest of each. Written under another name
 * until all is on disk.
 */
#ifndef SERAI_NODE_ARCHIVE_H
#define SERAI_NODE_ARCHIVE_H

#include <stdio.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "crypto/digest.h"
#include "wire/ustar.h"

enum { ARCHIVE_PATH = 4096, ARCHIVE_PIECE = 64 * 1024 };

struct archive_writer {
    FILE *f;
    char path[ARCHIVE_PATH], part[ARCHIVE_PATH + 8];
    struct buffer manifest; /* "<hex of SHA-256>  <name>\n" for each, as sha256sum writes it */
    uint64_t files, bytes;
};

/* Reason "exists": that file is there already; "io". */
MUST_USE bool archive_create(const char *path, struct archive_writer *out, struct why *w);
MUST_USE bool archive_bytes(struct archive_writer *a, const char *name, unsigned mode, unix_time time,
                            struct span s, struct why *w);
/* As long as the file is now; one that shrinks meanwhile is reason "changed". */
MUST_USE bool archive_file(struct archive_writer *a, const char *name, const char *path, struct why *w);
/* On disk under its name when it returns true. */
MUST_USE bool archive_finish(struct archive_writer *a, struct why *w);
/* After either: frees, and removes what was not finished. */
void archive_end(struct archive_writer *a);

/* What is done with what is read; each is false with a reason to stop. */
struct archive_reader {
    bool (*begin)(void *ctx, const struct ustar *m, struct why *w);
    bool (*piece)(void *ctx, struct span s, struct why *w);
    bool (*end)(void *ctx, const struct ustar *m, const struct digest *sha256, struct why *w);
    void *ctx;
};

/* Reason "archive": cut, damaged, or bytes behind its end; those of ustar_parse. */
MUST_USE bool archive_read(FILE *f, const struct archive_reader *r, struct why *w);

#endif
