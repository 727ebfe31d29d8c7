/* Texts and tuples as numbers: what the exposure engine counts with. Grows only; a number stands for ever. */
#ifndef SERAI_SERVICE_CYBER_EXPOSURE_POOL_H
#define SERAI_SERVICE_CYBER_EXPOSURE_POOL_H

#include "base/arena.h"

#define POOL_NONE UINT32_MAX

struct pool {
    struct arena text;
    struct span *item;
    uint32_t *slot; /* open addressing; POOL_NONE: free */
    uint32_t n, cap, slots;
};

void pool_init(struct pool *p, size_t ceiling);
void pool_free(struct pool *p);
/* POOL_NONE: the empty text, or no room (*full is set then). */
uint32_t pool_put(struct pool *p, struct span s, bool *full);
uint32_t pool_find(const struct pool *p, struct span s);
static inline struct span pool_text(const struct pool *p, uint32_t id)
{
    return id == POOL_NONE ? (struct span){ NULL, 0 } : p->item[id];
}

/* Four numbers together; their place from 0 in the order of arrival. */
struct tuples {
    uint32_t (*item)[4];
    uint32_t *slot;
    uint32_t n, cap, slots;
};
void tuples_free(struct tuples *t);
uint32_t tuples_put(struct tuples *t, const uint32_t key[4], bool *news);

/* Room for one more of size bytes; aborts without memory. */
void *pool_more(void *p, uint32_t n, uint32_t *cap, size_t size);

#endif
