/*
 * Applications for permissions, at the member that issues them: what an applicant says, checked against the
 * agreement (agreement/permission.h); members consulted; decided by officers; followed by reference and
 * secret code. What is personal rests sealed (AES-256-GCM) under a key of each application, derived from the
 * store's secret file, and ends with it. Every step is an event with its time and who.
 *
 * application_states.c states and officers; application_read.c what is sent; application_check.c against the
 * agreement; application_rest.c sealed and recorded; application_consult.c other members' opinions;
 * application_decide.c officers; application_json.c for people and programs.
 *
 * No machine declines: that is said by officers, with a reason, an article and the way to appeal.
 */
#ifndef SERAI_SERVICE_TRAVEL_APPLICATION_H
#define SERAI_SERVICE_TRAVEL_APPLICATION_H

#include "agreement/fee.h"
#include "agreement/permission.h"
#include "service/ask/ask.h"
#include "store/applications.h"
#include "wire/mrz.h"

/* ---- states ---- */

enum application_state {
    APPLICATION_DRAFT, /* something may be missing; the applicant's to send */
    APPLICATION_SUBMITTED,
    APPLICATION_CONSULTING, /* members were asked and not all have answered */
    APPLICATION_TO_DECIDE,
    APPLICATION_GRANTED,
    APPLICATION_DECLINED,
    APPLICATION_WITHDRAWN, /* by the applicant */
    APPLICATION_EXPIRED,   /* never sent, or its days of travel have passed */
    APPLICATION_STATES
};
/* "draft", "submitted", "consulting", "to decide", …: also the state in the store */
const char *application_state_word(enum application_state s);
/* APPLICATION_STATES: no such word. */
enum application_state application_state_from(struct span s);

enum application_step {
    STEP_BEGUN,
    STEP_SAVED, /* the applicant added or changed something */
    STEP_PAID,  /* a payment reference came */
    STEP_SUBMITTED,
    STEP_CONSULTED, /* the questions went out */
    STEP_REMINDED,
    STEP_ANSWERED, /* all have answered, or their days are over; or nobody is consulted */
    STEP_RETURNED, /* an officer asks for what is missing */
    STEP_VOTED,    /* of several officers one has decided */
    STEP_GRANTED,
    STEP_DECLINED,
    STEP_WITHDRAWN,
    STEP_EXPIRED,
    STEP_LOOKED, /* an officer read it */
    STEP_ISSUED,
    STEP_EXTENDED,
    STEP_REVOKED,
    APPLICATION_STEPS
};
const char *application_step_word(enum application_step s);
/* The state after the step; false: it cannot be taken in that state. */
MUST_USE bool application_next(enum application_state from, enum application_step step,
                               enum application_state *to);

/*
 * An office id in its one form, 2..40 of a-z, 0-9, ".", "-" with a letter or digit at both ends; capitals are
 * taken as small. False, reason "officer": anything else, or not among those of the desk.
 */
enum { OFFICER = 41 };
struct application_desk;
MUST_USE bool application_officer(const struct application_desk *d, struct span given, char out[OFFICER],
                                  struct why *w);
/* Whether two ids stand for one person: dots and hyphens tell nobody apart. */
bool application_same_officer(struct span a, struct span b);

/* ---- what an applicant says ---- */

enum { APPLICATION_REFERENCE = 16, APPLICATION_SECRET = 20, APPLICATION_FAULTS = 48 };

struct application_answer {
    struct span name, value;
};

/* A file as it came. */
struct application_upload {
    struct span name, type, bytes;
};

/* Texts are UTF-8 without control characters but line feeds; empty or unset: not said. */
struct application {
    struct span kind, purpose;
    struct span passport; /* machine-readable lines */
    struct date from, until;
    int64_t entries, stay; /* entries 0: any number; -1: not said. stay 0: not said */
    struct span contact, payment, language;
    size_t n_answers;
    struct application_answer answer[LIMIT_PERMISSION_ITEMS];
    size_t n_uploads;
    struct application_upload upload[LIMIT_PERMISSION_ITEMS];
    bool passport_read; /* mrz is of lines that read well */
    struct mrz mrz;
    const char *nationality; /* "KZ"; NULL: no code of two letters */
};

struct application_request {
    struct span id;                /* of the applicant's own choice, 8..64 visible ASCII characters */
    struct span reference, secret; /* to follow one; of application_request_follow */
    bool submit, withdraw;
};

/*
 * Reads {id, kind, purpose, passport, from, until, entries, stay, contact, payment, language, answers {…},
 * files [{name, type, data}], submit} over what is in *x: what is said replaces. Spans live in json or the
 * arena. Reasons: those of json_parse, "request", "too-large" (a file above LIMIT_APPLICATION_FILE, all above
 * LIMIT_APPLICATION_FILES), "file-type" (not PDF, JPEG or PNG by its first bytes, or not what it says).
 */
MUST_USE bool application_read(struct span json, unix_time now, struct arena *a,
                               struct application_request *request, struct application *x, struct why *w);

/* What a field lacks, for people: code is stable, text English. */
struct application_fault {
    char field[80];   /* "passport", "answers.employer", "files.referral" */
    const char *code; /* "missing", "too-long", "kind", "purpose", "date", "number", "state", "choice", … */
    const char *article; /* of the agreement; NULL */
    char text[160];
};

struct application_faults {
    size_t n;
    struct application_fault item[APPLICATION_FAULTS];
};

/*
 * What it costs, by the facts that the application says, on the day it was begun. TABLE_UNKNOWN: out->facts
 * are not said, and no amount is asked for. (agreement/fee.h)
 */
enum table_answer application_fee(const struct agreement *g, struct span member, const struct application *x,
                                  struct date begun, struct table_value *out);

/* Faults that no draft may have, and with `whole` also what is missing. held: files that are there already;
 * begun: the day whose fee it is. */
void application_check(const struct agreement *g, struct span member, const struct application *x,
                       const struct application_file *held, size_t n_held, struct date today,
                       struct date begun, bool whole, struct application_faults *out);

/* ---- at rest ---- */

struct application_desk {
    struct span member;
    const struct agreement *agreement;
    struct store *store;
    const struct ask_office *office;   /* NULL: nobody can be consulted */
    void (*random)(void *p, size_t n); /* crypto/node_key.h has it */
    const char *const *officers;       /* who may decide; n_officers 0: whoever gives a well-formed id */
    size_t n_officers;
    int32_t utc_offset;
    int kept_days; /* after the decision or the last day of the permission; 0: 365 */
};

/* An opinion of a member consulted. */
enum application_opinion {
    OPINION_NONE, /* its days are not over */
    OPINION_NO_OBJECTION,
    OPINION_OBJECTION,
    OPINION_SILENT_NO_OBJECTION, /* its days are over; what the agreement says of silence */
    OPINION_SILENT_OBJECTION,
};
const char *application_opinion_word(enum application_opinion o);
bool application_opinion_objects(enum application_opinion o);

struct application_consulted {
    struct span member, reference; /* of the question */
    enum application_opinion opinion;
    enum ask_state asked;
    bool late;                   /* the opinion came after its days */
    struct span reason, officer; /* of the opinion */
    unix_time until, at;         /* at: of the answer; 0: none */
};

/* What one officer decided; the newest of each counts, and only for the revision it was given on. */
struct application_vote {
    struct span officer;
    unix_time at;
    int64_t revision;
    bool grants;
    struct date from, until; /* granted */
    int64_t entries, stay;
    struct span reason, article, appeal;
};

struct application_view {
    struct application_row row;
    struct application app;
    enum application_state state;
    const struct permission_kind *kind; /* NULL: the agreement has it no more */
    enum table_answer fee;              /* application_fee */
    struct table_value cost;            /* unless fee is TABLE_NONE */
    size_t n_votes;
    struct application_vote vote[16];
    size_t n_consulted;
    struct application_consulted consulted[LIMIT_PERMISSION_ITEMS];
    struct span permission, superseded; /* issued last; the one before it; empty: none */
    struct date permission_until;
    int64_t extensions;
    struct span returned; /* what an officer asked for; empty: nothing, or done */
};

/* Opens what rests. *found false: no such reference. Reason "sealed": the store's secret is not that of then.
 */
MUST_USE bool application_open(const struct application_desk *d, struct span reference, unix_time now,
                               struct arena *a, bool *found, struct application_view *out, struct why *w);

/* The code by which an applicant follows; the same for the same reference at this store. */
void application_secret(const struct application_desk *d, struct span reference,
                        char out[APPLICATION_SECRET]);
/* In constant time. */
bool application_secret_fits(const struct application_desk *d, struct span reference, struct span secret);

/*
 * Begins one under the applicant's id: the same id with the same request gives the same application, with
 * another one "request-conflict". With faults nothing is recorded and true is returned: look at faults->n.
 */
MUST_USE bool application_begin(const struct application_desk *d, const struct application_request *r,
                                const struct application *x, unix_time now, struct arena *a,
                                struct application_faults *faults, struct application_view *out,
                                bool *repeated, struct why *w);

/* What the applicant adds to a draft, sends or withdraws. x: the application with what was added. Reasons:
 * "state", "application-moved" (look again), "request-conflict" (another passport). */
MUST_USE bool application_add(const struct application_desk *d, struct application_view *v,
                              const struct application *x, const struct application_request *r, unix_time now,
                              struct arena *a, struct application_faults *faults, struct why *w);

/* One event without more; body: a text for people, or empty. Reasons: "state", "application-moved". */
MUST_USE bool application_note(const struct application_desk *d, struct application_view *v,
                               enum application_step step, struct span who, struct span text, unix_time now,
                               struct arena *a, struct why *w);

/* A file's bytes. Reason "sealed". */
MUST_USE bool application_file(const struct application_desk *d, struct span reference, struct span name,
                               struct arena *a, bool *found, struct application_file *out, struct why *w);

/* ---- consultation ---- */

extern const struct ask_topic consultation_topic; /* "permission consultation" */
#define CONSULTATION_PURPOSE "permission-consultation"

/* What the member consulted is told: no more than it needs to say whether it objects. */
struct consultation {
    struct span reference, kind, purpose, passport;
    struct date from, until;
    int64_t entries, stay;
};
void consultation_put(const struct consultation *c, struct buffer *b);
/* What is read writes back to the same bytes, also below. Reasons: those of cbor_check, "STRUCT", "VALUE". */
MUST_USE bool consultation_read(struct span body, struct arena *a, struct consultation *out, struct why *w);

struct opinion {
    bool objects;
    struct span reason, officer;
};
void opinion_put(const struct opinion *o, struct buffer *b);
MUST_USE bool opinion_read(struct span body, struct arena *a, struct opinion *out, struct why *w);

/*
 * What time brings: questions go out, reminders, days that are over, drafts nobody sent. Reads and writes one
 * application; v is what it is afterwards.
 */
MUST_USE bool application_tick(const struct application_desk *d, struct application_view *v, unix_time now,
                               struct arena *a, struct why *w);
/* The same for all that have something due, and the erasing of those whose end has come. *moved: how many. */
MUST_USE bool application_pass(const struct application_desk *d, unix_time now, bool (*ended)(void *ctx),
                               void *ctx, size_t *moved, struct why *w);

/* The answer of this member to a question it was asked; by an officer. *message: to be delivered (ask.h). */
MUST_USE bool consultation_answer(const struct application_desk *d, const struct ask_desk *desk,
                                  struct span asker, struct span reference, const struct opinion *o,
                                  unix_time now, struct arena *a, struct span *message, struct why *w);

/* ---- decision ---- */

struct application_decision {
    struct span officer;
    int64_t revision; /* that the officer saw */
    bool grants;
    struct date from, until; /* unset, 0, -1: as applied for */
    int64_t entries, stay;
    struct span reason, article, appeal;
};

/*
 * One officer's decision. It counts with those of others that say the same (the same terms; or all decline);
 * when as many different officers as the agreement wants do, the application is granted or declined. The same
 * officer's decision again changes nothing. Reasons: "officer"; "changed" (another revision); "state"; for
 * granting "consultation-open", "objection" (a reason is needed to grant against one), "unpaid",
 * "fee-unknown" (nobody can say what is due: a payment or a reason is needed), "terms" (past what the
 * agreement allows), "quota", "passport"; for declining "reason", "article", "appeal" missing;
 * "application-moved".
 */
MUST_USE bool application_decide(const struct application_desk *d, struct application_view *v,
                                 const struct application_decision *x, unix_time now, struct arena *a,
                                 struct why *w);
/* The terms granted; NULL: it is not granted. */
const struct application_vote *application_granted(const struct application_view *v);

/* Records that a permission was issued, extended or revoked under it. */
struct application_permission {
    struct span permission, who; /* its number; an officer */
    struct date until;           /* unset: as it was */
    struct span file[3];         /* what is handed out: seal, PDF, PNG; empty: none */
};
extern const char *const application_issued_files[3]; /* their names: "issued.seal", … */
MUST_USE bool application_permission(const struct application_desk *d, struct application_view *v,
                                     enum application_step step, const struct application_permission *p,
                                     unix_time now, struct arena *a, struct why *w);

/* ---- JSON ---- */

struct json_writer;
enum application_reader { APPLICATION_FOR_APPLICANT, APPLICATION_FOR_OFFICER };
void application_json(struct json_writer *w, const char *key, const struct application_view *v,
                      enum application_reader reader, unix_time now);
/* A row of a list: nothing personal. */
void application_row_json(struct json_writer *w, const struct application_row *r, unix_time now);
void application_faults_json(struct json_writer *w, const char *key, const struct application_faults *f);
/* What can be applied for at this member, with titles in a language, and what it costs on that day whoever
 * applies; a fee that turns on the applicant names on what. */
void permission_kinds_json(struct json_writer *w, const char *key, const struct agreement *g,
                           struct span member, struct date on, const char *language);

#endif
