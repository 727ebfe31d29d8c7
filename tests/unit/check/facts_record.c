/* What a check was decided on, as it is kept. */
#include "vectors.h"

#include "check/facts_record.h"

static const uint8_t hash[32] = { 0xab, 0xcd };

static void every_fact_but_the_day_of_birth_comes_back(void **state)
{
    const struct stay stays[] = { { { 2027, 1, 1 }, { 2027, 1, 5 } }, { { 2027, 2, 1 }, { 0 } } };
    struct facts f = { .stays = stays, .n_stays = 2, .stays_known = true };
    struct facts_record r;
    struct arena a;
    struct buffer b;

    (void)state;
    arena_init(&a, 1 << 20);
    buf_init(&b, 1 << 20);
    for (unsigned i = 0; i < FACTS_N; i++) {
        enum fact_type t = fact_type((enum fact)i);

        if (t == FACT_TYPE_DATE)
            fact_set_date(&f, (enum fact)i, (struct date){ 2030, 1, (uint8_t)(1 + i % 28) });
        else if (t == FACT_TYPE_NUMBER || t == FACT_TYPE_BOOL)
            fact_set_number(&f, (enum fact)i, t == FACT_TYPE_BOOL ? i % 2 : i);
        else if (t != FACT_TYPE_STAYS)
            fact_set_word(&f, (enum fact)i, t == FACT_TYPE_STATE ? SPAN("KZ") : SPAN("a \"word\""));
    }
    facts_record_put(&f, (struct date){ 2027, 3, 1 }, hash, &b);
    assert_true(facts_record_read(buf_span(&b), &a, &r, NULL));
    assert_memory_equal(r.agreement, hash, 32);
    assert_int_equal(date_cmp(r.on, (struct date){ 2027, 3, 1 }), 0);
    for (unsigned i = 0; i < FACTS_N; i++) {
        if (facts_record_leaves_out((enum fact)i)) {
            assert_false(r.facts.v[i].present);
            continue;
        }
        assert_int_equal(r.facts.v[i].present, f.v[i].present);
        assert_true(span_eq(r.facts.v[i].word, f.v[i].word));
        assert_int_equal(r.facts.v[i].number, f.v[i].number);
        assert_int_equal(date_cmp(r.facts.v[i].date, f.v[i].date), 0);
    }
    assert_true(r.facts.stays_known && r.facts.n_stays == 2 && !date_is_set(r.facts.stays[1].to));
    buf_free(&b);
    arena_free(&a);
}

#define HEAD                                                                                                 \
    "{\"agreement\":\"abcd000000000000000000000000000000000000000000000000000000000000\",\"on\":\"2027-03-"  \
    "01\","

static void what_was_changed_is_not_read(void **state)
{
    static const char *const bad[] = {
        "",
        "{}",
        HEAD "\"facts\":[]}",
        HEAD "\"facts\":{\"traveller.name\":\"x\"}}",
        HEAD "\"facts\":{\"traveller.age\":\"x\"}}",
        HEAD "\"facts\":{\"document.expiry\":\"2027-02-30\"}}",
        HEAD "\"facts\":{\"document.examined\":1}}",
        HEAD "\"facts\":{},\"stays\":[[null,null]]}",
        HEAD "\"facts\":{},\"stays\":[\"x\"]}",
        HEAD "\"facts\":{},\"stays\":{}}",
        "{\"agreement\":\"ab\",\"on\":\"2027-03-01\",\"facts\":{}}",
    };
    struct facts_record r;
    struct arena a;

    (void)state;
    arena_init(&a, 1 << 20);
    assert_true(facts_record_read(span_str(HEAD "\"facts\":{}}"), &a, &r, NULL));
    assert_false(r.facts.stays_known);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (facts_record_read(span_str(bad[i]), &a, &r, NULL))
            fail_msg("read: %s", bad[i]);
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fact_but_the_day_of_birth_comes_back),
        cmocka_unit_test(what_was_changed_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
