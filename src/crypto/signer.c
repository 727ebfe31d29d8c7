#include "crypto/signer.h"

static bool sign(void *secret, struct span message, uint8_t sig[NODE_SIGNATURE], struct why *w)
{
    (void)w;
    node_sign(message, secret, sig);
    return true;
}

void signer_in_memory(uint8_t secret[NODE_SECRET_KEY], struct signer *out)
{
    *out = (struct signer){ .sign = sign, .ctx = secret };
    node_public_of(secret, out->pub);
}
