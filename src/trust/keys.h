/*
 * The node keys of the members, as an operator confirmed them with each member by another way (telephone,
 * meeting, diplomatic note): a line `IR ir.specimen+1a2b3c4d+AQ…` for each, `#` begins a comment. Lines are
 * only added: a later key of a member succeeds its earlier ones. Behind them stand the keys that acts name
 * (admit, succeed): with them acts can be verified; whether they count is worked out from the acts
 * (doc/membership.md).
 */
#ifndef SERAI_TRUST_KEYS_H
#define SERAI_TRUST_KEYS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"
#include "crypto/node_key.h"

struct trust_act;

struct trust_key {
    struct span state, name; /* "IR", "ir.specimen" */
    uint8_t key[NODE_PUBLIC_KEY];
    uint8_t fingerprint[32];
    struct span named_by; /* the member whose act names it; empty: of the operator's file */
};

struct trust_keys {
    size_t n;
    struct trust_key *key;
    size_t room; /* of key, for trust_keys_learn; 0: it is the caller's and stays as it is */
};

/* SHA-256 over name, line feed, 0x01 and key; its first eight digits stand in the verifier key (C2SP
 * signed-note). */
void trust_fingerprint(struct span name, const uint8_t pub[NODE_PUBLIC_KEY], uint8_t out[32]);

/* "1a2b 3c4d …", sixteen groups: what two people read to each other. Returns out. */
enum { FINGERPRINT_TEXT = 80 };
const char *fingerprint_format(const uint8_t fingerprint[32], char out[FINGERPRINT_TEXT]);

/* Keys are the arena's, names part of text. Reason "members" with the offset of the line that cannot be used:
 * no member, no verifier key, or a key that stands there already. */
MUST_USE bool trust_keys_parse(struct span text, struct arena *a, struct trust_keys *out, struct why *w);

/*
 * Adds the keys that a verified act names and that are not there. True: something was added. One member is
 * listened to for LIMIT_NAMED_KEYS of them: nobody can fill the room of others. What the act points to must
 * outlive the keys.
 */
bool trust_keys_learn(struct trust_keys *keys, const struct trust_act *act, struct arena *a);

/* One line of the file. */
void trust_keys_put(struct buffer *b, struct span state, struct span name,
                    const uint8_t pub[NODE_PUBLIC_KEY]);

#endif
