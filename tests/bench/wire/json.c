/* JSON texts of three shapes: read, and read and written in canonical form, against copying the text. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "wire/jcs.h"
#include "wire/json.h"

struct work {
    struct span text;
    uint8_t *copy;
    bool canonical;
};

static void ours(void *ctx, size_t n)
{
    struct work *w = ctx;
    struct arena a;
    struct json j;
    struct buffer b;

    while (n--) {
        arena_init(&a, 1u << 30);
        if (!json_parse(w->text, &a, &j, NULL))
            abort();
        if (w->canonical) {
            buf_init_fixed(&b, w->copy, w->text.n + 64);
            if (!jcs_put(&b, &j, JSON_ROOT, &a, NULL))
                abort();
        }
        arena_free(&a);
    }
}

static void copy(void *ctx, size_t n)
{
    struct work *w = ctx;

    while (n--) {
        memcpy(w->copy, w->text.p, w->text.n);
        __asm__ volatile("" : : "r"(w->copy) : "memory");
    }
}

static void measure(const char *name, const struct buffer *b)
{
    struct work w = { .text = buf_span(b), .copy = malloc(b->n + 64) };
    char line[80];
    double share, ns;

    share = bench_ratio(name, ours, &w, "memcpy", copy, &w, 0);
    (void)share;
    (void)snprintf(line, sizeof line, "%s, speed", name);
    ns = bench_time(line, ours, &w);
    bench_figure(line, (double)b->n / ns * 1000, "MB/s");
    w.canonical = true;
    (void)snprintf(line, sizeof line, "%s, canonical", name);
    ns = bench_time(line, ours, &w);
    bench_figure(line, (double)b->n / ns * 1000, "MB/s");
    free(w.copy);
}

static void record(struct buffer *b, unsigned i)
{
    buf_printf(b,
               "{\"id\":%u,\"type\":\"indicator\",\"created\":\"2026-11-%02uT08:%02u:00Z\",\"active\":%s,"
               "\"score\":%u.%u,"
               "\"labels\":[\"specimen\",\"test\"],\"pattern\":\"[domain-name:value = 'host-%u.example']\","
               "\"source\":{\"member\":\"UTO\",\"sequence\":%u},\"note\":null}",
               i, i % 28 + 1, i % 60, i % 2 ? "true" : "false", i % 100, i % 10, i, i * 7);
}

int main(int argc, char **argv)
{
    struct buffer b;

    bench_init(argc, argv);
    buf_init(&b, 1u << 28);
    buf_u8(&b, '[');
    for (unsigned i = 0; i < 4000; i++) {
        buf_str(&b, i ? ",\"" : "\"");
        for (unsigned k = 0; k < 1000; k++)
            buf_u8(&b, (uint8_t)('a' + k % 26));
        buf_u8(&b, '"');
    }
    buf_u8(&b, ']');
    measure("JSON, long strings, 4 MB", &b);
    buf_reset(&b);
    buf_u8(&b, '[');
    for (unsigned i = 0; i < 30000; i++) {
        buf_str(&b, i ? "," : "");
        record(&b, i);
    }
    buf_u8(&b, ']');
    measure("JSON, records, 8 MB", &b);
    buf_reset(&b);
    record(&b, 1);
    measure("JSON, one record", &b);
    buf_free(&b);
    return 0;
}
