/*
 * An act of a member about the keys that the bloc believes, or about who is a member: a short text that a
 * person can read, in a note that the member's node signed (C2SP signed-note). The acts of one key form a
 * chain: numbers without gap, each naming the digest of the one before.
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
 *   admit KZ kz.specimen+1a2b3c4d+AQ…         another member's node key
 *   succeed IR ir.specimen+5e6f7081+AQ…       the next node key of the member itself
 *   retire IR: replaced                       this key says nothing more
 *   leave IR: denounced on 2026-10-02         likewise, and the member withdraws
 *   suspend TR: two histories of its log
 *   resume TR: cleared up on 2026-11-01
 *   instrument ratify 3c9e…                   the member's consent to be bound by the agreement whose text
 * has this SHA-256 (doc/instruments.md)
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
#include "crypto/node_key.h"
#include "seal/purpose.h"

enum act_verb {
    ACT_PROPOSE,
    ACT_CONFIRM,
    ACT_WITHDRAW,
    ACT_REPORT,
    ACT_ADMIT,   /* of others alone, as ACT_SUSPEND and ACT_RESUME are */
    ACT_SUCCEED, /* of the member itself alone, as ACT_RETIRE and ACT_LEAVE are */
    ACT_RETIRE,
    ACT_LEAVE,
    ACT_SUSPEND,
    ACT_RESUME,
    ACT_INSTRUMENT, /* of the member itself, about the agreement */
};

/*
 * instrument KIND SHA256 [article LABEL] [of XX] [from DATE] [: TEXT]. Which of these an instrument has
 * follows from its kind: doc/instruments.md.
 */
enum instrument_kind {
    INSTRUMENT_SIGN,
    INSTRUMENT_RATIFY, /* with an article: accepts one that is optional */
    INSTRUMENT_ACCEDE,
    INSTRUMENT_RESERVE,
    INSTRUMENT_OBJECT, /* to another's reservation */
    INSTRUMENT_OPPOSE, /* likewise, and that the agreement is in force between the two */
    INSTRUMENT_LIFT, /* takes back a reservation, or, with another member, an objection to its reservation */
    INSTRUMENT_SUSPEND,
    INSTRUMENT_RESUME, /* ends a suspension, or takes back a withdrawal before it has effect */
    INSTRUMENT_WITHDRAW,
    INSTRUMENT_AMEND, /* brings in a text as a new version */
    INSTRUMENTS_N
};

struct act_statement {
    enum act_verb verb;
    struct span state;   /* whose certificate, whose key, which member: two or three capital letters */
    uint8_t sha256[32];  /* of the certificate's DER; ACT_REPORT, ACT_ADMIT, ACT_SUCCEED: fingerprint of the
                            key  (trust/keys.h); else zero */
    struct span purpose; /* of a certificate: small letters and single blanks; else empty */
    struct span reason;  /* one line; empty for ACT_PROPOSE, ACT_CONFIRM, ACT_ADMIT, ACT_SUCCEED */
    struct span name;    /* ACT_ADMIT, ACT_SUCCEED: of the node, and its key */
    uint8_t key[NODE_PUBLIC_KEY];
    /* ACT_INSTRUMENT: sha256 is of the agreement's text, state the other member or empty, reason the text. */
    enum instrument_kind instrument;
    struct span article; /* or empty */
    struct date from;    /* or unset */
};

/* It says something about a certificate. */
static inline bool act_vouches(enum act_verb v)
{
    return v <= ACT_WITHDRAW;
}

/* It names a key that may not be known yet. */
static inline bool act_names_key(enum act_verb v)
{
    return v == ACT_ADMIT || v == ACT_SUCCEED;
}

/* It ends the chain of the key that says it. */
static inline bool act_ends(enum act_verb v)
{
    return v == ACT_RETIRE || v == ACT_LEAVE;
}

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

const char *act_verb_word(enum act_verb v);          /* "propose" */
const char *instrument_word(enum instrument_kind k); /* "ratify" */

/* What instruments of a kind name; text: a condition, or why. */
enum instrument_part { PART_NONE, PART_MAY, PART_MUST };
struct instrument_form {
    enum instrument_part article, of, from, text;
};
const struct instrument_form *instrument_form(enum instrument_kind k);

/* Of a node, in a key that is named: small letters, digits, "." and "-", at most LIMIT_NODE_NAME; the origins
 * of its logs begin with it (log/origin.h). */
bool act_node_name_valid(struct span s);

/* Whether it means something here (seal/purpose.h). Others are kept and shown, and believed for nothing. */
bool act_purpose_known(struct span purpose);

/* One line that reads as it is written: not empty, at most LIMIT_ACT_REASON bytes of UTF-8, no blank at its
 * ends, nothing that cannot be seen or turns the direction. */
bool act_reason_valid(struct span s);

#endif
