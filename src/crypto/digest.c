#include "crypto/digest.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

/* Fetched once: looking an algorithm up at every call costs more than hashing a name. Never changes
 * afterwards. */
static EVP_MD *algorithm[5];
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static const struct {
    const char *name, *fetch;
    uint8_t size;
} digests[] = {
    [DIGEST_SHA1] = { "SHA-1", "SHA1", 20 },         [DIGEST_SHA224] = { "SHA-224", "SHA2-224", 28 },
    [DIGEST_SHA256] = { "SHA-256", "SHA2-256", 32 }, [DIGEST_SHA384] = { "SHA-384", "SHA2-384", 48 },
    [DIGEST_SHA512] = { "SHA-512", "SHA2-512", 64 },
};

static void fetch(void)
{
    for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++) {
        algorithm[i] = EVP_MD_fetch(NULL, digests[i].fetch, NULL);
        if (!algorithm[i])
            abort(); /* a library without SHA-2 cannot verify anything */
    }
}

size_t digest_size(enum digest_alg alg)
{
    return digests[alg].size;
}

const char *digest_name(enum digest_alg alg)
{
    return digests[alg].name;
}

void digest_parts(enum digest_alg alg, const struct span *part, size_t n, struct digest *out)
{
    EVP_MD_CTX *ctx;
    unsigned size = 0;
    bool ok;

    (void)pthread_once(&fetched, fetch);
    ctx = EVP_MD_CTX_new();
    ok = ctx && EVP_DigestInit_ex2(ctx, algorithm[alg], NULL) == 1;
    for (size_t i = 0; ok && i < n; i++)
        ok = part[i].n == 0 || EVP_DigestUpdate(ctx, part[i].p, part[i].n) == 1;
    ok = ok && EVP_DigestFinal_ex(ctx, out->b, &size) == 1;
    EVP_MD_CTX_free(ctx);
    if (!ok)
        abort(); /* out of memory; nothing in the input can make this fail */
    out->n = size;
}

void digest_each(enum digest_alg alg, const struct span *in, size_t n, struct digest *out)
{
    EVP_MD_CTX *ctx;
    bool ok;

    (void)pthread_once(&fetched, fetch);
    ctx = EVP_MD_CTX_new();
    ok = ctx != NULL;
    for (size_t i = 0; ok && i < n; i++) {
        unsigned size = 0;

        ok = EVP_DigestInit_ex2(ctx, algorithm[alg], NULL) == 1 &&
             (in[i].n == 0 || EVP_DigestUpdate(ctx, in[i].p, in[i].n) == 1) &&
             EVP_DigestFinal_ex(ctx, out[i].b, &size) == 1;
        out[i].n = size;
    }
    EVP_MD_CTX_free(ctx);
    if (!ok)
        abort(); /* as above */
}
