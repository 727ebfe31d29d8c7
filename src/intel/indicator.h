/* One plain value as a STIX indicator, and back. */
#ifndef SERAI_INTEL_INDICATOR_H
#define SERAI_INTEL_INDICATOR_H

#include "base/buffer.h"
#include "intel/row.h"
#include "wire/json_write.h"

/* Its pattern: "[domain-name:value = 'example.org']"; of INTEL_FILE_PATTERN the expression itself. */
void indicator_put_pattern(struct buffer *b, enum intel_kind kind, struct span value);

/* A text between quotes of a pattern (STIX 2.1 9.4): ' and \ escaped. */
void indicator_put_quoted(struct buffer *b, struct span s);

/*
 * Appends the indicator object. Its id follows from kind, value and source, so that a list read again gives
 * the same ids; created and modified are the row's times, else about.now. creator: identity id or NULL.
 */
void indicator_put(struct buffer *b, const struct intel_row *r, const struct intel_about *about,
                   const char *creator);

/* The identity of a source by its name, as the object and its id (STIX_ID_TEXT bytes; returns out). */
void indicator_put_identity(struct buffer *b, struct span name);
const char *indicator_identity_id(struct span name, char *out);

/* One comparison of a pattern. */
struct pattern_part {
    struct span path;  /* "domain-name:value" */
    struct span value; /* text without quotes and escapes, or the number as written; the arena's */
    bool text;
};

enum { PATTERN_PARTS = 16 };

/*
 * Patterns of the simplest form: one bracket, comparisons with = joined by only AND or only OR, no
 * qualifiers. False: another form, or no pattern.
 */
MUST_USE bool indicator_read_pattern(struct span pattern, struct arena *a, struct pattern_part *out,
                                     size_t room, size_t *n, bool *any);

/* The kind and clean value of one comparison; INTEL_NONE: of no kind here. */
enum intel_kind indicator_kind_of(const struct pattern_part *p, struct intel_value *out);

#endif
