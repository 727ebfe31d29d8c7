/* Cases: what is put comes back in order, once; nothing is overwritten; a subject finds all of it. */
#include "fixture.h"

#include "store/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static struct case_record question(const char *reference, enum case_side side)
{
    return (struct case_record){ .name = { side, SPAN("KZ"), span_str(reference) },
                                 .kind = SPAN("licence status"),
                                 .has_subject = true,
                                 .subject = { { 7 } },
                                 .purpose = SPAN("road-check"),
                                 .article = SPAN("11"),
                                 .at = 1000,
                                 .until = 1010,
                                 .state = SPAN("open"),
                                 .body = SPAN("the question") };
}

static const struct case_event answered = {
    .id = { (const uint8_t *)"answer", 6 },
    .what = { (const uint8_t *)"answered", 8 },
    .state = { (const uint8_t *)"answered", 8 },
    .at = 1001,
    .body = { (const uint8_t *)"the answer", 10 },
};

static enum store_put put(const struct case_record *r, const struct case_event *e, size_t n)
{
    enum store_put what = STORE_CONFLICT;

    if (!store_put_case(store, r, e, n, &what, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return what;
}

static enum store_put put_event(const struct case_name *name, const struct case_event *e)
{
    enum store_put what = STORE_CONFLICT;

    if (!store_put_event(store, name, e, &what, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    return what;
}

static struct case_view find(const struct case_name *name)
{
    struct case_view v = { 0 };
    bool found = false;

    if (!store_find_case(store, name, &found, &arena, &v, &why))
        fail_msg("%s: %s", why.reason, why.detail);
    assert_true(found);
    return v;
}

static bool known(const struct case_name *name)
{
    struct case_view v;
    bool found = true;

    assert_true(store_find_case(store, name, &found, &arena, &v, &why));
    return found;
}

static void a_case_comes_back_whole(void **state)
{
    struct case_record r = question("R-1", CASE_OURS);
    struct case_view v;

    (void)state;
    assert_int_equal(put(&r, NULL, 0), STORE_NEW);
    assert_int_equal(put_event(&r.name, &answered), STORE_NEW);
    store_close(store);
    store = open_place(&here);
    v = find(&r.name);
    assert_int_equal(v.record.name.side, CASE_OURS);
    assert_true(span_eq_str(v.record.name.other, "KZ") && span_eq_str(v.record.name.reference, "R-1"));
    assert_true(span_eq_str(v.record.kind, "licence status") && span_eq_str(v.record.purpose, "road-check"));
    assert_true(span_eq_str(v.record.article, "11") && span_eq_str(v.record.body, "the question"));
    assert_true(v.record.at == 1000 && v.record.until == 1010 && v.record.has_subject);
    assert_memory_equal(v.record.subject.b, r.subject.b, 32);
    assert_true(span_eq_str(v.record.state, "answered"));
    assert_int_equal(v.n_events, 1);
    assert_true(span_eq_str(v.event[0].what, "answered") && span_eq_str(v.event[0].body, "the answer"));
    assert_int_equal(v.event[0].at, 1001);
}

static void the_same_again_is_one_record(void **state)
{
    struct case_record r = question("R-1", CASE_THEIRS), other = r;

    (void)state;
    assert_int_equal(put(&r, &answered, 1), STORE_NEW);
    assert_int_equal(put(&r, &answered, 1), STORE_REPEATED);
    assert_int_equal(find(&r.name).n_events, 1);
    other.body = SPAN("another question");
    assert_int_equal(put(&other, &answered, 1), STORE_CONFLICT);
    other = r;
    other.kind = SPAN("offence");
    assert_int_equal(put(&other, NULL, 0), STORE_CONFLICT);
    assert_true(span_eq_str(find(&r.name).record.body, "the question"));
    assert_int_equal(put_event(&r.name, &answered), STORE_REPEATED);
    struct case_event e = answered;
    e.body = SPAN("another answer");
    assert_int_equal(put_event(&r.name, &e), STORE_CONFLICT);
    assert_int_equal(find(&r.name).n_events, 1);
}

static void a_reference_is_its_givers(void **state)
{
    struct case_record ours = question("R-1", CASE_OURS), theirs = question("R-1", CASE_THEIRS),
                       third = question("R-1", CASE_THEIRS), elsewhere = ours;

    (void)state;
    third.name.other = elsewhere.name.other = SPAN("TR");
    assert_int_equal(put(&ours, NULL, 0), STORE_NEW);
    assert_int_equal(put(&theirs, NULL, 0), STORE_NEW);
    assert_int_equal(put(&third, NULL, 0), STORE_NEW);
    /* Our own reference stands for one question, whomever it was put to. */
    assert_int_equal(put(&elsewhere, NULL, 0), STORE_CONFLICT);
    assert_false(known(&elsewhere.name));
}

static void an_event_moves_the_state_it_expects(void **state)
{
    struct case_record r = question("R-1", CASE_OURS);
    struct case_event e = { .what = SPAN("paid"), .state = SPAN("paid"), .from = SPAN("answered"), .at = 5 };
    enum store_put what = STORE_NEW;

    (void)state;
    (void)put(&r, NULL, 0);
    assert_false(store_put_event(store, &r.name, &e, &what, &why));
    assert_string_equal(why.reason, "case-state");
    why_clear(&why);
    assert_int_equal(find(&r.name).n_events, 0);
    (void)put_event(&r.name, &answered);
    assert_int_equal(put_event(&r.name, &e), STORE_NEW);
    assert_true(span_eq_str(find(&r.name).record.state, "paid"));
    r.name.reference = SPAN("R-2");
    assert_false(store_put_event(store, &r.name, &answered, &what, &why));
    assert_string_equal(why.reason, "case-unknown");
}

static void what_is_out_of_range_is_refused(void **state)
{
    static char big[LIMIT_CASE_BODY + 1];
    struct {
        const char *what, *reason;
        struct case_record r;
    } cases[] = {
        { "no purpose", "request", question("a", CASE_OURS) },
        { "no side", "request", question("a", CASE_ANY_SIDE) },
        { "a blank in the reference", "request", question("a b", CASE_OURS) },
        { "a reference too long", "request",
          question("0123456789012345678901234567890123456789012345678901234567890123x", CASE_OURS) },
        { "a control character", "request", question("a", CASE_OURS) },
        { "a body too large", "too-large", question("a", CASE_OURS) },
    };

    (void)state;
    cases[0].r.purpose = (struct span){ NULL, 0 };
    cases[4].r.article = SPAN("11\n");
    cases[5].r.body = span_of(big, sizeof big);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum store_put what = STORE_NEW;
        struct why w = { 0 };

        if (store_put_case(store, &cases[i].r, NULL, 0, &what, &w))
            fail_msg("%s: accepted", cases[i].what);
        assert_string_equal(w.reason, cases[i].reason);
    }
}

enum { MANY = 60 };

static bool fits(const struct case_record *r, const struct case_filter *f)
{
    return (!f->kind.n || span_eq(f->kind, r->kind)) && (!f->state.n || span_eq(f->state, r->state)) &&
           (!f->other.n || span_eq(f->other, r->name.other)) &&
           (f->side == CASE_ANY_SIDE || f->side == r->name.side) && (!f->overdue || r->until < f->now) &&
           (!f->subject || (r->has_subject && memcmp(f->subject->b, r->subject.b, 32) == 0));
}

/* Against walking all of them, for filters drawn at random and pages of any size. */
static void pages_are_what_a_walk_finds(void **state)
{
    static const char *const members[] = { "KZ", "TR", "IR" }, *const states[] = { "open", "answered" },
                             *const kinds[] = { "licence status", "offence" };
    struct traveller_key someone[3] = { { { 1 } }, { { 2 } }, { { 3 } } };
    struct case_record all[MANY];
    char reference[MANY][8];

    (void)state;
    srand(4);
    for (size_t i = 0; i < MANY; i++) {
        (void)snprintf(reference[i], sizeof reference[i], "N-%zu", i);
        all[i] = question(reference[i], rand() % 2 ? CASE_OURS : CASE_THEIRS);
        all[i].name.other = span_str(members[rand() % 3]);
        all[i].kind = span_str(kinds[rand() % 2]);
        all[i].state = span_str(states[rand() % 2]);
        all[i].until = 1000 + rand() % 10;
        all[i].has_subject = rand() % 4 != 0;
        all[i].subject = someone[rand() % 3];
        assert_int_equal(put(&all[i], &answered, all[i].state.n == 8), STORE_NEW);
    }
    for (int round = 0; round < 200; round++) {
        struct case_filter f = { .most = (size_t)(1 + rand() % 20), .now = 1000 + rand() % 10 };
        size_t expect = MANY;

        f.kind = rand() % 2 ? span_str(kinds[rand() % 2]) : (struct span){ NULL, 0 };
        f.state = rand() % 2 ? span_str(states[rand() % 2]) : (struct span){ NULL, 0 };
        f.other = rand() % 2 ? span_str(members[rand() % 3]) : (struct span){ NULL, 0 };
        f.side = (enum case_side)(rand() % 3);
        f.overdue = rand() % 3 == 0;
        f.subject = rand() % 2 ? &someone[rand() % 3] : NULL;
        do {
            const struct case_view *page;
            size_t n = 0;

            arena_reset(&arena);
            if (!store_list_cases(store, &f, &arena, &page, &n, &f.before, &why))
                fail_msg("%s: %s", why.reason, why.detail);
            assert_true(n <= f.most);
            for (size_t i = 0; i < n; i++) {
                while (expect > 0 && !fits(&all[expect - 1], &f))
                    expect--;
                assert_true(expect > 0);
                assert_true(span_eq(page[i].record.name.reference, all[--expect].name.reference));
                assert_int_equal(page[i].record.body.n, 0);
                assert_int_equal(page[i].n_events, all[expect].state.n == 8);
            }
        } while (f.before);
        while (expect > 0 && !fits(&all[expect - 1], &f))
            expect--;
        assert_int_equal(expect, 0);
    }
}

static void erased_when_old_and_settled(void **state)
{
    struct case_record old = question("R-1", CASE_OURS), due = question("R-2", CASE_OURS),
                       young = question("R-3", CASE_THEIRS);
    struct case_event late = answered;
    struct store_erased e = { 0 };
    struct store_stats st;
    int64_t wrong = -1;

    (void)state;
    old.body = SPAN("KZ NUMBER SPECIMEN");
    due.until = 5000;
    late.at = 4000;
    (void)put(&old, &answered, 1);
    (void)put(&due, NULL, 0);
    (void)put(&young, &late, 1);
    assert_true(store_expire(store, 3000, 9000, &e, &why));
    assert_int_equal(e.cases, 1);
    assert_false(known(&old.name));
    assert_true(known(&due.name) && known(&young.name));
    assert_true(store_stats(store, &st, &why));
    assert_true(st.cases == 2 && st.erased_cases == 1);
    assert_true(store_verify(store, NULL, NULL, &wrong, &why));
    assert_int_equal(wrong, 0);
    store_close(store);
    if (!on_server()) {
        struct span file = slurp(here.file);

        assert_non_null(file.p);
        assert_null(memmem(file.p, file.n, "KZ NUMBER SPECIMEN", 18));
        free((void *)(uintptr_t)file.p);
    }
    store = open_place(&here);
    assert_int_equal(put(&old, NULL, 0), STORE_NEW);
}

static void a_copy_holds_them(void **state)
{
    struct case_record r = question("R-1", CASE_THEIRS);
    struct register_entry e = { .at = 1, .body = SPAN("an entry") };
    struct traveller_key k = { { 9 } };
    enum store_put what;
    char to[128], file[160];
    struct store *copy;
    struct case_view v;
    bool found = false;
    size_t n = 0;
    const struct register_entry *back;

    (void)state;
    if (on_server())
        skip();
    (void)put(&r, &answered, 1);
    assert_true(store_put_register(store, SPAN("licence"), &k, &e, true, &what, &why));
    (void)snprintf(to, sizeof to, "%s/copy", here.folder);
    (void)snprintf(file, sizeof file, "%s/%s", to, STORE_FILE);
    assert_true(store_backup(store, to, &why));
    copy = open_store(file);
    assert_true(store_find_case(copy, &r.name, &found, &arena, &v, &why));
    assert_true(found && v.n_events == 1 && span_eq_str(v.event[0].body, "the answer"));
    assert_true(store_register(copy, SPAN("licence"), &k, 10, &arena, &back, &n, &why));
    assert_true(n == 1 && span_eq_str(back[0].body, "an entry"));
    store_close(copy);
}

static void a_register_keeps_its_history(void **state)
{
    struct traveller_key k = { { 1 } }, other = { { 2 } };
    struct register_entry first = { .at = 1, .body = SPAN("valid") },
                          second = { .at = 2, .body = SPAN("suspended") };
    const struct register_entry *e = NULL;
    enum store_put what = STORE_CONFLICT;
    size_t n = 9;

    (void)state;
    assert_true(store_put_register(store, SPAN("licence"), &k, &first, true, &what, &why));
    assert_int_equal(what, STORE_NEW);
    assert_true(store_put_register(store, SPAN("licence"), &k, &first, true, &what, &why));
    assert_int_equal(what, STORE_REPEATED);
    assert_true(store_put_register(store, SPAN("licence"), &k, &second, true, &what, &why));
    assert_int_equal(what, STORE_CONFLICT);
    assert_true(store_put_register(store, SPAN("licence"), &k, &second, false, &what, &why));
    assert_int_equal(what, STORE_NEW);
    assert_true(store_put_register(store, SPAN("licence"), &k, &first, false, &what, &why));
    assert_int_equal(what, STORE_NEW);
    assert_true(store_register(store, SPAN("licence"), &k, 2, &arena, &e, &n, &why));
    assert_true(n == 2 && span_eq_str(e[0].body, "valid") && span_eq_str(e[1].body, "suspended"));
    assert_true(store_register(store, SPAN("vehicle"), &k, 2, &arena, &e, &n, &why));
    assert_int_equal(n, 0);
    assert_true(store_register(store, SPAN("licence"), &other, 2, &arena, &e, &n, &why));
    assert_int_equal(n, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_case_comes_back_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_again_is_one_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reference_is_its_givers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_event_moves_the_state_it_expects, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_out_of_range_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_are_what_a_walk_finds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(erased_when_old_and_settled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_copy_holds_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_register_keeps_its_history, set_up, tear_down),
    };

    fixture_engine(argc, argv);
    return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
