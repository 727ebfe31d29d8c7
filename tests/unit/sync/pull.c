/* A replica against a log in memory: what it takes, what it refuses, and where it goes on. */
#include "../store/fixture.h"
#include "model.h"

#include <stdio.h>

#include "log/fork.h"

static struct place here;
static struct store *store;
static struct arena arena;
static struct model log_;
static struct findings findings;
static struct pull_report report;
static struct pull_options options;
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
    options = (struct pull_options){ .origin = SPAN(ORIGIN),
                                     .policy = model_policy(SPAN(ORIGIN), 0),
                                     .owner = SPAN("KZ"),
                                     .member = SPAN("IR"),
                                     .from_owner = true,
                                     .bodies = true,
                                     .budget = { UINT64_MAX, UINT64_MAX } };
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

static bool pull_from(struct model *m, struct why *w)
{
    struct log_source s = model_source(m);

    why_clear(w);
    findings_init(&findings);
    now += 60;
    return sync_pull(store, &s, &options, now, &arena, &report, &findings, w);
}

static void pulled(struct model *m)
{
    struct why w = { 0 };

    if (!pull_from(m, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

static void refused(struct model *m, const char *reason)
{
    struct why w = { 0 };

    assert_false(pull_from(m, &w));
    if (strcmp(w.reason, reason) != 0)
        fail_msg("%s instead of %s: %s", w.reason, reason, w.detail);
}

static bool has_finding(const char *reason)
{
    for (size_t i = 0; i < findings.n; i++)
        if (strcmp(findings.item[i].why.reason, reason) == 0)
            return true;
    return false;
}

static struct replica_row row(void)
{
    struct replica_row r = { 0 };
    struct why w = { 0 };
    bool found = false;

    if (!replica_find(store, SPAN(ORIGIN), &found, &arena, &r, &w) || !found)
        fail_msg("%s", w.detail);
    return r;
}

/* All that the store has is what the model has: entries, their bodies, and each subject's. */
static void same_as(const struct model *m, uint64_t held)
{
    struct replica_row r = row();
    uint64_t at = 0, by[10] = { 0 };
    struct why w = { 0 };

    assert_int_equal(r.held, held);
    while (at < held) {
        struct replica_entry *e = NULL;
        struct arena a;
        uint64_t next = at;
        size_t n = 0;

        arena_init(&a, 64 << 20);
        if (!replica_entries(store, &r, at, 1000, (struct span){ 0 }, true, &a, &e, &n, &next, &w))
            fail_msg("%s: %s", w.reason, w.detail);
        assert_true(n > 0 && next == at + n);
        for (size_t i = 0; i < n; i++) {
            const struct model_entry *x = &m->entry[at + i];
            struct buffer body;
            char text[32];

            assert_int_equal(e[i].index, at + i);
            assert_true(span_eq(e[i].bytes, x->bytes));
            if (!e[i].is_leaf || span_eq(e[i].leaf.type, LEAF_ERASURE)) {
                assert_int_equal(e[i].body, REPLICA_BODY_NONE);
                continue;
            }
            by[(at + i) % 10]++;
            if (at + i >= r.bodies) {
                assert_int_equal(e[i].body, REPLICA_BODY_UNKNOWN);
                continue;
            }
            if (x->erased || x->gone) {
                assert_int_equal(e[i].body, x->erased ? REPLICA_BODY_ERASED : REPLICA_BODY_MISSING);
                continue;
            }
            assert_int_equal(e[i].body, REPLICA_BODY_THERE);
            buf_init(&body, 1 << 20);
            assert_true(leaf_open(&e[i].leaf, body_salt(e[i].sealed), body_sealed(e[i].sealed), &body, &w));
            (void)snprintf(text, sizeof text, "body %zu", (size_t)(at + i));
            if (x->kept.n < 100)
                assert_true(span_eq_str(buf_span(&body), text));
            buf_free(&body);
        }
        at = next;
        arena_free(&a);
    }
    for (size_t s = 0; s < 10; s++) {
        struct replica_entry *e = NULL;
        uint8_t tag[LEAF_TAG];
        struct arena a;
        size_t n = 0;

        arena_init(&a, 1U << 30);
        model_tag(s, tag);
        if (!replica_subject(store, &r, tag, 40, &a, &e, &n, &w))
            fail_msg("%s: %s", w.reason, w.detail);
        assert_int_equal(n, by[s] < 40 ? by[s] : 40);
        for (size_t i = 0; i < n; i++)
            assert_true(memcmp(e[i].leaf.subject, tag, LEAF_TAG) == 0 &&
                        (i == 0 || e[i].index > e[i - 1].index));
        arena_free(&a);
    }
}

static void every_size(void **state)
{
    static const size_t sizes[] = { 0, 1, 2, 255, 256, 257, 511, 512, 700, 65535, 65536, 65537, 66000 };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        model_add(&log_, sizes[i] - log_.n, "test-record");
        pulled(&log_);
        assert_int_equal(report.end, PULL_CURRENT);
        if (sizes[i])
            same_as(&log_, sizes[i]);
    }
}

static void a_budget_ends_a_step_and_the_next_goes_on(void **state)
{
    size_t steps = 0;

    (void)state;
    model_add(&log_, 69000, "test-record");
    options.budget = (struct pull_budget){ 1, UINT64_MAX };
    do {
        pulled(&log_);
        steps++;
    } while (report.end == PULL_MORE);
    assert_int_equal(steps, 2);
    same_as(&log_, 69000);
}

static void a_link_that_breaks_anywhere_loses_nothing(void **state)
{
    uint64_t held = 0;

    (void)state;
    model_add(&log_, 3000, "test-record");
    for (int64_t k = 0; k < 1000; k++) {
        struct why w = { 0 };

        log_.gets = 0;
        log_.least = k;
        if (pull_from(&log_, &w))
            break;
        assert_string_equal(w.reason, "unreachable");
        if (k < 3)
            continue;
        assert_true(row().held >= held);
        held = row().held;
        assert_true(span_eq_str(row().reason, "unreachable"));
    }
    same_as(&log_, 3000);
    assert_int_equal(row().reason.n, 0);
}

static void an_entry_that_was_rewritten_is_named(void **state)
{
    (void)state;
    model_add(&log_, 1000, "test-record");
    log_.wrong_entry = 777;
    refused(&log_, "root");
    assert_int_equal(row().held, 0);
    assert_true(span_eq_str(row().reason, "root"));
    assert_non_null(strstr((const char *)arena_str(&arena, row().detail), "777"));
    log_.wrong_entry = SIZE_MAX;
    pulled(&log_);
    /* In a bundle that is here in part already. */
    model_add(&log_, 10, "test-record");
    log_.wrong_entry = 998;
    refused(&log_, "root");
    log_.wrong_entry = 1005;
    refused(&log_, "root");
    log_.wrong_entry = SIZE_MAX;
    pulled(&log_);
    same_as(&log_, 1010);
}

static void two_histories_stop_the_log(void **state)
{
    static struct fork_file f;
    struct model other;
    struct why w = { 0 };

    (void)state;
    model_add(&log_, 1000, "test-record");
    pulled(&log_);
    model_init(&other, ORIGIN);
    model_copy(&other, &log_, 990);
    model_add(&other, 300, "another-record");
    refused(&other, "history");
    assert_true(fork_parse(row().fork, &f, &w) && fork_check(&f, options.policy, &arena, &w));
    /* It stays stopped, also for the log as it was, and what was proved stays. */
    model_add(&log_, 10, "test-record");
    refused(&log_, "history");
    log_.n = 1000;
    same_as(&log_, 1000);
    model_free(&other);
}

static void two_roots_of_one_size_stop_the_log(void **state)
{
    static struct fork_file f;
    struct model other;
    struct why w = { 0 };

    (void)state;
    model_add(&log_, 100, "test-record");
    pulled(&log_);
    model_init(&other, ORIGIN);
    model_add(&other, 100, "another-record");
    refused(&other, "history");
    assert_true(fork_parse(row().fork, &f, &w) && fork_check(&f, options.policy, &arena, &w));
    model_free(&other);
}

static void an_older_state_of_another_past_is_a_fork_too(void **state)
{
    static struct fork_file f;
    struct model other;
    struct why w = { 0 };

    (void)state;
    model_add(&log_, 1000, "test-record");
    pulled(&log_);
    options.from_owner = false;
    model_init(&other, ORIGIN);
    model_copy(&other, &log_, 500);
    model_add(&other, 100, "another-record");
    refused(&other, "history");
    assert_true(fork_parse(row().fork, &f, &w) && fork_check(&f, options.policy, &arena, &w));
    model_free(&other);
}

static void a_rollback_is_the_owners_alone(void **state)
{
    (void)state;
    model_add(&log_, 1000, "test-record");
    pulled(&log_);
    log_.shown = 900;
    refused(&log_, "rollback");
    assert_true(span_eq_str(row().reason, "rollback"));
    options.from_owner = false;
    pulled(&log_);
    assert_int_equal(report.end, PULL_BEHIND);
    log_.shown = 1000;
    options.from_owner = true;
    pulled(&log_);
    assert_int_equal(row().reason.n, 0);
}

static void tiles_that_lie_prove_nothing_against_the_log(void **state)
{
    (void)state;
    model_add(&log_, 1000, "test-record");
    pulled(&log_);
    model_add(&log_, 67000, "test-record");
    log_.wrong_tiles = true;
    refused(&log_, "proof");
    assert_int_equal(row().fork.n, 0);
    assert_int_equal(row().held, 1000);
    log_.wrong_tiles = false;
    pulled(&log_);
    same_as(&log_, 68000);
}

static void signatures_that_do_not_hold(void **state)
{
    struct replica_row r;
    bool found = true;

    (void)state;
    model_add(&log_, 10, "test-record");
    log_.wrong_signature = true;
    refused(&log_, "signature");
    log_.wrong_signature = false;
    pulled(&log_);
    options.origin = SPAN("kz.specimen/other/all/2026");
    options.policy = model_policy(options.origin, 0);
    refused(&log_, "no-anchor");
    assert_true(replica_find(store, options.origin, &found, &arena, &r, NULL) && !found);
    options.origin = SPAN("kz.specimen/test/tr-uz/2026");
    refused(&log_, "audience");
    options.origin = SPAN("somewhere");
    refused(&log_, "origin");
}

static void witnessed_is_what_a_quorum_cosigned(void **state)
{
    (void)state;
    options.policy = model_policy(SPAN(ORIGIN), 2);
    model_add(&log_, 300, "test-record");
    log_.cosigned = 1;
    pulled(&log_);
    assert_int_equal(replica_published(&(struct replica_row){ .held = row().held }), 300);
    assert_int_equal(row().witnessed_size, 0);
    log_.witnessed = 200;
    pulled(&log_);
    assert_int_equal(row().witnessed_size, 200);
    log_.cosigned = 2;
    pulled(&log_);
    assert_int_equal(row().witnessed_size, 300);
    log_.cosigned = 3;
    log_.wrong_cosignature = true;
    refused(&log_, "signature");
}

static void cosignatures_whose_time_cannot_be_do_not_count(void **state)
{
    (void)state;
    options.policy = model_policy(SPAN(ORIGIN), 2);
    model_add(&log_, 300, "test-record");
    log_.cosigned = 2;
    pulled(&log_);
    assert_int_equal(row().witnessed_size, 300);
    model_add(&log_, 1, "test-record");
    log_.time -= 10;
    pulled(&log_);
    assert_true(has_finding("backdated"));
    assert_int_equal(row().witnessed_size, 300);
    log_.time += 100000;
    pulled(&log_);
    assert_true(has_finding("from-the-future"));
    assert_int_equal(row().witnessed_size, 300);
    log_.time -= 90000;
    now = log_.time;
    pulled(&log_);
    assert_int_equal(row().witnessed_size, 301);
}

static void bodies_that_are_missing_are_asked_for_again(void **state)
{
    (void)state;
    model_add(&log_, 600, "test-record");
    log_.entry[5].gone = log_.entry[599].gone = true;
    pulled(&log_);
    assert_int_equal(report.missing, 2);
    same_as(&log_, 600);
    log_.entry[5].gone = log_.entry[599].gone = false;
    now += 1000;
    pulled(&log_);
    assert_int_equal(report.bodies, 2);
    same_as(&log_, 600);
    log_.wrong_bodies = true;
    model_add(&log_, 1, "test-record");
    pulled(&log_);
    assert_true(has_finding("body"));
    assert_int_equal(report.missing, 1);
    log_.wrong_bodies = false;
    now += 1000;
    pulled(&log_);
    same_as(&log_, 601);
}

static void a_large_body_stands_alone(void **state)
{
    static uint8_t large[1000 * 1000];
    struct leaf l;
    uint8_t salt[LEAF_SALT] = { 9 }, room[1024];
    struct buffer b, e;

    (void)state;
    model_add(&log_, 3, "test-record");
    assert_true(leaf_parse(log_.entry[1].bytes, &l, NULL));
    buf_init(&b, 2 << 20);
    buf_put(&b, span_of(salt, sizeof salt));
    leaf_seal(span_of(large, sizeof large), salt, &l, &b);
    buf_init_fixed(&e, room, sizeof room);
    assert_true(leaf_put(&l, &e));
    log_.entry[1].kept = arena_copy(&log_.arena, buf_span(&b));
    log_.entry[1].bytes = arena_copy(&log_.arena, buf_span(&e));
    tree_leaf(buf_span(&e), &log_.leaf[1]);
    buf_free(&b);
    pulled(&log_);
    assert_int_equal(report.missing, 0);
    same_as(&log_, 3);
    model_erase(&log_, 1);
    pulled(&log_);
    assert_int_equal(report.erased, 1);
    same_as(&log_, 4);
}

static void erasures_are_carried_out_here_too(void **state)
{
    struct span file;

    (void)state;
    model_add(&log_, 600, "test-record");
    pulled(&log_);
    model_erase(&log_, 7);
    model_erase(&log_, 599);
    pulled(&log_);
    assert_int_equal(report.erased, 2);
    same_as(&log_, 602);
    /* Nothing of it is left in the files, the salt least of all. */
    model_add(&log_, 1, "test-record");
    log_.n = log_.shown = 602;
    store_close(store);
    file = slurp(here.file);
    assert_true(file.n > 0);
    for (size_t i = 0; i + 40 < file.n; i++) {
        const uint8_t salt[LEAF_SALT] = { 7 };

        assert_false(memcmp(file.p + i, salt, LEAF_SALT) == 0);
    }
    free((void *)(uintptr_t)file.p);
    store = open_store(here.file);
    same_as(&log_, 602);
}

/* A third member pulls from the replica what it would have had from the owner. */
static void a_relay_serves_what_the_owner_does(void **state)
{
    static const size_t sizes[] = { 1, 300, 512, 66000 };
    struct replica_files files = { store, SPAN(ORIGIN) };
    struct log_source relay = replica_source(&files);
    struct store *first = store;
    struct place there;
    struct why w = { 0 };

    (void)state;
    place_make(&there);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        model_add(&log_, sizes[i] - log_.n, "test-record");
        if (sizes[i] > 400)
            log_.entry[400].gone = true;
        options.from_owner = true;
        pulled(&log_);
        store = open_store(there.file);
        options.from_owner = false;
        findings_init(&findings);
        if (!sync_pull(store, &relay, &options, now, &arena, &report, &findings, &w))
            fail_msg("%s: %s", w.reason, w.detail);
        same_as(&log_, sizes[i]);
        store_close(store);
        store = first;
    }
    place_remove(&there);
}

static void verifies_as_a_log(void **state)
{
    struct replica_files files = { store, SPAN(ORIGIN) };
    struct log_source relay = replica_source(&files);
    struct log_verify_options opt = { .policy = options.policy };
    struct log_report r;
    struct why w = { 0 };

    (void)state;
    model_add(&log_, 66000, "test-record");
    pulled(&log_);
    if (!log_verify(&relay, &opt, &arena, &r, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_int_equal(r.entries, 66000);
}

static void a_type_is_found_without_reading_the_rest(void **state)
{
    struct replica_entry *e = NULL;
    struct replica_row r;
    struct why w = { 0 };
    uint64_t next = 0;
    size_t n = 0;

    (void)state;
    model_add(&log_, 40000, "test-record");
    model_add(&log_, 2, "rare-record");
    model_add(&log_, 20000, "test-record");
    model_add(&log_, 1, "rare-record");
    pulled(&log_);
    r = row();
    assert_true(replica_entries(store, &r, 0, 10, SPAN("rare-record"), true, &arena, &e, &n, &next, &w));
    assert_int_equal(n, 3);
    assert_int_equal(e[0].index, 40000);
    assert_int_equal(e[2].index, 60002);
    assert_int_equal(next, r.held);
    assert_true(replica_entries(store, &r, 0, 10, SPAN("no-record"), true, &arena, &e, &n, &next, &w));
    assert_int_equal(n, 0);
}

static void entries_that_belong_elsewhere_are_told(void **state)
{
    (void)state;
    model_add(&log_, 2, "test-record");
    model_raw(&log_, SPAN("no leaf at all"));
    pulled(&log_);
    assert_false(has_finding("leaf"));
    options.owner = SPAN("TR");
    model_add(&log_, 1, "test-record");
    pulled(&log_);
    assert_true(has_finding("leaf"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_size),
        T(a_budget_ends_a_step_and_the_next_goes_on),
        T(a_link_that_breaks_anywhere_loses_nothing),
        T(an_entry_that_was_rewritten_is_named),
        T(two_histories_stop_the_log),
        T(two_roots_of_one_size_stop_the_log),
        T(an_older_state_of_another_past_is_a_fork_too),
        T(a_rollback_is_the_owners_alone),
        T(tiles_that_lie_prove_nothing_against_the_log),
        T(signatures_that_do_not_hold),
        T(witnessed_is_what_a_quorum_cosigned),
        T(cosignatures_whose_time_cannot_be_do_not_count),
        T(bodies_that_are_missing_are_asked_for_again),
        T(a_large_body_stands_alone),
        T(erasures_are_carried_out_here_too),
        T(a_relay_serves_what_the_owner_does),
        T(verifies_as_a_log),
        T(a_type_is_found_without_reading_the_rest),
        T(entries_that_belong_elsewhere_are_told),
    };

    model_keys();
    return cmocka_run_group_tests_name("sync-pull", tests, arena_setup, arena_teardown);
}
