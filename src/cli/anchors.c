#include "cli/anchors.h"

#include <fts.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/limits.h"

struct adding {
    struct anchor_set *set;
    const char *source;
    size_t added;
    struct why *w; /* why one could not be read */
};

static bool add_one(void *ctx, struct span der)
{
    struct adding *k = ctx;

    k->added += anchor_set_add(k->set, der, k->source, NULL, k->w);
    return true;
}

static bool from_file(const char *path, const char *source, struct anchor_set *set, bool must, struct why *w)
{
    struct arena a;
    struct span file;
    struct why slip = { .offset = WHY_NO_OFFSET };
    struct adding k = { set, source, 0, &slip };
    bool ok;

    arena_init(&a, 4 * (size_t)LIMIT_FILE);
    ok = cli_read(path, &a, &file, w);
    if (ok)
        (void)certificates_in(file, &a, add_one, &k);
    if (ok && must && k.added == 0)
        ok = why_set(w, "certificate", WHY_NO_OFFSET, slip.clause, "%s",
                     slip.reason ? slip.detail : "holds no certificate");
    arena_free(&a);
    return ok;
}

static int by_name(const FTSENT **x, const FTSENT **y)
{
    return strcmp((*x)->fts_name, (*y)->fts_name);
}

bool cli_anchors(const char *path, struct anchor_set *set, struct why *w)
{
    struct stat st;
    char *name, *roots[2] = { NULL, NULL };
    FTS *walk;
    FTSENT *e;
    bool ok = true;

    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return from_file(path, path, set, true, w);
    name = strdup(path);
    roots[0] = name;
    walk = name ? fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name) : NULL;
    if (!walk)
        ok = why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read the folder");
    while (ok && (e = fts_read(walk)) != NULL)
        if (e->fts_info == FTS_F)
            ok = from_file(e->fts_path, e->fts_path, set, false, w);
    if (walk)
        (void)fts_close(walk);
    free(name);
    return ok;
}
