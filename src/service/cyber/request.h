/*
 * Offers and requests of capability: what became of each, which offers fit a request and why, and what a
 * member says next. All of it is worked out of the records (cooperation.h).
 */
#ifndef SERAI_SERVICE_CYBER_REQUEST_H
#define SERAI_SERVICE_CYBER_REQUEST_H

#include "service/cyber/cooperation.h"

enum request_state {
    REQUEST_OPEN,      /* waits for answers */
    REQUEST_ANSWERED,  /* somebody can help */
    REQUEST_AGREED,    /* an answer was accepted */
    REQUEST_CLOSED,    /* its author says how it ended */
    REQUEST_WITHDRAWN, /* its author needs it no more */
    REQUEST_DECLINED,  /* all that answered declined, and the deadline is over or all were named */
    REQUEST_NO_ANSWER, /* the deadline is over, and nobody answered */
};
const char *request_state_word(enum request_state s);

enum { REQUEST_PARTIES = 64 };

struct request_side {
    struct span member;
    const struct coop_record *reply;    /* that counts; NULL: silent, or the author */
    const struct coop_record *accepted; /* NULL: not */
    const struct coop_record *closed;   /* its word on how it went; NULL: none yet */
};

struct request_view {
    const struct coop_record *r;
    enum request_state state;
    struct request_side author;
    size_t n_side; /* those who answered, in the order of answering */
    struct request_side side[REQUEST_PARTIES];
    size_t n_silent; /* named, and silent although the deadline is over */
    struct span silent[REQUEST_PARTIES];
};

struct offer_view {
    const struct coop_record *r;
    const struct coop_record *closed; /* NULL: it stands */
    bool ended;                       /* closed, or its time is over */
    unsigned load;                    /* requests that it serves now */
};

struct request_book {
    struct coop_set set;
    struct request_view *request;
    struct offer_view *offer;
    size_t n_request, n_offer;
    struct coop_refusals refused;
};

/* The same for the same records in any order. Reason "too-large". */
MUST_USE bool request_book_make(const struct coop_set *s, unix_time now, struct arena *a,
                                struct request_book *out, struct why *w);
const struct request_view *request_find(const struct request_book *b, struct span id);
const struct offer_view *offer_find(const struct request_book *b, struct span id);

struct request_match {
    const struct offer_view *offer;
    unsigned score;         /* 0..100 */
    unsigned days, of_days; /* that the offer covers, of those asked for */
    unsigned hours;         /* apart, by the clock */
    unsigned free, places;
    struct span language; /* the first in common; empty: none */
};
/* Offers of other members for the same capability that stand, best first; then by id. Those without a day in
 * common are left out. At most `most`. */
size_t request_match(const struct request_book *b, const struct request_view *v, struct request_match *out,
                     size_t most);

/* What is to be done here: for reminders. */
struct request_due {
    size_t unanswered; /* requests of others that wait for this member */
    size_t no_answer;  /* own requests without an answer */
    size_t to_accept;  /* own requests that were answered */
    size_t to_close;   /* agreed, their time is over, and this side has not told how it went */
    unix_time first;   /* the earliest deadline among the unanswered; 0: none */
};
void request_due(const struct request_book *b, struct span self, unix_time now, struct request_due *out);

/*
 * Reasons besides those of coop_make: "unknown", "own", "not-asked", "late", "again", "offer",
 * "not-requester", "reply", "order", "not-party", "closed".
 */
coop_op request_offer, request_ask, request_reply, request_accept, request_close;
/* {"language": …, "state": …, "capability": …}; all of them optional. */
coop_op request_list;
/* {"request": ID, "language": …}: matches with their reasons. */
coop_op request_matches;

#endif
