/* The screening engine: what finds, what does not, and changes while others ask. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/notice/screen.h"
#include "vectors.h"

enum { ARENA = 4 << 20 };

static char folder[64];

static struct screen *open_one(const char *shelf, unsigned uses)
{
    struct screen *s = NULL;
    struct why w = { 0 };

    assert_true(screen_open(folder, &s, &w));
    assert_true(screen_shelf(s, shelf, uses, &w));
    return s;
}

static void put(struct screen *s, const char *shelf, const char *id, const char *name, const char *birth,
                enum names_alias alias)
{
    struct names_entry e = { .id = span_str(id), .name = span_str(name), .alias = alias };
    struct why w = { 0 };

    names_about_dates(&e.about, span_str(birth));
    assert_true(screen_put(s, shelf, &e, 1, &w));
}

static struct screen_question question(const char *name, const char *birth)
{
    struct screen_question q = {
        .purpose = SPAN("border-check"), .officer = SPAN("o-1"), .use = SCREEN_BORDER, .n = 1
    };

    q.name[0].text = span_str(name);
    names_about_dates(&q.about, span_str(birth));
    return q;
}

/* The best that alerts; "" for none. */
static void best(struct screen *s, const struct screen_question *q, char out[64])
{
    struct screen_found f = { 0 };
    struct arena a;
    struct why w = { 0 };

    arena_init(&a, ARENA);
    assert_true(screen_ask(s, q, &a, &f, &w));
    out[0] = 0;
    if (f.n && f.hit[0].alerts)
        (void)snprintf(out, 64, "%s/%.*s", f.hit[0].shelf, (int)f.hit[0].id.n, (const char *)f.hit[0].id.p);
    arena_free(&a);
}

static void asks(struct screen *s, const char *what, const char *name, const char *birth, const char *want)
{
    struct screen_question q = question(name, birth);
    char got[64];

    best(s, &q, got);
    if (strcmp(got, want) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", what, got, want);
}

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/serai-screen-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    static const char *const file[] = { "notices.names", "notices.names.changes", "notices.documents",
                                        "un.names",      "un.names.changes",      "un.documents" };
    char path[128];

    (void)state;
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, file[i]);
        (void)unlink(path);
    }
    return rmdir(folder);
}

static void test_finds(void **state)
{
    struct screen *s = open_one("notices", SCREEN_BORDER);
    struct why w = { 0 };

    (void)state;
    assert_true(screen_shelf(s, "un", SCREEN_PAYMENTS, &w));
    put(s, "notices", "n1", "Gulnara Specimenova", "1981-04-12", NAMES_FULL);
    put(s, "notices", "n2", "Gulnara Specimenova", "1994-11-30", NAMES_FULL);
    put(s, "notices", "n3", "Rustam Quxlarov", "", NAMES_WEAK);
    put(s, "un", "u1", "Farhod Mustermanov", "1970", NAMES_FULL);
    asks(s, "another script", "Гульнара Спесименова", "1981-04-12", "notices/n1");
    asks(s, "namesakes are kept apart by the birth date", "SPECIMENOVA GULNARA", "1994-11-30", "notices/n2");
    asks(s, "neither's birth date", "SPECIMENOVA GULNARA", "1955-01-01", "");
    asks(s, "a weak alias alone", "Rustam Quxlarov", "", "");
    asks(s, "a shelf that this use does not ask", "Farhod Mustermanov", "1970", "");
    assert_true(screen_shelf(s, "un", SCREEN_PAYMENTS | SCREEN_BORDER, &w));
    asks(s, "asked from now on", "Farhod Mustermanov", "1970", "un/u1");
    assert_true(screen_drop(s, "notices", SPAN("n1"), &w));
    assert_true(screen_drop(s, "notices", SPAN("n1"), &w));
    asks(s, "dropped", "Gulnara Specimenova", "1981-04-12", "");
    screen_close(s);
    s = open_one("notices", SCREEN_BORDER);
    asks(s, "still dropped when opened again", "Gulnara Specimenova", "1981-04-12", "");
    asks(s, "still there when opened again", "Gulnara Specimenova", "1994-11-30", "notices/n2");
    screen_close(s);
}

/* Kept apart by their birth dates: those who alert stay, whatever else is known or not known of them. */
static void test_apart(void **state)
{
    struct screen *s = open_one("notices", SCREEN_BORDER);
    static const struct {
        const char *what, *birth;
        size_t all, apart;
    } rows[] = {
        { "one agrees, one has no date, one a year", "1981-04-12", 4, 3 },
        { "nobody's date but who has none", "1955-01-01", 4, 1 },
        { "no date asked for", "", 4, 4 },
        { "about a year", "~1981", 4, 3 },
        { "a day of a year", "1994-11-30", 4, 2 },
    };

    (void)state;
    put(s, "notices", "a1", "Gulnara Specimenova", "1981-04-12", NAMES_FULL);
    put(s, "notices", "a2", "Gulnara Specimenova", "1994-11-30", NAMES_FULL);
    put(s, "notices", "a3", "Gulnara Specimenova", "", NAMES_FULL);
    put(s, "notices", "a4", "Gulnara Specimenova", "1981", NAMES_FULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct screen_question q = question("SPECIMENOVA GULNARA", rows[i].birth);
        struct screen_found all = { 0 }, apart = { 0 };
        struct arena a;
        struct why w = { 0 };
        size_t n = 0;

        arena_init(&a, ARENA);
        assert_true(screen_ask(s, &q, &a, &all, &w));
        q.apart = true;
        assert_true(screen_ask(s, &q, &a, &apart, &w));
        for (size_t k = 0; k < all.n; k++) {
            if (!all.hit[k].alerts)
                continue;
            if (n == apart.n || !span_eq(apart.hit[n].id, all.hit[k].id) ||
                apart.hit[n].score != all.hit[k].score || !apart.hit[n].alerts)
                fail_msg("%s: hit %zu is another", rows[i].what, n);
            n++;
        }
        if (all.n != rows[i].all || apart.n != n || n != rows[i].apart)
            fail_msg("%s: %zu and %zu found", rows[i].what, all.n, apart.n);
        arena_free(&a);
    }
    screen_close(s);
}

static void test_refuses(void **state)
{
    struct screen *s = open_one("notices", SCREEN_BORDER);
    struct screen_question q = question("Gulnara Specimenova", "");
    struct screen_found f = { .n = 77 };
    struct arena a;
    struct why w = { 0 };

    (void)state;
    arena_init(&a, ARENA);
    q.purpose = (struct span){ NULL, 0 };
    assert_false(screen_ask(s, &q, &a, &f, &w));
    assert_string_equal(w.reason, "purpose");
    assert_int_equal(f.n, 77);
    why_clear(&w);
    q = question("x", "");
    q.n = 0;
    assert_false(screen_ask(s, &q, &a, &f, &w));
    assert_string_equal(w.reason, "request");
    why_clear(&w);
    q = question("\xff\xfe", "");
    assert_false(screen_ask(s, &q, &a, &f, &w));
    assert_string_equal(w.reason, "utf-8");
    why_clear(&w);
    assert_false(screen_shelf(s, "../other", SCREEN_BORDER, &w));
    assert_string_equal(w.reason, "shelf");
    why_clear(&w);
    assert_false(screen_drop(s, "other", SPAN("n1"), &w));
    assert_string_equal(w.reason, "shelf");
    arena_free(&a);
    screen_close(s);
}

/* Nothing there: no file, no tables, no hit. */
static void test_nothing(void **state)
{
    struct screen_question q = question("Gulnara Specimenova", "");
    struct screen_found f = { .n = 77 };
    struct screen *s = NULL;
    struct arena a;
    struct why w = { 0 };

    (void)state;
    arena_init(&a, ARENA);
    assert_true(screen_open("/proc/serai-is-never-here", &s, &w));
    assert_false(screen_serves(s, ~0u));
    assert_null(screen_names(s));
    assert_true(screen_ask(s, &q, &a, &f, &w));
    assert_int_equal(f.n, 0);
    arena_free(&a);
    screen_close(s);
}

/* An entity found by several names comes once, by the best. */
static void test_once(void **state)
{
    struct screen *s = open_one("notices", SCREEN_BORDER);
    struct screen_question q = question("Gulnara Specimenova", "");
    struct screen_found f = { 0 };
    struct arena a;
    struct why w = { 0 };

    (void)state;
    arena_init(&a, ARENA);
    put(s, "notices", "n2", "Gulnara Specimenova", "", NAMES_FULL);
    put(s, "notices", "n4", "Gulnora Specimenova", "", NAMES_FULL);
    q.n = 3;
    q.name[1].text = SPAN("Gulnora Specimenova");
    q.name[2].text = q.name[0].text;
    q.least = .5f;
    assert_true(screen_ask(s, &q, &a, &f, &w));
    assert_int_equal(f.n, 2);
    assert_true(f.hit[0].score >= f.hit[1].score);
    assert_false(span_eq(f.hit[0].id, f.hit[1].id));
    q.top = 1;
    assert_true(screen_ask(s, &q, &a, &f, &w));
    assert_int_equal(f.n, 1);
    arena_free(&a);
    screen_close(s);
}

/* ---- by the number of a document ---- */

static void listed(struct screen *s, const char *id, const char *state, const char *number)
{
    const struct screen_document d = { span_str(state), span_str(number) };
    struct why w = { 0 };

    assert_true(screen_put_documents(s, "notices", span_str(id), &d, 1, &w));
}

/* "n1=.98 n2=.95" */
static void numbers(struct screen *s, const char *what, const char *state, const char *number,
                    const char *want)
{
    const struct screen_number q = { .purpose = SPAN("border-check"),
                                     .use = SCREEN_BORDER,
                                     .document = { span_str(state), span_str(number) } };
    struct screen_found f = { 0 };
    struct arena a;
    struct why w = { 0 };
    char got[256] = "";

    arena_init(&a, ARENA);
    assert_true(screen_ask_number(s, &q, &a, &f, &w));
    for (size_t i = 0; i < f.n; i++) {
        size_t at = strlen(got);

        assert_true(f.hit[i].alerts && f.hit[i].document && !f.hit[i].weak);
        (void)snprintf(got + at, sizeof got - at, "%s%.*s=%d", i ? " " : "", (int)f.hit[i].id.n,
                       (const char *)f.hit[i].id.p, (int)(f.hit[i].score * 100 + .5f));
    }
    arena_free(&a);
    if (strcmp(got, want) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", what, got, want);
}

static void test_numbers(void **state)
{
    struct screen *s = open_one("notices", SCREEN_BORDER);
    const struct screen_document two[] = { { SPAN("kz"), SPAN("N1234567") },
                                           { SPAN(""), SPAN("00 777-77") } };
    struct why w = { 0 };

    (void)state;
    put(s, "notices", "n1", "Gulnara Specimenova", "1981-04-12", NAMES_FULL);
    assert_true(screen_put_documents(s, "notices", SPAN("n1"), two, 2, &w));
    listed(s, "n2", "TR", "N1234567");
    listed(s, "n3", "", "N 123-4567");
    numbers(s, "its State first, then where none is known", "KZ", "N1234567", "n1=98 n3=95");
    numbers(s, "as a zone has it", "KZ", "N1234567<", "n1=98 n3=95");
    numbers(s, "small letters and signs", "kz", "n-123.45 67", "n1=98 n3=95");
    numbers(s, "another State's document of that number is none", "UZ", "N1234567", "n3=95");
    numbers(s, "no State asked for", "", "N1234567", "n1=95 n2=95 n3=95");
    numbers(s, "leading zeros are of the number", "KZ", "77777", "");
    numbers(s, "found with them", "KZ", "0077777", "n1=95");
    numbers(s, "O is no 0", "KZ", "OO77777", "");
    numbers(s, "one that begins so is another one", "KZ", "N12345678", "");
    numbers(s, "too short to tell anything", "KZ", "1234", "");
    numbers(s, "nothing", "KZ", "", "");
    numbers(s, "no UTF-8", "KZ", "N1234567\xff", "");
    listed(s, "n5", "AZ", "\u0410\u0412 \u0661\u06f2\u0663\u06f4567"); /* Cyrillic letters, Arabic digits */
    numbers(s, "as the booklet is printed", "AZ", "AB1234567", "n5=98");
    listed(s, "n2", "TR", "U7654321");
    numbers(s, "what an entity had before is gone", "TR", "N1234567", "n3=95");
    numbers(s, "and it is found by the new one", "TR", "U7654321", "n2=98");
    assert_true(screen_drop(s, "notices", SPAN("n1"), &w));
    numbers(s, "dropped with its names", "KZ", "N1234567", "n3=95");
    screen_close(s);
    s = open_one("notices", SCREEN_BORDER);
    numbers(s, "the same when opened again", "KZ", "N1234567", "n3=95");
    numbers(s, "what was put after the drop", "TR", "U7654321", "n2=98");
    screen_close(s);
}

static void file_of(const char *name, char out[128])
{
    (void)snprintf(out, 128, "%s/%s", folder, name);
}

/* Damage is told: a file of which anything is changed or missing is not whole, and says so instead of "none".
 */
static void test_numbers_damaged(void **state)
{
    struct screen *s = open_one("notices", SCREEN_BORDER);
    const struct screen_number q = { .purpose = SPAN("border-check"),
                                     .use = SCREEN_BORDER,
                                     .document = { SPAN("KZ"), SPAN("N1234567") } };
    struct screen_facts facts[SCREEN_SHELVES];
    struct names_build *b = NULL;
    struct screen_documents *d;
    struct screen_document doc = { SPAN("KZ"), SPAN("N1234567") };
    char path[128], text[512];
    struct why w = { 0 };
    struct screen_found f = { .n = 77 };
    struct arena a;
    size_t n;
    FILE *file;

    (void)state;
    arena_init(&a, ARENA);
    listed(s, "n1", "KZ", "N1234567");
    listed(s, "n2", "TR", "U7654321");
    screen_close(s);
    file_of("notices.documents", path);
    file = fopen(path, "rb");
    assert_non_null(file);
    n = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    assert_true(n > 20 && n < sizeof text);
    for (size_t i = 0; i <= n; i++) { /* each byte changed; last, the file gone */
        (void)unlink(path);
        if (i < n) {
            file = fopen(path, "wb");
            text[i] ^= 1;
            assert_int_equal(fwrite(text, 1, n, file), n);
            text[i] ^= 1;
            (void)fclose(file);
        }
        s = open_one("notices", SCREEN_BORDER);
        assert_int_equal(screen_facts(s, facts), 1);
        if (i == n - 1) { /* without its line feed the last line was never whole: the first counts */
            assert_true(facts[0].whole && facts[0].documents == 1);
        } else {
            if (facts[0].whole)
                fail_msg("byte %zu: taken for whole", i);
            assert_false(screen_ask_number(s, &q, &a, &f, &w));
            assert_string_equal(w.reason, "damaged");
            assert_int_equal(f.n, 77);
            why_clear(&w);
            assert_false(screen_put_documents(s, "notices", SPAN("n4"), &doc, 1, &w));
            assert_string_equal(w.reason, "damaged");
            why_clear(&w);
        }
        if (i < n)
            screen_close(s);
    }
    d = screen_documents_new();
    assert_true(screen_documents_put(d, SPAN("n9"), &doc, 1, &w));
    assert_true(screen_build_begin(s, &b, &w) && screen_build_end(s, "notices", b, d, &w));
    numbers(s, "built anew", "KZ", "N1234567", "n9=98");
    screen_close(s);
    s = open_one("notices", SCREEN_BORDER);
    numbers(s, "and so on disk", "KZ", "N1234567", "n9=98");
    listed(s, "n10", "KZ", "N1234567");
    numbers(s, "and goes on", "KZ", "N1234567", "n10=98 n9=98");
    assert_false(screen_put_documents(s, "notices", SPAN("a\nb"), &doc, 1, &w));
    assert_string_equal(w.reason, "id");
    why_clear(&w);
    screen_close(s);
    arena_free(&a);
}

/* Many, dropped and put again: each found, none that is gone; the file written anew holds the same. */
static void test_many_numbers(void **state)
{
    struct screen_documents *d = screen_documents_new(), *again = NULL;
    char path[128], id[32], number[32];
    struct why w = { 0 };

    (void)state;
    for (unsigned i = 0; i < 6000; i++) {
        struct screen_document doc = { SPAN("KZ"), { NULL, 0 } };

        (void)snprintf(id, sizeof id, "n%u", i % 2000);
        (void)snprintf(number, sizeof number, "N%07u", i);
        doc.number = span_str(number);
        assert_true(screen_documents_put(d, span_str(id), &doc, i % 3 ? 1 : 0, &w));
    }
    file_of("notices.documents", path);
    assert_true(screen_documents_write(d, path, &w));
    assert_true(screen_documents_open(path, false, &again, &w));
    assert_true(screen_documents_whole(again));
    assert_int_equal(screen_documents_count(again), screen_documents_count(d));
    screen_documents_free(d);
    screen_documents_free(again);
}

struct searching {
    struct screen *s;
    atomic_bool stop;
    atomic_int n, missed;
};

/* One that stands all the time is always found, whatever changes beside it. */
static void *keep_searching(void *arg)
{
    struct searching *k = arg;
    struct screen_question q = question("Anora Quxlarova", "");
    char got[64];

    while (!atomic_load(&k->stop)) {
        best(k->s, &q, got);
        atomic_fetch_add(&k->missed, strcmp(got, "notices/stays") != 0);
        atomic_fetch_add(&k->n, 1);
    }
    return NULL;
}

static void test_changes_while_asked(void **state)
{
    struct screen *s = open_one("notices", SCREEN_BORDER);
    struct searching k = { .s = s };
    struct names_entry e = { .id = SPAN("stays"), .name = SPAN("Anora Quxlarova") };
    struct names_build *b = NULL;
    pthread_t thread;
    struct why w = { 0 };

    (void)state;
    put(s, "notices", "stays", "Anora Quxlarova", "", NAMES_FULL);
    assert_int_equal(pthread_create(&thread, NULL, keep_searching, &k), 0);
    for (int i = 0; i < 20 || atomic_load(&k.n) < 20; i++) {
        put(s, "notices", "n1", "Gulnara Specimenova", "", NAMES_FULL);
        asks(s, "found as soon as it is put", "Gulnara Specimenova", "", "notices/n1");
        assert_true(screen_drop(s, "notices", SPAN("n1"), &w));
        asks(s, "gone as soon as it is dropped", "Gulnara Specimenova", "", "");
        assert_true(screen_build_begin(s, &b, &w));
        assert_true(names_build_add(b, &e, &w));
        assert_true(screen_build_end(s, "notices", b, NULL, &w));
    }
    atomic_store(&k.stop, true);
    (void)pthread_join(thread, NULL);
    assert_int_equal(atomic_load(&k.missed), 0);
    screen_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_finds, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_apart, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_refuses, make_folder, drop_folder),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test_setup_teardown(test_once, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_numbers, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_numbers_damaged, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_many_numbers, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(test_changes_while_asked, make_folder, drop_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
