/* Entries and exits matched into stays; the rules for missing records stand in store.h. */
#ifndef SERAI_STORE_STAYS_H
#define SERAI_STORE_STAYS_H

#include "store/store.h"

struct crossing {
    enum movement kind;
    day_number day;
};

/* c: oldest first, n of them. out has room for n; returns how many stays there are, oldest first. which: for
 * each the crossing that began it, or of which it is all that is known; NULL: nobody asks. */
size_t stays_match(const struct crossing *c, size_t n, struct stay_record *out, size_t *which);

#endif
