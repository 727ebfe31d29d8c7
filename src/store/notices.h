/*
 * Notices of all members and what the members said of them, as they came out of the logs, and drafts of this
 * member's own. What is written in them is sealed with a key of the store's own key file: the database alone
 * shows ids, kinds, states and times. What they mean is the service's to say (service/notice/notice_book.h).
 */
#ifndef SERAI_STORE_NOTICES_H
#define SERAI_STORE_NOTICES_H

#include "store/store.h"

enum { STORE_NOTICE_DIGEST = 32 };

struct notice_row {
    struct span origin; /* where it stands, with place */
    int64_t place;
    struct span id, issuer, kind;
    int64_t version;
    bool open;                     /* published to all; else to its reviewer alone */
    struct span digest, substance; /* STORE_NOTICE_DIGEST bytes */
    unix_time at, expires;
    struct span body; /* plain; empty: erased, or not asked for */
};

struct notice_event_row {
    struct span origin;
    int64_t place;
    struct span id, what, member, kind;
    int64_t version;
    unix_time at;
    struct span digest; /* empty: it names no version */
    struct span body;   /* plain; may be empty */
};

/* Durable when it returns true; what is there at that place already stays. *news false: it was. Reasons
 * besides those of store_open: "request", "too-large" (a body above LIMIT_NOTICE). */
MUST_USE bool store_put_notice(struct store *s, const struct notice_row *r, bool *news, struct why *w);
MUST_USE bool store_put_notice_event(struct store *s, const struct notice_event_row *r, bool *news,
                                     struct why *w);

struct notice_rows {
    size_t n, n_events;
    const struct notice_row *row;         /* by version */
    const struct notice_event_row *event; /* in the order of their times */
};
enum { STORE_NOTICE_VERSIONS = 256, STORE_NOTICE_EVENTS = 1024 };

/* All of one notice, into the arena; n and n_events 0: nothing. bodies false: none are opened. */
MUST_USE bool store_find_notice(struct store *s, struct span id, bool bodies, struct arena *a,
                                struct notice_rows *out, struct why *w);

/* Ids after `after`, in order, at most `most`: of all that were proposed; or, live set, of those alone whose
 * body is here and that expire after it. */
MUST_USE bool store_notice_ids(struct store *s, struct span after, unix_time live, size_t most,
                               struct arena *a, const struct span **ret, size_t *n, struct why *w);

/* Ids whose body is here and that expired before then. */
MUST_USE bool store_notices_expired(struct store *s, unix_time before, size_t most, struct arena *a,
                                    const struct span **ret, size_t *n, struct why *w);

/* Bodies of all versions and events of it, overwritten and gone; ids, words and times stay. */
MUST_USE bool store_erase_notice(struct store *s, struct span id, struct why *w);
/* Bodies of the versions below that one. */
MUST_USE bool store_erase_notice_versions(struct store *s, struct span id, int64_t below, struct why *w);

/* ---- drafts ---- */

struct notice_draft_row {
    struct span reference, state, id; /* id empty: none yet */
    int64_t revision;
    unix_time at, last;
    struct span body; /* plain; empty: erased, or not asked for */
};

/* A new one (revision 1), or the next revision of that one. Reasons besides: "notice-exists",
 * "notice-unknown", "notice-moved" (it has another revision by now: look again). */
MUST_USE bool store_put_notice_draft(struct store *s, const struct notice_draft_row *r, struct why *w);
MUST_USE bool store_find_notice_draft(struct store *s, struct span reference, bool *found, struct arena *a,
                                      struct notice_draft_row *out, struct why *w);
/* Newest first, without bodies. */
MUST_USE bool store_list_notice_drafts(struct store *s, size_t most, struct arena *a,
                                       const struct notice_draft_row **ret, size_t *n, struct why *w);
/* Of a draft that is over, and of all drafts of that notice: bodies gone. */
MUST_USE bool store_erase_notice_drafts(struct store *s, struct span reference, struct span id,
                                        struct why *w);

#endif
