#include "crypto/md5.h"

#include <openssl/evp.h>

bool md5_of(struct span s, uint8_t out[MD5_SIZE])
{
    unsigned n = MD5_SIZE;

    return EVP_Digest(s.n ? s.p : (const uint8_t *)"", s.n, out, &n, EVP_md5(), NULL) == 1 && n == MD5_SIZE;
}
