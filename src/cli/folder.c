#include "cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/cli.h"

enum { FILES = 64 };

bool cli_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int plain_file(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

bool cli_inspect_folder(const char *path, const struct inspect_options *opt, struct arena *a,
                        struct buffer *out, enum result *result, struct why *w)
{
    struct dirent **list;
    struct span file[FILES];
    char full[4096];
    int n = scandir(path, &list, plain_file, alphasort);
    size_t files = 0;
    bool ok = n >= 0;

    if (!ok)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open: %s", strerror(errno));
    for (int i = 0; i < n; i++) {
        (void)snprintf(full, sizeof full, "%s/%s", path, list[i]->d_name);
        if (ok && files == FILES)
            ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d files for one chip", FILES);
        if (ok && !cli_is_folder(full))
            ok = cli_read(full, a, &file[files++], w);
        free(list[i]);
    }
    free(list);
    if (ok)
        *result = inspect_chip(path, file, files, opt, a, out);
    return ok;
}
