/* How words are read and told: zones in Arabic letters, endings, known forms, reasons, twin spellings of the
 * region. */
#include "vectors.h"

#include "base/text.h"
#include "names/ending.h"
#include "names/explain.h"
#include "names/likeness.h"
#include "names/zone.h"

static struct names *tables;

static int open_tables(void **state)
{
    struct why w = { 0 };

    tables = names_open(&w);
    return tables ? arena_setup(state) : -1;
}

static int close_tables(void **state)
{
    names_close(tables);
    return arena_teardown(state);
}

static struct names_name name_of(struct span text, enum names_schema schema)
{
    struct names_name n;
    struct why w = { 0 };

    if (!names_read(tables, text, schema, &n, &w))
        fail_msg("%.*s: %s", (int)text.n, (const char *)text.p, w.detail);
    return n;
}

static float score(struct span a, struct span b)
{
    struct names_name x = name_of(a, NAMES_PERSON), y = name_of(b, NAMES_PERSON);
    struct names_match m;

    names_compare(tables, NULL, NAMES_PERSON, &x, &y, &m);
    return m.score;
}

static void zones_are_read_in_arabic_letters_where_plausible(void **state)
{
    static const struct {
        const char *text;
        enum names_script script;
    } cases[] = {
        { "MXHMD", NAMES_ARABIC },     { "AXHMD", NAMES_ARABIC }, { "XSSADQ", NAMES_ARABIC },
        { "ALXKHXDZR", NAMES_ARABIC }, { "RXDZA", NAMES_ARABIC }, { "Xavier", NAMES_LATIN },
        { "Xi", NAMES_LATIN },         { "Maxim", NAMES_LATIN },  { "Alexei", NAMES_LATIN },
        { "Xenia", NAMES_LATIN },      { "Hoxha", NAMES_LATIN },  { "Xhafer", NAMES_LATIN },
        { "Axmadxon", NAMES_LATIN },   { "Felix", NAMES_LATIN },  { "Baxtiyor", NAMES_LATIN },
        { "Xolida", NAMES_LATIN },     { "Xuan", NAMES_LATIN },   { "Maxx", NAMES_LATIN },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct names_name n = name_of(span_str(cases[i].text), NAMES_PERSON);

        if (n.n != 1 || n.word[0].script != cases[i].script)
            fail_msg("%s: %zu words, script %d", cases[i].text, n.n, (int)n.word[0].script);
    }
}

static void a_zone_is_the_name_it_stands_for(void **state)
{
    struct names_name n = name_of(SPAN("MXHMMD<SEYD"), NAMES_PERSON),
                      native = name_of(SPAN("محمد سعيد"), NAMES_PERSON);

    (void)state;
    assert_int_equal(n.n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(n.word[i].n, native.word[i].n);
        assert_memory_equal(n.word[i].letter, native.word[i].letter,
                            n.word[i].n * sizeof n.word[i].letter[0]);
    }
    assert_true(score(SPAN("MXHMD ALXHSYN"), SPAN("محمد الحسين")) == 1.0f);
    /* Perhaps a zone, perhaps Albanian: both readings are tried. */
    assert_true(score(SPAN("XHAMD SPSMN"), SPAN("حامد سبسمن")) > 0.8f);
    assert_true(score(SPAN("Xhafer Specimen"), SPAN("Xhafer Specimen")) == 1.0f);
}

static void endings_are_told_apart(void **state)
{
    static const struct {
        const char *text;
        enum ending ending;
        size_t letters;
    } cases[] = {
        { "Abishevich", ENDING_SON, 5 },    { "Äbişuly", ENDING_SON, 3 },
        { "Әбішұлы", ENDING_SON, 3 },       { "Asanovna", ENDING_DAUGHTER, 4 },
        { "Үлгіқызы", ENDING_DAUGHTER, 4 }, { "Mysalov", ENDING_FAMILY, 2 },
        { "Namunazoda", ENDING_FAMILY, 4 }, { "نمونه‌زاده", ENDING_FAMILY, 4 },
        { "Lev", ENDING_NONE, 0 },          { "Uly", ENDING_NONE, 0 },
        { "Specimen", ENDING_NONE, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct names_name n = name_of(span_str(cases[i].text), NAMES_PERSON);
        size_t letters;
        enum ending e = ending_of(&n.word[0], &letters);

        if (e != cases[i].ending || letters != cases[i].letters)
            fail_msg("%s: ending %d of %zu letters", cases[i].text, (int)e, letters);
    }
}

static void words_are_linked_for_the_right_reason(void **state)
{
    static const struct {
        const char *a, *b;
        enum names_rule rule;
        float least, most;
    } cases[] = {
        { "Abishevich", "Abishuly", RULE_ENDING, 0.8f, 0.99f },
        { "Namunaev", "Namunazoda", RULE_ENDING, 0.6f, 0.85f },
        { "Yusuf", "Zhusip", RULE_KNOWN, 0.8f, 0.9f },
        { "Robert", "Bob", RULE_KNOWN, 0.8f, 0.9f },
        { "محمد", "Muhammad", RULE_SCRIPT, 0.8f, 0.99f },
        { "Hassan", "Hussein", RULE_VARIANT, 0, 0.5f },
        { "Bush", "Habbash", RULE_VARIANT, 0, 0.5f },
        { "Ivanovich", "Ivanovna", RULE_TYPO, 0, 0.8f },
    };
    struct names_link l;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct names_name a = name_of(span_str(cases[i].a), NAMES_PERSON),
                          b = name_of(span_str(cases[i].b), NAMES_PERSON);

        likeness(tables, &a.word[0], &b.word[0], &l);
        if (l.likeness < cases[i].least || l.likeness > cases[i].most ||
            (cases[i].least > 0 && l.rule != cases[i].rule))
            fail_msg("%s, %s: %.3f by rule %d", cases[i].a, cases[i].b, (double)l.likeness, (int)l.rule);
    }
}

static void reasons_are_told_word_by_word(void **state)
{
    static const char *const keys[] = { "joined", "ending", "missing", "minor" };
    struct names_name a = name_of(SPAN("محمدرضا Абишевич Specimen"), NAMES_PERSON),
                      b = name_of(SPAN("bin Mohammad Reza Abishuly"), NAMES_PERSON);
    struct names_reason r[NAMES_REASONS];
    struct names_match m;
    size_t n;

    (void)state;
    names_compare(tables, NULL, NAMES_PERSON, &a, &b, &m);
    n = names_explain(&test_arena, &a, &b, &m, r);
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(r[i].key, keys[i]);
        assert_non_null(r[i].text);
    }
    assert_true(span_eq_str(r[0].query, "محمدرضا") && span_eq_str(r[0].candidate, "mohammad reza"));
    assert_true(r[2].candidate.n == 0 && span_eq_str(r[2].query, "specimen"));
    assert_true(r[3].query.n == 0 && span_eq_str(r[3].candidate, "bin"));
}

static void numbers_and_legal_forms_are_told(void **state)
{
    struct names_name a = name_of(SPAN("Specimen Fund 5 LLC"), NAMES_ORGANIZATION),
                      b = name_of(SPAN("Specimen Fund 8 Ltd"), NAMES_ORGANIZATION);
    struct names_reason r[NAMES_REASONS];
    struct names_match m;
    size_t n, differs = 0, form = 0;

    (void)state;
    names_compare(tables, NULL, NAMES_ORGANIZATION, &a, &b, &m);
    n = names_explain(&test_arena, &a, &b, &m, r);
    for (size_t i = 0; i < n; i++) {
        differs += strcmp(r[i].key, "number-differs") == 0;
        form += strcmp(r[i].key, "form") == 0 && r[i].query.n && r[i].candidate.n;
    }
    assert_int_equal(differs, 2);
    assert_int_equal(form, 1);
    assert_true(m.score < 0.5f);
}

enum { TWINS = 128, LANGUAGES = 16 };
static const float THRESHOLD = 0.65f, RECALL = 0.8f, FALSE_MOST = 0.02f;

struct twin {
    struct span language, rule, name, twin;
};

static size_t load_twins(struct twin out[TWINS])
{
    struct span rest = load_file(&test_arena, source_path("tests/vectors/names/twins.tsv")), line;
    size_t n = 0;

    while (rest.n && text_split(&rest, '\n', &line)) {
        struct twin *t = &out[n];

        if (line.n == 0 || line.p[0] == '#')
            continue;
        assert_true(n < TWINS);
        assert_true(text_split(&line, '\t', &t->language) && text_split(&line, '\t', &t->rule) &&
                    text_split(&line, '\t', &t->name));
        t->twin = line;
        n++;
    }
    return n;
}

/* No member's names are served worse than the others': every language for itself. */
static void twin_spellings_of_each_language_are_found(void **state)
{
    struct twin t[TWINS];
    size_t n = load_twins(t), i = 0;

    (void)state;
    assert_true(n > 50);
    while (i < n) {
        struct span language = t[i].language;
        size_t all = 0, found = 0;

        for (; i < n && span_eq(t[i].language, language); i++) {
            float s = score(t[i].name, t[i].twin);

            all++;
            found += s >= THRESHOLD;
            if (s < THRESHOLD)
                print_message("# %.*s, %.*s: %.3f\n", (int)t[i].language.n, (const char *)t[i].language.p,
                              (int)t[i].rule.n, (const char *)t[i].rule.p, (double)s);
        }
        if ((float)found < RECALL * (float)all)
            fail_msg("%.*s: %zu of %zu found", (int)language.n, (const char *)language.p, found, all);
    }
}

/* Each name beside the twins of all others: hardly any is taken for the same. */
static void names_of_others_are_not(void **state)
{
    struct twin t[TWINS];
    size_t n = load_twins(t), wrong = 0;

    (void)state;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            wrong += i != j && score(t[i].name, t[j].twin) >= 0.9f;
    if ((float)wrong > FALSE_MOST * (float)(n * n))
        fail_msg("%zu of %zu pairs of different names", wrong, n * n);
}

/* What is read ahead for a server changes nothing of what is read afterwards. */
static void reading_scripts_ahead_changes_no_name(void **state)
{
    static const char *const names[] = { "王小明", "김철수", "さくら", "Γιώργος", "გიორგი", "राम" };
    struct names_name before[6], after;

    (void)state;
    for (size_t i = 0; i < 6; i++)
        before[i] = name_of(span_str(names[i]), NAMES_PERSON);
    names_warm(tables);
    for (size_t i = 0; i < 6; i++) {
        after = name_of(span_str(names[i]), NAMES_PERSON);
        assert_true(after.n > 0);
        assert_int_equal(after.n, before[i].n);
        for (size_t k = 0; k < after.n; k++) {
            assert_int_equal(after.word[k].n_form, before[i].word[k].n_form);
            assert_memory_equal(after.word[k].form, before[i].word[k].form, after.word[k].n_form);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_scripts_ahead_changes_no_name),
        cmocka_unit_test(zones_are_read_in_arabic_letters_where_plausible),
        cmocka_unit_test(a_zone_is_the_name_it_stands_for),
        cmocka_unit_test(endings_are_told_apart),
        cmocka_unit_test(words_are_linked_for_the_right_reason),
        cmocka_unit_test(reasons_are_told_word_by_word),
        cmocka_unit_test(numbers_and_legal_forms_are_told),
        cmocka_unit_test(twin_spellings_of_each_language_are_found),
        cmocka_unit_test(names_of_others_are_not),
    };

    return cmocka_run_group_tests(tests, open_tables, close_tables);
}
