#include "names/pair.h"

#include <math.h>
#include <stdlib.h>

#include "base/scratch.h"
#include "names/ending.h"
#include "names/frequency.h"
#include "names/likeness.h"
#include "names/pairing.h"
#include "names/weights.inc"
#include "names/zone.h"

enum { ARABIC = 13, CYRILLIC = 14, NUMBERS = 25 }; /* places of these features */
static const float MOST = 0.7f, ONE_WORD = 0.75f;
static const float OTHER_NUMBER = 0.5f; /* a fund 5 is no fund 8, however alike the rest is */
/* FOUND: a word that has such a counterpart is not tried together with its neighbours. */
static const float FLOOR = 0.25f, JOINED = 0.06f, FOUND = 0.8f;
enum { ALIKE = 110 }; /* of 255, roughly: what words joined must have */

static float rarest(const float rare[NAMES_WORDS], size_t i, size_t k)
{
    float most = 0;

    for (size_t j = i; j < i + k; j++)
        most = rare[j] > most ? rare[j] : most;
    return most;
}

/* The same word; but particles go to where the words around them go. */
static bool certain(const struct pairing *p, const struct names_link *l)
{
    return l->rule == RULE_SAME && l->n_a + l->n_b == 2 && p->a->word[l->a].kind != NAMES_PARTICLE;
}

static void put(struct pairing *p, struct names_link *link, float info)
{
    link->likeness -= JOINED * (float)(link->n_a - 1 + link->n_b - 1);
    if (link->likeness <= FLOOR || p->n == PAIRING_CANDIDATES)
        return;
    link->weight = (rarest(p->rare_a, link->a, link->n_a) + rarest(p->rare_b, link->b, link->n_b)) / 2;
    p->candidate[p->n].link = *link;
    p->candidate[p->n++].order =
        link->likeness * sqrtf(info > 0 ? info : 0) + (certain(p, link) ? 100.0f : 0);
}

static void single(struct pairing *p, size_t i, size_t j)
{
    const struct names_word *x = &p->a->word[i], *y = &p->b->word[j];
    struct names_link link = { (uint8_t)i, 1, (uint8_t)j, 1, RULE_VARIANT, 0, 0, 0, 0 };

    if (p->known)
        p->known(p->ctx, i, j, &link);
    else
        likeness(p->t, x, y, &link);
    if (link.likeness > p->best_a[i])
        p->best_a[i] = link.likeness;
    if (link.likeness > p->best_b[j])
        p->best_b[j] = link.likeness;
    put(p, &link, x->info < y->info ? x->info : y->info);
}

/* Several words of one side are tried as one word only where lengths allow it. */
static bool fits(const struct names_name *n, size_t i, size_t k, const struct names_word *other)
{
    size_t sum = 0, least = NAMES_FORM, arabic = other->script == NAMES_ARABIC;

    for (size_t j = i; j < i + k; j++) {
        arabic |= n->word[j].script == NAMES_ARABIC;
        sum += n->word[j].n_form;
        least = n->word[j].n_form < least ? n->word[j].n_form : least;
    }
    if (arabic)
        return sum * 5 >= other->n_form * 2u && sum * 2 <= other->n_form * 5u;
    return sum * 3 >= other->n_form * 2u && sum * 2 <= other->n_form * 3u;
}

/* A particle has its like in many names: that does not tell that it belongs there. */
static bool found(const struct names_name *n, const float best[NAMES_WORDS], size_t i, size_t k)
{
    for (size_t j = i; j < i + k; j++)
        if (best[j] >= FOUND && (k == 1 || n->word[j].kind != NAMES_PARTICLE))
            return true;
    return false;
}

static const struct pairing_joined *joined(const struct pairing *p, size_t i, size_t k)
{
    return &p->joined[PAIRING_JOIN * i + k - 1];
}

static bool alike(const struct pairing *p, size_t i, size_t k, size_t j, size_t l)
{
    char form[PAIRING_JOIN * NAMES_FORM] UNINITIALIZED;
    size_t n = 0;

    for (size_t w = j; w < j + l; w++) {
        memcpy(form + n, p->b->word[w].form, p->b->word[w].n_form);
        n += p->b->word[w].n_form;
    }
    return quick_likeness(&joined(p, i, k)->quick, form, n) >= ALIKE;
}

static void several(struct pairing *p, size_t i, size_t k, size_t j, size_t l)
{
    const struct names_word *x = &joined(p, i, k)->word, *y = &p->b->word[j];
    struct names_word both UNINITIALIZED;
    struct names_link link = { (uint8_t)i, (uint8_t)k, (uint8_t)j, (uint8_t)l, RULE_VARIANT, 0, 0, 0, 0 };

    if (!(k > 1 ? fits(p->a, i, k, &p->b->word[j]) : fits(p->b, j, l, &p->a->word[i])) ||
        found(p->a, p->best_a, i, k) || found(p->b, p->best_b, j, l) || !joined(p, i, k)->is ||
        !alike(p, i, k, j, l))
        return;
    if (l > 1) {
        if (!likeness_join(p->t, p->b, j, l, &both))
            return;
        y = &both;
    }
    likeness(p->t, x, y, &link);
    put(p, &link, x->info < y->info ? x->info : y->info);
}

/* Single words first: room for candidates is for them. */
static void candidates(struct pairing *p)
{
    for (size_t i = 0; i < p->a->n; i++)
        for (size_t j = 0; j < p->b->n; j++)
            single(p, i, j);
    for (size_t i = 0; i < p->a->n; i++)
        for (size_t j = 0; j < p->b->n; j++)
            for (size_t k = 2; k <= PAIRING_JOIN; k++) {
                if (i + k <= p->a->n)
                    several(p, i, k, j, 1);
                if (j + k <= p->b->n)
                    several(p, i, 1, j, k);
            }
}

static uint16_t bits(size_t i, size_t k)
{
    return (uint16_t)(((1u << k) - 1) << i);
}

static float sound(const struct pairing *p, const struct names_link *l)
{
    struct names_word y UNINITIALIZED;

    if (l->n_a == 1 && l->n_b == 1)
        return p->known ? p->sound(p->ctx, l->a, l->b) : likeness_sound(&p->a->word[l->a], &p->b->word[l->b]);
    if (!likeness_join(p->t, p->b, l->b, l->n_b, &y))
        return 0;
    return likeness_sound(&joined(p, l->a, l->n_a)->word, &y);
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
    for (size_t i = 0; i < out->n; i++)
        out->link[i].sound = sound(p, &out->link[i]);
    out->left_a = (uint16_t)(bits(0, p->a->n) & ~a);
    out->left_b = (uint16_t)(bits(0, p->b->n) & ~b);
}

struct rest {
    float weight;                     /* of the words left over */
    unsigned words, numbers, generic; /* of names; of each other kind */
    unsigned legal;                   /* a bit for each class of legal form, matched or not */
    unsigned all;                     /* words of names, matched or not */
};

static struct rest rest_of(const struct names_name *n, const float rare[NAMES_WORDS], uint16_t left)
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
        r.weight += rare[i];
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

/* Both words are patronymics. */
static bool of_father(const struct pairing *p, const struct names_link *l)
{
    enum ending e, f;
    size_t n;

    if (l->n_a != 1 || l->n_b != 1)
        return false;
    e = ending_of(&p->a->word[l->a], &n);
    f = ending_of(&p->b->word[l->b], &n);
    return e == f && (e == ENDING_SON || e == ENDING_DAUGHTER);
}

static void features(const struct pairing *p, struct names_match *m)
{
    struct rest x = rest_of(p->a, p->rare_a, m->left_a), y = rest_of(p->b, p->rare_b, m->left_b);
    float weight = 0, sum = 0, worth = 0, low = 1, high = 0, doubt = 0, doubt_most = 0, doubt_least = 1,
          score = 99, lack = 0, sound = 0, dull = 1, both = 0, known = 0, fathers = 0;
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
        known += l->rule == RULE_KNOWN ? l->weight : 0;
        fathers += of_father(p, l) ? l->weight : 0;
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
    f[k++] = lo / (weight + lo + 1e-6f);
    f[k++] = hi / (weight + hi + 1e-6f);
    f[k++] = known;
    f[k++] = fathers;
}

/* Pairs of spellings told which weights; see tools/names. */
static float probability(const struct names_match *m, enum pairing_of of, enum names_schema schema)
{
    const float *w = weights[of][schema == NAMES_ORGANIZATION                    ? 2
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

static float worth(const float rare[NAMES_WORDS], size_t n)
{
    float sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += rare[i];
    return sum;
}

/*
 * Pairs that taught the weights are names that somebody took for alike. Of any two names, little that is
 * alike is no evidence, however well that little fits: what is matched by more than an initial must be most
 * of the shorter name, and one word alone is not a person.
 */
static float evidence(const struct pairing *p, const struct names_match *m)
{
    float a = worth(p->rare_a, p->a->n), b = worth(p->rare_b, p->b->n), all = least(a, b), matched = 0, share;
    size_t words = 0;

    for (size_t i = 0; i < m->n; i++) {
        const struct names_link *l = &m->link[i];
        bool telling = l->rule != RULE_INITIAL;

        matched += telling ? l->weight * (float)(l->n_a < l->n_b ? l->n_b : l->n_a) : 0.1f;
        words += telling && (p->a->word[l->a].kind == NAMES_WORD || l->n_a > 1) ? l->n_a + l->n_b - 1u : 0;
    }
    share = all > 0 ? matched / all / MOST : 1;
    share = share < 1 ? share : 1;
    return words < 2 && (p->a->n > 1 || p->b->n > 1) ? share * ONE_WORD : share;
}

void pairing_join(const struct names *t, const struct names_name *n,
                  struct pairing_joined out[PAIRING_JOIN * NAMES_WORDS])
{
    for (size_t i = 0; i < n->n; i++)
        for (size_t k = 1; k <= PAIRING_JOIN; k++) {
            struct pairing_joined *o = &out[PAIRING_JOIN * i + k - 1];

            o->is = i + k <= n->n && likeness_join(t, n, i, k, &o->word);
            if (o->is)
                quick_init(&o->quick, names_channel(t), &o->word);
        }
}

void pairing_run(struct pairing *p, enum names_schema schema, struct names_match *out)
{
    p->n = 0;
    memset(p->best_a, 0, sizeof p->best_a);
    memset(p->best_b, 0, sizeof p->best_b);
    candidates(p);
    choose(p, out);
    features(p, out);
    out->score = same_words(out) ? 1 : least(0.995f, probability(out, p->of, schema));
    if (out->score < 1 && schema == NAMES_PERSON)
        out->score *= evidence(p, out);
    if (out->feature[NUMBERS] > 0)
        out->score *= OTHER_NUMBER;
}

static void compare(const struct names *t, const struct names_frequency *f, enum names_schema schema,
                    const struct names_name *a, const struct names_name *b, struct names_match *out)
{
    struct pairing_joined joined[PAIRING_JOIN * NAMES_WORDS] UNINITIALIZED;
    struct pairing p UNINITIALIZED;

    memset(out, 0, sizeof *out);
    if (a->n == 0 || b->n == 0)
        return;
    p.t = t;
    p.a = a;
    p.b = b;
    p.known = NULL;
    p.of = PAIRING_PEOPLE;
    p.joined = joined;
    pairing_join(t, a, joined);
    for (size_t i = 0; i < a->n; i++)
        p.rare_a[i] = names_rarity(f, &a->word[i]);
    for (size_t i = 0; i < b->n; i++)
        p.rare_b[i] = names_rarity(f, &b->word[i]);
    pairing_run(&p, schema, out);
}

/* A name that may be one of a machine-readable zone is compared as such too. */
void names_compare(const struct names *t, const struct names_frequency *f, enum names_schema schema,
                   const struct names_name *a, const struct names_name *b, struct names_match *out)
{
    const struct names_name *side[2] = { a, b };
    struct names_name zone UNINITIALIZED;
    struct names_match other UNINITIALIZED;

    compare(t, f, schema, a, b, out);
    for (int i = 0; i < 2 && schema == NAMES_PERSON; i++) {
        if (zone_read(names_channel(t), schema, side[i], &zone) == ZONE_NONE)
            continue;
        compare(t, f, schema, i ? a : &zone, i ? &zone : b, &other);
        if (other.score > out->score)
            *out = other;
    }
}
