#include "trust/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/limits.h"

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

/* Beside the number of folders around a path, until the walk is done. */
enum { IS_FILE = 0x80, IS_FOLDER = 0x40, DEPTH = 0x3f };
_Static_assert((int)LIMIT_IMPORT_DEPTH < (int)DEPTH, "depths fit beside the marks");

static void insert(struct files *s, size_t at, char *path, unsigned mark)
{
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->path = must(realloc(s->path, s->room * sizeof *s->path));
        s->turn = must(realloc(s->turn, s->room * sizeof *s->turn));
    }
    memmove(s->path + at + 1, s->path + at, (s->n - at) * sizeof *s->path);
    memmove(s->turn + at + 1, s->turn + at, (s->n - at) * sizeof *s->turn);
    s->path[at] = path;
    s->turn[at] = (uint8_t)mark;
    s->n++;
}

static int visible(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

/* The folder at `at` becomes the end of the list: what is in it, in order; the walk comes to it there. */
static bool open_folder(struct files *s, const char *path, unsigned depth, struct why *w)
{
    struct dirent **list = NULL;
    int n = scandir(path, &list, visible, alphasort);
    bool ok = n >= 0;

    if (!ok)
        return why_set(w, "file", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
    if (depth > LIMIT_IMPORT_DEPTH)
        ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%s: folders lie deeper than %d", path,
                     LIMIT_IMPORT_DEPTH);
    for (int i = 0; i < n; i++) {
        char *full = NULL;

        if (ok && s->n == LIMIT_IMPORT_FILES)
            ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d files", LIMIT_IMPORT_FILES);
        if (ok && asprintf(&full, "%s/%s", path, list[i]->d_name) < 0)
            abort();
        if (ok)
            insert(s, s->n, full, depth | (list[i]->d_type == DT_REG ? IS_FILE : 0));
        free(list[i]);
    }
    free(list);
    return ok;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool files_under(struct files *s, const char *const *path, size_t n, struct why *w)
{
    size_t kept = 0;
    bool ok = true;

    for (size_t i = 0; i < n; i++)
        insert(s, s->n, must(strdup(path[i])), 0);
    for (size_t i = 0; ok && i < s->n; i++) {
        struct stat st;

        if (s->turn[i] == 0 && stat(s->path[i], &st) != 0)
            ok = why_set(w, "file", WHY_NO_OFFSET, NULL, "%s: %s", s->path[i], strerror(errno));
        else if (!(s->turn[i] & IS_FILE) && is_folder(s->path[i])) {
            s->turn[i] = (uint8_t)(s->turn[i] | IS_FOLDER);
            ok = open_folder(s, s->path[i], (s->turn[i] & DEPTH) + 1u, w);
        }
    }
    for (size_t i = 0; i < s->n; i++) {
        if (!ok || s->turn[i] & IS_FOLDER) {
            free(s->path[i]);
            continue;
        }
        s->path[kept] = s->path[i];
        s->turn[kept++] = 0;
    }
    s->n = kept;
    return ok;
}

void files_free(struct files *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->path[i]);
    free(s->path);
    free(s->turn);
    *s = (struct files){ 0 };
}
