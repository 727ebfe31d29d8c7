/* Amounts, missing facts and addresses of what a permission asks for, as JSON. */
#include "vectors.h"

#include "check/need_application.h"

static const char *answer(const struct need_permission *p)
{
    static char text[4096];
    struct json_writer j;
    struct buffer b;

    buf_init(&b, sizeof text - 1);
    j = json_to(&b);
    need_application_json(&j, NULL, p, "en");
    assert_true(buf_ok(&b));
    memcpy(text, b.p, b.n);
    text[b.n] = 0;
    buf_free(&b);
    return text;
}

static void has(const char *what, const char *text, const char *part)
{
    const char *at = strstr(text, part);

    if (!at)
        print_error("%s: %s is not in %s\n", what, part, text);
    assert_non_null(at);
}

static void amounts_are_in_the_unit_of_the_currency(void **state)
{
    static const struct {
        const char *what;
        int64_t amount;
        unsigned decimals;
        const char *unit, *said;
    } rows[] = {
        { "whole", 8000, 2, "USD", "\"amount\":\"80\",\"currency\":\"USD\"" },
        { "with cents", 12050, 2, "USD", "\"amount\":\"120.50\"" },
        { "cents alone", 5, 2, "USD", "\"amount\":\"0.05\"" },
        { "a currency without a smaller unit", 1500, 0, "JPY", "\"amount\":\"1500\",\"currency\":\"JPY\"" },
        { "a currency with three digits", 1005, 3, "KWD", "\"amount\":\"1.005\"" },
        { "nothing to pay", 0, 0, "", "\"amount\":\"0\",\"currency\":null" },
        { "as much as there is", INT64_MAX, 2, "USD", "\"amount\":\"92233720368547758.07\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct need_permission p = {
            .kind = SPAN("pass"),
            .fee = TABLE_FOUND,
            .cost = { .amount = rows[i].amount, .decimals = rows[i].decimals, .unit = rows[i].unit },
        };

        has(rows[i].what, answer(&p), rows[i].said);
    }
}

static void what_is_not_said_is_null(void **state)
{
    struct need_permission p = { .kind = SPAN("pass"), .fee = TABLE_NONE };
    const char *text = answer(&p);

    (void)state;
    has("no table", text, "\"fee\":null,\"asks\"");
    has("no block", text, "\"asks\":[],\"files\":[],\"consulted\":[],\"consulted_days\":null");
    has("no block", text, "\"officers\":null,\"page\":null");
    p.fee = TABLE_UNKNOWN;
    p.cost = (struct table_value){ .amount = 5, .unit = "USD", .facts = (uint64_t)1 << FACT_TRAVELLER_AGE };
    has("a fee that turns on the age", answer(&p),
        "\"fee\":{\"amount\":null,\"currency\":null,\"missing\":[\"traveller.age\"]}");
}

static void the_page_is_an_address_whatever_the_words(void **state)
{
    static const struct permission_kind block = { .name = "x", .officers = 2 };
    struct need_permission p = { .kind = SPAN("a&b=\"c\""), .purpose = SPAN("کار"), .block = &block };
    static uint8_t wide[200];

    (void)state;
    has("escaped", answer(&p), "\"page\":\"/apply.html?kind=a%26b%3D%22c%22&purpose=%DA%A9%D8%A7%D8%B1\"");
    memset(wide, 'a', sizeof wide);
    p.kind = span_of(wide, sizeof wide);
    has("too long", answer(&p), "\"page\":null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_in_the_unit_of_the_currency),
        cmocka_unit_test(what_is_not_said_is_null),
        cmocka_unit_test(the_page_is_an_address_whatever_the_words),
    };

    return cmocka_run_group_tests_name("check/need_application", tests, arena_setup, arena_teardown);
}
