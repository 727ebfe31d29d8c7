/*
 * Bytes behind a passphrase (libsodium: Argon2id makes the key, XChaCha20-Poly1305 secretstream seals):
 *
 *   "serai.locked/v1\n" || 16 bytes of salt || 24 bytes of header || one sealed message, marked as the last
 *
 * The cost of Argon2id is fixed by the version, so that no file can ask for more: 256 MiB and three passes,
 * most of a second.
 */
#ifndef SERAI_CRYPTO_LOCKED_H
#define SERAI_CRYPTO_LOCKED_H

#include "base/buffer.h"
#include "base/why.h"

enum { LOCKED_LEAST = 12 }; /* bytes of a passphrase */

/* Reasons "passphrase" (shorter than LOCKED_LEAST), "memory". */
MUST_USE bool locked_put(struct span passphrase, struct span plain, struct buffer *out, struct why *w);

/* Reasons "locked" (not such bytes), "passphrase" (not that one, or the bytes were altered), "memory". The
 * buffer is the caller's to wipe. */
MUST_USE bool locked_open(struct span passphrase, struct span in, struct buffer *out, struct why *w);

#endif
