/*
 * An Ed25519 key that signs, wherever it is kept: in memory, or in a token that never gives it out
 * (crypto/token.h). Whoever signs takes one of these and holds no secret of its own.
 */
#ifndef SERAI_CRYPTO_SIGNER_H
#define SERAI_CRYPTO_SIGNER_H

#include "base/why.h"
#include "crypto/node_key.h"

struct signer {
    /* Threads may call it at once. sig is written only when it returns true. A failure, whose reason
     * begins with "token", means that nothing was signed; the same call may succeed later. */
    bool (*sign)(void *ctx, struct span message, uint8_t sig[NODE_SIGNATURE], struct why *w);
    void *ctx;
    uint8_t pub[NODE_PUBLIC_KEY];
    /* Whether it could sign now; NULL: always. What a readiness check asks. */
    bool (*ready)(void *ctx, struct why *w);
};

MUST_USE static inline bool signer_sign(const struct signer *s, struct span message,
                                        uint8_t sig[NODE_SIGNATURE], struct why *w)
{
    return s->sign(s->ctx, message, sig, w);
}

MUST_USE static inline bool signer_ready(const struct signer *s, struct why *w)
{
    return !s->ready || s->ready(s->ctx, w);
}

/* Signs with secret, which must outlive it and is not copied; never fails. */
void signer_in_memory(uint8_t secret[NODE_SECRET_KEY], struct signer *out);

#endif
