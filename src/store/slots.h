/*
 * Slots of time at posts, their draws, what is said of them publicly, and counts of those who wait. Whoever
 * holds a slot is a keyed hash of a document and of a plate. Which slot may be given is the service's to say
 * (service/travel/slots.h); that no slot is given twice is kept here, inside the transaction.
 */
#ifndef SERAI_STORE_SLOTS_H
#define SERAI_STORE_SLOTS_H

#include "store/store.h"

enum { SLOT_BIND = 16, SLOT_SEEN = 32, SLOT_TICKET = 16, SLOT_SEED = 32 };

enum slot_state {
    SLOT_WAITING, /* for a draw */
    SLOT_BOOKED,
    SLOT_USED,
    SLOT_CANCELLED, /* by its holder */
    SLOT_MISSED,    /* nobody came */
    SLOT_UNDRAWN,   /* its time came, and it was never drawn */
    SLOT_STATES
};
const char *slot_state_word(enum slot_state s);

struct slot_row {
    int64_t seq;
    struct span place; /* "sarakhs/exit/lorry" */
    unix_time start;
    int64_t persons, places; /* places: of the slot's; 1 for a vehicle */
    enum slot_state state;
    unix_time at, ended;
    int64_t turn, changed;
    struct traveller_key document, plate;
    bool has_plate;
    uint8_t bind[SLOT_BIND], seen[SLOT_SEEN];
};

/* What is asked for, and the numbers by which it is decided. */
struct slot_ask {
    struct span code;     /* the holder's, kept as a keyed hash */
    struct span document; /* issuer, kind and number in one form */
    struct span plate;    /* in one form; empty: on foot */
    struct span place;
    unix_time start, at;
    int64_t persons, places, capacity;
    int64_t turn; /* 0: before the first draw, everybody waits */
    uint8_t bind[SLOT_BIND], seen[SLOT_SEEN];
    int64_t count;          /* most of a document or plate */
    unix_time count_since;  /* asked since */
    int64_t missed;         /* as many not used */
    unix_time missed_since; /* since then, the last of them */
    int64_t pause;          /* seconds ago or less: none now */
};

/*
 * Booked at once when the first draw was, nobody waits and there is a place; else it waits. *state says
 * which. Reasons: "slot-open" (the document or the plate has one), "slot-count", "slot-pause", "slot-code"
 * (used), "request".
 */
MUST_USE bool store_slot_ask(struct store *s, const struct slot_ask *q, enum slot_state *state,
                             struct why *w);

/* By the holder's code. */
MUST_USE bool store_slot_find(struct store *s, struct span code, bool *found, struct arena *a,
                              struct slot_row *out, struct why *w);

/* The open one of a document, in its one form. */
MUST_USE bool store_slot_of(struct store *s, struct span document, bool *found, struct arena *a,
                            struct slot_row *out, struct why *w);

/* How the store names document and plate, to compare with a row. */
void store_slot_keys(const struct store *s, struct span document, struct span plate,
                     struct traveller_key *document_key, struct traveller_key *plate_key);

/* From waiting or booked to another state; a place given back before `closes` rests until due. Reason
 * "slot-state": it was in another state by now. */
MUST_USE bool store_slot_end(struct store *s, const struct slot_row *r, enum slot_state to, unix_time at,
                             unix_time due, unix_time closes, struct why *w);

/* Another plate for an open slot. Reasons "slot-state", "slot-open" (that plate has one), "slot-changes". */
MUST_USE bool store_slot_plate(struct store *s, const struct slot_row *r, struct span plate,
                               const uint8_t bind[SLOT_BIND], int64_t most, unix_time at, struct why *w);

struct slot_figures {
    int64_t taken, resting, waiting; /* booked or used; given back and not drawn; asked for */
};
MUST_USE bool store_slot_figures(struct store *s, struct span place, unix_time start,
                                 struct slot_figures *out, struct why *w);

/* Slots that somebody waits for or that have places given back, in the order of their beginning. */
struct slot_due {
    struct span place;
    unix_time start;
};
MUST_USE bool store_slots_due(struct store *s, struct arena *a, struct slot_due **ret, size_t *n,
                              struct why *w);

/* Draws among those of turns before `turn`; *given: how many got a place. */
MUST_USE bool store_slot_draw(struct store *s, struct span place, unix_time start, int64_t capacity,
                              int64_t turn, unix_time now, size_t *given, struct why *w);

/* Open slots that begin before that, oldest first. */
MUST_USE bool store_slots_past(struct store *s, unix_time before, size_t most, struct arena *a,
                               struct slot_row **ret, size_t *n, struct why *w);
/* Forgets those that begin before that, with their hashes. */
MUST_USE bool store_slots_erase(struct store *s, unix_time before, int64_t *n, struct why *w);

/* ---- what is said publicly ---- */

struct slot_event {
    int64_t seq;
    unix_time at;
    struct span body; /* JSON; service/travel/slots_audit.h reads it */
    bool published;
};
/* Behind `after`, oldest first; open: those not published alone. */
MUST_USE bool store_slot_events(struct store *s, int64_t after, bool open, size_t most, struct arena *a,
                                struct slot_event **ret, size_t *n, struct why *w);
/* All up to that stand in the log. */
MUST_USE bool store_slot_published(struct store *s, int64_t up_to, struct why *w);

/* ---- those who wait ---- */

struct waiting_count {
    struct span member; /* empty: counted here */
    struct span place;
    unix_time at; /* its period begins */
    int64_t minutes, arrived, gone;
    bool has_queue;
    int64_t queue; /* somebody saw so many wait at its end */
};
/* Adds to what was counted here in the period. Reason "request". */
MUST_USE bool store_waiting_add(struct store *s, const struct waiting_count *c, struct why *w);
/* Another member's count, once: a later one of the same period takes its place. */
MUST_USE bool store_waiting_put(struct store *s, const struct waiting_count *c, struct why *w);
/* Of one place since then, oldest first. */
MUST_USE bool store_waiting_of(struct store *s, struct span member, struct span place, unix_time since,
                               struct arena *a, struct waiting_count **ret, size_t *n, struct why *w);
/* Counted here in periods that began before that, and not published. */
MUST_USE bool store_waiting_due(struct store *s, unix_time before, size_t most, struct arena *a,
                                struct waiting_count **ret, size_t *n, struct why *w);
MUST_USE bool store_waiting_published(struct store *s, struct span place, unix_time at, struct why *w);
MUST_USE bool store_waiting_erase(struct store *s, unix_time before, int64_t *n, struct why *w);

#endif
