/* What the files of offences share. */
#ifndef SERAI_SERVICE_LICENCE_OFFENCE_INTERNAL_H
#define SERAI_SERVICE_LICENCE_OFFENCE_INTERNAL_H

#include "service/licence/offence.h"

enum { OFFENCE_EVENT_ID = 16, OFFENCE_STEP_BYTES = 8192, OFFENCE_NOTICE_BYTES = 16384 };

/* "step-3" */
struct span offence_event_id(int64_t n, char out[OFFENCE_EVENT_ID]);

/* The bytes of a step in the arena. */
MUST_USE bool offence_step_bytes(const struct offence_step *x, struct arena *a, struct span *out,
                                 struct why *w);

static inline enum offence_side offence_own_side(const struct offence *of)
{
    return of->name.side == CASE_OURS ? OFFENCE_NOTIFIER : OFFENCE_HOME;
}

/* The case of a notice under exactly this name. */
MUST_USE bool offence_find(struct store *s, const struct case_name *name, struct arena *a, bool *found,
                           struct offence *out, struct why *w);

/*
 * Counts a step that `side` says: *refused is NULL when it is recorded, or was; else why it is not: "late"
 * (its place is taken), "out-of-order" (one before it is missing), or as offence_objection. False: the store.
 */
MUST_USE bool offence_count(struct store *s, const struct offence *of, const struct offence_step *x,
                            enum offence_side side, unix_time now, struct arena *a, const char **refused,
                            struct why *w);

#endif
