/*
 * OpenPGP signatures by the programs gpg and gpgv: keys stay where people keep them, an agent or a card, and
 * a parser of foreign signatures runs in a process of its own.
 */
#ifndef SERAI_CLI_OPENPGP_H
#define SERAI_CLI_OPENPGP_H

#include "base/arena.h"
#include "base/why.h"

/* home NULL: the user's own. Reasons "no-gpg" (not installed), "gpg" (it said no). */
MUST_USE bool openpgp_sign(const char *home, const char *key, const char *path, const char *sig,
                           struct why *w);
MUST_USE bool openpgp_export(const char *home, const char *key, const char *path, struct why *w);
/* In capital hexadecimal digits, the arena's; scratch: a file that may be made and removed. */
MUST_USE bool openpgp_fingerprint(const char *home, const char *key, const char *scratch, struct arena *a,
                                  struct span *out, struct why *w);
/* Reason "forged": the signature is not good or its key is not in the keyring. */
MUST_USE bool openpgp_verify(const char *keyring, const char *path, const char *sig, struct why *w);

#endif
