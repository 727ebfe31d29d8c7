/*
 * How letters of one script are written in another, as people really spell: for each letter and its place in
 * the word, what Latin letters stand for it and how much more often than they would by chance. Learned from
 * pairs of spellings (tools/names); Latin against Latin holds the variants of one name.
 *
 * The score of two words is the best way of cutting the second into pieces, one for each letter of the
 * first: the sum of log2-like weights log(P(piece | letter) / P(piece)), in nats. Above 0: rather the same.
 */
#ifndef SERAI_NAMES_CHANNEL_H
#define SERAI_NAMES_CHANNEL_H

#include "base/span.h"

enum names_script { NAMES_LATIN, NAMES_ARABIC, NAMES_CYRILLIC };

enum {
    NAMES_LETTERS = 36, /* of one word */
    NAMES_FORM = 72,    /* of its Latin form */
};

struct channel;

/* Some 200 KB; to be shared by any number of threads. */
struct channel *channel_open(void);
void channel_close(struct channel *c);

/* The script in whose table this letter stands; false: none. Small letters only. */
bool channel_script(uint32_t cp, enum names_script *out);

/* x: n <= NAMES_LETTERS small letters of that script; y: m <= NAMES_FORM letters a to z. */
float channel_score(const struct channel *c, enum names_script s, const uint16_t *x, size_t n, const char *y,
                    size_t m);

/* What a flawless spelling of x would score. */
float channel_info(const struct channel *c, enum names_script s, const uint16_t *x, size_t n);

/* The most usual Latin spelling of each letter, one after another: at most NAMES_FORM letters. */
size_t channel_form(const struct channel *c, enum names_script s, const uint16_t *x, size_t n,
                    char out[NAMES_FORM]);

/* A bit for each Latin letter that letter i of the word x is likely to give; whether it mostly is a
 * consonant. */
uint32_t channel_letters(const struct channel *c, enum names_script s, const uint16_t *x, size_t i, size_t n,
                         bool *consonant);

/* What letter i of the word x gives, in hundredths of a nat: nothing, each letter, each two letters
 * (26 * first + second), and longer pieces by channel_code. A piece of three letters or more that is not
 * there cannot be. */
struct channel_gives {
    int16_t none, info; /* info: of its most usual piece */
    const int16_t *one, *two;
    const uint32_t *code;
    const int16_t *weight;
    size_t n;
};
void channel_gives(const struct channel *c, enum names_script s, const uint16_t *x, size_t i, size_t n,
                   struct channel_gives *out);

/* Five bits a letter, a as 1. */
static inline uint32_t channel_code(const char *y, size_t n)
{
    uint32_t v = 0;

    for (size_t i = 0; i < n; i++)
        v = v * 32 + (uint32_t)(y[i] - 'a' + 1);
    return v;
}

/* Whether the word x may begin with the letter y: for initials. */
bool channel_begins(const struct channel *c, enum names_script s, uint16_t x, char y);

#endif
