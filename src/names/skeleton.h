/*
 * What a word sounds like: its consonants in twelve classes, vowels left out. Words that are the same name in
 * two spellings or two scripts mostly share one of few skeletons, and a list is indexed by them.
 *
 * Four bits a class from the lowest on, at most SKELETON_CLASSES, no class twice in a row; a word of fewer
 * than two classes has the class of its first vowel behind it. Never 0.
 */
#ifndef SERAI_NAMES_SKELETON_H
#define SERAI_NAMES_SKELETON_H

#include "names/name.h"

enum { SKELETON_CLASSES = 12, SKELETON_VARIANTS = 20 };

/* The one that a word of a list is filed under. */
uint64_t skeleton_of(const struct names_word *w);

struct skeleton_variant {
    uint64_t key;
    float cost; /* nats: how improbable beside the likeliest */
};

/* Under which the same name may be filed, the likeliest first; *n at most SKELETON_VARIANTS. */
void skeleton_variants(const struct names_word *w, struct skeleton_variant out[SKELETON_VARIANTS], size_t *n);

/* Calls each for every skeleton that differs in one class, with what that costs in nats. */
void skeleton_edits(uint64_t key, void (*each)(void *ctx, uint64_t key, float cost), void *ctx);

/* Classes of a skeleton, and its parts: [from, to). */
size_t skeleton_length(uint64_t key);
uint64_t skeleton_part(uint64_t key, size_t from, size_t to);

#endif
