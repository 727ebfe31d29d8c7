#include <stdlib.h>

#include "vectors.h"

#include "agreement/stay.h"

static struct date day(const char *s)
{
    struct date d = { 0 };

    if (s && !date_parse(span_str(s), &d))
        fail_msg("no date: %s", s);
    return d;
}

static void check_date(const char *what, const char *name, struct date got, const char *want)
{
    char text[DATE_TEXT];

    if (strcmp(date_format(got, text), want ? want : "") != 0)
        fail_msg("%s: %s is %s, expected %s", name, what, text, want ? want : "none");
}

/* Every published or hand-counted case under 90 days in any 180. */
static void published_cases(void **state)
{
    json_t *j = load_json(vector_path("travel/visa/stay_cases.json")), *c;
    size_t i, k;

    (void)state;
    json_array_foreach(json_object_get(j, "cases"), i, c)
    {
        const char *name = json_string_value(json_object_get(c, "name"));
        json_t *trips = json_object_get(c, "trips"), *t;
        struct stay s[64];
        struct stay_count out;

        json_array_foreach(trips, k, t)
        {
            s[k].from = day(json_string_value(json_array_get(t, 0)));
            s[k].to = day(json_string_value(json_array_get(t, 1)));
        }
        assert_true(stay_count(s, json_array_size(trips), (struct stay_rule){ 90, 180 },
                               day(json_string_value(json_object_get(c, "check"))), &out));
        if (out.used != json_integer_value(json_object_get(c, "used")) ||
            out.left != json_integer_value(json_object_get(c, "left")))
            fail_msg("%s: used %d, left %d", name, out.used, out.left);
        check_date("first overstay", name, out.first_overstay,
                   json_string_value(json_object_get(c, "first_overstay")));
    }
    assert_true(i >= 9);
    json_decref(j);
}

static const struct {
    const char *what;
    struct stay_rule rule;
    const char *stay[6]; /* from, to, …; to "": still inside */
    const char *on;
    int used, left;
    const char *last, *over;
} cases[] = {
    { "never here", { 30, 180 }, { NULL }, "2027-03-01", 0, 30, "2027-03-30", NULL },
    { "today is counted already and is the last",
      { 1, 10 },
      { "2027-03-01", "2027-03-01" },
      "2027-03-01",
      1,
      0,
      "2027-03-01",
      NULL },
    { "exhausted yesterday", { 1, 10 }, { "2027-02-28", "2027-02-28" }, "2027-03-01", 1, 0, NULL, NULL },
    { "open stay runs to today", { 30, 180 }, { "2027-02-01", "" }, "2027-03-01", 29, 1, "2027-03-02", NULL },
    { "open stay from the future has no day",
      { 30, 180 },
      { "2027-03-02", "" },
      "2027-03-01",
      0,
      30,
      "2027-03-30",
      NULL },
    { "overlaps count once",
      { 30, 180 },
      { "2027-01-01", "2027-01-10", "2027-01-05", "2027-01-12" },
      "2027-03-01",
      12,
      18,
      "2027-03-18",
      NULL },
    { "out of order",
      { 30, 180 },
      { "2027-02-01", "2027-02-02", "2027-01-01", "2027-01-01" },
      "2027-03-01",
      3,
      27,
      "2027-03-27",
      NULL },
    { "days come back while staying",
      { 10, 20 },
      { "2027-01-01", "2027-01-05" },
      "2027-01-18",
      5,
      5,
      "2027-01-27",
      NULL },
    { "days come back too late",
      { 10, 20 },
      { "2027-01-01", "2027-01-05" },
      "2027-01-15",
      5,
      5,
      "2027-01-19",
      NULL },
    { "window as long as the days", { 5, 5 }, { NULL }, "2027-01-01", 0, 5, "9999-12-31", NULL },
    { "no day at all", { 0, 10 }, { NULL }, "2027-01-01", 0, 0, NULL, NULL },
    { "per visit: a new visit",
      { 30, 0 },
      { "2027-01-01", "2027-01-30" },
      "2027-01-31",
      0,
      30,
      "2027-03-01",
      NULL },
    { "per visit: under way", { 30, 0 }, { "2027-01-01", "" }, "2027-01-30", 30, 0, "2027-01-30", NULL },
    { "per visit: a day too long", { 30, 0 }, { "2027-01-01", "" }, "2027-01-31", 31, 0, NULL, "2027-01-31" },
};

static size_t stays_of(const char *const *text, struct stay *s)
{
    size_t n = 0;

    for (; text[2 * n]; n++) {
        s[n].from = day(text[2 * n]);
        s[n].to = text[2 * n + 1][0] ? day(text[2 * n + 1]) : (struct date){ 0 };
    }
    return n;
}

static void counted_by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stay s[3];
        struct stay_count out;

        assert_true(stay_count(s, stays_of(cases[i].stay, s), cases[i].rule, day(cases[i].on), &out));
        if (out.used != cases[i].used || out.left != cases[i].left)
            fail_msg("%s: used %d, left %d", cases[i].what, out.used, out.left);
        check_date("last day", cases[i].what, out.last_day, cases[i].last);
        check_date("first overstay", cases[i].what, out.first_overstay, cases[i].over);
    }
}

static void refused_input(void **state)
{
    static struct stay many[LIMIT_STAYS + 1];
    struct stay backwards = { { 2027, 1, 2 }, { 2027, 1, 1 } }, nowhere = { { 0 }, { 2027, 1, 1 } };
    struct stay_rule rule = { 90, 180 };
    struct date on = { 2027, 1, 1 };
    struct stay_count out = { .used = 7 };

    (void)state;
    for (size_t i = 0; i < LIMIT_STAYS + 1; i++)
        many[i] = (struct stay){ on, on };
    assert_false(stay_count(&backwards, 1, rule, on, &out));
    assert_false(stay_count(&nowhere, 1, rule, on, &out));
    assert_false(stay_count(NULL, 0, rule, (struct date){ 0 }, &out));
    assert_false(stay_count(NULL, 0, (struct stay_rule){ -1, 180 }, on, &out));
    assert_false(stay_count(NULL, 0, (struct stay_rule){ 1, -1 }, on, &out));
    assert_false(stay_count(many, LIMIT_STAYS + 1, rule, on, &out));
    assert_int_equal(out.used, 7); /* untouched */
    assert_true(stay_count(many, LIMIT_STAYS, rule, on, &out));
    assert_int_equal(out.used, 1);
}

/* --- against counting every day --- */

enum { DAYS = 700, ORIGIN = 20000 };

static uint64_t seed = 88172645463325252u;

static int below(int n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int)(seed % (uint64_t)n);
}

/* Days of stay before each day; what is counted day by day is a difference of two of them. */
static int counted(const int *before, int first, int last)
{
    return before[last + 1] - before[first < 0 ? 0 : first];
}

static void brute(const bool *recorded, int days, struct stay_rule rule, int on, struct stay_count *out)
{
    int before[2 * DAYS + 1] = { 0 };

    for (int d = 0; d < days; d++)
        before[d + 1] = before[d] + recorded[d];
    *out = (struct stay_count){ .used = counted(before, on - rule.window + 1, on) };
    out->left = out->used < rule.days ? rule.days - out->used : 0;
    for (int d = 0; d < days; d++) {
        if (recorded[d] && counted(before, d - rule.window + 1, d) > rule.days) {
            out->first_overstay = date_from_days(ORIGIN + d);
            break;
        }
    }
    /* From on every day is one of stay, and nothing that is recorded after it. */
    for (int d = on; d < 2 * DAYS; d++) {
        before[d + 1] = before[d] + 1;
        if (counted(before, d - rule.window + 1, d) > rule.days)
            break;
        out->last_day = date_from_days(ORIGIN + d);
    }
}

static void one_history(unsigned long number)
{
    static bool recorded[2 * DAYS];
    int window = number % 50 ? 2 + below(30) : 150 + below(60), span = number % 50 ? 90 : 500;
    struct stay_rule rule = { below(window), window };
    int n = number % 997 ? below(8) : 40 + below(60), on = below(span);
    struct stay s[100];
    struct stay_count got, want;

    memset(recorded, 0, sizeof recorded);
    for (int i = 0; i < n; i++) {
        int from = below(span), to = from + below(number % 3 ? 12 : 3);
        bool open = below(10) == 0;

        s[i].from = date_from_days(ORIGIN + from);
        s[i].to = open ? (struct date){ 0 } : date_from_days(ORIGIN + to);
        for (int d = from; d <= (open ? on : to); d++)
            recorded[d] = true;
    }
    brute(recorded, span + 12, rule, on, &want);
    assert_true(stay_count(s, (size_t)n, rule, date_from_days(ORIGIN + on), &got));
    if (got.used != want.used || got.left != want.left || date_cmp(got.last_day, want.last_day) != 0 ||
        date_cmp(got.first_overstay, want.first_overstay) != 0)
        fail_msg("history %lu, %d in %d, day %d: used %d/%d, left %d/%d, last %d/%d", number, rule.days,
                 rule.window, on, got.used, want.used, got.left, want.left,
                 date_to_days(got.last_day) - ORIGIN, date_to_days(want.last_day) - ORIGIN);
}

/* SERAI_HISTORIES: how many. */
static void equals_counting_day_by_day(void **state)
{
    const char *more = getenv("SERAI_HISTORIES");
    unsigned long n = more ? strtoul(more, NULL, 10) : 1000 * 1000;

    (void)state;
    for (unsigned long i = 0; i < n; i++)
        one_history(i);
}

/* The heap that sorts long histories, at the limit. */
static void as_many_as_allowed(void **state)
{
    static struct stay s[LIMIT_STAYS];
    struct stay_count out;

    (void)state;
    for (int i = 0; i < LIMIT_STAYS; i++) {
        int d = ORIGIN + 3 * ((i * 1021) % LIMIT_STAYS);

        s[i] = (struct stay){ date_from_days(d), date_from_days(d) };
    }
    assert_true(stay_count(s, LIMIT_STAYS, (struct stay_rule){ 60, 180 },
                           date_from_days(ORIGIN + 3 * LIMIT_STAYS - 3), &out));
    assert_int_equal(out.used, 60);
    assert_false(date_is_set(out.first_overstay));
    assert_true(stay_count(s, LIMIT_STAYS, (struct stay_rule){ 59, 180 }, date_from_days(ORIGIN), &out));
    assert_int_equal(date_to_days(out.first_overstay), ORIGIN + 3 * 59);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_cases),
        cmocka_unit_test(counted_by_hand),
        cmocka_unit_test(refused_input),
        cmocka_unit_test(as_many_as_allowed),
        cmocka_unit_test(equals_counting_day_by_day),
    };

    return cmocka_run_group_tests_name("stay", tests, NULL, NULL);
}
