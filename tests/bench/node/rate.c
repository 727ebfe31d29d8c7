/*
 * Questions between two members' nodes over mutual TLS, 2 kB there and 2 kB back, each signed, verified and
 * on disk on both sides: how many a second, how long one waits at a fixed share of that, and what each node's
 * processor does for one. A core of a node answers, or asks, 1 s / that; against the floor of the two
 * signatures that each side makes and verifies, and of the same bytes over bare TLS.
 *
 *   bench-node-ask [--memory] [--at-once N] [--share PER CENT]
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
#include "bench.h"
#include "pair.h"
#include "tls_echo.h"

enum {
    BODY = 2048,
    ON_THE_LINE = 2048 + 700,
    DEADLINE = 60,
    AT_ONCE = 32,
    MOST_AT_ONCE = 256,
    SIGNATURES = 1000
};

struct run {
    const struct ask_office *office;
    pid_t answering;
    double rate; /* questions due a second; 0: each asker asks on and on */
    size_t at_once, n;
    double began;
    double *ms;
    _Atomic size_t next, failed;
};

struct figures {
    double rate, asking_us, answering_us, p50, p99;
};

static void ask_one(struct run *r, struct arena *a)
{
    static const uint8_t body[BODY] = { 1 };
    const struct ask_order o = { .topic = &echo,
                                 .to = SPAN("KZ"),
                                 .purpose = SPAN("road-check"),
                                 .article = SPAN("11"),
                                 .at = time(NULL),
                                 .until = time(NULL) + DEADLINE,
                                 .body = span_of(body, sizeof body) };
    struct ask_outcome out = { 0 };
    struct why w = { 0 };

    if (ask(r->office, &o, a, &out, &w) && out.state == ASK_ANSWERED && span_eq(out.body, o.body))
        return;
    if (atomic_fetch_add(&r->failed, 1) == 0)
        (void)fprintf(stderr, "the first that failed: %s %.*s %s\n", ask_state_word(out.state),
                      (int)out.reason.n, (const char *)out.reason.p, w.reason ? w.detail : "");
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

/* A wait counts from when the question was due. */
static void *ask_many(void *arg)
{
    struct run *r = arg;
    struct arena a;
    size_t i;

    arena_init(&a, LIMIT_REQUEST_MEMORY);
    while ((i = atomic_fetch_add(&r->next, 1)) < r->n) {
        double due = r->rate > 0 ? r->began + (double)i / r->rate : seconds_of(CLOCK_MONOTONIC);

        if (r->rate > 0)
            wait_until(due);
        arena_reset(&a);
        ask_one(r, &a);
        r->ms[i] = (seconds_of(CLOCK_MONOTONIC) - due) * 1e3;
    }
    arena_free(&a);
    return NULL;
}

static int by_size(const void *x, const void *y)
{
    const double *a = x, *b = y;

    return (*a > *b) - (*a < *b);
}

static void run(struct run *r, struct figures *out)
{
    pthread_t thread[MOST_AT_ONCE];
    clockid_t clock;
    double asking, answering, n = (double)r->n;

    r->ms = calloc(r->n, sizeof *r->ms);
    if (!r->ms || clock_getcpuclockid(r->answering, &clock) != 0)
        die("run", NULL);
    answering = seconds_of(clock);
    asking = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    r->next = 0;
    r->began = seconds_of(CLOCK_MONOTONIC);
    for (size_t i = 0; i < r->at_once; i++)
        if (pthread_create(&thread[i], NULL, ask_many, r) != 0)
            die("thread", NULL);
    for (size_t i = 0; i < r->at_once; i++)
        (void)pthread_join(thread[i], NULL);
    out->rate = n / (seconds_of(CLOCK_MONOTONIC) - r->began);
    out->asking_us = (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - asking) / n * 1e6;
    out->answering_us = (seconds_of(clock) - answering) / n * 1e6;
    qsort(r->ms, r->n, sizeof *r->ms, by_size);
    out->p50 = r->ms[r->n / 2];
    out->p99 = r->ms[r->n * 99 / 100];
    free(r->ms);
}

/* Of one side: one signature made and one verified, over such messages. */
static double signatures_us(void)
{
    static const uint8_t message[350] = { 1 };
    const struct span m = span_of(message, sizeof message);
    uint8_t sig[NODE_SIGNATURE];
    struct why w = { 0 };
    double began = seconds_of(CLOCK_PROCESS_CPUTIME_ID);

    for (size_t i = 0; i < SIGNATURES; i++)
        if (!side[0].signer.sign(side[0].signer.ctx, m, sig, &w) || !node_verify(m, sig, side[0].signer.pub))
            die("sign", &w);
    return (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - began) / SIGNATURES * 1e6;
}

static void of_a_core(const char *who, double us, double floor_us)
{
    char text[100];

    (void)snprintf(text, sizeof text, "questions: processor of the %s node, each", who);
    bench_figure(text, us, "us");
    (void)snprintf(text, sizeof text, "questions: a second of one core of the %s node (wanted 5000)", who);
    bench_figure(text, 1e6 / us, "/s");
    (void)snprintf(text, sizeof text, "questions: share of the rate of its floor, %s", who);
    bench_figure(text, floor_us / us, "");
}

static void report(const struct figures *full, const struct figures *part, double share, size_t connections)
{
    struct tls_echo tls;
    double signing = signatures_us();

    tls_echo(connections, 400, ON_THE_LINE, &tls);
    signing = (signing + signatures_us()) / 2;
    bench_figure("questions over mutual TLS, 2 kB: a second, both nodes on this machine", full->rate, "/s");
    bench_figure("questions: floor, signatures of one side", signing, "us");
    bench_figure("questions: floor, bare TLS of the asking side", tls.asking_us, "us");
    bench_figure("questions: floor, bare TLS of the answering side", tls.answering_us, "us");
    of_a_core("asking", full->asking_us, signing + tls.asking_us);
    of_a_core("answering", full->answering_us, signing + tls.answering_us);
    bench_figure("questions: a second of one core that does the work of both nodes",
                 1e6 / (full->asking_us + full->answering_us), "/s");
    bench_figure("questions: at this share of the rate", share, "");
    bench_figure("questions: p50", part->p50, "ms");
    bench_figure("questions: p99 (wanted 5)", part->p99, "ms");
}

static double option(int argc, char **argv, const char *name, double otherwise)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return strtod(argv[i + 1], NULL);
    return otherwise;
}

static bool flag(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    char disk[] = "/var/tmp/serai-ask-XXXXXX", memory[] = "/dev/shm/serai-ask-XXXXXX",
         *root = flag(argc, argv, "--memory") ? memory : disk;
    double share = option(argc, argv, "--share", 50) / 100, seconds = option(argc, argv, "--seconds", 4);
    struct run r = { .at_once = (size_t)option(argc, argv, "--at-once", AT_ONCE) };
    struct figures warm, full, part;
    struct pair_asker k;
    uint16_t port;

    bench_init(argc, argv);
    if (r.at_once < 1 || r.at_once > MOST_AT_ONCE || !node_crypto_init() || !mkdtemp(root))
        return 2;
    pair_make(root);
    r.answering = pair_answer(&port);
    pair_ask(port, (unsigned)option(argc, argv, "--connections", 0), &k);
    r.office = &k.office;
    r.n = 500;
    run(&r, &warm);
    r.n = (size_t)(warm.rate * seconds);
    run(&r, &full);
    r.rate = full.rate * share;
    r.n = (size_t)(r.rate * seconds);
    run(&r, &part);
    report(&full, &part, share, LIMIT_LINK_CALLS);
    pair_stop_answer(r.answering);
    pair_ask_end(&k);
    pair_end();
    (void)rmdir(root);
    return r.failed > 0;
}
