#include "names/batch.h"

#include <math.h>

enum { LETTERS = 26 };

static unsigned bit_of(uint32_t code)
{
    return (code * UINT32_C(0x9e3779b1)) >> 26;
}

static size_t slot_of(const struct batch *b, uint32_t code)
{
    size_t at = (code * UINT32_C(0x9e3779b1)) >> 24;

    while (b->code[at] && b->code[at] != code)
        at = (at + 1) & (BATCH_HASH - 1);
    return at;
}

static void fill(int16_t row[BATCH_LANES])
{
    for (size_t a = 0; a < BATCH_LANES; a++)
        row[a] = BATCH_NEVER;
}

/* Pieces of three and four letters that letter a gives; Latin letters give three at most. */
static void longer(struct batch *b, size_t a, const struct channel_gives *g)
{
    for (size_t k = 0; k < g->n; k++) {
        size_t at = slot_of(b, g->code[k]);

        if (g->code[k] >> 15 && b->w->script == NAMES_LATIN)
            continue;
        if (!b->code[at]) {
            if (b->n_longer == BATCH_LONGER)
                continue;
            b->code[at] = g->code[k];
            b->place[at] = (uint8_t)b->n_longer;
            b->may |= UINT64_C(1) << bit_of(g->code[k]);
            fill(b->longer[b->n_longer++]);
        }
        b->longer[b->place[at]][a + 1] = g->weight[k];
    }
}

static const int16_t *row_of_two(struct batch *b, size_t k)
{
    int16_t *row = b->two[k];

    if (b->known[k / 64] >> k % 64 & 1)
        return row;
    b->known[k / 64] |= UINT64_C(1) << k % 64;
    fill(row);
    for (size_t a = 0; a < b->n; a++)
        row[a + 1] = b->of_two[a][k];
    return row;
}

/* The row of a longer piece; NULL: no letter gives it. */
static const int16_t *row_of(const struct batch *b, uint32_t code)
{
    size_t at;

    if (!(b->may >> bit_of(code) & 1))
        return NULL;
    at = slot_of(b, code);
    return b->code[at] ? b->longer[b->place[at]] : NULL;
}

#ifdef __SSE2__

#include <emmintrin.h>

/* Lane a: the best score of a letters of the word giving all letters of the form so far. */
struct lanes {
    __m128i lo, hi;
};

static inline struct lanes load(const int16_t *p)
{
    return (struct lanes){ _mm_load_si128((const __m128i *)(const void *)p),
                           _mm_load_si128((const __m128i *)(const void *)(p + 8)) };
}

static inline struct lanes better(struct lanes x, struct lanes y)
{
    return (struct lanes){ _mm_max_epi16(x.lo, y.lo), _mm_max_epi16(x.hi, y.hi) };
}

static inline struct lanes sum(struct lanes x, struct lanes y)
{
    return (struct lanes){ _mm_adds_epi16(x.lo, y.lo), _mm_adds_epi16(x.hi, y.hi) };
}

static inline struct lanes difference(struct lanes x, struct lanes y)
{
    return (struct lanes){ _mm_subs_epi16(x.lo, y.lo), _mm_subs_epi16(x.hi, y.hi) };
}

/* Each lane to the next; what comes in is least. */
static inline struct lanes next(struct lanes x)
{
    return (struct lanes){
        _mm_insert_epi16(_mm_slli_si128(x.lo, 2), INT16_MIN, 0),
        _mm_or_si128(_mm_slli_si128(x.hi, 2), _mm_srli_si128(x.lo, 14)),
    };
}

static inline __m128i running(__m128i v)
{
    const __m128i one = _mm_setr_epi16(INT16_MIN, 0, 0, 0, 0, 0, 0, 0),
                  pair = _mm_setr_epi16(INT16_MIN, INT16_MIN, 0, 0, 0, 0, 0, 0),
                  four = _mm_setr_epi16(INT16_MIN, INT16_MIN, INT16_MIN, INT16_MIN, 0, 0, 0, 0);

    v = _mm_max_epi16(v, _mm_or_si128(_mm_slli_si128(v, 2), one));
    v = _mm_max_epi16(v, _mm_or_si128(_mm_slli_si128(v, 4), pair));
    return _mm_max_epi16(v, _mm_or_si128(_mm_slli_si128(v, 8), four));
}

/* The greatest of each lane and those before it. */
static inline struct lanes greatest(struct lanes x)
{
    struct lanes r = { running(x.lo), running(x.hi) };
    __m128i last = _mm_shufflehi_epi16(r.lo, 0xff);

    r.hi = _mm_max_epi16(r.hi, _mm_unpackhi_epi64(last, last));
    return r;
}

static inline void store(struct lanes x, int16_t *p)
{
    _mm_store_si128((__m128i *)(void *)p, x.lo);
    _mm_store_si128((__m128i *)(void *)(p + 8), x.hi);
}

/* Whether any lane is at least that. */
static inline bool reaches(struct lanes x, int least)
{
    __m128i less = _mm_set1_epi16((int16_t)(least - 1));

    return _mm_movemask_epi8(_mm_or_si128(_mm_cmpgt_epi16(x.lo, less), _mm_cmpgt_epi16(x.hi, less))) != 0;
}

#else

struct lanes {
    int v[BATCH_LANES];
};

static inline struct lanes load(const int16_t *p)
{
    struct lanes r;

    for (size_t a = 0; a < BATCH_LANES; a++)
        r.v[a] = p[a];
    return r;
}

static inline int held(int v)
{
    return v < INT16_MIN ? INT16_MIN : v > INT16_MAX ? INT16_MAX : v;
}

static inline struct lanes better(struct lanes x, struct lanes y)
{
    for (size_t a = 0; a < BATCH_LANES; a++)
        x.v[a] = x.v[a] > y.v[a] ? x.v[a] : y.v[a];
    return x;
}

static inline struct lanes sum(struct lanes x, struct lanes y)
{
    for (size_t a = 0; a < BATCH_LANES; a++)
        x.v[a] = held(x.v[a] + y.v[a]);
    return x;
}

static inline struct lanes difference(struct lanes x, struct lanes y)
{
    for (size_t a = 0; a < BATCH_LANES; a++)
        x.v[a] = held(x.v[a] - y.v[a]);
    return x;
}

static inline struct lanes next(struct lanes x)
{
    struct lanes r;

    r.v[0] = INT16_MIN;
    for (size_t a = 1; a < BATCH_LANES; a++)
        r.v[a] = x.v[a - 1];
    return r;
}

static inline struct lanes greatest(struct lanes x)
{
    for (size_t a = 1; a < BATCH_LANES; a++)
        x.v[a] = x.v[a] > x.v[a - 1] ? x.v[a] : x.v[a - 1];
    return x;
}

static inline void store(struct lanes x, int16_t *p)
{
    for (size_t a = 0; a < BATCH_LANES; a++)
        p[a] = (int16_t)x.v[a];
}

static inline bool reaches(struct lanes x, int least)
{
    for (size_t a = 0; a < BATCH_LANES; a++)
        if (x.v[a] >= least)
            return true;
    return false;
}

#endif

static void first_column(struct batch *b)
{
    store(next(load(b->spent)), b->column[0]);
}

void batch_begin(struct batch *b, const struct channel *c, const struct names_word *w, int least)
{
    struct channel_gives g;
    int rest = 0;

    b->c = c;
    b->w = w;
    b->n = w->n;
    b->n_longer = 0;
    b->may = 0;
    memset(b->code, 0, sizeof b->code);
    memset(b->known, 0, sizeof b->known);
    b->m = b->dead = 0;
    b->least = least;
    if (w->n + 1 >= BATCH_LANES)
        return;
    for (size_t k = 0; k < LETTERS; k++)
        fill(b->one[k]);
    b->spent[0] = 0;
    for (size_t a = 0; a < w->n; a++) {
        channel_gives(c, w->script, w->letter, a, w->n, &g);
        b->spent[a + 1] = (int16_t)(b->spent[a] + g.none);
        for (size_t k = 0; k < LETTERS; k++)
            b->one[k][a + 1] = g.one[k];
        b->of_two[a] = g.two;
        longer(b, a, &g);
    }
    for (size_t a = w->n + 1u; a < BATCH_LANES; a++)
        b->spent[a] = b->spent[a - 1];
    fill(b->rest);
    for (size_t a = w->n + 1u; a-- > 0;) {
        b->rest[a] = (int16_t)rest;
        if (a) {
            channel_gives(c, w->script, w->letter, a - 1, w->n, &g);
            rest += g.info > g.none ? g.info : g.none;
        }
    }
    first_column(b);
}

/* Bytes of a damaged image are taken for an a. */
static size_t place_of(char c)
{
    size_t at = (size_t)(c - 'a');

    return at < LETTERS ? at : 0;
}

/* As in channel_code. */
static uint32_t five_bits(char c)
{
    return (uint8_t)c & 31u;
}

/* Letters may give nothing one after another: what that costs is a difference of two sums, so that the best
 * way to each lane is the greatest of those before it, less what was spent up to them. False: given up. */
static bool advance(struct batch *b, const char *y, size_t i)
{
    size_t last = place_of(y[i - 1]);
    struct lanes now = sum(load(b->column[i - 1]), load(b->one[last])), spent = load(b->spent);
    const int16_t *row;

    if (i > 1)
        now = better(now,
                     sum(load(b->column[i - 2]), load(row_of_two(b, place_of(y[i - 2]) * LETTERS + last))));
    if (i > 2) {
        uint32_t code = five_bits(y[i - 3]) << 10 | five_bits(y[i - 2]) << 5 | five_bits(y[i - 1]);

        if ((row = row_of(b, code)))
            now = better(now, sum(load(b->column[i - 3]), load(row)));
        if (i > 3 && (row = row_of(b, code | five_bits(y[i - 4]) << 15)))
            now = better(now, sum(load(b->column[i - 4]), load(row)));
    }
    now = sum(greatest(difference(now, spent)), spent);
    store(next(now), b->column[i]);
    return reaches(sum(now, load(b->rest)), b->least);
}

int batch_score(struct batch *b, const char *y, size_t m, size_t shared)
{
    if (b->n + 1 >= BATCH_LANES)
        return (int)lrintf(channel_score(b->c, b->w->script, b->w->letter, b->n, y, m) * 100);
    shared = shared < b->m ? shared : b->m;
    if (b->dead && shared >= b->dead)
        return BATCH_NEVER;
    b->dead = 0;
    for (size_t i = shared + 1; i <= m; i++)
        if (!advance(b, y, i)) {
            b->dead = b->m = i;
            return BATCH_NEVER;
        }
    b->m = m;
    return b->column[m][b->n + 1];
}
