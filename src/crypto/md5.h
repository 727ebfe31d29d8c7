/* MD5 (RFC 1321), for the look-up files of MISP feeds alone. It proves nothing: no signature, no identity and
 * no comparison of content may rest on it. */
#ifndef SERAI_CRYPTO_MD5_H
#define SERAI_CRYPTO_MD5_H

#include "base/span.h"

enum { MD5_SIZE = 16 };

/* False when the library refuses it (a FIPS provider). */
MUST_USE bool md5_of(struct span s, uint8_t out[MD5_SIZE]);

#endif
