/* An ID token, a line feed, and a provider's keys; then the keys alone, for each algorithm. */
#include "prove/id_token.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char nonce[] = "cnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI";
    const struct id_token_wanted wanted = { "https://id.example", "serai", SPAN(nonce), (1u << JWS_ALGS) - 1,
                                            1000000 };
    struct span in = span_of(data, n), token, keys;
    const uint8_t *line = n ? memchr(data, '\n', n) : NULL;
    struct id_token t;
    struct public_key *key;
    struct arena a;

    token = span_sub(in, 0, line ? (size_t)(line - data) : n);
    keys = span_sub(in, line ? token.n + 1 : n, n);
    arena_init(&a, 4 << 20);
    if (id_token_verify(token, keys, &wanted, &a, &t, NULL) && (!t.subject.n || t.subject.n > 255))
        abort();
    for (unsigned i = 0; i < JWS_ALGS; i++)
        if (jwk_find(keys, SPAN(""), (enum jws_alg)i, &a, &key, NULL))
            public_key_clear(key);
    arena_free(&a);
    return 0;
}
