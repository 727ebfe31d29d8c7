/*
 * Keys that sign notes (C2SP signed-note): Ed25519 over the text, and Ed25519 cosignatures of checkpoints
 * (C2SP tlog-cosignature, cosignature/v1). Keys of other types can be named and are never believed.
 */
#ifndef SERAI_SEAL_NOTE_KEY_H
#define SERAI_SEAL_NOTE_KEY_H

#include "base/arena.h"
#include "base/date.h"
#include "crypto/signer.h"
#include "wire/note.h"

enum note_key_type {
    NOTE_KEY_ED25519 = 0x01,
    NOTE_KEY_ECDSA = 0x02,       /* not supported */
    NOTE_KEY_COSIGNATURE = 0x04, /* Ed25519 with a time */
    NOTE_KEY_RFC6962 = 0x05,     /* not supported */
    NOTE_KEY_ML_DSA_44 = 0x06,   /* not supported: no library of this system has it */
};

struct note_key {
    struct span name;
    enum note_key_type type;
    uint8_t hash[NOTE_KEY_HASH];
    uint8_t pub[NODE_PUBLIC_KEY];
};

/* First four bytes of SHA-256 over name, 0x0a, type and key. */
void note_key_hash(struct span name, enum note_key_type type, struct span key, uint8_t out[NOTE_KEY_HASH]);

/*
 * "name+hash+base64", split at the first two plus signs. Reasons "vkey" (not such a text, or the hash is not
 * that of name and key) and "key-not-supported" (another type). The name points into vkey.
 */
MUST_USE bool note_key_parse(struct span vkey, struct note_key *out, struct why *w);
void note_key_put(const struct note_key *k, struct buffer *b);

/* The key of that type of a node's Ed25519 key. One key signs as one of them only: a log's key never cosigns.
 */
void note_key_of(struct span name, enum note_key_type type, const uint8_t pub[NODE_PUBLIC_KEY],
                 struct note_key *out);

/*
 * A key that signs, as signed-note tools write it: "PRIVATE+KEY+name+hash+base64" of type and seed, one line.
 * The name points into text. Reason "node-key".
 */
MUST_USE bool note_signer_parse(struct span text, struct note_key *out, uint8_t secret[NODE_SECRET_KEY],
                                struct why *w);
void note_signer_put(struct span name, enum note_key_type type, const uint8_t seed[NODE_SEED],
                     struct buffer *b);

enum note_proof {
    NOTE_UNSIGNED, /* no line of that key */
    NOTE_SIGNED,
    NOTE_FORGED, /* a line of that key does not hold: the whole note is refused */
};

/*
 * What the signature lines of a parsed note say of one key. *time, which may be NULL, is when a cosignature
 * was given: of several the latest; 0 for other types. scratch holds what is signed while it is checked.
 */
enum note_proof note_key_check(const struct note *note, const struct note_key *k, struct arena *scratch,
                               unix_time *time);

/*
 * Appends the signature line of a key over the text of a note; time is used by NOTE_KEY_COSIGNATURE alone.
 * Nothing is appended on failure. Reasons: "key" (the signer's key is another one), "too-large", and those of
 * the signer.
 */
MUST_USE bool note_key_sign(const struct note_key *k, const struct signer *signer, struct span text,
                            unix_time time, struct arena *scratch, struct buffer *b, struct why *w);

#endif
