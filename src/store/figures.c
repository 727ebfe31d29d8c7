#include "store/figures.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "store/internal.h"

static uint64_t file_bytes(const char *path, const char *end)
{
    char name[4200];
    struct stat st;

    if (snprintf(name, sizeof name, "%s%s", path, end) >= (int)sizeof name || stat(name, &st) != 0)
        return 0;
    return (uint64_t)st.st_size;
}

static uint64_t room_at(const char *path)
{
    struct statvfs fs;

    return statvfs(path, &fs) == 0 ? (uint64_t)fs.f_bavail * fs.f_frsize : 0;
}

bool store_figures(struct store *s, unix_time now, struct store_figures *out, struct why *w)
{
    const struct value at[] = { v_int(now) };
    struct store_figures f = { .commits = __atomic_load_n(&s->writer.commits, __ATOMIC_RELAXED) };
    struct database *db;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_number(db, Q_COUNT_CASES_OPEN, NULL, 0, &f.cases_open, w) &&
         db_number(db, Q_COUNT_CASES_OVERDUE, at, 0, &f.cases_overdue, w);
    readers_give(&s->readers, db, !ok);
    if (!ok)
        return false;
    if (s->writer.running) {
        (void)pthread_mutex_lock(&s->writer.lock);
        f.waiting = s->writer.waiting;
        (void)pthread_mutex_unlock(&s->writer.lock);
    }
    f.bytes = file_bytes(s->path, "") + file_bytes(s->path, "-wal");
    f.room = room_at(s->path);
    *out = f;
    return true;
}
