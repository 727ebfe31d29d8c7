/*
 * Plain lists of indicators as people publish them: hosts files, one value a line with comments,
 * "value;score", "value # comment", ipsum (value, tab, number), hash lists, regular expressions over file
 * names, and CSV whose first line names the columns. Nothing is dropped silently: each line with content
 * becomes rows or is refused.
 */
#ifndef SERAI_INTEL_LIST_H
#define SERAI_INTEL_LIST_H

#include "base/arena.h"
#include "intel/row.h"

enum list_format {
    LIST_AUTO,
    LIST_LINES,         /* hosts files, ipsum, hash lists, "value;score" */
    LIST_CSV,           /* the first line names the columns */
    LIST_FILE_PATTERNS, /* "PCRE;score[;PCRE of what is meant well]", never anything else */
};

const char *intel_list_format_word(enum list_format f); /* "lines", "csv", "file-patterns" */

struct list_stats {
    enum list_format format;
    size_t lines;             /* with content: neither empty nor comment; the heading of a CSV too */
    size_t rows;              /* given to the sink */
    size_t refused;           /* values or lines */
    size_t repeated;          /* the same kind and value again: not given a second time */
    size_t local;             /* names of the machine itself in hosts files: not refused, not given */
    size_t kind[INTEL_KINDS]; /* rows of each */
    size_t dirt[INTEL_DIRTS]; /* rows with that dirt */
};

/*
 * Reads all of it. The arena remembers which values were given. False when it is no list at all: "utf-16",
 * "too-large" (arena), "columns" (a CSV without a column of values), "stopped".
 */
MUST_USE bool intel_list_read(struct span text, enum list_format format, const struct intel_about *about,
                              const struct intel_sink *sink, struct arena *a, struct list_stats *out,
                              struct why *w);

#endif
