/*
 * An entry of a member's log: a header that says what was recorded without saying it. The body and the salt
 * of its commitment stand apart (log/body_bundle.h) and can be erased; the log verifies for ever.
 *
 *   { 1: type, 2: issuer, 3: stream, 4: subject tag, 5: time, 6: SHA-256 of the sealed body, 7: commitment,
 *     8: audience }                                                 a record; 4 may be missing
 *   { 1: "erasure", 2: issuer, 3: stream, 5: time, 6: SHA-256 of the sealed body that was erased, 8:
 * audience, 9: index of its entry, 10: reason, 11: shard of that entry }  11 is missing when it is this one
 *
 * Deterministic CBOR (RFC 8949 4.2.1): one header has one encoding. The body is sealed with a key made of the
 * salt, so that no hash in the header is one of text that could be guessed.
 */
#ifndef SERAI_LOG_LEAF_H
#define SERAI_LOG_LEAF_H

#include "base/buffer.h"
#include "base/date.h"
#include "base/why.h"

enum { LEAF_SALT = 32, LEAF_HASH = 32, LEAF_TAG = 16, LEAF_SEAL = 16, LEAF_MAX = 768 /* bytes of one */ };

struct leaf {
    struct span type;             /* of the record, "licence-status"; LEAF_ERASURE: a body was erased */
    struct span issuer;           /* member, "KZ" */
    struct span stream, audience; /* names: lower case letters, digits, "-", "." and "/"; issuer: upper too */
    bool has_subject;
    uint8_t subject[LEAF_TAG]; /* whom it is about, for this audience alone: leaf_subject */
    unix_time time;            /* 0 and up */
    uint8_t body[LEAF_HASH];
    uint8_t commitment[LEAF_HASH]; /* not of an erasure */
    uint64_t erased;               /* of an erasure alone, as the next two: index of the entry */
    struct span reason;            /* a name: "retention" */
    struct span shard;             /* "2026"; empty: of this log */
};

extern const struct span LEAF_ERASURE;

/* Every entry that this node writes, also those of log/succession.h and log/retention.h, is a map that begins
 * with its type: reads so far. */
enum { LEAF_TYPE_KEY = 1 };
struct cbor;
struct span leaf_take_type(struct cbor *c);

/* Spans point into entry. Reason "leaf" with the offset: not that map, in another encoding, or more. */
MUST_USE bool leaf_parse(struct span entry, struct leaf *out, struct why *w);
/* False: a name that cannot be, a time before 1970. */
MUST_USE bool leaf_put(const struct leaf *l, struct buffer *b);

/* Two audiences cannot join their records: the tag is keyed with the member's secret and the audience. */
void leaf_subject(struct span secret, struct span audience, struct span subject, uint8_t out[LEAF_TAG]);

/*
 * Seals a body with a fresh salt: appends what is to be kept to sealed (the body's length and LEAF_SEAL
 * bytes) and fills body and commitment of the leaf. commitment = HMAC-SHA-256(salt, body); the key of the
 * seal is HKDF-SHA-256 of the salt (AES-256-GCM, used once).
 */
void leaf_seal(struct span body, const uint8_t salt[LEAF_SALT], struct leaf *l, struct buffer *sealed);
/* The body again. Reason "body": it is not what the leaf commits to. */
MUST_USE bool leaf_open(const struct leaf *l, const uint8_t salt[LEAF_SALT], struct span sealed,
                        struct buffer *body, struct why *w);

#endif
