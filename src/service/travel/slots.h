/*
 * Slots of time at the member's own posts. They order the queue and decide nothing about anybody: whoever has
 * none crosses as before, and every answer at the barrier is for an officer.
 *
 *   asked ─┬─ waiting ─(draw)─ booked ─┬─ used
 *          └────────(free)─────────────┼─ missed
 *            waiting ─ undrawn         └─ cancelled ─ its place rests, then is drawn
 *
 * A slot belongs to a document and a plate. A place given back is drawn among those who waited, the longest
 * wait first and those of one time equal, so that neither speed nor an arrangement with its last holder
 * helps.
 */
#ifndef SERAI_SERVICE_TRAVEL_SLOTS_H
#define SERAI_SERVICE_TRAVEL_SLOTS_H

#include "service/travel/slot_token.h"

struct slot_desk {
    struct store *store;
    const struct posts *posts;
    const struct signer *signer; /* of the node key; NULL: no tokens */
    struct span member;
    unix_time now;
};

/* What somebody shows or says of himself. */
struct slot_holder {
    struct span state, kind, number; /* of the document */
    struct span plate;               /* empty: on foot */
};

struct slot_wish {
    struct span
        id; /* 16 to 64 visible ASCII characters, secret: the same again is the same slot; empty: none */
    struct span place;
    unix_time start;
    struct slot_holder holder;
    int64_t persons; /* 0: 1 */
};

struct slot_view {
    struct slot_row row;
    struct slot_times times;
    const struct post *post;
    const struct gate *gate;
    char code[CODE_TEXT];
    struct span token; /* empty: not booked, or there is no key */
    bool repeated;
};

/*
 * Reasons: "request", "no-post" (no such gate), "no-slot" (none begins then), "too-early", "too-late",
 * "slot-open", "slot-count", "slot-pause", "request-conflict" (the id is of another one), those of the store
 * and the signer.
 */
MUST_USE bool slot_book(const struct slot_desk *d, const struct slot_wish *q, struct arena *a,
                        struct slot_view *out, struct why *w);
/* By the code as typed in. "slot-unknown": of none, or forgotten. */
MUST_USE bool slot_show(const struct slot_desk *d, struct span code, struct arena *a, struct slot_view *out,
                        struct why *w);
/* "slot-state": it is used, or its time has come: whoever stays away then has not used it. */
MUST_USE bool slot_cancel(const struct slot_desk *d, struct span code, struct arena *a, struct slot_view *out,
                          struct why *w);
/* Another plate for the same document. "slot-document": it is another one; "slot-changes"; "too-late". */
MUST_USE bool slot_change(const struct slot_desk *d, struct span code, const struct slot_holder *h,
                          struct arena *a, struct slot_view *out, struct why *w);

/* For the bearer of a document, at a desk where an officer has it in hand: somebody else asked for a slot
 * with its number, or the code is lost. Gives back its open slot, row alone of *out. "slot-unknown": it has
 * none. */
MUST_USE bool slot_release(const struct slot_desk *d, const struct slot_holder *h, struct arena *a,
                           struct slot_view *out, struct why *w);

/* What the barrier is told. All but SLOT_GOOD are left to the officer. */
enum slot_answer {
    SLOT_GOOD,
    SLOT_EARLY,
    SLOT_LATE,
    SLOT_WRONG_PLATE,
    SLOT_WRONG_DOCUMENT,
    SLOT_WRONG_POST,
    SLOT_USED_ALREADY,
    SLOT_GIVEN_BACK,
    SLOT_NOT_DRAWN,
    SLOT_UNKNOWN,
    SLOT_FORGED,
    SLOT_ANSWERS
};
const char *slot_answer_word(enum slot_answer s);

struct slot_shown {
    struct span token; /* the signed text, or the code alone */
    struct span place; /* where it is shown; empty: anywhere */
    struct slot_holder holder;
    bool use;           /* marks it used when good */
    struct span office; /* an officer takes it although early or late; empty: nobody said so */
};

struct slot_said {
    enum slot_answer answer;
    bool used;  /* marked now */
    bool known; /* start, end, persons, place are of the slot */
    unix_time start, end;
    int64_t persons;
    struct span place;
};
MUST_USE bool slot_check(const struct slot_desk *d, const struct slot_shown *s, struct arena *a,
                         struct slot_said *out, struct why *w);
/* The same without a store, by a member's key: what only the store knows (used, given back) stays unknown,
 * and nothing is marked. */
MUST_USE bool slot_check_offline(const struct posts *posts, struct span member,
                                 const uint8_t pub[NODE_PUBLIC_KEY], const struct slot_shown *s,
                                 unix_time now, struct arena *a, struct slot_said *out, struct why *w);

struct slot_turned {
    size_t drawn, missed, undrawn;
};
/* What time brings: draws that are due, and slots that nobody used. */
MUST_USE bool slot_turn(const struct slot_desk *d, struct arena *a, struct slot_turned *out, struct why *w);
/* Slots older than the rules keep, with the hashes of documents and plates. */
MUST_USE bool slot_forget(const struct slot_desk *d, int64_t *n, struct why *w);

#endif
