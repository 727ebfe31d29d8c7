/* "permission": what is read of it, and what is said about a faulty one. */
#include "vectors.h"

#include "agreement/permission.h"
#include "guard.h"

#define HEAD                                                                                                 \
    "agreement \"T\" version 1\n"                                                                            \
    "parties AA BB CC\n"                                                                                     \
    "words for travel.purpose: work, study\n"                                                                \
    "words for permission.kind: long pass, pass\n"                                                           \
    "article 1 \"A\"\n  text en \"x\"\n"
#define PASS HEAD "permission long pass for work\n"

static const char good[] = PASS "  title en \"Long pass\"\n"
                                "  title fa \"مجوز\"\n"
                                "  under article 1\n"
                                "  ask employer: text\n"
                                "    title en \"Who employs you\"\n"
                                "  ask first day: date, optional\n"
                                "  ask way: one of bus, night train, optional\n"
                                "  ask home: state\n"
                                "  ask children: number\n"
                                "  ask driver: yes or no\n"
                                "  attach contract\n"
                                "  attach photo, optional\n"
                                "  fee 60 USD\n"
                                "  consult home, BB within 10 days, silence is no objection\n"
                                "  consult CC within 1 day, silence is objection\n"
                                "  decided by 2 officers\n"
                                "  valid at most 365 days\n"
                                "  stay at most 90 days\n"
                                "  entries at most 4\n"
                                "  extended at most 2 times\n"
                                "  quota 500 in a year\n"
                                "permission pass for study\n"
                                "permission pass for work\n"
                                "  entries any number\n"
                                "  not extended\n";

static struct agreement *parse(const char *text)
{
    static struct agreement_faults faults;
    struct agreement *a = agreement_parse(span_str(text), &faults);

    if (!a)
        fail_msg("%u:%u: %s", faults.item[0].line, faults.item[0].column, faults.item[0].message);
    return a;
}

static void everything_is_read(void **state)
{
    struct agreement *a = parse(good);
    const struct permission_kind *k = agreement_permission(a, SPAN("long pass"), SPAN("work"));

    (void)state;
    assert_int_equal(agreement_permissions(a), 3);
    assert_ptr_equal(k, agreement_permission_at(a, 0));
    assert_null(agreement_permission_at(a, 3));
    assert_string_equal(k->article, "1");
    assert_int_equal(k->n_asks, 6);
    assert_string_equal(k->asks[0].name, "employer");
    assert_string_equal(permission_item_title(&k->asks[0], "ru"), "Who employs you");
    assert_string_equal(permission_item_title(&k->asks[1], "ru"), "first day");
    assert_true(k->asks[1].optional && k->asks[1].type == PERMISSION_DATE);
    assert_true(k->asks[2].optional && k->asks[2].type == PERMISSION_CHOICE && k->asks[2].n_words == 2);
    assert_true(span_eq_str(k->asks[2].words[1], "night train"));
    assert_int_equal(k->asks[3].type, PERMISSION_STATE);
    assert_int_equal(k->asks[4].type, PERMISSION_NUMBER);
    assert_int_equal(k->asks[5].type, PERMISSION_YES_NO);
    assert_int_equal(k->n_attachments, 2);
    assert_false(k->attachments[0].optional);
    assert_true(k->attachments[1].optional);
    assert_int_equal(k->fee, 6000);
    assert_string_equal(k->currency, "USD");
    assert_int_equal(k->n_consultations, 3);
    assert_true(k->consultations[0].home && k->consultations[0].days == 10);
    assert_true(span_eq_str(k->consultations[1].member, "BB"));
    assert_int_equal(k->consultations[1].silence, SILENCE_NO_OBJECTION);
    assert_int_equal(k->consultations[2].silence, SILENCE_OBJECTION);
    assert_int_equal(k->officers, 2);
    assert_int_equal(k->valid_days, 365);
    assert_int_equal(k->stay_days, 90);
    assert_int_equal(k->entries, 4);
    assert_int_equal(k->extensions, 2);
    assert_int_equal(k->quota, 500);
    assert_string_equal(permission_title(k, "fa"), "مجوز");
    assert_string_equal(permission_title(k, NULL), "long pass");
    agreement_free(a);
}

static void found_by_kind_and_purpose(void **state)
{
    struct agreement *a = parse(good);
    const struct span any = { NULL, 0 };

    (void)state;
    assert_ptr_equal(agreement_permission(a, any, SPAN("study")), agreement_permission_at(a, 1));
    assert_ptr_equal(agreement_permission(a, any, SPAN("work")), agreement_permission_at(a, 0));
    assert_ptr_equal(agreement_permission(a, SPAN("pass"), SPAN("work")), agreement_permission_at(a, 2));
    assert_null(agreement_permission(a, SPAN("long pass"), SPAN("study")));
    assert_null(agreement_permission(a, any, SPAN("pilgrimage")));
    assert_int_equal(agreement_permission_at(a, 1)->officers, 1);
    agreement_free(a);
}

/* Line 7 is the permission. */
static const struct {
    const char *what, *text;
    unsigned line, column;
    const char *says;
} cases[] = {
    { "a kind that is no word", HEAD "permission short pass for work\n", 7, 12,
      "no word of permission.kind" },
    { "no purpose", HEAD "permission pass\n", 7, 16, "expected \"for\"" },
    { "a purpose that is no word", HEAD "permission pass for fun\n", 7, 21, "fun" },
    { "the same twice", PASS "permission long pass for study, work\n", 8, 12, "stands in line 7" },
    { "nothing asked", PASS "  ask\n", 8, 6, "expected what is asked" },
    { "asked without type", PASS "  ask employer\n", 8, 15, "expected a colon" },
    { "an unknown type", PASS "  ask employer: picture\n", 8, 17, "expected text, number" },
    { "one word is no choice", PASS "  ask way: one of bus\n", 8, 22, "no choice" },
    { "a choice stands twice", PASS "  ask way: one of bus, bus\n", 8, 24, "stands twice" },
    { "asked twice", PASS "  ask way: text\n  ask way: text\n", 9, 7, "stands in line 8 already" },
    { "a name that is no name", PASS "  ask arbeitgeber-straße: text\n", 8, 7, "Latin letters" },
    { "optional misspelt", PASS "  ask way: text, optionally\n", 8, 18, "expected \"optional\"" },
    { "consulted without days", PASS "  under article 1\n  consult BB, silence is objection\n", 9, 15,
      "expected a party" },
    { "consulted by nobody", PASS "  consult ZZ within 3 days, silence is objection\n", 8, 11, "ZZ" },
    { "silence that says nothing", PASS "  consult BB within 3 days\n", 8, 27, "silence is" },
    { "silence of another kind", PASS "  consult BB within 3 days, silence is golden\n", 8, 40,
      "expected \"no objection\" or \"objection\"" },
    { "consulted twice",
      PASS "  consult BB within 3 days, silence is objection\n"
           "  consult BB within 3 days, silence is objection\n",
      9, 11, "consulted in line 8 already" },
    { "consulted under no article", PASS "  consult BB within 3 days, silence is objection\n", 7, 1,
      "the article that this rests on is missing" },
    { "an article that there is not", PASS "  under article 9\n", 8, 17, "there is no article 9" },
    { "a currency in small letters", PASS "  fee 60 usd\n", 8, 10, "ISO 4217" },
    { "three officers", PASS "  decided by 3 officers\n", 8, 14, "one or two officers" },
    { "more days than a seal can say", PASS "  stay at most 255 days\n", 8, 16, "a number of days" },
    { "cents of a currency that has none", PASS "  fee 60.50 JPY\n", 8, 7, "0 digits behind the point" },
    { "a fee in a table and in the block", PASS "  fee 60 USD\nfee for long pass\n  70 USD\n", 8, 7,
      "stands in the table in line 9" },
    { "fee twice", PASS "  fee 6 USD\n  fee 7 USD\n", 9, 3, "said above already" },
    { "extended and not", PASS "  not extended\n  extended at most 1 time\n", 9, 3, "said above already" },
    { "nothing stands under a fee", PASS "  fee 6 USD\n    title en \"x\"\n", 9, 5, "nothing can stand" },
    { "an item takes no text", PASS "  ask way: text\n    text en \"x\"\n", 9, 5, "title" },
};

static void every_message_names_its_place(void **state)
{
    static struct agreement_faults f;
    size_t failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span text = guard_copy(span_str(cases[i].text));
        struct agreement *a = agreement_parse(text, &f);
        bool told = false;

        for (size_t k = 0; k < f.n; k++)
            told |= f.item[k].line == cases[i].line && f.item[k].column == cases[i].column &&
                    !f.item[k].warning && strstr(f.item[k].message, cases[i].says);
        if (!told || a) {
            for (size_t k = 0; k < f.n; k++)
                print_message("# %u:%u: %s\n", f.item[k].line, f.item[k].column, f.item[k].message);
            print_message("# %s: expected %u:%u: %s\n", cases[i].what, cases[i].line, cases[i].column,
                          cases[i].says);
            failed++;
        }
        agreement_free(a);
        guard_free(text);
    }
    assert_int_equal(failed, 0);
}

static void a_fee_that_would_never_be_asked_is_warned_of(void **state)
{
    static struct agreement_faults f;
    static const struct {
        const char *what, *text, *says;
    } rows[] = {
        { "every purpose has its row", PASS "fee for long pass by travel.purpose\n  work: 7 USD\n", NULL },
        { "a row for all others",
          PASS "fee for long pass by travel.purpose\n  study: 7 USD\n  otherwise: free\n", NULL },
        { "no row for the purpose", PASS "fee for long pass by travel.purpose\n  study: 7 USD\n",
          "no row says what \"long pass\" for work costs (line 7)" },
        { "by what an application says",
          PASS "fee for long pass\n  5 USD when traveller.age is less than 18\n  9 USD\n", NULL },
        { "by what no application says", PASS "fee for long pass\n  5 USD when travel.mode is air\n  9 USD\n",
          "turns on travel.mode, which no application says" },
        { "of what nobody applies for", HEAD "fee for pass\n  5 USD when travel.mode is air\n  9 USD\n",
          NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct agreement *a = agreement_parse(span_str(rows[i].text), &f);
        bool told = false, any = false;

        for (size_t k = 0; k < f.n; k++) {
            any |= strstr(f.item[k].message, "long pass") != NULL;
            told |= rows[i].says && f.item[k].warning && strstr(f.item[k].message, rows[i].says);
        }
        if (!a || told != (rows[i].says != NULL) || (any && !rows[i].says))
            fail_msg("%s", rows[i].what);
        agreement_free(a);
    }
}

static void cut_anywhere(void **state)
{
    static struct agreement_faults f;

    (void)state;
    for (size_t n = 0; n < sizeof good; n++) {
        struct span text = guard_copy(span_of((const uint8_t *)good, n));

        agreement_free(agreement_parse(text, &f));
        guard_free(text);
    }
}

static void too_many_items_are_refused(void **state)
{
    static struct agreement_faults f;
    struct buffer b;

    (void)state;
    buf_init(&b, LIMIT_AGREEMENT);
    buf_str(&b, PASS);
    for (int i = 0; i <= LIMIT_PERMISSION_ITEMS; i++)
        buf_printf(&b, "  ask item%c%c: text\n", 'a' + i / 26, 'a' + i % 26);
    assert_null(agreement_parse(buf_span(&b), &f));
    assert_non_null(strstr(f.item[0].message, "too many lines of this kind"));
    assert_int_equal(f.item[0].line, 8 + LIMIT_PERMISSION_ITEMS);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(found_by_kind_and_purpose),
        cmocka_unit_test(every_message_names_its_place),
        cmocka_unit_test(a_fee_that_would_never_be_asked_is_warned_of),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(too_many_items_are_refused),
    };

    return cmocka_run_group_tests_name("permission", tests, NULL, NULL);
}
