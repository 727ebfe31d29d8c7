/* A slow and plain reading of the model, to hold the compiled program against. */
#ifndef SERAI_TESTS_NAIVE_H
#define SERAI_TESTS_NAIVE_H

#include "agreement/model.h"

struct naive_verdict {
    bool admit;
    const char *article;
    bool limited;
    int left;
    struct date last;
    uint64_t unknown; /* facts that are missing or not understood, and decide */
};

void naive_decide(const struct agreement *a, const struct facts *f, struct date on,
                  struct naive_verdict *out);

struct naive_recognition {
    enum outcome outcome;
    struct date last;
    uint64_t unknown;
};

void naive_recognise(const struct agreement *a, const struct facts *f, struct date on,
                     struct naive_recognition *out);

/* The first row that is not certain not to hold; NULL: none. unknown: what it turns on; 0: it holds. */
struct naive_figure {
    const struct table_row *row;
    uint64_t unknown;
};

struct naive_figure naive_table(const struct agreement *a, const struct table *t, const struct facts *f,
                                struct date on);

/* The quota of the case; NULL: none certainly applies. */
const struct quota_row *naive_quota(const struct agreement *a, const struct facts *f, struct date on);

#endif
