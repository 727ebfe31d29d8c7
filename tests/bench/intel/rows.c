/* Rows of a list, and attributes of a MISP event against reading its JSON alone in the same run. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "intel/list.h"
#include "intel/misp.h"
#include "intel/warninglist.h"

enum { ROWS = 20000, ATTRIBUTES = 5000 };

struct input {
    struct span text;
    struct arena a;
};

static const struct intel_about about = { .confidence = -1 };
static const struct intel_sink nothing;

static void read_list(void *ctx, size_t n)
{
    struct input *in = ctx;
    struct list_stats s;

    while (n--) {
        arena_reset(&in->a);
        if (!intel_list_read(in->text, LIST_LINES, &about, &nothing, &in->a, &s, NULL) || s.rows != ROWS)
            abort();
    }
}

static void parse(void *ctx, size_t n)
{
    struct input *in = ctx;
    struct json j;

    while (n--) {
        arena_reset(&in->a);
        if (!json_parse(in->text, &in->a, &j, NULL))
            abort();
    }
}

static void read_misp(void *ctx, size_t n)
{
    struct input *in = ctx;
    struct misp_stats s;

    while (n--) {
        arena_reset(&in->a);
        if (!misp_read(in->text, &about, &nothing, &in->a, &s, NULL) || s.indicators != ATTRIBUTES)
            abort();
    }
}

struct looking {
    struct warninglists *l;
    size_t i;
};

static void look_up(void *ctx, size_t n)
{
    struct looking *k = ctx;
    char name[40];
    uint16_t out[4];

    while (n--) {
        int at = snprintf(name, sizeof name, "www.n%zu.example", k->i++ % 200000);

        if (warninglist_check(k->l, INTEL_DOMAIN, span_of(name, (size_t)at), out, 4) > 1)
            abort();
    }
}

static void put_event(struct buffer *b)
{
    buf_str(b, "{\"Event\":{\"uuid\":\"11111111-1111-4111-8111-111111111111\",\"info\":\"SPECIMEN\",\"date\":"
               "\"2026-03-01\",\"timestamp\":\"1772409600\",\"Attribute\":[");
    for (unsigned i = 0; i < ATTRIBUTES; i++)
        buf_printf(
            b,
            "%s{\"id\":\"%u\",\"uuid\":\"00000000-0000-4000-8000-%012u\",\"type\":\"domain\",\"category\":"
            "\"Network activity\",\"to_ids\":true,\"timestamp\":\"1772409600\",\"comment\":\"\",\"deleted\":"
            "false,\"disable_correlation\":false,\"value\":\"n%u.example\"}",
            i ? "," : "", i, i, i);
    buf_str(b, "]}}");
}

int main(int argc, char **argv)
{
    struct input list, event;
    struct looking k = { .i = 0 };
    struct warninglist w = { .name = SPAN("SPECIMEN"),
                             .kind = WARNINGLIST_HOSTNAME,
                             .kinds = intel_kind_bit(INTEL_DOMAIN) };
    struct buffer rows, json, names;
    double ns;

    bench_init(argc, argv);
    buf_init(&rows, 64 << 20);
    buf_init(&json, 64 << 20);
    buf_init(&names, 64 << 20);
    arena_init(&list.a, 1 << 30);
    arena_init(&event.a, 1 << 30);
    for (unsigned i = 0; i < ROWS; i++)
        buf_printf(&rows, "n%u.example\n", i);
    put_event(&json);
    list.text = buf_span(&rows);
    event.text = buf_span(&json);
    ns = bench_time("list of 20,000 names", read_list, &list);
    bench_figure("rows of a list", ROWS * 1e9 / ns, "rows/s");
    (void)bench_ratio("MISP event of 5,000 attributes as STIX", read_misp, &event, "json_parse alone", parse,
                      &event, 0);
    ns = bench_time("MISP event of 5,000 attributes", read_misp, &event);
    bench_figure("attributes of MISP", ATTRIBUTES * 1e9 / ns, "attributes/s");
    w.entry = calloc(100000, sizeof *w.entry);
    if (!w.entry)
        abort();
    for (; w.n < 100000; w.n++) {
        size_t at = names.n;

        buf_printf(&names, "n%zu.example", w.n);
        w.entry[w.n] = (struct span){ NULL, names.n - at };
    }
    for (size_t i = 0, at = 0; i < w.n; at += w.entry[i++].n)
        w.entry[i].p = names.p + at;
    if (!warninglists_new(&w, 1, NULL, &k.l, NULL))
        abort();
    (void)bench_time("a name looked up in 100,000", look_up, &k);
    warninglists_free(k.l);
    free(w.entry);
    arena_free(&list.a);
    arena_free(&event.a);
    buf_free(&rows);
    buf_free(&json);
    buf_free(&names);
    return 0;
}
