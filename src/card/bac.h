/* Basic access control (Doc 9303-11 4.3): mutual authentication with keys from the machine-readable lines. */
#ifndef SERAI_CARD_BAC_H
#define SERAI_CARD_BAC_H

#include "card/access.h"
#include "card/channel.h"

/* Fills p with n random bytes; the tests give the published ones. */
typedef void (*random_fn)(void *p, size_t n);

/*
 * On a channel on which the application is selected; begins the session (3DES, SSC from both challenges). k
 * is ACCESS_MRZ. Reasons: "access" (the chip refuses the key: number, birth or expiry of another document),
 * "mac" (its answer is not of one that knows the key), and those of channel_send.
 */
MUST_USE bool bac(struct channel *ch, const struct access_key *k, random_fn random, struct why *w);

#endif
