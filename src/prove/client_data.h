/* What a browser says of a passkey's use: CollectedClientData (WebAuthn 5.8.1). Pure syntax. */
#ifndef SERAI_PROVE_CLIENT_DATA_H
#define SERAI_PROVE_CLIENT_DATA_H

#include "base/arena.h"
#include "base/why.h"

struct client_data {
    struct span type;      /* "webauthn.create", "webauthn.get" */
    struct span challenge; /* its bytes */
    struct span origin;    /* "https://serai.example" */
    bool cross_origin;     /* the page stood in a frame of another origin */
};

/* Reason "client-data". What it fills is the arena's or part of text. */
MUST_USE bool client_data_read(struct span text, struct arena *a, struct client_data *out, struct why *w);

#endif
