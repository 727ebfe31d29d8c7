#include "store/figures.h"

#include "store/internal.h"

bool store_figures(struct store *s, unix_time now, struct store_figures *out, struct why *w)
{
    const struct value at[] = { v_int(now) };
    struct store_figures f = { .commits = __atomic_load_n(&s->writer.commits, __ATOMIC_RELAXED) };
    struct db_size size = { 0 };
    struct database *db;
    bool ok;

    if (!readers_take(&s->readers, &db, w))
        return false;
    ok = db_number(db, Q_COUNT_CASES_OPEN, NULL, 0, &f.cases_open, w) &&
         db_number(db, Q_COUNT_CASES_OVERDUE, at, 0, &f.cases_overdue, w) &&
         db_number(db, Q_COMPLAINTS_LATE, at, 0, &f.complaints_late, w) && db_size(db, s->path, &size, w);
    readers_give(&s->readers, db, !ok);
    if (!ok)
        return false;
    if (s->writer.running) {
        (void)pthread_mutex_lock(&s->writer.lock);
        f.waiting = s->writer.waiting;
        (void)pthread_mutex_unlock(&s->writer.lock);
    }
    f.bytes = size.bytes;
    f.room = size.room;
    f.server = db_is_server(s->path);
    f.unconfirmed = __atomic_load_n(&s->writer.doubt, __ATOMIC_RELAXED);
    *out = f;
    return true;
}
