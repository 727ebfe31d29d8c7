/*
 * How letters are written in Latin, learned from pairs of words: align PAIRS ROUNDS PIECE > TABLE. A line of
 * PAIRS holds two words with a tab between. Each letter of the first gives a piece of the second, none to
 * PIECE letters a to z; expectation maximisation over all ways of cutting. A line of TABLE: letter (decimal),
 * place (0 first, 1 within, 2 last), piece, probability, how often the letter was seen there.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LETTERS = 20, LATIN = 24, PIECE = 4, SLOTS = 1 << 23, KINDS = 1024, PAIRS = 1 << 20 };

struct entry {
    uint64_t key; /* letter and place, then the piece; 0: free */
    double p, count;
};

struct pair {
    uint8_t n, m;
    uint16_t x[LETTERS];
    char y[LATIN];
};

static struct entry *table;
static struct pair *pairs;
static size_t n_pairs, n_kinds;
static int kind[KINDS];
static double total[3 * KINDS];

static struct entry *entry_of(uint16_t x, const char *y, int n)
{
    uint64_t key = 1;
    size_t i;

    for (int k = 0; k < n; k++)
        key = key * 27 + (uint64_t)(y[k] - 'a' + 1);
    key |= (uint64_t)(x + 1) << 32;
    i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 41) & (SLOTS - 1);
    while (table[i].key && table[i].key != key)
        i = (i + 1) & (SLOTS - 1);
    if (!table[i].key) {
        table[i].key = key;
        table[i].p = 1e-9;
    }
    return &table[i];
}

static size_t kind_of(int letter)
{
    for (size_t i = 0; i < n_kinds; i++)
        if (kind[i] == letter)
            return i;
    if (n_kinds == KINDS - 1)
        return KINDS - 1;
    kind[n_kinds] = letter;
    return n_kinds++;
}

static int next_letter(const unsigned char **s)
{
    int c = *(*s)++, more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;

    c = more == 0 ? c : c & (0x3f >> more);
    while (more-- > 0 && **s)
        c = c << 6 | (*(*s)++ & 0x3f);
    return c;
}

static void take(char *line, int piece)
{
    char *y = strchr(line, '\t');
    const unsigned char *s = (const unsigned char *)line;
    struct pair *p = &pairs[n_pairs];

    if (!y || n_pairs == PAIRS)
        return;
    *y++ = 0;
    y[strcspn(y, "\n")] = 0;
    memset(p, 0, sizeof *p);
    if (strlen(y) >= LATIN || !*y)
        return;
    p->m = (uint8_t)strlen(y);
    memcpy(p->y, y, p->m);
    while (*s) {
        if (p->n == LETTERS)
            return;
        p->x[p->n++] = (uint16_t)kind_of(next_letter(&s));
    }
    if (!p->n || p->m > p->n * piece)
        return;
    for (int i = 0; i < p->n; i++)
        p->x[i] = (uint16_t)(p->x[i] * 3 + (i == 0 ? 0 : i == p->n - 1 ? 2 : 1));
    n_pairs++;
}

/* At first one letter is likely, none or more less so, and all letters alike. */
static double first_guess(int n)
{
    static const double by_length[PIECE + 1] = { 0.05, 0.6, 0.25, 0.08, 0.02 };

    return by_length[n] / pow(26, n);
}

static double weight(const struct entry *e, int round, int n)
{
    return round == 0 ? first_guess(n) : e->p;
}

/* Adds what this pair makes one expect, and returns its log-likelihood. */
static double expect(const struct pair *p, int piece, int round, int last)
{
    static struct entry *e[LETTERS][LATIN][PIECE + 1];
    double forward[LETTERS + 1][LATIN] = { { 0 } }, back[LETTERS + 1][LATIN] = { { 0 } }, all, clean;
    int n = p->n, m = p->m;

    forward[0][0] = 1;
    back[n][m] = 1;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= m; j++)
            for (int k = 0; forward[i][j] > 0 && k <= piece && j + k <= m; k++) {
                e[i][j][k] = entry_of(p->x[i], p->y + j, k);
                forward[i + 1][j + k] += forward[i][j] * weight(e[i][j][k], round, k);
            }
    all = forward[n][m];
    if (all <= 0)
        return 0;
    for (int i = n - 1; i >= 0; i--)
        for (int j = m; j >= 0; j--)
            for (int k = 0; forward[i][j] > 0 && k <= piece && j + k <= m; k++)
                back[i][j] += back[i + 1][j + k] * weight(e[i][j][k], round, k);
    clean = all / (all + 1e-3 * pow(1 / 12.0, m)); /* two words that are no pair count little */
    for (int i = 0; i < n && !last; i++)
        for (int j = 0; j <= m; j++)
            for (int k = 0; forward[i][j] > 0 && k <= piece && j + k <= m; k++)
                e[i][j][k]->count +=
                    clean * forward[i][j] * weight(e[i][j][k], round, k) * back[i + 1][j + k] / all;
    return log(all);
}

/* Absolute discounting leaves out what was seen by chance. */
static void maximise(void)
{
    memset(total, 0, sizeof total);
    for (size_t i = 0; i < SLOTS; i++)
        if (table[i].key)
            total[(table[i].key >> 32) - 1] += table[i].count;
    for (size_t i = 0; i < SLOTS; i++) {
        struct entry *e = &table[i];
        double c = e->count - 0.3;

        if (!e->key)
            continue;
        e->p = c > 0 ? c / total[(e->key >> 32) - 1] : 0;
        if (e->p < 1e-9)
            e->p = 1e-9;
        e->count = 0;
    }
}

static void put(const struct entry *e)
{
    uint64_t x = (e->key >> 32) - 1, code = e->key & 0xffffffff;
    char piece[PIECE + 1];
    int n = PIECE;

    piece[n] = 0;
    for (; code >= 27; code /= 27)
        piece[--n] = (char)('a' + code % 27 - 1);
    printf("%d\t%d\t%s\t%.6f\t%.0f\n", kind[x / 3], (int)(x % 3), piece + n, e->p, total[x]);
}

int main(int argc, char **argv)
{
    FILE *f = argc == 4 ? fopen(argv[1], "r") : NULL;
    int rounds = argc == 4 ? atoi(argv[2]) : 0, piece = argc == 4 ? atoi(argv[3]) : 0;
    char line[512];

    table = calloc(SLOTS, sizeof *table);
    pairs = calloc(PAIRS, sizeof *pairs);
    if (!f || rounds < 1 || piece < 1 || piece > PIECE || !table || !pairs) {
        fprintf(stderr, "usage: align PAIRS ROUNDS PIECE\n");
        return 2;
    }
    while (fgets(line, sizeof line, f))
        take(line, piece);
    fclose(f);
    for (int r = 0; r <= rounds; r++) {
        double sum = 0;

        for (size_t i = 0; i < n_pairs; i++)
            sum += expect(&pairs[i], piece, r, r == rounds);
        fprintf(stderr, "round %d: %.3f nats a pair\n", r, sum / (double)n_pairs);
        if (r < rounds)
            maximise();
    }
    for (size_t i = 0; i < SLOTS; i++)
        if (table[i].key && table[i].p > 0.0005)
            put(&table[i]);
    return 0;
}
