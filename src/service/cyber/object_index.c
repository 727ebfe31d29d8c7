/* Which versions an object has, which rows a collection has, what was deleted. */
#include <stdlib.h>

#include "crypto/node_key.h"
#include "service/cyber/object_internal.h"

static void *grown(void *p, size_t n, size_t size)
{
    void *q = realloc(p, n * size);

    if (!q)
        abort();
    return q;
}

void object_index_init(struct object_index *x, const char *folder)
{
    memset(x, 0, sizeof *x);
    random_bytes(x->key, sizeof x->key);
    x->folder = folder;
    x->head = spill_room(&x->heads, folder, sizeof *x->head);
    x->n_heads = 1;
    x->n_slots = 2048;
    x->slot = spill_room(&x->slots, folder, x->n_slots * sizeof *x->slot);
}

void object_index_rest(const struct object_index *x)
{
    spill_rest(&x->links);
    spill_rest(&x->heads);
    spill_rest(&x->slots);
}

void object_index_free(struct object_index *x)
{
    spill_free(&x->links);
    spill_free(&x->heads);
    spill_free(&x->slots);
    free(x->gone);
    for (size_t i = 0; i < OBJECT_COLLECTIONS; i++)
        free(x->list[i].row);
}

static uint64_t mixed(uint64_t a, uint64_t b)
{
    unsigned __int128 p = (unsigned __int128)a * b;

    return (uint64_t)p ^ (uint64_t)(p >> 64);
}

static uint32_t hash_of(const struct object_index *x, uint16_t collection, uint16_t type,
                        const struct stix_uuid *id)
{
    uint64_t a, b;

    memcpy(&a, id->b, 8);
    memcpy(&b, id->b + 8, 8);
    return (uint32_t)mixed(mixed(a ^ x->key[0], b ^ x->key[1]) ^ x->key[2],
                           x->key[1] ^ ((uint64_t)type << 16 | collection) ^ 0x9e3779b97f4a7c15u);
}

static bool is_of(const struct object_store *s, uint32_t object, uint16_t collection, uint16_t type,
                  const struct stix_uuid *id)
{
    const struct object_row *r = object_part_row(s, s->index.head[object].newest - 1);

    return r->collection == collection && r->type == type && stix_uuid_eq(&r->uuid, id);
}

uint32_t object_index_find(const struct object_store *s, uint16_t collection, uint16_t type,
                           const struct stix_uuid *id)
{
    const struct object_index *x = &s->index;
    uint32_t hash = hash_of(x, collection, type, id);

    for (size_t i = hash & (x->n_slots - 1);; i = (i + 1) & (x->n_slots - 1)) {
        if (x->slot[i].object == 0)
            return 0;
        if (x->slot[i].hash == hash && is_of(s, x->slot[i].object, collection, type, id))
            return x->slot[i].object;
    }
}

void object_index_ahead(const struct object_store *s, uint16_t collection, uint16_t type,
                        const struct stix_uuid *id)
{
    const struct object_index *x = &s->index;

    __builtin_prefetch(&x->slot[hash_of(x, collection, type, id) & (x->n_slots - 1)]);
}

static void slot_put(struct object_index *x, uint32_t hash, uint32_t object)
{
    size_t i = hash & (x->n_slots - 1);

    while (x->slot[i].object)
        i = (i + 1) & (x->n_slots - 1);
    x->slot[i].hash = hash;
    x->slot[i].object = object;
}

static void slots_grow(struct object_index *x)
{
    size_t n = x->n_slots;
    struct spill old = x->slots;
    const struct {
        uint32_t hash, object;
    } *from = old.p;

    x->n_slots = n * 2;
    x->slots = (struct spill){ 0 };
    x->slot = spill_room(&x->slots, x->folder, x->n_slots * sizeof *x->slot);
    for (size_t i = 0; i < n; i++)
        if (from[i].object)
            slot_put(x, from[i].hash, from[i].object);
    spill_free(&old);
}

void object_index_reserve(struct object_index *x)
{
    size_t cap = x->cap ? x->cap + x->cap / 2 : 4096;

    if (x->n < x->cap)
        return;
    cap = (cap + 63) & ~(size_t)63;
    x->link = spill_room(&x->links, x->folder, cap * sizeof *x->link);
    x->gone = grown(x->gone, cap / 64, sizeof *x->gone);
    memset(x->gone + x->cap / 64, 0, (cap - x->cap) / 8);
    x->cap = cap;
}

static uint32_t object_add(struct object_store *s, const struct object_row *r, uint32_t row)
{
    struct object_index *x = &s->index;
    uint32_t object = (uint32_t)x->n_heads;

    x->head = spill_room(&x->heads, x->folder, (x->n_heads + 1) * sizeof *x->head);
    if ((x->n_heads + 1) * 10 > x->n_slots * 7)
        slots_grow(x);
    x->head[x->n_heads++] = (struct object_head){ .newest = row + 1, .oldest = row + 1, .count = 1 };
    slot_put(x, hash_of(x, r->collection, r->type, &r->uuid), object);
    return object;
}

/* Behind all versions that are newer. */
static void chain_add(struct object_store *s, uint32_t object, const struct object_row *r, uint32_t row)
{
    struct object_index *x = &s->index;
    struct object_head *h = &x->head[object];
    uint32_t newer = 0, older = h->newest;
    const struct object_row *o;

    h->mixed |= object_part_row(s, h->newest - 1)->spec != r->spec;
    for (; older; newer = older, older = x->link[older - 1].older) {
        o = object_part_row(s, older - 1);
        if (object_version_cmp(o->version, o->version_rest, r->version, r->version_rest) <= 0)
            break;
    }
    x->link[row].newer = newer;
    x->link[row].older = older;
    *(newer ? &x->link[newer - 1].older : &h->newest) = row + 1;
    *(older ? &x->link[older - 1].newer : &h->oldest) = row + 1;
    h->count++;
}

void object_index_add(struct object_store *s, const struct object_row *r)
{
    struct object_index *x = &s->index;
    struct object_list *l = &x->list[r->collection];
    uint32_t object = object_index_find(s, r->collection, r->type, &r->uuid), row = (uint32_t)x->n;

    object_index_reserve(x);
    x->n++;
    x->link[row] = (struct object_link){ 0 };
    if (object)
        chain_add(s, object, r, row);
    else
        object = object_add(s, r, row);
    x->link[row].object = object;
    if (l->n == l->cap) {
        l->cap = l->cap ? l->cap + l->cap / 2 : 64;
        l->row = grown(l->row, l->cap, sizeof *l->row);
    }
    l->row[l->n++] = row;
}

void object_index_delete(struct object_index *x, uint32_t row)
{
    if (row >= x->n || object_index_gone(x, row))
        return;
    x->gone[row >> 6] |= UINT64_C(1) << (row & 63);
    x->deleted++;
}
