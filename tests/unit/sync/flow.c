/*
 * Replicas in use: killed at any moment, told to consumers, carried on a stick, compared among members, and
 * a long run of what may happen against a list of what a replica must then hold.
 */
#include "../store/fixture.h"
#include "model.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log/body_files.h"
#include "sync/consumers.h"
#include "sync/round.h"
#include "sync/stick.h"

static struct place here;
static struct store *store;
static struct arena arena;
static struct model log_;
static unix_time now;

#define ORIGIN "kz.specimen/test/all/2026"

static int set_up(void **state)
{
    (void)state;
    place_make(&here);
    store = open_store(here.file);
    arena_init(&arena, 256 << 20);
    model_init(&log_, ORIGIN);
    now = 1800000000;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    store_close(store);
    arena_free(&arena);
    place_remove(&here);
    model_free(&log_);
    return 0;
}

static struct pull_options pull_of(unsigned quorum, bool owner)
{
    return (struct pull_options){ .origin = SPAN(ORIGIN),
                                  .policy = model_policy(SPAN(ORIGIN), quorum),
                                  .owner = SPAN("KZ"),
                                  .member = SPAN("IR"),
                                  .from_owner = owner,
                                  .bodies = true,
                                  .budget = { UINT64_MAX, UINT64_MAX } };
}

static bool pull(const struct log_source *s, const struct pull_options *o, struct why *w)
{
    static struct findings f;
    struct pull_report r;
    struct arena a;
    bool ok;

    why_clear(w);
    findings_init(&f);
    now += 400;
    arena_init(&a, 64 << 20);
    ok = sync_pull(store, s, o, now, &a, &r, &f, w);
    arena_free(&a);
    return ok;
}

static void pulled(unsigned quorum)
{
    const struct pull_options o = pull_of(quorum, true);
    struct log_source s = model_source(&log_);
    struct why w;

    if (!pull(&s, &o, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

static struct replica_row row(void)
{
    struct replica_row r = { 0 };
    struct why w = { 0 };
    bool found = false;

    if (!replica_find(store, SPAN(ORIGIN), &found, &arena, &r, &w))
        fail_msg("%s", w.detail);
    return r;
}

/* Every entry held is the model's, and the replica's own files verify as a log of that size. */
static void holds(const struct model *m)
{
    struct replica_row r = row();
    struct replica_files files = { store, SPAN(ORIGIN) };
    struct log_source s = replica_source(&files);
    struct tree_hash root, real;
    struct why w = { 0 };

    assert_true(r.held <= m->n);
    for (uint64_t at = 0; at < r.held;) {
        struct replica_entry *e = NULL;
        uint64_t next = at;
        struct arena a;
        size_t n = 0;

        arena_init(&a, 64 << 20);
        if (!replica_entries(store, &r, at, 512, (struct span){ 0 }, true, &a, &e, &n, &next, &w))
            fail_msg("%s: %s", w.reason, w.detail);
        for (size_t i = 0; i < n; i++)
            assert_true(span_eq(e[i].bytes, m->entry[at + i].bytes));
        at = next;
        arena_free(&a);
    }
    if (r.held == 0)
        return;
    {
        struct tile_tree tiles = { .source = &s, .size = r.held };
        struct tree_source from = { tile_tree_node, &tiles };

        buf_init(&tiles.file, TILE_BYTES);
        assert_true(tree_source_root(&from, r.held, &root, &w));
        buf_free(&tiles.file);
    }
    model_root(m, r.held, &real);
    assert_true(tree_hash_eq(&root, &real));
}

static void killed_at_any_moment(void **state)
{
    uint64_t held = 0;

    (void)state;
    model_add(&log_, 20000, "test-record");
    store_close(store);
    store = NULL;
    for (useconds_t wait = 1; held < log_.n && wait < 200000; wait = wait * 3 / 2 + 200) {
        pid_t child = fork();

        assert_true(child >= 0);
        if (child == 0) {
            store = open_store(here.file);
            for (size_t i = 0; i < 40; i++) {
                struct pull_options o = pull_of(0, true);
                struct log_source s = model_source(&log_);
                struct why w;

                log_.shown = 500 * (i + 1);
                if (!pull(&s, &o, &w) && strcmp(w.reason, "rollback") != 0)
                    _exit(1);
            }
            _exit(0);
        }
        (void)usleep(wait);
        (void)kill(child, SIGKILL);
        (void)waitpid(child, NULL, 0);
        store = open_store(here.file);
        assert_true(row().held >= held);
        held = row().held;
        holds(&log_);
        store_close(store);
    }
    store = open_store(here.file);
    log_.shown = log_.n;
    pulled(0);
    assert_int_equal(row().held, log_.n);
    holds(&log_);
}

struct taken {
    size_t n, calls;
    uint64_t index[1000];
    uint64_t refuse; /* this index is not taken */
    size_t erased;
};

static enum sync_needs needs(void *ctx, struct span type)
{
    (void)ctx;
    return span_eq_str(type, "alert") ? SYNC_PUBLISHED : SYNC_WITNESSED;
}

static bool take(void *ctx, const struct sync_record *r, struct why *w)
{
    struct taken *t = ctx;
    char text[32];

    t->calls++;
    assert_true(span_eq_str(r->owner, "KZ") && span_eq(r->leaf->issuer, r->owner));
    if (r->index == t->refuse)
        return why_set(w, "later", WHY_NO_OFFSET, NULL, "not now");
    (void)snprintf(text, sizeof text, "body %llu", (unsigned long long)r->index);
    assert_true(r->erased || span_eq_str(r->body, text));
    t->erased += r->erased;
    assert_true(t->n < 1000);
    t->index[t->n++] = r->index;
    return true;
}

static struct span owner_kz(void *ctx, struct span name)
{
    (void)ctx;
    return span_eq_str(name, "kz.specimen") ? SPAN("KZ") : (struct span){ 0 };
}

static struct span owner_nobody(void *ctx, struct span name)
{
    (void)ctx;
    (void)name;
    return (struct span){ 0 };
}

static struct sync_delivery delivered(struct taken *t, struct span (*owner)(void *, struct span))
{
    const struct sync_consumer c = {
        .name = "test", .stream = "test", .needs = needs, .take = take, .ctx = t
    };
    struct sync_delivery d;
    struct why w = { 0 };

    if (!sync_deliver(store, &c, owner, NULL, 1000000, &d, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return d;
}

static void consumers_get_each_record_once_in_its_state(void **state)
{
    struct taken t = { .refuse = UINT64_MAX };

    (void)state;
    model_add(&log_, 10, "record");
    model_add(&log_, 10, "alert");
    model_raw(&log_, SPAN("no leaf at all"));
    pulled(2); /* published alone */
    (void)delivered(&t, owner_nobody);
    assert_int_equal(t.n, 0);
    (void)delivered(&t, owner_kz);
    assert_int_equal(t.n, 10); /* the alerts */
    assert_int_equal(t.index[0], 10);
    log_.cosigned = 2;
    pulled(2);
    (void)delivered(&t, owner_kz);
    assert_int_equal(t.n, 20);
    assert_int_equal(t.index[10], 0);
    (void)delivered(&t, owner_kz);
    assert_int_equal(t.calls, 20);
    store_close(store);
    store = open_store(here.file);
    (void)delivered(&t, owner_kz);
    assert_int_equal(t.calls, 20);
}

static void a_record_that_is_not_taken_waits(void **state)
{
    struct taken t = { .refuse = 4 };
    struct sync_delivery d;

    (void)state;
    model_add(&log_, 10, "alert");
    pulled(0);
    d = delivered(&t, owner_kz);
    assert_string_equal(d.why.reason, "later");
    assert_int_equal(t.n, 4);
    t.refuse = UINT64_MAX;
    (void)delivered(&t, owner_kz);
    assert_int_equal(t.n, 10);
    for (size_t i = 0; i < t.n; i++)
        assert_int_equal(t.index[i], i);
}

static void a_body_that_comes_late_is_told_late(void **state)
{
    struct taken t = { .refuse = UINT64_MAX };
    struct sync_delivery d;

    (void)state;
    model_add(&log_, 10, "record");
    log_.entry[3].gone = log_.entry[6].gone = true;
    pulled(0);
    (void)delivered(&t, owner_kz);
    assert_int_equal(t.n, 8);
    (void)delivered(&t, owner_kz);
    assert_int_equal(t.n, 8);
    log_.entry[3].gone = false;
    model_erase(&log_, 6);
    pulled(0);
    d = delivered(&t, owner_kz);
    assert_int_equal(d.late, 2);
    assert_int_equal(t.n, 10);
    assert_int_equal(t.erased, 1);
    (void)delivered(&t, owner_kz);
    assert_int_equal(t.calls, 10);
}

static void a_stick_carries_what_a_link_does(void **state)
{
    static const size_t sizes[] = { 300, 700 };
    struct place stick, there;
    char root[200], name[65];

    (void)state;
    place_make(&stick);
    place_make(&there);
    log_name(SPAN(ORIGIN), name);
    (void)snprintf(root, sizeof root, "%s/%s", stick.folder, name);
    for (size_t i = 0; i < 2; i++) {
        struct replica_files files = { store, SPAN(ORIGIN) };
        struct log_source own = replica_source(&files), from = body_folder(root);
        struct pull_options o = pull_of(0, false);
        struct stick_counts n = { 0 };
        struct store *first = store;
        struct span origin = { 0 };
        struct why w = { 0 };

        model_add(&log_, sizes[i] - log_.n, "test-record");
        pulled(0);
        if (!stick_write(&own, stick.folder, &n, &w) ||
            !stick_origin(stick.folder, name, &arena, &origin, &w))
            fail_msg("%s: %s", w.reason, w.detail);
        assert_true(span_eq_str(origin, ORIGIN));
        store = open_store(there.file);
        if (!pull(&from, &o, &w))
            fail_msg("%s: %s", w.reason, w.detail);
        assert_int_equal(row().held, sizes[i]);
        assert_int_equal(row().bodies, sizes[i]);
        holds(&log_);
        store_close(store);
        store = first;
    }
    place_remove(&there);
    (void)snprintf(root, sizeof root, "rm -rf '%s'", stick.folder);
    assert_int_equal(system(root), 0);
}

struct heard {
    const char *reason;
    size_t well;
};

static void hear(void *ctx, const struct sync_target *t, const struct why *w)
{
    struct heard *h = ctx;

    (void)t;
    if (w)
        h->reason = w->reason;
    else
        h->well++;
}

static struct sync_totals round_of(struct sync_target *t, size_t n, struct heard *h)
{
    static uint64_t count;
    struct sync_round o = { .store = store,
                            .member = SPAN("IR"),
                            .budget = { 100000, 1 << 30 },
                            .round = count++,
                            .now = now += 400,
                            .told = hear,
                            .ctx = h };
    struct sync_totals sum;

    *h = (struct heard){ 0 };
    sync_round(&o, t, n, &sum);
    return sum;
}

static void a_relay_stands_in_for_the_owner(void **state)
{
    struct model relay;
    struct sync_target t = {
        .origin = SPAN(ORIGIN), .owner = SPAN("KZ"), .policy = model_policy(SPAN(ORIGIN), 0), .n = 2
    };
    struct heard h;

    (void)state;
    model_add(&log_, 500, "test-record");
    model_init(&relay, ORIGIN);
    model_copy(&relay, &log_, 500);
    t.source[0] = (struct sync_source){ SPAN("KZ"), true, model_source(&log_) };
    t.source[1] = (struct sync_source){ SPAN("TR"), false, model_source(&relay) };
    log_.least = 0; /* the owner's link is down */
    assert_int_equal(round_of(&t, 1, &h).entries, 500);
    assert_int_equal(row().held, 500);
    assert_int_equal(h.well, 1);
    relay.least = 0;
    assert_int_equal(round_of(&t, 1, &h).failed, 1);
    assert_string_equal(h.reason, "unreachable");
    model_free(&relay);
}

static void what_others_were_shown_is_compared(void **state)
{
    struct model other;
    struct sync_target t = {
        .origin = SPAN(ORIGIN), .owner = SPAN("KZ"), .policy = model_policy(SPAN(ORIGIN), 0), .n = 2
    };
    struct sync_totals sum;
    struct heard h;

    (void)state;
    model_add(&log_, 500, "test-record");
    model_init(&other, ORIGIN);
    model_copy(&other, &log_, 450);
    t.source[0] = (struct sync_source){ SPAN("KZ"), true, model_source(&log_) };
    t.source[1] = (struct sync_source){ SPAN("TR"), false, model_source(&other) };
    sum = round_of(&t, 1, &h);
    assert_int_equal(sum.compared, 1);
    assert_int_equal(sum.forked, 0);
    /* The owner shows Turkiye another history than us. */
    model_add(&other, 20, "another-record");
    sum = round_of(&t, 1, &h);
    assert_int_equal(sum.forked, 1);
    assert_string_equal(h.reason, "history");
    assert_true(row().fork.n > 0);
    sum = round_of(&t, 1, &h);
    assert_int_equal(sum.forked, 1);
    model_free(&other);
}

/* Random growth, cuts, lies and restarts: what is held is always the beginning of the true log, never less
 * than before, and all of it once the source is honest and up. */
static void a_long_run_of_what_may_happen(void **state)
{
    uint64_t held = 0;
    unsigned seed = 20261122;

    (void)state;
    for (size_t i = 0; i < 250; i++) {
        const struct pull_options o = pull_of(0, true);
        struct log_source s = model_source(&log_);
        unsigned r = (unsigned)rand_r(&seed);
        struct why w;
        bool lies = false;

        if (log_.n < 30000)
            model_add(&log_, r % 4 ? r % 300 : r % 3000, "test-record");
        log_.gets = 0;
        log_.least = r % 3 ? INT64_MAX : (int64_t)(r / 16 % 40);
        switch (r / 4096 % 8) {
        case 0:
            log_.wrong_entry = r / 64 % (log_.n + 1);
            lies = true;
            break;
        case 1:
            log_.wrong_tiles = lies = true;
            break;
        case 2:
            log_.wrong_signature = lies = true;
            break;
        case 3:
            log_.wrong_bodies = true;
            break;
        case 4:
            store_close(store);
            store = open_store(here.file);
            break;
        default:
            break;
        }
        if (!pull(&s, &o, &w) && !lies && strcmp(w.reason, "unreachable") != 0)
            fail_msg("step %zu: %s: %s", i, w.reason, w.detail);
        log_.wrong_entry = SIZE_MAX;
        log_.wrong_tiles = log_.wrong_signature = log_.wrong_bodies = false;
        assert_true(row().held >= held);
        assert_int_equal(row().fork.n, 0);
        held = row().held;
        if (i % 25 == 0)
            holds(&log_);
    }
    log_.least = INT64_MAX;
    pulled(0);
    assert_int_equal(row().held, log_.n);
    assert_int_equal(row().bodies, log_.n);
    holds(&log_);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(killed_at_any_moment),
        T(consumers_get_each_record_once_in_its_state),
        T(a_record_that_is_not_taken_waits),
        T(a_body_that_comes_late_is_told_late),
        T(a_stick_carries_what_a_link_does),
        T(a_relay_stands_in_for_the_owner),
        T(what_others_were_shown_is_compared),
        T(a_long_run_of_what_may_happen),
    };

    model_keys();
    return cmocka_run_group_tests_name("sync-flow", tests, arena_setup, arena_teardown);
}
