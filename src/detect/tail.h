/*
 * A log that grows: read on from where one was, also over rotation (the name stands for another file: the old
 * one is read to its end first), truncation (it begins anew) and a restart (the place is kept by the caller).
 */
#ifndef SERAI_DETECT_TAIL_H
#define SERAI_DETECT_TAIL_H

#include "detect/input.h"

enum { TAIL_MARK = 64 };

/* Where reading goes on. All zero: at the beginning. */
struct detect_place {
    uint64_t device, inode, offset;
    uint64_t line; /* lines before it */
    uint32_t mark_n;
    uint8_t mark[TAIL_MARK]; /* bytes right before offset: a file with others there is another one */
};

struct detect_tail;

/* The file need not be there yet. head: of detect_log_head, for a place that is not the beginning. */
struct detect_tail *detect_tail_new(const char *path, const struct detect_log_how *how,
                                    const struct detect_place *place, struct span head);
void detect_tail_free(struct detect_tail *t); /* NULL allowed */

enum detect_tail_state { TAIL_READ, TAIL_IDLE /* nothing new */ };

/* Up to a MiB of what is new. finish: a last line without its end counts too. False: "io". */
MUST_USE bool detect_tail_step(struct detect_tail *t, struct detect_matcher *m, bool finish,
                               enum detect_tail_state *state, struct why *w);

const char *detect_tail_path(const struct detect_tail *t);
/* Behind the last line that was dealt with. */
void detect_tail_place(const struct detect_tail *t, struct detect_place *out);
struct span detect_tail_head(const struct detect_tail *t);

struct detect_tail_told {
    uint64_t rotated, truncated;
    uint64_t lost; /* times that a file was gone before it was read to its end */
};
struct detect_tail_told detect_tail_told(const struct detect_tail *t);

#endif
