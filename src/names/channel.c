#include "names/channel.h"

#include <stdlib.h>

#include "base/scratch.h"

enum { PIECE = 4, SCRIPTS = 3, SPAN_MOST = 384, PLACES = 3 };

struct channel_row {
    const char *piece; /* Latin letters, none to PIECE */
    int16_t weight;    /* hundredths of a nat */
};

struct channel_unit {
    char script;
    uint8_t place; /* 0 first, 1 within, 2 last letter of a word */
    uint16_t letter;
    uint16_t first, n; /* rows, shorter pieces first, then by letters */
    int16_t info;      /* hundredths: the weight of its most usual piece */
    const char *form;  /* its most usual piece */
};

#include "names/channel_rows.inc"

enum { UNITS = sizeof units / sizeof *units };

/* Hundredths of a nat: a piece that was never seen for a letter, and each letter of it beyond the first. */
enum { MISSED = -450, MISSED_MORE = -150, NEVER = -100000000, LETTERS = 26 };

/* Rows of one letter at one place, for looking up. */
struct pieces {
    int16_t none, one[LETTERS], two[LETTERS * LETTERS];
    uint16_t first, n; /* in code and weight: longer pieces by code */
    uint64_t may;      /* a bit for the hash of each of these */
};

struct channel {
    int16_t unit[SCRIPTS][SPAN_MOST * PLACES]; /* -1: no such letter */
    uint32_t letters[UNITS];                   /* a bit for each that it is likely to give */
    struct pieces pieces[UNITS], unknown;
    uint32_t code[sizeof rows / sizeof *rows];
    int16_t weight[sizeof rows / sizeof *rows];
};

/* First letter of each script's table, and how many there are. */
static const struct {
    uint16_t from, n;
} letters[SCRIPTS] = {
    [NAMES_LATIN] = { 'a', 26 }, [NAMES_ARABIC] = { 0x600, 0x180 }, [NAMES_CYRILLIC] = { 0x400, 0x130 }
};

static enum names_script script_of(char c)
{
    return c == 'A' ? NAMES_ARABIC : c == 'C' ? NAMES_CYRILLIC : NAMES_LATIN;
}

static uint32_t code_of(const char *y, size_t n)
{
    uint32_t v = 0;

    for (size_t i = 0; i < n; i++)
        v = v * 32 + (uint32_t)(y[i] - 'a' + 1);
    return v;
}

static uint8_t bit_of(uint32_t code)
{
    return (uint8_t)((code * UINT32_C(0x9e3779b1)) >> 26);
}

static int missed(size_t n)
{
    return MISSED + MISSED_MORE * (n > 1 ? (int)n - 1 : 0);
}

static int by_code(const void *a, const void *b)
{
    const struct channel_row *x = *(const struct channel_row *const *)a,
                             *y = *(const struct channel_row *const *)b;
    uint32_t p = code_of(x->piece, strlen(x->piece)), q = code_of(y->piece, strlen(y->piece));

    return (p > q) - (p < q);
}

static void fill_unknown(struct pieces *p)
{
    p->none = MISSED;
    for (size_t i = 0; i < LETTERS; i++)
        p->one[i] = MISSED;
    for (size_t i = 0; i < (size_t)LETTERS * LETTERS; i++)
        p->two[i] = (int16_t)missed(2);
}

static void fill(struct channel *c, size_t u, size_t *at)
{
    const struct channel_row *longer[sizeof rows / sizeof *rows];
    struct pieces *p = &c->pieces[u];
    size_t n = 0;

    fill_unknown(p);
    for (size_t i = 0; i < units[u].n; i++) {
        const struct channel_row *r = &rows[units[u].first + i];
        const char *y = r->piece;

        if (y[0] == 0)
            p->none = r->weight;
        else if (y[1] == 0)
            p->one[y[0] - 'a'] = r->weight;
        else if (y[2] == 0)
            p->two[(y[0] - 'a') * LETTERS + y[1] - 'a'] = r->weight;
        else
            longer[n++] = r;
    }
    qsort(longer, n, sizeof *longer, by_code);
    p->first = (uint16_t)*at;
    p->n = (uint16_t)n;
    for (size_t i = 0; i < n; i++) {
        c->code[*at] = code_of(longer[i]->piece, strlen(longer[i]->piece));
        c->weight[*at] = longer[i]->weight;
        p->may |= UINT64_C(1) << bit_of(c->code[(*at)++]);
    }
}

static uint32_t likely(const struct channel_unit *u)
{
    uint32_t set = 0;

    for (size_t k = 0; k < u->n; k++) {
        const struct channel_row *r = &rows[u->first + k];

        for (const char *y = r->piece; *y && r->weight > 100; y++)
            set |= 1u << (*y - 'a');
    }
    return set;
}

struct channel *channel_open(void)
{
    struct channel *c = calloc(1, sizeof *c);
    size_t at = 0;

    if (!c)
        abort();
    memset(c->unit, 0xff, sizeof c->unit);
    fill_unknown(&c->unknown);
    for (size_t u = 0; u < UNITS; u++) {
        enum names_script s = script_of(units[u].script);

        c->unit[s][(units[u].letter - letters[s].from) * PLACES + units[u].place] = (int16_t)u;
        c->letters[u] = likely(&units[u]);
        fill(c, u, &at);
    }
    return c;
}

void channel_close(struct channel *c)
{
    free(c);
}

bool channel_script(uint32_t cp, enum names_script *out)
{
    for (int s = 0; s < SCRIPTS; s++) {
        if (cp >= letters[s].from && cp < (uint32_t)letters[s].from + letters[s].n) {
            *out = (enum names_script)s;
            return true;
        }
    }
    return false;
}

static int unit_of(const struct channel *c, enum names_script s, const uint16_t *x, size_t i, size_t n)
{
    unsigned place = i == 0 ? 0 : i + 1 == n ? 2 : 1;

    if (x[i] < letters[s].from || x[i] - letters[s].from >= letters[s].n)
        return -1;
    return c->unit[s][(size_t)(x[i] - letters[s].from) * PLACES + place];
}

/* Of a piece of three letters or more. */
static int longer_weight(const struct channel *c, const struct pieces *p, uint32_t code, uint8_t bit,
                         size_t n)
{
    size_t lo = p->first, hi = (size_t)p->first + p->n;

    if (!(p->may >> bit & 1))
        return missed(n);
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (c->code[mid] == code)
            return c->weight[mid];
        if (c->code[mid] < code)
            lo = mid + 1;
        else
            hi = mid;
    }
    return missed(n);
}

/* The pieces of y that end before each letter. */
struct cuts {
    uint8_t one[NAMES_FORM + 1];
    uint16_t two[NAMES_FORM + 1];
    uint32_t code[2][NAMES_FORM + 1]; /* of three and of four letters */
    uint8_t bit[2][NAMES_FORM + 1];
    uint64_t ends[NAMES_FORM + 1], may; /* a bit for each of these; of all */
};

/* Bytes of a damaged image are taken for an a. */
static uint8_t place_of(char c)
{
    uint8_t at = (uint8_t)(c - 'a');

    return at < LETTERS ? at : 0;
}

static void cut(struct cuts *t, const char *y, size_t m, size_t most)
{
    uint32_t code = 0;

    t->may = 0;
    for (size_t b = 1; b <= m; b++) {
        t->one[b] = place_of(y[b - 1]);
        if (b > 1)
            t->two[b] = (uint16_t)(t->one[b - 1] * LETTERS + t->one[b]);
        code = (code & 0x7fff) << 5 | (t->one[b] + 1u);
        t->ends[b] = 0;
        for (size_t k = 3; k <= most && k <= b; k++) {
            t->code[k - 3][b] = k == 3 ? code & 0x7fff : code;
            t->bit[k - 3][b] = bit_of(t->code[k - 3][b]);
            t->ends[b] |= UINT64_C(1) << t->bit[k - 3][b];
        }
        t->may |= t->ends[b];
    }
}

/* With pieces of three letters and more, which few letters have. */
static int longer(const struct channel *c, const struct pieces *p, size_t most, const struct cuts *t,
                  size_t b, const int *now, int best)
{
    for (size_t k = 3; k <= most && k <= b; k++) {
        int w;

        if (p->may >> t->bit[k - 3][b] & 1 &&
            (w = now[b - k] + longer_weight(c, p, t->code[k - 3][b], t->bit[k - 3][b], k)) > best)
            best = w;
    }
    return best;
}

/* One letter of x: the best way to have used each number of letters of y from lo to hi. */
static void advance(const struct channel *c, const struct pieces *p, size_t most, const struct cuts *t,
                    size_t lo, size_t hi, const int *now, int *next)
{
    const int none = p->none;
    size_t b = lo;

    for (; b <= hi && b < 2; b++) {
        next[b] = now[b] + none;
        if (b == 1 && now[0] + p->one[t->one[1]] > next[1])
            next[1] = now[0] + p->one[t->one[1]];
    }
    for (; b <= hi; b++) {
        int best = now[b] + none, one = now[b - 1] + p->one[t->one[b]], two = now[b - 2] + p->two[t->two[b]];

        best = one > best ? one : best;
        next[b] = two > best ? two : best;
    }
    if (p->may & t->may)
        for (b = lo > 3 ? lo : 3; b <= hi; b++)
            if (p->may & t->ends[b])
                next[b] = longer(c, p, most, t, b, now, next[b]);
}

float channel_score(const struct channel *c, enum names_script s, const uint16_t *x, size_t n, const char *y,
                    size_t m)
{
    const size_t most = s == NAMES_LATIN ? PIECE - 1 : PIECE;
    int row[2][NAMES_FORM + 1] UNINITIALIZED;
    struct cuts t UNINITIALIZED;
    size_t hi = 0;

    if (m > n * most)
        return (float)NEVER / 100;
    cut(&t, y, m, most);
    row[0][0] = 0;
    /* Only what the letters so far can have used, and those to come can finish. */
    for (size_t a = 0; a < n; a++) {
        int u = unit_of(c, s, x, a, n), *now = row[a % 2];
        size_t end = (n - a - 1) * most, lo = m > end ? m - end : 0, before = hi;

        hi = hi + most < m ? hi + most : m;
        for (size_t b = before + 1; b <= hi; b++)
            now[b] = NEVER;
        advance(c, u < 0 ? &c->unknown : &c->pieces[u], most, &t, lo, hi, now, row[(a + 1) % 2]);
    }
    return (float)row[n % 2][m] / 100;
}

float channel_info(const struct channel *c, enum names_script s, const uint16_t *x, size_t n)
{
    char y[NAMES_LETTERS];
    float sum = 0;

    if (s == NAMES_LATIN) {
        for (size_t i = 0; i < n; i++)
            y[i] = (char)x[i];
        return channel_score(c, s, x, n, y, n);
    }
    for (size_t i = 0; i < n; i++) {
        int u = unit_of(c, s, x, i, n);

        sum += u < 0 ? 1.0f : (float)units[u].info / 100.0f;
    }
    return sum;
}

size_t channel_form(const struct channel *c, enum names_script s, const uint16_t *x, size_t n,
                    char out[NAMES_FORM])
{
    size_t m = 0;

    for (size_t i = 0; i < n; i++) {
        int u = unit_of(c, s, x, i, n);

        for (const char *f = u < 0 ? "" : units[u].form; *f && m < NAMES_FORM; f++)
            out[m++] = *f;
    }
    return m;
}

bool channel_begins(const struct channel *c, enum names_script s, uint16_t x, char y)
{
    int u = unit_of(c, s, &x, 0, 2);

    if (s == NAMES_LATIN)
        return x == (uint16_t)y;
    if (u < 0)
        return false;
    for (size_t i = 0; i < units[u].n; i++) {
        const struct channel_row *r = &rows[units[u].first + i];

        if (r->piece[0] == y && r->weight > 0)
            return true;
    }
    return false;
}

uint32_t channel_letters(const struct channel *c, enum names_script s, const uint16_t *x, size_t i, size_t n,
                         bool *consonant)
{
    int u = unit_of(c, s, x, i, n);
    char first = s == NAMES_LATIN ? (char)x[i] : u < 0 ? 0 : units[u].form[0];

    *consonant = first && !strchr("aeiouy", first);
    if (s == NAMES_LATIN)
        return x[i] >= 'a' && x[i] <= 'z' ? 1u << (x[i] - 'a') : 0;
    return u < 0 ? 0 : c->letters[u];
}

void channel_gives(const struct channel *c, enum names_script s, const uint16_t *x, size_t i, size_t n,
                   struct channel_gives *out)
{
    int u = unit_of(c, s, x, i, n);
    const struct pieces *p = u < 0 ? &c->unknown : &c->pieces[u];

    *out = (struct channel_gives){ p->none, u < 0 ? 100 : units[u].info, p->one,
                                   p->two,  c->code + p->first,          c->weight + p->first,
                                   p->n };
}
