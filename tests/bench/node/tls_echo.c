#include "tls_echo.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pair.h"

enum { MOST = 16 * 1024, AT_ONCE = 64 };

struct end {
    SSL_CTX *ctx;
    int fd;
    size_t n, bytes;
    pthread_t thread;
};

/* Who is there is not looked at: that costs nothing once a connection stands. */
static int anybody(int ok, X509_STORE_CTX *x)
{
    (void)ok;
    (void)x;
    return 1;
}

static SSL_CTX *context(const struct side *s, const SSL_METHOD *method)
{
    SSL_CTX *ctx = SSL_CTX_new(method);
    BIO *certificate = BIO_new_mem_buf(s->certificate.p, (int)s->certificate.n),
        *key = BIO_new_mem_buf(s->key.p, (int)s->key.n);
    X509 *x = PEM_read_bio_X509(certificate, NULL, NULL, NULL);
    EVP_PKEY *k = PEM_read_bio_PrivateKey(key, NULL, NULL, NULL);

    if (!ctx || !x || !k || SSL_CTX_use_certificate(ctx, x) != 1 || SSL_CTX_use_PrivateKey(ctx, k) != 1 ||
        SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) != 1)
        die("the echo has no TLS", NULL);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, anybody);
    BIO_free(certificate);
    BIO_free(key);
    X509_free(x);
    EVP_PKEY_free(k);
    return ctx;
}

static SSL *speak(const struct end *e, bool first)
{
    const int on = 1;
    SSL *s = SSL_new(e->ctx);

    (void)setsockopt(e->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!s || SSL_set_fd(s, e->fd) != 1 || (first ? SSL_connect(s) : SSL_accept(s)) != 1)
        die("the echo's handshake", NULL);
    return s;
}

static bool take(SSL *s, uint8_t *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        int got = SSL_read(s, p + at, (int)(n - at));

        if (got <= 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

static void *call(void *arg)
{
    const struct end *e = arg;
    uint8_t mem[MOST] = { 1 };
    SSL *s = speak(e, true);

    for (size_t i = 0; i < e->n; i++)
        if (SSL_write(s, mem, (int)e->bytes) <= 0 || !take(s, mem, e->bytes))
            die("the echo broke", NULL);
    SSL_free(s);
    (void)close(e->fd);
    return NULL;
}

static void *give_back(void *arg)
{
    const struct end *e = arg;
    uint8_t mem[MOST];
    SSL *s = speak(e, false);

    while (take(s, mem, e->bytes) && SSL_write(s, mem, (int)e->bytes) > 0)
        ;
    SSL_free(s);
    (void)close(e->fd);
    return NULL;
}

static void answer(int fd, size_t connections, size_t bytes)
{
    static struct end end[AT_ONCE];
    SSL_CTX *ctx = context(&side[1], TLS_server_method());

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (size_t i = 0; i < connections; i++) {
        end[i] = (struct end){ .ctx = ctx, .fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC), .bytes = bytes };
        if (end[i].fd < 0 || pthread_create(&end[i].thread, NULL, give_back, &end[i]) != 0)
            _exit(2);
    }
    for (size_t i = 0; i < connections; i++)
        (void)pthread_join(end[i].thread, NULL);
    _exit(0);
}

static int listening(struct sockaddr_in *at)
{
    socklen_t n = sizeof *at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    *at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (fd < 0 || bind(fd, (struct sockaddr *)at, n) != 0 || listen(fd, AT_ONCE) != 0 ||
        getsockname(fd, (struct sockaddr *)at, &n) != 0)
        die("the echo cannot listen", NULL);
    return fd;
}

void tls_echo(size_t connections, size_t n, size_t bytes, struct tls_echo *out)
{
    static struct end end[AT_ONCE];
    SSL_CTX *ctx = context(&side[0], TLS_client_method());
    struct sockaddr_in at;
    int fd = listening(&at), status;
    pid_t pid = fork();
    double began, own, all = (double)(connections * n);
    clockid_t clock;

    if (pid == 0)
        answer(fd, connections, bytes);
    if (pid < 0 || clock_getcpuclockid(pid, &clock) != 0)
        die("the echo", NULL);
    (void)close(fd);
    began = seconds_of(CLOCK_MONOTONIC);
    own = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    for (size_t i = 0; i < connections; i++) {
        end[i] = (struct end){
            .ctx = ctx, .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .n = n, .bytes = bytes
        };
        if (connect(end[i].fd, (struct sockaddr *)&at, sizeof at) != 0 ||
            pthread_create(&end[i].thread, NULL, call, &end[i]) != 0)
            die("the echo", NULL);
    }
    for (size_t i = 0; i < connections; i++)
        (void)pthread_join(end[i].thread, NULL);
    *out = (struct tls_echo){ .asking_us = (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - own) / all * 1e6,
                              .answering_us = seconds_of(clock) / all * 1e6,
                              .rate = all / (seconds_of(CLOCK_MONOTONIC) - began) };
    (void)waitpid(pid, &status, 0);
    SSL_CTX_free(ctx);
}
