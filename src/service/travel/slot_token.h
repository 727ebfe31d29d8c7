/*
 * What a traveller carries: a code to write down, and a signed text, in a QR code or typed, that the barrier
 * verifies without the node. It holds no document number and no plate, only a digest of both under its own
 * code, stretched so that who finds a token does not try numbers against it quickly.
 *
 *   "SLOT1" Base32( version, code 10, start in minutes since 1970 4, persons 2, length of place 1, place,
 *                   bind 16, Ed25519 signature 64 )
 */
#ifndef SERAI_SERVICE_TRAVEL_SLOT_TOKEN_H
#define SERAI_SERVICE_TRAVEL_SLOT_TOKEN_H

#include "base/buffer.h"
#include "crypto/digest.h"
#include "crypto/signer.h"
#include "service/travel/code.h"
#include "service/travel/posts.h"
#include "store/slots.h"

enum { SLOT_CODE = CODE_BITS / 8 };

struct slot_token {
    uint8_t code[SLOT_CODE];
    unix_time start;
    int64_t persons;
    struct span place;
    uint8_t bind[SLOT_BIND];
};

/* Document and plate each in the one form of slot_document_form and slot_plate_form; plate empty: on foot. */
void slot_bind(const uint8_t code[SLOT_CODE], struct span document, struct span plate,
               uint8_t out[SLOT_BIND]);
/* What the public list shows instead of the code. */
void slot_seen(const uint8_t code[SLOT_CODE], uint8_t out[SLOT_SEEN]);

/* Reasons of the signer. */
MUST_USE bool slot_token_put(const struct slot_token *t, struct span member, const struct signer *s,
                             struct buffer *out, struct why *w);

/* Blanks and small letters are as they are typed. Reasons "token" (it is none), "forged" (the member's key
 * did not sign it). place is the arena's. */
MUST_USE bool slot_token_read(struct span text, struct span member, const uint8_t pub[NODE_PUBLIC_KEY],
                              struct arena *a, struct slot_token *out, struct why *w);

/*
 * State (letters of its code), kind and number of a document, with blanks and hyphens anywhere. *key is state
 * and number alone, so that the same booklet under another kind is the same; *bound has the kind too. Reason
 * "request".
 */
MUST_USE bool slot_document_form(struct span state, struct span kind, struct span number, struct arena *a,
                                 struct span *key, struct span *bound, struct why *w);
/* Capitals, digits of any script as 0-9, Cyrillic letters that look Latin as Latin; no blanks. Reason
 * "request". */
MUST_USE bool slot_plate_form(struct span plate, struct arena *a, struct span *out, struct why *w);

/* Kinds of documents, ended by NULL. */
extern const char *const slot_document_kinds[];

#endif
