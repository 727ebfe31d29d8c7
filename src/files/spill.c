#include "files/spill.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LEAST = 64 * 1024 };

static void *map(int fd, size_t n)
{
    void *p = fd >= 0 ? mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                      : mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        abort();
    return p;
}

/* From a file that cannot grow into memory. */
static void leave_file(struct spill *s, size_t cap)
{
    void *p = map(-1, cap);

    if (s->p) {
        memcpy(p, s->p, s->cap);
        (void)munmap(s->p, s->cap);
    }
    if (s->fd >= 0)
        (void)close(s->fd);
    s->fd = -1;
    s->file = false;
    s->p = p;
    s->cap = cap;
}

void *spill_room(struct spill *s, const char *folder, size_t n)
{
    size_t cap = s->cap ? s->cap : LEAST;

    if (n <= s->cap)
        return s->p;
    while (cap < n) {
        if (cap > SIZE_MAX / 2)
            abort();
        cap *= 2;
    }
    if (!s->p) {
        s->fd = folder ? open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;
        s->file = s->fd >= 0;
    }
    if (s->file && (s->fd < 0 || fallocate(s->fd, 0, 0, (off_t)cap) != 0)) {
        leave_file(s, cap);
        return s->p;
    }
    s->p = s->p ? mremap(s->p, s->cap, cap, MREMAP_MAYMOVE) : map(s->fd, cap);
    if (s->p == MAP_FAILED)
        abort();
    s->cap = cap;
    return s->p;
}

void spill_settle(struct spill *s)
{
    if (s->p && s->fd >= 0)
        (void)close(s->fd);
    s->fd = -1;
}

void spill_rest(const struct spill *s)
{
    if (s->p && s->file) /* of plain memory it would be the end */
        (void)madvise(s->p, s->cap, MADV_DONTNEED);
}

void spill_free(struct spill *s)
{
    if (!s->p)
        return;
    (void)munmap(s->p, s->cap);
    if (s->fd >= 0)
        (void)close(s->fd);
    memset(s, 0, sizeof *s);
}
