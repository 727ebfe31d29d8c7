/* Words that are not names by themselves: particles, titles, legal forms, what organisations are called. */
#ifndef SERAI_NAMES_WORDS_H
#define SERAI_NAMES_WORDS_H

#include "names/name.h"

/* Sets the kind of a word that is alone. */
void words_classify(struct names_word *w, enum names_schema schema);

/* Legal forms of several words become one; of a person, words of organisations are names. */
void words_phrases(struct names_name *n, enum names_schema schema);

#endif
