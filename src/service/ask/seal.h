/*
 * Signed questions and answers: a COSE_Sign1 (RFC 9052, EdDSA) around a message, in one form only: tagged,
 * algorithm and kid in the protected header, nothing in the other, all of it deterministic CBOR. The
 * signature also covers, as external_aad, what the message is: question or answer, topic, purpose, from and
 * to. So no signature of one thing is one of another, though the same bytes were used twice.
 *
 * Keys are never taken from a message: kid only picks one of those the reader knows of the member.
 */
#ifndef SERAI_SERVICE_ASK_SEAL_H
#define SERAI_SERVICE_ASK_SEAL_H

#include "base/arena.h"
#include "base/why.h"
#include "crypto/node_key.h"

struct signer; /* crypto/signer.h */

enum { ASK_KID = 8 };

#define ASK_CONTENT_TYPE "application/cose" /* RFC 9052 11.3.1 */

/* The first bytes of SHA-256 over the public key. */
void ask_kid(const uint8_t pub[NODE_PUBLIC_KEY], uint8_t kid[ASK_KID]);

/* ---- whose key ---- */

enum ask_key {
    ASK_KEY_GOOD,
    ASK_KEY_UNKNOWN,    /* of nobody, or of a member that is not known */
    ASK_KEY_OF_ANOTHER, /* another member's */
    ASK_KEY_SUSPENDED,  /* of a member that does not count now: suspended, withdrawn, compromised */
};

/* The node key of a member that has this kid. Called by several threads. pub is filled with ASK_KEY_GOOD. */
struct ask_keys {
    void *ctx;
    enum ask_key (*of)(void *ctx, struct span member, struct span kid, uint8_t pub[NODE_PUBLIC_KEY]);
};

/* Keys in a table. */
struct ask_known_key {
    struct span member;
    uint8_t pub[NODE_PUBLIC_KEY];
    bool suspended;
};
struct ask_key_table {
    const struct ask_known_key *key;
    size_t n;
};
struct ask_keys ask_keys_of_table(const struct ask_key_table *t);

/* ---- signing and verifying ---- */

/* What a message is: all that is signed beside it. */
struct ask_binding {
    bool answer;
    struct span topic, purpose; /* of the question, also for its answer */
    struct span from, to;       /* of the message */
};

/* Into the arena. Reasons: those of the signer, "too-large". */
MUST_USE bool ask_sign(const struct ask_binding *as, struct span message, const struct signer *s,
                       struct arena *a, struct span *out, struct why *w);

/* Not yet verified. Spans point into what was read. */
struct ask_sealed {
    struct span protected_header, kid, message, signature;
    struct span beside; /* the body that follows the signed message as a byte string; empty: none */
};

/* What a message says of a body that does not stand in it, but beside it; size 0: it stands in it. */
struct ask_beside {
    uint64_t size;    /* above LIMIT_ASK_BESIDE */
    uint8_t hash[32]; /* SHA-256 */
};
void ask_beside_of(struct span body, struct ask_beside *out);
/* *body becomes what stands beside the message, when that is what the message says of it. Reason
 * "beside": it is missing, another one, or there though the message has no place for it. */
MUST_USE bool ask_beside_take(const struct ask_sealed *m, const struct ask_beside *b, struct span *body,
                              struct why *w);

/* A signed message, alone or with one byte string after it (a CBOR sequence, RFC 8742): the body beside it.
 * Reasons: "unsigned" (a message that stands bare), those of cbor_check, "STRUCT" (any other form). What is
 * read is in the only form that ask_sign writes. */
MUST_USE bool ask_sealed_read(struct span in, struct arena *scratch, struct ask_sealed *out, struct why *w);

/* The same, or a bare message alone, as stores have them from before messages were signed. */
MUST_USE bool ask_stored_read(struct span in, struct arena *scratch, struct ask_sealed *out, struct why *w);

/* Message of signed bytes, or of a bare one. */
MUST_USE bool ask_message_of(struct span in, struct arena *scratch, struct span *message, struct why *w);

/*
 * Reasons: "key" (the kid is of no key of the member `as->from`, or that member does not count), "aad" (the
 * signature holds for another kind of message, or for none), "signature".
 */
MUST_USE bool ask_verify(const struct ask_sealed *m, const struct ask_binding *as,
                         const struct ask_keys *keys, struct arena *scratch, struct why *w);

#endif
