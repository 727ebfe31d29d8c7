/*
 * Hits: a lead, never a decision. A traveller's names are screened at the check; what is like a notice or an
 * entry of a list in force asks for a second look by a person, and for nothing else: there is no call here
 * that refuses anybody, and the only outcome of a check that a hit can bring is `refer`.
 *
 *   open -> closed: no match | possible | confirmed       by a named officer, with a reason
 *       \-> second WORD -> closed | open                   where the notice asks for two officers
 *
 * "possible" and "confirmed" ask the owner (hit_ask.h). "no match" is remembered for this document and this
 * version, so that nobody is stopped twice for the same namesake; another notice, a changed one, or another
 * document asks again. What is suspended, expired, withdrawn or erased alerts nobody from that moment.
 */
#ifndef SERAI_SERVICE_NOTICE_HIT_H
#define SERAI_SERVICE_NOTICE_HIT_H

#include "service/ask/ask.h"
#include "service/notice/notice.h"
#include "service/notice/screen.h"
#include "store/hits.h"

#define HIT_PURPOSE "border-check"

enum { HIT_ID = 24, HIT_NAMES = 32, HIT_BIRTHS = 8, HIT_STATES = 8, HIT_DOCUMENTS = 16, HIT_CAUTIONS = 8 };

/* ---- whom it may be: told by the owner of the shelf ---- */

enum hit_standing {
    HIT_GONE,      /* not known, expired, withdrawn, cancelled, erased: alerts nobody */
    HIT_ACT,       /* in force */
    HIT_FLAGGED,   /* in force, and this member does not do what is asked on its territory: ask the owner */
    HIT_SUSPENDED, /* do not act, ask the owner: alerts nobody */
};
const char *hit_standing_word(enum hit_standing s); /* "gone", "in force", "flagged", "suspended" */

/* Spans are the arena's. Absent things are empty. */
struct hit_entity {
    enum hit_standing standing;
    bool notice;        /* else an entry of a list */
    bool protect;       /* a victim, a missing person, one who seeks protection: never for arrest */
    bool second;        /* two officers close it */
    struct span owner;  /* member, "KZ"; the list's name of an entry */
    struct span kind;   /* "wanted"; of a list "sanctioned" */
    struct span status; /* "charged" */
    struct span action; /* what is asked here: "inform" */
    struct span facts;
    struct span version; /* another one when what it says of the person changes; 1 to 64 visible ASCII */
    unix_time at, expires;
    size_t n_cautions, n_names, n_births, n_states, n_documents;
    struct span caution[HIT_CAUTIONS]; /* "armed" */
    struct hit_name {
        struct span text, kind; /* "primary", "weak alias" */
        bool weak;
    } name[HIT_NAMES];
    struct span birth[HIT_BIRTHS]; /* as names_about_dates reads them */
    enum names_sex sex;
    struct span state[HIT_STATES]; /* nationalities, "KZ" */
    struct hit_document {
        struct span kind, state, number;
    } document[HIT_DOCUMENTS];
    enum names_schema schema;
};

/* *out only when true; what is not there is HIT_GONE. False: it cannot be known now. By several threads. */
struct hit_source {
    bool notices; /* of the shelf SCREEN_NOTICES; else of all others */
    bool (*about)(void *ctx, const char *shelf, struct span id, unix_time now, struct arena *a,
                  struct hit_entity *out, struct why *w);
    void *ctx;
};

/* ---- the traveller ---- */

struct hit_traveller {
    size_t n;
    struct hit_asked {
        struct span text;
        struct span source; /* "mrz", "chip", "application" */
        bool truncated;
    } name[SCREEN_ASKED];
    struct span birth;          /* "1975-03-01", "1975"; empty: unknown */
    struct span sex;            /* "F", "M"; empty */
    struct span state;          /* nationality, "KZ"; empty */
    struct span issuer, number; /* of the document, as in its zone: "KAZ", "N1234567"; empty: none */
    struct span kind;           /* of the document: "passport" */
};

/* A map of CBOR, deterministic. Reasons of hit_traveller_read: those of cbor_check, "STRUCT", "VALUE". */
void hit_traveller_put(const struct hit_traveller *t, struct buffer *b);
MUST_USE bool hit_traveller_read(struct span in, struct arena *a, struct hit_traveller *out, struct why *w);

/* ---- the desk ---- */

struct hit_rules {
    unsigned close_hours;   /* until a person must have closed a hit */
    unsigned answer_hours;  /* until the owner must have answered */
    unsigned remember_days; /* somebody else stays known as such */
    unsigned keep_days;     /* after it is closed, with what the traveller showed */
    bool second;            /* two officers for every hit */
};
extern const struct hit_rules hit_defaults;

struct list_desk; /* service/notice/list_desk.h */

struct hit_desk {
    struct store *store;
    struct span member;
    const struct agreement *agreement;
    struct screen *screen;           /* NULL: nothing is screened here */
    const struct hit_source *source; /* two: notices, lists */
    size_t n_source;
    struct list_desk *lists; /* asked for the border; NULL: no lists */
    const struct hit_rules *rules;
    const struct ask_office *office; /* NULL: nobody can be asked */
    const struct ask_desk *desk;     /* that answers; NULL: nobody is answered */
};

/* Whether names are screened for the border at all: costs a look at what is there. */
bool hit_serves(const struct hit_desk *d);

MUST_USE bool hit_about(const struct hit_desk *d, const char *shelf, struct span id, unix_time now,
                        struct arena *a, struct hit_entity *out, struct why *w);

/* ---- at the check ---- */

enum hit_answer {
    HIT_NOT_ASKED, /* nothing is screened here for this use */
    HIT_NONE,
    HIT_FOUND,
    HIT_UNKNOWN, /* it could not be looked up: never "none" */
};
const char *hit_answer_word(enum hit_answer a);

struct hit_alert {
    struct span id;
    bool protect, flagged;
    bool document; /* by the number of the document, whatever the name */
    bool again;    /* met before, and not closed as somebody else */
    struct span state, outcome;
};

struct hit_screened {
    enum hit_answer answer;
    bool limited;
    size_t n, remembered; /* remembered: found to be somebody else before */
    struct hit_alert alert[SCREEN_HITS];
};

/*
 * Screens, and records each hit before it is told. check_id: the same check again gives the same hits; empty:
 * there is no check yet, nothing is recorded, and alerts have no ids. False only when a hit could not be
 * recorded (reasons of the store).
 */
MUST_USE bool hit_screen(const struct hit_desk *d, const struct hit_traveller *t, struct span check_id,
                         unix_time now, struct arena *a, struct hit_screened *out, struct why *w);

/* ---- by officers ---- */

/* Who and why; both are needed for whatever is looked at. office: of the agreement, "border-office". */
struct hit_caller {
    struct span officer, office, purpose;
};
/* Reasons "officer", "purpose". */
MUST_USE bool hit_caller_check(const struct hit_caller *c, struct why *w);

/* Whether the agreement lets that office see what is asked and why: where an article lets it ask owners
 * about hits for that purpose. Others see what is compared. */
bool hit_may_see(const struct hit_desk *d, const struct hit_caller *c);

struct hit_shown {
    struct hit_view view;
    struct hit_traveller traveller;
    bool erased; /* the traveller's data are gone */
    bool known;  /* entity can be told */
    struct hit_entity entity;
};
/* Leaves an entry on disk first. Reasons "hit-unknown", "officer", "purpose", those of the store. */
MUST_USE bool hit_show(const struct hit_desk *d, const struct hit_caller *c, struct span id, unix_time now,
                       struct arena *a, struct hit_shown *out, struct why *w);

struct hit_order {
    struct hit_caller by;
    struct span id;
    struct span outcome; /* "no match", "possible", "confirmed" */
    struct span reason;  /* in words; needed for each */
    bool consent;        /* of the traveller, that others are told of "no match" too */
};
struct hit_closed {
    bool waits;               /* for a second officer */
    bool asked;               /* the owner was asked */
    struct span asked_reason; /* why not; empty: nobody is to be asked */
};
/* Reasons "hit-unknown", "hit-state" (closed so already), "outcome", "reason", "officer", "purpose",
 * "consent", "same-officer", "hit-erased". */
MUST_USE bool hit_close(const struct hit_desk *d, const struct hit_order *o, unix_time now, struct arena *a,
                        struct hit_closed *out, struct why *w);

/* What an officer wrote with an event: outcome, whether the traveller agreed, and why. */
bool hit_words(struct span body, struct span *outcome, bool *consent, struct span *reason);

struct hit_figure {
    struct span owner, kind;
    int64_t hits, open, no_match, possible, confirmed;
    int64_t seconds; /* of the closed ones together, from finding to closing */
};
/* Of hits found in [from, to), by owner and kind. */
MUST_USE bool hit_figures(struct store *s, unix_time from, unix_time to, struct arena *a,
                          const struct hit_figure **ret, size_t *n, struct why *w);
/* The same by member, for the statistics of notices. */
struct notice_hit_source hit_figure_source(struct store *s);

/* What time brings: erasing. *n: how many. */
MUST_USE bool hit_tidy(const struct hit_desk *d, unix_time now, int64_t *n, struct why *w);

#endif
