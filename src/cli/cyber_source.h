/* Indicators and warning lists that a command is given as files. */
#ifndef SERAI_CLI_CYBER_SOURCE_H
#define SERAI_CLI_CYBER_SOURCE_H

#include "cli/cli.h"
#include "detect/build.h"
#include "detect/source.h"

/* A build under a random key, or under that of the image below. */
struct detect_build *cyber_build(enum detect_sign sign, const struct detect_image *below);

/* Adds what a file holds, also packed; says on stderr how many lines were refused, and which. */
MUST_USE bool cyber_add(const char *command, struct detect_build *b, const char *path, bool warnings,
                        struct detect_source_counts *sum);

/* The whole of a file, also packed with gzip or zstd; freed by the caller. */
MUST_USE bool cyber_read(const char *path, struct buffer *out, struct why *w);

/* The last part of a path, without .gz or .zst; without .json too when bare. Static memory, one at a time. */
const char *cyber_name(const char *path, bool bare);

#endif
