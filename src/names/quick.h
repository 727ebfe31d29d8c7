/*
 * Roughly how alike a word asked for and one of a list are, in some ten nanoseconds: the longest common
 * subsequence of letters and of consonants that sound alike, found with one word of the machine (Hyyrö 2004).
 * It only chooses what is worth a real comparison.
 */
#ifndef SERAI_NAMES_QUICK_H
#define SERAI_NAMES_QUICK_H

#include "names/name.h"

struct quick {
    uint64_t letter[26], sound[26]; /* a bit for each place of the word where the letter may stand */
    uint8_t n, n_sound;             /* places that want a letter; those of them that are consonants */
    bool vowelless;
    char digits[NAMES_FORM]; /* of a number: as it is */
    uint8_t n_digits;
};

void quick_init(struct quick *q, const struct channel *c, const struct names_word *w);

/* Of a form in a to z, or digits: 0 to 255. */
uint8_t quick_likeness(const struct quick *q, const char *form, size_t n);

/* Of two words in Latin letters, 0 to 1: the fewer letters are added, dropped, changed or swapped with the
 * next between them, the more; 0 beyond a third of the letters. */
float quick_slip(const struct quick *q, const char *form, size_t n);

/* Whether the consonants of the form sound like some of the word, in that order. */
bool quick_within(const struct quick *q, const char *form, size_t n);

#endif
