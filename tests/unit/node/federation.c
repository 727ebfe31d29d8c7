/*
 * Three members' nodes in one process over mutual TLS: one publishes, one cosigns when it is asked, and one
 * that nobody can reach calls itself. Two cosignatures are the quorum.
 */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../link/other.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "link/log_source.h"
#include "node/federation.h"
#include "node/node.h"
#include "trust/acts_folder.h"

enum { NODES = 3, WAIT_MS = 60 * 1000 };

static char place[] = "/tmp/serai-federation-XXXXXX";
static struct agreement *agreement;

static struct member {
    const char *state, *name;
    bool reached; /* has an address */
    uint16_t port;
    struct key_pair transport;
    uint8_t seed[3][NODE_SEED]; /* node, log, witness */
    struct instance instance;
    struct keeper *keeper;
    struct federation *federation;
    struct node *node;
} member[NODES] = { { "IR", "ir.specimen", true },
                    { "KZ", "kz.specimen", true },
                    { "TR", "tr.specimen", false } };

static unix_time now(void *ctx)
{
    (void)ctx;
    return (unix_time)time(NULL);
}

static void need(bool ok, const struct why *w)
{
    if (!ok)
        fail_msg("%s", w->detail);
}

static void put_file(const char *folder, const char *name, struct span s)
{
    char path[200];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s/%s", place, folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(s.p, 1, s.n, f), s.n);
    assert_int_equal(fclose(f), 0);
}

/* The sample, with the quorum that three members can reach. */
static void read_agreement(void)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    struct span text = load_file(&test_arena, source_path("agreements/eco.agreement"));
    static const char want[] = "a record is witnessed when 6";
    char *copy = arena_str(&test_arena, text), *at = strstr(copy, want);

    assert_non_null(at);
    at[strlen(want) - 1] = '2';
    agreement = agreement_parse(span_str(copy), faults);
    free(faults);
    assert_non_null(agreement);
}

static void pub_of(const uint8_t seed[NODE_SEED], uint8_t pub[NODE_PUBLIC_KEY])
{
    uint8_t secret[NODE_SECRET_KEY];

    node_key_from_seed(seed, pub, secret);
}

/* Keys and cards of all, in one folder that each gets a copy of. */
static void make_trust(void)
{
    uint8_t secret[NODE_SECRET_KEY], pub[NODE_PUBLIC_KEY];
    char path[100], address[64];
    struct acts_folder d;
    struct signer signer;
    struct why w = { 0 };

    (void)snprintf(path, sizeof path, "%s/trust", place);
    need(acts_folder_open(path, span_str(agreement_title(agreement)), true, &test_arena, &d, NULL, &w), &w);
    for (size_t i = 0; i < NODES; i++) {
        pub_of(member[i].seed[0], pub);
        need(acts_folder_add_key(&d, span_str(member[i].state), span_str(member[i].name), pub, &w), &w);
    }
    for (size_t i = 0; i < NODES; i++) {
        struct member_card card = { .n_log = 1, .n_witness = 1, .n_transport = 1 };

        memcpy(card.agreement_sha256, agreement_hash(agreement), 32);
        pub_of(member[i].seed[1], card.log[0]);
        pub_of(member[i].seed[2], card.witness[0]);
        memcpy(card.transport[0], member[i].transport.pin, TRANSPORT_PIN);
        (void)snprintf(address, sizeof address, "https://127.0.0.1:%u", member[i].port);
        if (member[i].reached)
            card.address = span_str(address);
        node_key_from_seed(member[i].seed[0], pub, secret);
        signer_in_memory(secret, &signer);
        need(acts_folder_card(&d, i, &signer, &card, now(NULL) - 60, &w), &w);
    }
    acts_folder_close(&d);
}

static void put_key(const struct member *m, const char *file, const char *use, enum note_key_type type,
                    const uint8_t seed[NODE_SEED])
{
    uint8_t mem[300];
    char name[64];
    struct buffer b;

    (void)snprintf(name, sizeof name, "%s/%s", m->name, use);
    buf_init_fixed(&b, mem, sizeof mem);
    note_signer_put(span_str(name), type, seed, &b);
    put_file(m->state, file, buf_span(&b));
}

static void make_folder(struct member *m)
{
    char text[900], path[100], command[300];
    struct config_fault fault;

    (void)snprintf(path, sizeof path, "%s/%s", place, m->state);
    assert_int_equal(mkdir(path, 0700), 0);
    (void)snprintf(command, sizeof command, "cp -r %s/trust %s/trust", place, path);
    assert_int_equal(system(command), 0);
    put_file(m->state, "t.crt", span_str(m->transport.certificate));
    put_file(m->state, "t.key", span_str(m->transport.key));
    put_key(m, "log.key", "log", NOTE_KEY_ED25519, m->seed[1]);
    put_key(m, "witness.key", "witness", NOTE_KEY_COSIGNATURE, m->seed[2]);
    (void)snprintf(text, sizeof text,
                   "member = %s\nname = %s\nlisten = 127.0.0.1:0\nagreement = a\nstore = s\ntrust = trust\n"
                   "transport-key = t.key\ntransport-certificate = t.crt\nlog-key = log.key\n"
                   "witness-key = witness.key\nlogs = logs\n",
                   m->state, m->name);
    if (m->reached)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                       "peer-listen = 127.0.0.1:%u\npeer-address = https://127.0.0.1:%u\n", m->port, m->port);
    if (!config_parse(span_str(text), path, &test_arena, &m->instance.config, &fault))
        fail_msg("%s", fault.message);
    m->instance.agreement = agreement;
}

static void start_member(struct member *m)
{
    char data[256];
    struct federation_options of = { .instance = &m->instance, .now = now };
    struct keeper_options keep = { .now = now };
    struct node_options on = { .config = &m->instance.config, .check = &m->instance.check, .now = now };
    struct beliefs *first;
    struct why w = { 0 };

    (void)snprintf(data, sizeof data, "%s", source_path("."));
    on.data = data;
    keep.from = (struct beliefs_from){ .member = m->state,
                                       .agreement = agreement,
                                       .trust = m->instance.config.trust };
    need(beliefs_load(&keep.from, true, NULL, &first, &w), &w);
    assert_non_null(first->roster);
    need(keeper_start(&keep, first, &m->keeper, &w), &w);
    of.keeper = on.keeper = m->keeper;
    need(federation_start(&of, &m->federation, &w), &w);
    on.federation = m->federation;
    need(node_start(&on, &m->node, &w), &w);
}

static void stop_member(struct member *m)
{
    federation_quiesce(m->federation);
    node_stop(m->node);
    federation_stop(m->federation);
    keeper_stop(m->keeper);
    m->node = NULL;
    m->federation = NULL;
    m->keeper = NULL;
}

static int start(void **state)
{
    if (arena_setup(state) != 0)
        return -1;
    assert_non_null(mkdtemp(place));
    read_agreement();
    for (size_t i = 0; i < NODES; i++) {
        key_pair_make((uint8_t)(10 + i), &member[i].transport);
        for (size_t k = 0; k < 3; k++)
            memset(member[i].seed[k], (int)(20 + 3 * i + k), NODE_SEED);
        (void)close(mute_start(&member[i].port));
    }
    make_trust();
    for (size_t i = 0; i < NODES; i++) {
        make_folder(&member[i]);
        start_member(&member[i]);
    }
    return 0;
}

static int stop(void **state)
{
    char command[100];

    for (size_t i = 0; i < NODES; i++)
        stop_member(&member[i]);
    agreement_free(agreement);
    (void)snprintf(command, sizeof command, "rm -r %s", place);
    assert_int_equal(system(command), 0);
    return arena_teardown(state);
}

static void publish(struct member *m, const char *audience, struct stream_place *at)
{
    const struct stream_new record = { .type = SPAN("licence-status"),
                                       .time = now(NULL),
                                       .body = SPAN("SPECIMEN") };
    struct why w = { 0 };

    need(streams_publish(m->federation->streams, SPAN("licence"), span_str(audience), &record, 1, now(NULL),
                         at, &w),
         &w);
    federation_poke(m->federation, NULL);
}

static bool witnessed(struct member *m, const char *origin, uint64_t size)
{
    struct stream_state *s = NULL;
    struct arena a;
    struct why w = { 0 };
    bool ok = false;
    size_t n = 0;

    arena_init(&a, 1 << 20);
    need(streams_states(m->federation->streams, &a, &s, &n, &w), &w);
    for (size_t i = 0; i < n; i++)
        ok |= span_eq_str(s[i].origin, origin) && s[i].witnessed >= size;
    arena_free(&a);
    return ok;
}

static bool in_time(struct member *m, const char *origin, uint64_t size)
{
    const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };

    for (int i = 0; i < WAIT_MS / 20 && !witnessed(m, origin, size); i++)
        (void)nanosleep(&pause, NULL);
    return witnessed(m, origin, size);
}

/* One asked, one that calls by itself: without both there is no quorum. */
static void quorum_over_links(void **state)
{
    struct stream_place at;

    (void)state;
    publish(&member[1], "all", &at);
    assert_true(in_time(&member[1], at.origin, at.index + 1));
}

/* The member that nobody reaches publishes too: it asks those who have an address. */
static void publisher_without_an_address(void **state)
{
    struct stream_place at;

    (void)state;
    publish(&member[2], "all", &at);
    assert_true(in_time(&member[2], at.origin, at.index + 1));
}

static unsigned fetch(struct member *from, struct member *of, const char *origin, const char *file,
                      struct link_answer *out)
{
    struct link_request q = { .method = "GET" };
    char path[200] = "/log/";
    struct digest d;
    struct buffer b;
    struct why w = { 0 };

    digest_of(DIGEST_SHA256, span_str(origin), &d);
    buf_init_fixed(&b, path + 5, sizeof path - 5);
    hex_put(&b, digest_span(&d));
    buf_printf(&b, "/%s", file);
    q.path = path;
    assert_true(buf_ok(&b) && buf_cstr(&b));
    need(link_call(from->federation->links, span_str(of->state), &q, &test_arena, out, &w), &w);
    return out->status;
}

static void files_go_to_the_audience(void **state)
{
    struct link_answer got;
    struct stream_place at, all;

    (void)state;
    publish(&member[1], "ir-kz", &at);
    publish(&member[1], "all", &all);
    assert_int_equal(fetch(&member[0], &member[1], at.origin, "checkpoint", &got), 200);
    assert_int_equal(fetch(&member[0], &member[1], at.origin, "tile/0/000.p/1", &got), 200);
    assert_int_equal(got.body.n, 32);
    assert_int_equal(fetch(&member[0], &member[1], at.origin, "bodies/000.p/1", &got), 200);
    assert_int_equal(fetch(&member[2], &member[1], at.origin, "checkpoint", &got), 200);
    assert_int_equal(fetch(&member[2], &member[1], at.origin, "tile/0/000.p/1", &got), 403);
    assert_int_equal(fetch(&member[2], &member[1], at.origin, "bodies/000.p/1", &got), 403);
    assert_int_equal(fetch(&member[2], &member[1], all.origin, "tile/0/000.p/1", &got), 200);
    assert_int_equal(fetch(&member[2], &member[1], all.origin, "subject.secret", &got), 404);
    assert_int_equal(fetch(&member[2], &member[1], "kz.specimen/none/all/2026", "checkpoint", &got), 404);
}

static void log_source_over_a_link(void **state)
{
    struct log_source s;
    struct link_log g;
    struct stream_place at;
    struct buffer b;
    bool found = false;
    struct why w = { 0 };

    (void)state;
    publish(&member[1], "kz-tr", &at);
    buf_init(&b, 1 << 20);
    link_log_init(&g, member[2].federation->links, SPAN("KZ"), span_str(at.origin), 5000);
    s = link_log_source(&g);
    need(s.get(s.ctx, "checkpoint", 4096, &b, &found, &w), &w);
    assert_true(found && b.n > 0);
    need(s.get(s.ctx, "tile/0/999", 4096, &b, &found, &w), &w);
    assert_false(found);
    link_log_init(&g, member[0].federation->links, SPAN("KZ"), span_str(at.origin), 5000);
    s = link_log_source(&g);
    assert_false(s.get(s.ctx, "tile/0/000.p/1", 8192, &b, &found, &w));
    assert_string_equal(w.reason, "audience");
    buf_free(&b);
}

/* A witness that stops: without it no quorum; back again, all that waits is cosigned. */
static void witness_goes_and_returns(void **state)
{
    const struct timespec pause = { .tv_sec = 2 };
    struct stream_place at;

    (void)state;
    stop_member(&member[0]);
    publish(&member[1], "all", &at);
    (void)nanosleep(&pause, NULL);
    assert_false(witnessed(&member[1], at.origin, at.index + 1));
    start_member(&member[0]);
    assert_true(in_time(&member[1], at.origin, at.index + 1));
}

static void cards(void **state)
{
    const struct link_request q = { .method = "GET", .path = "/card" };
    struct member_card card;
    struct link_answer got;
    struct why w = { 0 };

    (void)state;
    need(link_call(member[2].federation->links, SPAN("KZ"), &q, &test_arena, &got, &w), &w);
    assert_int_equal(got.status, 200);
    need(card_verify(got.body, &card, &w), &w);
    assert_true(span_eq(card.member, SPAN("KZ")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quorum_over_links),
        cmocka_unit_test(publisher_without_an_address),
        cmocka_unit_test(files_go_to_the_audience),
        cmocka_unit_test(log_source_over_a_link),
        cmocka_unit_test(cards),
        cmocka_unit_test(witness_goes_and_returns),
    };

    return cmocka_run_group_tests_name("federation", tests, start, stop);
}
