/* crypto/digest.h over own code. */
#include "wasm/oracle.h"
#include "wasm/sha.h"

size_t digest_size(enum digest_alg alg)
{
    return sha_bytes(alg);
}

const char *digest_name(enum digest_alg alg)
{
    static const char *const name[] = { "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512" };

    return name[alg];
}

void digest_parts(enum digest_alg alg, const struct span *part, size_t n, struct digest *out)
{
    struct digest d = { .n = sha_bytes(alg) };

    sha_parts(alg, part, n, d.b);
    if (n == 1)
        oracle_hashed(alg, *part, &d);
    *out = d;
}

/* Of items, which nobody signs alone. */
void digest_each(enum digest_alg alg, const struct span *in, size_t n, struct digest *out)
{
    for (size_t i = 0; i < n; i++) {
        out[i].n = sha_bytes(alg);
        sha_parts(alg, &in[i], 1, out[i].b);
    }
}
