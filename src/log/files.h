/*
 * Files of a log in a folder: written now, and on disk together. What is written is seen by nobody before a
 * checkpoint requires it, so a file may appear in parts until log_files_sync says that all are there.
 */
#ifndef SERAI_LOG_FILES_H
#define SERAI_LOG_FILES_H

#include "files/durable.h"
#include "log/verify.h"

struct log_files {
    const char *root;
    const struct folder_steps *steps; /* may be NULL */
    struct buffer written, folders;   /* names behind one another, each with its NUL: not yet on disk */
};

void log_files_init(struct log_files *f, const char *root, const struct folder_steps *steps);
void log_files_free(struct log_files *f);

/* path is below the root; folders above it are made. In place of what was there. Reason "io". */
MUST_USE bool log_files_write(struct log_files *f, const char *path, struct span s, struct why *w);
/* All that was written since is on disk, with its names. */
MUST_USE bool log_files_sync(struct log_files *f, struct why *w);
/* Removes a file below the root, if it can. */
void log_files_drop(const struct log_files *f, const char *path);
/* Removes the files of a folder below the root, and it; what cannot be removed stays. */
void log_files_drop_folder(const struct log_files *f, const char *path);
/* Removes its files but the one of that name. */
void log_files_drop_others(const struct log_files *f, const char *path, const char *keep);

/* A folder as a source; root must outlive it. */
struct log_source log_folder(const char *root);

#endif
