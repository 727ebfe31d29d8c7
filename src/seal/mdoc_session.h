/*
 * Messages of a session between device and reader (ISO/IEC 18013-5 10.2.5, 12.2): SessionEstablishment and
 * SessionData, and AES-256-GCM of what is in them. A session is the same thing on both sides; a message that
 * cannot be opened ends it.
 */
#ifndef SERAI_SEAL_MDOC_SESSION_H
#define SERAI_SEAL_MDOC_SESSION_H

#include "base/buffer.h"
#include "seal/mdoc_transcript.h"

enum { SESSION_ERROR_ENCRYPTION = 10, SESSION_ERROR_CBOR = 11, SESSION_TERMINATION = 20 };

struct mdoc_session_message {
    struct span reader_key_bytes; /* EReaderKeyBytes with the head of tag 24; empty: a SessionData */
    struct span reader_key;       /* the COSE_Key in it */
    bool has_data, has_status;
    struct span data; /* ciphertext with its tag */
    uint64_t status;
};

/*
 * SessionEstablishment when `establishment`, else SessionData. Reasons CBOR_* and STRUCT: an establishment
 * has key and data, a SessionData data or status.
 */
MUST_USE bool mdoc_session_message_read(struct span in, bool establishment, struct arena *scratch,
                                        struct mdoc_session_message *out, struct why *w);
void mdoc_session_message_put(struct buffer *b, const struct mdoc_session_message *m);

struct mdoc_session {
    struct session_keys keys;
    bool is_reader;
    uint32_t sent, received; /* messages so far: the next one has one more in its IV */
    bool over;               /* a message could not be opened, or counters are used up */
};

/* own is this side's ephemeral key; transcript is the array. Reasons of private_key_agree. */
MUST_USE bool mdoc_session_begin(struct mdoc_session *s, bool is_reader, const struct private_key *own,
                                 const struct public_key *other, struct span transcript, struct why *w);
/* Wipes the keys. */
void mdoc_session_end(struct mdoc_session *s);

/* Appends the ciphertext of the next message this side sends. Reason SESSION_OVER. */
MUST_USE bool mdoc_session_seal(struct mdoc_session *s, struct span plain, struct buffer *out, struct why *w);
/* Opens the next message of the other side, into the arena. Reasons SESSION_DATA (does not hold: altered, out
 * of order, sent before, or of another session) and SESSION_OVER. */
MUST_USE bool mdoc_session_open(struct mdoc_session *s, struct span sealed, struct arena *a,
                                struct span *plain, struct why *w);

#endif
