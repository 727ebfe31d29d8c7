/* ID tokens (OpenID Connect Core 2, 3.1.3.7): JWS in compact form, verified before a claim is read. */
#ifndef SERAI_PROVE_ID_TOKEN_H
#define SERAI_PROVE_ID_TOKEN_H

#include "base/date.h"
#include "prove/jwk.h"
#include "wire/json.h"

struct id_token_wanted {
    const char *issuer, *client;
    struct span nonce;
    unsigned algs; /* bit 1 << enum jws_alg */
    unix_time now;
};

struct id_token {
    struct span subject;
    struct json claims;
};

/*
 * Reasons: "token-format", "token-algorithm", "token-key" (with a set fetched anew it may hold),
 * "token-signature", "token-issuer", "token-audience", "token-expired", "token-time", "token-nonce",
 * "token-subject", "keys". What it fills is the arena's.
 */
MUST_USE bool id_token_verify(struct span token, struct span keys, const struct id_token_wanted *wanted,
                              struct arena *a, struct id_token *out, struct why *w);

#endif
