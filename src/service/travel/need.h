/*
 * "What do I need?": a journey as a traveller says it, and the cases that the agreement is asked about. No
 * personal data: no name, no number, no day of birth. agreement/need.h finds what is needed.
 */
#ifndef SERAI_SERVICE_TRAVEL_NEED_H
#define SERAI_SERVICE_TRAVEL_NEED_H

#include "agreement/agreement.h"
#include "base/arena.h"

enum { NEED_LEGS = 12, NEED_STAYS = 64, NEED_CATEGORIES = 16 };

/* One member entered. Unset and empty: not said; to unset: how long was not said. */
struct need_leg {
    struct span entering, mode, post;
    struct date from, to;
};

struct need_stay {
    struct span member;
    struct stay stay;
};

struct need_request {
    struct span nationality, residence, purpose, document, coming_from;
    struct span permission; /* a kind that the traveller has already, or "none"; empty: whatever is needed */
    struct span language;
    int age; /* -1: not said */
    size_t n_legs;
    struct need_leg leg[NEED_LEGS];
    bool stays_said; /* with n_stays 0: there were none */
    size_t n_stays;
    struct need_stay stay[NEED_STAYS];
    bool vehicle; /* one is brought */
    bool drives;
    struct span issuer, scheme; /* of the licence; the scheme empty: that which the issuer's letters follow */
    size_t n_categories;
    struct span category[NEED_CATEGORIES];
};

/* The parameters that need_set knows, ended by NULL. */
extern const char *const need_parameters[];

/* An empty request. */
void need_request_init(struct need_request *r);

/*
 * One parameter, as it stands in the query of an address or on a command line; value must outlive r.
 *   nationality, residence, from   KZ
 *   purpose, document, permission  words of the agreement
 *   age                            30
 *   route                          IR,2027-03-01,2027-03-20,road,bazargan;TR,2027-03-21  member, first and
 *                                  last day, mode, post; what is not known is left empty
 *   stays                          none, or IR,2026-10-01,2026-10-10;IR,2027-01-05
 *   licence                        PK,LTV+PSV or PK,B,vienna-1968
 *   vehicle                        car, motorcycle, moped, lorry, bus, trailer
 *   language                       fa
 * Reason "query", with the parameter's name in the detail.
 */
MUST_USE bool need_set(struct need_request *r, const char *name, struct span value, struct why *w);

/* A journey there is: nationality and at least one leg with its first day, the legs in order. "query". */
MUST_USE bool need_ready(const struct need_request *r, struct why *w);

/* Days of stay asked for on that leg; 0: not said. */
int need_leg_days(const struct need_leg *l);

struct need_case {
    struct facts facts;
    struct stay stay[NEED_STAYS + NEED_LEGS]; /* that facts point to */
    bool stays_planned; /* an earlier leg counts, and what was before the journey was not said */
};

/* The case of leg i: earlier stays there are those said, and the legs before it. */
void need_case_of(const struct need_request *r, size_t i, struct need_case *out);

#endif
