/* What an authenticator says: authenticator data, attestation objects and keys (WebAuthn 6.1, 6.5). Pure
 * syntax: nothing here was verified. */
#ifndef SERAI_PROVE_AUTHENTICATOR_H
#define SERAI_PROVE_AUTHENTICATOR_H

#include "base/arena.h"
#include "base/why.h"

enum {
    AUTHENTICATOR_PRESENT = 0x01,    /* somebody touched it */
    AUTHENTICATOR_VERIFIED = 0x04,   /* and was known by PIN or finger */
    AUTHENTICATOR_MAY_COPY = 0x08,   /* the key may be copied to other devices */
    AUTHENTICATOR_COPIED = 0x10,     /* and is */
    AUTHENTICATOR_CREDENTIAL = 0x40, /* a new credential follows */
    AUTHENTICATOR_EXTENSIONS = 0x80,
};

enum { AUTHENTICATOR_MODEL = 16, AUTHENTICATOR_ID_MAX = 1023, AUTHENTICATOR_KEY_RAW = 259 };

/* COSE's numbers (RFC 9053). */
enum authenticator_alg { AUTHENTICATOR_ES256 = -7, AUTHENTICATOR_EDDSA = -8, AUTHENTICATOR_RS256 = -257 };

struct authenticator_key {
    enum authenticator_alg alg;
    size_t n;
    /* ES256: x, y. EdDSA: the 32 bytes of RFC 8032. RS256: a modulus of 2048 bits, an exponent of 3 bytes. */
    uint8_t raw[AUTHENTICATOR_KEY_RAW];
};

struct authenticator_data {
    struct span place; /* SHA-256 of the relying party's id */
    unsigned flags;
    uint32_t counter;
    struct span model, id, key; /* of a new credential: AAGUID, id, COSE key; else empty */
};

struct attestation {
    struct span format, statement, data; /* data: authenticator data */
};

/* Reason "authenticator-data". Everything is read: nothing may follow. */
MUST_USE bool authenticator_data_read(struct span in, struct arena *scratch, struct authenticator_data *out,
                                      struct why *w);
/* Reason "attestation". */
MUST_USE bool attestation_read(struct span in, struct arena *scratch, struct attestation *out, struct why *w);
/* A COSE key of the three algorithms. Reason "passkey-key". */
MUST_USE bool authenticator_key_read(struct span cose, struct arena *scratch, struct authenticator_key *out,
                                     struct why *w);

#endif
