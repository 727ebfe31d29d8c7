/*
 * What members say to each other to share experience: playbooks and how they did, advisories, offers and
 * requests of capability, contacts and whether they answer, drills, how mature a team is, figures of
 * exposure. Each is a record of stream "cooperation": a signed note (C2SP signed-note) of one line that says
 * what it is and one of canonical JSON (RFC 8785), at most LIMIT_COOPERATION, the same bytes at each member
 * that gets it.
 *
 * A member speaks for itself alone. What a record amounts to beside others (a reply to a request that is
 * over, an outcome told by one who took no part) is worked out of the whole set and never of the order in
 * which it came: members with the same records see the same state. Records name offices, not persons.
 */
#ifndef SERAI_SERVICE_CYBER_COOPERATION_H
#define SERAI_SERVICE_CYBER_COOPERATION_H

#include "agreement/sharing.h"
#include "agreement/tongue.h"
#include "crypto/signer.h"
#include "store/cooperation.h"
#include "wire/json.h"

#define COOPERATION_STREAM "cooperation"
#define COOPERATION_TYPE   "cooperation"

enum coop_part {
    COOP_LIBRARY,
    COOP_ADVISORIES,
    COOP_CAPABILITIES,
    COOP_CONTACTS,
    COOP_MATURITY,
    COOP_EXPOSURE,
    COOP_DRILLS,
    COOP_DRILL_PLANS,
    COOP_PARTS
};
/* "library" */
const char *coop_part_word(enum coop_part p);

/* In the order in which those of one matter are looked at. */
enum coop_kind {
    COOP_PLAYBOOK,
    COOP_PLAYBOOK_WITHDRAWN,
    COOP_PLAYBOOK_USED,
    COOP_ADVISORY,
    COOP_ADVISORY_SUPERSEDED,
    COOP_OFFER,
    COOP_REQUEST,
    COOP_REPLY,
    COOP_ACCEPTED,
    COOP_CLOSED,
    COOP_CONTACT,
    COOP_CONTACT_WITHDRAWN,
    COOP_CONTACT_TEST,
    COOP_CONTACT_ANSWER,
    COOP_ASSESSMENT,
    COOP_ASSESSMENT_REVIEW,
    COOP_ASSESSMENT_PROFILE,
    COOP_EXPOSURE_BOARD,
    COOP_DRILL,
    COOP_DRILL_STOPPED,
    COOP_DRILL_INJECT,
    COOP_DRILL_ANSWER,
    COOP_DRILL_PLAN, /* stays at its organiser: signed, never published */
    COOP_KINDS
};
/* "playbook-used" */
const char *coop_kind_word(enum coop_kind k);
MUST_USE bool coop_kind_of(struct span word, enum coop_kind *out);
enum coop_part coop_part_of(enum coop_kind k);

enum { COOP_ID = 33, COOP_AUDIENCE = 128, COOP_TEXTS = 24 };

struct coop_record {
    char id[COOP_ID]; /* 32 hexadecimal digits: of the SHA-256 of its JSON */
    enum coop_kind kind;
    struct span member, office; /* who says it: "KZ", "kz-cert" */
    unix_time at;
    enum tlp tlp;
    json_ref to;      /* States it is for; JSON_NONE: all members */
    struct span note; /* all of it */
    struct span json;
    struct json j;
    size_t n_text; /* texts with escapes, in the clear */
    struct {
        json_ref at;
        struct span value;
    } text[COOP_TEXTS];
};

/* A member of the record that is text; empty: absent. Its fields were checked by coop_read. */
struct span coop_text(const struct coop_record *r, const char *name);
int64_t coop_number(const struct coop_record *r, const char *name); /* 0: absent */
unix_time coop_time(const struct coop_record *r, const char *name); /* 0: absent */
json_ref coop_list(const struct coop_record *r, const char *name);  /* JSON_NONE: absent */
/* An item of a list; empty: no text, or one with escapes. */
struct span coop_item(const struct coop_record *r, json_ref v);
/* member gets it: it is for all, or names it, or it is its own. */
bool coop_is_for(const struct coop_record *r, struct span member);

/* Reads and checks canonical JSON of a record, without signature: members of its kind, each of its shape,
 * nothing else. Spans point into json or the arena. Reasons "request", "tlp", those of json_parse. */
MUST_USE bool coop_read(struct span json, struct arena *a, struct coop_record *out, struct why *w);

/* As it stands in a log: name is that of the signer, pub (NULL: not checked) its key. Reasons besides those
 * of coop_read: "note", "signer", "forged". */
MUST_USE bool coop_open(struct span note, struct span name, const uint8_t *pub, struct arena *a,
                        struct coop_record *out, struct why *w);

/* The audience of the log in which it stands: "all", "kz-tr". False: too many States. */
MUST_USE bool coop_audience(const struct coop_record *r, char out[COOP_AUDIENCE]);

/* What came in another member's log. Reasons besides those of coop_open: "issuer" (it speaks for another),
 * "audience" (not the log it belongs into), "time" (said at another time than its entry), "secret",
 * "exercise" (of a drill, and not marked as such in each of its parts), "plan" (not for others). */
MUST_USE bool coop_check_arrival(const struct coop_record *r, struct span owner, struct span audience,
                                 unix_time logged, struct arena *a, struct why *w);

/* ---- all of a part ---- */

struct coop_set {
    const struct coop_record **item; /* by id; coop_find looks in it */
    size_t n;
    /* The same by the record they refer to ("request", "subject", "test"), then kind, at, id. */
    const struct coop_record **by_ref;
    size_t n_ref;
};
/* In the order of item. Reason "too-large". */
MUST_USE bool coop_set_make(struct coop_record **r, size_t n, struct arena *a, struct coop_set *out,
                            struct why *w);
const struct coop_record *coop_find(const struct coop_set *s, struct span id);
/* The first of those that refer to id, and how many there are. */
const struct coop_record **coop_about(const struct coop_set *s, struct span id, size_t *n);

/* Records that say what their author may not, or too late: they stay in the log and count for nothing. */
struct coop_refused {
    const struct coop_record *r;
    const char *why, *says; /* "late"; one sentence */
};
struct coop_refusals {
    struct coop_refused *item;
    size_t n, cap;
    struct arena *a;
    bool full;
};
void coop_refuse(struct coop_refusals *l, const struct coop_record *r, const char *why, const char *says);
const struct coop_refused *coop_refused_of(const struct coop_refusals *l, const struct coop_record *r);

/* ---- at a node ---- */

struct coop_desk {
    struct span self, name; /* "KZ", "kz.specimen" */
    const struct agreement *agreement;
    const struct signer *signer; /* NULL: this node says nothing */
    struct store *store;
    void (*random)(void *p, size_t n);
    struct tongues tongues; /* of the readers of answers */
};

/* All of the part that are at this node. Reasons of the store, "too-large". */
MUST_USE bool coop_load(const struct coop_desk *d, enum coop_part p, struct coop_record *extra,
                        struct arena *a, struct coop_set *out, struct why *w);

/*
 * A record of this member, of the fields of json beside member, kind and at, which are put here. Checked,
 * signed; coop_say keeps it to be published. Reasons besides those of coop_read: "not-ready", "not-agreed"
 * (the agreement has no sharing, or does not bind this member), "member" (a State that is not bound).
 */
MUST_USE bool coop_make(const struct coop_desk *d, enum coop_kind k, struct span json, unix_time now,
                        struct arena *a, struct coop_record *out, struct why *w);
MUST_USE bool coop_say(const struct coop_desk *d, const struct coop_record *r, struct why *w);
/* Kept here and never published. */
MUST_USE bool coop_keep(const struct coop_desk *d, const struct coop_record *r, struct why *w);

/* The same with `to` and tlp taken from another record, and its author: an answer to it. */
MUST_USE bool coop_make_answer(const struct coop_desk *d, enum coop_kind k, struct span json,
                               const struct coop_record *to, unix_time now, struct arena *a,
                               struct coop_record *out, struct why *w);

/* An operation over HTTP: JSON in, JSON out, schemas of web/openapi.json. */
typedef bool coop_op(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, struct why *w);

/* One record as it is signed: {"id": …}. Reason "unknown". */
coop_op coop_show;
/* {"kind": "playbook", …} as it would be said: checked in the same way, not said; which members would get it.
 * Reasons of coop_make. */
coop_op coop_preview;

struct json_writer;
/* id, kind, member, office, at, tlp and to as members of the object that is open. */
void coop_put_head(struct json_writer *j, const struct coop_record *r);
void coop_put_refused(struct json_writer *j, const struct coop_refusals *l);

#endif
