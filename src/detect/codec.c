#include "detect/codec.h"

#include <stdlib.h>

/*
 * Learning goes in rounds: the sample is coded with the table so far (single bytes in the first round), pairs
 * of neighbours are counted, and the symbols and joined pairs that save most make the next table.
 */
enum { ROUNDS = 5, CODES = 256 + CODEC_SYMBOLS, JOINED = 1 << 15 };

static uint64_t mask_of(unsigned n)
{
    return n >= 8 ? UINT64_MAX : ((uint64_t)1 << 8 * n) - 1;
}

static uint64_t load(const uint8_t *p, size_t n)
{
    uint64_t v = 0;

    if (n >= 8)
        n = 8;
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)p[i] << 8 * i;
    return v;
}

static void arrange(struct detect_codec *c)
{
    unsigned at = 0;

    for (unsigned b = 0; b < 256; b++) {
        c->first[b] = (uint16_t)at;
        for (unsigned len = 8; len > 0; len--)
            for (unsigned s = 0; s < c->n; s++)
                if (c->len[s] == len && (c->text[s] & 0xff) == b)
                    c->order[at++] = (uint8_t)s;
    }
    c->first[256] = (uint16_t)at;
}

/* The longest symbol that the n bytes of word begin with; CODEC_ESCAPE: none. */
static unsigned longest(const struct detect_codec *c, uint64_t word, size_t n)
{
    unsigned b = word & 0xff;

    for (unsigned i = c->first[b]; i < c->first[b + 1]; i++) {
        unsigned s = c->order[i];

        if (c->len[s] <= n && c->text[s] == (word & mask_of(c->len[s])))
            return s;
    }
    return CODEC_ESCAPE;
}

size_t codec_put(const struct detect_codec *c, struct span s, uint8_t *out)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n;) {
        size_t left = s.n - i;
        uint64_t word = 0;
        unsigned code;

        if (left >= 8)
            memcpy(&word, s.p + i, 8);
        else
            word = load(s.p + i, left);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        if (left >= 8)
            word = __builtin_bswap64(word);
#endif
        code = longest(c, word, left);
        out[n++] = (uint8_t)code;
        if (code == CODEC_ESCAPE)
            out[n++] = s.p[i++];
        else
            i += c->len[code];
    }
    return n;
}

bool codec_get(const struct detect_codec *c, struct span code, uint8_t *out, size_t room, size_t *n)
{
    size_t at = 0;

    for (size_t i = 0; i < code.n; i++) {
        unsigned s = code.p[i], len;

        if (s == CODEC_ESCAPE) {
            if (++i == code.n || at == room)
                return false;
            out[at++] = code.p[i];
            continue;
        }
        len = s < c->n ? c->len[s] : 0;
        if (len == 0 || room - at < len)
            return false;
        for (unsigned k = 0; k < len; k++)
            out[at + k] = (uint8_t)(c->text[s] >> 8 * k);
        at += len;
    }
    *n = at;
    return true;
}

struct candidate {
    uint64_t text, gain;
    unsigned len;
};

struct learning {
    uint32_t one[CODES];
    uint32_t *two;            /* CODES * CODES */
    struct candidate *joined; /* JOINED slots, by a hash of their text */
};

static void count(struct learning *g, const struct detect_codec *c, struct span sample)
{
    memset(g->one, 0, sizeof g->one);
    memset(g->two, 0, sizeof *g->two * CODES * CODES);
    for (size_t at = 0; at < sample.n;) {
        size_t n = sample.p[at++], end;
        unsigned before = CODES;

        if (n > sample.n - at)
            n = sample.n - at;
        for (end = at + n; at < end;) {
            unsigned s = longest(c, load(sample.p + at, end - at), end - at);
            unsigned code = s == CODEC_ESCAPE ? sample.p[at] : 256 + s;

            at += s == CODEC_ESCAPE ? 1 : c->len[s];
            g->one[code]++;
            if (before != CODES)
                g->two[before * CODES + code]++;
            before = code;
        }
    }
}

static void propose(struct learning *g, uint64_t text, unsigned len, uint64_t gain)
{
    uint64_t h = (text ^ (uint64_t)len << 59) * 0x9e3779b97f4a7c15u;

    for (unsigned tries = 0; tries < 64; tries++) {
        struct candidate *k = &g->joined[((h >> 40) + tries) & (JOINED - 1)];

        if (k->len == 0)
            *k = (struct candidate){ text, 0, len };
        if (k->text == text && k->len == len) {
            k->gain += gain;
            return;
        }
    }
}

static int by_gain(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->gain != y->gain)
        return x->gain > y->gain ? -1 : 1;
    return x->text < y->text ? -1 : x->text > y->text;
}

static void choose(struct learning *g, struct detect_codec *c)
{
    memset(g->joined, 0, sizeof *g->joined * JOINED);
    for (unsigned a = 0; a < CODES; a++) {
        unsigned len = a < 256 ? 1 : c->len[a - 256];
        uint64_t text = a < 256 ? a : c->text[a - 256];

        if (!g->one[a])
            continue;
        /* A single byte without a symbol costs two. */
        propose(g, text, len, (uint64_t)g->one[a] * (len == 1 ? 2 : len));
        for (unsigned b = 0; b < CODES; b++) {
            unsigned more = b < 256 ? 1 : c->len[b - 256];
            uint64_t next = b < 256 ? b : c->text[b - 256];

            if (g->two[a * CODES + b] > 1 && len + more <= 8)
                propose(g, text | next << 8 * len, len + more,
                        (uint64_t)g->two[a * CODES + b] * (len + more));
        }
    }
    qsort(g->joined, JOINED, sizeof *g->joined, by_gain);
    c->n = 0;
    while (c->n < CODEC_SYMBOLS && g->joined[c->n].len) {
        c->text[c->n] = g->joined[c->n].text;
        c->len[c->n] = (uint8_t)g->joined[c->n].len;
        c->n++;
    }
    arrange(c);
}

void codec_learn(struct detect_codec *c, struct span sample)
{
    struct learning *g = calloc(1, sizeof *g);

    memset(c, 0, sizeof *c);
    arrange(c);
    if (!g)
        abort();
    g->two = calloc((size_t)CODES * CODES, sizeof *g->two);
    g->joined = calloc(JOINED, sizeof *g->joined);
    if (!g->two || !g->joined)
        abort();
    for (unsigned i = 0; i < ROUNDS && sample.n; i++) {
        count(g, c, sample);
        choose(g, c);
    }
    free(g->two);
    free(g->joined);
    free(g);
}

void codec_write(const struct detect_codec *c, uint8_t out[CODEC_BYTES])
{
    memset(out, 0, CODEC_BYTES);
    out[0] = (uint8_t)c->n;
    for (unsigned s = 0; s < c->n; s++) {
        out[1 + 9 * s] = c->len[s];
        for (unsigned k = 0; k < 8; k++)
            out[2 + 9 * s + k] = (uint8_t)(c->text[s] >> 8 * k);
    }
}

bool codec_read(struct detect_codec *c, struct span bytes)
{
    memset(c, 0, sizeof *c);
    if (bytes.n != CODEC_BYTES)
        return false;
    c->n = bytes.p[0];
    if (c->n > CODEC_SYMBOLS)
        return false;
    for (unsigned s = 0; s < c->n; s++) {
        c->len[s] = bytes.p[1 + 9 * s];
        c->text[s] = load(bytes.p + 2 + 9 * s, 8);
        if (c->len[s] < 1 || c->len[s] > 8 || (c->text[s] & ~mask_of(c->len[s])) != 0)
            return false;
    }
    arrange(c);
    return true;
}
