#include "guard.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t pages(size_t n, size_t page)
{
    return (n + page - 1) / page * page;
}

struct span guard_copy(struct span s)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t body = pages(s.n ? s.n : 1, page);
    uint8_t *m = mmap(NULL, body + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (m == MAP_FAILED || mprotect(m + body, page, PROT_NONE) != 0)
        abort();
    if (s.n)
        memcpy(m + body - s.n, s.p, s.n);
    return span_of(m + body - s.n, s.n);
}

void guard_free(struct span s)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t body = pages(s.n ? s.n : 1, page);
    union {
        const uint8_t *c;
        void *v;
    } m = { .c = s.p + s.n - body };

    if (munmap(m.v, body + page) != 0)
        abort();
}
