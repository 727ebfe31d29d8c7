/*
 * Logs in a folder, to be carried where no link leads: FOLDER/<hex SHA-256 of the origin>/ with the files of
 * the log as they go over HTTP. Nothing in it is believed for being there: what takes it in verifies as a
 * pull does.
 */
#ifndef SERAI_SYNC_STICK_H
#define SERAI_SYNC_STICK_H

#include "sync/pull.h"

struct stick_counts {
    uint64_t logs, entries, files, bytes; /* files that were there already are not written again */
};

/*
 * Writes what the checkpoint of the source requires, and the bodies as far as the source has them. The
 * checkpoint is last, so that a stick pulled out too early shows the state before. Reasons of log_tile_get,
 * "io".
 */
MUST_USE bool stick_write(const struct log_source *source, const char *folder, struct stick_counts *n,
                          struct why *w);

/* The origin that the checkpoint in a log's folder names, in the arena: who says so is not checked. */
MUST_USE bool stick_origin(const char *folder, const char *log, struct arena *a, struct span *origin,
                           struct why *w);

/* The name of a log's folder on a stick, and of its path at a member: 64 hexadecimal digits. */
void log_name(struct span origin, char out[65]);

#endif
