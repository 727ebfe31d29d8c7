/*
 * Offences: a fine issued in one member is notified to the member of the licence (or of the vehicle) and
 * answered there, as records. A notice is acknowledged, not judged (as a RESPER status notification); what
 * becomes of it is said in steps, each an event of the notice's case at both members. Nothing of an offence
 * is a fact of any agreement: it changes no recognition, and a person decides what follows.
 *
 * One order for both sides: the notifying member counts the steps. Its own are counted when they are
 * recorded; those of the home member when they arrive there, and only then do they count at home. So home is
 * never ahead, and what crosses is refused to home ("late"), never lost at the notifier.
 */
#ifndef SERAI_SERVICE_LICENCE_OFFENCE_H
#define SERAI_SERVICE_LICENCE_OFFENCE_H

#include "agreement/tongue.h"
#include "service/ask/ask.h"
#include "service/licence/register.h"

extern const struct ask_topic offence_topic;      /* "offence": a notice */
extern const struct ask_topic offence_step_topic; /* "offence step": what becomes of one, both ways */

#define OFFENCE_PURPOSE "offence-notice" /* the only one of both topics */

enum { OFFENCE_REFERENCE = 48, OFFENCE_STEPS = 64 }; /* bytes of a reference; steps of a notice */

/* A class of data/licence/offences.tsv, its name in English. */
struct offence_class {
    const char *word, *name;
};
size_t offence_classes(const struct offence_class **out);
/* For the reader; NULL: no such class. */
const char *offence_class_in(struct span word, const struct tongue *t);

/* Texts are UTF-8 without control characters; empty: not said. */
struct offence_notice {
    struct span check;               /* reference of the check that led to it */
    struct span where;               /* the member where it happened: the notifier, "IR" */
    struct span authority;           /* that fines; an office */
    struct span act, code, words;    /* class; national code; what was done, never empty */
    struct span place;               /* never empty */
    unix_time at;                    /* when it happened */
    struct span amount, currency;    /* "1500.50" "IRR"; both or neither */
    struct date pay_until;           /* last day to pay or contest */
    struct span redress;             /* how to contest; never empty */
    struct span issuer;              /* of the licence; empty: only a plate is known */
    struct span number;              /* of the licence, or: */
    struct span digest;              /* LICENCE_DIGEST bytes */
    struct span driver, plate, note; /* one of number, digest and plate is there */
};

enum offence_side { OFFENCE_NOTIFIER = 1, OFFENCE_HOME = 2 }; /* also bits */

enum offence_word {                  /* a step, and the state it leads to */
                    OFFENCE_NO_WORD, /* not delivered, or refused: no step yet */
                    OFFENCE_ACKNOWLEDGED,
                    OFFENCE_UNKNOWN, /* home knows no such licence or vehicle */
                    OFFENCE_PAID,
                    OFFENCE_CONTESTED,
                    OFFENCE_TRANSFERRED, /* home has taken over to enforce it */
                    OFFENCE_WITHDRAWN,
                    OFFENCE_CLOSED,
                    OFFENCE_WORDS
};
const char *offence_word(enum offence_word w);
enum offence_word offence_word_from(struct span s); /* OFFENCE_NO_WORD: none of them */

/* NULL, or why this side may not say that in this state: "not-delivered", "closed", "not-yours" (this side
 * never says it), "state". */
const char *offence_objection(enum offence_word state, enum offence_side side, enum offence_word step);

struct offence_step {
    struct span reference, notifier; /* of the notice */
    struct span from;                /* the member that says it */
    int64_t n;                       /* its place among the steps, from 1 */
    enum offence_word word;
    unix_time at;                 /* said */
    struct span amount, currency; /* paid */
    struct date day;              /* of the payment, of the complaint; may be unset */
    struct span payment;          /* the payment's reference */
    struct span reason;           /* of a complaint, a withdrawal */
    struct span before;           /* the body that decides on a complaint */
};

/* Bodies as deterministic CBOR. Whatever is read writes back to the same bytes. Reasons: those of cbor_check,
 * "STRUCT", "VALUE". */
void offence_notice_put(const struct offence_notice *x, struct buffer *b);
void offence_step_put(const struct offence_step *x, struct buffer *b);
MUST_USE bool offence_notice_read(struct span in, struct arena *a, struct offence_notice *out, struct why *w);
MUST_USE bool offence_step_read(struct span in, struct arena *a, struct offence_step *out, struct why *w);

/* NULL, or what is wrong with it in a few words; without personal data. */
const char *offence_notice_fault(const struct offence_notice *x);
const char *offence_step_fault(const struct offence_step *x);

/* Under what cases know the licence of a notice, or its plate; as licence_subject. */
void offence_subject(const struct store *s, const struct offence_notice *x, struct span home,
                     struct traveller_key *out);
void offence_plate_subject(const struct store *s, struct span home, struct span plate,
                           struct traveller_key *out);

/* ---- records ---- */

struct offence {
    struct case_name name; /* OURS: we notified; THEIRS: we are home */
    struct offence_notice notice;
    struct span transport; /* state of the case: a word of enum offence_word, or "open", "unreachable",
                              "late", "refused" */
    enum offence_word state;
    unix_time at;
    size_t n;
    struct offence_step step[OFFENCE_STEPS];
    bool by_us[OFFENCE_STEPS];
    struct span refused; /* reason, when transport is "refused" */
};

/* A notice from the store. Of side CASE_ANY_SIDE, and without other, the one that has the reference; found by
 * the parties of the agreement. Reasons: "ambiguous" (more than one has it), those of the store. */
MUST_USE bool offence_look(struct store *s, const struct agreement *g, const struct case_name *name,
                           struct arena *a, bool *found, struct offence *out, struct why *w);
/* The same of a case that was read with its body. False: it is no notice. */
MUST_USE bool offence_of_case(const struct case_view *v, struct arena *a, struct offence *out, struct why *w);

/* How a notice or step fared. */
struct offence_outcome {
    enum store_put what;   /* of a notice: STORE_CONFLICT, the reference stands for another one */
    bool delivered;        /* the other member has it */
    const char *refused;   /* NULL, or why: here or there */
    struct span transport; /* state of the case now */
    enum offence_word state;
};

/*
 * Records a notice under its reference and sends it; the same again sends it again if that is needed. Unsent
 * is no failure: offence_send tries again. Reasons: "request" (a fault of the notice), those of the store.
 */
MUST_USE bool offence_notify(const struct ask_office *o, struct span to, struct span reference,
                             const struct offence_notice *x, unix_time now, struct arena *a,
                             struct offence_outcome *out, struct why *w);

/* Says a step about a notice; n, reference, notifier and at of x are set here. The newest step said again by
 * us with the same content is STORE_REPEATED. A step of home counts only when delivered; until then it waits.
 */
MUST_USE bool offence_say(const struct ask_office *o, const struct offence *of, const struct offence_step *x,
                          unix_time now, struct arena *a, struct offence_outcome *out, struct why *w);

/* Sends what waits about one notice: itself, our steps in their order. *waits: something still does. */
MUST_USE bool offence_resend(const struct ask_office *o, const struct offence *of, unix_time now,
                             struct arena *a, bool *waits, struct why *w);

/*
 * Sends what waits about any notice: what is on its way, each time; all of it, also what was refused and may
 * be taken now, when `whole`. A member that was not reached is left alone for the rest of the pass. *waits:
 * how many notices have something that did not get there. ended, which may be NULL, is asked between two
 * notices.
 */
MUST_USE bool offence_pass(const struct ask_office *o, unix_time now, bool whole, bool (*ended)(void *ctx),
                           void *ctx, size_t *waits, struct why *w);

/* ---- JSON ---- */

/* What a node adds to what an officer writes. */
struct offence_defaults {
    struct span where, authority, redress;
    int days; /* to pay or contest, from the day of the act */
};

struct offence_request {
    struct span id, to; /* to: member, or the issuer of the licence */
    struct offence_notice notice;
    bool own_authority, own_redress, own_deadline; /* stood in the request, and not in the defaults */
};

/*
 * {id, reference?, member?, licence? {issuer, number | digest}, act (a class, or words, or {class, code?,
 * words?}), place, at, amount?, currency?, plate?, driver?, note?, authority?, redress?, deadline?}. Reasons:
 * those of json_parse, "request", "not-configured" (neither it nor the node says how to contest).
 */
MUST_USE bool offence_request_read(struct span json, const struct offence_defaults *d, struct arena *a,
                                   struct offence_request *out, struct why *w);
/* The same request again, when the node's defaults have changed meanwhile: they are taken from the notice
 * that is recorded. */
void offence_request_again(struct offence_request *r, const struct offence_notice *recorded);

struct offence_answer {
    struct span reference, member; /* member: the other one; may be empty */
    enum case_side side;
    struct offence_step step;
};
/* {reference, step, member?, side?, reason?, before?, amount?, currency?, day?, payment?} */
MUST_USE bool offence_answer_read(struct span json, struct arena *a, struct offence_answer *out,
                                  struct why *w);

struct json_writer;
void offence_json(struct json_writer *w, const char *key, const struct offence *x, bool waits,
                  const struct tongue *t);
/* Whether a step of ours has not arrived; by the cases of its messages. */
MUST_USE bool offence_waits(struct store *s, const struct offence *of, struct arena *a, bool *waits,
                            struct why *w);

#endif
