#include "names/skeleton.h"

#include "base/scratch.h"

struct skeleton_option {
    uint16_t classes;
    uint8_t cost; /* sixteenths of a nat */
};

struct skeleton_unit {
    uint16_t letter;
    uint8_t place, n;
    uint16_t first;
};

#include "names/skeleton_rows.inc"

enum class { NONE, P, F, T, S, C, J, K, H, L, M, N, R, A, I, U };

static const uint64_t NUMBER = UINT64_C(1) << 60;

/* ---- Latin letters ---- */

/* What stands at s: the longest row that fits. Alternatives with their costs in sixteenths of a nat; the
 * first is the one that lists are filed under. */
struct reading {
    const char *letters;
    uint8_t n;
    struct {
        uint8_t class, cost;
    } as[4];
};

static const struct reading readings[] = {
    { "shch", 1, { { C, 0 } } },
    { "sch", 2, { { C, 0 }, { S, 24 } } },
    { "tch", 1, { { C, 0 } } },
    { "dzh", 1, { { J, 0 } } },
    { "ph", 2, { { F, 0 }, { P, 24 } } },
    { "th", 2, { { T, 0 }, { S, 16 } } },
    { "ts", 1, { { S, 0 } } },
    { "tz", 1, { { S, 0 } } },
    { "dh", 2, { { T, 0 }, { S, 12 } } },
    { "dj", 1, { { J, 0 } } },
    { "sh", 2, { { C, 0 }, { S, 24 } } },
    { "sz", 2, { { S, 0 }, { C, 16 } } },
    { "cz", 2, { { C, 0 }, { S, 16 } } },
    { "ch", 4, { { C, 0 }, { K, 24 }, { H, 24 }, { S, 40 } } },
    { "zh", 2, { { J, 0 }, { S, 40 } } },
    { "ck", 1, { { K, 0 } } },
    { "kh", 2, { { H, 0 }, { K, 16 } } },
    { "gh", 3, { { K, 0 }, { NONE, 32 }, { H, 32 } } },
    { "ce", 4, { { S, 0 }, { J, 24 }, { C, 32 }, { K, 32 } } },
    { "ci", 4, { { S, 0 }, { J, 24 }, { C, 24 }, { K, 40 } } },
    { "cy", 3, { { S, 0 }, { J, 32 }, { K, 40 } } },
    { "ge", 2, { { K, 0 }, { J, 16 } } },
    { "gi", 2, { { K, 0 }, { J, 16 } } },
    { "b", 1, { { P, 0 } } },
    { "p", 1, { { P, 0 } } },
    { "f", 1, { { F, 0 } } },
    { "v", 2, { { F, 0 }, { NONE, 48 } } },
    { "w", 2, { { F, 0 }, { NONE, 12 } } },
    { "t", 1, { { T, 0 } } },
    { "d", 1, { { T, 0 } } },
    { "s", 2, { { S, 0 }, { C, 40 } } },
    { "z", 1, { { S, 0 } } },
    { "j", 3, { { J, 0 }, { NONE, 24 }, { H, 48 } } },
    { "k", 1, { { K, 0 } } },
    { "q", 1, { { K, 0 } } },
    { "g", 2, { { K, 0 }, { NONE, 48 } } },
    { "x", 2, { { H, 0 }, { K, 8 } } },
    { "h", 2, { { H, 0 }, { NONE, 20 } } },
    { "l", 1, { { L, 0 } } },
    { "m", 1, { { M, 0 } } },
    { "n", 1, { { N, 0 } } },
    { "r", 1, { { R, 0 } } },
    { "c", 3, { { K, 0 }, { J, 24 }, { C, 32 } } },
};

static const struct reading nothing = { "?", 1, { { NONE, 0 } } };

/* Whether row r stands at s, of n letters. */
static bool stands(const struct reading *r, const char *s, size_t n)
{
    size_t k = 0;

    for (; r->letters[k]; k++)
        if (k == n || s[k] != r->letters[k])
            return false;
    return true;
}

static const struct reading *reading_at(const char *s, size_t n)
{
    if (strchr("aeiouy", s[0]) || (s[0] == 'h' && n == 1))
        return &nothing;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
        if (readings[i].letters[0] == s[0] && stands(&readings[i], s, n))
            return &readings[i];
    return &nothing;
}

/* How many letters it takes: "ce" leaves its vowel, which is nothing. */
static size_t taken(const struct reading *r)
{
    return strlen(r->letters);
}

static unsigned vowel_of(char c)
{
    return c == 'a' ? A : strchr("eiy", c) ? I : strchr("ou", c) ? U : NONE;
}

static unsigned first_vowel(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strchr("aeiouy", s[i]))
            return vowel_of(s[i]);
    return NONE;
}

/* ---- skeletons as numbers ---- */

static inline size_t length(uint64_t key)
{
    return key ? (67u - (unsigned)__builtin_clzll(key)) / 4 : 0;
}

size_t skeleton_length(uint64_t key)
{
    return length(key);
}

uint64_t skeleton_part(uint64_t key, size_t from, size_t to)
{
    return to >= 16 ? key >> (4 * from) : (key >> (4 * from)) & ((UINT64_C(1) << (4 * (to - from))) - 1);
}

static uint64_t append(uint64_t key, unsigned class)
{
    size_t n = length(key);

    if (class == NONE || n == SKELETON_CLASSES || (n && (key >> (4 * (n - 1))) == class))
        return key;
    return key | (uint64_t) class << (4 * n);
}

/* A short one with the vowel behind it. */
static uint64_t ended(uint64_t key, unsigned vowel)
{
    if (length(key) > 1)
        return key;
    return key << 4 | (vowel ? vowel : A);
}

static uint64_t of_latin(const char *s, size_t n)
{
    uint64_t key = 0;

    for (size_t i = 0; i < n;) {
        const struct reading *r = reading_at(s + i, n - i);

        key = append(key, r->as[0].class);
        i += taken(r);
    }
    return ended(key, first_vowel(s, n));
}

uint64_t skeleton_of(const struct names_word *w)
{
    if (w->kind == NAMES_NUMBER)
        return NUMBER | w->value;
    return of_latin(w->form, w->n_form);
}

/* ---- variants ---- */

struct beam {
    size_t n;
    struct skeleton_variant v[SKELETON_VARIANTS];
};

/* Keeps the cheapest of each, sorted. */
static void put(struct beam *b, uint64_t key, float cost)
{
    size_t at = b->n;

    for (size_t i = 0; i < b->n; i++)
        if (b->v[i].key == key) {
            if (b->v[i].cost <= cost)
                return;
            at = i;
            break;
        }
    if (at == b->n) {
        if (b->n == SKELETON_VARIANTS) {
            if (b->v[b->n - 1].cost <= cost)
                return;
            at = b->n - 1;
        } else {
            b->n++;
        }
    }
    for (; at && b->v[at - 1].cost > cost; at--)
        b->v[at] = b->v[at - 1];
    b->v[at] = (struct skeleton_variant){ key, cost };
}

enum { BEAM_COST = 6 };

static void step_latin(const struct beam *from, struct beam *to, const struct reading *r)
{
    to->n = 0;
    for (size_t i = 0; i < from->n; i++)
        for (size_t k = 0; k < r->n; k++) {
            float cost = from->v[i].cost + (float)r->as[k].cost / 16;

            if (cost <= BEAM_COST)
                put(to, append(from->v[i].key, r->as[k].class), cost);
        }
}

static const struct skeleton_unit *unit_of(uint16_t letter, unsigned place)
{
    size_t lo = 0, hi = sizeof units / sizeof *units;
    unsigned want = letter * 3u + place;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        unsigned at = units[mid].letter * 3u + units[mid].place;

        if (at == want)
            return &units[mid];
        if (at < want)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

static void step_native(const struct beam *from, struct beam *to, const struct skeleton_unit *u)
{
    to->n = 0;
    for (size_t i = 0; i < from->n; i++)
        for (size_t k = 0; k < u->n; k++) {
            const struct skeleton_option *o = &options[u->first + k];
            float cost = from->v[i].cost + (float)o->cost / 16;
            uint64_t key = from->v[i].key;

            if (cost > BEAM_COST)
                continue;
            for (unsigned c = o->classes; c; c >>= 4)
                key = append(key, c & 15);
            put(to, key, cost);
        }
}

static void start(struct beam *b, float cost)
{
    b->n = 1;
    b->v[0] = (struct skeleton_variant){ 0, cost };
}

static void exchange(struct beam **a, struct beam **b)
{
    struct beam *was = *a;

    *a = *b;
    *b = was;
}

static void native(const struct names_word *w, size_t from, float cost, struct beam *out)
{
    struct beam two[2] UNINITIALIZED, *now = &two[0], *next = &two[1];

    next->n = 0;
    start(now, cost);
    for (size_t i = from; i < w->n; i++) {
        const struct skeleton_unit *u = unit_of(w->letter[i], i == 0 ? 0 : i + 1 == w->n ? 2 : 1);

        if (!u)
            continue;
        step_native(now, next, u);
        exchange(&now, &next);
    }
    for (size_t i = 0; i < now->n; i++) {
        if (length(now->v[i].key) > 1) {
            put(out, now->v[i].key, now->v[i].cost);
            continue;
        }
        for (unsigned v = A; v <= U; v++)
            put(out, ended(now->v[i].key, v), now->v[i].cost + 0.5f);
    }
}

static void latin(const char *s, size_t n, float cost, struct beam *out)
{
    struct beam two[2] UNINITIALIZED, *now = &two[0], *next = &two[1];
    unsigned vowel = first_vowel(s, n);

    next->n = 0;
    start(now, cost);
    for (size_t i = 0; i < n;) {
        const struct reading *r = reading_at(s + i, n - i);

        step_latin(now, next, r);
        exchange(&now, &next);
        i += taken(r);
    }
    for (size_t i = 0; i < now->n; i++) {
        put(out, ended(now->v[i].key, vowel), now->v[i].cost);
        for (unsigned v = A; v <= U && length(now->v[i].key) < 2; v++)
            put(out, ended(now->v[i].key, v), now->v[i].cost + (v == vowel ? 0 : 1.5f));
    }
}

void skeleton_variants(const struct names_word *w, struct skeleton_variant out[SKELETON_VARIANTS], size_t *n)
{
    struct beam b UNINITIALIZED;

    b.n = 0;
    if (w->kind == NAMES_NUMBER) {
        put(&b, skeleton_of(w), 0);
    } else if (w->script == NAMES_LATIN) {
        latin(w->form, w->n_form, 0, &b);
        if (w->n_form > 5 && w->form[0] == 'a' && w->form[1] == 'l')
            latin(w->form + 2, w->n_form - 2u, 1, &b);
    } else {
        native(w, 0, 0, &b);
        if (w->n > 4 && w->letter[0] == 0x627 && w->letter[1] == 0x644)
            native(w, 2, 0.3f, &b);
        put(&b, skeleton_of(w), 1); /* what a list in this script would be filed under */
    }
    memcpy(out, b.v, b.n * sizeof *out);
    *n = b.n;
}

/* ---- edits ---- */

static const float DROPPED = 3.2f, DROPPED_WEAK = 1.8f, CHANGED = 4.5f, CHANGED_NEAR = 2.8f;

static bool near(unsigned a, unsigned b)
{
    static const uint16_t of[] = {
        [P] = 1 << F,
        [F] = 1 << P,
        [T] = 1 << S | 1 << C | 1 << J,
        [S] = 1 << T | 1 << C | 1 << J | 1 << K,
        [C] = 1 << S | 1 << J | 1 << T | 1 << K | 1 << H,
        [J] = 1 << C | 1 << S | 1 << K | 1 << T,
        [K] = 1 << H | 1 << J | 1 << C | 1 << S,
        [H] = 1 << K | 1 << C,
        [M] = 1 << N,
        [N] = 1 << M,
        [A] = 1 << I | 1 << U,
        [I] = 1 << A | 1 << U,
        [U] = 1 << A | 1 << I,
    };

    return a < sizeof of / sizeof *of && (of[a] >> b & 1);
}

static bool weak(unsigned class)
{
    return class == H || class == F || class == N;
}

/* Two classes that meet may be one: MNN is MN. Within a tail no class stands twice in a row. */
static uint64_t joined(uint64_t head, uint64_t tail)
{
    size_t n = length(head);

    if (n == SKELETON_CLASSES)
        return head;
    if (n && head >> (4 * (n - 1)) == (tail & 15))
        tail >>= 4;
    return (head | tail << (4 * n)) & ((UINT64_C(1) << (4 * SKELETON_CLASSES)) - 1);
}

void skeleton_edits(uint64_t key, void (*each)(void *ctx, uint64_t key, float cost), void *ctx)
{
    size_t n = length(key);

    if (key & NUMBER)
        return;
    for (size_t i = 0; i < n; i++) {
        uint64_t head = skeleton_part(key, 0, i), tail = skeleton_part(key, i + 1, 16);
        unsigned was = (unsigned)(key >> (4 * i)) & 15;

        if (n > 2)
            each(ctx, joined(head, tail), weak(was) ? DROPPED_WEAK : DROPPED);
        for (unsigned c = P; c <= R && was < A; c++)
            if (c != was)
                each(ctx, joined(append(head, c), tail), near(was, c) ? CHANGED_NEAR : CHANGED);
    }
    for (size_t i = 0; i <= n && n < SKELETON_CLASSES; i++) {
        uint64_t head = skeleton_part(key, 0, i), tail = skeleton_part(key, i, 16);

        if (n == 2 && (key >> 4 & 15) >= A) /* short ones: with the vowel taken out */
            tail = i == 0 ? key & 15 : 0;
        for (unsigned c = P; c <= R && i < 3 + n; c++)
            each(ctx, joined(append(head, c), tail), weak(c) ? DROPPED_WEAK : DROPPED);
    }
}
