#include "vectors.h"

#include "base/date.h"

/* Every day of the calendar, against counting them one by one. */
static void days_agree_with_counting(void **state)
{
    struct date d = { 1, 1, 1 };

    (void)state;
    for (day_number n = -719162; d.year < 9999 || d.month < 12 || d.day < 31; n++) {
        assert_int_equal(date_to_days(d), n);
        assert_int_equal(date_cmp(date_from_days(n), d), 0);
        if (++d.day > date_days_in_month(d.year, d.month)) {
            d.day = 1;
            if (++d.month > 12) {
                d.month = 1;
                d.year++;
            }
        }
    }
}

static void dates_that_do_not_exist_are_refused(void **state)
{
    static const char *const bad[] = { "2025-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31",
                                       "0000-01-01", "2024-1-01",  "2024-01-1",  "2024/01/01", "2024-01-01 ",
                                       "",           "20240101",   "-001-01-01", "2024-01-00" };
    struct date d = { 7, 7, 7 };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(date_parse(span_str(bad[i]), &d));
    assert_int_equal(d.year, 7); /* untouched */
    assert_true(date_parse(SPAN("2000-02-29"), &d));
    assert_int_equal(date_to_days(d), 11016);
}

static void months_keep_the_day_or_take_the_last(void **state)
{
    static const struct {
        struct date from;
        int months;
        struct date to;
    } cases[] = {
        { { 2024, 1, 31 }, 1, { 2024, 2, 29 } },  { { 2023, 1, 31 }, 1, { 2023, 2, 28 } },
        { { 2024, 2, 29 }, 12, { 2025, 2, 28 } }, { { 2024, 3, 31 }, -1, { 2024, 2, 29 } },
        { { 2024, 11, 30 }, 3, { 2025, 2, 28 } }, { { 9999, 12, 1 }, 1, { 9999, 12, 31 } },
        { { 1, 1, 5 }, -1, { 1, 1, 1 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(date_cmp(date_add_months(cases[i].from, cases[i].months), cases[i].to), 0);
}

static void ages(void **state)
{
    (void)state;
    assert_int_equal(date_age((struct date){ 2004, 2, 29 }, (struct date){ 2022, 2, 28 }), 17);
    assert_int_equal(date_age((struct date){ 2004, 2, 29 }, (struct date){ 2022, 3, 1 }), 18);
    assert_int_equal(date_age((struct date){ 2004, 6, 15 }, (struct date){ 2022, 6, 15 }), 18);
    assert_int_equal(date_age((struct date){ 2004, 6, 15 }, (struct date){ 2022, 6, 14 }), 17);
}

static void times(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        unix_time t;
    } cases[] = {
        { "1970-01-01T00:00:00Z", true, 0 },
        { "1970-01-01", true, 0 },
        { "2026-11-21T12:00:00Z", true, 1795262400 },
        { "2026-11-21T12:00:00.999Z", true, 1795262400 },
        { "2026-11-21T15:30:00+03:30", true, 1795262400 },
        { "2026-11-21T07:00:00-05:00", true, 1795262400 },
        { "1969-12-31T23:59:59Z", true, -1 },
        { "2026-11-21T12:00:00", false, 0 },
        { "2026-11-21T24:00:00Z", false, 0 },
        { "2026-11-21T12:60:00Z", false, 0 },
        { "2026-11-21T12:00:00.Z", false, 0 },
        { "2026-11-21T12:00:00+3:30", false, 0 },
        { "2026-11-21T12:00:00Zx", false, 0 },
        { "yesterday", false, 0 },
    };
    char text[TIME_TEXT];
    unix_time t;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        t = 77;
        if (time_parse(span_str(cases[i].text), &t) != cases[i].ok)
            fail_msg("%s", cases[i].text);
        assert_int_equal(t, cases[i].ok ? cases[i].t : 77);
    }
    assert_string_equal(time_format(-1, text), "1969-12-31T23:59:59Z");
    assert_string_equal(time_format(-86400, text), "1969-12-31T00:00:00Z");
    assert_string_equal(time_format(time_of_date((struct date){ 1, 1, 1 }), text), "0001-01-01T00:00:00Z");
    assert_string_equal(time_format(1795262400, text), "2026-11-21T12:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_agree_with_counting),
        cmocka_unit_test(dates_that_do_not_exist_are_refused),
        cmocka_unit_test(months_keep_the_day_or_take_the_last),
        cmocka_unit_test(ages),
        cmocka_unit_test(times),
    };

    return cmocka_run_group_tests_name("base-date", tests, NULL, NULL);
}
