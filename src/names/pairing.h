/* Comparing one name with many: what is known of words already is not found again. */
#ifndef SERAI_NAMES_PAIRING_H
#define SERAI_NAMES_PAIRING_H

#include "names/pair.h"
#include "names/quick.h"

enum { PAIRING_CANDIDATES = 256 };

/* Which weights: two names that somebody thought worth comparing, or a name and any one of a list. */
enum pairing_of { PAIRING_PEOPLE, PAIRING_LIST };

struct pairing {
    enum pairing_of of;
    const struct names *t;
    const struct names_name *a, *b;
    float rare_a[NAMES_WORDS], rare_b[NAMES_WORDS];
    /* The link of word i of a with word j of b; NULL: likeness(). */
    void (*known)(void *ctx, size_t i, size_t j, struct names_link *out);
    float (*sound)(void *ctx, size_t i, size_t j); /* the same of likeness_sound() */
    void *ctx;
    const struct pairing_joined *joined; /* of each word of a, and of it with the one and the two behind it */
    float best_a[NAMES_WORDS], best_b[NAMES_WORDS]; /* likeness of each word's best counterpart */
    size_t n;
    struct candidate {
        struct names_link link;
        float order;
    } candidate[PAIRING_CANDIDATES];
};

enum { PAIRING_JOIN = 3 };

/* Words that stand side by side as one. */
struct pairing_joined {
    struct names_word word;
    struct quick quick;
    bool is; /* false: they cannot be one */
};

/* [PAIRING_JOIN * i + k - 1]: the words [i, i + k) of n. */
void pairing_join(const struct names *t, const struct names_name *n,
                  struct pairing_joined out[PAIRING_JOIN * NAMES_WORDS]);

/* All but candidates and best_  filled in; both names have words. */
void pairing_run(struct pairing *p, enum names_schema schema, struct names_match *out);

#endif
