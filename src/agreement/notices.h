/*
 * Notices as an agreement allows them: "notices" and "notice KIND about …". What may be the subject, which
 * category, status and action, how grave it must be, what must be there, how long it may last, and who
 * reviews it. doc/agreement-language.md has the grammar.
 */
#ifndef SERAI_AGREEMENT_NOTICES_H
#define SERAI_AGREEMENT_NOTICES_H

#include "agreement/agreement.h"

struct wording;

enum notice_subject { NOTICE_PERSON, NOTICE_OBJECT, NOTICE_SUBJECTS };
const char *notice_subject_word(enum notice_subject s); /* "person", "object" */

/* RPD article 44. */
enum notice_status {
    NOTICE_CONVICTED,
    NOTICE_CHARGED,
    NOTICE_SUSPECT,
    NOTICE_ASSOCIATE,
    NOTICE_WITNESS,
    NOTICE_VICTIM,
    NOTICE_MISSING,
    NOTICE_SEEKING_PROTECTION,
    NOTICE_STATUSES
};
const char *notice_status_word(enum notice_status s); /* "seeking protection" */
MUST_USE bool notice_status_of(struct span word, enum notice_status *out);
/* Victims, the missing and persons seeking protection: never to be arrested. */
bool notice_status_is_protected(enum notice_status s);

enum notice_action {
    NOTICE_ARREST,
    NOTICE_LOCATE,
    NOTICE_INFORM,         /* tell the owner, nothing more */
    NOTICE_DISCREET_CHECK, /* the person is not told */
    NOTICE_SPECIFIC_CHECK, /* the person and things are searched as the law there allows */
    NOTICE_SEIZE,          /* an object */
    NOTICE_PROTECT,
    NOTICE_ACTIONS
};
const char *notice_action_word(enum notice_action a); /* "discreet check" */
MUST_USE bool notice_action_of(struct span word, enum notice_action *out);

/* What no notice may be about (INTERPOL Constitution article 3). */
enum notice_matter { NOTICE_POLITICAL, NOTICE_MILITARY, NOTICE_RELIGIOUS, NOTICE_RACIAL, NOTICE_MATTERS };
const char *notice_matter_word(enum notice_matter m);
MUST_USE bool notice_matter_of(struct span word, enum notice_matter *out);

/* What a notice must have besides, where its kind requires it. */
enum notice_need {
    NOTICE_NEED_WARRANT,
    NOTICE_NEED_FACTS,
    NOTICE_NEED_PROVISION,
    NOTICE_NEED_BIRTH,
    NOTICE_NEED_NATIONALITY,
    NOTICE_NEED_SEX,
    NOTICE_NEED_DOCUMENT,
    NOTICE_NEED_IDENTIFIER, /* of an object */
    NOTICE_NEEDS
};
const char *notice_need_word(enum notice_need n);

/* Why a notice is refused before it is proposed. */
enum notice_fault {
    NOTICE_FAULT_KIND,
    NOTICE_FAULT_SUBJECT,
    NOTICE_FAULT_BASIS,
    NOTICE_FAULT_CATEGORY,
    NOTICE_FAULT_NEUTRALITY,
    NOTICE_FAULT_EXCLUDED,
    NOTICE_FAULT_CHECKLIST,
    NOTICE_FAULT_THRESHOLD,
    NOTICE_FAULT_STATUS,
    NOTICE_FAULT_ACTION,
    NOTICE_FAULT_PROTECTED,
    NOTICE_FAULT_EXPIRY,
    NOTICE_FAULT_REVIEW,
    NOTICE_FAULT_NAME,
    NOTICE_FAULT_QUALITY,
    NOTICE_FAULT_OTHERS,
    NOTICE_FAULT_ISSUER,
    NOTICE_FAULT_OFFICERS,
    NOTICE_FAULT_LINK,
    NOTICE_FAULT_NEED, /* + enum notice_need */
    NOTICE_FAULTS = NOTICE_FAULT_NEED + NOTICE_NEEDS
};

/* A fault for people: a stable word, the clause it rests on, what is wrong, what to do. */
struct notice_fault_text {
    const char *word, *clause, *text, *todo;
};
const struct notice_fault_text *notice_fault_say(enum notice_fault f);
MUST_USE bool notice_fault_of(struct span word, enum notice_fault *out);

struct notice_kind {
    const char *name; /* "wanted" */
    enum notice_subject subject;
    const char *article;         /* legal basis */
    unsigned status;             /* 1 << enum notice_status; of an object 0 */
    unsigned actions, needs;     /* 1 << enum notice_action, 1 << enum notice_need */
    const struct span *category; /* n_category 0: all of the agreement */
    size_t n_category;
    int penalty, sentence; /* months; one of the two must be reached; 0 and 0: no threshold */
    int expires, every;    /* at most so many days; reviewed at least so often */
    int review_hours;      /* by another member, within; 0: no review by another member */
    int hit_officers;      /* who close a hit on it, each by another id; 0: not said, one does */
    const struct wording *titles;
    unsigned line;
};

struct notice_rules {
    const struct span *category, *excluded; /* closed lists */
    size_t n_category, n_excluded;
    unsigned matters; /* 1 << enum notice_matter */
    /* withdrawn everywhere; owners warned before an expiry; answers to those concerned; of owners */
    int withdrawn_hours, warned_days, access_days, correction_days, owner_days;
    unsigned line;
};

/* NULL: the agreement knows no notices. */
const struct notice_rules *agreement_notices(const struct agreement *a);
size_t agreement_notice_kinds(const struct agreement *a);
const struct notice_kind *agreement_notice_at(const struct agreement *a, size_t i);
const struct notice_kind *agreement_notice(const struct agreement *a, struct span kind);
/* Its i-th title and the language of that; NULL: no more. */
const char *notice_kind_title_at(const struct notice_kind *k, size_t i, const char **language);

/* What of a notice the rules look at. */
struct notice_case {
    enum notice_subject subject;
    bool has_status, has_action;
    enum notice_status status;
    enum notice_action action, if_flagged;
    bool has_if_flagged;
    struct span article, category, offence;
    unsigned matters;          /* that a person or a machine found */
    bool checked;              /* a named person signed the check-list */
    int64_t penalty, sentence; /* months; -1: not said */
    unsigned has;              /* 1 << enum notice_need */
    int64_t days, every;       /* until it expires; until it is reviewed; 0: not said */
};

/* Which rules it breaks: 1 << enum notice_fault. k NULL: no such kind. Pure. */
uint32_t agreement_judge_notice(const struct agreement *a, const struct notice_kind *k,
                                const struct notice_case *c);

/* Runs the worked examples of all kinds; how many fail. */
size_t agreement_run_notice_examples(const struct agreement *a,
                                     void (*one)(void *ctx, const char *article, const char *example, bool ok,
                                                 const char *detail),
                                     void *ctx);

#endif
