/*
 * A notice: what one member's authority asks of the others about a person or an object. The record is JSON
 * read strictly (a member nobody knows refuses it); its canonical bytes (RFC 8785) are signed by the issuing
 * member as a signed note (notice_note.h). Only the log of the issuer can make, change or end its notice.
 *
 *   draft -> proposed -> reviewed by another member -> active -> expired | withdrawn | cancelled -> erased
 *                   \-> refused                          |  ^
 *                                                     suspended
 *
 * Nothing becomes active by silence where the agreement wants a review, and nothing is active after
 * `expires`, whether or not anybody says so. A notice is a lead: no field of it decides anything about
 * anybody.
 */
#ifndef SERAI_SERVICE_NOTICE_NOTICE_H
#define SERAI_SERVICE_NOTICE_NOTICE_H

#include "agreement/notices.h"
#include "base/arena.h"
#include "base/date.h"
#include "base/why.h"
#include "wire/json_write.h"

enum {
    NOTICE_ID = 32, /* room for "KZ-2026-17" */
    NOTICE_DIGEST = 32,
    NOTICE_NAMES = 32,
    NOTICE_BIRTHS = 8,
    NOTICE_NATIONALITIES = 8,
    NOTICE_DOCUMENTS = 16,
    NOTICE_PARTS = 8,
    NOTICE_LINKS = 16,
    NOTICE_MEMBERS = 64,
    NOTICE_CAUTIONS = 8,
};

/* Every attribute of somebody says what it rests on. */
struct notice_quality {
    bool assessment; /* else a fact */
    struct span source;
    struct date on;
    struct span by; /* the office that entered it */
};

enum notice_name_kind {
    NOTICE_NAME_PRIMARY,
    NOTICE_NAME_NATIVE,
    NOTICE_NAME_ALIAS,
    NOTICE_NAME_WEAK, /* a weak alias confirms, and never alerts alone */
    NOTICE_NAME_FORMER,
    NOTICE_NAME_MRZ,
    NOTICE_NAME_KINDS
};
const char *notice_name_kind_word(enum notice_name_kind k); /* "primary", "native", "good alias", … */

struct notice_part {
    struct span kind, text; /* "given", "father's", "family", "nisba", "title" */
};

struct notice_name {
    struct span text;
    struct span script;   /* ISO 15924: "Arab", "Cyrl", "Latn" */
    struct span language; /* "fa"; empty: not said */
    enum notice_name_kind kind;
    size_t n_parts;
    struct notice_part part[NOTICE_PARTS];
    struct notice_quality quality;
};

enum notice_precision {
    NOTICE_DAY,
    NOTICE_MONTH,
    NOTICE_YEAR,
    NOTICE_ABOUT, /* about that year */
    NOTICE_RANGE, /* from `value` to `to` */
    NOTICE_PRECISIONS
};

/* month and day 1 where the precision leaves them open. */
struct notice_birth {
    struct date value, to;
    enum notice_precision precision;
    struct span calendar, text; /* "solar-hijri" and as it was written; empty: Gregorian */
    struct notice_quality quality;
};

enum notice_sex { NOTICE_SEX_UNKNOWN, NOTICE_FEMALE, NOTICE_MALE, NOTICE_SEXES };
const char *notice_precision_word(enum notice_precision p);
const char *notice_sex_word(enum notice_sex s);

struct notice_nationality {
    struct span state; /* "KZ" */
    bool certain;      /* else possible */
    struct notice_quality quality;
};

struct notice_document {
    struct span kind, state, number; /* words of documents.h; as written */
    struct notice_quality quality;
};

struct notice_person {
    enum notice_status status; /* RPD 44 */
    size_t n_names, n_births, n_nationalities, n_documents;
    struct notice_name name[NOTICE_NAMES];
    struct notice_birth birth[NOTICE_BIRTHS];
    struct notice_nationality nationality[NOTICE_NATIONALITIES];
    struct notice_document document[NOTICE_DOCUMENTS];
    enum notice_sex sex;
    struct span birth_place, father;
    struct span photo; /* SHA-256 in hex of a picture that is asked for; empty: none */
};

/* A vehicle, container, firearm or other thing. */
struct notice_object {
    struct span kind, state, number, make, description;
};

struct notice_warrant {
    struct span court, number;
    struct date on;
    struct span copy; /* SHA-256 in hex of the copy; empty: none */
};

/* What a named person signed before anybody else saw it. */
struct notice_checklist {
    struct span officer; /* empty: nobody signed it */
    unix_time at;
    unsigned matters; /* 1 << enum notice_matter: those that the person found */
    struct span note;
};

/* Why it is kept longer, by a person who looked at this notice. */
struct notice_assessment {
    struct span officer; /* empty: there is none */
    unix_time at;
    struct span text;
};

/* Spans are the arena's or point into the bytes that were read. */
struct notice {
    struct span id;    /* "KZ-2026-17": member, shard, number in it */
    int64_t version;   /* from 1 */
    struct span nonce; /* 32 hex digits: without it nobody can guess a digest's content */
    struct span issuer, authority;
    struct span kind, category;     /* of the agreement */
    struct span drafted, signed_by; /* two different officers of the authority */
    unix_time at, expires, review_due;
    enum notice_action action, if_flagged;
    bool has_if_flagged;
    size_t n_cautions, n_members, n_links;
    struct span caution[NOTICE_CAUTIONS]; /* "armed", "medical", "minor" */
    struct span member[NOTICE_MEMBERS];   /* whom it is for; n_members 0: all */
    struct span link[NOTICE_LINKS];
    /* legal basis */
    struct span article, offence, provision;
    int64_t penalty_months;  /* the most that the law threatens; -1: not said */
    int64_t sentence_months; /* left to serve; -1: none */
    struct notice_warrant warrant;
    struct span facts;
    enum notice_subject subject; /* which of the two below */
    struct notice_person person;
    struct notice_object object;
    struct notice_checklist checklist;
    struct notice_assessment assessment;
    /* of the bytes read */
    uint8_t digest[NOTICE_DIGEST];    /* SHA-256 of the canonical bytes: what a review names */
    uint8_t substance[NOTICE_DIGEST]; /* the same without version, at, expires, review_due and assessment */
};

/*
 * Reads one record. *out is large (some 40 KB): the arena's. Reasons: those of json_parse; "notice" with the
 * offset: a member is missing, unknown, of another kind, or a word is none of its list; "canonical": it is
 * not in canonical form; "too-large". Nothing of the agreement is looked at here (notice_rules.h).
 */
MUST_USE bool notice_read(struct span bytes, struct arena *a, const struct notice **ret, struct why *w);

/* The same of a draft: id, version, nonce, officers and times that only signing sets may be missing, and the
 * form need not be canonical. */
MUST_USE bool notice_read_draft(struct span bytes, struct arena *a, struct notice **ret, struct why *w);

/* Canonical bytes of a notice; digests are not looked at. What is read writes back to the same bytes. */
MUST_USE bool notice_put(const struct notice *n, struct arena *a, struct buffer *out, struct why *w);

/* "KZ-2026-17": spans point into it. False: no id of a notice. out may be NULL. */
struct notice_id {
    struct span state, shard;
    uint64_t number;
};
MUST_USE bool notice_id_read(struct span id, struct notice_id *out);

/* ---- states ---- */

enum notice_state {
    NOTICE_DRAFT,    /* at the issuer alone */
    NOTICE_PROPOSED, /* signed; not reviewed yet */
    NOTICE_REFUSED,  /* by the reviewer */
    NOTICE_ACTIVE,
    NOTICE_SUSPENDED, /* "do not act, ask the owner" */
    NOTICE_EXPIRED,
    NOTICE_WITHDRAWN, /* by the owner */
    NOTICE_CANCELLED, /* after a complaint, or by a body of review */
    NOTICE_STATES
};
const char *notice_state_word(enum notice_state s);
MUST_USE bool notice_state_of(struct span word, enum notice_state *out);

/* A member that does not act on its territory, and why; others see it. */
struct notice_flag {
    struct span member, reason;
    unix_time at;
};

/* ---- what hits are counted by, given by who keeps them ---- */

struct notice_hit_figures {
    char member[4]; /* whose notices */
    int64_t hits, no_match, possible, confirmed;
};
/* Of hits in [from, to), by member whose notice it was, into the arena. */
struct notice_hit_source {
    void *ctx;
    bool (*figures)(void *ctx, unix_time from, unix_time to, struct arena *a,
                    const struct notice_hit_figures **ret, size_t *n, struct why *w);
};

#endif
