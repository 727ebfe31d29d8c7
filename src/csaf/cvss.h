/*
 * Scores of the Common Vulnerability Scoring System 2.0, 3.0 and 3.1 (FIRST): vectors read, scores computed
 * as the standards' equations do.
 */
#ifndef SERAI_CSAF_CVSS_H
#define SERAI_CSAF_CVSS_H

#include "base/why.h"

enum cvss_version { CVSS_2_0, CVSS_3_0, CVSS_3_1 };

enum { CVSS_METRICS = 22 };

/* One metric: its short name in a vector, that of its property in JSON, and its values. */
struct cvss_value {
    const char *letter, *word; /* "N", "NETWORK" */
    double weight;
};
struct cvss_metric {
    const char *name, *property; /* "AV", "attackVector" */
    const struct cvss_value *value;
    bool base; /* must be in every vector */
};
/* The metrics of a version in the order of its specification; *n of them. */
const struct cvss_metric *cvss_metrics(enum cvss_version v, size_t *n);

struct cvss {
    enum cvss_version version;
    int8_t value[CVSS_METRICS]; /* place in the metric's values; -1: not in the vector */
};

/* Scores in tenths: 75 is 7.5. */
struct cvss_scores {
    int base, temporal, environmental;
};

/* "AV:N/AC:L/Au:N/C:P/I:P/A:P" (2.0) or "CVSS:3.1/AV:N/…". Reasons "vector" (grammar, unknown or repeated
 * metric), "missing" (a base metric). */
MUST_USE bool cvss_parse(struct span vector, struct cvss *out, struct why *w);

/* Sets a metric by its JSON property and word: "modifiedScope", "CHANGED". False: there is no such one. */
MUST_USE bool cvss_set(struct cvss *c, const char *property, struct span word);

/* Every base metric is set. */
void cvss_score(const struct cvss *c, struct cvss_scores *out);

/* "NONE" "LOW" "MEDIUM" "HIGH" "CRITICAL": the scale of 3.0 and 3.1. */
const char *cvss_severity(int tenths);

#endif
