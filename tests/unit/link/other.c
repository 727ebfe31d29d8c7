#include "other.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "vectors.h"

void key_pair_make(uint8_t n, struct key_pair *out)
{
    uint8_t seed[NODE_SEED];
    struct buffer certificate, key;
    struct why w = { 0 };

    memset(seed, n, sizeof seed);
    assert_true(node_crypto_init());
    buf_init_fixed(&certificate, out->certificate, sizeof out->certificate);
    buf_init_fixed(&key, out->key, sizeof out->key);
    if (!transport_make(seed, SPAN("kz.specimen"), 1795262400, &certificate, &key, &w))
        fail_msg("%s", w.detail);
    (void)buf_cstr(&certificate);
    (void)buf_cstr(&key);
    assert_true(transport_pin(buf_span(&certificate), out->pin, &w));
}

struct asked {
    char *body;
    size_t n;
};

static void connected(void *cls, struct MHD_Connection *c, void **socket,
                      enum MHD_ConnectionNotificationCode what)
{
    (void)cls;
    (void)socket;
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        gnutls_certificate_server_set_request(
            MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session, GNUTLS_CERT_REQUEST);
}

static enum MHD_Result reply(struct MHD_Connection *c, unsigned status, const char *p, size_t n,
                             const char *location)
{
    union {
        const char *in;
        void *out;
    } body = { .in = p };
    struct MHD_Response *r = MHD_create_response_from_buffer(n, body.out, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result ok;

    (void)MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
    if (location)
        (void)MHD_add_response_header(r, "Location", location);
    ok = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return ok;
}

static enum MHD_Result finish(struct other *o, struct MHD_Connection *c, const char *url,
                              const struct asked *a)
{
    static char megabyte[1 << 20];
    const struct timespec two = { .tv_sec = 2 };
    unsigned n = 0;

    atomic_fetch_add(&o->requests, 1);
    if (gnutls_certificate_get_peers(
            MHD_get_connection_info(c, MHD_CONNECTION_INFO_GNUTLS_SESSION)->tls_session, &n) &&
        n)
        atomic_fetch_add(&o->certified, 1);
    if (strcmp(url, "/slow") == 0)
        (void)nanosleep(&two, NULL);
    if (strcmp(url, "/gone") == 0 && atomic_fetch_sub(&o->gone, 1) > 0)
        return MHD_NO;
    if (strcmp(url, "/long") == 0)
        return reply(c, 200, megabyte, sizeof megabyte, NULL);
    if (strcmp(url, "/elsewhere") == 0)
        return reply(c, 302, "", 0, "/echo");
    return reply(c, strcmp(url, "/teapot") == 0 ? 418 : 200, a->body, a->n, NULL);
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *n, void **state)
{
    struct asked *a = *state;

    (void)method;
    (void)version;
    if (!a) {
        *state = calloc(1, sizeof *a);
        return MHD_YES;
    }
    if (*n == 0)
        return finish(cls, c, url, a);
    a->body = realloc(a->body, a->n + *n);
    memcpy(a->body + a->n, data, *n);
    a->n += *n;
    *n = 0;
    return MHD_YES;
}

static void completed(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode how)
{
    struct asked *a = *state;

    (void)cls;
    (void)c;
    (void)how;
    if (a)
        free(a->body);
    free(a);
    *state = NULL;
}

void other_start(struct other *o, const struct key_pair *k, const char *priorities, uint16_t port)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    atomic_store(&o->requests, 0);
    atomic_store(&o->certified, 0);
    o->daemon =
        MHD_start_daemon(MHD_USE_TLS | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD, 0,
                         NULL, NULL, answer, o, MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_LISTENING_ADDRESS_REUSE,
                         1u, MHD_OPTION_HTTPS_MEM_CERT, k->certificate, MHD_OPTION_HTTPS_MEM_KEY, k->key,
                         MHD_OPTION_HTTPS_PRIORITIES, priorities, MHD_OPTION_NOTIFY_CONNECTION, connected,
                         NULL, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
    assert_non_null(o->daemon);
    o->port = MHD_get_daemon_info(o->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    (void)snprintf(o->address, sizeof o->address, "https://127.0.0.1:%u", o->port);
}

void other_stop(struct other *o)
{
    if (o->daemon)
        MHD_stop_daemon(o->daemon);
    o->daemon = NULL;
}

int mute_start(uint16_t *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    union {
        struct sockaddr_in *in;
        struct sockaddr *any;
    } u = { &at };

    assert_true(s >= 0);
    assert_int_equal(bind(s, u.any, n), 0);
    assert_int_equal(listen(s, 8), 0);
    assert_int_equal(getsockname(s, u.any, &n), 0);
    *port = ntohs(at.sin_port);
    return s;
}
