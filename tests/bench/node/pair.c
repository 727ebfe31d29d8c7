/* See pair.h. */
#include "pair.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "node/federation.h"
#include "node/node.h"

enum { AGREEMENT = 256 * 1024 };

struct side side[2] = { { .state = "IR", .name = "ir.specimen" }, { .state = "KZ", .name = "kz.specimen" } };
static struct ask_known_key known[2];
static const struct ask_key_table keys = { known, 2 };
static struct agreement *agreement;
static struct arena common;

void die(const char *what, const struct why *w)
{
    (void)fprintf(stderr, "bench: %s: %s\n", what, w && w->reason ? w->detail : strerror(errno));
    exit(2);
}

double seconds_of(clockid_t clock)
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
const struct ask_topic echo = {
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
        (void)fprintf(stderr, "bench: %s\n", fault.message);
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

pid_t pair_answer(uint16_t *port)
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

double bytes_in(const char *folder)
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
double memory_of(pid_t pid, const char *what)
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

void pair_make(const char *root)
{
    arena_init(&common, 16 << 20);
    for (size_t i = 0; i < 2; i++)
        make_side(i, root);
    load_agreement();
}

void pair_stop_answer(pid_t pid)
{
    int status;

    (void)kill(pid, SIGTERM);
    (void)waitpid(pid, &status, 0);
}

void pair_ask(uint16_t port, unsigned most, struct pair_asker *out)
{
    struct links_options lo = { .certificate = buf_span(&side[0].certificate),
                                .key = buf_span(&side[0].key),
                                .clock_ms = clock_ms,
                                .random = random_bytes,
                                .most = most };
    struct link_peer peer = { .member = SPAN("KZ"), .n_pins = 1 };
    struct why w = { 0 };
    char address[64];

    (void)snprintf(address, sizeof address, "https://127.0.0.1:%u", (unsigned)port);
    peer.address = span_str(address);
    memcpy(peer.pin[0], side[1].pin, TRANSPORT_PIN);
    if (!links_new(&lo, &out->links, &w))
        die("links", &w);
    links_set(out->links, &peer, 1);
    out->post = ask_post_links(out->links);
    out->office = (struct ask_office){ .member = SPAN("IR"),
                                       .agreement = agreement,
                                       .store = open_store(&side[0]),
                                       .carrier = ask_line_carrier(&out->post),
                                       .now = now,
                                       .random = random_bytes,
                                       .signer = &side[0].signer,
                                       .keys = ask_keys_of_table(&keys) };
}

void pair_ask_end(struct pair_asker *k)
{
    links_cut(k->links);
    store_close(k->office.store);
    links_free(k->links);
}

void pair_end(void)
{
    for (size_t i = 0; i < 2; i++)
        remove_folder(side[i].folder);
    arena_free(&common);
    agreement_free(agreement);
}
