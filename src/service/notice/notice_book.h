/*
 * What a node holds of the notices of all members, its own too: versions, reviews, states, flags, out of the
 * members' logs in whatever order they arrive. Which state a notice is in is computed for a time, never kept,
 * so that an expiry needs nothing to be sent. Bodies rest sealed in the store (store/notices.h).
 *
 * Threads may read while one takes records.
 */
#ifndef SERAI_SERVICE_NOTICE_NOTICE_BOOK_H
#define SERAI_SERVICE_NOTICE_NOTICE_BOOK_H

#include "service/notice/notice_statement.h"
#include "store/notices.h"

enum { NOTICE_FLAGS = 32 };

/* A notice as it stands at a time. Spans are the arena's. */
struct notice_held {
    struct span id, issuer, kind;
    enum notice_state state;
    bool acts;                 /* this member acts on it: active and not flagged here */
    enum notice_action action; /* what is asked here: that of the flagged when flagged */
    int64_t version;           /* that counts */
    unix_time at, expires, review_due;
    unix_time since;              /* in that state, as far as it is known; 0: not known */
    bool lapsed;                  /* proposed, and the term of its review is over: never active by silence */
    struct span reviewer;         /* the member drawn; empty: the kind has no review */
    bool confirmed;               /* the version proposed last, by that member and in its term */
    bool for_review;              /* by this member, now */
    size_t n_erased;              /* members that signed that it is gone there */
    unix_time proposed, reviewed; /* of the newest version that was; 0: not */
    int64_t proposed_version;     /* the newest */
    uint8_t proposed_digest[NOTICE_DIGEST];
    struct span reason; /* of the refusal, suspension, withdrawal; empty: erased, or none */
    size_t n_flags;
    struct notice_flag flag[NOTICE_FLAGS];
    const struct notice *notice; /* the version that counts; NULL: erased, or not held here */
};

struct notice_book;

/* Told after something about a notice changed, by the thread that took it; the state may be the same. */
struct notice_watch {
    void *ctx;
    void (*changed)(void *ctx, struct span id);
};

/* s, g outlive it; member: whose node this is. */
MUST_USE bool notice_book_open(struct store *s, const struct agreement *g, struct span member,
                               struct notice_book **ret, struct why *w);
void notice_book_close(struct notice_book *b); /* NULL allowed */

/* ---- what arrives ---- */

/* A record out of a log: of another member (sync/consumers.h), or this member's own. */
struct notice_arrival {
    struct span owner;                           /* the member whose log it is */
    struct span name;                            /* of its node: "kz.specimen" */
    const uint8_t *pub;                          /* its node key now; NULL: not known */
    struct span stream, audience, shard, origin; /* as in the origin */
    uint64_t index, ordinal; /* ordinal: how many of type NOTICE_TYPE_PROPOSED stand before it in that log */
    struct span type, body;
    bool erased;
};

/*
 * Takes one record; twice is once. What does not hold (signature, form, another member's notice, a number out
 * of turn) is passed over for good, and *why_not says why when it is not NULL. False: the store failed. A
 * withdrawal is in force, and every body of the notice gone from this store, when it returns.
 */
MUST_USE bool notice_book_take(struct notice_book *b, const struct notice_arrival *x, struct why *why_not,
                               struct why *w);

/* Ids of all notices known here, in order, after `after`; in pages. */
MUST_USE bool notice_book_ids(struct notice_book *b, struct span after, size_t most, struct arena *a,
                              const struct span **ret, size_t *n, struct why *w);

/* The version with that digest, as it was published to its reviewer or to all; NULL: not here. */
MUST_USE bool notice_book_version(struct notice_book *b, struct span id, const uint8_t digest[NOTICE_DIGEST],
                                  struct arena *a, const struct notice **out, struct span *json,
                                  struct why *w);

/* What was said of it, in the order of its times; reasons are there until it is erased. */
MUST_USE bool notice_book_said(struct notice_book *b, struct span id, struct arena *a,
                               const struct notice_event_row **ret, size_t *n, struct why *w);

enum { NOTICE_EXPIRED_KEPT = 7 * 86400 };
/* Erases what expired NOTICE_EXPIRED_KEPT seconds ago, and superseded versions. *n: notices erased. */
MUST_USE bool notice_book_tidy(struct notice_book *b, unix_time now, size_t *n, struct why *w);

enum { NOTICE_WATCHES = 4 };
/* Before records are taken. False: no room. */
MUST_USE bool notice_book_watch(struct notice_book *b, const struct notice_watch *watch);

/*
 * Every notice that is active at that time, in the order of their ids: suspended, expired and unreviewed ones
 * are never among them; flagged ones are, with acts false. `one` gets spans that last until it returns; it
 * ends the walk by returning false (with why: the walk fails).
 */
MUST_USE bool notice_book_active(struct notice_book *b, unix_time now,
                                 bool (*one)(void *ctx, const struct notice_held *h, struct why *w),
                                 void *ctx, struct why *w);

/* One, in whatever state. *found false: no such notice here. *out is the arena's. */
MUST_USE bool notice_book_find(struct notice_book *b, struct span id, unix_time now, struct arena *a,
                               bool *found, const struct notice_held **out, struct why *w);

#endif
