/*
 * Whether leaves get the observations they need: a flow from leaves to observations, each taken at most
 * `number` times. First greedily, then by exchanging along the shortest way.
 */
#include "stix/pattern_plan.h"

enum { NOBODY = UINT32_MAX };

/* What a leaf holds of an observation. */
struct holding {
    uint32_t leaf, next;
    uint64_t number;
};

struct flow {
    const struct plan *s;
    struct arena *a;
    uint32_t check;
    uint32_t *stamp, *head; /* of observations: valid when stamp == check */
    uint64_t *left;
    struct holding *holding;
    uint32_t holdings, room;
    /* Of one search for a way. */
    uint32_t way;
    uint32_t *seen_place, *by_leaf; /* of observations: the leaf they were reached from */
    uint32_t *seen_leaf, *by_place; /* of nodes: the observation they were reached from */
    uint32_t *queue;
    uint64_t *steps;
};

struct flow *flow_new(const struct plan *s, struct arena *a)
{
    struct flow *f = arena_alloc(a, sizeof *f);
    uint32_t n = s->n + 1;

    if (!f)
        return NULL;
    f->s = s;
    f->a = a;
    f->stamp = arena_array(a, n, sizeof *f->stamp);
    f->head = arena_array(a, n, sizeof *f->head);
    f->left = arena_array(a, n, sizeof *f->left);
    f->seen_place = arena_array(a, n, sizeof *f->seen_place);
    f->by_leaf = arena_array(a, n, sizeof *f->by_leaf);
    f->seen_leaf = arena_array(a, s->nodes, sizeof *f->seen_leaf);
    f->by_place = arena_array(a, s->nodes, sizeof *f->by_place);
    f->queue = arena_array(a, s->nodes, sizeof *f->queue);
    return f->stamp && f->head && f->left && f->seen_place && f->by_leaf && f->seen_leaf && f->by_place &&
                   f->queue
               ? f
               : NULL;
}

static void fresh(struct flow *f, uint32_t place)
{
    if (f->stamp[place] == f->check)
        return;
    f->stamp[place] = f->check;
    f->head[place] = NOBODY;
    f->left[place] = f->s->number[place];
}

/* The first place a leaf's bounds let in; others that are out of them may follow. */
static uint32_t begin(const struct plan *s, const struct plan_node *leaf)
{
    uint32_t from = 0, to = s->n;

    while (from < to) {
        uint32_t mid = from + (to - from) / 2;

        if (s->last[mid] < leaf->low)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

/* The next place at or behind i that the leaf may take; s->n at the end. */
static uint32_t next_place(struct flow *f, const struct plan_node *leaf, uint32_t i)
{
    const struct plan *s = f->s;

    while (i < s->n && s->least_first[i] <= leaf->high) {
        uint64_t word = leaf->holds[i / 64] >> i % 64;

        ++*f->steps;
        if (word == 0) {
            i = (i / 64 + 1) * 64;
            continue;
        }
        i += (uint32_t)__builtin_ctzll(word);
        if (s->first[i] <= leaf->high)
            return i;
        i++;
    }
    return s->n;
}

static struct holding *held(struct flow *f, uint32_t leaf, uint32_t place)
{
    for (uint32_t h = f->head[place]; h != NOBODY; h = f->holding[h].next)
        if (f->holding[h].leaf == leaf)
            return &f->holding[h];
    return NULL;
}

static bool give(struct flow *f, uint32_t leaf, uint32_t place, uint64_t number)
{
    struct holding *h = held(f, leaf, place);

    if (h) {
        h->number += number;
        return true;
    }
    if (f->holdings == f->room) {
        uint32_t room = f->room ? f->room * 2 : 64;
        struct holding *grown = arena_array(f->a, room, sizeof *grown);

        if (!grown)
            return false;
        if (f->holdings)
            memcpy(grown, f->holding, f->holdings * sizeof *grown);
        f->holding = grown;
        f->room = room;
    }
    f->holding[f->holdings] = (struct holding){ leaf, f->head[place], number };
    f->head[place] = f->holdings++;
    return true;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What the leaf can take without exchange; *need is what is left. */
static bool greedy(struct flow *f, uint32_t leaf, uint64_t *need)
{
    const struct plan_node *n = &f->s->node[leaf];

    for (uint32_t i = next_place(f, n, begin(f->s, n)); *need && i < f->s->n; i = next_place(f, n, i + 1)) {
        uint64_t take;

        fresh(f, i);
        take = lesser(*need, f->left[i]);
        if (take == 0)
            continue;
        if (!give(f, leaf, i, take))
            return false;
        f->left[i] -= take;
        *need -= take;
    }
    return true;
}

/* A place with something left that can be reached by exchanging; s->n when there is none. */
static uint32_t search(struct flow *f, uint32_t leaf)
{
    const struct plan *s = f->s;
    uint32_t from = 0, to = 0;

    f->way++;
    f->seen_leaf[leaf] = f->way;
    f->by_place[leaf] = NOBODY;
    f->queue[to++] = leaf;
    while (from < to) {
        const struct plan_node *n = &s->node[f->queue[from]];

        for (uint32_t i = next_place(f, n, begin(s, n)); i < s->n; i = next_place(f, n, i + 1)) {
            if (f->seen_place[i] == f->way)
                continue;
            f->seen_place[i] = f->way;
            f->by_leaf[i] = f->queue[from];
            fresh(f, i);
            if (f->left[i])
                return i;
            for (uint32_t h = f->head[i]; h != NOBODY; h = f->holding[h].next) {
                uint32_t m = f->holding[h].leaf;

                ++*f->steps;
                if (f->holding[h].number == 0 || f->seen_leaf[m] == f->way)
                    continue;
                f->seen_leaf[m] = f->way;
                f->by_place[m] = i;
                f->queue[to++] = m;
            }
        }
        from++;
    }
    return s->n;
}

/* Moves as much as the way to `place` bears. */
static bool exchange(struct flow *f, uint32_t place, uint64_t *need)
{
    uint64_t number = lesser(*need, f->left[place]);
    uint32_t i, m;

    for (m = f->by_leaf[place]; (i = f->by_place[m]) != NOBODY; m = f->by_leaf[i])
        number = lesser(number, held(f, m, i)->number);
    f->left[place] -= number;
    for (i = place;; i = f->by_place[m]) {
        m = f->by_leaf[i];
        if (!give(f, m, i, number))
            return false;
        if (f->by_place[m] == NOBODY)
            break;
        held(f, m, f->by_place[m])->number -= number;
    }
    *need -= number;
    return true;
}

int flow_check(struct flow *f, const uint32_t *leaf, uint32_t leaves, uint64_t *steps)
{
    f->check++;
    f->holdings = 0;
    f->steps = steps;
    for (uint32_t k = 0; k < leaves; k++) {
        const struct plan_node *n = &f->s->node[leaf[k]];
        uint64_t need = n->need;

        if (!n->active)
            continue;
        if (need > f->s->total)
            return 0;
        if (!greedy(f, leaf[k], &need))
            return -1;
        while (need) {
            uint32_t place = search(f, leaf[k]);

            if (place == f->s->n)
                return 0;
            if (!exchange(f, place, &need))
                return -1;
        }
    }
    return 1;
}

void flow_each(const struct flow *f, void (*take)(uint32_t leaf, uint32_t place, uint64_t number, void *arg),
               void *arg)
{
    for (uint32_t i = 0; i < f->s->n; i++)
        for (uint32_t h = f->stamp[i] == f->check ? f->head[i] : NOBODY; h != NOBODY; h = f->holding[h].next)
            if (f->holding[h].number)
                take(f->holding[h].leaf, i, f->holding[h].number, arg);
}

bool flow_force(struct flow *f, uint32_t leaf, uint32_t place)
{
    fresh(f, place);
    if (f->left[place] != f->s->number[place])
        return true; /* it is used already */
    for (uint32_t i = 0; i < f->s->n; i++) {
        struct holding *h = f->stamp[i] == f->check ? held(f, leaf, i) : NULL;

        if (!h || h->number == 0)
            continue;
        h->number--;
        f->left[i]++;
        f->left[place]--;
        return give(f, leaf, place, 1);
    }
    return true;
}
