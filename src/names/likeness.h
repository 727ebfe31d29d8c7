/* How alike two words are, or two runs of words read as one. */
#ifndef SERAI_NAMES_LIKENESS_H
#define SERAI_NAMES_LIKENESS_H

#include "names/pair.h"

/* Words [i, i + k) as one, of one script; false: several scripts, a number among them, or too long. */
bool likeness_join(const struct names *t, const struct names_name *n, size_t i, size_t k,
                   struct names_word *out);

/* likeness, rule and score of the link. */
void likeness(const struct names *t, const struct names_word *a, const struct names_word *b,
              struct names_link *out);

/* 0 to 1, by the Latin forms alone: 1 less the weighted edits between them. */
float likeness_sound(const struct names_word *a, const struct names_word *b);

#endif
