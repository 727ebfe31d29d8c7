/* Any bytes, whole and in pieces: the same attributes, the same complaints. */
#include <stdlib.h>

#include "crypto/digest.h"
#include "wire/ldif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MOST = 64 }; /* small, so that what is too long is reached */

static void mix(uint64_t *h, struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        *h = (*h ^ s.p[i]) * 0x100000001b3u;
    *h = *h * 31 + s.n;
}

static void on_value(void *ctx, const struct ldif_value *v)
{
    if (v->value.n > 2 * MOST + 512 || v->name.n == 0)
        abort();
    mix(ctx, v->dn);
    mix(ctx, v->name);
    mix(ctx, v->value);
    mix(ctx, span_of(&v->offset, sizeof v->offset));
}

static void on_bad(void *ctx, const struct why *w, size_t line)
{
    mix(ctx, span_str(w->reason));
    mix(ctx, span_of(&line, sizeof line));
}

static uint64_t read_in(struct span in, size_t piece)
{
    uint64_t h = 1;
    const struct ldif_sink sink = { on_value, on_bad, &h };
    struct ldif l;

    ldif_init(&l, MOST, &sink);
    for (size_t at = 0; at < in.n; at += piece)
        ldif_feed(&l, span_sub(in, at, at + piece));
    ldif_end(&l);
    ldif_done(&l);
    return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n);
    uint64_t whole = read_in(in, n ? n : 1);

    if (read_in(in, 1) != whole || read_in(in, 7) != whole)
        abort();
    (void)ldif_likely(in);
    return 0;
}
