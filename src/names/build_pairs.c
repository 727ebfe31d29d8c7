/* Which names hold two words, or a word and a birth date. */
#include <stdlib.h>

#include "names/build_internal.h"

/* By cell, then by the hash of the other: a name that holds both. */
struct pair {
    uint64_t key;
    uint32_t name;
};

struct pairs {
    struct pair *p, *spare;
    size_t n, cap;
    uint32_t low, high; /* cells */
    uint32_t *count;    /* of each cell; NULL: they are put, else counted */
};

static void put_pair(struct pairs *p, uint32_t cell, uint32_t other, uint64_t name)
{
    if (p->count) {
        p->count[cell]++;
        return;
    }
    if (cell < p->low || cell >= p->high)
        return;
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 1 << 16;
        p->p = realloc(p->p, p->cap * sizeof *p->p);
        if (!p->p)
            abort();
    }
    p->p[p->n++] = (struct pair){ (uint64_t)cell << 32 | other, (uint32_t)name };
}

/* By key; names of one key stay ascending. */
static void sort_pairs(struct pairs *p)
{
    p->spare = malloc((p->n + 1) * sizeof *p->spare);
    if (!p->spare)
        abort();
    for (unsigned shift = 0; shift < 64; shift += 11) {
        static const size_t RADIX = 2048;
        size_t at[2049] = { 0 };
        struct pair *t;

        for (size_t i = 0; i < p->n; i++)
            at[(p->p[i].key >> shift & (RADIX - 1)) + 1]++;
        if (p->n && at[(p->p[0].key >> shift & (RADIX - 1)) + 1] == p->n)
            continue;
        for (size_t i = 0; i < RADIX; i++)
            at[i + 1] += at[i];
        for (size_t i = 0; i < p->n; i++)
            p->spare[at[p->p[i].key >> shift & (RADIX - 1)]++] = p->p[i];
        t = p->p;
        p->p = p->spare;
        p->spare = t;
    }
    free(p->spare);
    p->cap = p->n + 1;
}

/* The dates of the name's entity; *at: where those begin that are not behind yet. */
static void pairs_with_dates(struct writing *x, struct pairs *p, const struct names_walk *k,
                             const struct ranks *r, size_t *at)
{
    const struct buffer *dates = &x->b->dates;
    uint32_t entity;
    uint64_t key;

    for (; 12 * *at < dates->n; ++*at) {
        memcpy(&entity, dates->p + 12 * *at, 4);
        if (entity + 1 >= k->entity)
            break;
    }
    for (size_t d = *at; 12 * d < dates->n; d++) {
        memcpy(&entity, dates->p + 12 * d, 4);
        memcpy(&key, dates->p + 12 * d + 4, 8);
        if (entity + 1 != k->entity)
            break;
        for (size_t i = 0; i < k->keys; i++)
            put_pair(p, cell_of(x->b, r, k->key[i]), image_hash(key), k->name);
    }
}

static void pairs_of_names(struct writing *x, const struct ranks *r, struct pairs *p)
{
    const struct names_build *b = x->b;
    struct names_walk k = { .b = b };
    size_t date = 0;

    while (build_walk(&k)) {
        for (size_t i = 0; i < k.keys; i++)
            for (size_t j = i + 1; j < k.keys; j++) {
                uint32_t c = cell_of(b, r, k.key[i]), d = cell_of(b, r, k.key[j]);
                uint64_t a = cell_key(b, r, k.key[i]), o = cell_key(b, r, k.key[j]);
                struct image_place *at = place_of(x, r, c);
                struct image_both both = image_both(a, at, o, place_of(x, r, d));

                put_pair(p, both.first == at ? c : d, both.other, k.name);
            }
        pairs_with_dates(x, p, &k, r, &date);
    }
}

/* One list for n pairs of one key; the value of their slot. */
static uint64_t put_list(struct buffer *lists, const struct pair *p, size_t n)
{
    size_t differ = 1, at = lists->n;
    uint32_t last = 0;

    for (size_t i = 1; i < n; i++)
        differ += p[i].name != p[i - 1].name;
    if (differ == 1)
        return IMAGE_INLINE | p[0].name;
    build_put_number(lists, differ);
    for (size_t i = 0; i < n; i++) {
        if (i && p[i].name == last)
            continue;
        build_put_number(lists, p[i].name - last);
        last = p[i].name;
    }
    return at;
}

/* The table of one cell. Two others of one hash are one in four thousand million: their lists are one. */
static void write_table(struct writing *x, struct image_place *place, const struct pair *p, size_t n,
                        struct buffer *lists)
{
    size_t differ = n > 0, slots;
    uint64_t *slot;

    for (size_t i = 1; i < n; i++)
        differ += p[i].key != p[i - 1].key;
    slots = differ + differ / 3 + (differ > 0);
    slot = calloc(slots + 1, sizeof *slot);
    if (!slot)
        abort();
    for (size_t i = 0, j; i < n; i = j) {
        size_t at = image_pair_slot(slot, slots, (uint32_t)p[i].key);

        for (j = i + 1; j < n && p[j].key == p[i].key; j++)
            ;
        if (at < slots && slot[at] == 0)
            slot[at] = image_pair_tag((uint32_t)p[i].key) << 40 | put_list(lists, p + i, j - i);
    }
    place->pairs_at = (uint32_t)((x->out->n - x->head.section[IMAGE_PAIRS].at) / sizeof *slot);
    place->n_pair = (uint32_t)slots;
    buf_put(x->out, span_of(slot, slots * sizeof *slot));
    free(slot);
}

/* Cell by cell, some million pairs in memory at a time. */
void build_pairs(struct writing *x, const struct ranks *r)
{
    static const uint64_t MOST = (uint64_t)8 * 1000 * 1000;
    uint32_t n = r->frequent + (uint32_t)x->b->skeletons.n;
    struct pairs p = { .count = calloc(n + 1, sizeof *p.count) };
    uint32_t *count = p.count;
    struct buffer lists;

    if (!count)
        abort();
    buf_init(&lists, BUILD_CEILING);
    pairs_of_names(x, r, &p);
    p.count = NULL;
    build_begin(x, IMAGE_PAIRS);
    for (p.low = 0; p.low < n; p.low = p.high) {
        uint64_t sum = count[p.low];
        size_t at = 0;

        for (p.high = p.low + 1; p.high < n && sum + count[p.high] <= MOST; p.high++)
            sum += count[p.high];
        p.n = 0;
        pairs_of_names(x, r, &p);
        sort_pairs(&p);
        for (uint32_t c = p.low; c < p.high; at += count[c++])
            write_table(x, place_of(x, r, c), p.p + at, count[c], &lists);
    }
    build_end(x);
    build_begin(x, IMAGE_PAIR_LISTS);
    buf_put(x->out, buf_span(&lists));
    build_end(x);
    free(p.p);
    free(count);
    buf_free(&lists);
}
