#include <math.h>
#include <stdlib.h>

#include "names/frequency.h"

#include "names/common.inc"

/* Open addressing by a hash of the word; two words of one hash count as one, which changes a weight a little.
 */
struct names_frequency {
    size_t cap, used;
    uint64_t total;
    struct seen {
        uint64_t hash; /* 0: free */
        uint32_t n;
    } * seen;
};

struct names_frequency *names_frequency_new(void)
{
    struct names_frequency *f = calloc(1, sizeof *f);

    if (!f)
        abort();
    f->cap = 1024;
    f->seen = calloc(f->cap, sizeof *f->seen);
    if (!f->seen)
        abort();
    return f;
}

void names_frequency_free(struct names_frequency *f)
{
    if (!f)
        return;
    free(f->seen);
    free(f);
}

/* FNV-1a over the letters. */
static uint64_t hash_of(const struct names_word *w)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < w->n; i++)
        h = (h ^ w->letter[i]) * UINT64_C(0x100000001b3);
    return h ? h : 1;
}

static struct seen *place(const struct names_frequency *f, uint64_t hash)
{
    size_t i = (size_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (f->cap - 1);

    while (f->seen[i].hash && f->seen[i].hash != hash)
        i = (i + 1) & (f->cap - 1);
    return &f->seen[i];
}

static void grow(struct names_frequency *f)
{
    struct seen *old = f->seen;
    size_t n = f->cap;

    f->cap *= 2;
    f->seen = calloc(f->cap, sizeof *f->seen);
    if (!f->seen)
        abort();
    for (size_t i = 0; i < n; i++)
        if (old[i].hash)
            *place(f, old[i].hash) = old[i];
    free(old);
}

static void count(struct names_frequency *f, uint64_t hash, uint32_t n)
{
    struct seen *s = place(f, hash);

    if (!s->hash && f->used++ * 2 > f->cap) {
        grow(f);
        s = place(f, hash);
    }
    s->hash = hash;
    s->n += n;
    f->total += n;
}

void names_frequency_add(struct names_frequency *f, const struct names_name *n)
{
    for (size_t i = 0; i < n->n; i++)
        count(f, hash_of(&n->word[i]), 1);
}

void names_frequency_join(struct names_frequency *f, const struct names_frequency *from)
{
    for (size_t i = 0; i < from->cap; i++)
        if (from->seen[i].hash)
            count(f, from->seen[i].hash, from->seen[i].n);
}

/* The share of a word among all words of names, by what was learned; 0: not known as common. */
static float learned(uint64_t hash)
{
    uint32_t h = (uint32_t)(hash >> 40);
    size_t lo = 0, hi = sizeof common / sizeof *common;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if ((common[mid] >> 8) == h)
            return (exp2f((float)(common[mid] & 0xff) / 8) - 1) / 1048576.0f;
        if ((common[mid] >> 8) < h)
            lo = mid + 1;
        else
            hi = mid;
    }
    return 0;
}

float names_rarity(const struct names_frequency *f, const struct names_word *w)
{
    static const float rarest = 1e-6f;
    uint64_t hash;
    float share = 0, known;

    switch (w->kind) {
    case NAMES_PARTICLE:
        return 0.15f;
    case NAMES_TITLE:
        return 0.2f;
    case NAMES_LEGAL:
        return 0.05f;
    case NAMES_GENERIC:
        return 0.4f;
    case NAMES_WORD:
    case NAMES_NUMBER:
        break;
    }
    hash = hash_of(w);
    known = learned(hash);
    if (f && f->total)
        share = ((float)place(f, hash)->n + 0.5f) / ((float)f->total + 20000);
    share = known > share ? known : share;
    if (share < rarest)
        share = rarest;
    return 0.3f + 0.7f * logf(share) / logf(rarest);
}
