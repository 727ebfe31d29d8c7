/*
 * The roster: who is a member, with which keys, on what standing. Nobody keeps it: it is a pure function of
 * the members' keys as this operator confirmed them, the acts that the members signed (trust/act.h), their
 * cards (trust/card.h) and the numbers in the agreement. doc/membership.md gives every rule and its reason.
 */
#ifndef SERAI_TRUST_ROSTER_H
#define SERAI_TRUST_ROSTER_H

#include "base/finding.h"
#include "trust/card.h"
#include "trust/list.h"

enum { ROSTER_KEYS = CARD_KEYS };

enum roster_standing {
    ROSTER_UNKNOWN, /* no key of it that counts, or no card of one: nothing can be said or believed */
    ROSTER_COUNTS,
    ROSTER_SUSPENDED,   /* enough others say so, for as long as enough do */
    ROSTER_WITHDRAWN,   /* it left, by its own word */
    ROSTER_COMPROMISED, /* every key of it is reported or has two histories */
};

struct roster_member {
    struct span state, name; /* "KZ", "kz.specimen"; name empty: no key known */
    enum roster_standing standing;
    uint8_t node[NODE_PUBLIC_KEY], fingerprint[32]; /* the newest node key that counts; zero: none */
    /* Of the card in use; none of them unless there is one. Newest last: several while keys are changed. */
    size_t n_log, n_witness, n_transport;
    uint8_t log[ROSTER_KEYS][32], witness[ROSTER_KEYS][32], transport[ROSTER_KEYS][32];
    size_t n_retired; /* log keys of before, with their ends */
    struct retired_key retired[CARD_RETIRED];
    struct span address;   /* "https://10.0.0.2:7411"; empty: only it calls others */
    uint64_t card;         /* its number; 0: none */
    bool other_text;       /* its card names another version of the agreement */
    unix_time since;       /* of the standing, as the act that made the difference is dated; COUNTS: of the
                              card; UNKNOWN: 0 */
    struct span reason;    /* of the standing, as given; may be empty */
    unsigned suspended_by; /* how many others say so; fewer than suffice are shown too */
};

struct roster {
    size_t n;
    const struct roster_member *member; /* one for each party, in the agreement's order */
    unsigned witnesses;                 /* quorum from the agreement; 0: it does not say */
    unsigned decisions;                 /* how many parties admit or suspend */
    uint8_t digest[32];                 /* over all of this: two nodes with one digest have the same roster */
};

/* All that a roster depends on; cards verified (card_verify), in any order. */
struct roster_input {
    struct trust_input acts;
    uint8_t agreement_sha256[32]; /* of its bytes here */
    unsigned witnesses;
    size_t n_cards;
    const struct member_card *card;
};

/*
 * Pure: the same input in any order gives the same roster. What it points to must outlive it. Findings:
 * "two-cards", "card-key" (a card of a key that does not count), "agreement-version", "shared-key" (two
 * members with one key: neither has it). False with reason "too-large".
 */
MUST_USE bool roster_make(const struct roster_input *in, struct arena *a, struct roster *out,
                          struct findings *f, struct why *w);

/* NULL: none. */
const struct roster_member *roster_find(const struct roster *r, struct span state);
const struct roster_member *roster_of_transport(const struct roster *r, const uint8_t spki_sha256[32]);
/* The member whose name and a slash the origin begins with: "kz.specimen/trust/all/2026". */
const struct roster_member *roster_of_origin(const struct roster *r, struct span origin);

/*
 * Whether what the member did at that time counts: always when it counts now, before the change when it is
 * suspended, withdrawn or compromised. Time is that of a witnessed checkpoint, never one that the member
 * alone gives. What it published while suspended was cosigned by nobody, so the gap need not be remembered.
 */
bool roster_counts_at(const struct roster_member *m, unix_time t);

static inline bool roster_counts(const struct roster_member *m)
{
    return m && m->standing == ROSTER_COUNTS;
}

const char *roster_word(enum roster_standing s); /* "counts" */

#endif
