/*
 * Endings that say whose child or of which family: the same father is Абишевич and Äbişuly, the same family
 * Rahmonov, Rahmon and Rahmonzoda, as the language of the document wants it.
 */
#ifndef SERAI_NAMES_ENDING_H
#define SERAI_NAMES_ENDING_H

#include "names/name.h"

enum ending { ENDING_NONE, ENDING_SON, ENDING_DAUGHTER, ENDING_FAMILY };

/* The kind of ending, and how many letters of the word it takes; at least three letters stay. */
enum ending ending_of(const struct names_word *w, size_t *letters);

/* The word without its last letters; n less than it has. */
void ending_cut(const struct channel *c, const struct names_word *w, size_t letters, struct names_word *out);

#endif
