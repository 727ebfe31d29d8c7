/*
 * Findings: everything noticed about a thing besides its result, each with the clause it comes from.
 * A finding never changes a result by itself; the strict profile may turn one into a refusal, and then
 * the result says so in its why.
 */
#ifndef SERAI_BASE_FINDING_H
#define SERAI_BASE_FINDING_H

#include "base/why.h"

enum severity { FINDING_NOTE, FINDING_WARNING };

enum { FINDINGS_MAX = 64 };

struct finding {
    enum severity severity;
    struct why why;
};

struct findings {
    size_t n;
    size_t lost;                       /* how many found no room */
    struct finding item[FINDINGS_MAX]; /* only [0, n) is initialised */
};

static inline void findings_init(struct findings *f)
{
    f->n = 0;
    f->lost = 0;
}

/* f may be NULL: the finding is dropped. */
void finding_add(struct findings *f, enum severity severity, const char *reason, size_t offset,
                 const char *clause, const char *fmt, ...) PRINTF_LIKE(6, 7);

const char *severity_word(enum severity s);

#endif
