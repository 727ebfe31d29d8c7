/* HMAC (RFC 2104) and HKDF (RFC 5869) with SHA-256. */
#ifndef SERAI_CRYPTO_HMAC_H
#define SERAI_CRYPTO_HMAC_H

#include "crypto/digest.h"

/* Over the concatenated parts, at most HMAC_PARTS. */
enum { HMAC_PARTS = 14 };
void hmac_sha256(struct span key, const struct span *part, size_t n, struct digest *out);

/* n <= 8160 bytes (RFC 5869 2.3). The info has at most 255 bytes. */
void hkdf_sha256(struct span secret, struct span salt, struct span info, uint8_t *out, size_t n);

#endif
