/*
 * What two members' nodes bear: one asks the other over mutual TLS at a given rate, with bodies of the sizes
 * that exchanges of administrations have, each question and each answer signed, verified and kept on both
 * sides. The answering node runs in a process of its own. A question has a time when it is due, and its wait
 * counts from then, so that a node that falls behind shows.
 *
 *   load [--seconds N] [--rate N]
 */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "crypto/signer.h"
#include "node/ask_line.h"
#include "node/federation.h"
#include "node/node.h"

enum { ASKERS = 32, SIZES = 5, SOME = 1000, SPREAD = 617, DEADLINE = 60, AGREEMENT = 256 * 1024 };

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

struct side {
    const char *state, *name;
    uint8_t secret[NODE_SECRET_KEY];
    struct signer signer;
    uint8_t pem[2][TRANSPORT_PEM];
    struct buffer certificate, key;
    uint8_t pin[TRANSPORT_PIN];
    char folder[160];
};

static struct side side[2] = { { .state = "IR", .name = "ir.specimen" },
                               { .state = "KZ", .name = "kz.specimen" } };
static struct ask_known_key known[2];
static const struct ask_key_table keys = { known, 2 };
static struct agreement *agreement;
static struct arena common;

static void die(const char *what, const struct why *w)
{
    (void)fprintf(stderr, "load: %s: %s\n", what, w && w->reason ? w->detail : strerror(errno));
    exit(2);
}

static double seconds_of(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int64_t clock_ms(void *ctx)
{
    (void)ctx;
    return (int64_t)(seconds_of(CLOCK_MONOTONIC) * 1e3);
}

static unix_time now(void *ctx)
{
    (void)ctx;
    return time(NULL);
}

/* ---- what both have ---- */

static void make_side(size_t i, const char *root)
{
    struct side *s = &side[i];
    uint8_t seed[NODE_SEED] = { (uint8_t)(i + 1) }, pub[NODE_PUBLIC_KEY];
    struct why w = { 0 };

    node_key_from_seed(seed, pub, s->secret);
    signer_in_memory(s->secret, &s->signer);
    known[i].member = span_str(s->state);
    memcpy(known[i].pub, pub, sizeof pub);
    seed[1] = 1;
    buf_init_fixed(&s->certificate, s->pem[0], TRANSPORT_PEM);
    buf_init_fixed(&s->key, s->pem[1], TRANSPORT_PEM);
    if (!transport_make(seed, span_str(s->name), time(NULL), &s->certificate, &s->key, &w) ||
        !transport_pin(buf_span(&s->certificate), s->pin, &w))
        die("transport key", &w);
    (void)snprintf(s->folder, sizeof s->folder, "%s/%s", root, s->state);
    if (mkdir(s->folder, 0700) != 0)
        die(s->folder, NULL);
}

/* Whose one article lets these questions be put. */
static void load_agreement(void)
{
    static uint8_t text[AGREEMENT];
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    const char *root = getenv("SERAI_SOURCE");
    char path[4096];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/agreements/eco.agreement", root ? root : ".");
    f = fopen(path, "rbe");
    if (!f || !faults)
        die(path, NULL);
    agreement = agreement_parse(span_of(text, fread(text, 1, sizeof text, f)), faults);
    (void)fclose(f);
    free(faults);
    if (!agreement)
        die(path, NULL);
}

static bool of_nobody(const struct store *s, const struct ask_question *q, struct arena *a,
                      struct traveller_key *out)
{
    (void)s;
    (void)q;
    (void)a;
    (void)out;
    return false;
}

static bool echoes(const struct ask_desk *d, const struct ask_question *q, unix_time at, struct arena *a,
                   struct ask_reply *out, struct why *w)
{
    (void)d;
    (void)at;
    (void)a;
    (void)w;
    *out = (struct ask_reply){ .said = ASK_SAID_ANSWERED, .body = q->body };
    return true;
}

/* As long an answer as the question. */
static const struct ask_topic echo = {
    .name = "licence status", .most = LIMIT_ASK_LARGE, .subject = of_nobody, .answer = echoes
};
static const struct ask_topic *const topics[] = { &echo, NULL };

static struct store *open_store(const struct side *s)
{
    struct store *store = NULL;
    struct why w = { 0 };
    char path[200];

    (void)snprintf(path, sizeof path, "%s/store.db", s->folder);
    if (!store_open(&(struct store_options){ .path = path }, &store, &w))
        die("store", &w);
    return store;
}

/* ---- who answers ---- */

static void put_file(const char *folder, const char *name, struct span content)
{
    char path[200];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "wbe");
    if (!f || fwrite(content.p, 1, content.n, f) != content.n || fclose(f) != 0)
        die(path, NULL);
}

static void configure(struct instance *i)
{
    struct side *s = &side[1];
    struct config_fault fault;

    put_file(s->folder, "t.crt", buf_span(&s->certificate));
    put_file(s->folder, "t.key", buf_span(&s->key));
    if (!config_parse(
            SPAN("member = KZ\nname = kz.specimen\nlisten = 127.0.0.1:0\nagreement = a\nstore = store.db\n"
                 "peer-listen = 127.0.0.1:0\ntransport-key = t.key\ntransport-certificate = t.crt\n"),
            s->folder, &common, &i->config, &fault)) {
        (void)fprintf(stderr, "load: %s\n", fault.message);
        exit(2);
    }
}

/* The child: serves until it is ended. */
static void serve(int tell)
{
    static struct roster_member member[2];
    static struct roster roster = { .n = 2, .member = member };
    static struct instance instance;
    struct ask_desk desk = { .member = SPAN("KZ"),
                             .agreement = agreement,
                             .store = open_store(&side[1]),
                             .topics = topics,
                             .signer = &side[1].signer,
                             .keys = ask_keys_of_table(&keys) };
    struct federation_options of = { .instance = &instance, .now = now };
    struct keeper_options keep = { .now = now };
    struct node_options on = {
        .config = &instance.config, .check = &instance.check, .data = SERAI_DATADIR, .now = now
    };
    struct beliefs *first;
    struct node *node;
    struct why w = { 0 };
    sigset_t stop;
    uint16_t port;
    int sig;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    for (size_t i = 0; i < 2; i++) {
        member[i] = (struct roster_member){ .state = span_str(side[i].state),
                                            .standing = ROSTER_COUNTS,
                                            .n_transport = 1 };
        memcpy(member[i].transport[0], side[i].pin, TRANSPORT_PIN);
    }
    configure(&instance);
    instance.agreement = agreement;
    instance.check.desk = &desk;
    keep.from = (struct beliefs_from){ .member = "KZ", .agreement = agreement };
    if (!beliefs_load(&keep.from, true, NULL, &first, &w))
        die("beliefs", &w);
    first->roster = &roster;
    if (!keeper_start(&keep, first, &on.keeper, &w))
        die("keeper", &w);
    of.keeper = on.keeper;
    if (!federation_start(&of, &on.federation, &w) || !node_start(&on, &node, &w))
        die("node", &w);
    port = node_peer_port(node);
    if (write(tell, &port, sizeof port) != sizeof port)
        exit(2);
    (void)sigwait(&stop, &sig);
    federation_quiesce(on.federation);
    node_stop(node);
    store_close(desk.store);
    _exit(0);
}

static pid_t start_answering(uint16_t *port)
{
    int pipes[2];
    pid_t pid;

    if (pipe(pipes) != 0)
        die("pipe", NULL);
    pid = fork();
    if (pid == 0)
        serve(pipes[1]);
    (void)close(pipes[1]);
    if (pid < 0 || read(pipes[0], port, sizeof *port) != sizeof *port)
        die("the answering node does not start", NULL);
    (void)close(pipes[0]);
    return pid;
}

/* ---- who asks ---- */

struct load {
    struct ask_office office;
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

    if (ask(&l->office, &o, a, &out, &w) && out.state == ASK_ANSWERED && span_eq(out.body, o.body))
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

static double bytes_in(const char *folder)
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    double sum = 0;

    while (d && (e = readdir(d))) {
        char path[512];
        struct stat st;

        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.' && stat(path, &st) == 0)
            sum += (double)st.st_blocks * 512;
    }
    if (d)
        (void)closedir(d);
    return sum;
}

/* "VmHWM": the most that was resident; "VmRSS": what is. Megabytes. */
static double memory_of(pid_t pid, const char *what)
{
    char path[64], line[200];
    double kb = 0;
    FILE *f;

    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, what, strlen(what)) == 0)
            kb = strtod(line + strlen(what) + 1, NULL);
    if (f)
        (void)fclose(f);
    return kb / 1024;
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

static void remove_folder(const char *folder)
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    char path[512];

    while (d && (e = readdir(d))) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] != '.' || strlen(e->d_name) > 2)
            (void)unlink(path);
    }
    if (d)
        (void)closedir(d);
    (void)rmdir(folder);
}

static void run(struct load *l, uint16_t port, pid_t pid)
{
    struct links_options lo = { .certificate = buf_span(&side[0].certificate),
                                .key = buf_span(&side[0].key),
                                .clock_ms = clock_ms,
                                .random = random_bytes };
    struct link_peer peer = { .member = SPAN("KZ"), .n_pins = 1 };
    struct links *links;
    struct ask_post post;
    struct why w = { 0 };
    char address[64];
    double began, cpu;
    int status;

    (void)snprintf(address, sizeof address, "https://127.0.0.1:%u", (unsigned)port);
    peer.address = span_str(address);
    memcpy(peer.pin[0], side[1].pin, TRANSPORT_PIN);
    if (!links_new(&lo, &links, &w))
        die("links", &w);
    links_set(links, &peer, 1);
    post = ask_post_links(links);
    l->office = (struct ask_office){ .member = SPAN("IR"),
                                     .agreement = agreement,
                                     .store = open_store(&side[0]),
                                     .carrier = ask_line_carrier(&post),
                                     .now = now,
                                     .random = random_bytes,
                                     .signer = &side[0].signer,
                                     .keys = ask_keys_of_table(&keys) };
    began = seconds_of(CLOCK_MONOTONIC);
    cpu = processor(RUSAGE_SELF);
    ask_all(l);
    cpu = processor(RUSAGE_SELF) - cpu;
    began = seconds_of(CLOCK_MONOTONIC) - began;
    (void)printf("  resident: asking %.0f MB, at most %.0f; answering %.0f MB, at most %.0f\n",
                 memory_of(getpid(), "VmRSS"), memory_of(getpid(), "VmHWM"), memory_of(pid, "VmRSS"),
                 memory_of(pid, "VmHWM"));
    links_cut(links);
    (void)kill(pid, SIGTERM);
    (void)waitpid(pid, &status, 0);
    store_close(l->office.store);
    links_free(links);
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
    arena_init(&common, 16 << 20);
    for (size_t i = 0; i < 2; i++)
        make_side(i, root);
    load_agreement();
    pid = start_answering(&port);
    run(&l, port, pid);
    for (size_t i = 0; i < 2; i++)
        remove_folder(side[i].folder);
    (void)rmdir(root);
    free(l.ms);
    free(body);
    arena_free(&common);
    agreement_free(agreement);
    return l.failed > 0;
}
