#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "wire/json_write.h"

enum { ROUNDS = 9 };

static bool json_output;
static double round_ns = 60e6;

void bench_init(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            json_output = true;
        else if (strcmp(argv[i], "--quick") == 0)
            round_ns = 5e6;
    }
}

static double now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double run(bench_fn fn, void *ctx, size_t n)
{
    double t = now_ns();

    fn(ctx, n);
    return (now_ns() - t) / (double)n;
}

/* How many calls fill a round. */
static size_t calls(bench_fn fn, void *ctx)
{
    size_t n = 1;
    double per;

    for (;;) {
        per = run(fn, ctx, n);
        if (per * (double)n > round_ns / 10 || n > (size_t)1 << 30)
            break;
        n *= 4;
    }
    n = (size_t)(round_ns / per);
    return n ? n : 1;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static double median(double *v)
{
    qsort(v, ROUNDS, sizeof *v, by_value);
    return v[ROUNDS / 2];
}

static void print(const char *name, double value, const char *unit, const char *floor_name, double floor,
                  double share, double target)
{
    struct buffer b;
    struct json_writer w = json_to(&b);

    if (!json_output) {
        printf("%-46s %12.1f %-6s", name, value, unit);
        if (floor_name)
            printf("  %5.1f %% of %s (%.1f %s)", share * 100, floor_name, floor, unit);
        if (target > 0)
            printf("  wanted %.0f %%", target * 100);
        printf("\n");
        (void)fflush(stdout);
        return;
    }
    buf_init(&b, 64 * 1024);
    jw_object(&w, NULL);
    jw_str(&w, "name", name);
    jw_real(&w, "value", value);
    jw_str(&w, "unit", unit);
    if (floor_name) {
        jw_str(&w, "floor", floor_name);
        jw_real(&w, "floor_value", floor);
        jw_real(&w, "share", share);
    }
    if (target > 0)
        jw_real(&w, "wanted", target);
    jw_object_end(&w);
    printf("%s\n", buf_cstr(&b));
    (void)fflush(stdout);
    buf_free(&b);
}

double bench_time(const char *name, bench_fn fn, void *ctx)
{
    size_t n = calls(fn, ctx);
    double v[ROUNDS], m;

    for (size_t i = 0; i < ROUNDS; i++)
        v[i] = run(fn, ctx, n);
    m = median(v);
    print(name, m, "ns", NULL, 0, 0, 0);
    return m;
}

double bench_ratio(const char *name, bench_fn fn, void *ctx, const char *floor_name, bench_fn floor,
                   void *floor_ctx, double target)
{
    size_t n = calls(fn, ctx), nf = calls(floor, floor_ctx);
    double v[ROUNDS], f[ROUNDS], r[ROUNDS], share, ours;

    for (size_t i = 0; i < ROUNDS; i++) {
        f[i] = run(floor, floor_ctx, nf);
        v[i] = run(fn, ctx, n);
        r[i] = f[i] / v[i];
    }
    share = median(r);
    ours = median(v);
    print(name, ours, "ns", floor_name, median(f), share, target);
    return share;
}

void bench_figure(const char *name, double value, const char *unit)
{
    print(name, value, unit, NULL, 0, 0, 0);
}

void bench_row(const char *name, const struct bench_column *c, size_t n, const char *note)
{
    struct buffer b;
    struct json_writer w = json_to(&b);

    if (!json_output) {
        printf("%-22s", name);
        for (size_t i = 0; i < n; i++)
            printf("  %s %.*f%s%s", c[i].label, c[i].unit[0] && c[i].value >= 10 ? 0 : 2, c[i].value,
                   c[i].unit[0] ? " " : "", c[i].unit);
        printf("%s%s\n", note ? "  " : "", note ? note : "");
        (void)fflush(stdout);
        return;
    }
    buf_init(&b, 64 * 1024);
    jw_object(&w, NULL);
    jw_str(&w, "name", name);
    for (size_t i = 0; i < n; i++)
        jw_real(&w, c[i].label, c[i].value);
    if (note)
        jw_str(&w, "note", note);
    jw_object_end(&w);
    printf("%s\n", buf_cstr(&b));
    (void)fflush(stdout);
    buf_free(&b);
}
