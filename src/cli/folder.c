#include "cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "cli/cli.h"

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

bool cli_read_folder(const char *path, struct arena *a, struct inspect_file *file, size_t max, size_t *n,
                     struct why *w)
{
    struct dirent **list;
    char full[4096];
    int found = scandir(path, &list, plain_file, alphasort);
    bool ok = found >= 0;

    *n = 0;
    if (!ok)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open: %s", strerror(errno));
    for (int i = 0; i < found; i++) {
        (void)snprintf(full, sizeof full, "%s/%s", path, list[i]->d_name);
        if (ok && *n == max)
            ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %zu files for one chip", max);
        if (ok && !cli_is_folder(full))
            ok = take(full, a, &file[(*n)++], w);
        free(list[i]);
    }
    free(list);
    return ok;
}

bool cli_inspect_files(char *const *path, size_t n, const struct inspect_options *opt, struct arena *a,
                       struct buffer *out, enum result *result, struct why *w)
{
    struct inspect_file file[LIMIT_CHIP_FILES];

    if (n > LIMIT_CHIP_FILES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d files for one chip",
                       LIMIT_CHIP_FILES);
    for (size_t i = 0; i < n; i++)
        if (!take(path[i], a, &file[i], w))
            return false;
    *result = inspect_chip(path[0], file, n, opt, a, out);
    return true;
}

bool cli_inspect_folder(const char *path, const struct inspect_options *opt, struct arena *a,
                        struct buffer *out, enum result *result, struct why *w)
{
    struct inspect_file file[LIMIT_CHIP_FILES];
    size_t n;

    if (!cli_read_folder(path, a, file, LIMIT_CHIP_FILES, &n, w))
        return false;
    *result = inspect_chip(path, file, n, opt, a, out);
    return true;
}
