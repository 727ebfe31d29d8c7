/* What a running node believes while its files change: never half of a change, never less than was there. */
#include "vectors.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "node/keeper.h"

enum { READERS = 4, BATCH = 5, BATCHES = 8, WAIT_MS = 60000 };

static uint8_t secret[NODE_SECRET_KEY], pub[NODE_PUBLIC_KEY];
static struct signer signer;
static struct agreement *agreement;
static char place[] = "/tmp/serai-keeper-XXXXXX", anchors[64], trust[64];
static struct keeper *keeper;
static _Atomic bool enough;
static _Atomic unsigned halves, looks, changes, told_why;

static unix_time now(void *ctx)
{
    (void)ctx;
    return 1795262400;
}

static void told(void *ctx, const struct beliefs *b, const struct why *w)
{
    (void)ctx;
    (void)b;
    atomic_fetch_add(w ? &told_why : &changes, 1);
}

static struct acts_folder opened(void)
{
    struct acts_folder d;
    struct why w = { 0 };

    if (!acts_folder_open(trust, span_str(agreement_title(agreement)), true, &test_arena, &d, NULL, &w))
        fail_msg("%s", w.detail);
    return d;
}

/* Some acts in one go, under one lock: a change is all of them. */
static void sign_batch(unsigned batch)
{
    struct acts_folder d = opened();
    struct why w = { 0 };

    for (unsigned i = 0; i < BATCH; i++) {
        struct act_statement s = { .verb = ACT_PROPOSE, .state = SPAN("IR"), .purpose = SPAN("lists") };

        s.sha256[0] = (uint8_t)batch;
        s.sha256[1] = (uint8_t)i;
        if (!acts_folder_act(&d, 0, &signer, &s, 1, 1000 + batch, &w))
            fail_msg("%s", w.detail);
    }
    acts_folder_close(&d);
}

static void put_file(const char *folder, const char *name, const char *text)
{
    char path[128];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static size_t acts_in_force(void)
{
    struct beliefs *b = keeper_take(keeper);
    size_t n = b->acts.n_acts;

    keeper_give(keeper, b);
    return n;
}

static bool within_time(bool (*holds)(void))
{
    const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };

    for (int i = 0; i < WAIT_MS / 5 && !holds(); i++)
        (void)nanosleep(&pause, NULL);
    return holds();
}

static int start(void **state)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    struct beliefs_from from = { .member = "IR" };
    struct beliefs *first;
    struct acts_folder d;
    struct why w = { 0 };
    uint8_t seed[NODE_SEED] = { 7 };

    if (arena_setup(state) != 0)
        return -1;
    node_key_from_seed(seed, pub, secret);
    signer_in_memory(secret, &signer);
    agreement = agreement_parse(load_file(&test_arena, source_path("agreements/eco.agreement")), faults);
    free(faults);
    assert_non_null(agreement);
    assert_non_null(mkdtemp(place));
    (void)snprintf(anchors, sizeof anchors, "%s/anchors", place);
    (void)snprintf(trust, sizeof trust, "%s/trust", place);
    assert_int_equal(mkdir(anchors, 0700), 0);
    d = opened();
    assert_true(acts_folder_add_key(&d, SPAN("IR"), SPAN("ir.specimen"), pub, &w));
    acts_folder_close(&d);
    put_file(anchors, "imports.log", TRUST_LOG_START);
    from.agreement = agreement;
    from.anchors = anchors;
    from.trust = trust;
    if (!beliefs_load(&from, true, NULL, &first, &w))
        fail_msg("%s", w.detail);
    const struct keeper_options o = { .from = from, .now = now, .told = told };

    return keeper_start(&o, first, &keeper, &w) ? 0 : -1;
}

static int stop(void **state)
{
    char command[100];

    keeper_stop(keeper);
    agreement_free(agreement);
    (void)snprintf(command, sizeof command, "rm -r %s", place);
    assert_int_equal(system(command), 0);
    return arena_teardown(state);
}

/* Whole batches only, never fewer than before, and all parts of one moment. */
static void *reader(void *arg)
{
    size_t most = 0;

    (void)arg;
    while (!atomic_load(&enough)) {
        struct beliefs *b = keeper_take(keeper);
        size_t n = b->acts.n_acts;
        bool whole = n % BATCH == 0 && n >= most && b->list && b->list->version == n &&
                     b->list->n_entries == n && (n == 0 || b->bundle.n > 100 * n);

        atomic_fetch_add(&halves, !whole);
        atomic_fetch_add(&looks, 1);
        most = n;
        keeper_give(keeper, b);
    }
    return NULL;
}

static bool all_batches(void)
{
    return acts_in_force() == (size_t)BATCH * BATCHES;
}

static void whole_changes_only(void **state)
{
    const struct timespec pause = { .tv_nsec = 60 * 1000 * 1000 };
    pthread_t thread[READERS];

    (void)state;
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, reader, NULL), 0);
    for (unsigned i = 0; i < BATCHES; i++) {
        sign_batch(i);
        if (i % 2)
            (void)nanosleep(&pause, NULL);
        keeper_poke(keeper);
    }
    assert_true(within_time(all_batches));
    atomic_store(&enough, true);
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    assert_int_equal(atomic_load(&halves), 0);
    assert_true(atomic_load(&looks) > 0 && atomic_load(&changes) > 0);
}

static bool one_batch_more(void)
{
    return acts_in_force() == (size_t)BATCH * (BATCHES + 1);
}

static void held_while_replaced(void **state)
{
    struct beliefs *old = keeper_take(keeper);
    size_t n = old->acts.n_acts, bytes = old->bundle.n;

    (void)state;
    sign_batch(BATCHES);
    assert_true(within_time(one_batch_more));
    assert_int_equal(old->acts.n_acts, n);
    assert_int_equal(old->bundle.n, bytes);
    assert_int_equal(old->bundle.p[bytes - 1], '\n');
    keeper_give(keeper, old);
}

static bool is_refused(void)
{
    struct keeper_state s;

    keeper_state(keeper, &s);
    return s.why.reason != NULL;
}

static bool is_taken(void)
{
    return !is_refused();
}

static bool two_batches_more(void)
{
    return acts_in_force() == (size_t)BATCH * (BATCHES + 2);
}

static void damage_leaves_what_was(void **state)
{
    struct keeper_state s;

    (void)state;
    put_file(anchors, "imports.log", "serai");
    assert_true(within_time(is_refused));
    keeper_state(keeper, &s);
    assert_string_equal(s.why.reason, "damaged");
    assert_non_null(strstr(s.why.detail, "imports.log"));
    assert_true(one_batch_more());
    assert_int_equal(atomic_load(&told_why), 1);

    sign_batch(BATCHES + 1); /* and acts still come in */
    assert_true(within_time(two_batches_more));
    assert_true(is_refused());

    put_file(anchors, "imports.log", TRUST_LOG_START);
    assert_true(within_time(is_taken));
    assert_true(two_batches_more());
    put_file(trust, "members", "no line of keys\n");
    assert_true(within_time(is_refused));
    assert_true(two_batches_more());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_changes_only),
        cmocka_unit_test(held_while_replaced),
        cmocka_unit_test(damage_leaves_what_was),
    };

    return cmocka_run_group_tests_name("node keeper", tests, start, stop);
}
