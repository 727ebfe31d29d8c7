/* Message digests. With key.h and node_key.h the only direct users of OpenSSL and libsodium. */
#ifndef SERAI_CRYPTO_DIGEST_H
#define SERAI_CRYPTO_DIGEST_H

#include "base/span.h"

enum digest_alg { DIGEST_SHA1, DIGEST_SHA224, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

struct digest {
    size_t n;
    uint8_t b[64];
};

static inline struct span digest_span(const struct digest *d)
{
    return span_of(d->b, d->n);
}

size_t digest_size(enum digest_alg alg);

/* A digest of what comes piece by piece. May be copied and forgotten at any time. */
struct digest_run {
    enum digest_alg alg;
    _Alignas(8) uint8_t state[224];
};

void digest_begin(enum digest_alg alg, struct digest_run *r);
void digest_more(struct digest_run *r, struct span s);
void digest_end(const struct digest_run *r, struct digest *out);

/* The digest of the concatenated parts. Never fails. */
void digest_parts(enum digest_alg alg, const struct span *part, size_t n, struct digest *out);

static inline void digest_of(enum digest_alg alg, struct span s, struct digest *out)
{
    digest_parts(alg, &s, 1, out);
}

/* The digest of each of the n, with one context. */
void digest_each(enum digest_alg alg, const struct span *in, size_t n, struct digest *out);

const char *digest_name(enum digest_alg alg); /* "SHA-256" */

#endif
