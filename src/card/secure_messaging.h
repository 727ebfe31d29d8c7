/*
 * Secure messaging with a chip (Doc 9303-11 9.8; ISO 7816-4 10): every command and response is encrypted and
 * carries a code over itself and a counter of both sides. Nothing of a response is used before its code
 * holds; any deviation ends the session, because the two sides then no longer agree.
 */
#ifndef SERAI_CARD_SECURE_MESSAGING_H
#define SERAI_CARD_SECURE_MESSAGING_H

#include "card/apdu.h"
#include "crypto/cipher.h"

struct session {
    bool alive;                    /* false: commands go in the clear */
    struct cipher_key enc, mac;    /* both of the same algorithm */
    uint8_t ssc[CIPHER_BLOCK_MAX]; /* send sequence counter; cipher_block bytes count, big endian */
};

/* Keys from a shared secret K by the KDF of 9.7.1. ssc: cipher_block(alg) bytes; NULL: zeros, as after PACE
 * and chip authentication (9.8.6.3). Replaces whatever session was before; the next command is the first
 * under it. */
void session_begin(struct session *s, enum cipher_alg alg, struct span secret, const uint8_t *ssc);
/* Wipes it. */
void session_end(struct session *s);

/* Appends the protected command APDU for c; counts the SSC. Fails, reason "too-large", when it does not fit
 * into an extended APDU, or into a short one when extended is false; then nothing was counted. */
MUST_USE bool session_protect(struct session *s, const struct apdu *c, bool extended, struct buffer *out,
                              struct why *w);

/*
 * Checks the response APDU to the last protected command and opens it into plain, which is reset; out->data
 * points there. ins is that of the command: it says how the data are coded. On failure the session is ended;
 * reasons: "mac" (the code does not hold), "secure-messaging" (objects missing, twice, out of order, bad
 * padding, an unprotected answer such as 6987 or 6988, or one whose status word is not the authenticated
 * one).
 */
MUST_USE bool session_unprotect(struct session *s, uint8_t ins, struct span response, struct buffer *plain,
                                struct reply *out, struct why *w);

#endif
