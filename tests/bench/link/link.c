/*
 * A kept-alive call with 2 kB each way, both ends in this process: over a link (mutual TLS 1.3), over plain
 * HTTP by the same client library, and an empty answer over plain HTTP. The server is an empty handler.
 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"
#include "link/link.h"

enum { BODY = 2048 };

static char body[BODY];
static uint8_t certificate_mem[2][TRANSPORT_PEM], key_mem[2][TRANSPORT_PEM];
static struct buffer certificate[2], key[2];
static struct links *links;
static CURL *plain;
static char plain_address[64], link_address[64];

static int64_t clock_ms(void *ctx)
{
    struct timespec t;

    (void)ctx;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void need(bool ok, const char *what)
{
    if (!ok) {
        (void)fprintf(stderr, "bench: %s\n", what);
        exit(1);
    }
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *n, void **state)
{
    static int seen;
    struct MHD_Response *r;
    enum MHD_Result ok;

    (void)cls;
    (void)method;
    (void)version;
    (void)data;
    if (!*state || *n) {
        *state = &seen;
        *n = 0;
        return MHD_YES;
    }
    r = MHD_create_response_from_buffer(url[1] ? 0 : BODY, body, MHD_RESPMEM_PERSISTENT);
    ok = MHD_queue_response(c, 200, r);
    MHD_destroy_response(r);
    return ok;
}

static void ask_certificate(void *cls, struct MHD_Connection *c, void **socket,
                            enum MHD_ConnectionNotificationCode what)
{
    const int on = 1;

    (void)cls;
    (void)socket;
    if (what != MHD_CONNECTION_NOTIFY_STARTED)
        return;
    (void)setsockopt(MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd, IPPROTO_TCP,
                     TCP_NODELAY, &on, sizeof on);
    gnutls_certificate_server_set_request(
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session, GNUTLS_CERT_REQUEST);
}

static uint16_t serve(bool tls)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct MHD_OptionItem secure[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, certificate_mem[1] },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, key_mem[1] },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, NULL },
        { MHD_OPTION_END, 0, NULL },
    };
    static char priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
    struct MHD_Daemon *d;

    secure[2].ptr_value = priorities;
    d = tls ? MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TLS, 0, NULL, NULL, answer, NULL,
                               MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_ARRAY, secure,
                               MHD_OPTION_NOTIFY_CONNECTION, ask_certificate, NULL, MHD_OPTION_END)
            : MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, NULL,
                               MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_END);
    need(d != NULL, "no server");
    return MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static void make_keys(void)
{
    uint8_t seed[NODE_SEED];
    struct why w = { 0 };

    need(node_crypto_init(), "libsodium");
    for (int i = 0; i < 2; i++) {
        memset(seed, i + 1, sizeof seed);
        buf_init_fixed(&certificate[i], certificate_mem[i], TRANSPORT_PEM);
        buf_init_fixed(&key[i], key_mem[i], TRANSPORT_PEM);
        need(transport_make(seed, SPAN("kz.specimen"), 1795262400, &certificate[i], &key[i], &w), w.detail);
    }
}

static void start(void)
{
    struct links_options o = { .clock_ms = clock_ms, .random = random_bytes };
    struct link_peer p = { .member = SPAN("KZ"), .n_pins = 1 };
    struct why w = { 0 };

    make_keys();
    o.certificate = buf_span(&certificate[0]);
    o.key = buf_span(&key[0]);
    need(links_new(&o, &links, &w), w.detail);
    need(transport_pin(buf_span(&certificate[1]), p.pin[0], &w), w.detail);
    (void)snprintf(link_address, sizeof link_address, "https://127.0.0.1:%u", serve(true));
    (void)snprintf(plain_address, sizeof plain_address, "http://127.0.0.1:%u", serve(false));
    p.address = span_str(link_address);
    links_set(links, &p, 1);
    plain = curl_easy_init();
    need(plain != NULL, "no client");
}

static void by_link(void *ctx, size_t n)
{
    const struct link_request q = {
        .method = "POST", .path = ctx, .type = "application/cose", .body = span_of(body, BODY)
    };
    struct link_answer got;
    struct arena a;
    struct why w = { 0 };

    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        need(link_call(links, SPAN("KZ"), &q, &a, &got, &w) && got.status == 200, w.detail);
        arena_reset(&a);
    }
    arena_free(&a);
}

static size_t drop(char *p, size_t size, size_t n, void *ctx)
{
    (void)p;
    (void)ctx;
    return size * n;
}

static void by_plain(void *ctx, size_t n)
{
    const char *path = ctx;
    char url[128];

    (void)snprintf(url, sizeof url, "%s%s", plain_address, path);
    (void)curl_easy_setopt(plain, CURLOPT_URL, url);
    (void)curl_easy_setopt(plain, CURLOPT_WRITEFUNCTION, drop);
    (void)curl_easy_setopt(plain, CURLOPT_POSTFIELDSIZE, path[1] ? 0L : (long)BODY);
    (void)curl_easy_setopt(plain, CURLOPT_POSTFIELDS, body);
    for (size_t i = 0; i < n; i++)
        need(curl_easy_perform(plain) == CURLE_OK, "plain call");
}

/* Each handshake anew: the price of a link that is not kept. */
static void by_new_link(void *ctx, size_t n)
{
    struct link_peer p = { .member = SPAN("KZ"), .address = span_str(link_address), .n_pins = 1 };
    struct why w = { 0 };

    need(transport_pin(buf_span(&certificate[1]), p.pin[0], &w), w.detail);
    for (size_t i = 0; i < n; i++) {
        links_set(links, NULL, 0);
        links_set(links, &p, 1);
        by_link(ctx, 1);
    }
}

/* Processor time of a call, of both ends: what wall time hides on a busy machine. */
static void cpu_of_a_call(void *path)
{
    enum { CALLS = 2000 };
    struct timespec from, to;
    double us;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    by_link(path, CALLS);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    us = ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / 1e3 / CALLS;
    bench_figure("link: processor time of a call, both ends", us, "us");
    bench_figure("link: calls a second of one processor", 1e6 / us, "/s");
}

int main(int argc, char **argv)
{
    static char root[] = "/", empty[] = "/e";

    bench_init(argc, argv);
    start();
    (void)bench_ratio("link: 2 kB each way, kept alive", by_link, root, "plain HTTP, 2 kB each way", by_plain,
                      root, 0.5);
    (void)bench_ratio("link: 2 kB each way, kept alive", by_link, root, "plain HTTP, nothing either way",
                      by_plain, empty, 0);
    cpu_of_a_call(root);
    (void)bench_time("link: with a new connection", by_new_link, root);
    return 0;
}
