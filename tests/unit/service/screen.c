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
    static const char *const file[] = { "notices.names", "notices.names.changes", "un.names",
                                        "un.names.changes" };
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
        assert_true(screen_build_end(s, "notices", b, &w));
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
        cmocka_unit_test_setup_teardown(test_changes_while_asked, make_folder, drop_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
