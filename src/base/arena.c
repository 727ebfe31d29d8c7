#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK = 32 * 1024 };

struct arena_block {
    struct arena_block *next;
    alignas(max_align_t) uint8_t mem[];
};

void arena_init(struct arena *a, size_t ceiling)
{
    *a = (struct arena){ .ceiling = ceiling };
}

void arena_free(struct arena *a)
{
    struct arena_block *b = a->blocks, *next;

    for (; b; b = next) {
        next = b->next;
        free(b);
    }
    *a = (struct arena){ .ceiling = a->ceiling };
}

void arena_reset(struct arena *a)
{
    struct arena_block *keep = a->current, *next;

    for (struct arena_block *b = a->blocks; b; b = next) {
        next = b->next;
        if (b != keep)
            free(b);
    }
    *a = (struct arena){ .ceiling = a->ceiling, .blocks = keep, .current = keep };
    if (keep) {
        keep->next = NULL;
        a->p = keep->mem;
        a->left = BLOCK;
    }
}

void *arena_alloc(struct arena *a, size_t n)
{
    const size_t align = alignof(max_align_t);
    struct arena_block *b;
    void *p;

    if (n == 0)
        n = 1;
    if (n > a->ceiling || a->ceiling - n < align - 1)
        return NULL;
    n = (n + align - 1) / align * align;
    if (n > a->ceiling - a->used)
        return NULL;
    if (n > a->left) {
        size_t size = n > BLOCK / 4 ? n : BLOCK;

        b = malloc(sizeof *b + size);
        if (!b)
            abort();
        b->next = a->blocks;
        a->blocks = b;
        if (size == n) { /* a large item has its own block; the current one stays in use */
            a->used += n;
            return memset(b->mem, 0, n);
        }
        a->current = b;
        a->p = b->mem;
        a->left = size;
    }
    p = a->p;
    a->p += n;
    a->left -= n;
    a->used += n;
    return memset(p, 0, n);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return arena_alloc(a, count * size);
}

struct span arena_copy(struct arena *a, struct span s)
{
    uint8_t *p = arena_alloc(a, s.n);

    if (!p)
        return (struct span){ NULL, 0 };
    if (s.n)
        memcpy(p, s.p, s.n);
    return (struct span){ p, s.n };
}

char *arena_str(struct arena *a, struct span s)
{
    char *p = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : NULL;

    if (p && s.n)
        memcpy(p, s.p, s.n);
    return p;
}
