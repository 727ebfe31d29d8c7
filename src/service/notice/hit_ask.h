/*
 * What members ask each other of a hit: the owner of the notice, by whoever met the person. Topic "hit": a
 * person answers within the deadline. Topic "misused identity": the owner tells the others, with the
 * person's consent, that this document is not of whom the notice is about; nobody else's word counts.
 */
#ifndef SERAI_SERVICE_NOTICE_HIT_ASK_H
#define SERAI_SERVICE_NOTICE_HIT_ASK_H

#include "service/notice/hit.h"

extern const struct ask_topic hit_topic;              /* "hit" */
extern const struct ask_topic misused_identity_topic; /* "misused identity" */

/* The body of the question: a map of CBOR, deterministic. */
struct hit_question {
    struct span entity, version; /* the notice */
    struct span outcome;         /* "possible", "confirmed"; "no match" with the person's consent */
    struct span reason;          /* of the officer */
    bool consent;
    struct hit_traveller traveller;
};
void hit_question_put(const struct hit_question *q, struct buffer *b);
MUST_USE bool hit_question_read(struct span body, struct arena *a, struct hit_question *out, struct why *w);

/* Of the answer. */
struct hit_reply {
    struct span says;    /* "the person", "not the person", "cannot say" */
    struct span text;    /* what to do, or why */
    struct span officer; /* of the owner */
};
/* One of the three. */
bool hit_says_ok(struct span s);
void hit_reply_put(const struct hit_reply *r, struct buffer *b);
MUST_USE bool hit_reply_read(struct span body, struct arena *a, struct hit_reply *out, struct why *w);

struct misused_identity {
    struct span entity, version, issuer, number;
    unix_time until;
};
void misused_identity_put(const struct misused_identity *m, struct buffer *b);
MUST_USE bool misused_identity_read(struct span body, struct arena *a, struct misused_identity *out,
                                    struct why *w);

/* ---- asking ---- */

/* "H-ABCDEF.2": the hit, and which question about it. */
MUST_USE bool hit_ask_owner(const struct hit_desk *d, const struct hit_shown *h, const struct hit_order *o,
                            unix_time now, struct arena *a, struct hit_closed *out, struct why *w);

/* ---- tasks ---- */

struct hit_task {
    enum case_side side; /* ours: we asked; theirs: a person here answers */
    struct span member, reference;
    struct span hit; /* of ours; empty of theirs */
    unix_time at, until;
    struct span state; /* of the case */
    bool open, overdue;
};
/* Newest first; late: only open ones past the deadline or due within so many seconds. */
MUST_USE bool hit_tasks(const struct hit_desk *d, bool late, int64_t within, unix_time now, struct arena *a,
                        const struct hit_task **ret, size_t *n, struct why *w);

/* One that another member asked: what it says, after an entry. Reasons "task-unknown", "officer", "purpose".
 */
MUST_USE bool hit_task_show(const struct hit_desk *d, const struct hit_caller *c, struct span member,
                            struct span reference, unix_time now, struct arena *a, struct hit_task *task,
                            struct hit_question *q, struct why *w);

/* The answer, once; *message goes to the asker. After "not the person" with consent the other parties are
 * told too: *told of them. Reasons besides: "says", "reason". */
MUST_USE bool hit_task_answer(const struct hit_desk *d, const struct hit_caller *c, struct span member,
                              struct span reference, const struct hit_reply *r, unix_time now,
                              struct arena *a, size_t *told, struct why *w);

/* The owner's answer to the newest question of a hit. */
struct hit_owner_said {
    bool asked;
    struct span reference;
    enum ask_state state;
    unix_time at, until;
    struct span reason;
    struct hit_reply reply; /* says empty: none */
};
MUST_USE bool hit_owner_said(const struct hit_desk *d, const struct hit_view *v, unix_time now,
                             struct arena *a, struct hit_owner_said *out, struct why *w);

#endif
