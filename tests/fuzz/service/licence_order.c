/* Any text as an order for a licence, and any bytes as a message of a session: each value of an order that
 * was read is one CBOR item, with a name. */
#include <stdlib.h>

#include "seal/mdoc_session.h"
#include "service/licence/order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct licence_order_data order;
    struct mdoc_session_message m;
    struct why w = { 0 };
    struct arena a;

    if (n > 1 << 16)
        return 0;
    arena_init(&a, 64u << 20);
    if (licence_order_read(span_of(data, n), (struct span){ 0 }, &a, &order, &w)) {
        for (size_t i = 0; i < order.n; i++) {
            struct cbor c = cbor_of(order.element[i].value);

            (void)cbor_item(&c);
            must(cbor_finish(&c, NULL, NULL));
        }
    } else {
        must(w.reason != NULL);
    }
    for (int establishment = 0; establishment < 2; establishment++)
        if (mdoc_session_message_read(span_of(data, n), establishment, &a, &m, NULL))
            must(establishment ? m.reader_key.n && m.has_data : m.has_data || m.has_status);
    arena_free(&a);
    return 0;
}
