/* What changed since an image, in memory: an open table of fingerprints. Whoever reads it while another
 * thread writes sees to it that they take turns. */
#ifndef SERAI_LOOKUP_TABLE_H
#define SERAI_LOOKUP_TABLE_H

#include "lookup/exact.h"

struct table_entry {
    lookup_print print;
    uint32_t value;
    uint8_t state; /* TABLE_ */
    uint8_t zero[3];
};
enum { TABLE_FREE, TABLE_PUT, TABLE_GONE };

struct table {
    struct table_entry *entry;
    size_t room, n; /* room: a power of two, or 0 */
};

/* Takes the place of what was said of that fingerprint before. */
void table_set(struct table *t, const struct lookup_change *c);
/* NULL: nothing is said of it. */
const struct table_entry *table_find(const struct table *t, lookup_print p);
/* Everything of over goes into t, in the place of what stood there. */
void table_join(struct table *t, const struct table *over);
/* The entries in the order of their fingerprints: n of them, to be freed by the caller. */
struct table_entry *table_sorted(const struct table *t);
void table_free(struct table *t);

/* Sorts by fingerprint; of equal ones the later one stays. Returns how many stay. other: room for as many. */
size_t table_sort(struct table_entry *e, size_t n, struct table_entry *other);

#endif
