/* Clients that are slow, many, cut off or hostile: the server goes on answering the others. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "stub.h"
#include "vectors.h"

enum { SECONDS = 1, MANY = 1000 };

#define BODY "{\"id\":\"a-1\",\"evidence\":[]}"

static struct arena arena;
static struct node_config config;
static struct check_context context;
static struct node *node;
static uint16_t port;

static unix_time noon(void *ctx)
{
    (void)ctx;
    return 1769860800;
}

static int start(void **state)
{
    static const char text[] =
        "member = IR\nname = ir.specimen\nlisten = 127.0.0.1:0\nagreement = a\nstore = s\n";
    struct config_fault fault;
    struct why w;

    (void)state;
    arena_init(&arena, 1 << 20);
    why_clear(&w);
    assert_true(config_parse(SPAN(text), "/nowhere", &arena, &config, &fault));
    context = (struct check_context){ .member = "IR",
                                      .node_name = "ir.specimen",
                                      .agreement = stub_agreement,
                                      .anchors = stub_anchors,
                                      .store = (struct store *)&context };
    struct node_options o = { .config = &config,
                              .check = &context,
                              .data = source_path("."),
                              .now = noon,
                              .request_seconds = SECONDS };
    if (!node_start(&o, &node, &w))
        fail_msg("%s", w.detail);
    port = node_port(node);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    node_stop(node);
    arena_free(&arena);
    return 0;
}

static void assert_answers(void)
{
    struct reply r;

    client_do(port, "POST", "/v1/check", "Content-Type: application/json\r\n", BODY, strlen(BODY), &r);
    assert_int_equal(r.status, 200);
    reply_free(&r);
}

static double now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Sends byte after byte, ten a second, until the server ends the connection; returns the seconds it took. */
static double drip(const char *begin, char byte)
{
    int fd = client_connect(port);
    double since = now();
    char c;

    (void)send(fd, begin, strlen(begin), MSG_NOSIGNAL);
    while (now() - since < 10) {
        struct pollfd p = { .fd = fd, .events = POLLIN };

        (void)send(fd, &byte, 1, MSG_NOSIGNAL);
        if (poll(&p, 1, 100) == 1 && read(fd, &c, 1) <= 0)
            break;
    }
    (void)close(fd);
    return now() - since;
}

static void slow_headers_are_ended(void **state)
{
    (void)state;
    assert_true(drip("GET /v1/health HTTP/1.1\r\nX-Slow: ", 'a') < 4 * SECONDS);
    assert_answers();
}

static void slow_bodies_are_ended(void **state)
{
    char head[256];

    (void)state;
    (void)snprintf(head, sizeof head,
                   "POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
                   "Content-Length: 9999\r\n\r\n",
                   (unsigned)port);
    assert_true(drip(head, ' ') < 4 * SECONDS);
    assert_answers();
}

static void silence_is_ended(void **state)
{
    int fd = client_connect(port);
    double since = now();
    char c;

    (void)state;
    assert_true(read(fd, &c, 1) <= 0);
    assert_true(now() - since < 4 * SECONDS);
    (void)close(fd);
}

static void work_is_not_ended(void **state)
{
    static const char body[] = "{\"id\":\"slower\",\"evidence\":[]}";
    struct reply r;

    (void)state;
    client_do(port, "POST", "/v1/check", "Content-Type: application/json\r\n", body, strlen(body), &r);
    assert_int_equal(r.status, 200);
    reply_free(&r);
}

static void cut_bodies_harm_nobody(void **state)
{
    char head[256];
    int n = snprintf(head, sizeof head,
                     "POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
                     "Content-Length: %zu\r\n\r\n" BODY,
                     (unsigned)port, strlen(BODY));

    (void)state;
    for (int cut = 1; cut <= n; cut += 3) {
        int fd = client_connect(port);

        assert_int_equal(send(fd, head, (size_t)cut, MSG_NOSIGNAL), cut);
        (void)close(fd);
    }
    assert_answers();
}

/* The same bytes in every run (splitmix64). */
static uint64_t random_at(uint64_t i)
{
    i = (i + 1) * 0x9e3779b97f4a7c15;
    i = (i ^ i >> 30) * 0xbf58476d1ce4e5b9;
    i = (i ^ i >> 27) * 0x94d049bb133111eb;
    return i ^ i >> 31;
}

static void noise_is_answered_or_ended(void **state)
{
    static const char *const noise[] = {
        "\r\n\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551617\r\n\r\n",
        "POST /v1/check HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "POST /v1/check HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "GET /%00%ff%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    };
    char random[512];
    char c;

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        bool fixed = i < sizeof noise / sizeof *noise;
        size_t n = fixed ? strlen(noise[i]) : (size_t)random_at(i) % sizeof random;
        int fd = client_connect(port);

        for (size_t k = 0; !fixed && k < n; k++)
            random[k] = (char)random_at(i * 512 + k);
        (void)send(fd, fixed ? noise[i] : random, n, MSG_NOSIGNAL);
        (void)shutdown(fd, SHUT_WR);
        while (poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 20) == 1 && read(fd, &c, 1) > 0)
            ;
        (void)close(fd);
    }
    assert_answers();
}

static void a_thousand_connections_at_once(void **state)
{
    struct rlimit files;
    static int fd[MANY];
    char text[512];
    int n = snprintf(text, sizeof text,
                     "POST /v1/check HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
                     "Content-Length: %zu\r\n\r\n" BODY,
                     (unsigned)port, strlen(BODY));

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    if (files.rlim_cur < 2 * MANY + 64)
        skip();
    for (int i = 0; i < MANY; i++)
        fd[i] = client_connect(port);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(send(fd[i], text, (size_t)n, MSG_NOSIGNAL), n);
    for (int i = 0; i < MANY; i++) {
        struct reply r;

        client_raw(fd[i], "", 0, 0, &r);
        if (r.status != 200)
            fail_msg("connection %d: status %d", i, r.status);
        reply_free(&r);
        (void)close(fd[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_connections_at_once),
        cmocka_unit_test(slow_headers_are_ended),
        cmocka_unit_test(slow_bodies_are_ended),
        cmocka_unit_test(silence_is_ended),
        cmocka_unit_test(work_is_not_ended),
        cmocka_unit_test(cut_bodies_harm_nobody),
        cmocka_unit_test(noise_is_answered_or_ended),
    };

    return cmocka_run_group_tests_name("node under hostile clients", tests, start, stop);
}
