/* Tails and segments in the order of their rows. */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "service/cyber/object_internal.h"

bool object_io(struct why *w, const char *what, const char *path)
{
    return why_set(w, errno == ENOSPC || errno == EDQUOT ? "store-full" : "io", WHY_NO_OFFSET, NULL,
                   "cannot %s %s: %s", what, path, strerror(errno));
}

struct object_part *object_part_of(const struct object_store *s, uint32_t row)
{
    size_t from = 0, to = s->n_parts;

    while (to - from > 1) {
        size_t mid = (from + to) / 2;

        if (s->part[mid]->first <= row)
            from = mid;
        else
            to = mid;
    }
    return s->part[from];
}

const struct object_row *object_part_row(const struct object_store *s, uint32_t row)
{
    const struct object_part *p = object_part_of(s, row);

    return &p->rows[row - p->first];
}

struct object_part *object_part_new(uint32_t number, uint32_t first)
{
    struct object_part *p = calloc(1, sizeof *p);

    if (!p)
        abort();
    atomic_init(&p->held, 1);
    p->number = number;
    p->first = first;
    p->fd = -1;
    return p;
}

void object_part_drop(struct object_part *p)
{
    if (!p || atomic_fetch_sub(&p->held, 1) != 1)
        return;
    if (p->map)
        (void)munmap(p->map, p->map_n);
    if (p->fd >= 0)
        (void)close(p->fd);
    free(p->heap);
    free(p->deleted);
    free(p);
}

void object_parts_push(struct object_store *s, struct object_part *p)
{
    if (s->n_parts == s->cap_parts) {
        s->cap_parts = s->cap_parts ? s->cap_parts * 2 : 16;
        s->part = realloc(s->part, s->cap_parts * sizeof(struct object_part *));
        if (!s->part)
            abort();
    }
    s->part[s->n_parts++] = p;
}

void object_parts_forget(struct object_store *s)
{
    for (size_t i = 0; i < s->n_parts; i++)
        if (s->part[i]->map)
            (void)madvise(s->part[i]->map, s->part[i]->map_n, MADV_DONTNEED);
    object_index_rest(&s->index);
}
