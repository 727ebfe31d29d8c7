/*
 * The node keys of the members, as an operator confirmed them with each member by another way (telephone,
 * meeting, diplomatic note): a line `IR ir.specimen+1a2b3c4d+AQ…` for each, `#` begins a comment. Lines are
 * only added: a later key of a member succeeds its earlier ones.
 */
#ifndef SERAI_TRUST_KEYS_H
#define SERAI_TRUST_KEYS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/why.h"
#include "crypto/node_key.h"

struct trust_key {
    struct span state, name; /* "IR", "ir.specimen" */
    uint8_t key[NODE_PUBLIC_KEY];
    uint8_t fingerprint[32];
};

struct trust_keys {
    size_t n;
    const struct trust_key *key;
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

/* One line of the file. */
void trust_keys_put(struct buffer *b, struct span state, struct span name,
                    const uint8_t pub[NODE_PUBLIC_KEY]);

#endif
