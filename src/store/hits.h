/*
 * Hits of names, and what was found to be none, as rows and events that are only added to until they are
 * erased. What the traveller showed and what officers wrote is sealed with a key of the store's own key file.
 * Nothing of the notice or the list is kept here but which one it was. Which step may follow which is the
 * service's to say (service/notice/hit.h).
 */
#ifndef SERAI_STORE_HITS_H
#define SERAI_STORE_HITS_H

#include "store/store.h"

/* Words (version, owner, kind, state, outcome, officer, purpose): 1..64 printable ASCII characters. */
struct hit_row {
    int64_t seq;         /* in the order of finding; 0 in what is put */
    struct span id;      /* 1..64 visible ASCII characters */
    struct span shelf;   /* of the engine */
    struct span entity;  /* on it; empty when erased */
    struct span version; /* of what it said when it was found */
    struct span owner, kind;
    bool protect;
    int score; /* thousandths */
    struct span state;
    struct span outcome;          /* empty: open */
    struct span first;            /* the officer whose outcome waits for a second one */
    unix_time at, due;            /* found; by when a person must have closed it, 0: nothing is due */
    unix_time last, closed;       /* newest event; 0: not closed */
    unix_time erased;             /* 0: not */
    bool has_document;            /* then: */
    struct traveller_key subject; /* of the document */
    struct traveller_key memory;  /* of document and entity */
    struct span body;             /* plain; empty when erased, or not asked for */
};

struct hit_event {
    unix_time at;
    struct span what, state;
    struct span officer, purpose; /* empty: the check itself, or time */
    struct span body;             /* may be empty */
};

struct hit_view {
    struct hit_row row;
    size_t n_events;
    const struct hit_event *event; /* oldest first */
};

/*
 * Durable when it returns true. One that is known already for the same document, entity and version and that
 * was not closed as no match is met again: the event is added to it, and *out says which it is; so for the
 * same id. Into the arena. Reasons besides those of store_open: "request", "too-large".
 */
MUST_USE bool store_put_hit(struct store *s, const struct hit_row *r, const struct hit_event *first,
                            struct arena *a, struct span *out, bool *again, struct why *w);

struct hit_memory {
    struct span version;
    unix_time until;
    bool told; /* by another member */
};

struct hit_change {
    struct span from;    /* the state it must be in */
    struct span state;   /* from now on */
    struct span outcome; /* from now on; may be empty */
    struct span first;   /* from now on; may be empty */
    unix_time due, closed;
    const struct hit_memory *remember; /* NULL: nothing */
    bool forget;                       /* what was remembered of it */
};

/* One step and its event, together. Reasons besides: "hit-unknown", "hit-state" (it is in another state by
 * now: nothing was written). */
MUST_USE bool store_step_hit(struct store *s, struct span id, const struct hit_change *c,
                             const struct hit_event *e, struct why *w);
/* An event alone. */
MUST_USE bool store_note_hit(struct store *s, struct span id, const struct hit_event *e, struct why *w);

/* All of it into the arena. */
MUST_USE bool store_find_hit(struct store *s, struct span id, bool *found, struct arena *a,
                             struct hit_view *out, struct why *w);

struct hit_filter {
    struct span state;                   /* empty: any */
    const struct traveller_key *subject; /* NULL: any */
    unix_time due_before;                /* due, and before that; 0: any */
    int64_t before;                      /* with a lower seq only: the next page; 0: from the newest */
    size_t most;                         /* at most LIMIT_CASE_PAGE */
};
/* Newest first, with events, without bodies. *next: `before` of the page after it; 0: this is the last. */
MUST_USE bool store_list_hits(struct store *s, const struct hit_filter *f, struct arena *a,
                              const struct hit_view **ret, size_t *n, int64_t *next, struct why *w);

/* ---- remembered ---- */

void store_hit_memory_key(const struct store *s, struct span issuer, struct span number, struct span shelf,
                          struct span entity, struct traveller_key *out);
/* *found only with the version and before its end. */
MUST_USE bool store_hit_known(struct store *s, const struct traveller_key *memory, struct span version,
                              unix_time now, bool *found, struct why *w);
/* What another member says of it. */
MUST_USE bool store_remember_hit(struct store *s, const struct traveller_key *memory,
                                 const struct hit_memory *m, struct why *w);

/* ---- counting, erasing ---- */

struct hit_count {
    struct span owner, kind, outcome; /* outcome empty: still open */
    int64_t n, seconds;               /* together, from finding to closing */
};
/* Of those found in [from, to), by owner, kind and outcome. */
MUST_USE bool store_count_hits(struct store *s, unix_time from, unix_time to, struct arena *a,
                               const struct hit_count **ret, size_t *n, struct why *w);

/* Open ones that are past what is due. */
MUST_USE bool store_count_late_hits(struct store *s, unix_time now, int64_t *n, struct why *w);

/* Bodies, keyed hashes and entities of what was closed before `before` are gone, and what was remembered
 * until before `now`; what is counted stays. */
MUST_USE bool store_erase_hits(struct store *s, unix_time before, unix_time now, int64_t *n, struct why *w);

#endif
