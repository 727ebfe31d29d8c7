/* A compiled pattern. For the pattern_*.c files alone. */
#ifndef SERAI_STIX_PATTERN_CODE_H
#define SERAI_STIX_PATTERN_CODE_H

#include "stix/pattern_number.h"
#include "stix/pattern_regex.h"

struct pattern_test {
    uint32_t field; /* in the caller's table; PATTERN_NONE */
    struct pattern_regex regex;
    struct span like, like_octets; /* LIKE in normal form C; the same as octets */
    bool octets;                   /* like_octets is there */
    struct pattern_range range;
};

struct pattern_code {
    const struct pattern *p;
    const struct pattern_fields *fields;
    struct pattern_test *test;  /* one for each comparison */
    const uint32_t *bracket;    /* node of each bracket */
    const uint32_t *comparison; /* the first comparison of each bracket, and behind the last one */
};

struct pattern_work {
    struct arena scratch; /* of one bracket and one observation */
    struct pattern_search *search;
    uint64_t evaluated; /* comparisons with a value */
};

/* The number of the path of c in the table; PATTERN_NONE. */
uint32_t pattern_field_find(const struct pattern_fields *fields, const struct pattern_comparison *c);

/* Whether `of` is a struct pattern_facts. */
bool pattern_is_facts(const struct pattern_observation *o);

#endif
