/* A folder given where a file is expected: one chip read-out, a file for EF.SOD and each data group. */
#ifndef SERAI_CLI_FOLDER_H
#define SERAI_CLI_FOLDER_H

#include "check/inspect.h"

bool cli_is_folder(const char *path);

/* The plain files in it, in the order of their names; hidden ones and folders are passed over. */
MUST_USE bool cli_read_folder(const char *path, struct arena *a, struct inspect_file *file, size_t max,
                              size_t *n, struct why *w);

/* Appends one inspection of the whole to out. */
MUST_USE bool cli_inspect_folder(const char *path, const struct inspect_options *opt, struct arena *a,
                                 struct buffer *out, enum result *result, struct why *w);

/* The same for files that are named one by one; n > 0. */
MUST_USE bool cli_inspect_files(char *const *path, size_t n, const struct inspect_options *opt,
                                struct arena *a, struct buffer *out, enum result *result, struct why *w);

#endif
