/* Answers under a session: as they are, and with a code that holds, so that what it covers is opened. */
#include <stdlib.h>

#include "base/buffer.h"
#include "card/secure_messaging.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as data objects, a code over them as the chip would make it, and a status word. */
static void seal(const struct session *s, struct span objects, struct buffer *out)
{
    size_t block = cipher_block(s->mac.alg);
    uint8_t ssc[CIPHER_BLOCK_MAX] = { 0 }, pad[CIPHER_BLOCK_MAX], mac[MAC_SIZE];

    ssc[block - 1] = 1;
    mac_parts(&s->mac,
              (const struct span[]){ span_of(ssc, block), objects,
                                     span_of(pad, pad_method2(objects.n, block, pad)) },
              3, mac);
    buf_put(out, objects);
    buf_be(out, 0x8e08, 2);
    buf_put(out, span_of(mac, sizeof mac));
    buf_be(out, 0x9000, 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer response, plain;
    struct session s;
    struct reply r;
    struct why w = { 0 };

    if (size < 2 || size > 70000)
        return 0;
    buf_init(&response, 1 << 18);
    buf_init(&plain, 1 << 18);
    session_begin(&s, (enum cipher_alg)(data[0] & 3), SPAN("a shared secret"), NULL);
    if (data[0] & 4)
        seal(&s, span_of(data + 2, size - 2), &response);
    else
        buf_put(&response, span_of(data + 2, size - 2));
    if (session_unprotect(&s, data[1], buf_span(&response), &plain, &r, &w)) {
        if (!s.alive || r.data.n > response.n || !(data[0] & 4))
            abort(); /* nobody can guess a code */
    } else if (s.alive || !w.reason || plain.n) {
        abort();
    }
    buf_free(&response);
    buf_free(&plain);
    return 0;
}
