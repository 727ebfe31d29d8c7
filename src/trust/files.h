/* The files under some paths, for importing and loading. Between the files of trust/. */
#ifndef SERAI_TRUST_FILES_H
#define SERAI_TRUST_FILES_H

#include "base/why.h"

struct files {
    char **path;
    uint8_t *turn; /* the caller's; 0 at first */
    size_t n, room;
};

/*
 * A path that is a folder stands for the files in it and in the folders in it, in order of names, hidden ones
 * left out. Reason "file" when a path cannot be opened, "too-large" past LIMIT_IMPORT_FILES or when folders
 * lie deeper than LIMIT_IMPORT_DEPTH.
 */
MUST_USE bool files_under(struct files *s, const char *const *path, size_t n, struct why *w);
void files_free(struct files *s);

#endif
