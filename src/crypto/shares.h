/*
 * A secret in n shares of which any k give it back, and k - 1 say nothing (A. Shamir, How to share a secret,
 * 1979), byte by byte over GF(2^8) with the polynomial of AES (FIPS 197 4.2). Written for people who keep
 * them on paper: each line checks itself, and a digest among what is shared tells whether the right ones
 * came together.
 *
 *   serai key share 1
 *   name kz.specimen
 *   set 3f0c1b9a22d47e61                 of one splitting; shares of others do not fit
 *   share 2 of 5, any 3 restore
 *   01 1a2b 3c4d 5e6f 7081 92a3 b4c5 d6e7 f809 check 5b1e
 *   …
 */
#ifndef SERAI_CRYPTO_SHARES_H
#define SERAI_CRYPTO_SHARES_H

#include "base/buffer.h"
#include "base/why.h"

enum { SHARES_MOST = 16, SHARES_SECRET = 256, SHARES_CHECK = 16, SHARE_TEXT = 4096 };

struct share {
    struct span name;
    uint8_t set[8];
    unsigned index, n, k; /* index from 1 */
    size_t bytes;         /* of the secret with its digest */
    uint8_t value[SHARES_SECRET + SHARES_CHECK];
};

/* random: of the secret's strength; called for (k - 1) bytes of each byte. 2 <= k <= n <= SHARES_MOST, secret
 * 1 to SHARES_SECRET bytes: reason "shares". name is kept as it is; out has room for n. */
MUST_USE bool shares_split(struct span secret, struct span name, unsigned k, unsigned n,
                           void (*random)(void *p, size_t n), struct share *out, struct why *w);

/*
 * The secret from at least k shares of one set; more than k are all checked. Reasons "shares": too few, of
 * different sets, one twice; or together they do not give what was shared.
 */
MUST_USE bool shares_join(const struct share *share, size_t n, struct buffer *secret, struct why *w);

void share_write(const struct share *s, struct buffer *out);
/* The name points into text. Reason "share" with the offset of the line that cannot be right. */
MUST_USE bool share_parse(struct span text, struct share *out, struct why *w);

#endif
