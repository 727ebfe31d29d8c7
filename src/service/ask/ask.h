/*
 * Asking another member, and answering it. A question and its answer are messages (deterministic CBOR), each
 * signed by its member (seal.h); a carrier takes the bytes across, and nothing else crosses. Both sides
 * record both as they were signed, with the purpose, before anything is said: what is asked is in the asker's
 * store before it leaves, an answer in the answering store before it is given. So each side holds proof of
 * what the other said. No answer is ever made of silence.
 *
 * message.c bytes; seal.c signatures; proof.c what a third party is shown; office.c who asks; desk.c who
 * answers; desks.c a carrier to desks in the same process; runner.c what is sent again until it has arrived.
 */
#ifndef SERAI_SERVICE_ASK_ASK_H
#define SERAI_SERVICE_ASK_ASK_H

#include "agreement/agreement.h"
#include "service/ask/counts.h"
#include "service/ask/seal.h"
#include "store/cases.h"

/* ---- messages ---- */

struct ask_question {
    struct span reference;    /* the asker's, 1..64 visible ASCII characters */
    struct span topic;        /* "licence status" */
    struct span from, to;     /* members, two capital letters */
    struct span purpose;      /* why the data are looked at; empty is readable, and refused */
    struct span article;      /* of the agreement: the legal basis */
    unix_time at, until;      /* asked; to be answered by */
    struct span body;         /* of the topic */
    struct span role;         /* of the office that asks, "road-police"; may be empty */
    struct ask_beside beside; /* of a long body */
};

enum ask_said {
    ASK_SAID_ANSWERED,
    ASK_SAID_ACKNOWLEDGED, /* received; the answer comes later, or none is due (a notice) */
    ASK_SAID_REFUSED,      /* reason says why */
    ASK_SAID_UNKNOWN,      /* nothing is kept here of what was asked about */
};
/* "answered", "acknowledged", "refused", "unknown" */
const char *ask_said_word(enum ask_said s);

struct ask_answer {
    struct span reference, topic; /* of the question */
    struct span from, to;         /* who answers; who asked */
    struct span question;         /* SHA-256 of the question's bytes, signature and all */
    enum ask_said said;
    struct span reason; /* kebab-case, of a refusal; else empty */
    unix_time at;
    struct span body;
    struct ask_beside beside; /* of a long body */
};

void ask_question_put(const struct ask_question *q, struct buffer *b);
void ask_answer_put(const struct ask_answer *n, struct buffer *b);
/* A message whose body stands beside it (beside.size) says its size and SHA-256 in place of it; what is read
 * then has no body yet. Spans point into in. Whatever is read writes back to the same bytes. Reasons: those
 * of cbor_check, "STRUCT", "VALUE". */
MUST_USE bool ask_question_read(struct span in, struct arena *a, struct ask_question *out, struct why *w);
MUST_USE bool ask_answer_read(struct span in, struct arena *a, struct ask_answer *out, struct why *w);

/* The same of what was signed, with the body that stands beside it. Reasons besides: "beside". */
MUST_USE bool ask_question_open(const struct ask_sealed *m, struct arena *a, struct ask_question *out,
                                struct why *w);
MUST_USE bool ask_answer_open(const struct ask_sealed *m, struct arena *a, struct ask_answer *out,
                              struct why *w);

/* The same from the signed bytes in a store, which were verified before they were stored; or bare ones, from
 * before messages were signed. Reasons besides: those of ask_sealed_read. */
MUST_USE bool ask_question_stored(struct span in, struct arena *a, struct ask_question *out, struct why *w);
MUST_USE bool ask_answer_stored(struct span in, struct arena *a, struct ask_answer *out, struct why *w);

/* ---- topics ---- */

struct ask_desk;

/* What a handler says; the desk makes the message of it. */
struct ask_reply {
    enum ask_said said;
    const char *reason; /* of a refusal; static */
    struct span body;   /* in the arena */
    const char *state;  /* of the case; NULL: that of said */
    bool has_subject;   /* whom or what it was about, where the topic's subject cannot say so */
    struct traveller_key subject;
};

/* What a question waits for. */
enum ask_due {
    ASK_DUE_ANSWER,  /* an answer, given at once */
    ASK_DUE_LATER,   /* an answer, now or after an acknowledgement: a person may have to give it */
    ASK_DUE_NOTHING, /* it is a notice: received is enough, and its service sends it again itself */
};

/* One kind of question, the same at both sides. Who may put it, under which article and for which purposes,
 * is said by the agreement ("asking"). */
struct ask_topic {
    const char *name; /* "licence status"; also the kind of its cases */
    bool waits;       /* its answer takes longer than a look into a store */
    size_t most;      /* bytes of a body, asked or answered; 0: LIMIT_ASK_BODY. At most LIMIT_ASK_LARGE */
    enum ask_due due;
    /* Whom or what the body is about, for the record; false: the body says nothing, or is not understood. */
    bool (*subject)(const struct store *s, const struct ask_question *q, struct arena *a,
                    struct traveller_key *out);
    /* False with a reason only for trouble at the desk (its store): the asker is told nothing, and may ask
     * again. A body that is not understood is a refusal. Must not put cases itself. */
    bool (*answer)(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                   struct ask_reply *out, struct why *w);
};

struct ask_office;

/*
 * The article that such a question to that member rests on, in the version that speaks between the two at
 * that time; "none", which is refused, when it has none. May live in the arena.
 */
struct span ask_article(const struct ask_office *o, const struct ask_topic *t, struct span to,
                        struct span purpose, unix_time at, struct arena *a);

/* ---- answering ---- */

/*
 * agreement_asking by the version that speaks between the two members and the register of instruments as they
 * stand now (agreement/regime.h), for whoever asks or answers without knowing where they come from. Called by
 * several threads.
 */
struct ask_law {
    const char *(*asking)(void *ctx, const struct asking *q);
    void *ctx;
    /* Of that version: the article of q, or, where q names none, the first that lets it be put, and the only
     * office that may; copied into the arena, empty: none. NULL: of the text that was given. */
    void (*basis)(void *ctx, const struct asking *q, struct arena *a, struct span *article,
                  struct span *role);
};

struct ask_desk {
    struct span member;
    const struct agreement *agreement;
    const struct ask_law *law; /* NULL: the agreement alone */
    struct store *store;
    const struct ask_topic *const *topics; /* ended by NULL */
    const struct signer *signer;           /* the member's node key */
    struct ask_keys keys;                  /* of those who ask */
    void *ctx;                             /* for its topics */
    struct ask_counts *counts;             /* NULL: nothing is counted */
};

/*
 * The signed answer to the bytes of a question that `sender` sent, as the transport knows it, and not as the
 * message says. The same bytes again get the same bytes, recorded once. Refusals, in this order of looking:
 *   "unsigned"         a question that nobody signed
 *   "malformed"        the bytes are no question
 *   "sender"           from is not who sent it
 *   "not-for-us"       to is another member
 *   "key"              signed with a key that is none of that member's, or the member does not count now
 *   "aad"              signed as something else: an answer, or for another member
 *   "signature"        the signature does not hold
 *   "too-large"        the body is longer than its topic takes
 *   "replayed"         the reference was used for another question
 *   "not-a-party"      asker or answerer is no party of the agreement
 *   "topic"            this desk answers no such questions
 *   "not-agreed"       no article of the agreement lets such a question be put
 *   "purpose-missing", "purpose"   none; not one that any article lets it be put for
 *   "article"          no article of the agreement, or one that does not let it be put for this purpose
 *   "not-bound"        the article does not bind asker or answerer: reserved so, or by the register of
 *                      instruments on the day of asking or today
 *   "role-missing", "role"         none; not one that may put it for this purpose
 *   "deadline"         until is not after at, or too far from it
 *   "future"           asked more than LIMIT_ASK_SKEW seconds from now
 *   "past-deadline"
 * and those of the topic ("body"). Refusals are recorded too, but those before "replayed", which show no
 * member's will. False: no answer can be given, signed or recorded now, or a is too small.
 */
MUST_USE bool ask_desk_answer(const struct ask_desk *d, struct span sender, struct span question,
                              unix_time now, struct arena *a, struct span *answer, struct why *w);

/*
 * ask_desk_answer in two halves, for whoever must not wait for the disk. True with *visit NULL: *answer is
 * there already, as nothing of it is recorded. True with a visit: done is called with its ctx, once, by the
 * store's thread, and ask_desk_end then gives the answer; question and arena must stay until that. False: as
 * ask_desk_answer, done is not called. Reason besides "topic-waits": the topic's answer takes longer; nothing
 * was done.
 */
struct ask_visit;
MUST_USE bool ask_desk_begin(const struct ask_desk *d, struct span sender, struct span question,
                             unix_time now, struct arena *a, void (*done)(void *ctx), void *ctx,
                             struct ask_visit **visit, struct span *answer, struct why *w);
/* Reason besides "repeated": the reference was there before; ask_desk_answer says what was answered then. */
MUST_USE bool ask_desk_end(const struct ask_visit *v, struct span *answer, struct why *w);

/* An answer that comes after an acknowledgement: recorded here; *message is what to send to the asker, as the
 * runner does (runner.h). Reasons besides: "case-unknown", "case-state" (answered before, and not by this).
 */
MUST_USE bool ask_desk_later(const struct ask_desk *d, struct span asker, struct span reference,
                             const struct ask_reply *reply, unix_time now, struct arena *a,
                             struct span *message, struct why *w);

/* ---- carrying ---- */

/*
 * Takes a question to a member and brings the answer, or an empty one when it was taken and the answer will
 * come by ask_receive. False: it did not get there, or nothing came back; the same bytes may be sent again.
 * Called by several threads. Must give up by `until`.
 */
struct ask_carrier {
    void *ctx;
    bool (*carry)(void *ctx, struct span to, struct span question, unix_time until, struct arena *a,
                  struct span *answer, struct why *w);
};

/* Desks in the same process. */
struct ask_desks {
    struct span from; /* who asks */
    const struct ask_desk *desk;
    size_t n;
    unix_time (*now)(void *ctx); /* NULL: the question's own time */
    void *ctx;
};
struct ask_carrier ask_desks_carrier(const struct ask_desks *d);

/* ---- asking ---- */

struct ask_office {
    struct span member;
    const struct agreement *agreement;
    const struct ask_law *law; /* NULL: the agreement alone */
    struct store *store;
    struct ask_carrier carrier;        /* carry NULL: nobody can be reached */
    unix_time (*now)(void *ctx);       /* when an answer came; NULL: the time of asking */
    void (*random)(void *p, size_t n); /* for references; node_key.h has it */
    void *ctx;                         /* of now */
    const struct signer *signer;       /* the member's node key; NULL: nothing can be asked */
    struct ask_keys keys;              /* of those who answer */
    struct ask_counts *counts;         /* NULL: nothing is counted */
};

enum ask_state {
    ASK_OPEN,        /* recorded; nothing came yet and the deadline has not passed */
    ASK_ANSWERED,    /* in time */
    ASK_LATE,        /* nothing by the deadline; what came after it is kept, and in body */
    ASK_UNREACHABLE, /* it did not get there, or what came is no answer to it */
    ASK_REFUSED,     /* reason says why: by the other member, or here before anything was sent */
    ASK_UNKNOWN,     /* the other member keeps nothing of what was asked about */
};
/* "open", "answered", "late", "unreachable", "refused", "unknown": also the state of the case */
const char *ask_state_word(enum ask_state s);

struct ask_order {
    const struct ask_topic *topic;
    struct span reference; /* empty: made here */
    struct span to, purpose, article;
    unix_time at, until;
    struct span body;
    struct span role; /* empty: the only one that the agreement lets ask for this purpose */
    bool has_subject; /* whom or what it is about, where the topic's subject cannot say so */
    struct traveller_key subject;
};

struct ask_outcome {
    enum ask_state state;
    bool ours;         /* refused here: nothing was sent */
    bool acknowledged; /* received over there */
    struct span reference, from;
    struct span reason; /* of a refusal, or of what came and was no answer; else empty */
    unix_time at;       /* of the answer; 0: none */
    struct span body;   /* of the answer, also of a late one */
};

/*
 * Records, carries, judges, records. An answer counts only if it is well-formed, has the reference, topic,
 * members and hash of this question, is signed by the member asked for this topic and purpose, and has a time
 * between its asking and now; anything else is ASK_UNREACHABLE with a reason ("answer-unsigned",
 * "answer-malformed", "answer-from-another", "answer-other-question", "answer-key", "answer-aad",
 * "answer-signature", "answer-time"), and the bytes are kept.
 * The same reference with the same order again asks again, in the same bytes, unless it is settled; with
 * another one it is refused ("reference-used"). Refused here, and recorded, before anything is sent: what the
 * agreement does not allow, in the words of ask_desk_answer. False: it could not be signed ("no-key",
 * "token") or recorded; nothing was sent, or what came is lost and may be asked for again.
 */
MUST_USE bool ask(const struct ask_office *o, const struct ask_order *q, struct arena *a,
                  struct ask_outcome *out, struct why *w);

/* An answer that came by itself, from `sender` as the transport knows it. Reasons for false: "no-question",
 * and those above for what is no answer. */
MUST_USE bool ask_receive(const struct ask_office *o, struct span sender, struct span answer, unix_time now,
                          struct arena *a, struct ask_outcome *out, struct why *w);

/* What is known of a question by now. to may be empty. */
MUST_USE bool ask_look(const struct ask_office *o, struct span to, struct span reference, unix_time now,
                       struct arena *a, bool *found, struct ask_outcome *out, struct why *w);

/*
 * Sends a question of ours that is on its way again, with the bytes of then. Settled, refused or late:
 * nothing is sent, and out says how it stands. Reason besides: "no-question".
 */
MUST_USE bool ask_again(const struct ask_office *o, struct span to, struct span reference, unix_time now,
                        struct arena *a, struct ask_outcome *out, struct why *w);

/* A case for the audit, as an object: its members but the bodies, and its events. */
struct json_writer;
void ask_case_json(struct json_writer *w, const struct case_view *v);

#endif
