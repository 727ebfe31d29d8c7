/*
 * Complaints of travellers, as rows and events that are only added to until they are erased. What is written
 * there (text, contact, answers) is sealed with a key of the store's own key file: the database alone shows
 * none of it. Which step may follow which is the service's to say (service/travel/complaint.h).
 */
#ifndef SERAI_STORE_COMPLAINTS_H
#define SERAI_STORE_COMPLAINTS_H

#include "store/store.h"

struct complaint_row {
    int64_t seq;           /* in the order of filing; 0 in what is put */
    struct span reference; /* 1..64 visible ASCII characters, for offices */
    struct span follow;    /* put only: the traveller's code, kept as a keyed hash */
    struct span kind;      /* "check", "permission", "none": what `about` names */
    struct span about;     /* id of the check or the permission; empty: none, or erased */
    struct span subject;   /* a word: "delay", "fee", … */
    struct span language;  /* "fa" */
    unix_time at, due;     /* filed; by when an office must act, 0: nothing is due */
    struct span state;
    struct span answered, decided; /* the offices that did; empty: none yet */
    unix_time last, erased;        /* newest event; 0: not erased */
    struct span body;              /* plain; empty when erased, or not asked for */
};

struct complaint_event {
    unix_time at, due;               /* due: what was due when it happened; 0: nothing */
    struct span what, state, office; /* office empty: the traveller, or time itself */
    bool late;                       /* it came after what was due */
    struct span body;
};

struct complaint_view {
    struct complaint_row row;
    size_t n_events;
    const struct complaint_event *event; /* oldest first */
};

/* Durable when it returns true. The same reference again is "complaint-exists". Reasons besides those of
 * store_open: "request" (a field out of its range), "too-large" (a body above LIMIT_COMPLAINT). */
MUST_USE bool store_put_complaint(struct store *s, const struct complaint_row *r,
                                  const struct complaint_event *first, struct why *w);

struct complaint_change {
    struct span from;              /* the state it must be in */
    struct span state;             /* from now on */
    unix_time due;                 /* from now on */
    struct span answered, decided; /* set when not empty */
};

/* One step and its event, together. Reasons besides: "complaint-unknown", "complaint-state" (it is in another
 * state by now: nothing was written). */
MUST_USE bool store_step_complaint(struct store *s, struct span reference, const struct complaint_change *c,
                                   const struct complaint_event *e, struct why *w);

/* By reference, or by the traveller's code when the reference is empty. All of it into the arena. */
MUST_USE bool store_find_complaint(struct store *s, struct span reference, struct span follow, bool *found,
                                   struct arena *a, struct complaint_view *out, struct why *w);

/* Empty and 0 leave a member out of the question. */
struct complaint_filter {
    struct span state;
    unix_time due_before; /* due, and before that */
    int64_t before;       /* with a lower seq only: the next page */
    size_t most;          /* at most LIMIT_CASE_PAGE */
};

/* Newest first, with events, without bodies. *next: `before` of the page after it; 0: this is the last. */
MUST_USE bool store_list_complaints(struct store *s, const struct complaint_filter *f, struct arena *a,
                                    const struct complaint_view **ret, size_t *n, int64_t *next,
                                    struct why *w);

MUST_USE bool store_count_late_complaints(struct store *s, unix_time now, int64_t *n, struct why *w);

/* Text, contact, answers and what it was about, of those in `state` whose newest event is older than before:
 * overwritten and gone. Words and times stay, for the statistics. */
MUST_USE bool store_erase_complaints(struct store *s, struct span state, unix_time before, unix_time now,
                                     int64_t *n, struct why *w);

#endif
