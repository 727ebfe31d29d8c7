/* Whether files changed: names, sizes, times and places of all that is in some folders, as one digest. */
#ifndef SERAI_NODE_WATCH_H
#define SERAI_NODE_WATCH_H

#include "base/why.h"
#include "crypto/digest.h"

/*
 * path: a folder with all in it, or a file; NULL: nothing. What cannot be looked at goes into the digest too.
 * inotify: from now on its events tell of changes in each folder that was seen, and in the one that holds
 * path; -1: none. Hidden files and the file `lock` are left out.
 */
void watch_digest(const char *path, int inotify, struct digest *out);

#endif
