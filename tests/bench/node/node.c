/*
 * Whole checks over HTTP: lines and a sealed visa in, the signed answer out, recorded durably. The node runs
 * in a process of its own; what counts is its processor time, against raw ECDSA P-256 verification measured
 * in turn.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "bench.h"
#include "node/instance.h"
#include "node/node.h"

enum { CONNECTIONS = 64, ROUNDS = 5, ROOM = 32 * 1024 };

static const char lines[] =
    "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2";
static const char lines_file[] =
    "P<KAZSPECIMEN<<AIGERIM<<<<<<<<<<<<<<<<<<<<<<\nN123456785KAZ9005145F3105135<<<<<<<<<<<<<<<2\n";

extern char **environ;

struct connection {
    int fd;
    size_t got, whole; /* bytes of the answer so far; all of them, 0: not known yet */
    char in[ROOM];
};

struct load {
    uint16_t port;
    char request[8 * 1024]; /* the id stands at id_at, ID bytes */
    size_t n, id_at;
    uint64_t next_id;
    struct connection c[CONNECTIONS];
    int epoll;
    size_t done;
};

enum { ID = 16 };

static void die(const char *what)
{
    (void)fprintf(stderr, "bench-node: %s: %s\n", what, strerror(errno));
    exit(2);
}

static double seconds(clockid_t clock)
{
    struct timespec t;

    if (clock_gettime(clock, &t) != 0)
        die("clock");
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void run(const char *program, const char *const words[])
{
    posix_spawn_file_actions_t quiet;
    char *argv[24] = { strdup(program) };
    int status, n = 1;
    pid_t pid;

    for (size_t i = 0; words[i]; i++)
        argv[n++] = strdup(words[i]);
    (void)posix_spawn_file_actions_init(&quiet);
    (void)posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&pid, program, &quiet, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) != pid ||
        status != 0)
        die(words[0]);
    (void)posix_spawn_file_actions_destroy(&quiet);
    while (n > 0)
        free(argv[--n]);
}

static unix_time now(void *ctx)
{
    (void)ctx;
    return time(NULL);
}

/* The child: serves until it is ended. */
static void serve(const char *folder, int tell)
{
    static struct instance instance;
    struct node *node;
    struct why w;
    uint16_t port;
    sigset_t stop;
    int sig;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    why_clear(&w);
    if (!instance_open(folder, INSTANCE_STORE | INSTANCE_SERVED, &instance, &w)) {
        (void)fprintf(stderr, "bench-node: %s\n", w.detail);
        _exit(2);
    }
    const struct keeper_options keep = { .from = instance_beliefs_from(&instance), .now = now };
    struct keeper *keeper;

    if (!keeper_start(&keep, instance_hand_beliefs(&instance), &keeper, &w)) {
        (void)fprintf(stderr, "bench-node: %s\n", w.detail);
        _exit(2);
    }
    struct node_options o = { .config = &instance.config,
                              .check = &instance.check,
                              .keeper = keeper,
                              .agreement_text = instance.agreement_text,
                              .data = SERAI_DATADIR,
                              .now = now };
    if (!node_start(&o, &node, &w)) {
        (void)fprintf(stderr, "bench-node: %s\n", w.detail);
        _exit(2);
    }
    port = node_port(node);
    if (write(tell, &port, sizeof port) != sizeof port)
        _exit(2);
    (void)sigwait(&stop, &sig);
    node_stop(node);
    keeper_stop(keeper);
    instance_close(&instance);
    _exit(0);
}

/* Two specimen members; one has issued a visa, the other believes it. folder gets theirs. */
static void prepare(const char *argv0, const char *folder)
{
    const char *slash = strrchr(argv0, '/');
    char serai[512], kz[128], ir[128], file[160], der[2][160], out[160];
    FILE *f;

    (void)snprintf(serai, sizeof serai, "%.*s/../serai", slash ? (int)(slash - argv0) : 1,
                   slash ? argv0 : ".");
    (void)snprintf(kz, sizeof kz, "%s/kz", folder);
    (void)snprintf(ir, sizeof ir, "%s/ir", folder);
    (void)snprintf(file, sizeof file, "%s/passport", folder);
    (void)snprintf(out, sizeof out, "%s/visa", folder);
    (void)snprintf(der[0], sizeof der[0], "%s/country.der", kz);
    (void)snprintf(der[1], sizeof der[1], "%s/signer.der", kz);
    f = fopen(file, "wb");
    if (!f || fputs(lines_file, f) < 0 || fclose(f) != 0)
        die(file);
    run(serai, (const char *const[]){ "init", "--specimen", "--sign-in", "off", "--member", "KZ", "--listen",
                                      "127.0.0.1:0", kz, NULL });
    run(serai, (const char *const[]){ "init", "--specimen", "--sign-in", "off", "--member", "IR", "--listen",
                                      "127.0.0.1:0", ir, NULL });
    run(serai, (const char *const[]){ "trust", "import", "--node", ir, der[0], der[1], NULL });
    run(serai, (const char *const[]){ "issue", "--node", kz, "--passport", file, "--purpose", "pilgrimage",
                                      "--entries", "0", "--out", out, NULL });
}

static void make_request(struct load *l, const char *folder)
{
    char path[160], seal[1024];
    struct buffer body;
    const char *id;
    size_t n;
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/visa.seal", folder);
    f = fopen(path, "rb");
    if (!f)
        die(path);
    n = fread(seal, 1, sizeof seal, f);
    (void)fclose(f);
    buf_init(&body, sizeof l->request);
    buf_printf(
        &body,
        "{\"id\":\"%0*d\",\"travel\":{\"purpose\":\"pilgrimage\",\"mode\":\"air\"},\"movement\":\"none\","
        "\"evidence\":[{\"kind\":\"mrz\",\"text\":\"%s\"},{\"kind\":\"seal\",\"base64\":\"",
        ID, 0, lines);
    base64_put(&body, span_of(seal, n), BASE64_STD);
    buf_str(&body, "\"}]}");
    l->n =
        (size_t)snprintf(l->request, sizeof l->request,
                         "POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
                         "Content-Length: %zu\r\n\r\n%s",
                         (unsigned)l->port, body.n, buf_cstr(&body));
    buf_free(&body);
    id = strstr(l->request, "\"id\":\"");
    l->id_at = (size_t)(id - l->request) + 6;
}

static void put_question(struct load *l, struct connection *c)
{
    char id[ID + 1];

    (void)snprintf(id, sizeof id, "%0*llx", ID, (unsigned long long)++l->next_id);
    memcpy(l->request + l->id_at, id, ID);
    c->got = c->whole = 0;
    if (send(c->fd, l->request, l->n, MSG_NOSIGNAL) != (ssize_t)l->n)
        die("send");
}

static void take(struct load *l, struct connection *c)
{
    ssize_t got = recv(c->fd, c->in + c->got, sizeof c->in - 1 - c->got, 0);
    const char *end, *length;

    if (got <= 0)
        die("recv");
    c->got += (size_t)got;
    c->in[c->got] = 0;
    if (!c->whole && (end = strstr(c->in, "\r\n\r\n")) != NULL) {
        length = strstr(c->in, "Content-Length: ");
        if (!length || strncmp(c->in, "HTTP/1.1 200", 12) != 0 || !strstr(c->in, "\"verdict\":\"admit\"")) {
            (void)fprintf(stderr, "bench-node: not admitted: %s\n", c->in);
            exit(2);
        }
        c->whole = (size_t)(end + 4 - c->in) + strtoul(length + 16, NULL, 10);
    }
    if (c->whole && c->got >= c->whole) {
        l->done++;
        put_question(l, c);
    }
}

static void connect_all(struct load *l)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(l->port) };

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct epoll_event e = { .events = EPOLLIN, .data.ptr = &l->c[i] };

        l->c[i].fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(l->c[i].fd, (struct sockaddr *)&at, sizeof at) != 0 ||
            epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->c[i].fd, &e) != 0)
            die("connect");
        put_question(l, &l->c[i]);
    }
}

static void load_for(struct load *l, double length)
{
    double until = seconds(CLOCK_MONOTONIC) + length;
    struct epoll_event e[CONNECTIONS];

    while (seconds(CLOCK_MONOTONIC) < until) {
        int n = epoll_wait(l->epoll, e, CONNECTIONS, 100);

        for (int i = 0; i < n; i++)
            take(l, e[i].data.ptr);
    }
}

/* Raw verifications per second of processor time. */
struct floor {
    struct public_key *key;
    struct digest digest;
    struct buffer sig;
};

static void floor_make(struct floor *f)
{
    struct private_key *k;
    struct buffer spki;
    struct why w;

    why_clear(&w);
    buf_init(&spki, 1024);
    buf_init(&f->sig, 1024);
    digest_of(DIGEST_SHA256, SPAN("floor"), &f->digest);
    if (!private_key_generate(CURVE_P256, &k, &w) ||
        !signature_make(k, SIG_ECDSA_RAW, &f->digest, &f->sig, &w))
        die("key");
    private_key_spki(k, &spki);
    if (!public_key_from_spki(buf_span(&spki), &f->key, &w))
        die("key");
    private_key_free(k);
    buf_free(&spki);
}

static double floor_rate(const struct floor *f, double length)
{
    const struct sig_alg alg = { SIG_ECDSA_RAW, DIGEST_SHA256, DIGEST_SHA256, 0 };
    double begin = seconds(CLOCK_PROCESS_CPUTIME_ID), now_at;
    size_t n = 0;
    struct why w;

    do {
        for (int i = 0; i < 50; i++, n++) {
            why_clear(&w);
            if (!signature_verify(f->key, &alg, &f->digest, buf_span(&f->sig), &w))
                die("verify");
        }
        now_at = seconds(CLOCK_PROCESS_CPUTIME_ID);
    } while (now_at - begin < length);
    return (double)n / (now_at - begin);
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

static void measure(struct load *l, pid_t pid, const struct floor *f, double length)
{
    double per_cpu[ROUNDS], wall[ROUNDS], raw[ROUNDS], share[ROUNDS];
    clockid_t server;

    if (clock_getcpuclockid(pid, &server) != 0)
        die("clock of the node");
    load_for(l, length / 2);
    for (int i = 0; i < ROUNDS; i++) {
        double cpu, begin;
        size_t done;

        raw[i] = floor_rate(f, length / 4);
        cpu = seconds(server);
        begin = seconds(CLOCK_MONOTONIC);
        done = l->done;
        load_for(l, length);
        per_cpu[i] = (double)(l->done - done) / (seconds(server) - cpu);
        wall[i] = (double)(l->done - done) / (seconds(CLOCK_MONOTONIC) - begin);
        share[i] = 100 * per_cpu[i] / raw[i];
    }
    bench_figure("raw ECDSA P-256 verifications per core", median(raw), "/s");
    bench_figure("whole checks over HTTP per core", median(per_cpu), "/s");
    bench_figure("whole checks over HTTP, 64 clients, wall", median(wall), "/s");
    bench_figure("share of the raw verify rate (wanted 40)", median(share), "%");
}

int main(int argc, char **argv)
{
    static struct load load;
    char folder[] = "/tmp/serai-bench-XXXXXX", ir[64];
    double length = 1.0;
    struct floor floor;
    int pipes[2];
    pid_t pid;

    bench_init(argc, argv);
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--quick") == 0)
            length = 0.3;
    if (!mkdtemp(folder) || pipe(pipes) != 0)
        die(folder);
    prepare(argv[0], folder);
    (void)snprintf(ir, sizeof ir, "%s/ir", folder);
    pid = fork();
    if (pid == 0)
        serve(ir, pipes[1]);
    (void)close(pipes[1]);
    if (pid < 0 || read(pipes[0], &load.port, sizeof load.port) != sizeof load.port)
        die("the node did not start");
    floor_make(&floor);
    make_request(&load, folder);
    connect_all(&load);
    measure(&load, pid, &floor, length);
    public_key_free(floor.key);
    buf_free(&floor.sig);
    (void)kill(pid, SIGTERM);
    (void)waitpid(pid, NULL, 0);
    run("/bin/rm", (const char *const[]){ "-r", folder, NULL });
    return 0;
}
