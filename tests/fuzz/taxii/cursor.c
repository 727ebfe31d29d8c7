/* What somebody sends as next: nothing opens that was not sealed. */
#include <stdlib.h>

#include "crypto/node_key.h"
#include "taxii/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const uint8_t key[XCHACHA_KEY] = { 7 };
    uint8_t nonce[XCHACHA_NONCE] = { 0 };
    struct digest context = { .n = 32 };
    char text[TAXII_CURSOR_TEXT];
    uint64_t after = 0, want = 0;

    if (!node_crypto_init())
        abort();
    for (size_t i = 0; i < n; i++) {
        nonce[i % sizeof nonce] ^= data[i];
        want = want << 5 ^ data[i];
    }
    if (taxii_cursor_open(key, &context, span_of(data, n), &after, NULL) && n != TAXII_CURSOR_TEXT - 1)
        abort();
    taxii_cursor_seal(key, nonce, &context, want, text);
    if (!taxii_cursor_open(key, &context, span_str(text), &after, NULL) || after != want)
        abort();
    return 0;
}
