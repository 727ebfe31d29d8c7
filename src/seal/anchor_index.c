/* The indices of an anchor set: hashes to numbers of entries. */
#include "seal/anchors_internal.h"

enum { BUCKETS_AT_FIRST = 256 };

static void append(struct anchor_index *x, uint32_t number)
{
    struct links *l = &x->links[number - 1];

    for (size_t i = 0; i < INDICES; i++) {
        uint32_t *last = &x->last[i][l->hash[i] & (x->buckets - 1)];

        if (!l->hash[i])
            continue;
        l->next[i] = *last ? x->links[*last - 1].next[i] : number;
        if (*last)
            x->links[*last - 1].next[i] = number;
        *last = number;
    }
}

static void grow(struct anchor_index *x)
{
    x->buckets = x->buckets ? 2 * x->buckets : BUCKETS_AT_FIRST;
    x->links = must(realloc(x->links, x->buckets * sizeof *x->links));
    for (size_t i = 0; i < INDICES; i++) {
        free(x->last[i]);
        x->last[i] = must(calloc(x->buckets, sizeof *x->last[i]));
    }
    for (uint32_t number = 1; number <= x->n; number++)
        append(x, number);
}

struct links *index_next_links(struct anchor_index *x)
{
    if (x->n == x->buckets)
        grow(x);
    x->links[x->n] = (struct links){ .hash = { 0 } };
    return &x->links[x->n];
}

void index_add(struct anchor_index *x)
{
    append(x, (uint32_t)++x->n);
}

void index_free(struct anchor_index *x)
{
    free(x->links);
    for (size_t i = 0; i < INDICES; i++)
        free(x->last[i]);
}

uint32_t index_find(const struct anchor_index *x, int index, uint32_t hash, uint32_t after)
{
    uint32_t last = x->buckets ? x->last[index][hash & (x->buckets - 1)] : 0, number = after ? after : last;

    if (!last || after == last)
        return 0;
    do {
        number = x->links[number - 1].next[index];
        if (x->links[number - 1].hash[index] == hash)
            return number;
    } while (number != last);
    return 0;
}
