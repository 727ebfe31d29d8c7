#include "vectors.h"

#include "base/limits.h"
#include "guard.h"
#include "wire/translit.h"

static const char *const languages[][2] = { { "rus", "russian" },    { "ukr", "ukrainian" },
                                            { "bel", "belarusian" }, { "bul", "bulgarian" },
                                            { "srp", "serbian" },    { "mkd", "macedonian" },
                                            { "fas", "arabic" },     { "heb", "hebrew" } };

static enum translit_table table_of(const char *language)
{
    enum translit_table t = TRANSLIT_TABLES;

    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (strcmp(language, languages[i][0]) == 0)
            assert_true(translit_from_word(span_str(languages[i][1]), &t));
    if (t == TRANSLIT_TABLES)
        fail_msg("%s: no table", language);
    return t;
}

static void gives(enum translit_table t, const char *text, const char *want)
{
    struct span in = guard_copy(span_str(text));
    struct why w = { 0 };
    struct buffer b;
    char mem[256];

    buf_init_fixed(&b, mem, sizeof mem);
    if (!translit_to_mrz(in, t, &b, NULL, &w))
        fail_msg("%s %s: %s", translit_word(t), text, w.detail);
    if (!span_eq_str(buf_span(&b), want))
        fail_msg("%s %s: %s, not %s", translit_word(t), text, buf_cstr(&b), want);
    guard_free(in);
}

static void shared_cases_hold(void **state)
{
    json_t *j = load_json(vector_path("travel/mrz/translit_cases.json")), *c;
    size_t i, n = 0;

    (void)state;
    json_array_foreach(json_object_get(j, "cases"), i, c)
    {
        const char *text = json_string_value(json_object_get(c, "text"));
        const char *want = json_string_value(json_object_get(c, "mrz"));
        enum translit_table t = table_of(json_string_value(json_object_get(c, "table")));

        gives(t, text, want);
        assert_int_equal(translit_match(span_str(text), t, span_str(want), false, NULL), NAME_SAME);
        n++;
    }
    assert_int_equal(n, 8);
    json_decref(j);
}

/* Each row between two letters, so that the rule for the end of a part stays out of it. */
static void shared_tables_hold_row_by_row(void **state)
{
    json_t *j = load_json(vector_path("travel/mrz/transliteration.json")), *rows, *v;
    const char *language, *key;
    size_t n = 0;

    (void)state;
    json_object_foreach(json_object_get(j, "tables"), language, rows)
    {
        json_object_foreach(rows, key, v)
        {
            char text[64], want[64];

            (void)snprintf(text, sizeof text, "X%sX", key);
            (void)snprintf(want, sizeof want, "X%sX", json_string_value(v));
            gives(table_of(language), text, want);
            n++;
        }
    }
    assert_true(n > 400);
    json_decref(j);
}

static void names_come_out_right(void **state)
{
    static const struct {
        const char *table, *text, *want;
    } cases[] = {
        { "latin", "Müller", "MUELLER" },
        { "latin", "Mu\xcc\x88ller", "MUELLER" }, /* decomposed */
        { "latin", "Åse Ørsted-Bråten", "AASE<OERSTED<BRAATEN" },
        { "latin", "Strauß", "STRAUSS" },
        { "latin", "İbrahim Işık Yağız", "IBRAHIM<ISIK<YAGIZ" },
        { "latin", "Þór Ævarsson", "THOR<AEVARSSON" },
        { "latin",
          "O\xe2\x80\x99"
          "Connor, J.",
          "OCONNOR<J" },
        { "latin", "d'Arc  -  Jean", "DARC<JEAN" },
        { "latin", "Nguyễn Thị Ánh", "NGUYEN<THI<ANH" },
        { "latin", "Əliyeva", "ELIYEVA" },
        { "latin", "Muñoz", "MUNOZ" },
        { "latin", " - ", "" },
        { "uk", "Зеленський", "ZELENSKYI" },
        { "be", "Ёлкіна", "IOLKINA" },
        { "sr", "Ћирић Шћепан", "CIRIC<SCEPAN" },
        { "mk", "Ѓорѓи", "GJORGJI" },
        { "ru", "Андреи\xcc\x86", "ANDREI" }, /* й as two code points */
        { "fa", "محمّد", "MXHMMD" },
        { "fa", "محم\xd9\x8e\xd9\x91\xd8\xaf", "MXHMMD" }, /* shadda behind a vowel sign */
        { "ar", "فاطمةٌ علي", "FAXTTMXAH<ELY" },
        { "ar", "فاطمةعلي", "FAXTTMXTAELY" },
        { "ar", "\xd9\x91\xd8\xa8", "B" }, /* shadda behind nothing */
        { "ur", "ٹھ", "XXTXDO" },
        { "ps", "ښځه", "XXSXKEH" },
        { "kk", "Әсел Қанатқызы", "ASEL<QANATQYZY" },
        { "kk", "Нұрғиса Өмірзақ", "NURGISA<OMIRZAQ" },
        { "ky", "Үмүт Өзгөн Таң", "UMUT<OZGON<TAN" },
        { "tg", "Ҷамшед Раҳмонӣ Ғафур", "JAMSHED<RAHMONI<GHAFUR" },
        { "uz", "Юлдуз Ўткир Ҳожи", "YULDUZ<OTKIR<HOJI" },
        { "tk", "Гүлжан Өвез Чары", "GUELZAN<OEWEZ<CARY" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum translit_table t;

        assert_true(translit_from_word(span_str(cases[i].table), &t));
        gives(t, cases[i].text, cases[i].want);
    }
}

static void what_no_table_has_is_refused(void **state)
{
    static const struct {
        const char *what, *table, *text, *reason;
        size_t offset;
    } cases[] = {
        { "Kazakh letter in the Russian table", "russian", "Асәл", "no-transliteration", 4 },
        { "Cyrillic in the Latin table", "latin", "Aб", "no-transliteration", 1 },
        { "digit", "latin", "A1", "no-transliteration", 1 },
        { "Georgian", "latin", "ა", "no-transliteration", 0 },
        { "not UTF-8", "latin", "A\xff", "utf-8", 1 },
        { "cut UTF-8", "arabic", "\xd8", "utf-8", 0 },
    };
    char mem[64];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 }, w2 = { 0 };
        enum translit_table t;
        struct buffer b;

        buf_init_fixed(&b, mem, sizeof mem);
        buf_str(&b, "KEPT");
        assert_true(translit_from_word(span_str(cases[i].table), &t));
        if (translit_to_mrz(span_str(cases[i].text), t, &b, NULL, &w))
            fail_msg("%s: accepted", cases[i].what);
        if (strcmp(w.reason, cases[i].reason) != 0 || w.offset != cases[i].offset)
            fail_msg("%s: %s at %zu", cases[i].what, w.reason, w.offset);
        assert_true(span_eq_str(buf_span(&b), "KEPT"));
        assert_int_equal(translit_match(span_str(cases[i].text), t, SPAN("A"), false, &w2), NAME_DIFFERENT);
        assert_string_equal(w2.reason, cases[i].reason);
    }
}

static void sizes_are_bounded(void **state)
{
    static char text[LIMIT_NAME + 1];
    struct why w = { 0 };
    struct buffer b;
    char mem[8];

    (void)state;
    memset(text, 'A', sizeof text);
    buf_init_fixed(&b, mem, sizeof mem);
    assert_false(translit_to_mrz(span_of(text, sizeof text), TRANSLIT_LATIN, &b, NULL, &w));
    assert_string_equal(w.reason, "too-large");
    why_clear(&w);
    assert_false(translit_to_mrz(span_of(text, 9), TRANSLIT_LATIN, &b, NULL, &w));
    assert_string_equal(w.reason, "too-large");
    assert_int_equal(b.n, 0);
    assert_true(translit_to_mrz(span_of(text, 8), TRANSLIT_LATIN, &b, NULL, NULL));
    assert_int_equal(translit_match(span_of(text, 64), TRANSLIT_LATIN, span_of(text, 64), false, &w),
                     NAME_DIFFERENT);
    assert_string_equal(w.reason, "too-large");
    assert_int_equal(translit_match(span_of(text, 63), TRANSLIT_LATIN, span_of(text, 63), false, NULL),
                     NAME_SAME);
}

static void the_report_tells_own_rows(void **state)
{
    static const struct {
        const char *table, *text;
        bool own;
        size_t own_at;
        bool alternatives;
        size_t dropped;
    } cases[] = {
        { "ru", "Асель", false, 0, false, 1 }, { "kk", "Асель", false, 0, false, 1 },
        { "kk", "Айқын", true, 4, false, 0 },  { "latin", "Ärö", false, 0, true, 0 },
        { "latin", "Ễ'", true, 0, false, 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct translit_report r = { 0 };
        enum translit_table t;
        struct buffer b;
        char mem[64];

        buf_init_fixed(&b, mem, sizeof mem);
        assert_true(translit_from_word(span_str(cases[i].table), &t));
        assert_true(translit_to_mrz(span_str(cases[i].text), t, &b, &r, NULL));
        if (r.own_rows != cases[i].own || r.own_at != cases[i].own_at ||
            r.alternatives != cases[i].alternatives || r.dropped != cases[i].dropped)
            fail_msg("%s: %d %zu %d %zu", cases[i].text, r.own_rows, r.own_at, r.alternatives, r.dropped);
    }
}

static void alternatives_are_tried(void **state)
{
    static const struct {
        const char *what, *table, *text, *mrz;
        bool cut;
        enum name_match want;
    } cases[] = {
        { "first form", "latin", "Jürgen Bär", "JUERGEN BAER", false, NAME_SAME },
        { "other form", "latin", "Jürgen Bär", "JURGEN<BAR", false, NAME_SAME },
        { "forms mixed", "latin", "Jürgen Bär", "JUXXRGEN<BAER", false, NAME_SAME },
        { "not a form", "latin", "Jürgen", "JOERGEN", false, NAME_DIFFERENT },
        { "more in the zone", "latin", "Anna", "ANNA<MARIA", false, NAME_DIFFERENT },
        { "less in the zone", "latin", "Anna Maria", "ANNA", false, NAME_DIFFERENT },
        { "cut behind a part", "latin", "Anna Maria", "ANNA", true, NAME_PREFIX },
        { "cut inside a form", "latin", "Anna Müller", "ANNA<MUE", true, NAME_PREFIX },
        { "cut between the letters of a form", "ru", "Щукин", "SH", true, NAME_PREFIX },
        { "cut, but different before", "latin", "Anna Maria", "ANNE", true, NAME_DIFFERENT },
        { "cut name that is complete", "latin", "Anna", "ANNA", true, NAME_SAME },
        { "hyphen dropped", "latin", "Anne-Marie", "ANNEMARIE", false, NAME_SAME },
        { "filler that the name has not", "latin", "Annemarie", "ANNE<MARIE", false, NAME_DIFFERENT },
        { "older Russian form", "ru", "Юлия", "YULIYA", false, NAME_ALTERNATIVE },
        { "Kazakh with K", "kk", "Қанат", "KANAT", false, NAME_ALTERNATIVE },
        { "shadda left out", "fa", "محمّد", "MXHMD", false, NAME_ALTERNATIVE },
        { "teh marbuta not at the end form", "ar", "فاطمة", "FAXTTMXTA", false, NAME_ALTERNATIVE },
        { "empty zone", "latin", "Anna", "", false, NAME_DIFFERENT },
        { "empty zone, cut", "latin", "Anna", "<<", true, NAME_DIFFERENT },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct why w = { 0 };
        enum translit_table t;
        enum name_match got;

        assert_true(translit_from_word(span_str(cases[i].table), &t));
        got = translit_match(span_str(cases[i].text), t, span_str(cases[i].mrz), cases[i].cut, &w);
        if (got != cases[i].want || w.reason)
            fail_msg("%s: %s", cases[i].what, name_match_word(got));
    }
}

/* 63 places and 250 letters of three forms each: enumerating would never end. */
static void many_alternatives_stay_cheap(void **state)
{
    char text[512] = "", mrz[64] = "";

    (void)state;
    for (size_t i = 0; i < 250; i++)
        strcat(text, "Ü");
    for (size_t i = 0; i < 63; i++)
        strcat(mrz, "U");
    assert_int_equal(translit_match(span_str(text), TRANSLIT_LATIN, span_str(mrz), true, NULL), NAME_PREFIX);
    assert_int_equal(translit_match(span_str(text), TRANSLIT_LATIN, span_str(mrz), false, NULL),
                     NAME_DIFFERENT);
}

static void words_and_guesses(void **state)
{
    enum translit_table t;

    (void)state;
    for (size_t i = 0; i < TRANSLIT_TABLES; i++) {
        assert_true(translit_from_word(span_str(translit_word((enum translit_table)i)), &t));
        assert_int_equal(t, i);
    }
    assert_string_equal(translit_word(TRANSLIT_TURKMEN), "turkmen");
    assert_string_equal(translit_word(TRANSLIT_ARABIC), "arabic");
    assert_false(translit_from_word(SPAN("klingon"), &t));
    assert_int_equal(translit_guess(SPAN("- Әсел")), TRANSLIT_RUSSIAN);
    assert_int_equal(translit_guess(SPAN("رضا")), TRANSLIT_ARABIC);
    assert_int_equal(translit_guess(SPAN("אבא")), TRANSLIT_HEBREW);
    assert_int_equal(translit_guess(SPAN("")), TRANSLIT_LATIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_cases_hold),      cmocka_unit_test(shared_tables_hold_row_by_row),
        cmocka_unit_test(names_come_out_right),   cmocka_unit_test(what_no_table_has_is_refused),
        cmocka_unit_test(sizes_are_bounded),      cmocka_unit_test(the_report_tells_own_rows),
        cmocka_unit_test(alternatives_are_tried), cmocka_unit_test(many_alternatives_stay_cheap),
        cmocka_unit_test(words_and_guesses),
    };

    return cmocka_run_group_tests_name("translit", tests, NULL, NULL);
}
