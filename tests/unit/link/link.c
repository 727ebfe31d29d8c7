/* Links against a server with one key or another, and against what is no server at all. */
#include "vectors.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "other.h"

#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"

static struct key_pair own, good, bad;
static struct other other;
static struct links *links;
static _Atomic int64_t clock_now;

static int64_t clock_ms(void *ctx)
{
    (void)ctx;
    return atomic_load(&clock_now);
}

static int start(void **state)
{
    struct links_options o = { .clock_ms = clock_ms, .random = random_bytes, .most = 3 };
    struct why w = { 0 };

    (void)state;
    key_pair_make(1, &own);
    key_pair_make(2, &good);
    key_pair_make(3, &bad);
    o.certificate = span_str(own.certificate);
    o.key = span_str(own.key);
    if (!links_new(&o, &links, &w))
        fail_msg("%s", w.detail);
    other_start(&other, &good, TLS13, 0);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    other_stop(&other);
    links_free(links);
    return 0;
}

static void set(const char *address, const struct key_pair *first, const struct key_pair *second)
{
    struct link_peer p = { .member = SPAN("KZ"), .address = span_str(address) };

    if (first)
        memcpy(p.pin[p.n_pins++], first->pin, TRANSPORT_PIN);
    if (second)
        memcpy(p.pin[p.n_pins++], second->pin, TRANSPORT_PIN);
    links_set(links, NULL, 0);
    links_set(links, &p, 1);
}

/* The status, or 0 with the reason in w. */
static unsigned call(const char *path, const char *body, size_t most, int64_t timeout_ms, struct why *w)
{
    const struct link_request q = { .method = body ? "POST" : "GET",
                                    .path = path,
                                    .type = body ? "text/plain" : NULL,
                                    .body = span_str(body),
                                    .most = most,
                                    .timeout_ms = timeout_ms };
    struct link_answer out = { 0 };
    struct arena a;
    bool ok;

    why_clear(w);
    arena_init(&a, 32 << 20);
    ok = link_call(links, SPAN("KZ"), &q, &a, &out, w);
    if (ok && body && out.status != 302)
        assert_true(span_eq_str(out.body, body));
    arena_free(&a);
    return ok ? out.status : 0;
}

static void refused(const char *path, size_t most, int64_t timeout_ms, const char *reason)
{
    struct why w;

    assert_int_equal(call(path, NULL, most, timeout_ms, &w), 0);
    if (strcmp(w.reason, reason) != 0)
        fail_msg("%s instead of %s: %s", w.reason, reason, w.detail);
}

static struct link_state state_now(void)
{
    struct link_state s[2];

    assert_int_equal(links_state(links, s, 2), 1);
    return s[0];
}

static void right_key(void **state)
{
    struct why w;

    (void)state;
    set(other.address, &good, NULL);
    assert_int_equal(call("/echo", "question", 0, 0, &w), 200);
    assert_int_equal(call("/echo", "", 0, 0, &w), 200);
    assert_int_equal(call("/echo", NULL, 0, 0, &w), 200);
    assert_int_equal(atomic_load(&other.certified), atomic_load(&other.requests));
}

static void connection_is_kept(void **state)
{
    struct why w;

    (void)state;
    set(other.address, &good, NULL);
    for (int i = 0; i < 20; i++)
        assert_int_equal(call("/echo", "x", 0, 0, &w), 200);
    assert_int_equal(state_now().connections, 1);
    assert_int_equal(state_now().calls, 20);
    assert_int_equal(state_now().sent, 20);
    assert_int_equal(state_now().received, 20);
    assert_true(state_now().up);
}

/* The other side closes what was kept just while it is used again. */
static void kept_connection_given_up(void **state)
{
    uint64_t before;
    struct why w;

    (void)state;
    set(other.address, &good, NULL);
    assert_int_equal(call("/echo", "x", 0, 0, &w), 200);
    before = state_now().connections;
    atomic_store(&other.gone, 1);
    assert_int_equal(call("/gone", "x", 0, 0, &w), 200);
    assert_int_equal(state_now().connections, before + 1);
    /* A new connection that is closed is a failure, and so is one kept and a new one. */
    atomic_store(&other.gone, 2);
    refused("/gone", 0, 0, "unreachable");
    assert_int_equal(atomic_load(&other.gone), 0);
}

static void wrong_key(void **state)
{
    unsigned before = atomic_load(&other.requests);

    (void)state;
    set(other.address, &bad, NULL);
    refused("/echo", 0, 0, "peer");
    assert_int_equal(atomic_load(&other.requests), before);
    assert_false(state_now().up);
    assert_string_equal(state_now().reason, "peer");
}

static void key_in_rotation(void **state)
{
    struct why w;

    (void)state;
    set(other.address, &bad, &good);
    assert_int_equal(call("/echo", "x", 0, 0, &w), 200);
    set(other.address, &good, &bad);
    assert_int_equal(call("/echo", "x", 0, 0, &w), 200);
}

/* What was kept under the old pin is not used under the new one. */
static void key_withdrawn(void **state)
{
    struct link_peer p = { .member = SPAN("KZ"), .address = span_str(other.address), .n_pins = 1 };
    struct why w;

    (void)state;
    set(other.address, &good, NULL);
    assert_int_equal(call("/echo", "x", 0, 0, &w), 200);
    memcpy(p.pin[0], bad.pin, TRANSPORT_PIN);
    links_set(links, &p, 1);
    refused("/echo", 0, 0, "peer");
}

static void old_tls(void **state)
{
    struct other old = { 0 };
    struct why w;

    (void)state;
    other_start(&old, &good, TLS12, 0);
    set(old.address, &good, NULL);
    assert_int_equal(call("/echo", NULL, 0, 0, &w), 0);
    assert_int_equal(atomic_load(&old.requests), 0);
    other_stop(&old);
}

static void whom_to_call(void **state)
{
    struct why w;

    (void)state;
    set("", &good, NULL);
    refused("/echo", 0, 0, "no-address");
    set(other.address, NULL, NULL);
    refused("/echo", 0, 0, "no-address");
    set("http://127.0.0.1:1", &good, NULL);
    refused("/echo", 0, 0, "no-address");
    set("https://127.0.0.1:1/path?", &good, NULL);
    refused("/echo", 0, 0, "no-address");
    links_set(links, NULL, 0);
    refused("/echo", 0, 0, "no-member");
    set(other.address, &good, NULL);
    assert_int_equal(call("/echo", "x", 0, 0, &w), 200);
}

static void limits(void **state)
{
    struct why w;

    (void)state;
    set(other.address, &good, NULL);
    refused("/long", (1 << 20) - 1, 0, "too-large");
    assert_true(state_now().up); /* it answers */
    assert_int_equal(call("/long", NULL, 1 << 20, 0, &w), 200);
    refused("/slow", 0, 200, "timeout");
    assert_false(state_now().up);
}

static void statuses(void **state)
{
    struct why w;

    (void)state;
    set(other.address, &good, NULL);
    assert_int_equal(call("/teapot", "x", 0, 0, &w), 418);
    assert_int_equal(call("/elsewhere", "x", 0, 0, &w), 302); /* not followed */
    assert_int_equal(state_now().connections, 1);
    assert_true(state_now().up);
}

static void silence(void **state)
{
    char address[64];
    uint16_t port;
    int s = mute_start(&port);

    (void)state;
    (void)snprintf(address, sizeof address, "https://127.0.0.1:%u", port);
    set(address, &good, NULL);
    refused("/echo", 0, 300, "unreachable");
    (void)close(s);
}

static void back_off(void **state)
{
    char address[64];
    uint16_t port;
    struct why w;
    int64_t next;

    (void)state;
    (void)close(mute_start(&port));
    (void)snprintf(address, sizeof address, "https://127.0.0.1:%u", port);
    set(address, &good, NULL);
    refused("/echo", 0, 0, "unreachable");
    assert_int_equal(state_now().failures, 1);
    next = state_now().next_ms;
    assert_in_range(next - atomic_load(&clock_now), 250, 500);
    refused("/echo", 0, 0, "backing-off");
    assert_int_equal(state_now().refused, 1);
    atomic_store(&clock_now, next - 1);
    refused("/echo", 0, 0, "backing-off");
    atomic_store(&clock_now, next);
    refused("/echo", 0, 0, "unreachable");
    assert_int_equal(state_now().failures, 2);
    assert_in_range(state_now().next_ms - next, 500, 1000);
    /* Whoever calls us is there: it is tried at once, but not again for each of its calls. */
    link_heard(links, SPAN("KZ"));
    refused("/echo", 0, 0, "unreachable");
    link_heard(links, SPAN("KZ"));
    refused("/echo", 0, 0, "backing-off");
    /* It answers again: all is forgotten. */
    other_stop(&other);
    other_start(&other, &good, TLS13, port);
    atomic_fetch_add(&clock_now, 60000);
    assert_int_equal(call("/echo", "x", 0, 0, &w), 200);
    assert_int_equal(state_now().failures, 0);
    assert_int_equal(state_now().since_ms, atomic_load(&clock_now));
}

static void pauses(void **state)
{
    (void)state;
    for (unsigned n = 1; n < 80; n++) {
        int64_t whole = n < 8 ? 500ll << (n - 1) : 60000;

        whole = whole > 60000 ? 60000 : whole;
        assert_int_equal(link_back_off(n, 0), whole / 2);
        assert_int_equal(link_back_off(n, UINT32_MAX), whole);
        assert_in_range(link_back_off(n, 1u << 31), whole / 2, whole);
    }
}

static void *many(void *arg)
{
    struct why w;

    (void)arg;
    for (int i = 0; i < 20; i++)
        if (call("/echo", "from a thread", 0, 0, &w) != 200)
            return &other;
    return NULL;
}

static void threads(void **state)
{
    pthread_t id[12];
    void *failed;

    (void)state;
    set(other.address, &good, NULL);
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(pthread_create(&id[i], NULL, many, NULL), 0);
    for (size_t i = 0; i < 12; i++) {
        assert_int_equal(pthread_join(id[i], &failed), 0);
        assert_null(failed);
    }
    assert_int_equal(state_now().calls, 240);
    assert_in_range(state_now().connections, 1, 3);
    assert_int_equal(state_now().busy, 0);
}

static void *slow(void *arg)
{
    struct why w;

    (void)arg;
    (void)call("/slow", NULL, 0, 5000, &w);
    return NULL;
}

/* The fourth waits for one of three connections, and no longer than it may. */
static void no_connection_is_free(void **state)
{
    pthread_t id[3];

    (void)state;
    set(other.address, &good, NULL);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&id[i], NULL, slow, NULL), 0);
    while (state_now().busy < 3)
        (void)usleep(1000);
    refused("/echo", 0, 100, "timeout");
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_join(id[i], NULL), 0);
    assert_true(state_now().up);
}

static void not_a_pair(void **state)
{
    struct links_options o = { .certificate = span_str(own.certificate),
                               .key = span_str(bad.key),
                               .clock_ms = clock_ms,
                               .random = random_bytes };
    struct links *l = NULL;
    struct why w = { 0 };

    (void)state;
    assert_false(links_new(&o, &l, &w));
    assert_string_equal(w.reason, "transport");
    assert_null(l);
}

/* Last: nothing is called afterwards. */
static void cut(void **state)
{
    pthread_t id;

    (void)state;
    set(other.address, &good, NULL);
    assert_int_equal(pthread_create(&id, NULL, slow, NULL), 0);
    while (state_now().busy < 1)
        (void)usleep(1000);
    links_cut(links);
    assert_int_equal(pthread_join(id, NULL), 0);
    refused("/echo", 0, 0, "unreachable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_key),
        cmocka_unit_test(connection_is_kept),
        cmocka_unit_test(kept_connection_given_up),
        cmocka_unit_test(wrong_key),
        cmocka_unit_test(key_in_rotation),
        cmocka_unit_test(key_withdrawn),
        cmocka_unit_test(old_tls),
        cmocka_unit_test(whom_to_call),
        cmocka_unit_test(limits),
        cmocka_unit_test(statuses),
        cmocka_unit_test(silence),
        cmocka_unit_test(back_off),
        cmocka_unit_test(pauses),
        cmocka_unit_test(threads),
        cmocka_unit_test(no_connection_is_free),
        cmocka_unit_test(not_a_pair),
        cmocka_unit_test(cut),
    };

    return cmocka_run_group_tests_name("link", tests, start, stop);
}
