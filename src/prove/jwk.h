/* Keys of an OpenID provider (RFC 7517, 7518 6, 8037) out of its key set. */
#ifndef SERAI_PROVE_JWK_H
#define SERAI_PROVE_JWK_H

#include "crypto/key.h"

/* The signatures that are taken. What is not here - none, and all with shared secrets - is never verified. */
enum jws_alg { JWS_ES256, JWS_RS256, JWS_PS256, JWS_EDDSA, JWS_ALGS };

const char *jws_name(enum jws_alg alg);
MUST_USE bool jws_alg_named(struct span name, enum jws_alg *out);
struct sig_alg jws_sig(enum jws_alg alg);

/*
 * The key for that algorithm with that kid in the text of a key set; kid empty: the only one that fits.
 * Private halves, shared secrets and keys for encrypting never fit. Placed in the arena: ends with
 * public_key_clear. Reasons: "keys" (the set cannot be read), "token-key" (none fits, or more than one).
 */
MUST_USE bool jwk_find(struct span keys, struct span kid, enum jws_alg alg, struct arena *a,
                       struct public_key **ret, struct why *w);

#endif
