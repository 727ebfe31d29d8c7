/*
 * The record of what was released and recalled, to whom, by whom, under which article; and of what was held
 * back of what came in. Rows are only added.
 */
#ifndef SERAI_STORE_CYBER_ACTS_H
#define SERAI_STORE_CYBER_ACTS_H

#include "store/store.h"

struct cyber_act_row {
    struct span id; /* 1..64 visible ASCII characters */
    unix_time at;
    struct span act;      /* "release", "recall", "copy", "held", "told" */
    struct span who;      /* officer, or the member that told it */
    struct span audience; /* "kz-tr" */
    struct span article;  /* "33"; words: 1..64 printable ASCII characters */
    struct span body;     /* JSON, at most LIMIT_STORE_RECORD */
};

/* Durable when it returns true; an id that is there already changes nothing, and *news is false. Reasons
 * besides those of store_open: "request", "too-large". */
MUST_USE bool store_put_cyber_act(struct store *s, const struct cyber_act_row *r, bool *news, struct why *w);

/* Newest first; act empty: all; before 0: from the newest. At most `most`, into the arena. */
MUST_USE bool store_cyber_acts(struct store *s, struct span act, unix_time before, size_t most,
                               struct arena *a, struct cyber_act_row **out, size_t *n, struct why *w);

#endif
