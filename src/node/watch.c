#include "node/watch.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/buffer.h"

enum { PATH = 4096, LISTING = 256 << 20 };

static const uint32_t events = IN_CREATE | IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_DELETE |
                               IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_MASK_ADD;

/* The folder that holds path: a file put in the place of another is seen there. */
static void watch_parent(const char *path, int inotify)
{
    const char *slash = strrchr(path, '/');
    char parent[PATH];

    (void)snprintf(parent, sizeof parent, "%.*s", slash > path ? (int)(slash - path) : 1, slash ? path : ".");
    (void)inotify_add_watch(inotify, parent,
                            IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_MASK_ADD);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void put_entry(struct buffer *b, const FTSENT *e)
{
    const struct stat *st = e->fts_statp;

    buf_put(b, span_of(e->fts_path, e->fts_pathlen));
    buf_printf(b, "\n%d %d ", (int)e->fts_info, e->fts_errno);
    if (e->fts_info == FTS_F)
        buf_printf(b, "%llu %lld %lld.%09ld %lld.%09ld", (unsigned long long)st->st_ino,
                   (long long)st->st_size, (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec,
                   (long long)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
    buf_u8(b, '\n');
}

void watch_digest(const char *path, int inotify, struct digest *out)
{
    char root[PATH];
    char *const roots[] = { root, NULL };
    struct buffer b;
    FTSENT *e;
    FTS *walk;

    buf_init(&b, LISTING);
    if (path && snprintf(root, sizeof root, "%s", path) < (int)sizeof root) {
        if (inotify >= 0)
            watch_parent(path, inotify);
        walk = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
        while (walk && (e = fts_read(walk)) != NULL) {
            if (e->fts_level > 0 && (e->fts_name[0] == '.' || strcmp(e->fts_name, "lock") == 0)) {
                (void)fts_set(walk, e, FTS_SKIP);
                continue;
            }
            if (inotify >= 0 && (e->fts_info == FTS_D || (e->fts_info == FTS_F && e->fts_level == 0)))
                (void)inotify_add_watch(inotify, e->fts_path, events);
            if (e->fts_info != FTS_DP)
                put_entry(&b, e);
        }
        if (walk)
            (void)fts_close(walk);
    }
    digest_of(DIGEST_SHA256, buf_span(&b), out);
    buf_free(&b);
}
