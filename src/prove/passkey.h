/*
 * Passkeys (WebAuthn 7.1, 7.2): whether a new one may be kept, and whether somebody holds one that is. The
 * signature itself is libfido2's to judge. Challenges come from challenge.h and were taken by the caller: a
 * challenge that is given here is used up, whatever the outcome.
 */
#ifndef SERAI_PROVE_PASSKEY_H
#define SERAI_PROVE_PASSKEY_H

#include "base/arena.h"
#include "base/why.h"
#include "prove/authenticator.h"

/* From the configuration. */
struct passkey_place {
    const char *id;            /* the relying party's: a host name, serai.example */
    const char *const *origin; /* of the pages: https://serai.example */
    size_t n_origins;
    const uint8_t (*model)[AUTHENTICATOR_MODEL]; /* the models that may be registered; none: all */
    size_t n_models;
};

struct passkey {
    struct span id, key; /* key: COSE */
    uint32_t counter;
};

struct passkey_made {
    struct passkey passkey;
    struct span model; /* AUTHENTICATOR_MODEL bytes; zeros: the browser does not tell */
    bool copied;
};

/*
 * Both need the person to have been verified (not only present), the page to be of one of the origins and in
 * no foreign frame. Reasons of both: "client-data", "authenticator-data", "passkey-type",
 * "passkey-challenge", "passkey-origin", "passkey-place", "passkey-verification". Spans they fill lie in what
 * they were given.
 *
 * Of registering: "attestation", "passkey-attestation" (of a kind that is not taken, or it does not hold),
 * "passkey-key", "passkey-model".
 */
MUST_USE bool passkey_register(const struct passkey_place *p, struct span challenge, struct span client_data,
                               struct span attestation, struct arena *a, struct passkey_made *out,
                               struct why *w);

struct passkey_said {
    struct span client_data, authenticator_data, signature;
};

/*
 * Of proving: "passkey-signature"; "passkey-counter" when the counter did not rise, so that somebody may have
 * a copy of the key: the operator is to be told. *counter is what is to be kept from now on.
 */
MUST_USE bool passkey_prove(const struct passkey_place *p, const struct passkey *held, struct span challenge,
                            const struct passkey_said *said, struct arena *a, uint32_t *counter,
                            struct why *w);

#endif
