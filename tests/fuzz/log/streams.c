/* Bundles of bodies, names of logs, entries about shards and their keeping. The first byte says what. */
#include <stdlib.h>

#include "log/body_bundle.h"
#include "log/origin.h"
#include "log/retention.h"
#include "log/succession.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void need(bool ok)
{
    if (!ok)
        abort();
}

/* What is read is written again; of a wider bundle the narrower one is the beginning. */
static void bodies(struct span in)
{
    struct body_slot slot[TILE_WIDTH];
    unsigned width = in.n ? 1U + in.p[0] : 1;
    struct why w = { 0 };
    struct buffer b;
    size_t end = 0;

    in = span_sub(in, 1, in.n);
    if (!body_bundle_parse(in, width, slot, &end, &w)) {
        need(w.reason && w.offset <= in.n);
        need(!body_bundle_parse(in, width, slot, NULL, NULL));
        return;
    }
    need(end <= in.n && body_bundle_parse(in, width, slot, NULL, NULL) == (end == in.n));
    need(body_bundle_parse(in, width, slot, &end, NULL));
    buf_init(&b, in.n + 1);
    for (unsigned i = 0; i < width; i++)
        need(body_bundle_put(&slot[i], &b));
    need(span_eq(buf_span(&b), span_sub(in, 0, end)));
    buf_free(&b);
}

static void paths(struct span in)
{
    uint8_t hash[LEAF_HASH];
    char path[TILE_PATH], alone[BODY_PATH];
    struct origin o;
    struct why w = { 0 };
    struct buffer b;
    uint64_t index;
    unsigned width;

    if (body_bundle_path_parse(in, &index, &width)) {
        body_bundle_path(index, width, path);
        need(span_eq_str(in, path));
    }
    if (body_alone_path_parse(in, hash)) {
        body_alone_path(hash, alone);
        need(span_eq_str(in, alone));
    }
    if (!origin_parse(in, &o, &w)) {
        need(w.reason && w.offset <= in.n);
        return;
    }
    buf_init(&b, ORIGIN_MAX);
    need(origin_put(o.name, o.stream, o.audience, o.year, o.epoch, &b) && span_eq(buf_span(&b), in));
    need(origin_audience_has(o.audience, SPAN("KZ"), SPAN("KZ")));
    buf_free(&b);
}

static void entries(struct span in)
{
    struct succession_act act;
    struct succession s;
    struct retention r;
    struct buffer b;
    struct why w = { 0 };

    buf_init(&b, in.n + 1);
    if (succession_parse(in, &s, &w))
        need(succession_is(in) && succession_put(&s, &b) && span_eq(buf_span(&b), in));
    else
        need(w.reason && w.offset <= in.n);
    why_clear(&w);
    b.n = 0;
    if (retention_parse(in, &r, &w))
        need(retention_is(in) && retention_put(&r, &b) && span_eq(buf_span(&b), in));
    else
        need(w.reason && w.offset <= in.n);
    b.n = 0;
    if (succession_act_parse(in, &act, NULL)) {
        succession_act_put(&act, &b);
        need(span_eq(buf_span(&b), in));
    }
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const what[])(struct span) = { bodies, paths, entries };

    if (n > 0)
        what[data[0] % 3](span_of(data + 1, n - 1));
    return 0;
}
