/* node.conf: never reads past the text; what is accepted is complete; a fault lies inside the text. */
#include "node/config.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct node_config config = { 0 };
    struct config_fault fault;
    struct arena arena;
    unsigned lines = 1;

    for (size_t i = 0; i < n; i++)
        lines += data[i] == '\n';
    arena_init(&arena, 1 << 20);
    if (config_parse(span_of(data, n), "/srv", &arena, &config, &fault)) {
        if (!config.member || !config.name || !config.agreement || !config.store || !config.host)
            abort();
        if (!config.tls_certificate != !config.tls_key)
            abort();
    } else if (config.host || fault.line > lines || fault.column > n + 1 || !fault.message[0]) {
        abort();
    }
    arena_free(&arena);
    return 0;
}
