/* What the exposure service keeps: whole or not there, sealed, replaced, erased at its end; who looked. */
#include "fixture.h"

#include "store/exposures.h"

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

static void put(const char *id, struct span text, unix_time ends)
{
    if (!store_put_exposure(store, "assets", span_str(id), 1000, ends, text, &why))
        fail_msg("%s: %s", why.reason, why.detail);
}

static struct span get(const char *id, bool *found)
{
    struct span s = { NULL, 0 };

    if (!store_exposure(store, "assets", span_str(id), found, &arena, &s, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return s;
}

static void kept(void **state)
{
    size_t n = 3 * 512 * 1024 + 17;
    uint8_t *large = malloc(n);
    struct exposure_entry *x;
    bool found = false;
    size_t entries;

    (void)state;
    assert_non_null(large);
    for (size_t i = 0; i < n; i++)
        large[i] = (uint8_t)(i * 7 + i / 251);
    put("a", span_of(large, n), 0); /* of several parts */
    assert_true(span_eq(get("a", &found), span_of(large, n)) && found);
    put("a", SPAN("short"), 0); /* and none of them is left */
    assert_true(span_eq_str(get("a", &found), "short"));
    put("b", SPAN(""), 7000);
    assert_int_equal(get("b", &found).n, 0);
    assert_true(found);
    assert_true(store_exposures(store, "assets", &arena, &x, &entries, &why));
    assert_int_equal(entries, 2);
    assert_true(span_eq_str(x[0].id, "a") && span_eq_str(x[1].id, "b") && x[1].ends == 7000);
    (void)get("c", &found);
    assert_false(found);
    free(large);
}

static void erased(void **state)
{
    bool found = true;
    int64_t n = 0;

    (void)state;
    put("a", SPAN("x"), 2000);
    put("b", SPAN("y"), 0);
    put("c", SPAN("z"), 5000);
    assert_true(store_expire_exposures(store, 3000, &n, &why));
    assert_int_equal(n, 1);
    (void)get("a", &found);
    assert_false(found);
    assert_true(span_eq_str(get("b", &found), "y")); /* has no end */
    assert_true(store_erase_exposure(store, "assets", SPAN("c"), &why));
    assert_true(store_erase_exposure(store, "assets", SPAN("c"), &why)); /* once more: nothing is done */
    (void)get("c", &found);
    assert_false(found);
}

static void looked(void **state)
{
    const struct exposure_look look = { 1000, SPAN("detail"), SPAN("all"), SPAN("cert-desk"),
                                        SPAN("SPECIMEN") };
    struct exposure_look bad = look, *l;
    size_t n;

    (void)state;
    assert_true(store_note_exposure(store, &look, &why));
    bad.purpose = SPAN("");
    assert_false(store_note_exposure(store, &bad, &why));
    assert_string_equal(why.reason, "request");
    assert_true(store_exposure_looks(store, 10, &arena, &l, &n, &why));
    assert_int_equal(n, 1);
    assert_true(span_eq_str(l->who, "cert-desk") && span_eq_str(l->purpose, "SPECIMEN") && l->at == 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(erased, set_up, tear_down),
        cmocka_unit_test_setup_teardown(looked, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("exposures in the store", tests, NULL, NULL);
}
