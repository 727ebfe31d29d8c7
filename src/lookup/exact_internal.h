/* What the files of the exact set share. */
#ifndef SERAI_LOOKUP_EXACT_INTERNAL_H
#define SERAI_LOOKUP_EXACT_INTERNAL_H

#include <pthread.h>

#include "lookup/image.h"
#include "lookup/journal.h"
#include "lookup/merge.h"

enum { EXACT_PATH = 4096 };

/*
 * Locks, in the order in which they are taken: compacting (one new image at a time), writer (journal), view
 * (what look-ups read: held for moments only).
 */
struct lookup_exact {
    char folder[EXACT_PATH - 64];
    enum lookup_access access;
    bool keyed;
    uint8_t key[LOOKUP_KEY];
    const struct folder_steps *steps;
    int lock;
    pthread_mutex_t compacting, writer;
    pthread_rwlock_t view;
    struct pages image;
    uint64_t number;     /* of the image; 0: the empty one */
    struct table frozen; /* changes that a new image is being made of */
    struct table live;   /* those after them */
    struct journal journal;
    bool has_bulk;
};

void exact_path(const struct lookup_exact *x, const char *kind, uint64_t number, char out[EXACT_PATH]);
/* Which image counts, durably. */
MUST_USE bool exact_say_current(const struct lookup_exact *x, uint64_t number, struct why *w);

/* A new image of all that is here and, over it, the sorted runs; n <= LIMIT_LOOKUP_RUNS. */
struct exact_run {
    const struct table_entry *entry;
    size_t n;
};
MUST_USE bool exact_rebuild(struct lookup_exact *x, const struct exact_run *run, size_t n, struct why *w);

#endif
