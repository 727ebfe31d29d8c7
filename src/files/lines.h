/*
 * A file of lines that only grows, and is bounded: when the next line would not fit it becomes NAME.1, what
 * was NAME.1 becomes NAME.2, and so on; the oldest goes. The disk holds at most (older + 1) * most bytes of
 * it.
 */
#ifndef SERAI_FILES_LINES_H
#define SERAI_FILES_LINES_H

#include "base/span.h"
#include "base/why.h"

/* The line, with its end, is on disk when this is true. By any number of threads and processes at once; no
 * line is split or lost between two files. Reason "io", also for a link in place of the file; "too-large":
 * the line is longer than a file. */
MUST_USE bool lines_append(const char *folder, const char *name, struct span line, uint64_t most,
                           unsigned older, struct why *w);

#endif
