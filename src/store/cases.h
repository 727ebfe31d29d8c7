/*
 * Cases: what this member asked another, notified it of, was asked or was notified of, and everything that
 * happened to it since. A case and its events are only ever added to; they are erased together when they are
 * older than is to be kept (store_expire). Who looked at a person's data is one question by subject.
 * No column but body holds anything personal: the subject is a keyed hash.
 */
#ifndef SERAI_STORE_CASES_H
#define SERAI_STORE_CASES_H

#include "store/store.h"

/* Who began it. */
enum case_side { CASE_ANY_SIDE, CASE_OURS, CASE_THEIRS };
static inline const char *case_side_word(enum case_side side)
{
    return side == CASE_OURS ? "ours" : side == CASE_THEIRS ? "theirs" : "any";
}

/* Which case: the reference is given by the member that began it and is unique with that member. */
struct case_name {
    enum case_side side;
    struct span other;     /* the other member, "KZ" */
    struct span reference; /* 1..64 visible ASCII characters */
};

/* Words (kind, purpose, article, state, what): 1..64 printable ASCII characters, blanks within. */
struct case_record {
    struct case_name name;
    struct span kind; /* "licence status", "offence" */
    bool has_subject;
    struct traveller_key subject; /* of the person or document asked about (store_traveller_key) */
    struct span purpose;          /* why data are looked at */
    struct span article;          /* the legal basis: an article of the agreement */
    unix_time at, until;          /* begun; to be answered by */
    struct span state;            /* after its last event: "open", "answered", … */
    struct span body;             /* the message as it went or came, byte for byte */
};

struct case_event {
    struct span id;    /* 1..64 visible ASCII, once in a case; empty: may happen any number of times */
    struct span what;  /* "answered", "paid", … */
    struct span state; /* of the case from now on; empty: unchanged */
    struct span from;  /* the state that the case must be in, else "case-state"; empty: any. Not stored */
    unix_time at;
    struct span body; /* may be empty */
};

/*
 * Records a case with its first n events (n may be 0) in one commit; durable when it returns true. The same
 * name again with the same kind, other member and body is STORE_REPEATED, with anything else STORE_CONFLICT;
 * then nothing is written, the events neither: what is known is had by store_find_case. Reasons besides those
 * of store_open: "request" (a field out of its range), "too-large" (a body above LIMIT_CASE_BODY).
 */
MUST_USE bool store_put_case(struct store *s, const struct case_record *r, const struct case_event *event,
                             size_t n, enum store_put *what, struct why *w);

/*
 * The same for a caller who does not wait: done is called once, after the commit, by the store's thread that
 * writes (store_put_check_later). Record, events and arena are the store's until then. ok false: w says why.
 * False: nothing was begun, and done is not called.
 */
typedef void store_case_done(void *ctx, bool ok, enum store_put what, const struct why *w);
MUST_USE bool store_put_case_later(struct store *s, const struct case_record *r,
                                   const struct case_event *event, size_t n, struct arena *a,
                                   store_case_done *done, void *ctx, struct why *w);

/* Adds an event. An id that is there already: STORE_REPEATED with the same what and body, else
 * STORE_CONFLICT; nothing is written then. Reasons besides: "case-unknown", "case-state". */
MUST_USE bool store_put_event(struct store *s, const struct case_name *name, const struct case_event *event,
                              enum store_put *what, struct why *w);

struct case_view {
    int64_t seq; /* counts cases of this store, in the order they were recorded */
    struct case_record record;
    size_t n_events;
    const struct case_event *event; /* oldest first */
};

/* All of it into the arena. *out only if *found. One of ours is found without the other member too (empty).
 */
MUST_USE bool store_find_case(struct store *s, const struct case_name *name, bool *found, struct arena *a,
                              struct case_view *out, struct why *w);

/* Empty spans, NULL and CASE_ANY_SIDE leave a member out of the question. */
struct case_filter {
    struct span kind, state, other;
    enum case_side side;
    const struct traveller_key *subject;
    bool overdue; /* to be answered before `now` */
    unix_time now;
    int64_t before; /* cases with a lower seq only, for the next page; 0: from the newest */
    size_t most;    /* on a page; at most LIMIT_CASE_PAGE */
    bool bodies;    /* with the bodies; else these are empty */
};

/* A page of cases with their events, newest first. *next is what `before` must be for the one after it; 0:
 * this is the last. */
MUST_USE bool store_list_cases(struct store *s, const struct case_filter *f, struct arena *a,
                               const struct case_view **ret, size_t *n, int64_t *next, struct why *w);

/*
 * Registers: what a member keeps of its own documents, by keyed hash. Entries are only added; the newest
 * counts, the others are its history. name: as the words above, "licence".
 */
struct register_entry {
    int64_t seq; /* in the order of recording; 0 in what is put */
    unix_time at;
    struct span body;
};

/* Durable when it returns true. The same body as the newest entry's again is STORE_REPEATED. must_be_new: a
 * key that has an entry with another body is STORE_CONFLICT. */
MUST_USE bool store_put_register(struct store *s, struct span name, const struct traveller_key *key,
                                 const struct register_entry *e, bool must_be_new, enum store_put *what,
                                 struct why *w);

/* The entries of a key, newest first, at most `most`; n = 0: unknown key. */
MUST_USE bool store_register(struct store *s, struct span name, const struct traveller_key *key, size_t most,
                             struct arena *a, const struct register_entry **ret, size_t *n, struct why *w);

#endif
