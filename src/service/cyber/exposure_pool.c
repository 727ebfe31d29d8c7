#include "service/cyber/exposure_pool.h"

#include <stdlib.h>

enum { FIRST = 64 };

void *pool_more(void *p, uint32_t n, uint32_t *cap, size_t size)
{
    if (n < *cap)
        return p;
    *cap = *cap ? *cap * 2 : FIRST;
    p = reallocarray(p, *cap, size);
    if (!p)
        abort();
    return p;
}

static uint32_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

static uint32_t hash_text(struct span s)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ s.p[i]) * 0x100000001b3u;
    return mix(h);
}

static uint32_t hash_tuple(const uint32_t k[4])
{
    uint64_t h = 0;

    for (size_t i = 0; i < 4; i++)
        h = (h ^ k[i]) * 0x9e3779b97f4a7c15u + (h >> 29);
    return mix(h);
}

static uint32_t *free_slots(uint32_t n)
{
    uint32_t *s = malloc((size_t)n * sizeof *s);

    if (!s)
        abort();
    memset(s, 0xff, (size_t)n * sizeof *s);
    return s;
}

static uint32_t slot_for(const uint32_t *slot, uint32_t slots, uint32_t hash)
{
    uint32_t at = hash & (slots - 1);

    while (slot[at] != POOL_NONE)
        at = (at + 1) & (slots - 1);
    return at;
}

void pool_init(struct pool *p, size_t ceiling)
{
    *p = (struct pool){ .n = 0 };
    arena_init(&p->text, ceiling);
}

void pool_free(struct pool *p)
{
    arena_free(&p->text);
    free(p->item);
    free(p->slot);
}

uint32_t pool_find(const struct pool *p, struct span s)
{
    if (!p->slots || !s.n)
        return POOL_NONE;
    for (uint32_t at = hash_text(s) & (p->slots - 1); p->slot[at] != POOL_NONE;
         at = (at + 1) & (p->slots - 1))
        if (span_eq(p->item[p->slot[at]], s))
            return p->slot[at];
    return POOL_NONE;
}

uint32_t pool_put(struct pool *p, struct span s, bool *full)
{
    uint32_t found = pool_find(p, s);
    struct span copy;

    if (found != POOL_NONE || !s.n)
        return found;
    copy = arena_copy(&p->text, s);
    if (!copy.p) {
        *full = true;
        return POOL_NONE;
    }
    if (p->slots < 2 * (p->n + 1)) {
        free(p->slot);
        p->slots = p->slots ? p->slots * 2 : 2 * FIRST;
        p->slot = free_slots(p->slots);
        for (uint32_t i = 0; i < p->n; i++)
            p->slot[slot_for(p->slot, p->slots, hash_text(p->item[i]))] = i;
    }
    p->item = pool_more(p->item, p->n, &p->cap, sizeof *p->item);
    p->item[p->n] = copy;
    p->slot[slot_for(p->slot, p->slots, hash_text(s))] = p->n;
    return p->n++;
}

void tuples_free(struct tuples *t)
{
    free(t->item);
    free(t->slot);
}

uint32_t tuples_put(struct tuples *t, const uint32_t key[4], bool *news)
{
    uint32_t hash = hash_tuple(key);

    *news = false;
    for (uint32_t at = t->slots ? hash & (t->slots - 1) : 0; t->slots && t->slot[at] != POOL_NONE;
         at = (at + 1) & (t->slots - 1))
        if (memcmp(t->item[t->slot[at]], key, sizeof t->item[0]) == 0)
            return t->slot[at];
    if (t->slots < 2 * (t->n + 1)) {
        free(t->slot);
        t->slots = t->slots ? t->slots * 2 : 2 * FIRST;
        t->slot = free_slots(t->slots);
        for (uint32_t i = 0; i < t->n; i++)
            t->slot[slot_for(t->slot, t->slots, hash_tuple(t->item[i]))] = i;
    }
    t->item = pool_more(t->item, t->n, &t->cap, sizeof *t->item);
    memcpy(t->item[t->n], key, sizeof t->item[0]);
    t->slot[slot_for(t->slot, t->slots, hash)] = t->n;
    *news = true;
    return t->n++;
}
