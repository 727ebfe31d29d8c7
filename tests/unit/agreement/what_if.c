/* Two versions tried on travellers: the same people whatever the pieces, and nobody affected by no change. */
#include "vectors.h"

#include "agreement/amend.h"
#include "agreement/what_if.h"

enum { MEMORY = 256 << 20, PEOPLE = 9000 };

static struct agreement *before, *after;
static struct buffer changed;

static int start(void **state)
{
    static struct agreement_faults f;
    struct why w = { 0 };
    struct span text;

    arena_setup(state);
    text = load_file(&test_arena, source_path("agreements/eco.agreement"));
    buf_init(&changed, 2 * LIMIT_AGREEMENT);
    before = agreement_parse(text, &f);
    if (!agreement_amend(text, SPAN("article 5: with reservation of KZ: not bound"), &changed, &w))
        fail_msg("%s", w.detail);
    after = agreement_parse(buf_span(&changed), &f);
    return before && after ? 0 : -1;
}

static int stop(void **state)
{
    agreement_free(before);
    agreement_free(after);
    buf_free(&changed);
    return arena_teardown(state);
}

static void one(struct what_if *x, const struct agreement *a, const struct agreement *b, uint64_t from,
                uint64_t step)
{
    const struct agreement *const both[2] = { a, b };

    assert_true(what_if_begin(x, both, agreement_day(b), MEMORY));
    what_if_make_up(x, PEOPLE, 7, from, step);
}

static void nobody_is_affected_by_no_change(void **state)
{
    static struct what_if x;

    (void)state;
    one(&x, before, before, 0, 1);
    affected_merge(&x.affected);
    assert_int_equal(x.people, PEOPLE);
    assert_int_equal(x.admitted[0], x.admitted[1]);
    assert_true(x.admitted[0] > 0 && x.admitted[0] < PEOPLE);
    assert_int_equal(x.affected.n_groups, 0);
    what_if_end(&x);
}

static void a_reservation_takes_from_some(void **state)
{
    static struct what_if x;
    uint64_t affected = 0;

    (void)state;
    one(&x, before, after, 0, 1);
    affected_merge(&x.affected);
    assert_true(x.admitted[1] < x.admitted[0]);
    for (size_t i = 0; i < x.affected.n_groups; i++) {
        assert_true(affected_sign(&x.affected, &x.affected.group[i]) < 0);
        affected += x.affected.group[i].count;
    }
    assert_true(affected >= x.admitted[0] - x.admitted[1]);
    what_if_end(&x);
}

static void parts_put_together_are_the_whole(void **state)
{
    static struct what_if whole, part[2];

    (void)state;
    one(&whole, before, after, 0, 1);
    one(&part[0], before, after, 0, 2);
    one(&part[1], before, after, 1, 2);
    what_if_add(&part[0], &part[1]);
    assert_int_equal(part[0].people, whole.people);
    assert_int_equal(part[0].admitted[0], whole.admitted[0]);
    assert_int_equal(part[0].admitted[1], whole.admitted[1]);
    for (int i = 0; i < 2; i++)
        what_if_end(&part[i]);
    what_if_end(&whole);
}

static void too_little_memory_is_told(void **state)
{
    static struct what_if x;
    const struct agreement *const both[2] = { before, after };

    (void)state;
    assert_false(what_if_begin(&x, both, agreement_day(before), 4096));
    what_if_end(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_affected_by_no_change),
        cmocka_unit_test(a_reservation_takes_from_some),
        cmocka_unit_test(parts_put_together_are_the_whole),
        cmocka_unit_test(too_little_memory_is_told),
    };

    return cmocka_run_group_tests_name("agreement what-if", tests, start, stop);
}
