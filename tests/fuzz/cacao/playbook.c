/* Whatever is read can be checked, told and drawn; the flow is not longer than its edges; signatures are
 * looked at. */
#include "cacao/sign.h"

#include <stdlib.h>

#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct cacao_signature *s;
    struct cacao_findings f;
    struct cacao_line *line;
    struct why w = { 0 };
    struct arena a;
    struct buffer b;
    struct cacao c;
    uint32_t k;

    arena_init(&a, 64u << 20);
    buf_init(&b, 16u << 20);
    if (!cacao_read(span_of(data, n), &a, &c, &w)) {
        must(w.reason != NULL);
    } else {
        if (cacao_check(&c, &f, &w))
            must(f.n <= LIMIT_CACAO_FINDINGS && f.count[0] + f.count[1] + f.count[2] == f.n + f.lost);
        if (cacao_flow(&c, &line, &k, &w))
            must(k <= c.edges + 2);
        (void)!cacao_draw(&c, SPAN("fa"), &b, &w);
        if (cacao_verify(&c, &s, &k, &w))
            must(k <= LIMIT_CACAO_SIGNATURES);
    }
    buf_free(&b);
    arena_free(&a);
    return 0;
}
