/* Any bytes: what der_check accepts, the cursor can walk without an error; nothing else may be said of the
 * rest. */
#include <stdlib.h>

#include "wire/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Every item of one level; counts what it steps over. */
static size_t level(struct span s, bool ber)
{
    struct der d = ber ? der_ber(s) : der_of(s);
    size_t sum = 0;

    while (der_more(&d)) {
        struct der_item item = der_any(&d);

        sum += item.all.n;
    }
    if (der_ok(&d) && sum != s.n)
        abort();
    return der_ok(&d) ? sum : (size_t)-1;
}

/* Depth first with a list of its own: the input decides the depth. */
static void walk(struct span s, bool ber)
{
    struct span open[LIMIT_DER_DEPTH + 2];
    size_t n = 0;

    open[n++] = s;
    while (n > 0) {
        struct der d = ber ? der_ber(open[n - 1]) : der_of(open[n - 1]);
        struct der_item item;

        if (!der_more(&d)) {
            n--;
            continue;
        }
        item = der_any(&d);
        if (!der_ok(&d))
            abort();
        open[n - 1] = span_of(d.p, (size_t)(d.end - d.p));
        if (item.tag & 0x20) {
            if (n > LIMIT_DER_DEPTH)
                abort();
            open[n++] = item.body;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span s = span_of(data, n);

    for (int ber = 0; ber < 2; ber++) {
        struct why w = { .offset = WHY_NO_OFFSET };
        size_t indefinite = 0;

        if (der_check(s, ber, &indefinite, &w)) {
            if (!ber && (indefinite || der_item_length(s) != n))
                abort();
            walk(s, ber);
        } else if (w.offset > n) {
            abort();
        }
        (void)level(s, ber);
    }
    return 0;
}
