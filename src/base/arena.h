/*
 * Memory that lives and dies together: one arena per request or per parsed text. Everything is freed
 * at once; nothing is freed alone.
 */
#ifndef SERAI_BASE_ARENA_H
#define SERAI_BASE_ARENA_H

#include "base/span.h"

struct arena_block;

struct arena {
    struct arena_block *blocks, *current; /* current: what p and left are of */
    uint8_t *p;
    size_t left;
    size_t used, ceiling; /* bytes handed out, and the most that may be */
};

/* No memory is taken before the first allocation. */
void arena_init(struct arena *a, size_t ceiling);
void arena_free(struct arena *a);
/* As arena_free, but keeps one block for what comes next. */
void arena_reset(struct arena *a);

/*
 * n zeroed bytes, aligned for any type. NULL only past the ceiling, which is a limit on the input and
 * the caller's to report; an operating system without memory aborts.
 */
void *arena_alloc(struct arena *a, size_t n);

/* As arena_alloc for count items of size bytes; NULL also when the product overflows. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* A copy of s that the arena owns; {NULL, 0} past the ceiling. */
struct span arena_copy(struct arena *a, struct span s);

/* A copy of s with a NUL behind it; NULL past the ceiling. */
char *arena_str(struct arena *a, struct span s);

#endif
