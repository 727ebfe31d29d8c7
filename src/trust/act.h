/*
 * An act of a member about the keys that the bloc believes: a short text that a person can read, in a note
 * that the member's node signed (C2SP signed-note). The acts of one key form a chain: numbers without gap,
 * each naming the digest of the one before.
 *
 *   serai trust act 1
 *   agreement Travel between the members (illustrative)
 *   member IR
 *   number 2
 *   previous 4be1…                      SHA-256 of the text of number 1; "none" for number 1
 *   time 2026-11-22T09:30:00Z
 *   propose 5e2f… of IR for travel documents
 *   confirm 77aa… of KZ for visible seals
 *   withdraw 80c1… of TR for visible seals: replaced on 2026-10-01
 *   report TR 9d30…: node key lost on 2026-10-02
 *
 * The agreement is named by its title, not by its digest: the text gets new versions while trust goes on. A
 * statement names the State whose certificate it speaks of, so that what a set of acts means can be worked
 * out without the certificates, which travel beside the acts.
 */
#ifndef SERAI_TRUST_ACT_H
#define SERAI_TRUST_ACT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/why.h"
#include "seal/purpose.h"

enum act_verb { ACT_PROPOSE, ACT_CONFIRM, ACT_WITHDRAW, ACT_REPORT };

struct act_statement {
    enum act_verb verb;
    struct span state;   /* whose certificate, or whose key: two or three capital letters */
    uint8_t sha256[32];  /* of the certificate's DER; ACT_REPORT: fingerprint of the key (trust/keys.h) */
    struct span purpose; /* small letters and single blanks; empty for ACT_REPORT */
    struct span reason;  /* ACT_WITHDRAW and ACT_REPORT: one line; else empty */
};

struct trust_act {
    struct span agreement; /* its title */
    struct span member;    /* two capital letters */
    uint64_t number;       /* from 1 */
    uint8_t previous[32];  /* zero for number 1 */
    unix_time time;        /* as the member says */
    size_t n;              /* at least 1 */
    const struct act_statement *statement;
    /* Of the note, once it is verified: */
    struct span note, text;
    uint8_t sha256[32]; /* of text */
    size_t key;         /* place of the key that signed it among the members' keys */
};

/*
 * The text alone, up to and with its last line feed. Strict: what act_write would not write is refused, so
 * one act has one text. Spans point into text; statements are the arena's. Reason "act" with offset, or
 * "too-large". note, key stay empty.
 */
MUST_USE bool act_parse(struct span text, struct arena *a, struct trust_act *out, struct why *w);

/* Appends the text. What goes in must be what act_parse lets out. */
void act_write(const struct trust_act *act, struct buffer *out);

const char *act_verb_word(enum act_verb v); /* "propose" */

/* Whether it means something here (seal/purpose.h). Others are kept and shown, and believed for nothing. */
bool act_purpose_known(struct span purpose);

/* One line that reads as it is written: not empty, at most LIMIT_ACT_REASON bytes of UTF-8, no blank at its
 * ends, nothing that cannot be seen or turns the direction. */
bool act_reason_valid(struct span s);

#endif
