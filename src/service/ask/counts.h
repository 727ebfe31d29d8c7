/*
 * What an office and a desk count, by any thread. Topics are told apart as far as the program knows them; all
 * that only the agreement names are one class, so that nothing of a question becomes a label.
 */
#ifndef SERAI_SERVICE_ASK_COUNTS_H
#define SERAI_SERVICE_ASK_COUNTS_H

#include <stdatomic.h>

#include "base/span.h"

enum { ASK_CLASSES = 5, ASK_STATES = 6, ASK_SAIDS = 4, ASK_BUCKETS = 11 };

/* Zeroed: nothing yet. */
struct ask_counts {
    const char *const *topics; /* names of classes, at most ASK_CLASSES - 1, ended by NULL */
    _Atomic uint64_t asked[ASK_CLASSES][ASK_STATES];        /* tries, by how the question stood after each */
    _Atomic uint64_t answered[ASK_CLASSES][ASK_SAIDS];      /* questions of others, by what was said */
    _Atomic uint64_t resent, late, delivered;               /* by the runner */
    _Atomic uint64_t bucket[ASK_BUCKETS + 1], microseconds; /* from sending to an answer at once */
};

/* c may be NULL. state: enum ask_state; said: enum ask_said. */
void ask_count_asked(struct ask_counts *c, struct span topic, unsigned state);
void ask_count_answered(struct ask_counts *c, struct span topic, unsigned said);
void ask_count_trip(struct ask_counts *c, uint64_t microseconds);
void ask_count_one(_Atomic uint64_t *n);

/* The name of a class: that of its topic, "agreed"; NULL past the end. */
const char *ask_class_word(const struct ask_counts *c, size_t i);
/* Upper bound of a bucket, microseconds. */
uint64_t ask_bucket_bound(size_t i);

#endif
