/* A checkpoint kept in a folder. */
#include "log/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"

static const char etcd_word[] = "etcd ";

bool log_keep_is_etcd(const char *where)
{
    return strncmp(where, etcd_word, sizeof etcd_word - 1) == 0;
}

struct keep_folder {
    char *path;
    int lock;
    const struct folder_steps *steps;
};

static bool folder_get(void *ctx, struct arena *a, struct span *note, struct why *w)
{
    const struct keep_folder *k = ctx;
    char path[LIMIT_LOG_PATH];
    bool there;

    if ((size_t)snprintf(path, sizeof path, "%s/checkpoint", k->path) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return file_read(path, LIMIT_CHECKPOINT, a, note, &there, w);
}

static bool folder_swap(void *ctx, struct span before, struct span now, struct arena *a, struct why *w)
{
    const struct keep_folder *k = ctx;
    struct span kept = { 0 };

    if (!folder_get(ctx, a, &kept, w))
        return false;
    if (!span_eq(kept, before))
        return why_set(w, "changed", WHY_NO_OFFSET, NULL,
                       "another writer has signed: %s/checkpoint is not what it was", k->path);
    return file_replace(k->path, "checkpoint", now, k->steps, w);
}

static void folder_close(void *ctx)
{
    struct keep_folder *k = ctx;

    if (k->lock >= 0)
        (void)close(k->lock);
    free(k->path);
    free(k);
}

static bool take_lock(struct keep_folder *k, struct why *w)
{
    k->lock = open(k->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (k->lock < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", k->path, strerror(errno));
    return file_lock(k->lock) ||
           why_set(w, "locked", WHY_NO_OFFSET, NULL, "another process writes to %s", k->path);
}

static bool keep_folder_open(const char *where, const struct folder_steps *steps, struct log_keep *out,
                             struct why *w)
{
    struct keep_folder *k = calloc(1, sizeof *k);

    if (!k || !(k->path = strdup(where)))
        abort();
    k->lock = -1;
    k->steps = steps;
    if (folder_make(where, steps, w) && take_lock(k, w)) {
        *out = (struct log_keep){ folder_get, folder_swap, folder_close, k };
        return true;
    }
    folder_close(k);
    return false;
}

bool log_keep_open(const char *where, struct span origin, const struct folder_steps *steps,
                   struct log_keep *out, struct why *w)
{
    return log_keep_is_etcd(where) ? keep_etcd_open(where, origin, out, w)
                                   : keep_folder_open(where, steps, out, w);
}

void log_keep_close(struct log_keep *k)
{
    if (k->close)
        k->close(k->ctx);
    *k = (struct log_keep){ 0 };
}
