/* What differs between two versions in the parts that decide, each article's ways and requirements compared.
 */
#ifndef SERAI_AGREEMENT_CHANGE_H
#define SERAI_AGREEMENT_CHANGE_H

#include "agreement/program.h"

enum { CHANGE_PARTS = 256 };

/* A way to be admitted, or a requirement, that is not the same in both. Its place in n[i]; -1: not there. */
struct change_part {
    bool demand;
    int in[2];
};

struct change {
    struct change_part part[CHANGE_PARTS];
    size_t n;
    uint64_t facts; /* that the differing clauses, tables and rules ask of entries */
    bool licences;  /* something differs in what recognises licences */
    uint64_t licence_facts;
    bool everything; /* the parties, the days of force or too much differs: every fact matters */
};

/* False: the arena is at its ceiling. */
MUST_USE bool change_of(const struct agreement *const a[2], struct arena *arena, struct change *out);

#endif
