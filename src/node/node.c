#include "node/node.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "node/events.h"
#include "node/exchange.h"
#include "node/listen.h"
#include "node/peer_tls.h"
#include "node/sign_in.h"

/* Memory of a connection for headers and a piece of the body; it is cleared after each request. */
enum { CONNECTION_BYTES = 16 * 1024 };
enum { PEM_BYTES = 256 * 1024, SPARE_FILES = 128 };

static unsigned processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : n > 64 ? 64 : (unsigned)n;
}

/* As many connections as the limit on open files allows, which is raised as far as this user may. */
static unsigned connection_limit(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return 256;
    if (files.rlim_cur < LIMIT_CONNECTIONS + SPARE_FILES) {
        files.rlim_cur = files.rlim_max < LIMIT_CONNECTIONS + SPARE_FILES ? files.rlim_max
                                                                          : LIMIT_CONNECTIONS + SPARE_FILES;
        (void)setrlimit(RLIMIT_NOFILE, &files);
        (void)getrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur >= LIMIT_CONNECTIONS + SPARE_FILES)
        return LIMIT_CONNECTIONS;
    return files.rlim_cur > 2 * SPARE_FILES ? (unsigned)files.rlim_cur - SPARE_FILES : SPARE_FILES;
}

static void on_connection(void *cls, struct MHD_Connection *c, void **socket,
                          enum MHD_ConnectionNotificationCode what)
{
    struct port *p = cls;
    const int on = 1;
    int fd;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        *socket = connection_open(p->node->connections, fd);
        if (p->which == ROUTE_PUBLIC && p->node->config.officers_ca)
            peer_tls_ask(MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session);
        if (p->which == ROUTE_MEMBERS) {
            /* The handshake goes out in pieces: each would wait 40 ms for the one before to be confirmed. */
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            peer_tls_ask(MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session);
        }
    } else {
        connection_close(p->node->connections, *socket);
    }
}

/* A PEM file as text, in the arena. */
static bool load_pem(struct node *n, const char *path, char **ret, struct why *w)
{
    char *mem = arena_alloc(&n->arena, PEM_BYTES);
    FILE *f = fopen(path, "rb");
    size_t got;

    if (!f || !mem) {
        if (f)
            (void)fclose(f);
        return why_set(w, "tls", WHY_NO_OFFSET, NULL, "cannot read %s", path);
    }
    got = fread(mem, 1, PEM_BYTES - 1, f);
    (void)fclose(f);
    if (got == PEM_BYTES - 1)
        return why_set(w, "tls", WHY_NO_OFFSET, NULL, "%s is too large for a certificate or key", path);
    *ret = mem;
    return true;
}

/* Room for what both ports ask of the server library, and the certificate of one of them. */
enum { OPTIONS = 16 };

static size_t common_options(struct node *n, const struct port *p, struct MHD_OptionItem option[OPTIONS])
{
    unsigned threads = n->config.threads ? n->config.threads : processors();
    size_t k = 0;

    option[k++] = (struct MHD_OptionItem){ MHD_OPTION_LISTEN_SOCKET, p->fd, NULL };
    option[k++] = (struct MHD_OptionItem){ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES, NULL };
    option[k++] = (struct MHD_OptionItem){ MHD_OPTION_CONNECTION_TIMEOUT, n->o.request_seconds, NULL };
    if (threads > 1)
        option[k++] = (struct MHD_OptionItem){ MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL };
    return k;
}

static bool start_daemon(struct port *p, unsigned flags, const struct MHD_OptionItem *option)
{
    p->daemon =
        MHD_start_daemon(flags | MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
                         exchange_step, p, MHD_OPTION_ARRAY, option, MHD_OPTION_NOTIFY_COMPLETED,
                         exchange_end, p, MHD_OPTION_NOTIFY_CONNECTION, on_connection, p, MHD_OPTION_END);
    return p->daemon != NULL;
}

static bool start_open(struct node *n, struct why *w)
{
    struct MHD_OptionItem option[OPTIONS];
    size_t k = common_options(n, &n->open, option);
    const char *tls = n->config.tls_certificate;
    char *certificate, *key, *officers;

    option[k++] = (struct MHD_OptionItem){ MHD_OPTION_CONNECTION_LIMIT, (intptr_t)connection_limit(), NULL };
    if (tls) {
        if (!load_pem(n, tls, &certificate, w) || !load_pem(n, n->config.tls_key, &key, w))
            return false;
        option[k++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, certificate };
        option[k++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, key };
    }
    if (n->config.officers_ca) {
        if (!load_pem(n, n->config.officers_ca, &officers, w))
            return false;
        option[k++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_TRUST, 0, officers };
    }
    option[k] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
    return start_daemon(&n->open, tls ? MHD_USE_TLS : 0, option) ||
           why_set(w, tls ? "tls" : "node", WHY_NO_OFFSET, NULL,
                   tls ? "the certificate and key of TLS cannot be used together"
                       : "the HTTP server did not start");
}

/* Paths of the members' port are taken as they were sent: none of them needs %. */
static size_t as_sent(void *cls, struct MHD_Connection *c, char *s)
{
    (void)cls;
    (void)c;
    return strlen(s);
}

/* MHD_OPTION_UNESCAPE_CALLBACK has its function where other options have a number. */
static intptr_t number_of(size_t (*f)(void *cls, struct MHD_Connection *c, char *s))
{
    union {
        size_t (*f)(void *cls, struct MHD_Connection *c, char *s);
        intptr_t number;
    } u = { .f = f };

    return u.number;
}

static bool start_members(struct node *n, struct why *w)
{
    struct MHD_OptionItem option[OPTIONS];
    size_t k;
    char *certificate, *key;

    if (!n->o.federation || !n->config.peer_host)
        return true;
    if (!listen_on(n->config.peer_host, n->config.peer_port, "peer-listen", &n->members.fd,
                   &n->config.peer_port, w) ||
        !load_pem(n, n->config.transport_certificate, &certificate, w) ||
        !load_pem(n, n->config.transport_key, &key, w))
        return false;
    k = common_options(n, &n->members, option);
    option[k++] = (struct MHD_OptionItem){ MHD_OPTION_CONNECTION_LIMIT, LIMIT_PEER_CONNECTIONS, NULL };
    option[k++] =
        (struct MHD_OptionItem){ MHD_OPTION_PER_IP_CONNECTION_LIMIT, LIMIT_PEER_CONNECTIONS / 4, NULL };
    option[k++] = (struct MHD_OptionItem){ MHD_OPTION_UNESCAPE_CALLBACK, number_of(as_sent), NULL };
    option[k++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0, certificate };
    option[k++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0, key };
    option[k++] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, peer_tls_priorities() };
    option[k] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
    return start_daemon(&n->members, MHD_USE_TLS, option) ||
           why_set(w, "transport", WHY_NO_OFFSET, NULL,
                   "the members' port did not open: transport-certificate and transport-key cannot be used "
                   "together");
}

/* The port is known, and nobody is answered yet. */
static bool tell_sign_in(struct node *n, struct why *w)
{
    bool v6 = strchr(n->config.host, ':') != NULL;
    char url[128];

    (void)snprintf(url, sizeof url, "%s://%s%s%s:%u", n->config.tls_certificate ? "https" : "http",
                   v6 ? "[" : "", n->config.host, v6 ? "]" : "", (unsigned)n->config.port);
    return !n->o.sign_in || sign_in_at(n->o.sign_in, url, n->config.port, w);
}

bool node_start(const struct node_options *o, struct node **ret, struct why *w)
{
    struct node *n = calloc(1, sizeof *n);

    if (!n)
        abort();
    n->o = *o;
    n->config = *o->config;
    n->o.config = &n->config;
    if (n->o.request_seconds == 0)
        n->o.request_seconds = LIMIT_CONNECTION_SECONDS;
    n->counts = n->config.metrics.n == 0 || strcmp(n->config.metrics.item[0], "off") != 0;
    n->maintenance.path = o->maintenance;
    n->open = (struct port){ .node = n, .which = ROUTE_PUBLIC, .fd = -1 };
    n->members = (struct port){ .node = n, .which = ROUTE_MEMBERS, .fd = -1 };
    arena_init(&n->arena, ASSETS_BYTES);
    n->view = (struct node_view){
        .o = &n->o, .check = n->o.check, .assets = &n->assets, .node = n, .started = o->now(o->ctx)
    };
    if (!config_is_loopback(n->config.host) && !n->config.tls_certificate) {
        (void)why_set(
            w, "address-public", WHY_NO_OFFSET, NULL,
            "%s can be reached by other machines: set tls-certificate and tls-key, or listen on 127.0.0.1",
            n->config.host);
        goto fail;
    }
    if (!assets_load(o->data, &n->arena, &n->assets, w) ||
        !listen_on(n->config.host, n->config.port, "listen", &n->open.fd, &n->config.port, w) ||
        !tell_sign_in(n, w) || !workers_start(LIMIT_WORKERS, processors(), &n->workers, w) ||
        !connections_start(n->o.request_seconds, &n->connections, w) || !start_open(n, w) ||
        !start_members(n, w))
        goto fail;
    *ret = n;
    return true;
fail:
    node_stop(n);
    return false;
}

uint16_t node_port(const struct node *n)
{
    return n->config.port;
}

/* Requests whose client is still sending, and answers still being sent, get some seconds. */
static void wait_in_flight(const struct node *n, int seconds)
{
    const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };

    for (int i = 0; i < seconds * 500 && atomic_load(&n->in_flight); i++)
        (void)nanosleep(&pause, NULL);
}

/* The store ends each of them, well or not. */
static void wait_begun(const struct node *n)
{
    const struct timespec pause = { .tv_nsec = 2 * 1000 * 1000 };

    while (atomic_load(&n->begun))
        (void)nanosleep(&pause, NULL);
}

uint16_t node_peer_port(const struct node *n)
{
    return n->members.daemon ? n->config.peer_port : 0;
}

static void quiesce(const struct port *p)
{
    if (p->daemon)
        (void)MHD_quiesce_daemon(p->daemon);
}

static void stop(struct port *p)
{
    if (p->daemon)
        MHD_stop_daemon(p->daemon);
}

void node_stop(struct node *n)
{
    if (!n)
        return;
    atomic_store(&n->stopping, true);
    events_end(n->o.events);
    quiesce(&n->open);
    quiesce(&n->members);
    if (n->open.daemon)
        wait_in_flight(n, LIMIT_STOP_SECONDS);
    atomic_store(&n->closing, true);
    wait_begun(n);           /* before the workers end: some go on there */
    workers_end(n->workers); /* what was begun is finished and its connection resumed */
    if (n->open.daemon)
        wait_in_flight(n, 1);
    stop(&n->open);
    stop(&n->members);
    workers_free(n->workers);
    if (n->open.fd >= 0)
        (void)close(n->open.fd);
    if (n->members.fd >= 0)
        (void)close(n->members.fd);
    connections_stop(n->connections);
    arena_free(&n->arena);
    free(n);
}
