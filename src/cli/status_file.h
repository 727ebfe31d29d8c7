/*
 * The file that a status token is made of. A line is a position or, for identifier lists, an identifier in
 * hexadecimal, and a state: revoked, valid, or a number for lists with more than one bit. Without a state it
 * is revoked. "#" begins a comment.
 */
#ifndef SERAI_CLI_STATUS_FILE_H
#define SERAI_CLI_STATUS_FILE_H

#include "seal/status_issue.h"

struct status_file_line {
    struct span name; /* position or identifier as written */
    unsigned value;   /* 0 valid, 1 revoked */
    size_t offset;
};

struct status_file {
    struct status_file_line *line;
    size_t n;
    size_t revoked; /* in the token, once it is filled */
};

/* Reason "line", "too-large". */
MUST_USE bool status_file_read(struct span text, struct status_file *out, struct arena *a, struct why *w);

/*
 * o->values: those of before (NULL: all valid, size of them or as many as the highest position needs) with
 * the lines put in. A licence that was revoked stays so: "line" for one that would be valid again, unless the
 * list is of other documents. STATUS_BITS, STATUS_TOO_LARGE.
 */
MUST_USE bool status_file_values(struct status_file *f, const struct status_list *before, unsigned bits,
                                 uint64_t size, struct arena *a, struct status_order *o, struct why *w);
/* o->identifier: the same. */
MUST_USE bool status_file_identifiers(struct status_file *f, const struct status_list *before,
                                      struct arena *a, struct status_order *o, struct why *w);

MUST_USE bool status_file_number(struct span s, uint64_t *out);
MUST_USE bool status_file_base64(struct span s, struct arena *a, struct span *out);

#endif
