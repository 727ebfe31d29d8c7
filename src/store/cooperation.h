/*
 * Records of cooperation between members (service/cyber/cooperation.h): what this member says, until it
 * stands in its log, and what all say. Rows are only added.
 */
#ifndef SERAI_STORE_COOPERATION_H
#define SERAI_STORE_COOPERATION_H

#include "store/store.h"

struct cooperation_row {
    struct span id;         /* 1..64 visible ASCII characters */
    struct span part, kind; /* "capability", "request" */
    struct span member;     /* who said it, "KZ" */
    unix_time at;
    struct span audience; /* "all", "kz-tr" */
    int64_t due;          /* > 0: to be published, in this order; 0: it stands in a log */
    struct span body;     /* at most LIMIT_STORE_RECORD */
    int64_t arrived;      /* out: of store_cooperation_after alone */
};

/* Durable when it returns true; an id that is there already changes nothing, and *news is false. Reasons
 * besides those of store_open: "request", "too-large". */
MUST_USE bool store_put_cooperation(struct store *s, const struct cooperation_row *r, bool *news,
                                    struct why *w);
/* All of a part in the order of their ids, at most `most`, into the arena. Reason "too-large". */
MUST_USE bool store_cooperation(struct store *s, struct span part, size_t most, struct arena *a,
                                struct cooperation_row **out, size_t *n, struct why *w);
/* The one with that id; *n is 0 or 1. */
MUST_USE bool store_cooperation_of(struct store *s, struct span id, struct arena *a,
                                   struct cooperation_row **out, size_t *n, struct why *w);
/* Those that are to be published, the oldest first. */
MUST_USE bool store_cooperation_due(struct store *s, size_t most, struct arena *a,
                                    struct cooperation_row **out, size_t *n, struct why *w);
/* Those that came here after that place, in the order of coming. */
MUST_USE bool store_cooperation_after(struct store *s, int64_t arrived, size_t most, struct arena *a,
                                      struct cooperation_row **out, size_t *n, struct why *w);
/* It stands in the log. */
MUST_USE bool store_cooperation_sent(struct store *s, struct span id, struct why *w);

#endif
