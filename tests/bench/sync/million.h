/* A log of a million records, served from memory. */
#ifndef SERAI_TESTS_BENCH_SYNC_MILLION_H
#define SERAI_TESTS_BENCH_SYNC_MILLION_H

#include "sync/pull.h"

enum { MILLION = 1000 * 1000 };

#define MILLION_ORIGIN "kz.specimen/bench/all/2026"

struct log_source million_make(void); /* once, after node_crypto_init */
const struct policy *million_policy(void);
struct span million_bundle(size_t i);
size_t million_bytes(void); /* of all bundles */

/* All of it into a replica in that store. */
bool million_pull(struct store *store, const struct log_source *s, struct why *w);

#endif
