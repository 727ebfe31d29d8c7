/* What the issuing member answers of a licence, as a roadside check sees it; the question itself stands in
 * service/licence/status.h. */
#ifndef SERAI_CHECK_LICENCE_HOME_H
#define SERAI_CHECK_LICENCE_HOME_H

#include "base/arena.h"
#include "base/date.h"

struct ask_office;

/* What is known of a licence where it was issued, and how it became known. */
enum licence_home_state {
    LICENCE_NOT_ASKED,
    LICENCE_ANSWERED,
    LICENCE_LATE,        /* taken on, and not answered in time */
    LICENCE_UNREACHABLE, /* nobody there, or what came is no answer */
    LICENCE_REFUSED,     /* the question was not allowed, or the member does not answer it */
    LICENCE_UNKNOWN,     /* the member answers that it knows no such licence */
};
/* "not asked", "answered", "late", "unreachable", "refused", "unknown" */
const char *licence_home_word(enum licence_home_state s);

struct licence_home {
    enum licence_home_state state;
    struct span word;            /* when answered: status of the document, a word of licence.status */
    struct span reason;          /* of that status, or of a refusal; stable word */
    struct span reference, from; /* of question and answer; who answered: "KZ" */
    struct date since, until;
    unix_time as_of; /* of the register that answered; 0: not said */
    /* The word for one category, as licence_case.status_of; NULL: nothing is said of single ones. */
    struct span (*status_of)(const void *answer, struct span category);
    const void *answer;
};

/* The question to the issuing member, for whoever can put it. */
struct licence_question {
    struct span issuer, number; /* as the licence has them */
    struct date birth;          /* may be unset */
    struct span purpose;        /* empty: road-check */
    unix_time at;
};

/* Fills *out; what cannot be had is a state, never an error. Spans live in the arena. */
typedef void licence_ask(void *ctx, const struct licence_question *q, struct arena *a,
                         struct licence_home *out);

enum { LICENCE_ANSWER_SECONDS = 10 }; /* that an officer waits for an answer, as RESPER does */

/* By the office of a node: ctx is its const struct ask_office. What cannot be recorded is unreachable. */
licence_ask licence_ask_office;

/* What was answered to an earlier question; false: nothing of it is there. */
MUST_USE bool licence_look_office(const struct ask_office *office, struct span issuer, struct span reference,
                                  unix_time now, struct arena *a, struct licence_home *out);

#endif
