#include "crypto/hmac.h"

#include <stdlib.h>

#include "crypto/node_key.h"

enum { BLOCK = 64 };

void hmac_sha256(struct span key, const struct span *part, size_t n, struct digest *out)
{
    uint8_t pad[2][BLOCK] = { { 0 } };
    struct span in[HMAC_PARTS + 1];
    struct digest d;

    if (n > HMAC_PARTS)
        abort();
    if (key.n > BLOCK) {
        digest_of(DIGEST_SHA256, key, &d);
        key = digest_span(&d);
    }
    for (size_t i = 0; i < BLOCK; i++) {
        uint8_t k = i < key.n ? key.p[i] : 0;

        pad[0][i] = k ^ 0x36;
        pad[1][i] = k ^ 0x5c;
    }
    in[0] = span_of(pad[0], BLOCK);
    for (size_t i = 0; i < n; i++)
        in[i + 1] = part[i];
    digest_parts(DIGEST_SHA256, in, n + 1, &d);
    digest_parts(DIGEST_SHA256, (const struct span[]){ span_of(pad[1], BLOCK), digest_span(&d) }, 2, out);
    wipe(pad, sizeof pad);
}

void hkdf_sha256(struct span secret, struct span salt, struct span info, uint8_t *out, size_t n)
{
    struct digest key, t = { 0 };
    uint8_t i = 0;

    hmac_sha256(salt, &secret, 1, &key);
    while (n > 0) {
        size_t step = n < 32 ? n : 32;

        i++;
        hmac_sha256(digest_span(&key), (const struct span[]){ digest_span(&t), info, span_of(&i, 1) }, 3, &t);
        memcpy(out, t.b, step);
        out += step;
        n -= step;
    }
    wipe(&key, sizeof key);
    wipe(&t, sizeof t);
}
