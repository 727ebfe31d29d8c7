/*
 * What two members' nodes bear: one asks the other over mutual TLS at a given rate, with bodies of the sizes
 * that exchanges of administrations have, each question and each answer signed, verified and kept on both
 * sides. The answering node runs in a process of its own. A question has a time when it is due, and its wait
 * counts from then, so that a node that falls behind shows.
 *
 *   load [--seconds N] [--rate N]
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "pair.h"

enum { ASKERS = 32, SIZES = 5, SOME = 1000, SPREAD = 617, DEADLINE = 60 };

/* Of a thousand questions so many have a body of this size. */
static const struct size {
    const char *name;
    size_t bytes;
    unsigned per_thousand;
} sizes[SIZES] = { { "2 kB", 2000, 300 },
                   { "10 kB", 10000, 600 },
                   { "100 kB", 100000, 90 },
                   { "2 MB", 2000000, 9 },
                   { "10 MB", 10000000, 1 } };

/* ---- who asks ---- */

struct load {
    const struct ask_office *office;
    const uint8_t *body;
    double began, rate;
    size_t n;
    _Atomic size_t next, failed;
    double *ms; /* of each question; below 0: it failed */
};

static size_t size_of(size_t i)
{
    size_t at = i * SPREAD % SOME, k = 0;

    while (at >= sizes[k].per_thousand)
        at -= sizes[k++].per_thousand;
    return k;
}

static void wait_until(double due)
{
    double left = due - seconds_of(CLOCK_MONOTONIC);
    struct timespec t;

    if (left <= 0)
        return;
    t.tv_sec = (time_t)left;
    t.tv_nsec = (long)((left - (double)t.tv_sec) * 1e9);
    (void)nanosleep(&t, NULL);
}

static bool ask_one(struct load *l, size_t size, struct arena *a)
{
    const struct ask_order o = { .topic = &echo,
                                 .to = SPAN("KZ"),
                                 .purpose = SPAN("road-check"),
                                 .article = SPAN("11"),
                                 .at = time(NULL),
                                 .until = time(NULL) + DEADLINE,
                                 .body = span_of(l->body, size) };
    struct ask_outcome out = { 0 };
    struct why w = { 0 };

    if (ask(l->office, &o, a, &out, &w) && out.state == ASK_ANSWERED && span_eq(out.body, o.body))
        return true;
    if (atomic_fetch_add(&l->failed, 1) == 0)
        (void)fprintf(stderr, "load: the first that failed: %s %.*s %s\n", ask_state_word(out.state),
                      (int)out.reason.n, (const char *)out.reason.p, w.reason ? w.detail : "");
    return false;
}

/* An arena for each question: what a long one took is given back. */
static void *ask_many(void *arg)
{
    struct load *l = arg;
    struct arena a;
    size_t i;

    while ((i = atomic_fetch_add(&l->next, 1)) < l->n) {
        double due = l->began + (double)i / l->rate;
        bool ok;

        wait_until(due);
        arena_init(&a, LIMIT_REQUEST_MEMORY);
        ok = ask_one(l, sizes[size_of(i)].bytes, &a);
        arena_free(&a);
        l->ms[i] = ok ? (seconds_of(CLOCK_MONOTONIC) - due) * 1e3 : -1;
    }
    return NULL;
}

static void ask_all(struct load *l)
{
    pthread_t thread[ASKERS];

    l->began = seconds_of(CLOCK_MONOTONIC);
    for (size_t i = 0; i < ASKERS; i++)
        if (pthread_create(&thread[i], NULL, ask_many, l) != 0)
            die("thread", NULL);
    for (size_t i = 0; i < ASKERS; i++)
        (void)pthread_join(thread[i], NULL);
}

/* ---- figures ---- */

static int by_size(const void *x, const void *y)
{
    const double *a = x, *b = y;

    return (*a > *b) - (*a < *b);
}

/* size SIZES: of all. */
static void waits(const struct load *l, size_t size)
{
    double *ms = calloc(l->n + 1, sizeof *ms);
    size_t n = 0;

    if (!ms)
        die("memory", NULL);
    for (size_t i = 0; i < l->n; i++)
        if (l->ms[i] >= 0 && (size == SIZES || size_of(i) == size))
            ms[n++] = l->ms[i];
    qsort(ms, n, sizeof *ms, by_size);
    if (n)
        (void)printf("  %-7s %7zu   %8.1f  %8.1f  %8.1f  %8.1f\n", size == SIZES ? "all" : sizes[size].name,
                     n, ms[n / 2], ms[n * 95 / 100], ms[n * 99 / 100], ms[n - 1]);
    free(ms);
}

static double processor(int who)
{
    struct rusage r;

    (void)getrusage(who, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void report(const struct load *l, double took, double cpu, double answering_cpu)
{
    double bytes = 0, n = (double)l->n;

    for (size_t i = 0; i < l->n; i++)
        bytes += 2 * (double)sizes[size_of(i)].bytes;
    (void)printf("\n%zu questions in %.1f s (%.1f/s), %zu failed; %.0f MB of bodies, as long an answer\n",
                 l->n, took, n / took, (size_t)l->failed, bytes / 1e6);
    (void)printf("  size      count    p50 ms    p95 ms    p99 ms    max ms\n");
    for (size_t k = 0; k <= SIZES; k++)
        waits(l, k);
    (void)printf("  processor a question: %.2f ms asking, %.2f ms answering\n", cpu / n * 1e3,
                 answering_cpu / n * 1e3);
    for (size_t i = 0; i < 2; i++)
        (void)printf("  on disk a question, %s: %.1f kB (%.2f of the bodies)\n", i ? "answering" : "asking",
                     bytes_in(side[i].folder) / n / 1e3, bytes_in(side[i].folder) / bytes);
}

static void run(struct load *l, uint16_t port, pid_t pid)
{
    struct pair_asker k;
    double began, cpu;

    pair_ask(port, 0, &k);
    l->office = &k.office;
    began = seconds_of(CLOCK_MONOTONIC);
    cpu = processor(RUSAGE_SELF);
    ask_all(l);
    cpu = processor(RUSAGE_SELF) - cpu;
    began = seconds_of(CLOCK_MONOTONIC) - began;
    (void)printf("  resident: asking %.0f MB, at most %.0f; answering %.0f MB, at most %.0f\n",
                 memory_of(getpid(), "VmRSS"), memory_of(getpid(), "VmHWM"), memory_of(pid, "VmRSS"),
                 memory_of(pid, "VmHWM"));
    pair_stop_answer(pid);
    pair_ask_end(&k);
    report(l, began, cpu, processor(RUSAGE_CHILDREN));
}

static double number_of(int argc, char **argv, const char *name, double otherwise)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return strtod(argv[i + 1], NULL);
    return otherwise;
}

int main(int argc, char **argv)
{
    double length = number_of(argc, argv, "--seconds", 10);
    struct load l = { .rate = number_of(argc, argv, "--rate", 20) };
    char root[] = "/var/tmp/serai-load-XXXXXX";
    uint16_t port;
    uint8_t *body = malloc(LIMIT_ASK_LARGE);
    pid_t pid;

    if (length < 1 || length > 86400 || l.rate < 1 || l.rate > 1000) {
        (void)fprintf(stderr, "load [--seconds 1..86400] [--rate 1..1000]\n");
        return 2;
    }
    l.n = (size_t)(length * l.rate);
    l.ms = calloc(l.n, sizeof *l.ms);
    if (!body || !l.ms || !node_crypto_init() || !mkdtemp(root))
        die("start", NULL);
    random_bytes(body, LIMIT_ASK_LARGE);
    l.body = body;
    pair_make(root);
    pid = pair_answer(&port);
    run(&l, port, pid);
    pair_end();
    (void)rmdir(root);
    free(l.ms);
    free(body);
    return l.failed > 0;
}
