#include "node/maintenance.h"

#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 250 };

bool maintenance_on(struct maintenance *m)
{
    struct timespec t;
    int64_t now, before;

    if (!m->path)
        return false;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    now = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + LOOK_MS; /* never 0 before the first look */
    before = atomic_load_explicit(&m->looked_ms, memory_order_relaxed);
    if (now - before >= LOOK_MS && atomic_compare_exchange_strong(&m->looked_ms, &before, now))
        atomic_store(&m->on, access(m->path, F_OK) == 0);
    return atomic_load_explicit(&m->on, memory_order_relaxed);
}
