/* Passwords of accounts: Argon2id (RFC 9106) for what is stored, and a keyed hash of what was verified, so
 * that only the first request of a process pays for it. */
#ifndef SERAI_CRYPTO_PASSWORD_H
#define SERAI_CRYPTO_PASSWORD_H

#include "base/span.h"

enum { PASSWORD_HASH = 128, PASSWORD_TAG = 32, PASSWORD_KEY = 32, PASSWORD_MOST = 1024 };

/* "$argon2id$…" with a NUL, printable, no blanks. False: no memory for it (64 MB). */
MUST_USE bool password_hash(struct span password, char out[PASSWORD_HASH]);
/* Takes some 50 milliseconds. */
MUST_USE bool password_verify(const char *hash, struct span password);
MUST_USE bool password_hash_valid(struct span hash);

/* Of name, stored hash and password, with a key of this process. */
void password_tag(const uint8_t key[PASSWORD_KEY], const char *name, const char *hash, struct span password,
                  uint8_t out[PASSWORD_TAG]);

#endif
