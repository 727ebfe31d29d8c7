/* Any bytes as a MISP event: what comes out is STIX, and writing it as events and reading those works. */
#include <stdlib.h>

#include "intel/misp.h"
#include "stix/object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct run {
    struct misp_writer *m;
    struct arena a;
};

static bool on_object(void *ctx, struct span stix)
{
    struct run *r = ctx;
    struct json j;

    arena_reset(&r->a);
    if (!json_parse(stix, &r->a, &j, NULL))
        abort();
    if (r->m && !misp_writer_add(r->m, stix, NULL))
        abort();
    return true;
}

static bool on_event(void *ctx, const struct misp_written *e)
{
    const struct intel_about about = { .confidence = -1 };
    const struct intel_sink sink = { .ctx = ctx };
    struct misp_stats s;
    struct arena a;

    arena_init(&a, 64 << 20);
    if (!misp_read(e->json, &about, &sink, &a, &s, NULL))
        abort();
    arena_free(&a);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct misp_write_about by = { SPAN("SPECIMEN"), SPAN("22222222-2222-4222-8222-222222222222"),
                                         SPAN("SPECIMEN"), 0 };
    const struct intel_about about = { .confidence = -1 };
    struct run r = { .m = misp_writer_new(&by) };
    const struct intel_sink sink = { .object = on_object, .ctx = &r };
    struct misp_stats s;
    struct arena a;

    arena_init(&a, 64 << 20);
    arena_init(&r.a, 64 << 20);
    if (misp_read(span_of(data, n), &about, &sink, &a, &s, NULL) &&
        !misp_writer_events(r.m, on_event, &r, NULL, NULL))
        abort();
    misp_writer_free(r.m);
    arena_free(&r.a);
    arena_free(&a);
    return 0;
}
