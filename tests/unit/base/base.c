#include "vectors.h"

#include "base/buffer.h"
#include "base/date.h"

static void dates_agree_with_counting(void **state)
{
    struct date d = { 1, 1, 1 }, e;

    (void)state;
    for (day_number n = date_to_days(d); d.year < 9999; n++) {
        assert_int_equal(date_to_days(d), n);
        e = date_from_days(n);
        assert_int_equal(date_cmp(d, e), 0);
        if (++d.day > date_days_in_month(d.year, d.month)) {
            d.day = 1;
            if (++d.month > 12) {
                d.month = 1;
                d.year++;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(dates_agree_with_counting) };

    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
