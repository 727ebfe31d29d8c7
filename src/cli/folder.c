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

static bool take(const char *path, struct arena *a, struct inspect_file *out, struct why *w)
{
    out->name = arena_str(a, span_str(path));
    return cli_read(path, a, &out->bytes, w);
}

bool cli_inspect_files(char *const *path, size_t n, const struct inspect_options *opt, struct arena *a,
                       struct buffer *out, enum result *result, struct why *w)
{
    struct inspect_file file[FILES];

    if (n > FILES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d files for one chip", FILES);
    for (size_t i = 0; i < n; i++)
        if (!take(path[i], a, &file[i], w))
            return false;
    *result = inspect_chip(path[0], file, n, opt, a, out);
    return true;
}

bool cli_inspect_folder(const char *path, const struct inspect_options *opt, struct arena *a,
                        struct buffer *out, enum result *result, struct why *w)
{
    struct dirent **list;
    struct inspect_file file[FILES];
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
            ok = take(full, a, &file[files++], w);
        free(list[i]);
    }
    free(list);
    if (ok)
        *result = inspect_chip(path, file, files, opt, a, out);
    return ok;
}
