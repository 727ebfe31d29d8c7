#include "names/gather.h"

#include <math.h>

#include "base/scratch.h"
#include "names/keys.h"

/* Nats: what a pair of probes may cost together; what words wholly unlike cost; what joining or parting words
 * costs; a date that agrees. */
static const float COST_MOST = 7.5f, UNLIKE = 8, JOINED = 1.5f, PARTED = 2.0f, SAME_DATE = 10;
/* Of how many names a word says enough alone. */
enum { RARE = 200 };

/* ---- units ---- */

static void remember(struct gather *g, uint32_t word, size_t unit, uint8_t like)
{
    size_t at = (word * UINT32_C(0x9e3779b1)) >> 20;

    while (g->used[at / 64] >> at % 64 & 1 && g->known[at].word != word)
        at = (at + 1) & (GATHER_KNOWN - 1);
    if (!(g->used[at / 64] >> at % 64 & 1)) {
        if (g->n_known == GATHER_KNOWN / 4 * 3) {
            g->limited = true;
            return;
        }
        g->n_known++;
        g->used[at / 64] |= UINT64_C(1) << at % 64;
        g->known[at] = (struct gather_known){ .word = word };
    }
    g->known[at].value[unit] = like;
}

static float gain_of(const struct image *m, uint32_t n, float cost)
{
    /* The least rare are still worth something: the order of lists is decided by likeness then. */
    return logf((float)m->head->n_name + 1) - logf((float)n) * 0.7f - cost;
}

static void fill(struct gather *g, const struct names *t, const struct image *m, const struct names_word *w,
                 uint32_t mask, float cost, bool cached)
{
    const struct near *near;
    struct gather_unit *u = &g->unit[g->n_unit];

    if (g->n_unit == GATHER_UNITS)
        return;
    near = near_find(&g->work, cached ? &g->cache : NULL, t, m, w, cost > 0);
    g->limited |= near->limited;
    u->mask = mask;
    u->n = 0;
    for (size_t i = 0; i < near->n_word; i++)
        remember(g, near->word[i].word, g->n_unit, near->word[i].like);
    for (size_t i = 0; i < near->n_cell; i++) {
        const struct near_cell *c = &near->cell[i];
        const struct image_place *p = image_place_at(m, c->key, c->at);
        float unlike = cost + UNLIKE * (float)(255 - c->like) / 255;

        if (p && p->n)
            u->probe[u->n++] =
                (struct gather_probe){ { c->key, p, c->hash }, unlike, gain_of(m, p->n, unlike) };
    }
    g->n_unit += near->n_word > 0;
}

static void units(struct gather *g, const struct names *t, const struct image *m,
                  const struct names_name *asked, const struct pairing_joined *joined, bool cached)
{
    size_t words = 0;

    g->n_unit = 0;
    for (size_t i = 0; i < asked->n && words < IMAGE_INDEXED; i++) {
        if (!keys_word(asked, i))
            continue;
        fill(g, t, m, &asked->word[i], 1u << i, 0, cached);
        words++;
    }
    for (size_t i = 0; i + 1 < asked->n && i < IMAGE_INDEXED; i++)
        for (size_t k = 2; k <= 3 && i + k <= asked->n; k++) {
            const struct pairing_joined *one = &joined[PAIRING_JOIN * i + k - 1];

            if (asked->word[i].kind == NAMES_NUMBER || !one->is || one->word.n_form > 16 ||
                (k == 3 && asked->word[i].kind != NAMES_PARTICLE))
                continue;
            fill(g, t, m, &one->word, ((1u << k) - 1) << i, JOINED, cached);
        }
}

/* ---- lists ---- */

static void add_list(struct gather *g, const struct image_list *l, float gain)
{
    if (g->n_list == GATHER_LISTS) {
        g->limited = true;
        return;
    }
    g->list[g->n_list++] = (struct gather_list){ *l, gain };
}

/* Slots first, then what they point to: the memory is asked for some time before it is read. */
static void add_pairs(struct gather *g, const struct image *m, size_t n)
{
    struct image_list l;

    for (size_t i = 0; i < n; i++)
        g->slot_of[i] = image_pair(m, g->both[i]);
    for (size_t i = 0; i < n; i++)
        if (g->slot_of[i] && image_pair_list(m, g->slot_of[i], &l))
            add_list(g, &l, g->gain[i]);
}

static void pair(struct gather *g, const struct image *m, const struct gather_unit *a,
                 const struct gather_unit *b)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++)
        for (size_t j = 0; j < b->n; j++) {
            if (a->probe[i].cost + b->probe[j].cost > COST_MOST)
                break;
            g->gain[n] = a->probe[i].gain + b->probe[j].gain;
            g->both[n] = image_both_of(a->probe[i].cell, b->probe[j].cell);
            image_expect(m, g->both[n++]);
        }
    add_pairs(g, m, n);
}

/* The cells of a skeleton whose words are within the one asked for. */
enum { PART_CELLS = 5 };

static size_t part_cells(const struct image *m, const struct quick *q, uint64_t skeleton,
                         struct image_cell cell[PART_CELLS])
{
    const struct image_skeleton *s = image_skeleton(m, skeleton);
    struct image_words words;
    struct image_form f;
    size_t n = 0;

    if (!s || !image_words_of(m, s, &words))
        return 0;
    if (s->place.n)
        cell[n++] = (struct image_cell){ skeleton, &s->place, image_hash(skeleton) };
    for (size_t i = 0; n < PART_CELLS && i < 32 && image_next_word(m, &words, &f); i++) {
        if (f.word >= m->head->n_frequent)
            break;
        if (quick_within(q, f.form, f.n))
            cell[n++] = (struct image_cell){ IMAGE_WORD | f.word, &m->frequent[f.word],
                                             image_hash(IMAGE_WORD | f.word) };
    }
    return n;
}

/* One long word that the list may write as two: the two parts together. */
static void part(struct gather *g, const struct names *t, const struct image *m, const struct names_word *w)
{
    struct skeleton_variant v[SKELETON_VARIANTS] UNINITIALIZED;
    struct image_cell a[PART_CELLS] UNINITIALIZED, b[PART_CELLS] UNINITIALIZED;
    struct quick *q = &g->work.quick;
    size_t n, pairs = 0;

    if (w->kind == NAMES_NUMBER || w->n < 5)
        return;
    skeleton_variants(w, v, &n);
    quick_init(q, names_channel(t), w);
    for (size_t i = 0; i < n && v[i].cost < 3; i++) {
        size_t len = skeleton_length(v[i].key);

        for (size_t k = 2; k + 2 <= len; k++) {
            size_t na = part_cells(m, q, skeleton_part(v[i].key, 0, k), a),
                   nb = na ? part_cells(m, q, skeleton_part(v[i].key, k, len), b) : 0;

            for (size_t x = 0; x < na; x++)
                for (size_t y = 0; y < nb && pairs < NEAR_CELLS * NEAR_CELLS; y++) {
                    g->gain[pairs] = logf((float)m->head->n_name) - 2 * (v[i].cost + PARTED);
                    g->both[pairs] = image_both_of(a[x], b[y]);
                    image_expect(m, g->both[pairs++]);
                }
        }
    }
    add_pairs(g, m, pairs);
}

static void pairs(struct gather *g, const struct names *t, const struct image *m,
                  const struct names_name *asked, const struct names_about *about)
{
    for (size_t i = 0; i < g->n_unit; i++)
        for (size_t j = i + 1; j < g->n_unit; j++)
            if (!(g->unit[i].mask & g->unit[j].mask))
                pair(g, m, &g->unit[i], &g->unit[j]);
    for (size_t i = 0; i < asked->n && i < IMAGE_INDEXED; i++)
        part(g, t, m, &asked->word[i]);
    for (size_t d = 0; d < about->n_date; d++) {
        uint64_t date = image_date_key(about->date[d]);
        uint32_t hash = image_hash(date);
        size_t n = 0;

        for (size_t i = 0; date && i < g->n_unit; i++)
            for (size_t k = 0; k < g->unit[i].n; k++) {
                g->gain[n] = g->unit[i].probe[k].gain + SAME_DATE;
                g->both[n] = (struct image_both){ g->unit[i].probe[k].cell.place, hash };
                image_expect(m, g->both[n++]);
            }
        add_pairs(g, m, n);
    }
}

/* Names that share one word: of the rare ones, or where there is nothing else. */
static void singles(struct gather *g, const struct image *m, bool all)
{
    struct image_list l;

    for (size_t i = 0; i < g->n_unit; i++)
        for (size_t k = 0; k < g->unit[i].n; k++)
            if ((all || g->unit[i].probe[k].cell.place->n <= RARE) &&
                image_names_of(m, g->unit[i].probe[k].cell.key, &l))
                add_list(g, &l, g->unit[i].probe[k].gain);
}

/* ---- reading ---- */

/* By falling gain; of equal ones as they were added. */
static void order(struct gather *g)
{
    enum { BUCKETS = 512 };
    uint32_t at[BUCKETS + 1] = { 0 };
    float low = 1e9f, high = -1e9f, scale;

    for (size_t i = 0; i < g->n_list; i++) {
        low = g->list[i].gain < low ? g->list[i].gain : low;
        high = g->list[i].gain > high ? g->list[i].gain : high;
    }
    scale = high > low ? (BUCKETS - 1) / (high - low) : 0;
    for (size_t i = 0; i < g->n_list; i++)
        at[(size_t)((high - g->list[i].gain) * scale) + 1]++;
    for (size_t i = 0; i < BUCKETS; i++)
        at[i + 1] += at[i];
    for (size_t i = 0; i < g->n_list; i++)
        g->order[at[(size_t)((high - g->list[i].gain) * scale)]++] = (uint32_t)i;
}

static void touch(struct gather *g, uint32_t name, float gain)
{
    size_t at = (name * UINT32_C(0x9e3779b1)) >> 20;
    struct gather_slot *s = &g->slot[at];
    float sum;

    while (s->turn == g->turn && s->name != name) {
        at = (at + 1) & (GATHER_SLOTS - 1);
        s = &g->slot[at];
    }
    if (s->turn != g->turn) {
        *s = (struct gather_slot){ name, g->turn, 0 };
        g->touched[g->n_touched++] = (uint32_t)at;
    }
    sum = (float)s->gain + gain * 32;
    s->gain = (uint16_t)(sum < 65535 ? sum : 65535);
}

static void read_lists(struct gather *g)
{
    enum { AHEAD = 6 }; /* lists whose memory is asked for before they are read */
    size_t read = 0;

    for (size_t i = 0; i < g->n_list; i++) {
        struct gather_list *l = &g->list[g->order[i]];
        float gain = l->gain > 0.1f ? l->gain : 0.1f;
        uint32_t name;
        size_t k = 0;

        if (i + AHEAD < g->n_list && read < GATHER_POSTINGS)
            __builtin_prefetch(g->list[g->order[i + AHEAD]].list.p);
        while (read < GATHER_POSTINGS && k < GATHER_LIST && image_next(&l->list, &name)) {
            touch(g, name, gain);
            read++;
            k++;
        }
        g->limited |= l->list.left > 0;
    }
}

static void next_turn(struct gather *g)
{
    if (++g->turn == 0) {
        memset(g->slot, 0, sizeof g->slot);
        g->turn = 1;
    }
    memset(g->used, 0, sizeof g->used);
    g->n_touched = g->n_list = g->n_known = 0;
    g->limited = false;
}

size_t gather_names(struct gather *g, const struct names *t, const struct image *m,
                    const struct names_name *asked, const struct pairing_joined *joined,
                    const struct names_about *about, bool cached)
{
    next_turn(g);
    units(g, t, m, asked, joined, cached);
    pairs(g, t, m, asked, about);
    singles(g, m, g->n_list == 0);
    order(g);
    read_lists(g);
    return g->n_touched;
}
