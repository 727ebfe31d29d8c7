#include "names/channel.h"

#include <stdlib.h>

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

/* A piece that was never seen for a letter, and each letter of it beyond the first. */
static const float MISSED = -4.5f, MISSED_MORE = -1.5f;

/* Rows of one letter at one place, for looking up. */
struct pieces {
    float none, one[26]; /* no letter; one letter */
    uint64_t may;        /* a bit for the hash of each longer piece */
    uint16_t first, n;   /* in code and weight: longer pieces by code */
};

struct channel {
    int16_t unit[SCRIPTS][SPAN_MOST * PLACES]; /* -1: no such letter */
    struct pieces pieces[UNITS];
    uint32_t code[sizeof rows / sizeof *rows];
    float weight[sizeof rows / sizeof *rows];
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

static uint64_t bit_of(uint32_t code)
{
    return UINT64_C(1) << ((code * UINT32_C(0x9e3779b1)) >> 26);
}

static float missed(size_t n)
{
    return MISSED + MISSED_MORE * (n > 1 ? (float)(n - 1) : 0.0f);
}

static int by_code(const void *a, const void *b)
{
    const struct channel_row *x = *(const struct channel_row *const *)a,
                             *y = *(const struct channel_row *const *)b;
    uint32_t p = code_of(x->piece, strlen(x->piece)), q = code_of(y->piece, strlen(y->piece));

    return (p > q) - (p < q);
}

static void fill(struct channel *c, size_t u, size_t *at)
{
    const struct channel_row *longer[sizeof rows / sizeof *rows];
    struct pieces *p = &c->pieces[u];
    size_t n = 0;

    p->none = MISSED;
    for (size_t i = 0; i < 26; i++)
        p->one[i] = MISSED;
    for (size_t i = 0; i < units[u].n; i++) {
        const struct channel_row *r = &rows[units[u].first + i];
        float w = (float)r->weight / 100.0f;

        if (r->piece[0] == 0)
            p->none = w;
        else if (r->piece[1] == 0)
            p->one[r->piece[0] - 'a'] = w;
        else
            longer[n++] = r;
    }
    qsort(longer, n, sizeof *longer, by_code);
    p->first = (uint16_t)*at;
    p->n = (uint16_t)n;
    for (size_t i = 0; i < n; i++) {
        c->code[*at] = code_of(longer[i]->piece, strlen(longer[i]->piece));
        c->weight[*at] = (float)longer[i]->weight / 100.0f;
        p->may |= bit_of(c->code[(*at)++]);
    }
}

struct channel *channel_open(void)
{
    struct channel *c = calloc(1, sizeof *c);
    size_t at = 0;

    if (!c)
        abort();
    memset(c->unit, 0xff, sizeof c->unit);
    for (size_t u = 0; u < UNITS; u++) {
        enum names_script s = script_of(units[u].script);

        c->unit[s][(units[u].letter - letters[s].from) * PLACES + units[u].place] = (int16_t)u;
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

static float piece_weight(const struct channel *c, const struct pieces *p, const char *y, size_t n)
{
    uint32_t code;
    size_t lo, hi;

    if (n == 0)
        return p->none;
    if (n == 1)
        return p->one[y[0] - 'a'];
    code = code_of(y, n);
    if (!(p->may & bit_of(code)))
        return missed(n);
    for (lo = p->first, hi = (size_t)p->first + p->n; lo < hi;) {
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

float channel_score(const struct channel *c, enum names_script s, const uint16_t *x, size_t n, const char *y,
                    size_t m)
{
    static const float NEVER = -1e9f;
    const struct pieces unknown = { .none = MISSED };
    const size_t most = s == NAMES_LATIN ? PIECE - 1 : PIECE;
    float row[2][NAMES_FORM + 1];
    float *now = row[0], *next = row[1];

    for (size_t b = 0; b <= m; b++)
        now[b] = b ? NEVER : 0.0f;
    for (size_t a = 0; a < n; a++) {
        int u = unit_of(c, s, x, a, n);
        const struct pieces *p = u < 0 ? &unknown : &c->pieces[u];
        float *t;

        for (size_t b = 0; b <= m; b++)
            next[b] = NEVER;
        for (size_t b = 0; b <= m; b++) {
            if (now[b] <= NEVER)
                continue;
            for (size_t k = 0; k <= most && b + k <= m; k++) {
                float w = now[b] + (u < 0 ? missed(k) : piece_weight(c, p, y + b, k));

                if (w > next[b + k])
                    next[b + k] = w;
            }
        }
        t = now;
        now = next;
        next = t;
    }
    return now[m];
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
