/* What a node believes is the same in whatever order its parts prove each other. */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "node/beliefs.h"
#include "trust/import.h"

enum { MEMBERS = 3, WHEN = 1795262400 };

static const char *const states[MEMBERS] = { "IR", "KZ", "TR" };
static uint8_t secret[MEMBERS][NODE_SECRET_KEY];
static struct signer signer[MEMBERS];
static struct agreement *agreement;
static char place[64];
static char anchors[80], trust[80];

static struct span vector(const char *name)
{
    return load_file(&test_arena, vector_path(name));
}

/* A new folder with the members' keys and no acts. */
static struct acts_folder fresh(void)
{
    struct acts_folder d;
    struct why w = { 0 };

    (void)snprintf(place, sizeof place, "/tmp/serai-beliefs-XXXXXX");
    assert_non_null(mkdtemp(place));
    (void)snprintf(anchors, sizeof anchors, "%s/anchors", place);
    (void)snprintf(trust, sizeof trust, "%s/trust", place);
    assert_int_equal(mkdir(anchors, 0700), 0);
    if (!acts_folder_open(trust, span_str(agreement_title(agreement)), true, &test_arena, &d, NULL, &w))
        fail_msg("%s", w.detail);
    for (uint8_t i = 0; i < MEMBERS; i++) {
        uint8_t seed[NODE_SEED] = { (uint8_t)(i + 1) }, pub[NODE_PUBLIC_KEY];
        char name[16];

        (void)snprintf(name, sizeof name, "%s.specimen", states[i]);
        node_key_from_seed(seed, pub, secret[i]);
        signer_in_memory(secret[i], &signer[i]);
        assert_true(acts_folder_add_key(&d, span_str(states[i]), span_str(name), pub, &w));
    }
    return d;
}

static void gone(void)
{
    char command[100];

    (void)snprintf(command, sizeof command, "rm -rf '%s'", place);
    assert_int_equal(system(command), 0);
}

/* Enough members vouch for it as an authority for licences. */
static void vouch(struct acts_folder *d, struct span der)
{
    struct act_statement s = { .verb = ACT_PROPOSE, .state = SPAN("KZ"), .purpose = SPAN(PURPOSE_LICENCES) };
    struct digest sha;
    struct why w = { 0 };

    digest_of(DIGEST_SHA256, der, &sha);
    memcpy(s.sha256, sha.b, sizeof s.sha256);
    assert_true(acts_folder_certificate(d, der, &w));
    for (size_t i = 0; i < MEMBERS; i++)
        if (!acts_folder_act(d, i, &signer[i], &s, 1, 1700000000, &w))
            fail_msg("%s", w.detail);
}

static void put_file(const char *name, struct span bytes)
{
    char path[120];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", anchors, name);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    assert_int_equal(fclose(f), 0);
}

static struct beliefs *believe(void)
{
    const struct beliefs_from from = { "IR", agreement, anchors, trust };
    struct beliefs *b;
    struct why w = { 0 };

    if (!beliefs_load(&from, true, NULL, &b, &w))
        fail_msg("%s", w.detail);
    return b;
}

/* Into the log, by a node that knows nobody. */
static void import_alone(const char *file)
{
    const struct trust_import_options o = { .member = "IR", .by = "SPECIMEN", .now = WHEN };
    struct anchor_set *nobody = anchor_set_new();
    struct trust_import_counts n;
    struct trust_log *log;
    struct why w = { 0 };
    char path[120];

    (void)snprintf(path, sizeof path, "%s/%s", anchors, TRUST_LOG_NAME);
    assert_true(trust_log_open(path, TRUST_LOG_WRITE, &log, NULL, &w));
    assert_true(trust_import(log, nobody, &file, 1, &o, &n, &w));
    assert_int_equal(n.crls, 1);
    assert_int_equal(n.waiting, 1);
    trust_log_close(log);
    anchor_set_free(nobody);
}

/* The list of the bloc comes before what the node itself was given, files as well as imports. */
static void a_revocation_list_of_an_issuer_in_the_bloc_list(void **state)
{
    const char *crl = arena_str(&test_arena, span_str(vector_path("licence/crl/kz-revoked-ds.crl")));

    (void)state;
    for (int known = 0; known < 2; known++)
        for (int by_log = 0; by_log < 2; by_log++) {
            struct acts_folder d = fresh();
            struct anchor_crl found;
            struct beliefs *b;

            if (known)
                vouch(&d, vector("licence/pki/KZ-iaca.der"));
            acts_folder_close(&d);
            if (by_log)
                import_alone(crl);
            else
                put_file("kz.crl", load_file(&test_arena, crl));
            b = believe();
            assert_int_equal(anchor_set_count(b->anchors), known);
            assert_int_equal(anchor_set_crl_count(b->anchors), known);
            assert_int_equal(b->waiting->count, by_log && !known);
            if (known) {
                assert_true(anchors_newest_crl(b->anchors, anchor_at(b->anchors, 0), &found));
                assert_true(anchor_origin_is_bloc(found.by->origin));
            }
            beliefs_free(b);
            gone();
        }
}

/* A document type is part of what members vouch for. */
static void the_bloc_list_is_for_driving_licences(void **state)
{
    struct acts_folder d = fresh();
    const struct anchor_origin *by = NULL;
    struct beliefs *b;

    (void)state;
    vouch(&d, vector("licence/pki/KZ-iaca.der"));
    acts_folder_close(&d);
    b = believe();
    assert_int_equal(anchor_set_count(b->anchors), 1);
    assert_int_equal(anchor_typed(anchor_at(b->anchors, 0), SPAN(TYPE_DRIVING_LICENCE), WHEN, &by),
                     ANCHOR_TYPED);
    assert_true(by && anchor_origin_is_bloc(by));
    assert_int_equal(anchor_typed(anchor_at(b->anchors, 0), SPAN("org.iso.23220.photoid.1"), WHEN, &by),
                     ANCHOR_OTHER_TYPE);
    assert_null(by);
    beliefs_free(b);
    gone();
}

static int start(void **state)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);

    if (!faults || arena_setup(state) != 0)
        return -1;
    agreement = agreement_parse(load_file(&test_arena, source_path("agreements/eco.agreement")), faults);
    free(faults);
    return agreement ? 0 : -1;
}

static int stop(void **state)
{
    agreement_free(agreement);
    return arena_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_revocation_list_of_an_issuer_in_the_bloc_list),
        cmocka_unit_test(the_bloc_list_is_for_driving_licences),
    };

    return cmocka_run_group_tests_name("node beliefs", tests, start, stop);
}
