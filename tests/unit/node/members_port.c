/* The port for members' nodes: who is let in, to what, and that neither port answers for the other. */
#include "vectors.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../link/other.h"
#include "node/federation.h"
#include "node/node.h"

static char place[] = "/tmp/serai-members-XXXXXX";
static struct key_pair own, kz, tr, nobody;
static struct roster_member member[3];
static struct roster roster = { .n = 3, .member = member };
static struct instance instance;
static struct keeper *keeper;
static struct federation *federation;
static struct node *node;

static unix_time now(void *ctx)
{
    (void)ctx;
    return 1795262400;
}

static void put_file(const char *name, const char *content)
{
    char path[128];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", place, name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(content, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void add_member(size_t i, const char *state, const struct key_pair *k, enum roster_standing standing)
{
    member[i] = (struct roster_member){ .state = span_str(state), .standing = standing, .n_transport = 1 };
    memcpy(member[i].transport[0], k->pin, TRANSPORT_PIN);
}

static void start_roster(void)
{
    key_pair_make(1, &own);
    key_pair_make(2, &kz);
    key_pair_make(3, &tr);
    key_pair_make(4, &nobody);
    add_member(0, "IR", &own, ROSTER_COUNTS);
    add_member(1, "KZ", &kz, ROSTER_COUNTS);
    add_member(2, "TR", &tr, ROSTER_SUSPENDED);
}

static void need(bool ok, const struct why *w)
{
    if (!ok)
        fail_msg("%s", w->detail);
}

static int start(void **state)
{
    char data[256];
    struct federation_options of = { .instance = &instance, .now = now };
    struct keeper_options keep = { .now = now };
    struct node_options on = {
        .config = &instance.config, .check = &instance.check, .data = data, .request_seconds = 2, .now = now
    };
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    struct config_fault fault;
    struct beliefs *first;
    struct why w = { 0 };

    if (arena_setup(state) != 0)
        return -1;
    (void)snprintf(data, sizeof data, "%s", source_path("."));
    start_roster();
    assert_non_null(mkdtemp(place));
    put_file("t.crt", own.certificate);
    put_file("t.key", own.key);
    if (!config_parse(
            SPAN("member = IR\nname = ir.specimen\nlisten = 127.0.0.1:0\nagreement = a\nstore = s\n"
                 "peer-listen = 127.0.0.1:0\ntransport-key = t.key\ntransport-certificate = t.crt\n"),
            place, &test_arena, &instance.config, &fault))
        fail_msg("%s", fault.message);
    instance.agreement =
        agreement_parse(load_file(&test_arena, source_path("agreements/eco.agreement")), faults);
    free(faults);
    keep.from = (struct beliefs_from){ .member = "IR", .agreement = instance.agreement };
    need(beliefs_load(&keep.from, true, NULL, &first, &w), &w);
    first->roster = &roster;
    need(keeper_start(&keep, first, &keeper, &w), &w);
    of.keeper = on.keeper = keeper;
    need(federation_start(&of, &federation, &w), &w);
    on.federation = federation;
    need(node_start(&on, &node, &w), &w);
    return 0;
}

static int stop(void **state)
{
    char command[100];

    federation_quiesce(federation);
    node_stop(node);
    federation_stop(federation);
    keeper_stop(keeper);
    agreement_free(instance.agreement);
    (void)snprintf(command, sizeof command, "rm -r %s", place);
    assert_int_equal(system(command), 0);
    return arena_teardown(state);
}

struct got {
    long status;
    CURLcode code;
    size_t n;
    char text[2048];
};

static size_t take(char *p, size_t size, size_t n, void *ctx)
{
    struct got *g = ctx;

    for (size_t i = 0; i < size * n && g->n + 1 < sizeof g->text; i++)
        g->text[g->n++] = p[i];
    return size * n;
}

static CURL *client(const struct key_pair *certificate, const struct key_pair *key)
{
    struct curl_blob c = { .data = NULL, .flags = CURL_BLOB_COPY }, k = c;
    CURL *e = curl_easy_init();

    assert_non_null(e);
    (void)curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
    (void)curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
    (void)curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
    (void)curl_easy_setopt(e, CURLOPT_TIMEOUT, 20L);
    (void)curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take);
    if (certificate) {
        c.data = strdup(certificate->certificate);
        c.len = strlen(certificate->certificate);
        k.data = strdup(key->key);
        k.len = strlen(key->key);
        (void)curl_easy_setopt(e, CURLOPT_SSLCERT_BLOB, &c);
        (void)curl_easy_setopt(e, CURLOPT_SSLKEY_BLOB, &k);
        free(c.data);
        free(k.data);
    }
    return e;
}

/* port: that of a node; https where it is the members'. */
static void get(CURL *e, uint16_t port, const char *path, struct got *g)
{
    char url[512];

    *g = (struct got){ 0 };
    (void)snprintf(url, sizeof url, "%s://127.0.0.1:%u%s", port == node_peer_port(node) ? "https" : "http",
                   port, path);
    (void)curl_easy_setopt(e, CURLOPT_URL, url);
    (void)curl_easy_setopt(e, CURLOPT_WRITEDATA, g);
    g->code = curl_easy_perform(e);
    (void)curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &g->status);
}

static void expect(CURL *e, const char *path, long status, const char *reason)
{
    char word[80];
    struct got g;

    get(e, node_peer_port(node), path, &g);
    if (g.code != CURLE_OK || g.status != status)
        fail_msg("%s: %ld (%s): %s", path, g.status, curl_easy_strerror(g.code), g.text);
    (void)snprintf(word, sizeof word, "\"reason\":\"%s\"", reason ? reason : "");
    if (reason && !strstr(g.text, word))
        fail_msg("%s: not %s: %s", path, reason, g.text);
}

static void member_is_let_in(void **state)
{
    CURL *e = client(&kz, &kz);

    (void)state;
    expect(e, "/logs", 200, NULL);
    expect(e, "/logs", 200, NULL);
    curl_easy_cleanup(e);
}

static const char *const paths[] = { "/logs", "/acts", "/log/x", "/nothing", "/v1/health", "/", "/../" };

static void nobody_else_is(void **state)
{
    CURL *none = client(NULL, NULL), *stranger = client(&nobody, &nobody), *out = client(&tr, &tr);

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        expect(none, paths[i], 403, "stranger");
        expect(stranger, paths[i], 403, "stranger");
        expect(out, paths[i], 403, "suspended");
    }
    curl_easy_cleanup(none);
    curl_easy_cleanup(stranger);
    curl_easy_cleanup(out);
}

/* Who has a member's certificate has not its key: the handshake does not end. */
static void certificate_without_its_key(void **state)
{
    CURL *e = client(&kz, &nobody);
    struct got g;

    (void)state;
    get(e, node_peer_port(node), "/logs", &g);
    assert_int_not_equal(g.code, CURLE_OK);
    assert_int_equal(g.status, 0);
    curl_easy_cleanup(e);
}

static void tls_1_2(void **state)
{
    CURL *e = client(&kz, &kz);
    struct got g;

    (void)state;
    (void)curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_MAX_TLSv1_2);
    get(e, node_peer_port(node), "/logs", &g);
    assert_int_equal(g.code, CURLE_SSL_CONNECT_ERROR);
    curl_easy_cleanup(e);
}

/* Suspended while its connection stands: the next request on it is refused, and it may come back. */
static void standing_changes(void **state)
{
    CURL *e = client(&kz, &kz);

    (void)state;
    expect(e, "/logs", 200, NULL);
    for (enum roster_standing s = ROSTER_UNKNOWN; s <= ROSTER_COMPROMISED; s++) {
        static const char *const reason[] = { "unknown", NULL, "suspended", "withdrawn", "compromised" };

        member[1].standing = s;
        expect(e, "/logs", s == ROSTER_COUNTS ? 200 : 403, reason[s]);
    }
    member[1].standing = ROSTER_COUNTS;
    expect(e, "/logs", 200, NULL);
    curl_easy_cleanup(e);
}

#define H "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void members_paths(void **state)
{
    static const char *const bad[] = { "/log/" H "/checkpoint",
                                       "/log/" H "/../../t.key",
                                       "/log/" H "/%2e%2e/t.key",
                                       "/log/" H "/%252e%252e/t.key",
                                       "/log/" H "/checkpoint%00",
                                       "/log/" H "//checkpoint",
                                       "/log//" H "/checkpoint",
                                       "//log/" H "/checkpoint",
                                       "/log/../logs",
                                       "/%6cogs",
                                       "/logs/",
                                       "/log/",
                                       "/witness/" H "/checkpoint",
                                       "/witness/../logs",
                                       "/v1/health",
                                       "/v1/check",
                                       "/metrics",
                                       "/" };
    CURL *e = client(&kz, &kz);

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        expect(e, bad[i], 404, "not-found");
    expect(e, "/logs?a=b", 400, "query");
    expect(e, "/witness/add-checkpoint", 404, "not-found");
    (void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, "");
    expect(e, "/logs", 405, "method");
    curl_easy_cleanup(e);
}

static void public_port_has_none_of_it(void **state)
{
    static const char *const hidden[] = { "/logs", "/acts", "/log/" H "/checkpoint",
                                          "/witness/" H "/checkpoint" };
    CURL *e = client(NULL, NULL);
    struct got g;

    (void)state;
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        get(e, node_port(node), hidden[i], &g);
        assert_int_equal(g.status, 404);
    }
    get(e, node_port(node), "/v1/health", &g);
    assert_int_equal(g.status, 200);
    curl_easy_cleanup(e);
}

/* More than a route takes is refused by its length, before it is sent. */
static void bodies_have_a_limit(void **state)
{
    static char many[LIMIT_CHECKPOINT + 1];
    CURL *e = client(&kz, &kz);
    struct got g;

    (void)state;
    (void)curl_easy_setopt(e, CURLOPT_POST, 1L);
    (void)curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)LIMIT_CHECKPOINT + 1);
    (void)curl_easy_setopt(e, CURLOPT_POSTFIELDS, many);
    get(e, node_peer_port(node), "/witness/add-checkpoint", &g);
    assert_int_equal(g.status, 413);
    curl_easy_cleanup(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(member_is_let_in),
        cmocka_unit_test(nobody_else_is),
        cmocka_unit_test(certificate_without_its_key),
        cmocka_unit_test(tls_1_2),
        cmocka_unit_test(standing_changes),
        cmocka_unit_test(members_paths),
        cmocka_unit_test(public_port_has_none_of_it),
        cmocka_unit_test(bodies_have_a_limit),
    };

    return cmocka_run_group_tests_name("members-port", tests, start, stop);
}
