/*
 * How acts travel: notes one behind the other, a blank line between, then the certificates they speak of as
 * PEM. Members' cards are notes too and travel with them. A text of either has no blank line and its note one
 * signature, so nothing else is needed to tell them apart.
 */
#ifndef SERAI_TRUST_BUNDLE_H
#define SERAI_TRUST_BUNDLE_H

#include "crypto/signer.h"
#include "trust/act.h"
#include "trust/keys.h"

struct trust_certificate {
    uint8_t sha256[32];
    struct span der;
};

struct trust_bundle {
    size_t n_notes, n_cards, n_certificates;
    const struct span *note;                     /* acts, as signed */
    const struct span *card;                     /* likewise */
    const struct trust_certificate *certificate; /* decoded; nothing about them is checked */
};

/* Reason "bundle" with offset, "too-large". */
MUST_USE bool trust_bundle_parse(struct span in, struct arena *a, struct trust_bundle *out, struct why *w);

/* Appends one note, or one certificate; notes come first. */
void trust_bundle_put_note(struct buffer *b, struct span note);
void trust_bundle_put_certificate(struct buffer *b, struct span der);

/*
 * One note: its text read, and its one signature verified with the key of that member and name. Reasons:
 * those of act_parse and note_parse; "agreement" (of another bloc); "no-key" (signed by a key that is not
 * among the members' keys: nothing can be said); "signature" (forged); "act" (the key is that of another
 * member).
 */
MUST_USE bool trust_act_verify(struct span note, const struct trust_keys *keys, struct span agreement,
                               struct arena *a, struct trust_act *out, struct why *w);

/*
 * All of them, also those signed by keys that others of them name: keys grows. Appends what verifies to out,
 * which has room for n + 1, and calls refused once for each of the rest. Returns how many verify.
 */
size_t trust_acts_verify(const struct span *note, size_t n, struct trust_keys *keys, struct span agreement,
                         struct arena *a, struct trust_act *out,
                         void (*refused)(void *ctx, size_t i, const struct why *w), void *ctx);

/* Appends the note of an act whose fields are set. Reasons: "key" (the signer's key is another one than
 * key), "too-large" (longer than LIMIT_ACT), and those of the signer. */
MUST_USE bool trust_act_sign(const struct trust_act *act, const struct trust_key *key,
                             const struct signer *signer, struct buffer *out, struct why *w);

#endif
