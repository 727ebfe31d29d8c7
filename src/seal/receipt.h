/*
 * Receipts: a verdict as a signed note that anyone can check with the member's public key and no network.
 * A receipt holds no personal data: evidence and answer appear as digests.
 */
#ifndef SERAI_SEAL_RECEIPT_H
#define SERAI_SEAL_RECEIPT_H

#include "base/arena.h"
#include "base/result.h"
#include "crypto/signer.h"
#include "wire/note.h"

/* First four bytes of SHA-256 over name, 0x0a, 0x01 and the key (C2SP signed-note, Ed25519). */
void node_key_hash(struct span name, const uint8_t pub[NODE_PUBLIC_KEY], uint8_t out[NOTE_KEY_HASH]);

/* "name+hash+base64": how a node's public key is handed over (C2SP vkey). */
void node_vkey(struct span name, const uint8_t pub[NODE_PUBLIC_KEY], struct buffer *out);
MUST_USE bool node_vkey_parse(struct span vkey, struct span *name, uint8_t pub[NODE_PUBLIC_KEY],
                              struct why *w);

/* text, which ends with a line feed, with blank line and signature appended to out; nothing when the signer
 * fails, whose reasons it gives. */
MUST_USE bool receipt_sign(struct span text, struct span name, const struct signer *signer,
                           struct buffer *out, struct why *w);

/* genuine: signed by that name and key; no-anchor: no signature of it; forged: one that does not hold. */
enum result receipt_verify(struct span note, struct span name, const uint8_t pub[NODE_PUBLIC_KEY],
                           struct span *text, struct why *w);

#endif
