/* Small files that must survive a crash: each step is on disk before the next. */
#ifndef SERAI_FILES_DURABLE_H
#define SERAI_FILES_DURABLE_H

#include "base/arena.h"
#include "base/why.h"

/* For tests: called before each step that changes the disk. */
struct folder_steps {
    void (*before)(void *ctx, const char *step);
    void *ctx;
};

/* The whole file; absent: an empty span and *there false. Reason "io", "too-large". */
MUST_USE bool file_read(const char *path, size_t most, struct arena *a, struct span *out, bool *there,
                        struct why *w);

/* The lock of the one process that writes, on a file that is open. Waits some milliseconds at most: others
 * only look, with file_is_locked, for a moment. */
MUST_USE bool file_lock(int fd);
/* Whether a process writes now. A file that is not there is not locked. */
bool file_is_locked(const char *path);

/* A folder, made when it is not there and then on disk in its parent. */
MUST_USE bool folder_make(const char *path, const struct folder_steps *steps, struct why *w);

/* A file that is not there yet appears whole, or not at all; reason "exists" when it is there. */
MUST_USE bool file_create(const char *folder, const char *name, struct span s,
                          const struct folder_steps *steps, struct why *w);

/* The same, in place of what was there. */
MUST_USE bool file_replace(const char *folder, const char *name, struct span s,
                           const struct folder_steps *steps, struct why *w);

#endif
