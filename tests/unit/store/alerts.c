/* Alerts: counted once, closed once; a place read up to never goes back. */
#include "fixture.h"

#include "store/cyber_alerts.h"
#include "store/inbox.h"

#include <string.h>

static struct place here;
static struct store *store;
static struct arena arena;
static struct why why;

static int set_up(void **state)
{
    (void)state;
    place_make(&here);
    store = open_place(&here);
    arena_init(&arena, 1 << 26);
    why_clear(&why);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    store_close(store);
    arena_free(&arena);
    place_remove(&here);
    return 0;
}

static enum alert_told tell(const char *id, int64_t times, unix_time from, unix_time ends)
{
    struct alert_seen r = { .id = span_str(id),
                            .indicator = SPAN("indicator--1"),
                            .detector = SPAN("dns-1"),
                            .log = SPAN("dns"),
                            .from = from,
                            .ends = ends,
                            .first = from,
                            .last = from + times,
                            .times = times };

    assert_true(store_put_alerts(store, &r, 1, 5000, &why));
    return r.told;
}

static bool step(const char *act, const char *who, const char *outcome)
{
    const struct cyber_act_row row = { .id = span_str(act),
                                       .at = 6000,
                                       .act = SPAN("alert-step"),
                                       .who = span_str(who),
                                       .audience = SPAN("self"),
                                       .article = SPAN("-"),
                                       .body = SPAN("{}") };

    why_clear(&why);
    return store_step_alert(store, SPAN("A-1"), span_str(outcome), SPAN("SPECIMEN"), &row, &why);
}

static void counted_and_closed_once(void **state)
{
    struct cyber_act_row *acts;
    struct alert_row *r;
    size_t n;

    (void)state;
    assert_int_equal(tell("A-1", 3, 0, 86400), ALERT_NEW);
    assert_int_equal(tell("A-2", 3, 0, 86400), ALERT_KNOWN);
    assert_int_equal(tell("A-2", 5, 0, 86400), ALERT_MORE);
    assert_int_equal(tell("A-2", 9, 3600, 7200), ALERT_OVERLAP);
    assert_true(step("S-1", "o-1", ""));
    assert_false(step("S-2", "o-2", "benign"));
    assert_string_equal(why.reason, "taken");
    assert_true(step("S-3", "o-1", "benign"));
    assert_false(step("S-4", "o-1", "true"));
    assert_string_equal(why.reason, "closed");
    assert_true(store_cyber_acts(store, SPAN("alert-step"), 0, 10, &arena, &acts, &n, &why));
    assert_int_equal(n, 2);
    assert_int_equal(tell("A-2", 6, 0, 86400), ALERT_NEW);
    assert_true(store_alerts(store, 0, SPAN("closed"), SPAN("indicator--1"), 10, &arena, &r, &n, &why));
    assert_int_equal(n, 1);
    assert_int_equal(r->times, 5);
    assert_true(span_eq_str(r->outcome, "benign"));
}

static void never_back(void **state)
{
    const struct inbox_place far = { { 9, 4 } }, near = { { 3, 6 } };
    struct inbox_read got;

    (void)state;
    assert_true(store_inbox_done(store, SPAN("o-1"), INBOX_OBJECTS, 7, &why));
    assert_true(store_inbox_done(store, SPAN("o-1"), INBOX_OBJECTS, 12, &why));
    assert_true(store_inbox_read(store, SPAN("o-1"), &far, 1, &why));
    assert_true(store_inbox_read(store, SPAN("o-1"), &near, 2, &why));
    assert_true(store_inbox(store, SPAN("o-1"), &arena, &got, &why));
    assert_int_equal(got.read.at[INBOX_OBJECTS], 9);
    assert_int_equal(got.read.at[INBOX_RECORDS], 6);
    assert_int_equal(got.n, 1);
    assert_int_equal(got.done[0].place, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counted_and_closed_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(never_back, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
