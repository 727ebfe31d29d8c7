/* Travellers to try an agreement on: made up, seeded; or read from a table. */
#ifndef SERAI_AGREEMENT_POPULATION_H
#define SERAI_AGREEMENT_POPULATION_H

#include "agreement/cases.h"
#include "base/why.h"

enum { POPULATION_STAYS = 16, POPULATION_MODELS = 256, POPULATION_COLUMNS = 64, POPULATION_LINE = 64 * 1024 };

/* A traveller with the memory of his stays: do not copy it, facts.stays points into it. */
struct person {
    struct traveller t;
    struct stay stays[POPULATION_STAYS];
    uint64_t count; /* how many such there are */
};

/* Those whom examples of the newest agreement admit: travellers are made up after them. */
struct population {
    const struct cases *c;
    const struct example *model[POPULATION_MODELS];
    size_t n_models;
    uint64_t seed;
};

void population_init(struct population *p, const struct cases *c, uint64_t seed);

/*
 * The ith of the population of that seed: one who is admitted by an example of an agreement, with another
 * nationality, way, purpose and past, and now and then with other facts. The same i gives the same person.
 */
void population_person(const struct population *p, uint64_t i, struct person *out);

/*
 * A table in CSV (RFC 4180): the first line names facts, and may name "stays" (FROM..TO, with ; between) and
 * "count". An empty field is a fact nobody supplied. "evidence.contradiction" is "none" where no column says.
 */
struct population_table {
    unsigned fact[POPULATION_COLUMNS]; /* FACTS_N: stays; FACTS_N + 1: count */
    size_t n;
};

/* line without its end. Reasons: "column", "csv". */
MUST_USE bool population_head(struct span line, struct population_table *out, struct why *w);
/* mem: of LIMIT POPULATION_LINE bytes, for fields in quotation marks; words of the person stand in line or
 * mem. */
MUST_USE bool population_row(const struct population_table *t, struct span line, uint8_t *mem,
                             struct person *out, struct why *w);

#endif
