/* Applications: one record under a reference, steps that nobody overtakes, counts that outlive them. */
#include "fixture.h"

#include "store/applications.h"

#include <stdlib.h>
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

static const uint8_t hash[32] = { 1, 2, 3 }, other_hash[32] = { 9 };
static const struct application_event begun = { .at = 1000,
                                                .what = { (const uint8_t *)"begun", 5 },
                                                .state = { (const uint8_t *)"draft", 5 } };

static struct application_row row(const char *reference)
{
    return (struct application_row){ .reference = span_str(reference),
                                     .request = span_of(hash, sizeof hash),
                                     .kind = SPAN("work permit"),
                                     .purpose = SPAN("work"),
                                     .subject = { { 5 } },
                                     .at = 1000,
                                     .due = 0,
                                     .ends = 9000,
                                     .content = SPAN("sealed content") };
}

static enum store_put put(const struct application_row *r)
{
    const struct application_file f = { SPAN("contract"), SPAN("application/pdf"), 4,
                                        span_of(hash, sizeof hash), SPAN("%PDF") };
    enum store_put what = STORE_CONFLICT;

    if (!store_put_application(store, r, &begun, &f, 1, &what, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return what;
}

static struct application_row find(const char *reference)
{
    struct application_row r = { 0 };
    bool found = false;

    if (!store_find_application(store, span_str(reference), &found, &arena, &r, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    assert_true(found);
    return r;
}

static struct application_change step(const char *reference, int64_t seen, const char *what, const char *to)
{
    return (struct application_change){ .reference = span_str(reference),
                                        .seen = seen,
                                        .event = { .at = 2000,
                                                   .what = span_str(what),
                                                   .state = span_str(to),
                                                   .who = SPAN("office.7"),
                                                   .body = SPAN("why") },
                                        .ends = 9500 };
}

static void what_is_put_comes_back(void **state)
{
    const struct application_row r = row("A1");
    struct application_file f = { 0 };
    struct application_row got;
    bool found = false;

    (void)state;
    assert_int_equal(put(&r), STORE_NEW);
    got = find("A1");
    assert_true(span_eq_str(got.state, "draft") && span_eq_str(got.content, "sealed content"));
    assert_int_equal(got.revision, 1);
    assert_int_equal(got.events, 1);
    assert_int_equal(got.n_events, 1);
    assert_int_equal(got.ends, 9000);
    assert_memory_equal(got.subject.b, r.subject.b, 32);
    assert_int_equal(got.n_files, 1);
    assert_true(span_eq_str(got.file[0].name, "contract") && got.file[0].size == 4 && !got.file[0].bytes.n);
    assert_true(store_application_file(store, SPAN("A1"), SPAN("contract"), &found, &arena, &f, &why));
    assert_true(found && span_eq_str(f.bytes, "%PDF"));
    assert_true(store_application_file(store, SPAN("A2"), SPAN("contract"), &found, &arena, &f, &why));
    assert_false(found);
    assert_true(store_find_application(store, SPAN("not one\n"), &found, &arena, &got, &why));
    assert_false(found);
}

static void the_same_again_is_one_record(void **state)
{
    struct application_row r = row("A1");

    (void)state;
    assert_int_equal(put(&r), STORE_NEW);
    assert_int_equal(put(&r), STORE_REPEATED);
    r.request = span_of(other_hash, sizeof other_hash);
    assert_int_equal(put(&r), STORE_CONFLICT);
    assert_int_equal(find("A1").n_events, 1);
}

static void nobody_overtakes(void **state)
{
    const struct application_row r = row("A1");
    struct application_change c = step("A1", 1, "submitted", "submitted");
    struct application_row got;

    (void)state;
    (void)put(&r);
    assert_true(store_change_application(store, &c, &why));
    assert_false(store_change_application(store, &c, &why));
    assert_string_equal(why.reason, "application-moved");
    why_clear(&why);
    c.seen = 2;
    c.content = SPAN("new content");
    assert_true(store_change_application(store, &c, &why));
    got = find("A1");
    assert_int_equal(got.revision, 2);
    assert_int_equal(got.events, 3);
    assert_int_equal(got.event[1].revision, 1);
    assert_int_equal(got.event[2].revision, 2);
    assert_true(span_eq_str(got.event[2].who, "office.7") && span_eq_str(got.event[2].body, "why"));
    assert_true(span_eq_str(got.content, "new content"));
    assert_int_equal(got.last, 2000);
    assert_int_equal(got.ends, 9500);
    c.reference = SPAN("A2");
    assert_false(store_change_application(store, &c, &why));
    assert_string_equal(why.reason, "application-unknown");
    why_clear(&why);
    c = step("A1", 3, "submitted", "refused by machine");
    assert_false(store_change_application(store, &c, &why));
}

static void a_quota_ends(void **state)
{
    struct application_change c;
    int64_t n = 0;

    (void)state;
    for (int i = 0; i < 3; i++) {
        const char *const name[] = { "A1", "A2", "A3" };
        const struct application_row r = row(name[i]);

        (void)put(&r);
        c = step(name[i], 1, "granted", "granted");
        c.counted = SPAN("granted");
        c.year = 2027;
        c.seconds = 60;
        c.quota = 2;
        assert_int_equal(store_change_application(store, &c, &why), i < 2);
    }
    assert_string_equal(why.reason, "quota");
    assert_true(span_eq_str(find("A3").state, "draft"));
    why_clear(&why);
    c.year = 2028;
    assert_true(store_change_application(store, &c, &why));
    assert_true(
        store_application_counted(store, 2027, SPAN("work permit"), SPAN("work"), SPAN("granted"), &n, &why));
    assert_int_equal(n, 2);
    assert_true(
        store_application_counted(store, 2027, SPAN("visa"), SPAN("work"), SPAN("granted"), &n, &why));
    assert_int_equal(n, 0);
}

static void pages_by_state_subject_and_due(void **state)
{
    const struct application_row *page = NULL;
    const struct traveller_key nobody = { { 77 } };
    struct application_filter f = { .most = 2 };
    size_t n = 0;
    int64_t next = 0;

    (void)state;
    for (int i = 0; i < 5; i++) {
        char name[8] = { 'A', (char)('0' + i), 0 };
        struct application_row r = row(name);

        r.due = i == 3 ? 500 : 0;
        (void)put(&r);
    }
    assert_true(store_list_applications(store, &f, &arena, &page, &n, &next, &why));
    assert_true(n == 2 && next != 0 && span_eq_str(page[0].reference, "A4"));
    f.before = next;
    assert_true(store_list_applications(store, &f, &arena, &page, &n, &next, &why));
    assert_true(n == 2 && span_eq_str(page[0].reference, "A2"));
    f = (struct application_filter){ .due_by = 499 };
    assert_true(store_list_applications(store, &f, &arena, &page, &n, &next, &why));
    assert_int_equal(n, 0);
    f.due_by = 500;
    assert_true(store_list_applications(store, &f, &arena, &page, &n, &next, &why));
    assert_true(n == 1 && span_eq_str(page[0].reference, "A3") && next == 0);
    f = (struct application_filter){ .state = SPAN("granted") };
    assert_true(store_list_applications(store, &f, &arena, &page, &n, &next, &why));
    assert_int_equal(n, 0);
    f = (struct application_filter){ .subject = &nobody };
    assert_true(store_list_applications(store, &f, &arena, &page, &n, &next, &why));
    assert_int_equal(n, 0);
}

static void erased_at_the_end_with_all_of_it(void **state)
{
    const struct application_row r = row("A1");
    const struct application_count *count = NULL;
    struct application_change c = step("A1", 1, "granted", "granted");
    struct application_file f = { 0 };
    struct application_row got;
    bool found = true;
    int64_t erased = 0, wrong = 9;
    size_t n = 0;

    (void)state;
    (void)put(&r);
    c.counted = SPAN("granted");
    c.year = 2027;
    assert_true(store_change_application(store, &c, &why));
    assert_true(store_verify(store, NULL, NULL, &wrong, &why));
    assert_int_equal(wrong, 0);
    assert_true(store_expire_applications(store, 9500, &erased, &why));
    assert_int_equal(erased, 0);
    assert_true(store_expire_applications(store, 9501, &erased, &why));
    assert_int_equal(erased, 1);
    assert_true(store_find_application(store, SPAN("A1"), &found, &arena, &got, &why));
    assert_false(found);
    assert_true(store_application_file(store, SPAN("A1"), SPAN("contract"), &found, &arena, &f, &why));
    assert_false(found);
    assert_true(store_application_counts(store, 0, &arena, &count, &n, &why));
    assert_true(n == 1 && count[0].n == 1 && count[0].year == 2027);
    if (!on_server()) {
        struct span file = slurp(here.file);

        for (size_t i = 0; i + 14 <= file.n; i++)
            assert_memory_not_equal(file.p + i, "sealed content", 14);
        free((void *)(uintptr_t)file.p);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_put_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_again_is_one_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_overtakes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_quota_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_by_state_subject_and_due, set_up, tear_down),
        cmocka_unit_test_setup_teardown(erased_at_the_end_with_all_of_it, set_up, tear_down),
    };

    fixture_engine(argc, argv);
    return cmocka_run_group_tests_name("applications", tests, NULL, NULL);
}
