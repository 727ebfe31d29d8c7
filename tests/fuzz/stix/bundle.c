/* The same objects with the same verdicts at the same places, whether a text comes whole or in pieces; the
 * first byte chooses the pieces. */
#include <stdlib.h>

#include "stix/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

struct taken {
    struct span input;
    size_t n;
    uint64_t mark;
};

static bool take(void *ctx, const struct stix_item *item)
{
    struct taken *t = ctx;

    must(item->index == t->n++);
    must(item->good == (item->why->reason == NULL));
    must(item->offset + item->bytes.n <= t->input.n);
    must(item->bytes.n == 0 || memcmp(item->bytes.p, t->input.p + item->offset, item->bytes.n) == 0);
    t->mark = (t->mark ^ item->offset ^ (uint64_t)item->bytes.n << 32 ^ (uint64_t)item->good << 63) *
              1099511628211u;
    return true;
}

static bool run(struct span text, uint8_t choice, struct taken *t, struct stix_summary *s, struct why *w)
{
    static const struct stix_bundle_how how = { .duplicates = true };
    struct stix_stream *x = stix_stream_new(&how, take, t);
    uint32_t r = choice;
    bool good = true;

    for (size_t at = 0, step; at < text.n; at += step) {
        r = r * 1664525u + 1013904223u;
        step = choice == 0 ? text.n : 1 + (r >> 16) % choice;
        good = good && stix_stream_feed(x, span_sub(text, at, at + step), w);
    }
    good = stix_stream_end(x, s, w) && good;
    stix_stream_free(x);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span text = n ? span_of(data + 1, n - 1) : (struct span){ NULL, 0 };
    struct taken whole = { .input = text }, parts = { .input = text };
    struct stix_summary a, b;
    struct why v = { 0 }, w = { 0 };
    bool good = run(text, 0, &whole, &a, &v);

    must(run(text, n ? data[0] : 1, &parts, &b, &w) == good);
    must(whole.n == parts.n && whole.mark == parts.mark);
    must(a.in == b.in && a.objects == b.objects && a.good == b.good && a.sound == b.sound &&
         a.bytes == b.bytes);
    must(good || (v.reason && w.reason && v.offset == w.offset && strcmp(v.reason, w.reason) == 0));
    return 0;
}
