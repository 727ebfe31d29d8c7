/*
 * Seeds of a test that draws its schedule: some that are always the same, and one that is new each time.
 * SERAI_SEEDS="FIRST COUNT" runs others instead. Each is printed before it runs.
 */
#ifndef SERAI_TESTS_SUPPORT_SEEDS_H
#define SERAI_TESTS_SUPPORT_SEEDS_H

#include <stdio.h>
#include <stdlib.h>

#include "crypto/node_key.h"

enum { SEEDS_MAX = 1000 };

static inline size_t seeds_of(size_t fixed, unsigned long long seed[SEEDS_MAX])
{
    const char *given = getenv("SERAI_SEEDS");
    unsigned long long first = 1, n = fixed;
    unsigned fresh = 0;

    if (given)
        (void)sscanf(given, "%llu %llu", &first, &n);
    if (n >= SEEDS_MAX)
        n = SEEDS_MAX - 1;
    for (unsigned long long i = 0; i < n; i++)
        seed[i] = first + i;
    if (given)
        return (size_t)n;
    random_bytes(&fresh, sizeof fresh);
    seed[n] = fresh;
    return (size_t)n + 1;
}

/* Before anything can fail. */
static inline void seed_says(unsigned long long seed)
{
    printf("# seed %llu; again with SERAI_SEEDS=\"%llu 1\"\n", seed, seed);
    (void)fflush(stdout);
}

#endif
