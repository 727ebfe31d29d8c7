/* What the files of the list reader share. */
#ifndef SERAI_INTEL_LIST_INTERNAL_H
#define SERAI_INTEL_LIST_INTERNAL_H

#include "intel/list.h"
#include "intel/seen.h"

struct list_reader {
    const struct intel_about *about;
    const struct intel_sink *sink;
    struct list_stats *stats;
    struct intel_seen seen;
    struct why *w;
    bool stopped; /* w says why */
};

/* One value with what stands beside it: given, refused, or counted as repeated. row: all but value, kind and
 * dirt. */
void intel_list_value(struct list_reader *l, struct span text, enum intel_kind expected,
                      struct intel_row *row);
void intel_list_refuse(struct list_reader *l, size_t line, struct span value, const struct why *why);

void intel_list_read_lines(struct list_reader *l, struct span text);
void intel_list_read_patterns(struct list_reader *l, struct span text);
void intel_list_read_csv(struct list_reader *l, struct span text);

/* The next line without its end; *line counts from 1. False at the end. */
bool intel_list_line(struct span *rest, struct span *line, size_t *number);
/* Without blanks, and without content when it is a comment. */
struct span intel_list_content(struct span line);

/* Looks for a heading that names a column of values, and for expressions over paths. */
enum list_format intel_list_guess(struct span text);

/* 0..100, also as "High"; -1: no number. */
int intel_list_confidence(struct span s);

#endif
