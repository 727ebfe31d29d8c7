/*
 * Look-ups offline. The exact set of 50,000,000 documents: size on disk, filling, opening, look-ups one by
 * one against plain binary search over the same fingerprints in the same run, p99 warm and with the caches of
 * the processor swept before each, changes on disk at once. The compact set of 10,000,000 permissions: size,
 * wrong answers, building, look-ups. --quick: a tenth of both.
 */
#include "bench.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lookup/filter.h"

enum { ASKED = 200 * 1000, SWEEPS = 40, AFTER = 250, SWEPT = 48 * 1024 * 1024, MB = 1000 * 1000 };

static uint64_t random_state = 1;

static uint64_t random_next(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static double seconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The number of a passport as people write it, and its fingerprint: part of a look-up. */
static lookup_print print_of(struct span key, uint64_t i)
{
    char text[9] = "N00000000";
    const struct span part[3] = { SPAN("KZ"), SPAN("passport"), span_of(text, sizeof text) };

    for (size_t k = sizeof text; i; i /= 10)
        text[--k] = (char)('0' + i % 10);
    return lookup_print_of(key, "document", part, 3);
}

static int by_time(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void fail(const char *what, const struct why *w)
{
    (void)fprintf(stderr, "%s: %s\n", what, w->detail);
    exit(1);
}

/* What a look-up is measured by: number to fingerprint to answer. */
struct subject {
    struct lookup_exact *x;
    const struct lookup_image *image;
    struct span key;
    uint64_t n;
    unsigned found;
};

static void ask(struct subject *s, uint64_t i)
{
    lookup_print p = print_of(s->key, i);
    uint32_t value;

    if (s->x)
        s->found += lookup_exact_find(s->x, p, &value) == LOOKUP_THERE;
    else
        s->found += lookup_filter_ask(s->image, NULL, p).state == LOOKUP_PERHAPS;
}

static void tell(const char *name, const char *how, double *t, size_t n)
{
    char label[96];
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += t[i];
    qsort(t, n, sizeof *t, by_time);
    (void)snprintf(label, sizeof label, "%s, %s", name, how);
    bench_row(label,
              (const struct bench_column[]){ { "mean", sum / (double)n, "ns" },
                                             { "median", t[n / 2], "ns" },
                                             { "p99", t[n * 99 / 100], "ns" } },
              3, NULL);
}

static double timed(struct subject *s)
{
    uint64_t which = random_next() % (2 * s->n);
    double before = seconds();

    ask(s, which);
    return (seconds() - before) * 1e9;
}

/* Half of those asked are listed. */
static void times(struct subject *s, const char *name, const char *how)
{
    double *t = calloc(ASKED, sizeof *t);

    if (!t)
        abort();
    for (size_t i = 0; i < ASKED; i++)
        t[i] = timed(s);
    tell(name, how, t, ASKED);
    free(t);
}

/* Every line of all caches holds something else; then some look-ups, of which none finds its own there. */
static void times_cold(struct subject *s, const char *name, uint8_t *sweep)
{
    double *t = calloc(SWEEPS * AFTER, sizeof *t);

    if (!t)
        abort();
    for (size_t i = 0; i < SWEEPS * AFTER; i++) {
        if (i % AFTER == 0)
            for (size_t k = 0; k < SWEPT; k += 64)
                sweep[k]++;
        t[i] = timed(s);
    }
    tell(name, "caches swept", t, SWEEPS * AFTER);
    free(t);
}

static void in_turn(void *ctx, size_t n)
{
    struct subject *s = ctx;

    for (size_t i = 0; i < n; i++)
        ask(s, random_next() % (2 * s->n));
}

/* The floor: fingerprints in memory, halved until found. */
struct plain {
    lookup_print *p;
    uint64_t n;
    unsigned found;
};

static bool take(void *ctx, lookup_print p, uint32_t value)
{
    struct plain *f = ctx;

    (void)value;
    f->p[f->n++] = p;
    return true;
}

static void halving(void *ctx, size_t n)
{
    struct plain *f = ctx;

    for (size_t i = 0; i < n; i++) {
        lookup_print p = print_of(SPAN("0123456789abcdef0123456789abcdef"), random_next() % (2 * f->n));
        uint64_t lo = 0, hi = f->n;

        while (lo < hi) {
            uint64_t mid = lo + (hi - lo) / 2;

            if (f->p[mid] < p)
                lo = mid + 1;
            else
                hi = mid;
        }
        f->found += lo < f->n && f->p[lo] == p;
    }
}

static void fill(struct lookup_exact *x, uint64_t n)
{
    struct lookup_bulk *b = NULL;
    struct why w = { 0 };
    double before = seconds();

    if (!lookup_bulk_begin(x, &b, &w))
        fail("fill", &w);
    for (uint64_t i = 0; i < n; i++) {
        const struct lookup_change c = { print_of(lookup_exact_key(x), i), (uint32_t)i, false };

        if (!lookup_bulk_add(b, &c, &w))
            fail("fill", &w);
    }
    if (!lookup_bulk_end(b, &w))
        fail("fill", &w);
    bench_figure("exact set: filled", (double)n / (seconds() - before) / 1e6, "million entries/s");
}

static struct lookup_exact *opened(const char *folder, const char *name)
{
    struct lookup_exact *x = NULL;
    struct why w = { 0 };
    double before = seconds();

    if (!lookup_exact_open(folder, LOOKUP_WRITE, true, NULL, &x, &w))
        fail("open", &w);
    if (name)
        bench_figure(name, (seconds() - before) * 1e3, "ms");
    return x;
}

static void changes(struct lookup_exact *x, uint64_t n)
{
    struct why w = { 0 };
    double before = seconds();

    for (unsigned i = 0; i < 500; i++) {
        const struct lookup_change c = { print_of(lookup_exact_key(x), n + i), i, false };

        if (!lookup_exact_change(x, &c, 1, &w))
            fail("change", &w);
    }
    bench_figure("exact set: one change, on disk and in force", (seconds() - before) / 500 * 1e3, "ms");
}

static void exact(uint64_t n, uint8_t *sweep)
{
    char folder[] = "/var/tmp/serai-bench-XXXXXX", set[64], name[64], command[80];
    struct lookup_exact_state st;
    struct lookup_exact *x;
    struct subject s;
    struct plain floor = { 0 };
    struct why w = { 0 };
    double before;
    bool whole;

    if (!mkdtemp(folder))
        abort();
    (void)snprintf(set, sizeof set, "%s/set", folder);
    (void)snprintf(name, sizeof name, "exact set of %llu", (unsigned long long)n);
    x = opened(set, NULL);
    fill(x, n);
    changes(x, 2 * n);
    lookup_exact_state(x, &st);
    bench_figure("exact set: on disk", (double)st.bytes / MB, "MB");
    bench_figure("exact set: bytes an entry", (double)st.bytes / (double)n, "bytes");
    lookup_exact_close(x);
    x = opened(set, "exact set: opened");
    s = (struct subject){ .x = x, .key = lookup_exact_key(x), .n = n };
    times(&s, name, "first touch of its page");
    before = seconds();
    if (!lookup_exact_warm(x, NULL, NULL, &w))
        fail("warm", &w);
    bench_figure("exact set: all pages checked", seconds() - before, "s");
    times(&s, name, "warm");
    times_cold(&s, name, sweep);
    floor.p = malloc((n + 1000) * sizeof *floor.p);
    if (!floor.p)
        abort();
    lookup_exact_each(x, take, &floor, &whole);
    (void)bench_ratio("exact set: a look-up", in_turn, &s, "plain binary search in memory", halving, &floor,
                      1);
    free(floor.p);
    lookup_exact_close(x);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        abort();
}

static int by_size(const void *a, const void *b)
{
    const lookup_print *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void compact(uint64_t n, uint8_t *sweep)
{
    lookup_print *p = malloc(n * sizeof *p);
    struct lookup_image image;
    struct subject s = { .image = &image, .n = n };
    struct why w = { 0 };
    struct buffer b;
    uint64_t wrong = 0, asked = 10 * MB;
    char name[64];
    double before;

    if (!p)
        abort();
    for (uint64_t i = 0; i < n; i++)
        p[i] = print_of(s.key, i);
    qsort(p, n, sizeof *p, by_size);
    buf_init(&b, 1 << 30);
    before = seconds();
    if (!lookup_image_build(p, n, 0, &b, &w))
        fail("build", &w);
    bench_figure("compact set: built", seconds() - before, "s");
    bench_figure("compact set: size", (double)b.n / MB, "MB");
    bench_figure("compact set: bits an entry", 8.0 * (double)b.n / (double)n, "bits");
    before = seconds();
    if (!lookup_image_open(buf_span(&b), &image, &w))
        fail("open", &w);
    bench_figure("compact set: checked and opened", (seconds() - before) * 1e3, "ms");
    for (uint64_t i = 0; i < n; i++)
        if (!lookup_image_has(&image, p[i]))
            abort();
    for (uint64_t i = 0; i < asked; i++)
        wrong += lookup_image_has(&image, random_next());
    bench_figure("compact set: wrong answers", 1e6 * (double)wrong / (double)asked, "in a million");
    (void)snprintf(name, sizeof name, "compact set of %llu", (unsigned long long)n);
    times(&s, name, "warm");
    times_cold(&s, name, sweep);
    buf_free(&b);
    free(p);
}

int main(int argc, char **argv)
{
    bool quick = false;
    uint8_t *sweep = calloc(SWEPT, 1);

    bench_init(argc, argv);
    for (int i = 1; i < argc; i++)
        quick = quick || strcmp(argv[i], "--quick") == 0;
    if (!sweep)
        abort();
    compact(quick ? 1 * MB : 10 * MB, sweep);
    exact(quick ? 5 * MB : 50 * MB, sweep);
    free(sweep);
    return 0;
}
