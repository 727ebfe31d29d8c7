#include "vectors.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "guard.h"
#include "names/build.h"
#include "names/image.h"
#include "names/serai_names.h"

static struct names *tables;
static struct names_searcher *searcher;
static struct names_found found;
static char folder[] = "/tmp/serai-names-XXXXXX";
static char path[64], changes[80];

/* SPECIMEN persons and firms; weak aliases have "w", firms "o". */
static const struct sample {
    const char *id, *name, *flags, *birth, *country, *sex;
} samples[] = {
    { "p1", "Mohammad Reza SPECIMENI", "", "1975-03-01", "IR", "male" },
    { "p1", "Speckles", "w", "1975-03-01", "IR", "male" },
    { "p2", "SPECIMENOV, Bambang Aleksandrovich", "", "1960", "KZ", "male" },
    { "p3", "Hassan Speciman al-Farabi", "", "1980-12-31", "", "" },
    { "p4", "Hussein Speciman al-Farabi", "", "", "", "" },
    { "p5", "Abd al-Rahman Specimenzade", "", "~1990", "AZ", "male" },
    { "p6", "Maria Alexandrovna Specimenskaya-Verylongnamed", "", "", "", "female" },
    { "o1", "Specimen Fund 5", "o", "", "", "" },
    { "o2", "Specimen Fund 8", "o", "", "", "" },
    { "o3", "OOO Specimen Trade", "o", "", "", "" },
    { "n1", "Алишер Образцов", "", "", "", "" },
};

static struct names_entry entry_of(const struct sample *s)
{
    struct names_entry e = { .id = span_str(s->id),
                             .name = span_str(s->name),
                             .schema = s->flags[0] == 'o' ? NAMES_ORGANIZATION : NAMES_PERSON,
                             .alias = s->flags[0] == 'w' ? NAMES_WEAK : NAMES_FULL };

    names_about_dates(&e.about, span_str(s->birth));
    names_about_countries(&e.about, span_str(s->country));
    names_about_sex(&e.about, span_str(s->sex));
    return e;
}

static struct names_build *built(void)
{
    struct names_build *b = names_build_new(tables);
    struct why w = { 0 };

    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct names_entry e = entry_of(&samples[i]);

        if (!names_build_add(b, &e, &w))
            fail_msg("%s: %s", samples[i].name, w.detail);
    }
    return b;
}

static int set_up(void **state)
{
    struct names_build *b;
    struct why w = { 0 };

    (void)state;
    tables = names_open(&w);
    searcher = names_searcher_new();
    if (!tables || !mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/list", folder);
    (void)snprintf(changes, sizeof changes, "%s.changes", path);
    b = built();
    if (!names_build_write(b, path, &w))
        return -1;
    names_build_free(b);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(changes);
    (void)unlink(path);
    (void)rmdir(folder);
    names_searcher_free(searcher);
    names_close(tables);
    return 0;
}

static struct names_index *opened(void)
{
    struct names_index *x = NULL;
    struct why w = { 0 };

    if (!names_index_open(tables, path, &x, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return x;
}

static void ask(const struct names_index *x, const char *name, const char *birth, const char *sex)
{
    struct names_question q = { .name = span_str(name) };
    struct why w = { 0 };

    if (name[0] == '*') {
        q.schema = NAMES_ORGANIZATION;
        q.name = span_sub(q.name, 1, q.name.n);
    }
    if (name[0] == '<') {
        q.truncated = true;
        q.name = span_sub(q.name, 1, q.name.n);
    }
    names_about_dates(&q.about, span_str(birth));
    names_about_sex(&q.about, span_str(sex));
    if (!names_search(x, searcher, &q, 10, &found, &w))
        fail_msg("%s: %s", name, w.detail);
}

static bool first_is(const char *id)
{
    return found.n && span_eq_str(found.hit[0].id, id);
}

static float score_of(const char *id)
{
    for (size_t i = 0; i < found.n; i++)
        if (span_eq_str(found.hit[i].id, id))
            return found.hit[i].score;
    return -1;
}

static const struct names_hit *hit_of(const char *id)
{
    static const struct names_hit none;

    for (size_t i = 0; i < found.n; i++)
        if (span_eq_str(found.hit[i].id, id))
            return &found.hit[i];
    return &none;
}

static void names_are_found_across_scripts_and_spellings(void **state)
{
    static const struct {
        const char *what, *name, *id;
    } cases[] = {
        { "the same", "Mohammad Reza Specimeni", "p1" },
        { "Persian", "محمد رضا اسپسیمنی", "p1" },
        { "two words written as one", "محمدرضا اسپسیمنی", "p1" },
        { "Russian", "Бамбанг Спесименов", "p2" },
        { "the other order", "Aleksandrovich Bambang Specimenov", "p2" },
        { "a slip of the pen", "Bambang Specimenow", "p2" },
        { "Hassan", "Hasan Speciman Farabi", "p3" },
        { "Hussein", "Huseyn Speciman Farabi", "p4" },
        { "a particle grown into the name", "Abdurrahman Specimenzade", "p5" },
        { "Arabic, joined", "عبدالرحمن سپسیمنزاده", "p5" },
        { "a full line of a machine-readable zone", "<MARIA ALEXANDROVNA SPECIMENSKAYA VERYLO", "p6" },
        { "a number", "*Specimen Fund 5", "o1" },
        { "another number", "*Specimen Fund VIII", "o2" },
        { "a legal form in another language", "*Specimen Trade LLC", "o3" },
        { "a list in Cyrillic", "Alisher Obraztsov", "n1" },
        { "Cyrillic in a list in Cyrillic", "Образцов Алишер", "n1" },
    };
    struct names_index *x = opened();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ask(x, cases[i].name, "", "");
        if (!first_is(cases[i].id))
            fail_msg("%s: %.*s comes first", cases[i].what, found.n ? (int)found.hit[0].id.n : 4,
                     found.n ? (const char *)found.hit[0].id.p : "none");
    }
    names_index_close(x);
}

static void an_entity_comes_once_and_the_best_first(void **state)
{
    struct names_index *x = opened();

    (void)state;
    ask(x, "Speciman al-Farabi", "", "");
    assert_true(found.n >= 2);
    for (size_t i = 0; i < found.n; i++) {
        assert_true(i == 0 || found.hit[i - 1].score >= found.hit[i].score);
        for (size_t j = 0; j < i; j++)
            assert_false(span_eq(found.hit[i].id, found.hit[j].id));
    }
    names_index_close(x);
}

static void only_the_same_words_are_one(void **state)
{
    struct names_index *x = opened();

    (void)state;
    ask(x, "specimeni mohammad REZA", "", "");
    assert_true(score_of("p1") == 1);
    ask(x, "Mohammed Reza Specimeni", "1975-03-01", "male");
    assert_true(score_of("p1") < 1);
    ask(x, "Mohammad Reza Specimeni", "1951-01-07", "");
    assert_true(score_of("p1") < 1);
    names_index_close(x);
}

static void what_differs_lowers_and_what_is_absent_does_not(void **state)
{
    struct names_index *x = opened();
    float alone, agrees, year, differs, sex;

    (void)state;
    ask(x, "Mohamed Reza Specimeny", "", "");
    alone = score_of("p1");
    ask(x, "Mohamed Reza Specimeny", "1975-03-01", "");
    agrees = score_of("p1");
    assert_int_equal(hit_of("p1")->birth, NAMES_AGREES);
    ask(x, "Mohamed Reza Specimeny", "1975", "");
    year = score_of("p1");
    ask(x, "Mohamed Reza Specimeny", "1949-11-20", "");
    differs = score_of("p1");
    assert_int_equal(hit_of("p1")->birth, NAMES_DIFFERS);
    ask(x, "Mohamed Reza Specimeny", "", "F");
    sex = score_of("p1");
    assert_true(agrees >= year && year >= alone && alone > differs && alone > sex);
    ask(x, "Husein Speciman al-Farabi", "", "");
    alone = score_of("p4");
    ask(x, "Husein Speciman al-Farabi", "1949-11-20", "F"); /* the list knows neither */
    assert_true(score_of("p4") == alone);
    assert_int_equal(hit_of("p4")->birth, NAMES_ABSENT);
    names_index_close(x);
}

static void dates_compare_with_their_precision(void **state)
{
    static const struct {
        const char *what, *birth;
        enum names_agreement expect;
    } cases[] = {
        { "within two years of about", "1992-05-05", NAMES_NEAR },
        { "the year of about", "1990-05-05", NAMES_AGREES },
        { "far from about", "1970-05-05", NAMES_DIFFERS },
        { "one of several", "1970|1990", NAMES_AGREES },
        { "no date", "unknown", NAMES_ABSENT },
        { "no month", "1990-13-01", NAMES_ABSENT },
    };
    struct names_index *x = opened();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ask(x, "Abd al-Rahman Specimenzade", cases[i].birth, "");
        assert_true(first_is("p5"));
        if (found.hit[0].birth != cases[i].expect)
            fail_msg("%s: %d", cases[i].what, (int)found.hit[0].birth);
    }
    names_index_close(x);
}

static void a_weak_alias_only_confirms(void **state)
{
    struct names_index *x = opened();

    (void)state;
    ask(x, "Speckles", "1975-03-01", "male");
    assert_true(first_is("p1"));
    assert_true(found.hit[0].weak);
    assert_true(found.hit[0].score < 0.8f);
    ask(x, "Mohammad Reza Specimeni", "", "");
    assert_false(found.hit[0].weak);
    names_index_close(x);
}

static void look_alikes_are_told_apart(void **state)
{
    struct names_index *x = opened();

    (void)state;
    ask(x, "Hassan Speciman al-Farabi", "", "");
    assert_true(score_of("p3") == 1 && score_of("p4") < 0.9f);
    ask(x, "*Specimen Fund 5", "", "");
    assert_true(score_of("o1") == 1 && score_of("o2") < 0.7f);
    names_index_close(x);
}

static void reasons_say_which_words_are_which(void **state)
{
    struct names_index *x = opened();
    const struct names_hit *h = &found.hit[0];

    (void)state;
    ask(x, "Bambang Specimenow", "", "");
    assert_true(first_is("p2"));
    assert_int_equal(h->listed.n, 3);
    assert_int_equal(h->reasons.n, 2);
    for (size_t i = 0; i < h->reasons.n; i++) {
        const struct names_link *l = &h->reasons.link[i];

        assert_int_equal(l->b, l->a == 0 ? 1 : 0);
        assert_int_equal(l->rule == RULE_SAME, l->a == 0);
    }
    assert_int_equal(h->reasons.left_b, 1 << 2);
    names_index_close(x);
}

/* A zone in Arabic letters (Doc 9303-3 section 6.C) where no code of it is beyond doubt: read either way. */
static void zones_are_read_both_ways(void **state)
{
    static const struct {
        const char *id, *listed, *zone;
    } rows[] = {
        { "z1", "Hamed Nasirzoda", "XHAMD NASRZADXAH" }, { "z2", "Yahya Specimenji", "XYAXHXYA SBXYSMNJXYA" },
        { "z3", "Ahmad Qasimi", "XAEXHMD QASMXYA" },     { "z4", "Xhafer Speciman", "XHAFER SPECIMAN" },
        { "z5", "Maxim Obrazcov", "MAXIM OBRAZCOV" },
    };
    struct names_index *x;
    struct names_build *b = names_build_new(tables);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(names_build_add(
            b, &(struct names_entry){ .id = span_str(rows[i].id), .name = span_str(rows[i].listed) }, NULL));
    assert_true(names_build_add(
        b, &(struct names_entry){ .id = SPAN("other"), .name = SPAN("Muster Quxlarov") }, NULL));
    x = names_index_new(tables, b);
    names_build_free(b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct names_question q = { .name = span_str(rows[i].zone) };

        assert_true(names_search(x, searcher, &q, 5, &found, NULL));
        if (found.n == 0 || !span_eq_str(found.hit[0].id, rows[i].id))
            fail_msg("%s: %.*s", rows[i].zone, found.n ? (int)found.hit[0].id.n : 7,
                     found.n ? (const char *)found.hit[0].id.p : "nothing");
        for (size_t k = 1; k < found.n; k++) {
            assert_true(found.hit[k].score <= found.hit[k - 1].score);
            for (size_t l = 0; l < k; l++)
                assert_false(span_eq(found.hit[k].id, found.hit[l].id));
        }
        assert_true(names_search(x, searcher, &q, 1, &found, NULL) && found.n == 1 &&
                    span_eq_str(found.hit[0].id, rows[i].id));
    }
    names_index_close(x);
}

static void nothing_is_found_of_nothing(void **state)
{
    struct names_question q = { .name = SPAN("Ali \xff") };
    struct names_index *x = opened();
    struct why w = { 0 };

    (void)state;
    ask(x, "", "", "");
    assert_int_equal(found.n, 0);
    ask(x, "---", "", "");
    assert_int_equal(found.n, 0);
    assert_false(names_search(x, searcher, &q, 10, &found, &w));
    assert_string_equal(w.reason, "utf-8");
    ask(x, "a b c d e f g h i j k l m n o p q r s t", "", "");
    assert_true(found.limited);
    names_index_close(x);
}

static void put_entry(struct names_index *x, const char *id, const char *name)
{
    struct names_entry e = { .id = span_str(id), .name = span_str(name) };
    struct why w = { 0 };

    if (!names_index_add(x, &e, 1, &w))
        fail_msg("%s: %s", w.reason, w.detail);
}

static void changes_count_at_once_and_after_opening_again(void **state)
{
    struct names_index *x = opened();
    struct names_facts facts;
    struct why w = { 0 };

    (void)state;
    (void)unlink(changes);
    put_entry(x, "new", "Quxlar Specimenbek");
    ask(x, "Quxlar Specimenbek", "", "");
    assert_true(first_is("new"));
    put_entry(x, "p2", "Dozimet Newname");
    ask(x, "Bambang Aleksandrovich Specimenov", "", "");
    assert_true(score_of("p2") < 0);
    ask(x, "Dozimet Newname", "", "");
    assert_true(first_is("p2"));
    assert_true(names_index_remove(x, SPAN("p3"), &w));
    assert_false(names_index_remove(x, SPAN("p3"), &w));
    assert_string_equal(w.reason, "absent");
    names_index_close(x);
    x = opened();
    ask(x, "Quxlar Specimenbek", "", "");
    assert_true(first_is("new"));
    ask(x, "Hassan Speciman al-Farabi", "", "");
    assert_true(found.n && score_of("p3") < 0);
    names_index_facts(x, &facts);
    assert_int_equal(facts.added, 2);
    assert_int_equal(facts.removed, 1);
    why_clear(&w);
    assert_true(names_index_remove(x, SPAN("new"), &w));
    ask(x, "Quxlar Specimenbek", "", "");
    assert_true(score_of("new") < 0);
    names_index_close(x);
    (void)unlink(changes);
}

/* Cut at every byte: what was whole counts, and the next change is written behind it. */
static void a_change_that_was_cut_does_not_count(void **state)
{
    struct names_index *x = opened();
    char copy[4096];
    size_t n, first;
    FILE *f;

    (void)state;
    put_entry(x, "c1", "Quxlar Firstspecimen");
    f = fopen(changes, "rb");
    assert_non_null(f);
    first = fread(copy, 1, sizeof copy, f);
    (void)fclose(f);
    put_entry(x, "c2", "Dozimet Secondspecimen");
    names_index_close(x);
    f = fopen(changes, "rb");
    assert_non_null(f);
    n = fread(copy, 1, sizeof copy, f);
    (void)fclose(f);
    for (size_t cut = first; cut < n; cut += 7) {
        assert_int_equal(truncate(changes, (off_t)cut), 0);
        x = opened();
        ask(x, "Dozimet Secondspecimen", "", "");
        assert_true(score_of("c2") < 0);
        ask(x, "Quxlar Firstspecimen", "", "");
        assert_true(first_is("c1"));
        put_entry(x, "c2", "Dozimet Secondspecimen");
        names_index_close(x);
        x = opened();
        ask(x, "Dozimet Secondspecimen", "", "");
        assert_true(first_is("c2"));
        names_index_close(x);
    }
    (void)unlink(changes);
}

static void a_new_image_forgets_changes_of_the_old_one(void **state)
{
    struct names_index *x = opened();
    struct names_build *b = names_build_new(tables);
    struct names_entry e = { .id = SPAN("only"), .name = SPAN("Quxlar Onlyspecimen") };
    struct why w = { 0 };

    (void)state;
    put_entry(x, "c1", "Quxlar Firstspecimen");
    assert_true(names_build_add(b, &e, &w));
    assert_true(names_build_write(b, path, &w));
    ask(x, "Quxlar Firstspecimen", "", ""); /* who has it open keeps what was */
    assert_true(first_is("c1"));
    names_index_close(x);
    x = opened();
    ask(x, "Quxlar Firstspecimen", "", "");
    assert_true(score_of("c1") < 0);
    names_index_close(x);
    names_build_free(b);
    b = built();
    assert_true(names_build_write(b, path, &w));
    names_build_free(b);
    (void)unlink(changes);
}

/* ---- searchers and changes side by side ---- */

struct beside {
    struct names_index *x;
    atomic_bool stop;
    atomic_uint asked, missed;
};

static void *search_on(void *ctx)
{
    struct beside *s = ctx;
    struct names_searcher *own = names_searcher_new();
    struct names_found *f = calloc(1, sizeof *f);
    struct names_question q = { .name = SPAN("Mohammad Reza Specimeni") };
    struct why w = { 0 };

    while (!atomic_load(&s->stop)) {
        if (!names_search(s->x, own, &q, 5, f, &w) || !f->n || !span_eq_str(f->hit[0].id, "p1"))
            atomic_fetch_add(&s->missed, 1);
        atomic_fetch_add(&s->asked, 1);
    }
    free(f);
    names_searcher_free(own);
    return NULL;
}

static void searchers_never_miss_what_did_not_change(void **state)
{
    struct names_build *b = built();
    struct beside s = { .x = names_index_new(tables, b) };
    pthread_t thread[2];
    struct why w = { 0 };
    char name[64];

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, search_on, &s), 0);
    for (int i = 0; i < 40 || atomic_load(&s.asked) < 40; i++) {
        (void)snprintf(name, sizeof name, "Quxlar Specimen%c%c", 'a' + i % 26, 'a' + i / 26 % 26);
        put_entry(s.x, "changing", name);
        ask(s.x, name, "", "");
        assert_true(first_is("changing"));
        assert_true(names_index_remove(s.x, SPAN("changing"), &w));
        ask(s.x, name, "", "");
        assert_true(score_of("changing") < 0);
    }
    atomic_store(&s.stop, true);
    for (int i = 0; i < 2; i++)
        (void)pthread_join(thread[i], NULL);
    assert_int_equal(atomic_load(&s.missed), 0);
    names_index_close(s.x);
    names_build_free(b);
}

/* ---- images ---- */

static void the_same_names_make_the_same_image(void **state)
{
    struct buffer one, two;
    struct names_build *b = built(), *c = built();

    (void)state;
    buf_init(&one, 1 << 20);
    buf_init(&two, 1 << 20);
    build_image(b, &one);
    build_image(c, &two);
    assert_true(span_eq(buf_span(&one), buf_span(&two)));
    buf_free(&one);
    buf_free(&two);
    names_build_free(b);
    names_build_free(c);
}

static void what_is_no_image_is_refused(void **state)
{
    struct names_build *b = built();
    struct buffer whole;
    struct image m;
    struct why w = { 0 };
    static const struct {
        const char *what;
        size_t at;
        uint8_t value;
    } cases[] = {
        { "another kind of file", 0, 'S' },    { "another version", 8, 99 },
        { "another order of bytes", 12, 99 },  { "another number of words", 16, 99 },
        { "another number of names", 20, 99 }, { "another number of entities", 24, 99 },
        { "another length", 32, 1 },           { "a section that stands askew", 48, 1 },
    };

    (void)state;
    buf_init(&whole, 1 << 20);
    build_image(b, &whole);
    assert_true(image_open(buf_span(&whole), &m, &w));
    assert_true(image_check(&m, &w));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t was = whole.p[cases[i].at];

        whole.p[cases[i].at] = cases[i].value;
        why_clear(&w);
        if (image_open(buf_span(&whole), &m, &w))
            fail_msg("%s was taken", cases[i].what);
        assert_string_equal(w.reason, "format");
        whole.p[cases[i].at] = was;
    }
    for (size_t n = 0; n < whole.n; n += 61)
        assert_false(image_open(span_of(whole.p, n), &m, NULL));
    assert_true(image_open(buf_span(&whole), &m, NULL));
    whole.p[whole.n / 2] ^= 1;
    why_clear(&w);
    assert_false(image_check(&m, &w));
    assert_string_equal(w.reason, "damaged");
    buf_free(&whole);
    names_build_free(b);
}

static void bad_entries_are_refused(void **state)
{
    struct names_build *b = names_build_new(tables);
    struct names_entry e = { .id = SPAN(""), .name = SPAN("Ali Specimen") };
    struct why w = { 0 };

    (void)state;
    assert_false(names_build_add(b, &e, &w));
    assert_string_equal(w.reason, "id");
    e = (struct names_entry){ .id = SPAN("x"), .name = SPAN("\xc0\x80") };
    why_clear(&w);
    assert_false(names_build_add(b, &e, &w));
    assert_string_equal(w.reason, "utf-8");
    e.name = SPAN("...");
    assert_true(names_build_add(b, &e, &w));
    assert_int_equal(names_build_empty(b), 1);
    names_build_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_across_scripts_and_spellings),
        cmocka_unit_test(an_entity_comes_once_and_the_best_first),
        cmocka_unit_test(only_the_same_words_are_one),
        cmocka_unit_test(what_differs_lowers_and_what_is_absent_does_not),
        cmocka_unit_test(dates_compare_with_their_precision),
        cmocka_unit_test(a_weak_alias_only_confirms),
        cmocka_unit_test(look_alikes_are_told_apart),
        cmocka_unit_test(reasons_say_which_words_are_which),
        cmocka_unit_test(zones_are_read_both_ways),
        cmocka_unit_test(nothing_is_found_of_nothing),
        cmocka_unit_test(changes_count_at_once_and_after_opening_again),
        cmocka_unit_test(a_change_that_was_cut_does_not_count),
        cmocka_unit_test(a_new_image_forgets_changes_of_the_old_one),
        cmocka_unit_test(searchers_never_miss_what_did_not_change),
        cmocka_unit_test(the_same_names_make_the_same_image),
        cmocka_unit_test(what_is_no_image_is_refused),
        cmocka_unit_test(bad_entries_are_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
