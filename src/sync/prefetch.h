/*
 * Entry bundles asked for before they are needed, on a link where each answer takes its time: while one is
 * hashed and stored, the next few are under way. At most as many as there are sources beside the first, so
 * that a reader who stops takes no more; what was asked for and is not wanted is thrown away. What comes out
 * is what the first source would have given, one file after the other.
 */
#ifndef SERAI_SYNC_PREFETCH_H
#define SERAI_SYNC_PREFETCH_H

#include "log/verify.h"

enum { SYNC_AHEAD = 4 };

struct prefetch;

/* The same files from the first source and n <= SYNC_AHEAD others, each of which a thread of its own uses;
 * they outlive it. The size of the log is taken from its checkpoint as it passes: before that, and past it,
 * nothing is asked for early. */
struct prefetch *prefetch_open(const struct log_source *first, const struct log_source *more, size_t n);
/* Waits for what is under way. NULL allowed. */
void prefetch_close(struct prefetch *f);

/* Of one thread. */
struct log_source prefetch_source(struct prefetch *f);

#endif
