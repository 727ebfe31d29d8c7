/* What a phone does not do, and what it does without a library. */
#include <stdlib.h>

#include "crypto/cipher.h"
#include "crypto/key.h"
#include "crypto/node_key.h"

/* No reader key ever reaches this module: the code of a device is named as not checked. */
bool private_key_agree(const struct private_key *k, const struct public_key *other,
                       uint8_t out[SHARED_SECRET_MAX], size_t *n, struct why *w)
{
    (void)k;
    (void)other;
    (void)out;
    (void)n;
    return why_set(w, "algorithm", WHY_NO_OFFSET, NULL, "this device holds no key of a reader");
}

void wipe(void *p, size_t n)
{
    volatile uint8_t *b = p;

    for (size_t i = 0; i < n; i++)
        b[i] = 0;
}

bool same_secret(const void *a, const void *b, size_t n)
{
    const uint8_t *x = a, *y = b;
    uint8_t differ = 0;

    for (size_t i = 0; i < n; i++)
        differ |= x[i] ^ y[i];
    return differ == 0;
}
