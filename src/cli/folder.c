#include "cli/folder.h"

#include <sys/stat.h>

bool cli_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool cli_inspect_folder(const char *path, const struct inspect_options *opt, struct arena *a,
                        struct buffer *out, enum result *result, struct why *w)
{
    (void)path;
    (void)opt;
    (void)a;
    (void)out;
    (void)result;
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "chip read-outs come with the next step");
}
