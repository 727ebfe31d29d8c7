#include "names/pair.h"

#include <math.h>
#include <stdlib.h>

#include "names/frequency.h"
#include "names/likeness.h"
#include "names/weights.inc"

enum { ARABIC = 13, CYRILLIC = 14 }; /* places of these features */
enum { JOIN = 3, CANDIDATES = 2 * NAMES_WORDS * NAMES_WORDS };

static const float FLOOR = 0.25f, JOINED = 0.06f;

struct pairing {
    const struct names *t;
    const struct names_frequency *f;
    const struct names_name *a, *b;
    size_t n;
    struct candidate {
        struct names_link link;
        float order;
    } candidate[CANDIDATES];
};

static float rarest(const struct names_frequency *f, const struct names_name *n, size_t i, size_t k)
{
    float most = 0;

    for (size_t j = i; j < i + k; j++) {
        float r = names_rarity(f, &n->word[j]);

        most = r > most ? r : most;
    }
    return most;
}

static void consider(struct pairing *p, size_t i, size_t k, size_t j, size_t l)
{
    struct names_word x, y;
    struct names_link link = { (uint8_t)i, (uint8_t)k, (uint8_t)j, (uint8_t)l, RULE_VARIANT, 0, 0, 0, 0 };
    float info;

    if (!likeness_join(p->t, p->a, i, k, &x) || !likeness_join(p->t, p->b, j, l, &y))
        return;
    likeness(p->t, &x, &y, &link);
    link.likeness -= JOINED * (float)(k - 1 + l - 1);
    if (link.likeness <= FLOOR || p->n == CANDIDATES)
        return;
    link.weight = (rarest(p->f, p->a, i, k) + rarest(p->f, p->b, j, l)) / 2;
    info = x.info < y.info ? x.info : y.info;
    p->candidate[p->n].link = link;
    p->candidate[p->n++].order =
        link.likeness * sqrtf(info > 0 ? info : 0) + (link.rule == RULE_SAME && k + l == 2 ? 100.0f : 0);
}

/* Single words first: room for candidates is for them. */
static void candidates(struct pairing *p)
{
    for (size_t i = 0; i < p->a->n; i++)
        for (size_t j = 0; j < p->b->n; j++)
            consider(p, i, 1, j, 1);
    for (size_t i = 0; i < p->a->n; i++)
        for (size_t j = 0; j < p->b->n; j++)
            for (size_t k = 2; k <= JOIN; k++) {
                if (i + k <= p->a->n)
                    consider(p, i, k, j, 1);
                if (j + k <= p->b->n)
                    consider(p, i, 1, j, k);
            }
}

static uint16_t bits(size_t i, size_t k)
{
    return (uint16_t)(((1u << k) - 1) << i);
}

/* The best first, each word once. */
static void choose(struct pairing *p, struct names_match *out)
{
    uint16_t a = 0, b = 0;

    out->n = 0;
    for (;;) {
        const struct candidate *best = NULL;

        for (size_t i = 0; i < p->n; i++) {
            const struct candidate *c = &p->candidate[i];

            if (!(a & bits(c->link.a, c->link.n_a)) && !(b & bits(c->link.b, c->link.n_b)) &&
                (!best || c->order > best->order))
                best = c;
        }
        if (!best)
            break;
        a |= bits(best->link.a, best->link.n_a);
        b |= bits(best->link.b, best->link.n_b);
        out->link[out->n++] = best->link;
    }
    out->left_a = (uint16_t)(bits(0, p->a->n) & ~a);
    out->left_b = (uint16_t)(bits(0, p->b->n) & ~b);
}

struct rest {
    float weight;                     /* of the words left over */
    unsigned words, numbers, generic; /* of names; of each other kind */
    unsigned legal;                   /* a bit for each class of legal form, matched or not */
    unsigned all;                     /* words of names, matched or not */
};

static struct rest rest_of(const struct pairing *p, const struct names_name *n, uint16_t left)
{
    struct rest r = { 0 };

    for (size_t i = 0; i < n->n; i++) {
        const struct names_word *w = &n->word[i];
        bool over = left >> i & 1;

        if (w->kind == NAMES_LEGAL)
            r.legal |= 1u << w->value;
        if (w->kind == NAMES_WORD)
            r.all++;
        if (!over)
            continue;
        r.weight += names_rarity(p->f, w);
        r.words += w->kind == NAMES_WORD;
        r.numbers += w->kind == NAMES_NUMBER;
        r.generic += w->kind == NAMES_GENERIC;
    }
    return r;
}

static float least(float a, float b)
{
    return a < b ? a : b;
}

static float greatest(float a, float b)
{
    return a > b ? a : b;
}

static void features(const struct pairing *p, struct names_match *m)
{
    struct rest x = rest_of(p, p->a, m->left_a), y = rest_of(p, p->b, m->left_b);
    float weight = 0, sum = 0, worth = 0, low = 1, high = 0, doubt = 0, doubt_most = 0, doubt_least = 1,
          score = 99, lack = 0, sound = 0, dull = 1, both = 0;
    float lo = least(x.weight, y.weight), hi = greatest(x.weight, y.weight), mean;
    bool arabic = false, cyrillic = false, latin;
    unsigned typos = 0, initials = 0;
    float *f = m->feature;
    size_t k = 0;

    for (size_t i = 0; i < m->n; i++) {
        const struct names_link *l = &m->link[i];
        float miss = l->weight * (1 - l->likeness);

        weight += l->weight;
        sum += l->weight * l->likeness;
        worth += l->weight * l->score;
        low = least(low, l->likeness);
        high = greatest(high, l->likeness);
        doubt += l->weight * greatest(0, 0.8f - l->likeness);
        doubt_most = greatest(doubt_most, miss);
        doubt_least = least(doubt_least, miss);
        score = least(score, l->score);
        sound += l->weight * l->sound;
        dull = least(dull, l->sound);
        both += l->weight * least(1, (l->likeness + l->sound) / 2);
        typos += l->rule == RULE_TYPO;
        initials += l->rule == RULE_INITIAL;
        lack += l->likeness < 0.7f ? l->weight : 0;
    }
    if (m->n == 0)
        low = score = 0;
    for (size_t i = 0; i < p->a->n; i++) {
        arabic |= p->a->word[i].script == NAMES_ARABIC;
        cyrillic |= p->a->word[i].script == NAMES_CYRILLIC;
    }
    for (size_t i = 0; i < p->b->n; i++) {
        arabic |= p->b->word[i].script == NAMES_ARABIC;
        cyrillic |= p->b->word[i].script == NAMES_CYRILLIC;
    }
    latin = !arabic && !cyrillic;
    mean = sum / (weight + 1e-6f);
    f[k++] = sum / (weight + lo + 0.35f * (hi - lo) + 1e-6f);
    f[k++] = worth / 20;
    f[k++] = low;
    f[k++] = high;
    f[k++] = mean;
    f[k++] = lo;
    f[k++] = hi;
    f[k++] = (float)(x.words < y.words ? x.words : y.words);
    f[k++] = m->n == 1;
    f[k++] = m->n >= 3;
    f[k++] = x.all <= 1 || y.all <= 1;
    f[k++] = doubt_least;
    f[k++] = doubt_most;
    f[k++] = arabic;
    f[k++] = cyrillic;
    f[k++] = weight;
    f[k++] = doubt;
    f[k++] = least(score, 15) / 10;
    f[k++] = arabic * mean;
    f[k++] = arabic * low;
    f[k++] = cyrillic * mean;
    f[k++] = latin * mean;
    f[k++] = lo > 0.5f;
    f[k++] = m->n == 0;
    f[k++] = latin * lo;
    f[k++] = (float)(x.numbers > 0 && y.numbers > 0);
    f[k++] = (float)((x.numbers > 0) != (y.numbers > 0));
    f[k++] = (float)(x.generic + y.generic);
    f[k++] = x.legal && y.legal && !(x.legal & y.legal);
    f[k++] = latin * (float)typos;
    f[k++] = (float)initials;
    f[k++] = lack;
    f[k++] = sound / (weight + 1e-6f);
    f[k++] = m->n ? dull : 0;
    f[k++] = both / (weight + lo + 0.35f * (hi - lo) + 1e-6f);
    f[k++] = arabic * sound / (weight + 1e-6f);
}

/* Pairs of spellings told which weights; see tools/names. */
static float probability(const struct names_match *m, enum names_schema schema)
{
    const float *w = weights[schema == NAMES_ORGANIZATION                    ? 2
                             : m->feature[ARABIC] + m->feature[CYRILLIC] > 0 ? 0
                                                                             : 1];
    float z = w[NAMES_FEATURES];

    for (size_t i = 0; i < NAMES_FEATURES; i++)
        z += w[i] * m->feature[i];
    return 1 / (1 + expf(-z));
}

static bool same_words(const struct names_match *m)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->link[i].rule != RULE_SAME)
            return false;
    return m->n > 0 && !m->left_a && !m->left_b;
}

void names_compare(const struct names *t, const struct names_frequency *f, enum names_schema schema,
                   const struct names_name *a, const struct names_name *b, struct names_match *out)
{
    struct pairing p = { .t = t, .f = f, .a = a, .b = b };

    memset(out, 0, sizeof *out);
    if (a->n == 0 || b->n == 0)
        return;
    candidates(&p);
    choose(&p, out);
    features(&p, out);
    out->score = same_words(out) ? 1 : least(0.995f, probability(out, schema));
}
