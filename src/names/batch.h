/*
 * One word asked for against many Latin forms in alphabetical order: channel_score with the letters of the
 * word side by side in registers of the machine, and what forms begin with in common found once; some 20 ns a
 * form. The same numbers on every machine.
 */
#ifndef SERAI_NAMES_BATCH_H
#define SERAI_NAMES_BATCH_H

#include "names/name.h"

enum {
    BATCH_LANES = 16, /* letters, and the places before the first and behind the last */
    BATCH_LONGER = 64,
    BATCH_HASH = 256, /* a power of two, four times as many */
};

struct batch {
    _Alignas(16) int16_t spent[BATCH_LANES];     /* the letters before a place giving nothing */
    int16_t rest[BATCH_LANES];                   /* what those behind it may give at best */
    int16_t column[NAMES_FORM + 1][BATCH_LANES]; /* with that many letters of the form; lane a + 1: place a */
    int16_t one[26][BATCH_LANES];                /* lane a: letter a - 1 giving that */
    int16_t two[26 * 26][BATCH_LANES];           /* where known says so */
    int16_t longer[BATCH_LONGER][BATCH_LANES];
    uint32_t code[BATCH_HASH]; /* 0: free */
    uint8_t place[BATCH_HASH]; /* in longer */
    uint64_t known[11];        /* a bit for each two */
    uint64_t may;              /* a bit for the end of each longer piece */
    const int16_t *of_two[BATCH_LANES];
    const struct channel *c;
    const struct names_word *w;
    size_t n, n_longer, m, dead; /* columns that hold; the length at which hope was lost */
    int least;
};

/* w must outlive b. Forms that score less than least, in hundredths of a nat, are given up early. */
void batch_begin(struct batch *b, const struct channel *c, const struct names_word *w, int least);

enum { BATCH_NEVER = -16000 };

/*
 * channel_score in hundredths of a nat, of 1 to NAMES_FORM letters a to z (other bytes do no harm) of which
 * the first shared are those of the form before: they cost nothing. BATCH_NEVER, or less: given up. At most
 * 64 kinds of pieces of more than two letters count.
 */
int batch_score(struct batch *b, const char *form, size_t m, size_t shared);

#endif
