/* Under which skeletons a name of a list is filed. */
#ifndef SERAI_NAMES_KEYS_H
#define SERAI_NAMES_KEYS_H

#include "names/skeleton.h"

enum { KEYS_WORDS = 8, KEYS_JOINED = 2 };

/* Whether a word finds names: particles, titles and legal forms do only where a name has nothing else. */
bool keys_word(const struct names_name *n, size_t i);

struct keys {
    uint32_t words; /* a bit for each word that it is filed under */
    size_t n_joined;
    struct names_word joined[KEYS_JOINED]; /* "abd al X", "abu X" as one word, besides */
};

/* At most KEYS_WORDS bits. */
void keys_of(const struct names *t, const struct names_name *n, struct keys *out);

#endif
