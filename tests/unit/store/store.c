/* What is put comes back, once, and what cannot be put says why. */
#include "fixture.h"

#include "store/quotas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct place here;
static struct store *store;
static struct arena arena;
static struct traveller_key someone = { { 1, 2, 3 } };

static int set_up(void **state)
{
    (void)state;
    place_make(&here);
    store = open_place(&here);
    arena_init(&arena, 1 << 24);
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

static void reopen(void)
{
    store_close(store);
    store = open_place(&here);
}

static int64_t uses(const char *id)
{
    struct why w = { 0 };
    int64_t n = -1;

    assert_true(store_permission_uses(store, span_str(id), &n, &w));
    return n;
}

static size_t stays(const struct stay_record **r)
{
    struct why w = { 0 };
    size_t n = 99;

    if (!store_stay_records(store, &someone, SPAN("IR"), &arena, r, &n, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return n;
}

static void a_repeat_gets_the_first_answer(void **state)
{
    struct check_record r = sample("one", &someone), other;
    struct span previous = { NULL, 0 };
    enum store_put what = STORE_NEW;
    struct why w = { 0 };
    bool found = false;
    const struct stay_record *s;

    (void)state;
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    for (int i = 0; i < 2; i++) {
        other = r;
        other.response = SPAN("{\"outcome\":\"refer\"}");
        assert_true(store_put_check(store, &other, &what, &arena, &previous, &w));
        assert_int_equal(what, STORE_REPEATED);
        assert_true(span_eq(previous, r.response));
        assert_int_equal(stays(&s), 1);
        reopen();
    }
    previous = (struct span){ NULL, 0 };
    assert_true(store_find_check(store, r.request_id, r.request_hash, &found, &what, &arena, &previous, &w));
    assert_true(found);
    assert_int_equal(what, STORE_REPEATED);
    assert_true(span_eq(previous, r.response));
    assert_true(store_find_check(store, SPAN("two"), r.request_hash, &found, &what, &arena, &previous, &w));
    assert_false(found);
}

static void another_request_under_the_id_is_a_conflict(void **state)
{
    struct check_record r = sample("one", &someone);

    (void)state;
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    r.request_hash = span_of("0123456789abcdef0123456789abcdeX", 32);
    assert_int_equal(put_ok(store, &r), STORE_CONFLICT);
}

static void bad_records_are_refused(void **state)
{
    static char big[LIMIT_STORE_RECORD + 1];
    static const struct {
        const char *what, *reason;
        size_t id, hash, response, member;
        int64_t entries, at;
    } cases[] = {
        { "empty id", "request", 0, 32, 1, 2, 0, 0 },
        { "id of 65 bytes", "request", 65, 32, 1, 2, 0, 0 },
        { "hash of 31 bytes", "request", 1, 31, 1, 2, 0, 0 },
        { "hash of 33 bytes", "request", 1, 33, 1, 2, 0, 0 },
        { "no member", "request", 1, 32, 1, 0, 0, 0 },
        { "limit below zero", "request", 1, 32, 1, 2, -1, 0 },
        { "year 10000", "request", 1, 32, 1, 2, 0, 253402300800 },
        { "year 0", "request", 1, 32, 1, 2, 0, -62135596801 },
        { "response too large", "too-large", 1, 32, LIMIT_STORE_RECORD + 1, 2, 0, 0 },
    };
    struct check_record r;
    struct store_stats st;
    struct why w = { 0 };

    (void)state;
    memset(big, 'x', sizeof big);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        r = sample("", &someone);
        r.request_id = span_of(big, cases[i].id);
        r.request_hash = span_of(big, cases[i].hash);
        r.response = span_of(big, cases[i].response);
        r.member = span_of(big, cases[i].member);
        r.permission_entries = cases[i].entries;
        r.at = cases[i].at;
        if (strcmp(put_fails(store, &r), cases[i].reason) != 0)
            fail_msg("%s", cases[i].what);
    }
    r = sample("a b", &someone);
    assert_string_equal(put_fails(store, &r), "request");
    assert_true(store_stats(store, &st, &w));
    assert_int_equal(st.checks + st.movements, 0);
    r = sample("largest", &someone);
    r.response = span_of(big, LIMIT_STORE_RECORD);
    assert_int_equal(put_ok(store, &r), STORE_NEW);
}

static void the_last_entry_is_used_once(void **state)
{
    struct check_record r = sample("one", &someone);
    const struct stay_record *s;

    (void)state;
    r.permission_id = SPAN("P1");
    r.permission_entries = 2;
    assert_int_equal(uses("P1"), 0);
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    r.request_id = SPAN("two");
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    assert_int_equal(put_ok(store, &r), STORE_REPEATED);
    r.request_id = SPAN("three");
    assert_string_equal(put_fails(store, &r), "permission-used");
    assert_int_equal(uses("P1"), 2);
    assert_int_equal(stays(&s), 1);
    /* Nothing of the refused one is there: the id is free. */
    r.permission_entries = 3;
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    assert_int_equal(uses("P1"), 3);
}

static int64_t counted(const struct quota_use *q)
{
    struct why w = { 0 };
    int64_t n = -1;

    assert_true(store_quota_used(store, q->name, q->from, q->to, &n, &w));
    return n;
}

static void a_quota_is_counted_with_its_entries(void **state)
{
    const struct quota_use year = { SPAN("workers"), { 2027, 1, 1 }, { 2027, 12, 31 }, 2 };
    struct quota_use next = { SPAN("workers"), { 2028, 1, 1 }, { 2028, 12, 31 }, 2 };
    struct check_record r = sample("one", &someone);

    (void)state;
    r.quota = year;
    assert_int_equal(counted(&year), 0);
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    assert_int_equal(put_ok(store, &r), STORE_REPEATED);
    assert_int_equal(counted(&year), 1);
    r.request_id = SPAN("referred");
    r.admitted = false;
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    r.request_id = SPAN("leaves");
    r.admitted = true;
    r.movement = MOVEMENT_EXIT;
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    assert_int_equal(counted(&year), 1);
    r.movement = MOVEMENT_ENTRY;
    r.request_id = SPAN("two");
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    r.request_id = SPAN("three");
    assert_string_equal(put_fails(store, &r), "quota-used");
    assert_int_equal(counted(&year), 2);
    r.quota.most = -1; /* an officer lets somebody in: the id is free, and it is counted */
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    assert_int_equal(counted(&year), 3);
    assert_int_equal(counted(&next), 0);
    reopen();
    assert_int_equal(counted(&year), 3);
}

static void a_refused_use_takes_nothing_of_the_quota(void **state)
{
    const struct quota_use year = { SPAN("workers"), { 2027, 1, 1 }, { 2027, 12, 31 }, 20 };
    struct check_record r = sample("one", &someone);

    (void)state;
    r.quota = year;
    r.permission_id = SPAN("P1");
    r.permission_entries = 1;
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    r.request_id = SPAN("two");
    assert_string_equal(put_fails(store, &r), "permission-used");
    assert_int_equal(counted(&year), 1);
    assert_int_equal(uses("P1"), 1);
}

static void only_admitted_entries_count(void **state)
{
    struct check_record r = sample("one", &someone);
    const struct stay_record *s;

    (void)state;
    r.permission_id = SPAN("P1");
    r.permission_entries = 1;
    r.admitted = false;
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    assert_int_equal(stays(&s), 0);
    r.request_id = SPAN("two");
    r.admitted = true;
    r.movement = MOVEMENT_EXIT;
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    r.request_id = SPAN("three");
    r.movement = MOVEMENT_NONE;
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    assert_int_equal(uses("P1"), 0);
    assert_int_equal(stays(&s), 1);
}

static void a_movement_is_recorded_once(void **state)
{
    struct traveller_key other = { { 9 } };
    struct why w = { 0 };
    const struct stay_record *s;

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_true(store_put_movement(store, &someone, SPAN("IR"), MOVEMENT_ENTRY, 86400, SPAN("m1"), &w));
    assert_false(store_put_movement(store, &someone, SPAN("IR"), MOVEMENT_EXIT, 86400, SPAN("m1"), &w));
    assert_string_equal(w.reason, "request-conflict");
    why_clear(&w);
    assert_false(store_put_movement(store, &other, SPAN("IR"), MOVEMENT_ENTRY, 86400, SPAN("m1"), &w));
    assert_string_equal(w.reason, "request-conflict");
    why_clear(&w);
    assert_false(store_put_movement(store, &someone, SPAN("IR"), MOVEMENT_NONE, 86400, SPAN("m2"), &w));
    assert_string_equal(w.reason, "request");
    assert_int_equal(stays(&s), 1);
    assert_int_equal(date_to_days(s[0].stay.from), 1);
    assert_false(date_is_set(s[0].stay.to));
}

static void a_permission_is_never_overwritten(void **state)
{
    struct span body = { NULL, 0 };
    struct why w = { 0 };
    unix_time at = 0;
    bool found = true;

    (void)state;
    assert_true(store_get_permission(store, SPAN("P1"), &found, &arena, &body, &at, &w));
    assert_false(found);
    assert_true(store_put_permission(store, SPAN("P1"), SPAN("sealed"), 77, &w));
    assert_true(store_put_permission(store, SPAN("P1"), SPAN("sealed"), 78, &w));
    assert_false(store_put_permission(store, SPAN("P1"), SPAN("other"), 79, &w));
    assert_string_equal(w.reason, "permission-exists");
    assert_true(store_get_permission(store, SPAN("P1"), &found, &arena, &body, &at, &w));
    assert_true(found);
    assert_true(span_eq_str(body, "sealed"));
    assert_int_equal(at, 77);
}

static void the_day_is_the_member_s_own(void **state)
{
    struct store_options opt = options_of(&here);
    struct why w = { 0 };
    const struct stay_record *s;

    (void)state;
    store_close(store);
    opt.utc_offset = 12600;
    assert_true(store_open(&opt, &store, &w));
    /* 1970-01-02 20:29:59 and 20:30:00 UTC: 23:59:59 and 00:00:00 at +03:30. */
    assert_true(store_put_movement(store, &someone, SPAN("IR"), MOVEMENT_ENTRY, 160199, SPAN("m1"), &w));
    assert_true(store_put_movement(store, &someone, SPAN("IR"), MOVEMENT_EXIT, 160200, SPAN("m2"), &w));
    assert_int_equal(stays(&s), 1);
    assert_int_equal(date_to_days(s[0].stay.from), 1);
    assert_int_equal(date_to_days(s[0].stay.to), 2);
}

static void keys_tell_travellers_apart(void **state)
{
    struct traveller_key a, b, c, d;
    struct place there;
    struct store *other;

    (void)state;
    store_traveller_key(store, SPAN("KZ"), SPAN("N123"), &a);
    reopen();
    store_traveller_key(store, SPAN("KZ"), SPAN("N123"), &b);
    assert_memory_equal(&a, &b, sizeof a);
    store_traveller_key(store, SPAN("KZN"), SPAN("123"), &c);
    assert_memory_not_equal(&a, &c, sizeof a);
    place_make(&there);
    other = open_place(&there);
    store_traveller_key(other, SPAN("KZ"), SPAN("N123"), &d);
    assert_memory_not_equal(&a, &d, sizeof a);
    store_close(other);
    place_remove(&there);
}

static void expiring_keeps_what_still_counts(void **state)
{
    struct check_record r = sample("old", &someone);
    struct store_erased e = { 0 };
    struct store_stats st;
    const struct stay_record *s;
    struct why w = { 0 };
    char id[24];

    (void)state;
    r.permission_id = SPAN("P1");
    r.at = 1000 * 86400;
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    assert_true(store_put_movement(store, &someone, SPAN("IR"), MOVEMENT_EXIT, 1010 * 86400, SPAN("x1"), &w));
    assert_true(
        store_put_movement(store, &someone, SPAN("IR"), MOVEMENT_ENTRY, 1090 * 86400, SPAN("e2"), &w));
    assert_true(store_put_movement(store, &someone, SPAN("IR"), MOVEMENT_EXIT, 1110 * 86400, SPAN("x2"), &w));
    for (int i = 0; i < 1200; i++) {
        (void)snprintf(id, sizeof id, "old-%d", i);
        r.request_id = span_str(id);
        r.movement = MOVEMENT_NONE;
        r.at = i;
        assert_int_equal(put_ok(store, &r), STORE_NEW);
    }
    assert_true(store_expire(store, 1100 * 86400, 2000 * 86400, &e, &w));
    assert_int_equal(e.checks, 1201);
    assert_int_equal(e.movements, 2);
    assert_int_equal(stays(&s), 1);
    assert_int_equal(date_to_days(s[0].stay.from), 1090);
    assert_int_equal(date_to_days(s[0].stay.to), 1110);
    assert_false(s[0].entry_missing || s[0].exit_missing);
    assert_int_equal(uses("P1"), 1);
    assert_true(store_expire(store, 1100 * 86400, 2000 * 86400, &e, &w));
    assert_int_equal(e.checks + e.movements, 0);
    assert_true(store_stats(store, &st, &w));
    assert_int_equal(st.checks, 0);
    assert_int_equal(st.movements, 2);
    assert_int_equal(st.erased_checks, 1201);
    assert_int_equal(st.erased_movements, 2);
}

static bool holds(const char *path, const char *text)
{
    struct span s = slurp(path);
    bool found = s.p && memmem(s.p, s.n, text, strlen(text)) != NULL;

    free((void *)(uintptr_t)s.p);
    return found;
}

static void erased_bytes_are_gone_from_the_files(void **state)
{
    struct check_record r = sample("old", &someone);
    struct store_erased e;
    struct why w = { 0 };
    char wal[192];

    (void)state;
    if (on_server()) /* its log and its free pages are its own */
        skip();
    (void)snprintf(wal, sizeof wal, "%s-wal", here.file);
    r.response = SPAN("a-response-to-be-erased");
    assert_int_equal(put_ok(store, &r), STORE_NEW);
    assert_true(holds(wal, "a-response-to-be-erased"));
    assert_true(store_expire(store, r.at + 1, r.at + 2, &e, &w));
    assert_false(holds(wal, "a-response-to-be-erased"));
    assert_false(holds(here.file, "a-response-to-be-erased"));
}

int main(int argc, char **argv)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_repeat_gets_the_first_answer),
        T(another_request_under_the_id_is_a_conflict),
        T(bad_records_are_refused),
        T(the_last_entry_is_used_once),
        T(a_quota_is_counted_with_its_entries),
        T(a_refused_use_takes_nothing_of_the_quota),
        T(only_admitted_entries_count),
        T(a_movement_is_recorded_once),
        T(a_permission_is_never_overwritten),
        T(the_day_is_the_member_s_own),
        T(keys_tell_travellers_apart),
        T(expiring_keeps_what_still_counts),
        T(erased_bytes_are_gone_from_the_files),
    };

    fixture_engine(argc, argv);
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
