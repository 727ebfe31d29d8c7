/*
 * A member's card: with which keys its node signs logs, cosigns and talks, and where it is reached. A signed
 * note (C2SP signed-note) with one signature, by the node key that the card itself names:
 *
 *   serai member card 1
 *   agreement Travel between the members (illustrative)
 *   text 4be1…                          SHA-256 of the agreement's bytes
 *   member KZ
 *   node kz.specimen+1a2b3c4d+AQ…       the node key, and by its name the name of the node
 *   number 3
 *   time 2026-11-22T09:30:00Z
 *   log kz.specimen/log+…               1 to CARD_KEYS lines, the newest last: several while keys are changed
 *   retired kz.specimen/log+… 2026-11-22T09:30:00Z   none to CARD_RETIRED lines, the newest last: log keys of
 *                                       before, which hold what was witnessed up to that time
 *   witness kz.specimen/witness+…       likewise; type 0x04 (C2SP tlog-cosignature)
 *   transport 9d30…                     likewise; SHA-256 of a SubjectPublicKeyInfo
 *   address https://10.0.0.2:7411       may be missing: then only it calls others
 *
 * The cards of one node key are numbered. A newer one replaces an older one, never the other way round; two
 * of one number prove that the key shows different faces. A card by itself says only that whoever holds the
 * node key wrote it: whether that key speaks for the member is the roster's business (trust/roster.h).
 */
#ifndef SERAI_TRUST_CARD_H
#define SERAI_TRUST_CARD_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/why.h"
#include "seal/note_key.h"

enum { CARD_KEYS = 4, CARD_RETIRED = 8 };

/* A log key that signs nothing any more. */
struct retired_key {
    uint8_t pub[NODE_PUBLIC_KEY];
    unix_time until;
};

struct member_card {
    struct span agreement; /* its title */
    uint8_t agreement_sha256[32];
    struct span member; /* two capital letters */
    struct span name;   /* of the node: "kz.specimen" */
    uint8_t node[NODE_PUBLIC_KEY], fingerprint[32];
    uint64_t number; /* from 1 */
    unix_time time;  /* as the member says */
    size_t n_log, n_witness, n_transport;
    uint8_t log[CARD_KEYS][NODE_PUBLIC_KEY], witness[CARD_KEYS][NODE_PUBLIC_KEY];
    uint8_t transport[CARD_KEYS][32];
    size_t n_retired;
    struct retired_key retired[CARD_RETIRED];
    struct span address; /* empty: none */
    /* Of the note, once it is verified: */
    struct span note;
    uint8_t sha256[32]; /* of the text */
};

/*
 * The text alone, up to and with its last line feed. Strict: one card has one text. No key stands there twice
 * or for two uses. Spans point into text. Reason "card" with offset, or "too-large".
 */
MUST_USE bool card_parse(struct span text, struct member_card *out, struct why *w);

/* Appends the text. What goes in must be what card_parse lets out; node gives the fingerprint. */
void card_write(const struct member_card *c, struct buffer *out);

/* A note, read and verified with the node key it names. Reasons: those of note_parse and card_parse,
 * "signature". */
MUST_USE bool card_verify(struct span note, struct member_card *out, struct why *w);

/* "https://", a host name, IPv4 or [IPv6] address, and perhaps ":port"; nothing behind it. */
bool card_address_valid(struct span s);

#endif
