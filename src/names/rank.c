#include "names/rank.h"

#include <math.h>
#include <stdlib.h>

#include "base/scratch.h"
#include "names/frequency.h"
#include "names/keys.h"
#include "names/likeness.h"

/* Within one script skeletons and a rough look tell far more. */
static void budgets(struct rank *r)
{
    bool latin = true, large = r->m->head->n_name > RANK_LARGE;

    for (size_t i = 0; i < r->asked->n; i++)
        latin &= r->asked->word[i].script == NAMES_LATIN;
    r->rough_most = large ? RANK_ROUGH : RANK_ROUGH / 2;
    r->closer_most = large ? RANK_CLOSER : RANK_CLOSER / 2;
    r->fine_most = latin ? RANK_FINE * 3 / 4 : RANK_FINE;
}

void rank_begin(struct rank *r, const struct names *t, const struct names_question *q,
                const struct names_name *asked)
{
    r->t = t;
    r->q = q;
    r->asked = asked;
    r->n_hit = 0;
    r->limited = asked->cut;
    r->all = 0;
    for (size_t i = 0; i < asked->n; i++) {
        r->rare[i] = names_rarity(NULL, &asked->word[i]);
        r->all += r->rare[i];
    }
    pairing_join(t, asked, r->joined);
}

/* ---- words of the list ---- */

enum { UNLIKE = 95, SURE = 200 }; /* of 255, roughly: not worth comparing; found */

static void roughly(const struct rank *r, struct rank_known *k)
{
    struct image_form f;

    k->near = gather_values(&r->gather, k->word);
    if (!image_form(r->m, k->word, &f))
        return;
    for (size_t i = 0; i < r->asked->n; i++) {
        size_t u = r->unit_of[i];

        if (k->near && u < GATHER_UNITS && k->near[u])
            k->value[i] = k->near[u];
        else
            k->value[i] = quick_likeness(&r->joined[PAIRING_JOIN * i].quick, f.form, f.n);
    }
}

static struct rank_known *known(struct rank *r, uint32_t v)
{
    size_t at = (v * UINT32_C(0x9e3779b1)) >> 22;
    struct rank_known *k;

    for (size_t i = 0;; i++) {
        k = &r->known[at];
        if (k->turn == r->turn && k->word == v)
            return k;
        if (k->turn != r->turn || i == 64)
            break;
        at = (at + 1) & (RANK_KNOWN - 1);
    }
    *k = (struct rank_known){ .word = v, .turn = r->turn };
    roughly(r, k);
    return k;
}

/* The same with all that a comparison needs; NULL: damaged, or too many. */
static struct rank_word *kept(struct rank *r, struct rank_known *k)
{
    struct rank_word *w;

    if (k->place)
        return &r->word[k->place - 1];
    if (r->n_word == RANK_WORDS) {
        r->limited = true;
        return NULL;
    }
    w = &r->word[r->n_word];
    if (!image_word(r->m, k->word, &w->word))
        return NULL;
    w->rare = -1;
    w->linked = 0;
    k->place = (uint16_t)++r->n_word;
    return w;
}

/* The last word of a full line of a machine-readable zone may go on: it is compared with as much of the
 * other. */
static void begun(const struct rank *r, const struct names_word *a, const struct names_word *b,
                  struct names_link *out)
{
    struct names_word part = *b;

    if (b->script == NAMES_LATIN && b->kind != NAMES_NUMBER && b->n > a->n_form) {
        part.n = part.n_form = a->n_form;
        part.info = channel_info(names_channel(r->t), part.script, part.letter, part.n);
    }
    likeness(r->t, a, &part, out);
    if (part.n < b->n && out->rule == RULE_SAME)
        out->rule = RULE_VARIANT;
    out->likeness = out->likeness > 0.95f && part.n < b->n ? 0.95f : out->likeness;
}

/* Really compared with word i of the question, where a rough look allows it. */
static void link_word(struct rank *r, struct rank_known *k, size_t i)
{
    const struct names_word *a = &r->asked->word[i];
    struct rank_word *w = kept(r, k);

    if (!w || w->linked >> i & 1)
        return;
    w->linked |= 1u << i;
    w->link[i] = (struct names_link){ .rule = RULE_VARIANT };
    if (r->q->truncated && i + 1 == r->asked->n)
        begun(r, a, &w->word, &w->link[i]);
    else if (k->value[i] >= UNLIKE || (a->n == 1) != (w->word.n == 1))
        likeness(r->t, a, &w->word, &w->link[i]);
    w->link[i].sound = -1;
    k->value[i] = (uint8_t)(w->link[i].likeness * 255);
}

/* The word as it is compared; NULL: damaged, or too many. */
static struct rank_word *whole(struct rank *r, uint32_t v)
{
    struct rank_known *k = known(r, v);
    struct rank_word *w = kept(r, k);

    if (!w)
        return NULL;
    if (w->rare < 0)
        w->rare = names_rarity(NULL, &w->word);
    for (size_t i = 0; i < r->asked->n; i++)
        link_word(r, k, i);
    return w;
}

/* ---- a rough look ---- */

static float sum_of(const struct rank *r, uint32_t mask)
{
    float sum = 0;

    for (; mask; mask &= mask - 1)
        sum += r->rare[__builtin_ctz(mask)];
    return sum;
}

/* What n_left words of the list, that are like none of the question, speak against. */
static float share(const struct rank *r, float sum, size_t n_left)
{
    return sum / (r->all + 0.3f * r->all / (float)r->asked->n * (float)n_left);
}

/* Words are given to each other best first, by what was found near each of the question. */
static float near_score(struct rank *r, const struct image_name *n)
{
    struct rank_like *c = r->like;
    uint32_t asked = 0, listed = 0;
    size_t k = 0, used = 0;
    float sum = 0;

    for (size_t j = 0; j < (size_t)n->n + n->n_joined; j++) {
        const uint8_t *value = gather_values(&r->gather, n->word[j]);

        for (size_t u = 0; value && u < r->gather.n_unit && k < RANK_LIKE; u++)
            if (value[u]) {
                c[k].unit = (uint8_t)u;
                c[k].word = (uint8_t)j;
                c[k++].like = value[u];
            }
    }
    for (;;) {
        size_t best = k;

        for (size_t i = 0; i < k; i++)
            if (!(asked & r->gather.unit[c[i].unit].mask) && !(listed >> c[i].word & 1) &&
                (best == k || c[i].like > c[best].like))
                best = i;
        if (best == k)
            break;
        asked |= r->gather.unit[c[best].unit].mask;
        listed |= 1u << c[best].word;
        used += c[best].word < n->n ? 1 : 2;
        sum += sum_of(r, r->gather.unit[c[best].unit].mask) * (float)c[best].like / 255;
    }
    return share(r, sum, used < n->n ? n->n - used : 0);
}

/* The same by the likeness of each two words; those below floor are given to none. */
static float assigned(const struct rank *r, struct rank_known *const *k, size_t n, unsigned floor)
{
    uint32_t used_a = 0, used_b = 0;
    float sum = 0;

    for (;;) {
        unsigned best = floor;
        size_t a = 0, b = 0;

        for (size_t i = 0; i < r->asked->n; i++)
            for (size_t j = 0; j < n && !(used_a >> i & 1); j++)
                if (!(used_b >> j & 1) && k[j]->value[i] > best) {
                    best = k[j]->value[i];
                    a = i;
                    b = j;
                }
        if (best == floor)
            break;
        used_a |= 1u << a;
        used_b |= 1u << b;
        sum += r->rare[a] * (float)best / 255.0f;
    }
    return share(r, sum, n - (size_t)__builtin_popcount(used_b));
}

static bool is_near(const struct rank *r, const struct rank_known *k, size_t i)
{
    size_t u = r->unit_of[i];

    return k->near && u < GATHER_UNITS && k->near[u];
}

/* By the likeness of all words that a rough look allows; what is found for certain is not tried with others.
 */
static float close_score(struct rank *r, const struct image_name *n)
{
    struct rank_known *k[NAMES_WORDS] UNINITIALIZED;
    uint32_t sure_a = 0, sure_b = 0;

    for (size_t j = 0; j < n->n; j++) {
        k[j] = known(r, n->word[j]);
        for (size_t i = 0; i < r->asked->n; i++)
            if (is_near(r, k[j], i) && k[j]->value[i] >= SURE) {
                sure_a |= 1u << i;
                sure_b |= 1u << j;
            }
    }
    for (size_t j = 0; j < n->n; j++)
        for (size_t i = 0; i < r->asked->n; i++) {
            bool open = r->q->truncated && i + 1 == r->asked->n;

            if ((is_near(r, k[j], i) && !open) || sure_a >> i & 1 || sure_b >> j & 1)
                continue;
            if (k[j]->value[i] >= UNLIKE || k[j]->place || open)
                link_word(r, k[j], i);
            else
                k[j]->value[i] = 0;
        }
    return assigned(r, k, n->n, 60);
}

/* The score that the best n have at least; values 0 to 1. */
static float threshold(const float *score, size_t stride, size_t n, size_t best)
{
    enum { BUCKETS = 1024, BLOCK = 32 };
    uint16_t count[BUCKETS] = { 0 }, block[BUCKETS / BLOCK] = { 0 };
    size_t sum = 0, at = BUCKETS;

    for (size_t i = 0; i < n; i++) {
        float s = *(const float *)(const void *)((const char *)score + i * stride);
        size_t k = (size_t)(s < 0 ? 0 : s >= 1 ? BUCKETS - 1 : s * BUCKETS);

        count[k]++;
        block[k / BLOCK]++;
    }
    while (at > 0 && sum + block[at / BLOCK - 1] <= best) {
        at -= BLOCK;
        sum += block[at / BLOCK];
    }
    while (at > 0 && sum + count[at - 1] <= best)
        sum += count[--at];
    return (float)at / BUCKETS;
}

static bool left_out(const struct rank *r, uint32_t entity, rank_gone gone, const void *ctx)
{
    struct span id;

    return gone && (!image_entity(r->m, entity, &id, NULL) || gone(ctx, id));
}

static void about_of(const struct rank *r, struct rank_rough *o)
{
    struct names_about about UNINITIALIZED;
    struct about_match match;
    struct span id;

    o->shift = 0;
    o->apart = false;
    if (!r->q->about.n_date || !image_entity(r->m, o->entity, &id, &about))
        return;
    about_compare(&r->q->about, &about, &match);
    o->shift = 0.1f * match.shift;
    o->apart = r->q->apart && match.birth == NAMES_DIFFERS;
}

/* Those that likeness of two words speaks for most. */
static void choose(struct rank *r, size_t n)
{
    float gain[GATHER_POSTINGS] UNINITIALIZED, most = 0.001f;
    uint8_t share[GATHER_POSTINGS] UNINITIALIZED;
    uint32_t count[256] = { 0 };
    size_t sum = 0, at = 256;

    for (size_t i = 0; i < n; i++) {
        gain[i] = gather_at(&r->gather, i).gain;
        most = gain[i] > most ? gain[i] : most;
    }
    for (size_t i = 0; i < n; i++)
        share[i] = (uint8_t)(int)(gain[i] * 255 / most);
    for (size_t i = 0; i < n; i++)
        count[share[i]]++;
    while (at > 0 && sum < r->rough_most)
        sum += count[--at];
    r->n_rough = 0;
    for (size_t i = 0; i < n && r->n_rough < r->rough_most; i++)
        if (share[i] >= at)
            r->rough[r->n_rough++] =
                (struct rank_rough){ .name = gather_at(&r->gather, i).name, .gain = gain[i] / most };
    r->limited |= sum > r->rough_most || at > 0;
}

/* The entities of all names: the memory of the later ones is asked for while the first are read. UINT32_MAX:
 * damaged. */
static void entities(struct rank *r)
{
    enum { AHEAD = 8 };

    for (size_t i = 0; i < r->n_rough; i++)
        image_expect_block(r->m, r->rough[i].name);
    for (size_t i = 0; i < r->n_rough; i++) {
        struct rank_rough *o = &r->rough[i];

        if (i + AHEAD < r->n_rough)
            image_expect_name(r->m, r->rough[i + AHEAD].name);
        if (!image_entity_of(r->m, o->name, &o->entity))
            o->entity = UINT32_MAX;
        else
            image_expect_entity(r->m, o->entity);
    }
}

/* Memory is asked for some names ahead. */
static void look(struct rank *r, rank_gone gone, const void *ctx)
{
    enum { PLACE = 16, NAME = 8 };
    const bool asked = gone || r->q->about.n_date;
    struct image_name n UNINITIALIZED;
    size_t k = 0;

    if (asked)
        entities(r);
    for (size_t i = 0; i < r->n_rough && i < PLACE; i++)
        image_expect_place(r->m, r->rough[i].name);
    for (size_t i = 0; i < r->n_rough; i++) {
        struct rank_rough *o = &r->rough[i];

        if (i + PLACE < r->n_rough)
            image_expect_place(r->m, r->rough[i + PLACE].name);
        if (i + NAME < r->n_rough) {
            image_expect_name(r->m, r->rough[i + NAME].name);
            if (asked)
                image_expect_about(r->m, r->rough[i + NAME].entity);
        }
        if (!image_name(r->m, o->name, &n) || left_out(r, o->entity, gone, ctx))
            continue;
        about_of(r, o);
        o->score = near_score(r, &n) + o->shift;
        r->rough[k++] = *o;
    }
    r->n_rough = k;
}

/* ---- a real comparison ---- */

static void link_of(void *ctx, size_t i, size_t j, struct names_link *out)
{
    const struct rank *r = ctx;
    const struct names_link *l = &r->compared[j]->link[i];

    out->likeness = l->likeness;
    out->rule = l->rule;
    out->score = l->score;
}

static float sound_of(void *ctx, size_t i, size_t j)
{
    const struct rank *r = ctx;
    struct rank_word *w = r->compared[j];

    if (w->link[i].sound < 0)
        w->link[i].sound = likeness_sound(&r->asked->word[i], &w->word);
    return w->link[i].sound;
}

static bool listed_of(struct rank *r, const struct image_name *n, struct names_name *out)
{
    out->n = n->n;
    out->cut = false;
    for (size_t j = 0; j < n->n; j++) {
        r->compared[j] = whole(r, n->word[j]);
        if (!r->compared[j]) {
            r->limited = true;
            return false;
        }
        out->word[j] = r->compared[j]->word;
        r->pairing.rare_b[j] = r->compared[j]->rare;
    }
    return true;
}

static float logit(float p)
{
    p = p < 1e-6f ? 1e-6f : p > 0.9975f ? 0.9975f : p;
    return logf(p / (1 - p));
}

/* What a weak alias is worth: it stays below what alerts. */
static const float WEAK = 0.75f;

/* 1 only for the same words and nothing that differs. */
static void settle(struct rank_hit *h)
{
    float s;

    h->order = logit(h->name) + h->about.shift;
    s = 1 / (1 + expf(-h->order));
    h->score = h->name == 1 && h->about.shift >= 0 ? 1 : s < 0.999f ? s : 0.999f;
    if (h->weak)
        h->score *= WEAK;
}

static void compare(struct rank *r, uint32_t name)
{
    struct rank_hit *h = &r->hit[r->n_hit];
    struct names_about about UNINITIALIZED;
    struct image_name n UNINITIALIZED;
    struct span id;
    uint32_t entity;

    if (!image_name(r->m, name, &n) || !image_entity_of(r->m, name, &entity) ||
        !image_entity(r->m, entity, &id, &about) || !listed_of(r, &n, &h->listed))
        return;
    r->pairing.of = PAIRING_LIST;
    r->pairing.t = r->t;
    r->pairing.a = r->asked;
    r->pairing.b = &h->listed;
    memcpy(r->pairing.rare_a, r->rare, sizeof r->rare);
    r->pairing.joined = r->joined;
    r->pairing.known = link_of;
    r->pairing.sound = sound_of;
    r->pairing.ctx = r;
    memset(&h->match, 0, sizeof h->match);
    pairing_run(&r->pairing, r->q->schema, &h->match);
    about_compare(&r->q->about, &about, &h->about);
    h->name = h->match.score;
    h->entity = entity;
    h->at = name;
    h->weak = n.weak;
    h->later = r->later;
    settle(h);
    r->n_hit++;
}

/* How far behind the best a name may be to be looked at closer: without vowels a rough look says less. */
static const float WITHIN = 0.27f, WITHIN_VOWELLESS = 0.4f;

/* Those that look best, and some that skeletons alone speak for: names written as one word or two. */
static void keep_rough(struct rank *r, size_t most, float within)
{
    float best = 0;
    float score = threshold(&r->rough[0].score, sizeof r->rough[0], r->n_rough, most * 3 / 4), gain;
    size_t n = 0, k = 0;

    for (size_t i = 0; i < r->n_rough; i++)
        best = r->rough[i].score > best ? r->rough[i].score : best;
    if (score < best - within)
        score = best - within;
    for (size_t i = 0; i < r->n_rough; i++) {
        if (r->rough[i].score < score)
            continue;
        r->rough[i].gain = 0;
        n++;
    }
    gain = threshold(&r->rough[0].gain, sizeof r->rough[0], r->n_rough,
                     most / 4 < most - n ? most / 4 : most - n);
    if (gain <= 0)
        gain = 0.001f;
    r->limited |= r->n_rough > most;
    for (size_t i = 0; i < r->n_rough && k < most; i++)
        if (r->rough[i].score >= score || r->rough[i].gain >= gain)
            r->rough[k++] = r->rough[i];
    r->n_rough = k;
}

/* Words of the names that are looked at closer: the memory of all before the first is read. */
static void expect_words(const struct rank *r)
{
    struct image_name n UNINITIALIZED;

    for (size_t i = 0; i < r->n_rough; i++)
        if (image_name(r->m, r->rough[i].name, &n))
            for (size_t j = 0; j < n.n; j++)
                image_expect_word(r->m, n.word[j]);
    for (size_t i = 0; i < r->n_rough; i++)
        if (image_name(r->m, r->rough[i].name, &n))
            for (size_t j = 0; j < n.n; j++)
                image_expect_letters(r->m, n.word[j]);
}

static void look_closer(struct rank *r)
{
    struct image_name n UNINITIALIZED;

    expect_words(r);
    for (size_t i = 0; i < r->n_rough; i++) {
        float score;

        if (!image_name(r->m, r->rough[i].name, &n))
            continue;
        score = close_score(r, &n) + r->rough[i].shift;
        r->rough[i].score = score > r->rough[i].score ? score : r->rough[i].score;
    }
}

/* Those that the question keeps apart take part in whatever chooses, so that nobody is chosen otherwise. */
static void drop_apart(struct rank *r)
{
    size_t k = 0;

    for (size_t i = 0; i < r->n_rough; i++)
        if (!r->rough[i].apart)
            r->rough[k++] = r->rough[i];
    r->n_rough = k;
}

/* So few besides those kept apart that each can be compared whole: no choice is left. */
static bool few(const struct rank *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n_rough; i++)
        n += !r->rough[i].apart;
    return n < r->n_rough && n <= r->fine_most;
}

static void compare_all(struct rank *r)
{
    uint32_t entity;

    for (size_t i = 0; i < r->n_rough; i++)
        image_expect_entity_of(r->m, r->rough[i].name);
    for (size_t i = 0; i < r->n_rough; i++)
        if (image_entity_of(r->m, r->rough[i].name, &entity))
            image_expect_entity(r->m, entity);
    for (size_t i = 0; i < r->n_rough; i++)
        compare(r, r->rough[i].name);
}

void rank_image(struct rank *r, const struct image *m, bool later, rank_gone gone, const void *ctx)
{
    size_t n;

    r->m = m;
    r->later = later;
    budgets(r);
    if (++r->turn == 0) {
        memset(r->known, 0, sizeof r->known);
        r->turn = 1;
    }
    r->n_word = 0;
    n = gather_names(&r->gather, r->t, m, r->asked, r->joined, &r->q->about, !later);
    r->limited |= r->gather.limited;
    for (size_t i = 0; i < NAMES_WORDS; i++)
        r->unit_of[i] = GATHER_UNITS;
    for (size_t u = 0; u < r->gather.n_unit; u++)
        if (__builtin_popcount(r->gather.unit[u].mask) == 1)
            r->unit_of[__builtin_ctz(r->gather.unit[u].mask)] = (uint8_t)u;
    choose(r, n);
    look(r, gone, ctx);
    keep_rough(r, r->closer_most, r->joined[0].quick.vowelless ? WITHIN_VOWELLESS : WITHIN);
    if (!few(r)) {
        look_closer(r);
        keep_rough(r, r->fine_most, WITHIN);
    }
    drop_apart(r);
    compare_all(r);
}

static int by_score(const void *a, const void *b)
{
    const struct rank_hit *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->order != y->order)
        return x->order > y->order ? -1 : 1;
    if (x->later != y->later)
        return x->later ? 1 : -1;
    return x->at < y->at ? -1 : x->at > y->at;
}

void rank_end(struct rank *r, size_t top)
{
    size_t n = 0;

    qsort(r->hit, r->n_hit, sizeof r->hit[0], by_score);
    for (size_t i = 0; i < r->n_hit && n < top; i++) {
        bool seen = false;

        for (size_t j = 0; j < n && !seen; j++)
            seen = r->hit[j].later == r->hit[i].later && r->hit[j].entity == r->hit[i].entity;
        if (seen)
            continue;
        if (n != i)
            r->hit[n] = r->hit[i];
        n++;
    }
    r->n_hit = n;
}
