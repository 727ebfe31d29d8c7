/*
 * Which patterns need no evaluation, and when the others do.
 *
 * (a) pattern_equalities: a pattern that is one bracket of OR (and IN) of equalities on fields that a
 * detector has tables for is a list of (kind, value); the detector puts these into its tables and drops the
 * pattern. (b) struct pattern_index: for the rest, per bracket, literals one of which must occur in a record
 * for the bracket to hold; a record is asked once, and only brackets whose literal occurs are evaluated.
 * Brackets without a literal are found by the presence of a field they need, and listed.
 */
#ifndef SERAI_STIX_PATTERN_INDEX_H
#define SERAI_STIX_PATTERN_INDEX_H

#include "stix/pattern_match.h"

enum pattern_equality_kind {
    PATTERN_IPV4, /* address or range as written: equality holds for the text, ISSUBSET for all below it */
    PATTERN_IPV6,
    PATTERN_DOMAIN,
    PATTERN_URL,
    PATTERN_EMAIL,
    PATTERN_MD5, /* hexadecimal as written */
    PATTERN_SHA1,
    PATTERN_SHA256,
    PATTERN_SHA512,
};

struct pattern_equality {
    enum pattern_equality_kind kind;
    bool below;        /* ISSUBSET: every address in the range */
    bool referred;     /* through a reference: network-traffic:dst_ref.value; `path` says which */
    struct span value; /* the pattern's */
    const struct pattern_comparison *path;
};

typedef bool pattern_equality_visit(const struct pattern_equality *e, void *arg); /* false ends */

/*
 * Whether p is nothing but alternatives of such equalities: single brackets joined by OR, without qualifiers,
 * comparisons joined by OR, without NOT, `=` or IN, ISSUBSET for addresses. Each alternative is told to visit
 * (may be NULL). A path through references ends in `value` or `hashes`; of network-traffic:src_ref and
 * dst_ref the value itself tells IPv4, IPv6 or domain. For a referred equality the detector must look at that
 * field alone; where it does not care which, it may drop `path`.
 */
bool pattern_equalities(const struct pattern *p, pattern_equality_visit *visit, void *arg);

const char *pattern_equality_word(enum pattern_equality_kind kind); /* "domain" */

/* A literal a bracket needs: equal to a whole value, or part of one. */
struct pattern_literal {
    bool whole;
    struct span text; /* whole: the value; otherwise at least LIMIT_PATTERN_LITERAL_LEAST octets */
    double number;    /* whole, when text is empty: a number */
    uint32_t comparison;
};

/* The literals of a bracket, one of which must occur; n = 0: it has none. NULL past the arena's ceiling. */
const struct pattern_literal *pattern_literals(const struct pattern *p, uint32_t bracket, struct arena *a,
                                               uint32_t *n);

struct pattern_index;

/* Heap. Every bracket of code[0..n) is in it. */
struct pattern_index *pattern_index_new(const struct pattern_code *const *code, uint32_t n);
void pattern_index_free(struct pattern_index *index); /* NULL allowed */

struct pattern_index_told {
    uint32_t brackets, whole, part, field, always; /* how many brackets are found by which */
    uint64_t bytes;
};
void pattern_index_told(const struct pattern_index *index, struct pattern_index_told *out);

/* A bracket that may hold for these facts. A bracket is told once a record. */
typedef void pattern_candidate(uint32_t pattern, uint32_t bracket, void *arg);

/* Scratch of one thread for pattern_index_ask. */
struct pattern_index_work;
struct pattern_index_work *pattern_index_work_new(const struct pattern_index *index);
void pattern_index_work_free(struct pattern_index_work *work);

void pattern_index_ask(const struct pattern_index *index, const struct pattern_facts *facts,
                       struct pattern_index_work *work, pattern_candidate *candidate, void *arg);

#endif
