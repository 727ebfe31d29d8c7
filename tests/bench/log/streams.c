/*
 * A member publishes records of 300 bytes: sealed, with bundles, tiles and checkpoint on disk, each batch
 * cosigned by four witnesses in the same process, whose state is on disk too, with a quorum of three. Against
 * hashing the same bytes once and writing them to one file that is on disk then. In a folder below $TMPDIR or
 * /tmp.
 */
#include "bench.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "crypto/digest.h"
#include "log/streams.h"
#include "log/witness.h"

enum {
    BODY = 300,
    BATCH = 20 * 1000,
    BATCHES = 6,
    WITNESSES = 4,
    NOW = 1767225600 + 1000,
    WRITTEN = BODY + 48 + 4 + 230
};

static char folder[] = "/tmp/serai-bench-XXXXXX";
static uint8_t secret[NODE_SECRET_KEY], witness_secret[WITNESSES][NODE_SECRET_KEY];
static struct signer signer, witness_signer[WITNESSES];
static struct note_key witness_key[WITNESSES];
static struct policy believes, witnesses;
static char state[WITNESSES][80], name[WITNESSES][32];
static struct stream_new record[BATCH];
static uint8_t body[BATCH][BODY];
static uint8_t plain[BATCH][WRITTEN];

static void fail(const struct why *w)
{
    (void)fprintf(stderr, "%s: %s\n", w->reason, w->detail);
    exit(1);
}

static struct streams *member;
static atomic_bool stop;

/* One question to a witness, if it is to be asked. */
static bool cosign(size_t i, struct arena *a)
{
    const struct witness v = {
        .folder = state[i], .policy = &believes, .key = &witness_key[i], .signer = &witness_signer[i]
    };
    struct span who = span_str(name[i]);
    struct stream_request q;
    struct witness_answer r;
    struct why w = { 0 };
    bool any;

    if (!streams_witness_next(member, who, NOW, a, &q, &any, &w))
        fail(&w);
    if (any && (!witness_add_checkpoint(&v, q.body, NOW, a, &r, &w) ||
                !streams_cosigned(member, span_str(q.origin), who, r.status, r.body, NOW, &w)))
        fail(&w);
    return any;
}

static void *witness_main(void *arg)
{
    const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
    size_t i = *(size_t *)arg;
    struct arena a;

    arena_init(&a, 16 << 20);
    while (!stop) {
        if (!cosign(i, &a))
            (void)nanosleep(&pause, NULL);
        arena_reset(&a);
    }
    arena_free(&a);
    return NULL;
}

/* As members do: they cosign one batch while the next is written; all is witnessed in the end. */
static void await_witnesses(void)
{
    const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };
    struct stream_state *all;
    struct why w = { 0 };
    struct arena a;
    bool done = false;
    size_t n;

    arena_init(&a, 1 << 20);
    while (!done) {
        if (!streams_states(member, &a, &all, &n, &w) || n != 1)
            fail(&w);
        done = all[0].witnessed == all[0].published;
        arena_reset(&a);
        if (!done)
            (void)nanosleep(&pause, NULL);
    }
    arena_free(&a);
}

static double seconds(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double wall, cpu; /* of all batches */
static size_t batches;

/* One of two callers at a time: what one seals, the other commits meanwhile. */
static void *publisher(void *arg)
{
    struct why w = { 0 };

    for (size_t i = *(size_t *)arg; i > 0; i--)
        if (!streams_publish(member, SPAN("licence"), SPAN("all"), record, BATCH, NOW, NULL, &w))
            fail(&w);
    return NULL;
}

static void publish(void *ctx, size_t n)
{
    double from = seconds(CLOCK_MONOTONIC), cpu_from = seconds(CLOCK_PROCESS_CPUTIME_ID);
    size_t half[2] = { n * BATCHES / 2, n * BATCHES - n * BATCHES / 2 };
    pthread_t other;

    (void)ctx;
    if (pthread_create(&other, NULL, publisher, &half[0]) != 0)
        exit(1);
    (void)publisher(&half[1]);
    (void)pthread_join(other, NULL);
    await_witnesses();
    wall += seconds(CLOCK_MONOTONIC) - from;
    cpu += seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_from;
    batches += n * BATCHES;
}

static void hash_and_sync(void *ctx, size_t n)
{
    struct digest d;
    char path[64];

    (void)ctx;
    (void)snprintf(path, sizeof path, "%s/plain", folder);
    for (size_t i = 0; i < n * BATCHES; i++) {
        int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

        for (size_t k = 0; k < BATCH; k++)
            digest_of(DIGEST_SHA256, span_of(plain[k], WRITTEN), &d);
        if (fd < 0 || write(fd, plain, sizeof plain) < 0 || fsync(fd) != 0)
            exit(1);
        (void)close(fd);
    }
}

/* The four know the log, and three of them make the quorum. */
static void make_witnesses(void)
{
    static const char origin[] = "kz.specimen/licence/all/2026";
    static char text[4096]; /* the names of the policy stand in it */
    struct buffer t, k;
    struct why w = { 0 };

    buf_init_fixed(&t, text, sizeof text);
    for (size_t i = 0; i < WITNESSES; i++) {
        uint8_t seed[NODE_SEED] = { 9, (uint8_t)i }, pub[NODE_PUBLIC_KEY];

        node_key_from_seed(seed, pub, witness_secret[i]);
        signer_in_memory(witness_secret[i], &witness_signer[i]);
        (void)snprintf(name[i], sizeof name[i], "w%zu.specimen/witness", i);
        (void)snprintf(state[i], sizeof state[i], "%s/w%zu", folder, i);
        note_key_of(span_str(name[i]), NOTE_KEY_COSIGNATURE, pub, &witness_key[i]);
        buf_init(&k, 1024);
        note_key_put(&witness_key[i], &k);
        buf_printf(&t, "witness w%zu %s\n", i, buf_cstr(&k));
        buf_free(&k);
    }
    buf_str(&t, "group members 3 w0 w1 w2 w3\nquorum members\n");
    if (!policy_parse(buf_span(&t), &witnesses, &w))
        fail(&w);
    believes.n_logs = 1;
    note_key_of(span_str(origin), NOTE_KEY_ED25519, signer.pub, &believes.log[0].key);
    believes.log[0].origin = span_str(origin);
}

static struct streams *make_member(void)
{
    char logs[64], keep[64];
    struct streams_options o = { .folder = logs,
                                 .keep = keep,
                                 .name = SPAN("kz.specimen"),
                                 .state = SPAN("KZ"),
                                 .signer = &signer,
                                 .subject_secret = SPAN("a secret of sixteen bytes") };
    struct streams *s;
    struct why w = { 0 };

    (void)snprintf(logs, sizeof logs, "%s/logs", folder);
    (void)snprintf(keep, sizeof keep, "%s/keep", folder);
    s = streams_open(&o, NOW, &w);
    if (!s)
        fail(&w);
    streams_witnesses(s, &witnesses);
    for (size_t i = 0; i < BATCH; i++) {
        random_bytes(body[i], BODY);
        record[i] = (struct stream_new){ .type = SPAN("licence-status"),
                                         .subject = span_of(body[i], 12),
                                         .time = NOW,
                                         .body = span_of(body[i], BODY) };
    }
    return s;
}

int main(int argc, char **argv)
{
    const uint8_t seed[NODE_SEED] = { 7 };
    uint8_t pub[NODE_PUBLIC_KEY];
    pthread_t thread[WITNESSES];
    size_t number[WITNESSES];
    char command[96];

    bench_init(argc, argv);
    if (!node_crypto_init() || !mkdtemp(folder))
        return 1;
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &signer);
    make_witnesses();
    member = make_member();
    for (size_t i = 0; i < WITNESSES; i++) {
        number[i] = i;
        if (pthread_create(&thread[i], NULL, witness_main, &number[i]) != 0)
            return 1;
    }
    (void)bench_ratio("publish 6 witnessed batches of 20,000 records of 300 bytes", publish, NULL,
                      "SHA-256, one file, fsync", hash_and_sync, NULL, 0);
    bench_figure("records sealed, on disk and witnessed", (double)batches * BATCH / wall, "a second");
    bench_figure("of processor time", (double)batches * BATCH / cpu, "a second");
    stop = true;
    for (size_t i = 0; i < WITNESSES; i++)
        (void)pthread_join(thread[i], NULL);
    streams_close(member);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? 0 : 1;
}
