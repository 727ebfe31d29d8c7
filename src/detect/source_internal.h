#ifndef SERAI_DETECT_SOURCE_INTERNAL_H
#define SERAI_DETECT_SOURCE_INTERNAL_H

#include "base/scratch.h"
#include "detect/log.h"
#include "detect/source.h"

/* What the readers of one input share. They go on after what they refuse; false ends them. */
struct source {
    struct detect_build *build;
    const struct detect_source_how *how;
    struct detect_source_counts *counts;
};

bool source_refuse(const struct source *s, uint64_t line, const struct why *w);
/* x: all but kind and value. */
bool source_add(const struct source *s, uint64_t line, enum detect_kind kind, struct span value,
                struct detect_indicator *x);

MUST_USE bool source_bundle(const struct source *s, struct span text, struct why *w);

#endif
