/* SHA-1 and SHA-2 where there is no OpenSSL: in the browser. Named apart from crypto/digest.h so that tests
 * hold both. */
#ifndef SERAI_WASM_SHA_H
#define SERAI_WASM_SHA_H

#include "crypto/digest.h"

size_t sha_bytes(enum digest_alg alg);

/* The digest of the concatenated parts: sha_bytes(alg) bytes of out. */
void sha_parts(enum digest_alg alg, const struct span *part, size_t n, uint8_t *out);

#endif
