/* What a word is worth by how rare it is among the names that were seen. */
#ifndef SERAI_NAMES_FREQUENCY_H
#define SERAI_NAMES_FREQUENCY_H

#include "names/pair.h"

/* Up to 1; particles, titles and legal forms have little. f may be NULL: nothing was seen. */
float names_rarity(const struct names_frequency *f, const struct names_word *w);

#endif
