/*
 * What this member's offices do about notices: drafting and signing its own, reviewing another's, flagging,
 * suspending, withdrawing, prolonging; and what follows by itself: publishing what was confirmed, erasing
 * what has ended. Everything that counts is published in this member's logs first, and then read back from
 * there into the book, as the other members do.
 *
 * notice_log.c the logs; notice_desk.c offices; notice_pass.c what follows by itself.
 */
#ifndef SERAI_SERVICE_NOTICE_NOTICE_DESK_H
#define SERAI_SERVICE_NOTICE_NOTICE_DESK_H

#include "log/streams.h"
#include "service/notice/notice_book.h"

struct notice_desk;

struct notice_desk_options {
    struct span member, name; /* "KZ", "kz.specimen" */
    const struct agreement *agreement;
    struct store *store;
    struct notice_book *book;
    struct streams *streams;     /* NULL: this node publishes nothing, and reads alone */
    const struct signer *signer; /* of the node key; NULL likewise */
    void (*random)(void *p, size_t n);
    const char *const *officers; /* who may act; n_officers 0: whoever gives a well-formed id */
    size_t n_officers;
};

/* What the options point to outlives it. */
struct notice_desk *notice_desk_open(const struct notice_desk_options *o);
void notice_desk_close(struct notice_desk *d); /* NULL allowed */
const struct notice_desk_options *notice_desk_of(const struct notice_desk *d);

/* Reads on in this member's own logs. Called before anything is said, and at each pass. */
MUST_USE bool notice_desk_read_on(struct notice_desk *d, unix_time now, struct why *w);

/* ---- drafting and signing: two officers ---- */

struct notice_drafted {
    char reference[20]; /* "N-…" */
    uint32_t faults;    /* 1 << enum notice_fault: as it stands, but for the second officer */
    const struct notice *notice;
};

/*
 * An officer's draft: {"notice": …} of notice_read_draft. Its check-list and assessment are signed by this
 * officer, now. With an id it is a new version of that notice of this member. reference empty: a new one.
 * Reasons: those of notice_read_draft, "officer", "unknown" (no notice of ours has this id), "state" (it has
 * ended), "draft-unknown", "not-ready".
 */
MUST_USE bool notice_desk_draft(struct notice_desk *d, struct span officer, struct span reference,
                                struct span json, unix_time now, struct arena *a, struct notice_drafted *out,
                                struct why *w);

struct notice_signed {
    char id[NOTICE_ID];
    int64_t version;
    uint32_t faults; /* not 0: nothing was published */
    bool review;     /* another member is to review it: */
    char reviewer[4];
};

/*
 * The second officer signs, and the notice is proposed: published to its reviewer alone, or to all where the
 * agreement wants no review, or only times were changed. True with faults: refused at intake, each with its
 * reason. Reasons: "officer", "same-officer", "draft-unknown", "state", "no-reviewer", those of the log.
 */
MUST_USE bool notice_desk_sign(struct notice_desk *d, struct span reference, struct span officer,
                               unix_time now, struct arena *a, struct notice_signed *out, struct why *w);

/* ---- reviewing, flagging, ending ---- */

struct notice_act {
    enum notice_what what; /* CONFIRMED … UNFLAGGED */
    struct span id;
    struct span digest; /* of a review: in hex, of the version that was looked at */
    bool checked;       /* of a confirmation: the officer looked at all of notice_checks */
    struct span officer, reason;
};

/*
 * One officer's act. A confirmation and a resumption wait for a second, different officer who says the same:
 * *published false. Reasons: "officer", "same-officer" (said by this one already), "reason", "unknown",
 * "not-reviewer", "changed" (another version than the newest), "lapsed" (the term of the review is over),
 * "check-list", "not-ours", "own" (flagging one's own), "state", those of the log.
 */
MUST_USE bool notice_desk_act(struct notice_desk *d, const struct notice_act *x, unix_time now,
                              struct arena *a, bool *published, struct why *w);

/* ---- redress: owner and asker ---- */

/* CONSULTED by the member that was asked for access, DISCLOSE and RESTRICT by the owner. */
MUST_USE bool notice_desk_redress(struct notice_desk *d, const struct notice_statement *s, unix_time now,
                                  struct arena *a, struct why *w);

/* ---- what follows by itself ---- */

struct notice_passed {
    size_t published, erased, signed_erased;
};
/* Publishes what was confirmed; erases what ended, and signs that it did once nothing is left here. */
MUST_USE bool notice_desk_pass(struct notice_desk *d, unix_time now, bool (*ended)(void *ctx), void *ctx,
                               struct notice_passed *out, struct why *w);

/* Office ids: 2..40 of a-z, 0-9, ".", "-"; capitals are small; dots and hyphens tell nobody apart. Reason
 * "officer": another form, or none of the list. */
enum { NOTICE_OFFICER = 41 };
MUST_USE bool notice_officer(const struct notice_desk *d, struct span given, char out[NOTICE_OFFICER],
                             struct why *w);
bool notice_same_officer(struct span a, struct span b);

/* Not for callers: the log of the desk. */
MUST_USE bool notice_log_publish(struct notice_desk *d, bool notice, const char *stream, struct span audience,
                                 const char *type, struct span json, unix_time now, struct arena *a,
                                 struct why *w);
MUST_USE bool notice_log_say(struct notice_desk *d, const struct notice_statement *s, struct span audience,
                             unix_time now, struct arena *a, struct why *w);
MUST_USE bool notice_log_read(struct notice_desk *d, unix_time now, struct why *w);
MUST_USE bool notice_log_erase(struct notice_desk *d, struct span origin, uint64_t index, unix_time now,
                               struct why *w);
/* The body that stands there is gone: in an own log, or in what is held of another's. */
MUST_USE bool notice_log_gone(struct notice_desk *d, struct span origin, uint64_t index, struct arena *a,
                              bool *gone, struct why *w);
/* The shard that the next proposal goes to, and how many stand in it. */
void notice_log_next(const struct notice_desk *d, unix_time now, char shard[16], uint64_t *n);
/* "ir-kz" of two members. */
void notice_log_pair(struct span a, struct span b, char out[8]);
void notice_desk_lock(struct notice_desk *d);
void notice_desk_unlock(struct notice_desk *d);

#endif
