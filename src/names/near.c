#include "names/near.h"

#include "base/scratch.h"

/* Nats: how improbable a skeleton may be; up to which its neighbours are tried. */
static const float COST_MOST = 6.5f, COST_EDITED = 1.8f, COST_RARE = 4.5f, COST_ROUGH = 1.5f,
                   ROUGH_SHARE = 0.55f, ROUGH_COST = 20;
enum { EDITED = 2, NEAR_ROUGH = 140 };

/* ---- skeletons ---- */

struct trying {
    struct near_work *k;
    const struct image *m;
    float base;
};

static void try(void *ctx, uint64_t key, float cost)
{
    struct trying *t = ctx;
    struct near_work *k = t->k;
    size_t at = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 54;

    cost += t->base;
    if (cost > COST_MOST)
        return;
    for (; k->slot[at]; at = (at + 1) & (NEAR_KEYS - 1)) {
        struct skeleton_variant *v = &k->key[k->slot[at] - 1];

        if (v->key == key) {
            v->cost = cost < v->cost ? cost : v->cost;
            return;
        }
    }
    if (k->n_key == NEAR_KEYS / 2)
        return;
    image_expect_skeleton(t->m, key);
    k->key[k->n_key++] = (struct skeleton_variant){ key, cost };
    k->slot[at] = (uint16_t)k->n_key;
}

/* The likeliest are kept, in that order. */
static void keep(struct near_work *k, const struct image_skeleton *s, float cost)
{
    size_t at = k->n_found;

    if (at == NEAR_SKELETONS) {
        if (k->found[at - 1].cost <= cost)
            return;
        at--;
    } else {
        k->n_found++;
    }
    for (; at && k->found[at - 1].cost > cost; at--)
        k->found[at] = k->found[at - 1];
    k->found[at] = (struct near_found){ s, cost };
}

static void skeletons(struct near_work *k, const struct image *m, const struct names_word *w, bool joined)
{
    struct skeleton_variant v[SKELETON_VARIANTS] UNINITIALIZED;
    struct trying t = { k, m, 0 };
    size_t n;

    k->n_key = k->n_found = 0;
    memset(k->slot, 0, sizeof k->slot);
    skeleton_variants(w, v, &n);
    for (size_t i = 0; i < n; i++)
        try(&t, v[i].key, v[i].cost);
    for (size_t i = 0; i < n && i < EDITED && !joined && v[i].cost < COST_EDITED; i++) {
        t.base = v[i].cost;
        skeleton_edits(v[i].key, try, &t);
    }
    for (size_t i = 0; i < k->n_key; i++) {
        const struct image_skeleton *s = image_skeleton(m, k->key[i].key);

        if (s)
            keep(k, s, k->key[i].cost);
    }
    for (size_t i = 0; i < k->n_found; i++)
        image_expect_words(m, k->found[i].skeleton);
}

/* ---- words ---- */

static uint8_t byte_of(float x)
{
    return x <= 0 ? 0 : x >= 0.99f ? 252 : (uint8_t)(x * 255);
}

/* What a word must score to be of any likeness at all, when the other says about as much. */
static int least_of(const struct names_word *w)
{
    return (int)(w->info * 0.85f * (float)NEAR_LEAST / 255 * 100);
}

/* As likeness() does, but one way only. */
static float across(const struct names_word *w, const struct image_form *f, int score)
{
    float info = w->info + f->info;

    if (w->script != NAMES_LATIN && f->script == NAMES_LATIN)
        info = w->info * 1.25f + f->info * 0.8f;
    else if (w->script == NAMES_LATIN && f->script != NAMES_LATIN)
        info = w->info * 0.8f + f->info * 1.25f;
    info /= 2;
    return (float)score / (info > 1 ? info : 1) / 100;
}

/* Slips of the pen: each changes one letter, or two. */
static uint8_t slip(const struct near_work *k, const struct image_form *f)
{
    unsigned most = (k->batch.w->n > f->n ? k->batch.w->n : f->n) / 3u;

    if (k->batch.w->script != NAMES_LATIN || f->script != NAMES_LATIN ||
        image_bits(f->letters & ~k->letters) > most || image_bits(k->letters & ~f->letters) > most)
        return 0;
    return byte_of(quick_slip(&k->quick, f->form, f->n));
}

/* shared: letters in common with the form that was compared last. */
static uint8_t near_like(struct near_work *k, const struct image_form *f, size_t *shared)
{
    const struct names_word *w = k->batch.w;
    uint8_t like, other;
    int score;

    *shared = f->shared < *shared ? f->shared : *shared;
    if (w->kind == NAMES_NUMBER || f->kind == NAMES_NUMBER)
        return w->kind == f->kind && w->n_form == f->n && memcmp(w->form, f->form, f->n) == 0 ? 255 : 0;
    score = batch_score(&k->batch, f->form, f->n, *shared);
    *shared = NAMES_FORM;
    like = score > 0 ? byte_of(across(w, f, score)) : 0;
    if (w->script == f->script && w->n_form == f->n && memcmp(w->form, f->form, f->n) == 0)
        like = w->script == NAMES_LATIN ? 255 : 252;
    other = like < 230 ? slip(k, f) : 0;
    return like > other ? like : other;
}

/* A word under a likely skeleton is worth reading although its letters are unlikely. */
static uint8_t roughly(const struct near_work *k, const struct image_form *f, float cost, uint8_t like)
{
    float rough = (float)quick_likeness(&k->quick, f->form, f->n) * ROUGH_SHARE - cost * ROUGH_COST;

    return rough > (float)like ? (uint8_t)rough : like;
}

static void put_word(struct near *out, uint32_t word, uint8_t like)
{
    if (out->n_word == NEAR_WORDS)
        out->limited = true;
    else
        out->word[out->n_word++] = (struct near_word){ word, like };
}

static void put_cell(struct near *out, uint64_t key, uint32_t place, uint8_t like)
{
    size_t at = out->n_cell;

    if (at == NEAR_CELLS) {
        if (out->cell[at - 1].like >= like)
            return;
        at--;
    } else {
        out->n_cell++;
    }
    for (; at && out->cell[at - 1].like < like; at--)
        out->cell[at] = out->cell[at - 1];
    out->cell[at] = (struct near_cell){ key, place, image_hash(key), like };
}

static uint32_t letters_of(const struct names_word *w)
{
    uint32_t set = 0;

    for (size_t i = 0; i < w->n_form; i++)
        if (w->form[i] >= 'a' && w->form[i] <= 'z')
            set |= 1u << (w->form[i] - 'a');
    return set;
}

static void find(struct near_work *k, const struct names *t, const struct image *m,
                 const struct names_word *w, bool joined, struct near *out)
{
    size_t scanned = 0;

    out->n_word = out->n_cell = 0;
    out->limited = false;
    skeletons(k, m, w, joined);
    if (k->n_found == 0)
        return;
    quick_init(&k->quick, names_channel(t), w);
    batch_begin(&k->batch, names_channel(t), w, least_of(w));
    k->letters = letters_of(w);
    for (size_t i = 0; i < k->n_found; i++) {
        const struct image_skeleton *s = k->found[i].skeleton;
        struct image_words words;
        struct image_form f UNINITIALIZED;
        size_t shared = 0;
        uint8_t most = 0;

        if (!image_words_of(m, s, &words))
            continue;
        for (; scanned < NEAR_SCAN && image_next_word(m, &words, &f); scanned++) {
            uint8_t like;

            if (f.word >= m->head->n_frequent && k->found[i].cost > COST_RARE)
                break;
            like = near_like(k, &f, &shared);
            if (k->batch.dead && w->script == NAMES_LATIN)
                image_skip_unlike(&words, k->batch.dead, k->letters, w->n / 3u);
            else if (k->batch.dead && k->found[i].cost >= COST_ROUGH)
                image_skip_words(&words, k->batch.dead);
            if (like < NEAR_ROUGH && k->found[i].cost < COST_ROUGH)
                like = roughly(k, &f, k->found[i].cost, like);
            if (like < NEAR_LEAST)
                continue;
            put_word(out, f.word, like);
            if (f.word < m->head->n_frequent)
                put_cell(out, IMAGE_WORD | f.word, f.word, like);
            else
                most = like > most ? like : most;
        }
        out->limited |= words.i < words.n && scanned == NEAR_SCAN;
        if (most)
            put_cell(out, s->key, (uint32_t)(s - m->skeleton), most);
    }
}

static bool is_kept(const struct near_kept *e, uint64_t sum, const struct names_word *w, bool joined)
{
    return e->sum == sum && e->joined == joined && e->script == w->script && e->n == w->n &&
           memcmp(e->letter, w->letter, w->n * sizeof w->letter[0]) == 0;
}

static struct near_kept *place_for(struct near_cache *c, uint64_t sum, const struct names_word *w,
                                   bool joined, bool *there)
{
    uint64_t h = sum ^ (uint64_t)w->script ^ (uint64_t)joined << 8;
    struct near_kept *e;
    size_t way = 0;

    for (size_t i = 0; i < w->n; i++)
        h = (h ^ w->letter[i]) * UINT64_C(0x100000001b3);
    e = &c->kept[(h ^ h >> 32) % (NEAR_CACHE / NEAR_WAYS) * NEAR_WAYS];
    for (; way < NEAR_WAYS && !is_kept(&e[way], sum, w, joined); way++)
        ;
    *there = way < NEAR_WAYS;
    way = *there ? way : e[0].last ? 1 : 0;
    e[way].last = true;
    e[1 - way].last = false;
    return &e[way];
}

const struct near *near_find(struct near_work *k, struct near_cache *cache, const struct names *t,
                             const struct image *m, const struct names_word *w, bool joined)
{
    struct near_kept *e;
    bool there;

    if (!cache || m->head->sum == 0 || w->kind == NAMES_NUMBER) {
        find(k, t, m, w, joined, &k->near);
        return &k->near;
    }
    e = place_for(cache, m->head->sum, w, joined, &there);
    if (there)
        return &e->near;
    find(k, t, m, w, joined, &e->near);
    e->sum = m->head->sum;
    e->joined = joined;
    e->script = (uint8_t)w->script;
    e->n = w->n;
    memcpy(e->letter, w->letter, w->n * sizeof w->letter[0]);
    return &e->near;
}
