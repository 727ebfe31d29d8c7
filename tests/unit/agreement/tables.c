/* Tables beside the text: fees, limits, categories, quotas; who is bound without a register. */
#include "vectors.h"

#include "agreement/bound.h"
#include "agreement/tables.h"

static const char text[] =
    "agreement \"T\" version 1\nparties AA BB CC\naccession open to EE\nwords for travel.purpose: work, "
    "tourism, visit\n"
    "words for permission.kind: pass\n"
    "fee for pass by travel.purpose\n  tourism: free when traveller.age is less than 12\n  tourism: 40.50 "
    "USD\n"
    "  work: 1000 JPY\n  otherwise: 7 KWD\n"
    "limit for \"fuel in tanks\"\n  40 litres when travel.mode is road\n"
    "category of traveller\n  child when traveller.age is less than 12\n  adult\n"
    "quota \"workers\" when travel.purpose is work\n  AA, BB: 10 per year\n  CC: 2 per month\n"
    "quota \"tourists\" when travel.purpose is tourism\n  AA: 5 per day\n"
    "article 1 \"x\"\n  text en \"x\"\n  allow entry\n"
    "article 2 \"x\"\n  text en \"x\"\n  in force from 2027-06-01\n  parties AA BB\n"
    "  when traveller.nationality does likewise\n  allow stay of 3 days per visit\n"
    "  reservation of BB with reciprocity: traveller.age is at least 20\n";

static struct agreement *parse(void)
{
    struct agreement_faults f;
    struct agreement *a = agreement_parse(span_str(text), &f);

    if (!a)
        fail_msg("%u:%u %s", f.item[0].line, f.item[0].column, f.item[0].message);
    return a;
}

static const struct {
    const char *what;
    enum table_kind kind;
    const char *name, *purpose, *mode;
    int age; /* -1: not known */
    enum table_answer answer;
    int64_t amount;
    unsigned decimals;
    const char *unit;
} rows[] = {
    { "a child pays nothing", TABLE_FEE, "pass", "tourism", NULL, 11, TABLE_FOUND, 0, 0, "" },
    { "others pay", TABLE_FEE, "pass", "tourism", NULL, 12, TABLE_FOUND, 4050, 2, "USD" },
    { "nobody knows the age", TABLE_FEE, "pass", "tourism", NULL, -1, TABLE_UNKNOWN, 0, 0, NULL },
    { "the age does not matter here", TABLE_FEE, "pass", "work", NULL, -1, TABLE_FOUND, 1000, 0, "JPY" },
    { "any other purpose", TABLE_FEE, "pass", "visit", NULL, -1, TABLE_FOUND, 7000, 3, "KWD" },
    { "a purpose that is not known", TABLE_FEE, "pass", "espionage", NULL, 30, TABLE_UNKNOWN, 0, 0, NULL },
    { "no such table", TABLE_FEE, "visa", "work", NULL, 30, TABLE_NONE, 0, 0, NULL },
    { "a name of another kind", TABLE_LIMIT, "pass", "work", NULL, 30, TABLE_NONE, 0, 0, NULL },
    { "a limit", TABLE_LIMIT, "fuel in tanks", NULL, "road", 30, TABLE_FOUND, 40, 0, "litres" },
    { "no row holds", TABLE_LIMIT, "fuel in tanks", NULL, "air", 30, TABLE_NONE, 0, 0, NULL },
    { "a category", TABLE_CATEGORY, "traveller", NULL, NULL, 11, TABLE_FOUND, 0, 0, "child" },
    { "the last one", TABLE_CATEGORY, "traveller", NULL, NULL, 12, TABLE_FOUND, 0, 0, "adult" },
};

static void figures_for_the_facts_of_a_case(void **state)
{
    struct agreement *a = parse();
    struct span name[4];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct facts f = { 0 };
        struct table_value v = { 0 };
        enum table_answer got;

        if (rows[i].purpose)
            fact_set_word(&f, FACT_TRAVEL_PURPOSE, span_str(rows[i].purpose));
        if (rows[i].mode)
            fact_set_word(&f, FACT_TRAVEL_MODE, span_str(rows[i].mode));
        if (rows[i].age >= 0)
            fact_set_number(&f, FACT_TRAVELLER_AGE, rows[i].age);
        got = agreement_table(a, rows[i].kind, span_str(rows[i].name), &f, (struct date){ 2027, 1, 1 }, &v);
        if (got != rows[i].answer ||
            (got == TABLE_FOUND && (v.amount != rows[i].amount || v.decimals != rows[i].decimals ||
                                    strcmp(v.unit, rows[i].unit) != 0)))
            fail_msg("%s: %d, %ld %s", rows[i].what, (int)got, (long)v.amount, v.unit ? v.unit : "");
        if (got == TABLE_UNKNOWN)
            assert_true(v.facts != 0);
    }
    assert_int_equal(agreement_tables(a, TABLE_FEE, name, 4), 1);
    assert_true(span_eq_str(name[0], "pass"));
    assert_int_equal(currency_decimals(SPAN("usd")), -1);
    assert_int_equal(currency_decimals(SPAN("US")), -1);
    agreement_free(a);
}

static void one_quota_at_most_and_its_period(void **state)
{
    struct agreement *a = parse();
    struct facts f = { 0 };
    struct date on = { 2028, 2, 10 };
    struct quota q = { 0 };
    struct verdict v;

    (void)state;
    fact_set_word(&f, FACT_TRAVEL_PURPOSE, SPAN("work"));
    fact_set_word(&f, FACT_TRAVEL_ENTERING, SPAN("CC"));
    fact_set_word(&f, FACT_TRAVELLER_NATIONALITY, SPAN("AA"));
    fact_set_word(&f, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
    assert_int_equal(agreement_quota(a, &f, on, &q), TABLE_FOUND);
    assert_int_equal(q.most, 2);
    assert_true(q.period == QUOTA_MONTH && q.from.day == 1 && q.to.day == 29 && q.to.month == 2);
    agreement_decide(a, &f, on, &v);
    assert_true(v.outcome == OUTCOME_REFER && v.n_missing == 1 && v.missing[0] == FACT_QUOTA_USED);
    fact_set_number(&f, FACT_QUOTA_USED, 1);
    agreement_decide(a, &f, on, &v);
    assert_int_equal(v.outcome, OUTCOME_ADMIT);
    fact_set_number(&f, FACT_QUOTA_USED, 2);
    agreement_decide(a, &f, on, &v);
    assert_int_equal(v.outcome, OUTCOME_REFER);
    assert_string_equal(v.reason[0].code, "quota-exhausted");
    fact_set_word(&f, FACT_TRAVEL_PURPOSE, SPAN("visit"));
    assert_int_equal(agreement_quota(a, &f, on, &q), TABLE_NONE);
    agreement_decide(a, &f, on, &v);
    assert_int_equal(v.outcome, OUTCOME_ADMIT);
    agreement_free(a);
}

/* Which article admits, by who is bound without a register. */
static void parties_and_days_of_one_article(void **state)
{
    static const struct {
        const char *entering, *own;
        int age;
        struct date on;
        bool second;
    } c[] = {
        { "AA", "AA", 30, { 2027, 6, 1 }, true },  { "AA", "AA", 30, { 2027, 5, 31 }, false },
        { "AA", "BB", 30, { 2027, 6, 1 }, false }, /* BB reserved: it does not do likewise */
        { "CC", "AA", 30, { 2027, 6, 1 }, false }, { "AA", "CC", 30, { 2027, 6, 1 }, false },
        { "BB", "AA", 30, { 2027, 6, 1 }, true },  { "BB", "AA", 19, { 2027, 6, 1 }, false },
    };
    struct agreement *a = parse();

    (void)state;
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        struct facts f = { .stays_known = true };
        struct verdict v;
        bool second = false;

        fact_set_word(&f, FACT_TRAVEL_ENTERING, span_str(c[i].entering));
        fact_set_word(&f, FACT_TRAVELLER_NATIONALITY, span_str(c[i].own));
        fact_set_word(&f, FACT_TRAVEL_PURPOSE, SPAN("visit"));
        fact_set_word(&f, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
        fact_set_number(&f, FACT_TRAVELLER_AGE, c[i].age);
        {
            /* Article 1 allows everybody: bind it to nobody. */
            uint64_t bound[3], likewise[3], none[BOUND_MEMBERS] = { 0 };
            struct bound_period p = *bound_on(agreement_standing(a), c[i].on);
            struct bound_table t = *agreement_standing(a);

            memcpy(bound, p.bound, sizeof bound);
            memcpy(likewise, p.likewise, sizeof likewise);
            bound[1] = 0;
            p.bound = bound;
            p.likewise = likewise;
            p.apart = none;
            t.period = &p;
            t.n_periods = 1;
            agreement_decide_bound(a, &t, &f, c[i].on, &v);
        }
        second = v.outcome == OUTCOME_ADMIT && strcmp(v.article, "2") == 0;
        if (second != c[i].second)
            fail_msg("%s entering %s, %d: %s", c[i].own, c[i].entering, c[i].age, v.reason[0].text);
    }
    agreement_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_for_the_facts_of_a_case),
        cmocka_unit_test(one_quota_at_most_and_its_period),
        cmocka_unit_test(parties_and_days_of_one_article),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
