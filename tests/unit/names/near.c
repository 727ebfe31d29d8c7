#include "vectors.h"

#include <math.h>
#include <stdlib.h>

#include "names/batch.h"
#include "names/likeness.h"
#include "names/serai_names.h"

static struct names *tables;

static int set_up(void **state)
{
    struct why w = { 0 };

    (void)state;
    tables = names_open(&w);
    return tables ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    names_close(tables);
    return 0;
}

static struct names_word word_of(const char *text)
{
    struct names_name n;
    struct why w = { 0 };

    if (!names_read(tables, span_str(text), NAMES_PERSON, &n, &w) || n.n == 0)
        fail_msg("%s: %s", text, w.detail);
    return n.word[0];
}

static const char *const asked[] = { "محمد", "عبدالرحمن", "Спесименов", "Жумабек",
                                     "ш",    "specimen",  "aa",         "schtschukin",
                                     "خ",    "گلناز",     "Ғалым",      "abcdefghijklmnopqrst" };
/* As an image has them: alphabetical. */
static const char *const forms[] = {
    "a",        "aa",          "abdulrahman", "abdurahmon", "galim",        "ghalym",   "golnaz",  "gulnaz",
    "jumabek",  "khan",        "mohamad",     "mohamed",    "mohammad",     "mohammed", "muhamed", "sh",
    "specimen", "specimenoff", "specimenov",  "spesimenov", "specimenzade", "zhumabek"
};
enum { ASKED = sizeof asked / sizeof *asked, FORMS = sizeof forms / sizeof *forms };

static size_t in_common(const char *a, const char *b)
{
    size_t n = 0;

    while (a[n] && a[n] == b[n])
        n++;
    return n;
}

static int slowly(const struct names_word *w, const char *form)
{
    return (int)lrintf(channel_score(names_channel(tables), w->script, w->letter, w->n, form, strlen(form)) *
                       100);
}

static void forms_in_order_score_as_each_alone(void **state)
{
    struct batch *b = aligned_alloc(64, (sizeof *b + 63) / 64 * 64);

    size_t alike = 0;

    (void)state;
    assert_non_null(b);
    for (size_t i = 0; i < ASKED; i++) {
        struct names_word w = word_of(asked[i]);

        batch_begin(b, names_channel(tables), &w, -10000);
        for (size_t j = 0; j < FORMS; j++) {
            int fast = batch_score(b, forms[j], strlen(forms[j]), j ? in_common(forms[j - 1], forms[j]) : 0),
                slow = slowly(&w, forms[j]);

            /* Of what is little alike, channel_score may take pieces of three letters that nobody writes. */
            if ((float)slow > 50 * w.info ? fast != slow : fast > slow && fast > -9000)
                fail_msg("%s, %s: %d, not %d", asked[i], forms[j], fast, slow);
            alike += (float)slow > 50 * w.info;
        }
    }
    assert_true(alike > ASKED);
    free(b);
}

/* What is given up is never what was wanted, and does not spoil what comes behind it. */
static void only_hopeless_forms_are_given_up(void **state)
{
    struct batch *b = aligned_alloc(64, (sizeof *b + 63) / 64 * 64);
    size_t given_up = 0;

    (void)state;
    assert_non_null(b);
    for (size_t i = 0; i < ASKED; i++) {
        struct names_word w = word_of(asked[i]);
        int least = (int)(w.info * 60);

        batch_begin(b, names_channel(tables), &w, least);
        for (size_t j = 0; j < FORMS; j++) {
            int fast = batch_score(b, forms[j], strlen(forms[j]), j ? in_common(forms[j - 1], forms[j]) : 0),
                slow = slowly(&w, forms[j]);

            if (fast != slow && slow >= least + 300)
                fail_msg("%s, %s: %d, not %d", asked[i], forms[j], fast, slow);
            given_up += fast <= BATCH_NEVER;
        }
    }
    assert_true(given_up > FORMS);
    free(b);
}

static void put(struct names_build *b, const char *id, const char *name)
{
    struct names_entry e = { .id = span_str(id), .name = span_str(name) };
    struct why w = { 0 };

    if (!names_build_add(b, &e, &w))
        fail_msg("%s: %s", name, w.detail);
}

static void ask(const struct names_index *x, struct names_searcher *s, const char *name,
                struct names_found *out)
{
    struct names_question q = { .name = span_str(name) };
    struct why w = { 0 };

    if (!names_search(x, s, &q, 10, out, &w))
        fail_msg("%s: %s", name, w.detail);
}

static void assert_same(const struct names_found *a, const struct names_found *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_true(span_eq(a->hit[i].id, b->hit[i].id));
        assert_true(a->hit[i].score == b->hit[i].score);
    }
}

/* A searcher that has searched this list, and another, answers as a new one. */
static void what_a_searcher_remembers_changes_no_answer(void **state)
{
    static const char *const names[] = { "محمد رضا اسپسیمنی", "Mohammad Reza Specimeni",
                                         "Мохаммад Реза Специмени", "Alisher Obraztsov", "Алишер Образцов" };
    enum { N = sizeof names / sizeof *names };
    struct names_build *one = names_build_new(tables), *two = names_build_new(tables);
    struct names_searcher *s = names_searcher_new();
    struct names_found *fresh = calloc(1, sizeof *fresh), *later = calloc(1, sizeof *later);
    struct names_index *x, *y;

    (void)state;
    assert_non_null(fresh);
    assert_non_null(later);
    put(one, "a", "Mohammad Reza Specimeni");
    put(one, "b", "Alisher Obraztsov");
    put(two, "c", "Obraztsov Alisher Specimenovich");
    put(two, "d", "Mohammed Specimeni");
    put(two, "e", "Mehmet Reza Specimen");
    x = names_index_new(tables, one);
    y = names_index_new(tables, two);
    for (size_t i = 0; i < 3 * (size_t)N; i++) {
        const struct names_index *list = i % 2 ? y : x;
        struct names_searcher *other = names_searcher_new();

        ask(list, other, names[i % N], fresh);
        ask(list, s, names[i % N], later);
        assert_true(fresh->n > 0);
        assert_same(fresh, later);
        names_searcher_free(other);
    }
    names_index_close(x);
    names_index_close(y);
    names_build_free(one);
    names_build_free(two);
    names_searcher_free(s);
    free(fresh);
    free(later);
}

/* A word of a list that is there often is filed by itself; both kinds are found, alone and together. */
static void frequent_words_and_the_last_word_are_found(void **state)
{
    struct names_build *b = names_build_new(tables);
    struct names_searcher *s = names_searcher_new();
    struct names_found *found = calloc(1, sizeof *found);
    struct names_index *x;

    (void)state;
    assert_non_null(found);
    for (char c = 'a'; c <= 'z'; c++)
        for (char d = 'a'; d <= 'z'; d++) {
            char id[8] = { 'm', c, d, 0 }, name[64];

            (void)snprintf(name, sizeof name, "Mohammad Specimen%c%co", c, d);
            put(b, id, name);
        }
    put(b, "rare", "Mohammad Dozimet");
    x = names_index_new(tables, b);
    ask(x, s, "محمد دوزیمت", found);
    assert_true(found->n > 0 && span_eq_str(found->hit[0].id, "rare"));
    ask(x, s, "Muhammed Specimenkro", found);
    assert_true(found->n > 0 && span_eq_str(found->hit[0].id, "mkr"));
    ask(x, s, "Mohamad", found);
    assert_true(found->n > 0 && found->limited);
    names_index_close(x);
    names_build_free(b);
    names_searcher_free(s);
    free(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_in_order_score_as_each_alone),
        cmocka_unit_test(only_hopeless_forms_are_given_up),
        cmocka_unit_test(what_a_searcher_remembers_changes_no_answer),
        cmocka_unit_test(frequent_words_and_the_last_word_are_found),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
