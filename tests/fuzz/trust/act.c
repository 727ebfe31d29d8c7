/* An act that is read is written back as it was; a bundle's parts lie in it, one behind the other. */
#include <stdlib.h>

#include "trust/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void act(struct span in, struct arena *a)
{
    struct trust_act x = { .number = 7 };
    struct why w = { 0 };
    struct buffer b;

    if (!act_parse(in, a, &x, &w)) {
        if (!w.reason || (w.offset != WHY_NO_OFFSET && w.offset > in.n) || x.number != 7)
            abort();
        return;
    }
    if (x.n == 0 || x.number == 0)
        abort();
    buf_init(&b, in.n + 1);
    act_write(&x, &b);
    if (!buf_ok(&b) || !span_eq(buf_span(&b), in))
        abort();
    buf_free(&b);
}

static void bundle(struct span in, struct arena *a)
{
    struct trust_bundle x;
    struct why w = { 0 };
    const uint8_t *at = in.p;

    if (!trust_bundle_parse(in, a, &x, &w)) {
        if (!w.reason || (w.offset != WHY_NO_OFFSET && w.offset > in.n))
            abort();
        return;
    }
    for (size_t i = 0; i < x.n_notes; i++) {
        struct trust_act ignored;
        struct trust_keys none = { 0 };

        if (x.note[i].p < at || x.note[i].p + x.note[i].n > in.p + in.n)
            abort();
        at = x.note[i].p + x.note[i].n;
        if (trust_act_verify(x.note[i], &none, SPAN("T"), a, &ignored, NULL))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct trust_keys keys;
    struct arena a;

    arena_init(&a, 64 << 20);
    act(span_of(data, n), &a);
    bundle(span_of(data, n), &a);
    if (trust_keys_parse(span_of(data, n), &a, &keys, NULL) && keys.n > LIMIT_TRUST_KEYS)
        abort();
    arena_free(&a);
    return 0;
}
