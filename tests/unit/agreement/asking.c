/* Who may ask what: by article, purpose, office and reservation; what is not said may not be asked. */
#include "vectors.h"

#include <stdlib.h>

#include "agreement/bound.h"

static struct agreement *parse(const char *text)
{
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    struct agreement *a = agreement_parse(span_str(text), faults);

    if (!a)
        fail_msg("%u:%u: %s", faults->item[0].line, faults->item[0].column, faults->item[0].message);
    free(faults);
    return a;
}

static const char text[] = "agreement \"T\" version 1\n"
                           "parties AA BB CC\n"
                           "article 1 \"First\"\n"
                           "  text en \"x\"\n"
                           "  asking \"status\", \"history\" for road-check by police\n"
                           "  asking \"status\" for exchange by police, office\n"
                           "  reservation of CC: not bound\n"
                           "article 2 \"Second\"\n"
                           "  text en \"x\"\n"
                           "  asking \"status\" for inquiry\n"
                           "article 3 \"Third\"\n"
                           "  text en \"x\"\n"
                           "  notify offences\n";

static void what_is_not_said_may_not_be_asked(void **state)
{
    static const struct {
        const char *article, *topic, *purpose, *role, *from, *to, *denied;
    } rows[] = {
        { "1", "status", "road-check", "police", "AA", "BB", NULL },
        { "1", "history", "road-check", "police", "BB", "AA", NULL },
        { "1", "status", "exchange", "office", "AA", "BB", NULL },
        { "2", "status", "inquiry", "anybody", "AA", "BB", NULL },
        { "2", "status", "inquiry", "", "AA", "CC", NULL },
        { "3", "offence", "offence-notice", "", "AA", "CC", NULL },
        { "3", "offence step", "offence-notice", "police", "AA", "CC", NULL },
        { "1", "address", "road-check", "police", "AA", "BB", "not-agreed" },
        { "1", "Status", "road-check", "police", "AA", "BB", "not-agreed" },
        { "1", "status", "", "police", "AA", "BB", "purpose-missing" },
        { "1", "status", "curiosity", "police", "AA", "BB", "purpose" },
        { "1", "history", "exchange", "police", "AA", "BB", "purpose" },
        { "2", "status", "road-check", "police", "AA", "BB", "article" },
        { "9", "status", "road-check", "police", "AA", "BB", "article" },
        { "1", "status", "inquiry", "police", "AA", "BB", "article" },
        { "1", "status", "road-check", "police", "CC", "BB", "not-bound" },
        { "1", "status", "road-check", "police", "AA", "CC", "not-bound" },
        { "1", "status", "road-check", "", "AA", "BB", "role-missing" },
        { "1", "status", "road-check", "office", "AA", "BB", "role" },
    };
    struct agreement *a = parse(text);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct asking q = { span_str(rows[i].article),
                                  span_str(rows[i].topic),
                                  span_str(rows[i].purpose),
                                  span_str(rows[i].role),
                                  span_str(rows[i].from),
                                  span_str(rows[i].to),
                                  { 2027, 3, 1 } };
        const char *denied = agreement_asking(a, &q);

        if ((denied == NULL) != (rows[i].denied == NULL) || (denied && strcmp(denied, rows[i].denied) != 0))
            fail_msg("row %zu: %s, not %s", i, denied ? denied : "allowed",
                     rows[i].denied ? rows[i].denied : "allowed");
    }
    agreement_free(a);
}

static void the_article_and_the_only_office_are_found(void **state)
{
    struct agreement *a = parse(text);

    (void)state;
    assert_true(span_eq_str(agreement_asking_article(a, SPAN("status"), SPAN("inquiry")), "2"));
    assert_true(span_eq_str(agreement_asking_article(a, SPAN("status"), SPAN("curiosity")), "1"));
    assert_int_equal(agreement_asking_article(a, SPAN("address"), SPAN("inquiry")).n, 0);
    assert_true(
        span_eq_str(agreement_asking_role(a, SPAN("1"), SPAN("status"), SPAN("road-check")), "police"));
    assert_int_equal(agreement_asking_role(a, SPAN("1"), SPAN("status"), SPAN("exchange")).n, 0);
    assert_int_equal(agreement_asking_role(a, SPAN("2"), SPAN("status"), SPAN("inquiry")).n, 0);
    assert_int_equal(agreement_asking_role(a, SPAN("9"), SPAN("status"), SPAN("road-check")).n, 0);
    agreement_free(a);
}

/* By the register: from 10 March on article 1 does not bind BB, and AA and CC are apart. */
static void who_is_not_bound_neither_asks_nor_is_asked(void **state)
{
    enum { AA = 1, BB = 2, CC = 4, ALL = 7 };
    static const uint64_t all[] = { ALL, ALL, ALL, ALL }, some[] = { ALL, AA | CC, ALL, AA | BB };
    static const uint64_t none[BOUND_MEMBERS], parted[BOUND_MEMBERS] = { CC, 0, AA };
    const struct bound_period period[] = {
        { INT32_MIN, all, all, none, 0, none },
        { date_to_days((struct date){ 2027, 3, 10 }), some, some, parted, 0, none },
    };
    const struct bound_table table = { 3, 3, 0, 2, period };
    static const struct {
        const char *article, *topic, *purpose, *role, *from, *to;
        int day; /* of March */
        const char *denied;
    } rows[] = {
        { "1", "status", "exchange", "police", "AA", "BB", 9, NULL },
        { "1", "status", "exchange", "police", "AA", "BB", 10, "not-bound" },
        { "1", "status", "exchange", "police", "BB", "AA", 10, "not-bound" },
        { "1", "status", "exchange", "police", "BB", "AA", 9, NULL },
        { "1", "status", "exchange", "police", "BB", "AA", 0, NULL },
        { "1", "status", "exchange", "nobody", "BB", "AA", 10, "not-bound" },
        { "1", "status", "inquiry", "police", "BB", "AA", 10, "article" },
        { "2", "status", "inquiry", "", "AA", "BB", 10, NULL },
        { "2", "status", "inquiry", "", "AA", "CC", 9, NULL },
        { "2", "status", "inquiry", "", "AA", "CC", 10, "not-bound" },
        { "2", "status", "inquiry", "", "CC", "AA", 31, "not-bound" },
        { "2", "status", "inquiry", "", "BB", "CC", 31, NULL },
        { "3", "offence", "offence-notice", "", "BB", "CC", 10, "not-bound" },
        { "3", "offence", "offence-notice", "", "AA", "BB", 10, NULL },
        /* What the text says holds with a register too, and without a day. */
        { "1", "status", "road-check", "police", "CC", "BB", 9, "not-bound" },
        { "1", "status", "road-check", "police", "CC", "BB", 0, "not-bound" },
        /* Whoever is no member is somebody else's question. */
        { "2", "status", "inquiry", "", "XX", "BB", 10, NULL },
    };
    struct agreement *a = parse(text);

    (void)state;
    agreement_bind(a, &table);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct date on = { 2027, 3, (uint8_t)rows[i].day };
        const struct asking q = { span_str(rows[i].article),
                                  span_str(rows[i].topic),
                                  span_str(rows[i].purpose),
                                  span_str(rows[i].role),
                                  span_str(rows[i].from),
                                  span_str(rows[i].to),
                                  rows[i].day ? on : (struct date){ 0 } };
        const char *denied = agreement_asking(a, &q);

        if ((denied == NULL) != (rows[i].denied == NULL) || (denied && strcmp(denied, rows[i].denied) != 0))
            fail_msg("row %zu: %s, not %s", i, denied ? denied : "allowed",
                     rows[i].denied ? rows[i].denied : "allowed");
    }
    agreement_bind(a, NULL);
    const struct asking q = { SPAN("1"),  SPAN("status"), SPAN("exchange"), SPAN("police"),
                              SPAN("AA"), SPAN("BB"),     { 2027, 3, 10 } };
    assert_null(agreement_asking(a, &q));
    agreement_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_may_not_be_asked),
        cmocka_unit_test(the_article_and_the_only_office_are_found),
        cmocka_unit_test(who_is_not_bound_neither_asks_nor_is_asked),
    };

    return cmocka_run_group_tests_name("agreement-asking", tests, NULL, NULL);
}
