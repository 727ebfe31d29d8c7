#include "vectors.h"

#include "guard.h"
#include "names/pair.h"

static struct names *tables;

static int open_tables(void **state)
{
    struct why w = { 0 };

    (void)state;
    tables = names_open(&w);
    return tables ? 0 : -1;
}

static int close_tables(void **state)
{
    (void)state;
    names_close(tables);
    return 0;
}

static struct names_name name_of(const char *text, enum names_schema schema)
{
    struct span in = guard_copy(span_str(text));
    struct names_name n;
    struct why w = { 0 };

    if (!names_read(tables, in, schema, &n, &w))
        fail_msg("%s: %s", text, w.detail);
    guard_free(in);
    return n;
}

static float score(const char *a, const char *b, enum names_schema schema)
{
    struct names_name x = name_of(a, schema), y = name_of(b, schema);
    struct names_match there, back;

    names_compare(tables, NULL, schema, &x, &y, &there);
    names_compare(tables, NULL, schema, &y, &x, &back);
    if (there.score < 0 || there.score > 1 || back.score < 0 || back.score > 1)
        fail_msg("%s, %s: a score outside 0 to 1", a, b);
    return there.score;
}

/* Of each pair of pairs the first is the likelier: names of SPECIMEN persons in the spellings of the region.
 */
static void likelier_pairs_score_higher(void **state)
{
    static const struct {
        const char *what, *a, *b, *c, *d;
        enum names_schema schema;
    } cases[] = {
        { "Arabic script without vowels", "محمد رضا صفوی", "Mohammad Reza Safavi", "محمد رضا صفوی",
          "Mahmoud Rida Safadi", 0 },
        { "one word or two", "محمدرضا صفوی", "Mohammad Reza Safavi", "محمدرضا صفوی", "Mohammad Safavi", 0 },
        { "Kazakh letters", "Қасым Жомартов", "Kassym Zhomartov", "Қасым Жомартов", "Asim Omarov", 0 },
        { "Azerbaijani letters", "Əli Cəfərov", "Ali Jafarov", "Əli Cəfərov", "Ali Safarov", 0 },
        { "Turkish and Cyrillic", "Реджеп Йылмаз", "Recep Yılmaz", "Реджеп Йылмаз", "Ragip Ilmas", 0 },
        { "Hassan is not Hussein", "Hassan Specimen", "Hasan Specimen", "Hassan Specimen", "Hussein Specimen",
          0 },
        { "order is weak evidence", "Specimen Ali Akbar", "Ali Akbar Specimen", "Specimen Ali Akbar",
          "Specimen Ali", 0 },
        { "another name on both sides", "Bambang Specimen", "Bambang Speciman", "Bambang Specimen",
          "Bambang Sutrisno", 0 },
        { "initials", "Hans J Specimen", "Hans Joachim Specimen", "Hans J Specimen", "Hans Karl Specimen",
          0 },
        { "legal forms in two languages", "OOO Specimen Trade", "Specimen Trade LLC", "OOO Specimen Trade",
          "Sample Trade LLC", 1 },
        { "numbers", "Specimen Fund 5", "Specimen Fund V", "Specimen Fund 5", "Specimen Fund 8", 1 },
        { "sister companies", "Specimen Solutions Inc", "Specimen Solutions Ltd", "Specimen Solutions Inc",
          "Specimen Enterprises Inc", 1 },
        { "a Latin letter in a Cyrillic word", "Cергей Образцов", "Sergey Obraztsov", "Cергей Образцов",
          "Georgy Obraztsov", 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float more = score(cases[i].a, cases[i].b, cases[i].schema),
              less = score(cases[i].c, cases[i].d, cases[i].schema);

        if (!(more > less))
            fail_msg("%s: %.3f is not above %.3f", cases[i].what, (double)more, (double)less);
    }
}

static void another_particle_does_not_keep_parts_from_being_one_word(void **state)
{
    struct names_name a = name_of("Al-Specimeni, Abd Al-Rahman", NAMES_PERSON),
                      b = name_of("Abdelrahman al Specimeni", NAMES_PERSON);
    struct names_match m;
    bool whole = false;

    (void)state;
    names_compare(tables, NULL, NAMES_PERSON, &a, &b, &m);
    for (size_t i = 0; i < m.n; i++)
        whole |= m.link[i].n_a == 3 && m.link[i].n_b == 1 && m.link[i].a == 2 && m.link[i].b == 0;
    assert_true(whole);
}

static void only_the_same_words_score_one(void **state)
{
    (void)state;
    assert_true(score("Ali Specimen", "SPECIMEN, Ali", NAMES_PERSON) == 1.0f);
    assert_true(score("Ali Specimen", "Ali Specimens", NAMES_PERSON) < 1.0f);
    assert_true(score("علی", "Ali", NAMES_PERSON) < 1.0f);
    assert_true(score("Ali Specimen", "Ali Specimen Khan", NAMES_PERSON) < 1.0f);
    assert_true(score("", "Ali Specimen", NAMES_PERSON) == 0.0f);
    assert_true(score("...", "---", NAMES_PERSON) == 0.0f);
}

static void words_are_read_as_documented(void **state)
{
    static const struct {
        const char *text;
        enum names_schema schema;
        size_t n;
        enum names_kind kind[4];
    } cases[] = {
        { "Haji Ali bin Specimen", NAMES_PERSON, 4, { NAMES_TITLE, NAMES_WORD, NAMES_PARTICLE, NAMES_WORD } },
        { "Specimen Limited Liability Company", NAMES_ORGANIZATION, 2, { NAMES_WORD, NAMES_LEGAL } },
        { "Specimen Bank 11420", NAMES_ORGANIZATION, 3, { NAMES_WORD, NAMES_GENERIC, NAMES_NUMBER } },
        { "ﻣﺤﻤﺪ", NAMES_PERSON, 1, { NAMES_WORD } }, /* presentation forms */
        { "Ob'edkov", NAMES_PERSON, 1, { NAMES_WORD } },
        { "I9or", NAMES_PERSON, 1, { NAMES_WORD } },
        { "\xe5\xa5\xa5\xe5\xb7\xb4\xe9\xa9\xac", NAMES_PERSON, 3, { NAMES_WORD, NAMES_WORD, NAMES_WORD } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct names_name n = name_of(cases[i].text, cases[i].schema);

        if (n.n != cases[i].n)
            fail_msg("%s: %zu words", cases[i].text, n.n);
        for (size_t k = 0; k < n.n && k < 4; k++)
            assert_int_equal(n.word[k].kind, cases[i].kind[k]);
    }
}

static void bad_names_are_refused_or_cut(void **state)
{
    char many[512] = "";
    struct names_name n;
    struct why w = { 0 };

    (void)state;
    assert_false(names_read(tables, SPAN("Ali \xff"), NAMES_PERSON, &n, &w));
    assert_string_equal(w.reason, "utf-8");
    assert_int_equal(w.offset, 4);
    for (int i = 0; i < 40; i++)
        (void)strcat(many, "specimen ");
    n = name_of(many, NAMES_PERSON);
    assert_int_equal(n.n, NAMES_WORDS);
    assert_true(n.cut);
    memset(many, 'a', sizeof many - 1);
    many[sizeof many - 1] = 0;
    n = name_of(many, NAMES_PERSON);
    assert_int_equal(n.n, 1);
    assert_int_equal(n.word[0].n, NAMES_LETTERS);
}

static void several_names_in_one_text_are_told_apart(void **state)
{
    struct span rest = SPAN("A / B;C née D"), name;
    char got[64] = "";

    (void)state;
    while (names_next(&rest, &name)) {
        (void)strncat(got, (const char *)name.p, name.n);
        (void)strcat(got, "|");
    }
    assert_string_equal(got, "A | B|C|D|");
}

static void common_words_weigh_less(void **state)
{
    struct names_frequency *f = names_frequency_new();
    struct names_name common = name_of("Quxlar Specimen", NAMES_PERSON),
                      a = name_of("Quxlar Bazamin", NAMES_PERSON),
                      b = name_of("Quxlar Dozimet", NAMES_PERSON),
                      c = name_of("Xuqlar Bazamin", NAMES_PERSON);
    struct names_match shared, rare;

    (void)state;
    for (int i = 0; i < 5000; i++)
        names_frequency_add(f, &common);
    names_compare(tables, f, NAMES_PERSON, &a, &b, &shared);
    names_compare(tables, f, NAMES_PERSON, &a, &c, &rare);
    assert_true(shared.link[0].weight < rare.link[0].weight);
    names_frequency_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likelier_pairs_score_higher),
        cmocka_unit_test(another_particle_does_not_keep_parts_from_being_one_word),
        cmocka_unit_test(only_the_same_words_score_one),
        cmocka_unit_test(words_are_read_as_documented),
        cmocka_unit_test(bad_names_are_refused_or_cut),
        cmocka_unit_test(several_names_in_one_text_are_told_apart),
        cmocka_unit_test(common_words_weigh_less),
    };

    return cmocka_run_group_tests(tests, open_tables, close_tables);
}
