/* Papers: what is printed of which answer, in which words; what is no such answer; who is given one. */
#include <stdlib.h>

#include "guard.h"
#include "vectors.h"

#include "base/limits.h"
#include "node/paper.h"
#include "paper/form.h"

enum { NOW = 1800000000 };

static const char complaint[] =
    "{\"reference\":\"C-SPECIMEN\",\"at\":\"IR\",\"subject\":\"delay\",\"state\":\"received\","
    "\"language\":\"fa\",\"text\":\"SPECIMEN\",\"events\":[]}";
static const char application[] =
    "{\"application\":{\"reference\":\"A-SPECIMEN\",\"state\":\"declined\",\"declined\":"
    "{\"article\":\"20\",\"reason\":\"SPECIMEN\",\"appeal\":\"SPECIMEN\"}}}";

static bool print(paper_of *of, const char *answer, const char *language, size_t room, struct buffer *pdf,
                  struct why *w)
{
    const struct paper_how how = { getenv("SERAI_SOURCE"), language, NOW, NULL };
    struct arena a;
    bool ok;

    arena_init(&a, room);
    buf_init(pdf, LIMIT_FILE);
    why_clear(w);
    ok = of(span_str(answer), &how, &a, pdf, w);
    arena_free(&a);
    return ok;
}

static bool same(paper_of *of, const char *answer, const char *one, const char *other)
{
    struct buffer x, y;
    struct why w;
    bool is;

    assert_true(print(of, answer, one, 64 << 20, &x, &w));
    assert_true(print(of, answer, other, 64 << 20, &y, &w));
    is = span_eq(buf_span(&x), buf_span(&y));
    assert_true(span_starts(buf_span(&x), span_str("%PDF-")));
    buf_free(&x);
    buf_free(&y);
    return is;
}

static void language_is_who_asks_or_the_answers(void **state)
{
    (void)state;
    assert_true(same(paper_complaint, complaint, NULL, "fa"));
    assert_false(same(paper_complaint, complaint, NULL, "en"));
    assert_true(same(paper_application, application, NULL, "en"));
    assert_false(same(paper_application, application, "ru", "en"));
    assert_true(same(paper_application, application, "../po/ru", "en"));
}

static void days_stand_in_the_readers_calendar_too(void **state)
{
    static const struct {
        const char *language, *day, *on_paper;
    } days[] = {
        { "fa", "2027-03-01", "2027-03-01 (۱۰ اسفند ۱۴۰۵)" },
        { "fa", "2025-03-20", "2025-03-20 (۳۰ اسفند ۱۴۰۳)" },
        { "fa", "2025-03-21", "2025-03-21 (۱ فروردین ۱۴۰۴)" },
        { "prs", "2027-03-01", "2027-03-01 (۱۰ حوت ۱۴۰۵)" },
        { "ps", "2027-03-01", "2027-03-01 (۱۰ کب ۱۴۰۵)" },
        { "tg", "2027-03-01", "2027-03-01" },
        { "en", "2027-03-01", "2027-03-01" },
        { "fa", "2027-02-30", "2027-02-30" },
        { "fa", "SPECIMEN", "SPECIMEN" },
        { "fa", "", "" },
    };
    const struct json none = { 0 };
    struct arena a;
    struct form f;
    struct why w;

    (void)state;
    arena_init(&a, 64 << 20);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        why_clear(&w);
        assert_true(form_open(getenv("SERAI_SOURCE"), days[i].language, &none, &a, &f, &w));
        assert_string_equal(form_day(&f, span_str(days[i].day)), days[i].on_paper);
    }
    arena_free(&a);
}

static void states_have_their_names(void **state)
{
    static const struct {
        const char *language, *code, *on_paper;
    } states[] = { { "fa", "IR", "ایران (IR)" },
                   { "prs", "AF", "افغانستان (AF)" },
                   { "ru", "KZ", "Казахстан (KZ)" },
                   { "en", "TM", "Turkmenistan (TM)" },
                   { "xx", "UZ", "Uzbekistan (UZ)" },
                   { "en", "ZZ9", "ZZ9" },
                   { "tr", "", "" },
                   { "fa", "XQ", "XQ" } };
    const struct json none = { 0 };
    struct arena a;
    struct form f;
    struct why w;

    (void)state;
    arena_init(&a, 64 << 20);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        why_clear(&w);
        assert_true(form_open(getenv("SERAI_SOURCE"), states[i].language, &none, &a, &f, &w));
        assert_string_equal(form_state(&f, span_str(states[i].code)), states[i].on_paper);
    }
    arena_free(&a);
}

static void what_is_no_answer_is_no_paper(void **state)
{
    static paper_of *const all[] = { paper_complaint, paper_application, paper_need };
    static const char *const bad[] = {
        "{}", "[]", "1", "{\"legs\":1}", "{\"application\":1,\"complaint\":[]}", "{\"reference\":"
    };
    struct buffer pdf;
    struct why w;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
            assert_false(print(all[i], bad[k], "en", 64 << 20, &pdf, &w));
            assert_non_null(w.reason);
            buf_free(&pdf);
        }
}

static void little_room_is_said(void **state)
{
    struct buffer pdf;
    struct why w;

    (void)state;
    for (size_t room = 1024; room < (1 << 20); room *= 2) {
        assert_false(print(paper_complaint, complaint, "en", room, &pdf, &w));
        assert_non_null(w.reason);
        buf_free(&pdf);
    }
}

static void only_who_asks_for_paper_has_it(void **state)
{
    static const char *const yes[] = { "application/pdf", " application/pdf ; q=0.5",
                                       "text/html, application/pdf" };
    static const char *const no[] = { "",
                                      "*/*",
                                      "application/*",
                                      "application/pdfx",
                                      "application/pdf;q=0",
                                      "application/pdf; q=0.000",
                                      "application/json, application/pdf",
                                      ",,;;,",
                                      "text/html;application/pdf" };

    (void)state;
    assert_false(paper_wanted(NULL));
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(paper_wanted(yes[i]));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(paper_wanted(no[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(language_is_who_asks_or_the_answers),
        cmocka_unit_test(days_stand_in_the_readers_calendar_too),
        cmocka_unit_test(states_have_their_names),
        cmocka_unit_test(what_is_no_answer_is_no_paper),
        cmocka_unit_test(little_room_is_said),
        cmocka_unit_test(only_who_asks_for_paper_has_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
