/*
 * How mature a team is, as it says of itself (in the shape of SIM3 v2i): a level from 0 to 4 for each
 * parameter of data/cyber/sim3.tsv, with evidence, by an office, in a year. Who assesses shows the whole to
 * the reviewers it names and to nobody else; they confirm or dispute parameter by parameter, in records of
 * stream "cooperation" that each side signs. A profile (means, and which thresholds are met) goes to all when
 * the member consents.
 */
#ifndef SERAI_SERVICE_CYBER_MATURITY_H
#define SERAI_SERVICE_CYBER_MATURITY_H

#include "service/cyber/cooperation.h"

#define MATURITY_FRAMEWORK "sim3-v2i"

enum { MATURITY_PARAMETERS = 45, MATURITY_QUADRANTS = 4, MATURITY_TOP = 4 };
enum { MATURITY_YEAR_FIRST = 2000, MATURITY_YEAR_LAST = 2199, MATURITY_EVIDENCE = 1500 };

enum maturity_profile {
    MATURITY_NONE,
    MATURITY_BASIC,
    MATURITY_INTERMEDIATE,
    MATURITY_ADVANCED,
    MATURITY_PROFILES
};
const char *maturity_profile_word(enum maturity_profile p); /* "none", "basic" … */
MUST_USE bool maturity_profile_of(struct span word, enum maturity_profile *out);
extern const char *const maturity_profiles[]; /* the same words; ends with NULL */

struct maturity_parameter {
    const char *id;   /* "O-1" */
    uint8_t least[3]; /* level that basic, intermediate and advanced ask for */
    bool must;        /* it may not be left out of an assessment that is published */
};
const struct maturity_parameter *maturity_parameter(size_t i); /* i < MATURITY_PARAMETERS */
/* Its place; MATURITY_PARAMETERS: there is none of that id. */
size_t maturity_find(struct span id);
/* What it is called, sim3.O-1 of the catalogues; without them its id. */
const char *maturity_title(size_t i, const struct tongue *t);

struct maturity_level {
    int level;            /* -1: not assessed */
    struct span date;     /* "2026-01-31" */
    struct span office;   /* the role that assessed it */
    struct span evidence; /* text; empty only at level 0 */
    struct span digest;   /* SHA-256 of a file, hexadecimal; empty: none */
};
struct maturity_levels {
    struct maturity_level p[MATURITY_PARAMETERS];
};
void maturity_clear(struct maturity_levels *l);

struct maturity_sum {
    unsigned assessed;
    int mean[MATURITY_QUADRANTS]; /* hundredths of a level; what was not assessed counts as 0 */
    int overall;
    enum maturity_profile profile; /* the highest whose thresholds are all met */
};
void maturity_sum(const struct maturity_levels *l, struct maturity_sum *out);
/* Below the profile's threshold, or not assessed: places into out; how many. NONE: parameters that must be
 * assessed and are not. */
size_t maturity_gaps(const struct maturity_levels *l, enum maturity_profile p,
                     size_t out[MATURITY_PARAMETERS]);

/* ---- records ---- */

/* What a record of kind "maturity" holds; spans into it or the arena. Checked by coop_read, which calls it.
 * Reasons "request", "own" (a reviewer of the assessed member). */
MUST_USE bool maturity_read(const struct coop_record *r, struct arena *a, struct maturity_levels *out,
                            struct why *w);
/* Levels, evidence and digests as members of the object that is open. */
void maturity_put(const struct maturity_levels *l, struct json_writer *j);
/* A review names a parameter that exists. Reason "request". */
MUST_USE bool maturity_review_check(const struct coop_record *r, struct why *w);

struct maturity_review {
    const struct coop_record *r;
    size_t parameter;
    bool confirmed;
};
struct maturity_view {
    const struct coop_record *r;
    bool newest;                    /* of its member and year */
    struct maturity_review *review; /* those that count: the newest of each reviewer and parameter */
    size_t n_review;
};
struct maturity_book {
    struct coop_set set;
    struct maturity_view *assessment;
    const struct coop_record **profile; /* the newest of each member and year */
    size_t n_assessment, n_profile;
    struct coop_refusals refused;
};
/*
 * The same for the same records in any order. Reviews that do not count: "unknown" (no such assessment was
 * published to whom asks), "own" (of the reviewer's own member), "not-asked", "parameter" (not in the
 * assessment), "order" (older than the assessment). Reason "too-large".
 */
MUST_USE bool maturity_book_make(const struct coop_set *s, struct arena *a, struct maturity_book *out,
                                 struct why *w);
const struct maturity_view *maturity_view_of(const struct maturity_book *b, struct span id);

/* ---- at a member's desk ---- */

/* {"office", "year", "parameter", "level", "evidence", "digest"} */
coop_op maturity_assess;
/* {"year", "language"}: all of the own member, gaps, reviews, years, profiles of members, and what others
 * gave this member to review. */
coop_op maturity_show;
/* {"year", "profile"}: what is missing. */
coop_op maturity_check;
/* {"year", "with", "language"}: two own years by parameter. */
coop_op maturity_compare;
/* {"office", "year", "scope": "levels", "reviewers", "to", "tlp"} or {"scope": "profile", "consent": "yes"}.
 * Reasons besides those of coop_make: "consent", "own", "incomplete" (a parameter that must be is not). */
coop_op maturity_publish;
/* {"office", "assessment", "parameter", "verdict", "level", "reason"} */
coop_op maturity_review;
/* {"year", "format": "csv" or "html", "language"}: {"name", "type", "text"} */
coop_op maturity_export;

#endif
