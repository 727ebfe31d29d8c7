/* Many changes: runs of sorted ones in files, then one image of all. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "lookup/exact_internal.h"

enum { RUN = LIMIT_LOOKUP_SORT / (2 * sizeof(struct table_entry)) };

struct lookup_bulk {
    struct lookup_exact *x;
    struct table_entry *entry, *other; /* RUN of each */
    size_t n, n_runs;
    struct exact_run run[LIMIT_LOOKUP_RUNS];
};

static bool set_busy(struct lookup_exact *x, bool busy)
{
    bool was;

    (void)pthread_mutex_lock(&x->writer);
    was = x->has_bulk;
    x->has_bulk = busy;
    (void)pthread_mutex_unlock(&x->writer);
    return was;
}

bool lookup_bulk_begin(struct lookup_exact *x, struct lookup_bulk **ret, struct why *w)
{
    struct lookup_bulk *b;

    if (x->access != LOOKUP_WRITE)
        return why_set(w, "read-only", WHY_NO_OFFSET, NULL, "the set was opened to be read");
    if (set_busy(x, true))
        return why_set(w, "locked", WHY_NO_OFFSET, NULL, "many changes are being made already");
    b = calloc(1, sizeof *b);
    if (!b || !(b->entry = malloc(RUN * sizeof *b->entry)) || !(b->other = malloc(RUN * sizeof *b->other)))
        abort();
    b->x = x;
    *ret = b;
    return true;
}

static bool put_all(int fd, const void *from, size_t n)
{
    const uint8_t *p = from;

    while (n) {
        ssize_t done = write(fd, p, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* Written, mapped, and without a name from then on: nothing of it is left behind however this ends. */
static bool spill(struct lookup_bulk *b, struct why *w)
{
    size_t n = table_sort(b->entry, b->n, b->other);
    void *map = MAP_FAILED;
    char path[EXACT_PATH];
    int fd;

    if (b->n_runs == LIMIT_LOOKUP_RUNS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many changes at once");
    exact_path(b->x, "run", b->n_runs, path);
    fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd >= 0 && put_all(fd, b->entry, n * sizeof *b->entry))
        map = mmap(NULL, n * sizeof *b->entry, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write %s: %s", path, strerror(errno));
    if (fd >= 0) {
        (void)unlink(path);
        (void)close(fd);
    }
    if (map == MAP_FAILED)
        return false;
    b->run[b->n_runs++] = (struct exact_run){ map, n };
    b->n = 0;
    return true;
}

bool lookup_bulk_add(struct lookup_bulk *b, const struct lookup_change *c, struct why *w)
{
    if (b->n == RUN && !spill(b, w))
        return false;
    b->entry[b->n++] =
        (struct table_entry){ c->print, c->gone ? 0 : c->value, c->gone ? TABLE_GONE : TABLE_PUT, { 0 } };
    return true;
}

bool lookup_bulk_end(struct lookup_bulk *b, struct why *w)
{
    bool ok = (b->n == 0 || spill(b, w)) && exact_rebuild(b->x, b->run, b->n_runs, w);

    lookup_bulk_abandon(b);
    return ok;
}

void lookup_bulk_abandon(struct lookup_bulk *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->n_runs; i++)
        (void)munmap((void *)(uintptr_t)b->run[i].entry, b->run[i].n * sizeof *b->run[i].entry);
    (void)set_busy(b->x, false);
    free(b->entry);
    free(b->other);
    free(b);
}
