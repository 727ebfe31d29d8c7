/* Lists of travellers in the store: a part once, states in their order, erased for good. */
#include "fixture.h"

#include "store/manifests.h"

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

static const uint8_t hash[32] = { 1, 2, 3 }, other[32] = { 9 };

static struct manifest_entry entry(const char *reference, const uint8_t *request)
{
    return (struct manifest_entry){ .reference = span_str(reference),
                                    .request = span_of(request, 32),
                                    .at = 1000,
                                    .ends = 9000,
                                    .persons = 3,
                                    .parts = 2,
                                    .head = SPAN("sealed head") };
}

static enum store_put put(const struct manifest_entry *m)
{
    enum store_put what = STORE_CONFLICT;

    if (!store_put_manifest(store, m, SPAN("organiser"), &what, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return what;
}

static void put_part(enum manifest_part_kind kind, int64_t part, const char *body)
{
    if (!store_put_manifest_part(store, SPAN("M1"), kind, part, span_str(body), &why))
        fail_msg("%s: %s", why.reason, why.detail);
}

static bool move(enum manifest_state to, const char *summary)
{
    why_clear(&why);
    return store_move_manifest(store, SPAN("M1"), to, span_str(summary), 2000, &why);
}

static struct manifest_entry found(void)
{
    struct manifest_entry m = { 0 };
    bool is = false;

    why_clear(&why);
    assert_true(store_find_manifest(store, SPAN("M1"), &is, &arena, &m, &why) && is);
    return m;
}

static struct span part(enum manifest_part_kind kind, int64_t i)
{
    struct span body = { NULL, 0 };
    bool is = false;

    why_clear(&why);
    assert_true(store_manifest_part(store, SPAN("M1"), kind, i, &is, &arena, &body, &why));
    return is ? body : (struct span){ NULL, 0 };
}

static void a_list_is_one_under_its_reference(void **state)
{
    struct manifest_entry m = entry("M1", hash), again = entry("M1", other);

    (void)state;
    assert_int_equal(put(&m), STORE_NEW);
    assert_int_equal(put(&m), STORE_REPEATED);
    assert_int_equal(put(&again), STORE_CONFLICT);
    assert_int_equal(found().state, MANIFEST_ARRIVING);
    assert_true(span_eq_str(found().head, "sealed head"));
    m.parts = 4;
    m.reference = SPAN("M2");
    assert_false(store_put_manifest(store, &m, SPAN("organiser"), &(enum store_put){ 0 }, &why));
    assert_string_equal(why.reason, "request");
}

static void parts_are_there_once_and_states_follow_them(void **state)
{
    struct manifest_entry m = entry("M1", hash);
    bool have[2], is = true;

    (void)state;
    put(&m);
    assert_false(move(MANIFEST_WAITING, ""));
    assert_string_equal(why.reason, "manifest-parts");
    put_part(PART_LIST, 0, "first");
    put_part(PART_LIST, 0, "not again");
    put_part(PART_LIST, 1, "second");
    assert_true(span_eq_str(part(PART_LIST, 0), "first"));
    assert_true(move(MANIFEST_WAITING, ""));
    assert_true(store_waiting_manifest(store, &is, &arena, &m, &why) && is);
    assert_true(span_eq_str(m.reference, "M1"));
    put_part(PART_RESULTS, 1, "results");
    assert_true(store_manifest_parts(store, SPAN("M1"), PART_RESULTS, have, 2, &why));
    assert_false(have[0]);
    assert_true(have[1]);
    assert_int_equal(found().done, 1);
    assert_false(move(MANIFEST_DONE, "{}"));
    put_part(PART_RESULTS, 0, "results");
    assert_true(move(MANIFEST_DONE, "{}"));
    assert_true(move(MANIFEST_WAITING, "")); /* it is further already */
    assert_int_equal(found().state, MANIFEST_DONE);
    assert_true(span_eq_str(found().summary, "{}"));
    assert_true(store_waiting_manifest(store, &is, &arena, &m, &why));
    assert_false(is);
    why_clear(&why);
    assert_false(store_put_manifest_part(store, SPAN("M1"), PART_LIST, 2, SPAN("x"), &why));
    assert_string_equal(why.reason, "manifest-unknown");
}

static void erased_by_hand_and_by_its_end(void **state)
{
    struct manifest_entry m = entry("M1", hash);
    const struct manifest_event looked = { 1500, SPAN("looked"), SPAN("post") }, *e;
    int64_t erased = 0;
    size_t n = 0;

    (void)state;
    put(&m);
    put_part(PART_LIST, 0, "first");
    assert_true(store_note_manifest(store, SPAN("M1"), &looked, &why));
    assert_true(store_erase_manifest(store, SPAN("M1"), SPAN("post"), 1600, &why));
    assert_int_equal(found().state, MANIFEST_ERASED);
    assert_int_equal(found().head.n, 0);
    assert_int_equal(part(PART_LIST, 0).n, 0);
    assert_true(store_manifest_events(store, SPAN("M1"), &arena, &e, &n, &why));
    assert_int_equal(n, 3);
    assert_true(span_eq_str(e[0].what, "erased") && span_eq_str(e[1].who, "post"));
    assert_false(store_put_manifest_part(store, SPAN("M1"), PART_LIST, 1, SPAN("late"), &why));
    /* sent again, it begins again */
    assert_int_equal(put(&m), STORE_NEW);
    assert_int_equal(found().state, MANIFEST_ARRIVING);
    put_part(PART_LIST, 0, "first");
    why_clear(&why);
    assert_true(store_expire_manifests(store, 9000, &erased, &why));
    assert_int_equal(erased, 0);
    assert_true(store_expire_manifests(store, 9001, &erased, &why));
    assert_int_equal(erased, 1);
    assert_int_equal(part(PART_LIST, 0).n, 0);
}

static void a_page_of_lists(void **state)
{
    const struct manifest_entry *page;
    int64_t next = 0;
    size_t n = 0;

    (void)state;
    for (int i = 0; i < 3; i++) {
        char reference[3] = { 'M', (char)('1' + i), 0 };
        struct manifest_entry m = entry(reference, hash);

        put(&m);
    }
    assert_true(store_list_manifests(store, 0, 2, &arena, &page, &n, &next, &why));
    assert_int_equal(n, 2);
    assert_true(span_eq_str(page[0].reference, "M3"));
    assert_int_equal(page[0].head.n, 0);
    assert_true(next > 0);
    assert_true(store_list_manifests(store, next, 2, &arena, &page, &n, &next, &why));
    assert_int_equal(n, 1);
    assert_int_equal(next, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_list_is_one_under_its_reference, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parts_are_there_once_and_states_follow_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(erased_by_hand_and_by_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_page_of_lists, set_up, tear_down),
    };

    fixture_engine(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
