/*
 * The members' instruments about the agreement, out of their acts: only those of keys that count, or of the
 * part of a key's past that no report or second history touches. What they mean is agreement/register.h.
 */
#ifndef SERAI_TRUST_INSTRUMENTS_H
#define SERAI_TRUST_INSTRUMENTS_H

#include "trust/list.h"

struct instrument {
    enum instrument_kind kind;
    struct span member;      /* who says it */
    uint8_t agreement[32];   /* SHA-256 of the text it speaks of */
    struct span article, of; /* or empty */
    struct span text;        /* a condition, or why */
    struct date from;        /* or unset */
    unix_time time;          /* as its act says */
    uint8_t act[32];         /* SHA-256 of the act */
    uint64_t number;         /* of the act in its chain */
    size_t place;            /* of the statement in the act */
    unix_time before;        /* the latest time that an earlier act of the same key says */
    bool backdated;          /* the act says a time before that: it cannot have been signed then */
};

/*
 * Pure: the same acts in any order give the same instruments in the same order. in->party are the parties;
 * acceding: States that may accede, whose keys are judged by themselves and the parties, and whose words
 * about others' keys are not heard. Spans are those of the acts. Reason "too-large".
 */
MUST_USE bool trust_instruments(const struct trust_input *in, const struct span *acceding, size_t n_acceding,
                                struct arena *a, const struct instrument **out, size_t *n, struct why *w);

#endif
