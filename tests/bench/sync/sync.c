/*
 * Catching up a log of a million records, out of memory into the embedded store, proved on the way: against
 * plain hashing of the same bytes in the same run, and against what is asked for, 300,000 records a second of
 * one core. And verifying it only, with nothing stored, which is asked to be within three times the hashing.
 */
#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "crypto/digest.h"
#include "million.h"

enum { ASKED = 300 * 1000 };

static struct log_source source;
static char folder[] = "/tmp/serai-bench-XXXXXX";

static void fail(const struct why *w)
{
    (void)fprintf(stderr, "%s: %s\n", w->reason, w->detail);
    exit(1);
}

/* Each entry once, as the leaf of a tree: nothing is proved. */
static void hash(void *ctx, size_t n)
{
    struct digest d;

    (void)ctx;
    for (size_t i = 0; i < n; i++)
        for (size_t b = 0; b * TILE_WIDTH < MILLION; b++) {
            struct span entry[TILE_WIDTH];
            unsigned width = tile_width(0, b, MILLION);

            if (!bundle_parse(million_bundle(b), width, entry, NULL))
                abort();
            for (unsigned k = 0; k < width; k++)
                digest_of(DIGEST_SHA256, entry[k], &d);
        }
}

static void verify(void *ctx, size_t n)
{
    const struct log_verify_options o = { .policy = million_policy() };
    struct log_report r;
    struct why w = { 0 };
    struct arena a;

    (void)ctx;
    arena_init(&a, 64 << 20);
    for (size_t i = 0; i < n; i++)
        if (!log_verify(&source, &o, &a, &r, &w) || r.entries != MILLION)
            fail(&w);
    arena_free(&a);
}

static void catch_up(void *ctx, size_t n)
{
    (void)ctx;
    for (size_t i = 0; i < n; i++) {
        struct store *store = NULL;
        struct why w = { 0 };
        char path[64];

        (void)snprintf(path, sizeof path, "rm -f %s/*", folder);
        if (system(path) != 0)
            exit(1);
        (void)snprintf(path, sizeof path, "%s/store.db", folder);
        if (!store_open(&(struct store_options){ .path = path }, &store, &w) ||
            !million_pull(store, &source, &w))
            fail(&w);
        store_close(store);
    }
}

/* Seconds of the processor, of all threads: what others do on the machine does not count. */
static double cpu_of(void (*fn)(void *, size_t))
{
    struct timespec a, b;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    fn(NULL, 1);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

int main(int argc, char **argv)
{
    struct rusage u;
    char command[96];
    double hashing = HUGE_VAL, verifying = HUGE_VAL, rate = 0;

    bench_init(argc, argv);
    if (!node_crypto_init() || !mkdtemp(folder))
        return 1;
    source = million_make();
    for (size_t i = 0; i < 3; i++) {
        hashing = fmin(hashing, cpu_of(hash));
        verifying = fmin(verifying, cpu_of(verify));
        rate = fmax(rate, MILLION / cpu_of(catch_up));
    }
    (void)getrusage(RUSAGE_SELF, &u);
    bench_figure("catch up 1,000,000 records into the store", rate, "records a second of one core");
    bench_figure("  verified only", MILLION / verifying, "records a second of one core");
    bench_figure("  for the same bytes hashed alone", MILLION / hashing, "records a second of one core");
    bench_figure("  verifying takes", verifying / hashing, "times the hashing; asked: at most 3");
    bench_figure("  memory at most", (double)u.ru_maxrss / 1024 - (double)(million_bytes() >> 20) - 32,
                 "MB besides the log that is served from memory");
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 && rate >= ASKED ? 0 : 1;
}
