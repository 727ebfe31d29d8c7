/*
 * What the worked examples of an agreement reach: its articles, rows, exceptions, reservations, requirements
 * and duties, and each comparison in its conditions holding and not holding; and examples that would be worth
 * adding.
 */
#ifndef SERAI_AGREEMENT_COVERAGE_H
#define SERAI_AGREEMENT_COVERAGE_H

#include "agreement/cases.h"

enum { COVERAGE_TARGETS = 4096, COVERAGE_LABEL = 160 };

struct coverage_target {
    const struct article *article; /* NULL: of a definition or the whole */
    unsigned line;
    const char *label; /* "row", "exception", "document.kind is passport: not so" */
    uint64_t facts;    /* that it asks */
    bool licence;
    bool branch; /* one side of a comparison */
    bool reached;
    /* what it is; the first that is set */
    const struct grant *grant;
    const struct row *row;
    const struct clause *clause;
    const struct demand *demand;
    const struct obligation *duty;
    const struct cond *cond;
    bool wanted; /* of cond: holds, or does not */
};

struct coverage {
    const struct agreement *a;
    struct coverage_target *target;
    size_t n, lost;
};

/* Runs all examples. False: the arena is at its ceiling. */
MUST_USE bool coverage_of(const struct agreement *a, struct arena *arena, struct coverage *out);

/* A traveller who reaches a target that no example reaches. */
struct suggestion {
    const struct coverage_target *target;
    const struct example *base; /* a case or an example that it starts from */
    bool of_case;
    struct traveller t;
    uint64_t changed; /* facts that are otherwise than in base */
    struct date on;
};

/*
 * An example for the next target that none reaches, started from the cases of the text and changed in one
 * fact or two; *at: where to go on, 0 at first. All that it reaches counts as reached then. False: no more is
 * found.
 */
MUST_USE bool coverage_suggest(struct coverage *x, struct cases *c, size_t *at, struct suggestion *out);
/* As lines of the language, the verdict filled in, to stand under its article. */
void suggestion_put(const struct agreement *a, const struct suggestion *s, struct buffer *out);

#endif
