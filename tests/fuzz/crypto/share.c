/* Shares of keys, as somebody typed them: what is read is written again the same way, and joins with itself
 * to nothing. */
#include <stdlib.h>

#include "crypto/shares.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void need(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct share s = { 0 }, back;
    struct buffer text, secret;
    struct why w = { 0 };

    if (!share_parse(span_of(data, n), &s, &w)) {
        need(w.reason && w.offset <= n);
        return 0;
    }
    need(s.index >= 1 && s.index <= s.n && s.n <= SHARES_MOST && s.bytes <= sizeof s.value);
    buf_init(&text, SHARE_TEXT + s.name.n);
    share_write(&s, &text);
    need(buf_ok(&text) && share_parse(buf_span(&text), &back, NULL));
    need(back.bytes == s.bytes && memcmp(back.value, s.value, s.bytes) == 0 && back.index == s.index);
    buf_free(&text);
    buf_init(&secret, SHARES_SECRET);
    need(!shares_join((struct share[]){ s, s }, 2, &secret, &w));
    buf_free(&secret);
    return 0;
}
