/*
 * Challenges that are given out and taken back once: of passkeys, and the states of a sign-in with an OpenID
 * provider. In memory only: a node that starts anew has given out none. Used by several threads.
 */
#ifndef SERAI_PROVE_CHALLENGE_H
#define SERAI_PROVE_CHALLENGE_H

#include "base/date.h"
#include "base/limits.h"
#include "base/why.h"

enum challenge_use { CHALLENGE_REGISTER, CHALLENGE_SIGN_IN, CHALLENGE_PROVIDER };

enum { CHALLENGE_BYTES = 32 };

struct challenges;

struct challenges *challenges_new(void);
void challenges_free(struct challenges *c); /* NULL allowed */

/* To whom: from is the network they ask from, bound who alone may bring it back: a session, a person, a
 * browser's cookie. */
struct challenge_to {
    struct span from, bound;
};

/*
 * kept is handed back with it, at most LIMIT_CHALLENGE_KEPT bytes. value: random. When there are
 * LIMIT_CHALLENGES, the oldest is forgotten; whoever asks often pushes out their own, as from one network
 * there are at most LIMIT_CHALLENGES_FROM.
 */
void challenge_give(struct challenges *c, enum challenge_use use, const struct challenge_to *to,
                    struct span kept, const uint8_t value[CHALLENGE_BYTES], unix_time now);

struct challenge_kept {
    size_t n;
    uint8_t b[LIMIT_CHALLENGE_KEPT];
};

/*
 * Used up by the first who brings it, also when that is not whom it is bound to. Reason
 * "challenge-unknown" (never given, used, or forgotten), "challenge-expired", "challenge-bound".
 */
MUST_USE bool challenge_take(struct challenges *c, enum challenge_use use, struct span bound,
                             struct span value, unix_time now, struct challenge_kept *kept, struct why *w);

#endif
