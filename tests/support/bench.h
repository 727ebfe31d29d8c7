/*
 * Benchmarks: each figure is the median of several rounds, and a ratio is against a floor measured in the
 * same run, the two taken in turn, because absolute times drift. A bench program prints one line a figure;
 * with --json one object a line.
 */
#ifndef SERAI_TESTS_BENCH_H
#define SERAI_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>

/* Does the work n times. */
typedef void (*bench_fn)(void *ctx, size_t n);

/* Parses --json and --quick; the first call of every bench main. */
void bench_init(int argc, char **argv);

/* Nanoseconds per call of fn; prints it under name. */
double bench_time(const char *name, bench_fn fn, void *ctx);

/* Measures fn and floor in turn and prints both and the rate of fn as a share of the floor's rate: 1 is
 * as fast as the floor. target is the share wanted (0: none); it is printed, never a failure. */
double bench_ratio(const char *name, bench_fn fn, void *ctx, const char *floor_name, bench_fn floor,
                   void *floor_ctx, double target);

/* A figure measured elsewhere, for example megabytes or events. */
void bench_figure(const char *name, double value, const char *unit);

/* Several figures of one thing, on one line: note (may be NULL) says what a zero means. */
struct bench_column {
    const char *label;
    double value;
    const char *unit; /* "" for a ratio */
};
void bench_row(const char *name, const struct bench_column *c, size_t n, const char *note);

#endif
